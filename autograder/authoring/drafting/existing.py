"""An instructor's existing notebook, taken apart: its functions to write, its tests with their points, the rest."""

from __future__ import annotations

import ast
import re
import warnings
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import nbformat

from autograder.authoring.cells import BEGIN, END, cell_text, is_declaration
from autograder.authoring.source import repeated_ids
from autograder.core import CourseError
from autograder.notebooks import ClosedFile, UnreadableNotebook, is_by_hand, read

HIDDEN = ("HIDDEN TESTS", "MARK SCHEME")
SOLUTION, TESTS, BY_HAND, OTHER = "solution", "tests", "by hand", "other"
REMEDY = "put ### BEGIN SOLUTION and ### END SOLUTION around what students are to write in a function"


@dataclass
class Cell:
    """One cell: its role, its text, nbgrader's metadata as of today; `number` counts from 1."""

    number: int
    role: str
    cell: dict[str, Any]
    functions: list[str] = field(default_factory=list)  # to be written by students, by full name

    @property
    def text(self) -> str:
        """The cell's source."""
        return cell_text(self.cell)

    @property
    def meta(self) -> dict[str, Any]:
        """Its nbgrader metadata; empty where it has none."""
        return self.cell["metadata"].get("nbgrader") or {}

    @property
    def code(self) -> bool:
        """Whether it is a code cell."""
        return bool(self.cell["cell_type"] == "code")


@dataclass
class Existing:
    """A whole notebook; `notes` say what had to be put otherwise."""

    path: Path
    cells: list[Cell]
    metadata: dict[str, Any]
    notes: list[str] = field(default_factory=list)

    @property
    def functions(self) -> list[str]:
        """All functions that students write, in order."""
        return list(dict.fromkeys(name for cell in self.cells for name in cell.functions))

    @property
    def watched(self) -> list[str]:
        """These, and the constructors of their classes."""
        owners = dict.fromkeys(name.partition(".")[0] for name in self.functions if "." in name)
        return list(dict.fromkeys((*self.functions, *(f"{owner}.__init__" for owner in owners))))

    @property
    def source(self) -> str:
        """What the notebook's given and solution cells say, without magics."""
        return "\n\n".join(plain(cell.text) for cell in self.cells if cell.code and cell.role in (SOLUTION, OTHER))


def existing(path: Path) -> Existing:
    """The notebook at `path`; raises CourseError with what is in the way, and what to do."""
    if not path.exists():
        raise CourseError(f"{path}: there is no such notebook; check the spelling")
    if path.suffix != ".ipynb":
        raise CourseError(f"{path} is no notebook: give the .ipynb file")
    try:
        tree = read(path).tree
    except (UnreadableNotebook, ClosedFile) as error:
        raise CourseError(f"{path}: {str(error).partition(';')[0]}; save it again in Jupyter") from None
    notebook = Existing(path, [], _kernel(path, tree))
    for number, raw in enumerate((each for each in tree["cells"] if isinstance(each, dict)), 1):
        notebook.cells.append(_cell(number, raw, notebook.notes))
    for slip in repeated_ids([(cell.number, cell.meta) for cell in notebook.cells]):
        raise CourseError(f"{path}: {slip}")
    if any(is_declaration(cell.cell) for cell in notebook.cells):
        raise CourseError(f"{path} has a declaration already: copy it to source/NAME/NAME.ipynb as it is")
    _give_roles(notebook)
    if not notebook.functions:
        raise CourseError(f"{path} has no function with a solution: {REMEDY}")
    return notebook


def _kernel(path: Path, tree: dict[str, Any]) -> dict[str, Any]:
    metadata = tree.get("metadata")
    metadata = metadata if isinstance(metadata, dict) else {}
    spec = metadata.get("kernelspec") if isinstance(metadata.get("kernelspec"), dict) else {}
    language = str((spec or {}).get("language") or "python").lower()
    if not language.startswith("python"):
        raise CourseError(f"{path} is written in {language}, and the autograder asks Python: no draft can be made")
    return {key: metadata[key] for key in ("kernelspec", "language_info") if key in metadata}


