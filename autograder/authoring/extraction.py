"""The reference: the class of a source notebook's solution cell, as a module of its own."""

from __future__ import annotations

import ast
import builtins
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from autograder.core import AutograderError
from autograder.notebooks import class_cells

BEGIN, END = "BEGIN SOLUTION", "END SOLUTION"
DECLARATION = "autograder"  # the tag of the cell that declares an assignment
ALTERNATIVE = "alternative"  # the tag of cells with a second solution, which only the build looks at
NOTE = "instructor"  # the tag of cells that are notes from one instructor to the next, and reach no student
_HEADER = '"""The reference of {name}, extracted from its source notebook by `autograder build`; not to be edited."""\n'
_HIDDEN_BEGIN = ("BEGIN HIDDEN TESTS", "BEGIN MARK SCHEME")
_HIDDEN_END = ("END HIDDEN TESTS", "END MARK SCHEME")
_ALWAYS_THERE = frozenset(dir(builtins)) | {"__name__", "__file__", "__doc__"}


class ExtractionError(AutograderError, ValueError):
    """The source's solution cell cannot stand alone; the message says why."""


def solution_cell(notebook: Mapping[str, Any]) -> dict[str, Any]:
    """The one code cell marked as a solution, beside answers that people grade; raises ExtractionError when there is
    not exactly one."""
    cells = class_cells(notebook["cells"])
    if len(cells) != 1:
        raise ExtractionError(f"the notebook has {len(cells)} code cells marked as solution; it needs exactly one")
    return cells[0]


def cell_text(cell: Mapping[str, Any]) -> str:
    """A cell's source as one string, however the file has it."""
    source = cell["source"]
    return source if isinstance(source, str) else "".join(source)


def is_note(cell: Mapping[str, Any]) -> bool:
    """Whether a cell is a note to instructors, a declaration or a second solution: the release has none of them."""
    return NOTE in cell.get("metadata", {}).get("tags", ()) or is_declaration(cell) or is_alternative(cell)


def is_alternative(cell: Mapping[str, Any]) -> bool:
    """Whether a code cell holds a second solution."""
    return cell["cell_type"] == "code" and ALTERNATIVE in cell.get("metadata", {}).get("tags", ())


def is_declaration(cell: Mapping[str, Any]) -> bool:
    """Whether a cell declares the assignment to the autograder."""
    return DECLARATION in cell.get("metadata", {}).get("tags", ())


def reference(notebook: Mapping[str, Any], name: str) -> str:
    """The text of `solutions/<name>.py`: what the class needs from the cells before it, then the class.

    Imports are those that the class (and what it uses) needs, sorted; helper functions, classes and constants of
    earlier given cells come along when the class uses them. Raises ExtractionError when a name is defined nowhere.
    """
    cell = solution_cell(notebook)
    body = "\n".join(line.rstrip() for line in cell_text(cell).split("\n") if BEGIN not in line and END not in line)
    tree = _parse(body, "the solution cell")
    if not any(isinstance(node, ast.ClassDef) for node in tree.body):
        raise ExtractionError("the solution cell defines no class")
    import_nodes = [node for node in tree.body if isinstance(node, (ast.Import, ast.ImportFrom))]
    imports: set[str] = {ast.unparse(node) for node in import_nodes}
    rest = _without(body, import_nodes)

    definitions = _open_definitions(notebook, until=cell)
    helpers: list[tuple[int, str]] = []
    wanted, seen = _free_names(tree), set[str]()
    while wanted:
        missing = sorted(wanted - seen - _ALWAYS_THERE)
        if not missing:
            break
        wanted = set()
        for need in missing:
            seen.add(need)
            if need not in definitions:
                raise ExtractionError(
                    f"the solution cell uses `{need}`, which neither it nor a cell before it imports or defines"
                )
            place, node, text = definitions[need]
            if isinstance(node, (ast.Import, ast.ImportFrom)):
                imports.add(text)
            elif (place, text) not in helpers:
                helpers.append((place, text))
                wanted |= _free_names(ast.parse(text))
    parts = [_HEADER.format(name=name)]
    if imports:
        parts.append("\n".join(sorted(imports, key=_import_order)) + "\n")
    for _, text in sorted(helpers):
        parts.append(f"\n{text}\n")
    parts.append(f"\n{rest.strip()}\n")
    return "\n".join(parts)


@dataclass(frozen=True, slots=True)
class Lines:
    """Every line of a source notebook, by who may see it."""

    solution: tuple[str, ...]
    answers: tuple[str, ...]
    hidden: tuple[str, ...]
    open: tuple[str, ...]


