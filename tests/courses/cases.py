"""The ten assignments as their courses word them, with solutions written otherwise, right and wrong.

Each folder holds one source notebook; `right/` and `wrong/` hold only what a student wrote otherwise. A wrong one's
file name says which callable is wrong, then what is: `gradients__not_averaged.py`, `Net.forward__no_bias.py`.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import nbformat

HERE = Path(__file__).parent
SELF_CHECK = "selfcheck"  # the id of the cell that gets the self-check, which a plain run has not


@dataclass(frozen=True, slots=True)
class Variant:
    """The solution with some functions written otherwise; `callable` is the wrong one, "" where all is right."""

    name: str
    callable: str
    cells: Mapping[str, str]  # every code cell of given and solution code, by id

    @property
    def source(self) -> str:
        """Everything that the notebook defines, as one text."""
        return "\n\n".join(self.cells.values()) + "\n"

    def functions(self) -> dict[str, str]:
        """The text of each function and method, by name."""
        lines = self.source.splitlines()
        return {name: "\n".join(lines[slice(*span)]) for name, span in _spans(self.source).items()}


@dataclass(frozen=True, slots=True)
class Course:
    """One assignment: its notebook, what it solves and declares, and the variants of it."""

    name: str
    path: Path
    solution: Variant
    declaration: str
    right: tuple[Variant, ...]
    wrong: tuple[Variant, ...]

    @property
    def source(self) -> str:
        """The solution as one text: given and solution cells in their order."""
        return self.solution.source


@cache
def courses() -> tuple[Course, ...]:
    """All ten, by name."""
    return tuple(_course(path) for path in sorted(HERE.glob("*/*.ipynb")))


def _course(path: Path) -> Course:
    notebook = nbformat.read(path, as_version=4)
    cells, declarations = {}, []
    for cell in notebook.cells:
        if "autograder" in cell.metadata.get("tags", ()):
            declarations.append(cell.source)
        elif cell.cell_type == "code" and not cell.metadata.get("nbgrader", {}).get("grade") and cell.id != SELF_CHECK:
            cells[cell.id] = cell.source
    (declaration,) = declarations
    right, wrong = (tuple(_variants(cells, path.parent / kind)) for kind in ("right", "wrong"))
    return Course(path.stem, path, Variant("solution", "", cells), declaration, right, wrong)


def _variants(cells: Mapping[str, str], folder: Path) -> Iterator[Variant]:
    for path in sorted(folder.glob("*.py")):
        name = path.name.removesuffix(".py")
        wrong = name.partition("__")[0] if folder.name == "wrong" else ""
        yield Variant(f"{folder.name}/{name}", wrong, written_otherwise(cells, path.read_text(encoding="utf-8")))


def written_otherwise(cells: Mapping[str, str], text: str) -> dict[str, str]:
    """The cells with the text's functions and methods in place of theirs.

    What they have not is put before the first of these. A class of the text stands for its methods alone.
    ValueError where nothing is replaced.
    """
    changed, new = dict(cells), []
    first = ""
    for name, piece in _pieces(text):
        at = next((i for i, source in changed.items() if name in _spans(source)), "")
        if not at:
            new.append((name, piece))
            continue
        first = first or at
        changed[at] = _put(changed[at], _spans(changed[at])[name], piece)
    if not first:
        raise ValueError("no function of the solution is written otherwise")
    for name, piece in new:
        owner = name.rpartition(".")[0]
        if owner:  # a further method, at the end of its class
            end = max(stop for other, (_, stop) in _spans(changed[first]).items() if other.startswith(f"{owner}."))
            changed[first] = _put(changed[first], (end, end), ["\n", *piece])
    helpers = ["".join(piece) + "\n\n" for name, piece in new if "." not in name]
    changed[first] = "".join(helpers) + changed[first]
    return changed


def _pieces(text: str) -> Iterator[tuple[str, list[str]]]:
    """Name ("" of what has none) and lines of each part of a file: statements, functions, methods of its classes."""
    lines = text.splitlines(keepends=True)
    for node in ast.parse(text).body:
        if isinstance(node, ast.ClassDef):
            yield from ((f"{node.name}.{method.name}", _lines(lines, method)) for method in node.body)  # type: ignore
        else:
            yield getattr(node, "name", ""), _lines(lines, node)


def _lines(lines: list[str], node: ast.stmt) -> list[str]:
    return lines[node.lineno - 1 : node.end_lineno]


@cache
def _spans(source: str) -> dict[str, tuple[int, int]]:
    """The first line and the one after the last of every function and method of a source, by name."""
    spans = {}
    for node in ast.parse(source).body:
        if isinstance(node, ast.FunctionDef):
            spans[node.name] = (node.lineno - 1, node.end_lineno or 0)
        elif isinstance(node, ast.ClassDef):
            methods = [method for method in node.body if isinstance(method, ast.FunctionDef)]
            spans |= {f"{node.name}.{method.name}": (method.lineno - 1, method.end_lineno or 0) for method in methods}
    return spans


def _put(source: str, span: tuple[int, int], piece: list[str]) -> str:
    lines = [line + "\n" for line in source.split("\n")]
    lines[span[0] : span[1]] = piece
    return "".join(lines).rstrip("\n")