def _cell(number: int, raw: dict[str, Any], notes: list[str]) -> Cell:
    source = raw.get("source", raw.get("input", ""))
    text = source if isinstance(source, str) else "".join(line for line in source if isinstance(line, str))
    kind = raw.get("cell_type") if raw.get("cell_type") in ("code", "markdown", "raw") else "markdown"
    metadata = raw.get("metadata") if isinstance(raw.get("metadata"), dict) else {}
    cell = {"cell_type": kind, "metadata": dict(metadata or {}), "source": text.rstrip("\n")}
    if kind == "code":
        cell |= {"execution_count": None, "outputs": []}
    for key in ("attachments", "id"):
        if key in raw:
            cell[key] = raw[key]
    return Cell(number, OTHER, _of_today(cell))


def _of_today(cell: dict[str, Any]) -> dict[str, Any]:
    """nbgrader's metadata of any version as its present one has it; what says nothing goes."""
    from nbgrader.nbgraderformat import MetadataValidator

    meta = cell["metadata"].get("nbgrader")
    if not isinstance(meta, dict):
        cell["metadata"].pop("nbgrader", None)
        return cell
    node = nbformat.from_dict({**cell, "metadata": {"nbgrader": dict(meta)}})
    try:
        new = MetadataValidator().upgrade_cell_metadata(node).metadata.get("nbgrader")
    except Exception:  # of a version that nbgrader does not know: what it says plainly is kept
        new = meta
    if not new or not any(new.get(key) for key in ("grade", "solution", "task", "locked")):
        cell["metadata"].pop("nbgrader", None)
        return cell
    made: dict[str, Any] = {**dict.fromkeys(("grade", "solution", "task", "locked"), False), **new}
    made |= {"schema_version": 3, "cell_type": cell["cell_type"], "grade_id": str(made.get("grade_id") or "")}
    if not made["grade"] and not made["task"]:
        made.pop("points", None)
    made.pop("checksum", None)
    cell["metadata"]["nbgrader"] = made
    return cell


def _give_roles(notebook: Existing) -> None:
    seen = False  # a function to write, above
    for cell in notebook.cells:
        if is_by_hand(cell.meta):
            cell.role = BY_HAND
        elif not cell.code:
            continue
        elif cell.meta.get("grade"):
            cell.role = TESTS
        elif cell.meta.get("solution") or BEGIN in cell.text:
            cell.role = SOLUTION
        elif not cell.meta and seen and _only_tests(cell.text):
            cell.role = TESTS
        if cell.role == SOLUTION:
            _to_write(cell, notebook)
            seen = seen or bool(cell.functions)
        elif cell.code:
            _parsed(cell, notebook)


def _only_tests(text: str) -> bool:
    """Whether a cell asserts, and defines nothing but how."""
    if any(word in text for word in HIDDEN):
        return True
    try:
        body = ast.parse(plain(text)).body
    except SyntaxError:
        return False
    return any(isinstance(node, ast.Assert) for node in body)


def _parsed(cell: Cell, notebook: Existing) -> ast.Module:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.parse(plain(cell.text))
    except (SyntaxError, ValueError) as error:
        line = f" (line {error.lineno})" if isinstance(error, SyntaxError) and error.lineno else ""
        said = getattr(error, "msg", str(error))
        raise CourseError(
            f"{notebook.path}: cell {cell.number} is not valid Python: {said}{line}; mend it, and run the notebook once"
        ) from None


def plain(text: str) -> str:
    """A cell without magics: their lines are passed over, cells in another language are blank."""
    lines = text.split("\n")
    first = next((line for line in lines if line.strip()), "")
    if first.startswith("%%") and not re.match(r"%%(time|timeit|capture|prun)\b", first):
        return ""
    magic = re.compile(r"^(\s*)(?:[%!]|\?|\w[\w.]*\?{1,2}\s*$).*")
    return "\n".join(magic.sub(r"\1pass", line) for line in lines)


