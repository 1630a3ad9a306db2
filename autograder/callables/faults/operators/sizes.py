"""Sizes: a part divided or multiplied by one, a size of another array."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from autograder.callables.faults.operators.texts import text
from autograder.callables.faults.sites import Draft, Scope, Site, is_size


def sizes(site: Site, scope: Scope) -> Iterator[Draft]:
    """Drafts for parts of sums, whole values, and sizes themselves."""
    node = site.node
    if site.index or isinstance(node, ast.Constant | ast.Tuple | ast.List):
        return
    known = [*sorted(scope.sizes), *(f"len({name})" for name in scope.function.arguments)]
    further = [*sorted(scope.products), *(f"np.shape({name})[-1]" for name in scope.function.arguments)]
    if is_size(node, scope):
        for other in known + [f"np.size({name})" for name in scope.function.arguments]:
            yield Draft("other size", "", other)
        yield Draft("other size", "", f"({text(node)} - 1)")
    in_sum = isinstance(site.parent, ast.BinOp) and isinstance(site.parent.op, ast.Add | ast.Sub)
    if site.whole or in_sum or isinstance(site.parent, ast.AugAssign):
        for size in known:
            yield Draft("divided by a size", "", f"({text(node)} / {size})")
            yield Draft("multiplied by a size", "", f"({text(node)} * {size})")
        for size in further:
            yield Draft("divided by a further size", "", f"({text(node)} / {size})")
            yield Draft("multiplied by a size", "", f"({text(node)} * {size})")
    recorded = isinstance(site.parent, ast.Call) and site.field == "args" and isinstance(site.statement, ast.Expr)
    if site.whole or recorded or isinstance(site.parent, ast.AugAssign):
        for part, whole in list(scope.cut.items())[:1]:  # others are cut as it is
            for symbol in "*/":
                yield Draft("share of samples", "", f"({text(node)} {symbol} (len({part}) / len({whole})))")
