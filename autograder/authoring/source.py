"""A source notebook read, or refused in one sentence where its form is not what nbgrader and the build need."""

from __future__ import annotations

import ast
import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from autograder.authoring.cells import BEGIN, END, ExtractionError, cell_text, is_declaration, is_note
from autograder.core import read_regular
from autograder.notebooks import LARGEST_BYTES, is_judged, meta_of

FACTS = "facts"  # the id of the cell that the build puts into the release of a declared assignment
AGAIN = "save it again in Jupyter"


def source_notebook(path: Path, *, marks: bool = True) -> dict[str, Any]:
    """The notebook at `path` as plain data; raises ExtractionError, with the remedy, for one that nothing can be made
    of. `marks` says whether those around solutions are looked at."""
    try:
        notebook = json.loads(read_regular(path, LARGEST_BYTES).decode("utf-8"))
    except ValueError as error:
        raise ExtractionError(f"{path.name} is no notebook that can be read ({error}): {AGAIN}") from error
    if not _in_form(notebook):
        raise ExtractionError(f"{path.name} is no notebook of today's format (nbformat 4): {AGAIN}")
    slip = next(slips(notebook, marks), "")
    if slip:
        raise ExtractionError(slip)
    return notebook


def slips(notebook: Mapping[str, Any], marks: bool = True) -> Iterator[str]:
    """A sentence for each slip in ids, and in the `marks` around solutions; only cells that a release has count."""
    cells = [(number, cell) for number, cell in enumerate(notebook["cells"], 1) if not is_note(cell)]
    yield from repeated_ids([(number, meta_of(cell)) for number, cell in cells])
    if marks:
        yield from _marks(cells, any(is_declaration(cell) for cell in notebook["cells"]))


def _in_form(notebook: Any) -> bool:
    if not isinstance(notebook, dict) or notebook.get("nbformat") != 4 or not isinstance(notebook.get("cells"), list):
        return False
    return all(isinstance(cell, dict) and {"cell_type", "source"} <= cell.keys() for cell in notebook["cells"])


def repeated_ids(metas: Sequence[tuple[int, Mapping[str, Any]]]) -> Iterator[str]:
    """A sentence for each id of nbgrader's that several cells have: `metas` are their numbers and metadata."""
    by_id: dict[str, list[int]] = {}
    for number, meta in metas:
        if meta.get("grade_id"):
            by_id.setdefault(str(meta["grade_id"]), []).append(number)
    scored = {number for number, meta in metas if is_judged(meta)}
    for grade_id, numbers in by_id.items():
        if len(numbers) == 1:
            continue
        *first, last = numbers
        other = [number for number in numbers if number not in scored]
        if other and len(other) < len(numbers):
            remedy = (
                f"give cell {other[0]} another, such as {grade_id}-code; that of the grade cell says what it scores"
            )
        else:
            remedy = "give each an id of its own, or remove one of them"
        yield f"cells {', '.join(map(str, first))} and {last} have the same id {grade_id!r}: {remedy}"


def _marks(cells: Sequence[tuple[int, Mapping[str, Any]]], declared: bool) -> Iterator[str]:
    """What is wrong with the ids and marks of cells, which have their numbers with them."""
    for number, cell in cells:
        if declared and meta_of(cell).get("grade_id") == FACTS:
            yield f"cell {number} has the id {FACTS!r}, under which the build makes a cell of its own: give it another"
        yield from _regions(number, cell)
    if declared:
        yield from _whole_solutions(cells)


def _regions(number: int, cell: Mapping[str, Any]) -> Iterator[str]:
    """What is wrong with the markers around the solutions in one cell."""
    depth = 0
    for line in cell_text(cell).split("\n"):
        depth += (BEGIN in line) - (END in line)
        if depth not in (0, 1):
            break
    if depth:
        yield f"cell {number} has ### {BEGIN} and ### {END} that do not pair up; mend the markers"
    elif BEGIN in cell_text(cell) and cell["cell_type"] == "code" and not meta_of(cell).get("solution"):
        yield (
            f"cell {number} holds a solution between its markers and is not marked as one: make it an autograded "
            "answer with an id, or take the markers out"
        )


def _whole_solutions(cells: Sequence[tuple[int, Mapping[str, Any]]]) -> Iterator[str]:
    """Solution cells without markers, of which students would not even get the first lines of what is scored."""
    ids = {str(meta_of(cell).get("grade_id")).partition("-")[0] for _, cell in cells if is_judged(meta_of(cell))}
    defined = [(number, cell, _defined(cell)) for number, cell in cells if cell["cell_type"] == "code"]
    methods = ids.difference(*(names for *_, names in defined))  # ids of methods that do not name the class
    scored = {name for *_, names in defined for name, of_class in names.items() if name in ids or of_class & methods}
    for number, cell, names in defined:
        meta = meta_of(cell)
        if meta.get("solution") and not meta.get("grade") and BEGIN not in cell_text(cell):
            elsewhere = {name for other, _, of_other in defined if other != number for name in of_other}
            unseen = [name for name in names if name in scored and name not in elsewhere]
            if unseen:
                yield (
                    f"cell {number} has no ### {BEGIN} and ### {END}, so that nothing of {', '.join(unseen)} would "
                    "reach students: put the two markers around what they are to write, below the docstring"
                )


def _defined(cell: Mapping[str, Any]) -> dict[str, frozenset[str]]:
    """The functions and classes that a cell defines, each with its methods; none of what is no valid Python."""
    lines = ("" if line.lstrip().startswith(("%", "!")) else line for line in cell_text(cell).split("\n"))
    try:
        body = ast.parse("\n".join(lines)).body
    except (SyntaxError, ValueError):
        return {}
    return {
        node.name: frozenset(each.name for each in node.body if isinstance(each, ast.FunctionDef))
        if isinstance(node, ast.ClassDef)
        else frozenset()
        for node in body
        if isinstance(node, (ast.FunctionDef, ast.ClassDef))
    }