def lines_of(notebook: Mapping[str, Any]) -> Lines:
    """The notebook's lines: code solutions, official answers, hidden tests and mark schemes, and what is given."""
    solution: list[str] = []
    answers: list[str] = []
    hidden: list[str] = []
    open_lines: list[str] = []
    for cell in notebook["cells"]:
        if is_note(cell):
            continue
        whole = bool(cell.get("metadata", {}).get("nbgrader", {}).get("solution")) and BEGIN not in cell_text(cell)
        secret = solution if cell["cell_type"] == "code" else answers
        into = secret if whole else open_lines
        for line in cell_text(cell).split("\n"):
            if BEGIN in line:
                into = secret
            elif any(marker in line for marker in _HIDDEN_BEGIN):
                into = hidden
            elif END in line or any(marker in line for marker in _HIDDEN_END):
                into = secret if whole else open_lines
            else:
                into.append(line)
    return Lines(tuple(solution), tuple(answers), tuple(hidden), tuple(open_lines))


def cut_regions(text: str, stub: str) -> str:
    """`text` with every solution region, its marker lines included, replaced by `stub`.

    Raises ValueError when a region is nested, not closed, or closed without having been opened.
    """
    lines: list[str] = []
    inside = False
    for line in text.split("\n"):
        if BEGIN in line:
            if inside:
                raise ValueError(f"a second {BEGIN} before {END}")
            inside = True
            lines.append(stub)
        elif END in line:
            if not inside:
                raise ValueError(f"{END} without {BEGIN}")
            inside = False
        elif not inside:
            lines.append(line)
    if inside:
        raise ValueError(f"{BEGIN} without {END}")
    return "\n".join(lines)


def _open_definitions(notebook: Mapping[str, Any], until: Mapping[str, Any]) -> dict[str, tuple[int, ast.stmt, str]]:
    """What the code cells before `until` bind at top level: name -> (order, statement, its text)."""
    definitions: dict[str, tuple[int, ast.stmt, str]] = {}
    order = 0
    for cell in notebook["cells"]:
        if cell is until:
            break
        if cell["cell_type"] != "code" or is_note(cell):
            continue
        text = "\n".join(line for line in cell_text(cell).split("\n") if not line.lstrip().startswith(("%", "!")))
        for node in _parse(text, "a given cell").body:
            order += 1
            for name, statement in _bound(node):
                definitions[name] = (order, node, statement or _segment(text, node))
    return definitions


def _bound(node: ast.stmt) -> Iterable[tuple[str, str]]:
    """The names that a statement binds; for an import, the statement that binds just that name."""
    if isinstance(node, ast.Import):
        for alias in node.names:
            yield (alias.asname or alias.name.split(".")[0]), ast.unparse(ast.Import([alias]))
    elif isinstance(node, ast.ImportFrom):
        for alias in node.names:
            yield (alias.asname or alias.name), ast.unparse(ast.ImportFrom(node.module, [alias], node.level))
    elif isinstance(node, (ast.FunctionDef, ast.ClassDef)):
        yield node.name, ""
    elif isinstance(node, ast.Assign):
        for target in node.targets:
            for part in ast.walk(target):
                if isinstance(part, ast.Name):
                    yield part.id, ""


def _free_names(tree: ast.AST) -> set[str]:
    """Names that are read and bound nowhere in the tree. Scopes are not told apart: each class is written plainly."""
    read: set[str] = set()
    bound: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Name):
            (read if isinstance(node.ctx, ast.Load) else bound).add(node.id)
        elif isinstance(node, ast.arg):
            bound.add(node.arg)
        elif isinstance(node, (ast.FunctionDef, ast.ClassDef, ast.AsyncFunctionDef)):
            bound.add(node.name)
        elif isinstance(node, ast.ExceptHandler):
            bound.add(node.name or "")
        elif isinstance(node, (ast.Import, ast.ImportFrom)):
            bound.update(alias.asname or alias.name.split(".")[0] for alias in node.names)
    return read - bound


def _parse(text: str, place: str) -> ast.Module:
    try:
        return ast.parse(text)
    except SyntaxError as error:
        raise ExtractionError(f"{place} is not valid Python: {error.msg} (line {error.lineno})") from error


def _segment(text: str, node: ast.stmt) -> str:
    """A statement's own lines, decorators and the comment right above it included."""
    lines = text.split("\n")
    first = min([node.lineno, *(d.lineno for d in getattr(node, "decorator_list", []))]) - 1
    while first > 0 and lines[first - 1].startswith("#"):
        first -= 1
    return "\n".join(line.rstrip() for line in lines[first : node.end_lineno])


def _without(text: str, nodes: Iterable[ast.stmt]) -> str:
    """`text` without the lines of some top-level statements."""
    gone = {number for node in nodes for number in range(node.lineno, (node.end_lineno or node.lineno) + 1)}
    return "\n".join(line for number, line in enumerate(text.split("\n"), start=1) if number not in gone)


def _import_order(text: str) -> tuple[int, str]:
    """`import x` before `from x import y`, each sorted, as the formatter has it."""
    return (0 if text.startswith("import") else 1), text
