"""The cells of a source notebook: which are whose, and who may see which of their lines."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from autograder.core import AutograderError

BEGIN, END = "BEGIN SOLUTION", "END SOLUTION"
DECLARATION = "autograder"  # the tag of the cell that declares an assignment
ALTERNATIVE = "alternative"  # the tag of cells with a second solution, which only the build looks at
NOTE = "instructor"  # the tag of cells that are notes from one instructor to the next, and reach no student
_HIDDEN_BEGIN = ("BEGIN HIDDEN TESTS", "BEGIN MARK SCHEME")
_HIDDEN_END = ("END HIDDEN TESTS", "END MARK SCHEME")


class ExtractionError(AutograderError, ValueError):
    """No reference can be made of the source; the message says why."""


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
