"""Which of several definitions of a class or function counts: one that is all still to be written never does.

Python takes the last definition. A stub that stands below worked code, copied there from the release or from an older
one, with a comment or a docstring changed, would hide the work.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from autograder.notebooks.dependencies import Parsed, Syntax

_KINDS = (ast.ClassDef, ast.FunctionDef)
KNOWN = 20_000  # characters of a text that is known again


@dataclass(frozen=True, slots=True)
class _Definition:
    """One definition of a class or function: in which cell, on which lines (from 1, both included), whether a stub."""

    index: int
    first: int
    last: int
    stub: bool
    inherits_itself: bool


def defines(source: str, names: Sequence[str]) -> bool:
    """Whether a text begins to define a class or function of one of these names, be it valid Python or not."""
    return (_known_to_define if len(source) <= KNOWN else _defines)(source, tuple(names))


def _defines(source: str, names: tuple[str, ...]) -> bool:
    either = "|".join(map(re.escape, names))
    return re.search(rf"^[ \t]*(?:class|def)[ \t]+(?:{either})\b", source, re.MULTILINE) is not None


_known_to_define = lru_cache(maxsize=256)(_defines)  # of given cells, which submissions share, it is asked once


def is_worked(source: str, names: Sequence[str]) -> bool:
    """Whether a text defines one of these with at least something written; what does not parse is somebody's work."""
    if not defines(source, names):
        return False
    tree = Syntax(source).tree
    if tree is None:
        return True
    defined = [node for node in tree.body if isinstance(node, _KINDS) and node.name in names]
    return not defined or not all(_is_stub(node) for node in defined)


def is_unwritten(function: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    """Whether nothing stands in a function but what a stub has."""
    return all(_does_nothing(line) for line in function.body)


def without_stubs(cells: Sequence[Parsed], names: Sequence[str], notes: list[str]) -> list[Parsed]:
    """The cells, with each stub of a class or function blanked that stands beside a worked one; a note says so."""
    left = list(cells)
    for name in names:
        left = _without_stubs_of(left, name, notes, "the class" if len(names) == 1 else name)
    return left


def _without_stubs_of(cells: Sequence[Parsed], name: str, notes: list[str], said: str) -> list[Parsed]:
    definitions = [each for cell in cells for each in _definitions(cell, name)]
    worked = [each for each in definitions if not each.stub]
    if not worked or any(each.inherits_itself for each in worked):  # a subclass of the stub needs it
        return list(cells)
    blanked: dict[int, list[_Definition]] = {}
    for each in definitions:
        if each.stub:
            blanked.setdefault(each.index, []).append(each)
    out = [_blanked(cell, blanked[cell.index]) if cell.index in blanked else cell for cell in cells]
    as_given = {cell.index for cell in cells if cell.given}
    for places, one, many in (
        ([index for index in blanked if index in as_given], "an untouched copy", "untouched copies"),
        ([index for index in blanked if index not in as_given], "an unwritten copy", "unwritten copies"),
    ):
        if len(places) == 1:
            notes.append(f"{one} of {said} was left out (cell {places[0]}); the worked one counts")
        elif places:
            notes.append(f"{len(places)} {many} of {said} were left out; the worked one counts")
    return [cell for cell in out if cell.index not in blanked or _says_anything(cell.source)]


def _definitions(cell: Parsed, name: str) -> list[_Definition]:
    if not defines(cell.source, (name,)):
        return []
    tree = cell.syntax.tree
    if tree is None:
        return [_Definition(cell.index, 1, 0, False, False)]
    return [
        _Definition(
            cell.index,
            min([node.lineno, *(decorator.lineno for decorator in node.decorator_list)]),
            node.end_lineno or node.lineno,
            _is_stub(node),
            any(isinstance(base, ast.Name) and base.id == name for base in getattr(node, "bases", ())),
        )
        for node in tree.body
        if isinstance(node, _KINDS) and node.name == name
    ]


def _is_stub(node: ast.ClassDef | ast.FunctionDef) -> bool:
    """Whether no method but the special ones is written; a class that takes its methods from elsewhere is none."""
    if isinstance(node, ast.FunctionDef):
        return not node.decorator_list and is_unwritten(node)
    methods = [
        part
        for part in node.body
        if isinstance(part, (ast.FunctionDef, ast.AsyncFunctionDef)) and not part.name.startswith("__")
    ]
    other = [
        part
        for part in node.body
        if not isinstance(part, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Pass)) and not _says_nothing(part)
    ]
    if not methods and (node.bases or node.decorator_list or other):
        return False
    return all(isinstance(part, (ast.Assign, ast.AnnAssign)) for part in other) and all(map(is_unwritten, methods))


def _does_nothing(line: ast.stmt) -> bool:
    """`pass`, a text, `...`, `return` of nothing or a constant, `raise NotImplementedError`."""
    if isinstance(line, ast.Return):
        return line.value is None or (isinstance(line.value, (ast.Constant, ast.Name)) and _blank(line.value))
    if isinstance(line, ast.Raise):
        named = line.exc.func if isinstance(line.exc, ast.Call) else line.exc
        return isinstance(named, ast.Name) and named.id in ("NotImplementedError", "NotImplemented")
    return isinstance(line, ast.Pass) or _says_nothing(line)


def _blank(value: ast.Constant | ast.Name) -> bool:
    return isinstance(value, ast.Constant) or value.id == "NotImplemented"


def _says_nothing(line: ast.stmt) -> bool:
    return isinstance(line, ast.Expr) and isinstance(line.value, ast.Constant)


def _blanked(cell: Parsed, stubs: Sequence[_Definition]) -> Parsed:
    """The cell without these definitions, the other lines where they were."""
    gone = {line for each in stubs for line in range(each.first, each.last + 1)}
    lines = cell.source.split("\n")
    text = "\n".join("" if number in gone else line for number, line in enumerate(lines, 1))
    return replace(cell, source=text, given=False)


def _says_anything(source: str) -> bool:
    return any(line.strip() and not line.strip().startswith("#") for line in source.split("\n"))
