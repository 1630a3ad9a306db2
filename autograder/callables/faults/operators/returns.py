"""What a function returns: changed at the very end, asked for once more, or not what was kept."""

from __future__ import annotations

import ast
import itertools
import re
from collections.abc import Iterator

from autograder.callables.declared.functions import Function
from autograder.callables.faults.edits import Change, Edit, Path
from autograder.callables.faults.operators.shapes import BOUNDS
from autograder.callables.faults.operators.texts import text
from autograder.callables.faults.sites import assigned, blocks

SHARES = ("0.1 * ", "0.01 * ", "0.001 * ")
EXIT = {
    "centred last": ("{0} - np.mean({0})", "{0} - np.mean({0}, axis=0)", "{0} - np.mean({0}, axis=-1, keepdims=True)"),
    "scaled last": (
        "{0} / np.sum({0})", "{0} / np.linalg.norm({0})", "({0} - np.mean({0})) / np.std({0})", "{0} / np.max({0})",
        "{0} / np.sum({0}, axis=-1, keepdims=True)", "{0} / np.linalg.norm({0}, axis=-1, keepdims=True)",
    ),
    "averaged last": ("np.cumsum({0}) / np.arange(1, len({0}) + 1)",),
    "added up last": ("np.add.accumulate({0})",),  # of no single number
    "penalty last": tuple(f"{{0}} + {share}np.sum({{1}} ** 2)" for share in ("", "0.5 * ", *SHARES)),
}  # fmt: skip
LAST = {
    "cut off last": tuple(f"np.clip({{0}}, -{bound}, {bound})" for bound in BOUNDS),
    "rounded last": tuple(f"np.round({{0}}, {digits})" for digits in (1, 2, 3, 4, 5, 6)),
}
FEW = 8  # arguments of a function that are taken one by one or in pairs
COPY = re.compile(r"(?:np\.(?:copy|array)\()?([A-Za-z_]\w*)(?:\.copy\(\)|\))?")


def returns(function: Function) -> Iterator[Change]:
    """Changes of what a function returns; none of a lambda's."""
    if isinstance(function.node, ast.Assign):
        return
    for path, block in blocks(function):
        for k, statement in enumerate(block):
            if isinstance(statement, ast.Return):
                yield from _returned(function, (*path, k), block, statement)
                yield from _not_the_copies(function, (*path, k), statement)


def _returned(owner: Function, place: Path, block: list[ast.stmt], statement: ast.Return) -> Iterator[Change]:
    """What is returned changed at the very end, or asked for once more after the steps that follow it."""
    value = statement.value
    parts = value.elts if isinstance(value, ast.Tuple) else [value] if value is not None else []
    yield from _finished(owner, place, value, parts)
    names = [each.id for each in parts if isinstance(each, ast.Name)]
    for each in block[: max(place[-1] - 1, 0)] if isinstance(place[-1], int) else ():
        targets = {node.id for node in ast.walk(each) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
        if isinstance(each, ast.Assign) and targets & {*names}:
            yield Change((Edit(owner.name, place, "before", ast.unparse(each)),), "taken later")
            before = [one for one in block[: block.index(each)] if isinstance(one, ast.Assign)]
            if before:
                again = "\n".join(ast.unparse(one) for one in [*before, each])
                yield Change((Edit(owner.name, place, "before", again),), "taken later")


def _finished(owner: Function, place: Path, value: ast.expr | None, parts: list[ast.expr]) -> Iterator[Change]:
    """Results changed at the very end; cut off or rounded one alone or all."""
    whole = (*place, "value")
    at = [(*whole, "elts", k) for k in range(len(parts))] if isinstance(value, ast.Tuple) else [whole]
    for kind, templates in EXIT.items():
        others = owner.arguments[:FEW] if kind == "penalty last" else ("",)
        for path, each in zip(at, parts, strict=False):
            for template, other in itertools.product(templates, others):
                subject = other or (each.id if isinstance(each, ast.Name) else "")
                new = template.format(text(each), other)
                yield Change((Edit(owner.name, path, "put", new),), kind, subject)
    for kind, templates in LAST.items():
        for template in templates:
            edits = tuple(Edit(owner.name, path, "put", template.format(ast.unparse(each)))
                          for path, each in zip(at, parts, strict=False))  # fmt: skip
            yield from (Change((edit,), kind) for edit in edits)
            if len(edits) > 1:
                yield Change(edits, kind)


def _not_the_copies(function: Function, place: Path, statement: ast.Return) -> Iterator[Change]:
    """`return w_best, b_best` as `return w, b`, where the one is a copy of the other: several at once."""
    copies: dict[str, str] = {}
    for name, value in (pair for each in ast.walk(function.node) for pair in assigned(each)):
        origin = COPY.fullmatch(ast.unparse(value))
        if isinstance(name, ast.Name) and origin and origin[1] != name.id:
            copies[name.id] = origin[1]
    returned = statement.value
    parts = returned.elts if isinstance(returned, ast.Tuple) else [returned] if returned is not None else []
    names = [ast.unparse(each) for each in parts]
    kept = [name for name in names if name in copies][:4]
    for count in range(2, len(kept) + 1):
        for some in itertools.combinations(kept, count):
            new = ", ".join(copies[name] if name in some else name for name in names)
            yield Change((Edit(function.name, (*place, "value"), "put", f"({new})"),), "not what was kept")
