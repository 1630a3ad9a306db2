"""Another name in the place of a name or an expression, and the value before its function."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from autograder.callables.faults.operators.texts import argument, common_name, text
from autograder.callables.faults.sites import Draft, Scope, Site, is_value

ADDED = (("+", "term added"), ("-", "term added"), ("*", "factor added"), ("/", "factor added"))

WEIGHTS = ("({0} * {1})", "({0} / {1})", "({0} * (1 - {1}))")
FEW = 8  # names of a function up to which each may stand for an expression, or join one; else what it is given


def names(site: Site, scope: Scope) -> Iterator[Draft]:
    """Drafts that put a name of the function somewhere."""
    node = site.node
    if isinstance(node, ast.Constant | ast.Tuple | ast.List) or site.field == "iter":
        return
    value = is_value(node)
    pool = [name for name in scope.pool if not _receives(site.parent, name)]
    from_outside = {*scope.function.arguments, *(f"self.{name}" for name in scope.function.attributes)}
    near = pool if len(pool) <= FEW or common_name(node) else [name for name in pool if name in from_outside]
    yield from _before_its_function(site, scope)
    if value and isinstance(site.parent, ast.Attribute):
        yield from (Draft("name", "", name) for name in pool if name != ast.unparse(node))
        return
    if value or (
        isinstance(node, ast.BinOp | ast.Call | ast.Subscript | ast.Attribute | ast.Compare) and not site.index
    ):
        for name in pool if value else near:
            if name != ast.unparse(node):
                yield Draft("name" if value else "expression", name, name)
    yield from _weighted(site, scope)
    if value and site.factor and not site.index:
        yield from (Draft("rest of another", name, f"(1 - {name})") for name in pool if name != ast.unparse(node))
    if _is_added_up(site) and not site.index:
        pool = near if isinstance(site.parent, ast.BinOp) else pool
        yield from (Draft("factor added", name, f"({text(node)} * {name})") for name in pool)
    if site.whole and not site.index:
        for name in near:
            for symbol, kind in ADDED:
                yield Draft(kind, name, f"({text(node)} {symbol} {name})")


def _before_its_function(site: Site, scope: Scope) -> Iterator[Draft]:
    """What a name's function was applied to, in the place of the name."""
    before = scope.before.get(site.node.id) if isinstance(site.node, ast.Name) and not site.index else None
    if before is not None:
        of = argument(before)
        yield Draft("before its function", common_name(before), text(of if of is not None else before.args[0]))


def _is_added_up(site: Site) -> bool:
    """Whether a sum or a mean is taken of it, or it is one side of a matrix product."""
    parent = site.parent
    if isinstance(parent, ast.BinOp):
        return isinstance(parent.op, ast.MatMult)
    called = ast.unparse(parent.func).rpartition(".")[2] if isinstance(parent, ast.Call) else ""
    return called in ("sum", "mean") and site.field == "args"


def _weighted(site: Site, scope: Scope) -> Iterator[Draft]:
    """A term of a sum with an argument, or what is left of it up to one, as a factor."""
    if isinstance(site.parent, ast.BinOp) and isinstance(site.parent.op, ast.Add | ast.Sub) and not site.index:
        for name in scope.function.arguments:
            for template in WEIGHTS if name != ast.unparse(site.node) else ():
                yield Draft("factor added", name, template.format(text(site.node), name))


def _receives(parent: ast.AST, name: str) -> bool:
    """Whether a list of that name would be put into itself."""
    method = parent.func if isinstance(parent, ast.Call) else None
    return isinstance(method, ast.Attribute) and ast.unparse(method.value) == name