# ---------------------------------------------------------------------------------- regions


def _to_write(cell: Cell, notebook: Existing) -> None:
    """The cell's functions with a solution; the markers are put inside each, where they stand otherwise."""
    _balanced(cell, notebook)
    tree = _parsed(cell, notebook)
    regions = list(_regions(cell.text))
    definitions = list(defined(tree))
    around = [
        (name, node) for name, node in definitions if any(a < node.lineno and node.lineno < b for a, b in regions)
    ]
    if around or (definitions and not regions and cell.meta.get("solution")):
        inside = around or definitions
        gone = {line for a, b in regions for line in (a, b) if any(a < node.lineno < b for _, node in inside)}
        cell.cell["source"] = _marked(cell.text, [node for _, node in inside], gone)
        what = ", ".join(name for name, _ in inside)
        notebook.notes.append(f"cell {cell.number}: the solution's markers now stand inside {what}")
        tree, regions = _parsed(cell, notebook), list(_regions(cell.text))
    cell.functions = [
        name for name, node in defined(tree) if any(node.lineno < a and b <= _last(node, cell.text) for a, b in regions)
    ]
    if not cell.meta:
        cell.cell["metadata"]["nbgrader"] = {
            "grade": False, "grade_id": "", "locked": False, "schema_version": 3, "solution": True, "task": False,
            "cell_type": "code",
        }  # fmt: skip


def _balanced(cell: Cell, notebook: Existing) -> None:
    depth = 0
    for line in cell.text.split("\n"):
        depth += (BEGIN in line) - (END in line)
        if depth not in (0, 1):
            break
    if depth:
        raise CourseError(
            f"{notebook.path}: cell {cell.number} has ### BEGIN SOLUTION and ### END SOLUTION that do not pair up; "
            "mend the markers"
        )


def _regions(text: str) -> Iterator[tuple[int, int]]:
    """The lines, counted from 1, of each pair of markers."""
    begin = 0
    for number, line in enumerate(text.split("\n"), 1):
        if BEGIN in line:
            begin = number
        elif END in line and begin:
            yield begin, number
            begin = 0


def defined(tree: ast.Module) -> Iterator[tuple[str, ast.FunctionDef]]:
    """Functions and methods that a module defines at its top level, by full name."""
    for node in tree.body:
        if isinstance(node, ast.FunctionDef):
            yield node.name, node
        elif isinstance(node, ast.ClassDef):
            yield from ((f"{node.name}.{part.name}", part) for part in node.body if isinstance(part, ast.FunctionDef))


def _last(node: ast.FunctionDef, text: str) -> int:
    """The last line of a function, a marker in comments behind its last statement included."""
    lines = text.split("\n")
    last = node.end_lineno or node.lineno
    while last < len(lines) and (not lines[last].strip() or lines[last].lstrip().startswith("#")):
        outside = lines[last].strip() and len(lines[last]) - len(lines[last].lstrip()) <= node.col_offset
        if outside and END not in lines[last]:
            break
        last += 1
    return last


def _marked(text: str, nodes: list[ast.FunctionDef], gone: set[int]) -> str:
    """The text without the lines `gone`, and with markers around what stands in each function below its docstring."""
    lines: list[list[str]] = [[] if number in gone else [line] for number, line in enumerate(text.split("\n"), 1)]
    for node in nodes:
        body = node.body[1:] if ast.get_docstring(node) is not None and len(node.body) > 1 else node.body
        first, last = min(_first_line(body[0]), body[0].lineno), node.end_lineno or node.lineno
        if first == node.lineno:
            continue  # all in one line
        indent = " " * body[0].col_offset
        lines[first - 1].insert(0, f"{indent}### BEGIN SOLUTION")
        lines[last - 1].append(f"{indent}### END SOLUTION")
    return "\n".join(line for each in lines for line in each)


def _first_line(node: ast.stmt) -> int:
    return min([node.lineno, *(each.lineno for each in getattr(node, "decorator_list", []))])
