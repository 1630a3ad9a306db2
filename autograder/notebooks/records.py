"""A submission as text, before anything of it has been run."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Cell:
    """One code cell to run: its place in the submitted notebook and its text, magics already rewritten."""

    index: int
    source: str
    given: bool = False


@dataclass(frozen=True, slots=True)
class Submission:
    """A submission as text: nothing of it has been run.

    `fault` is the reason, in one line, why no notebook could be read; then there are no cells.
    `unanswered` names the cells of which a person gives the points, and for which nothing was written.
    `methods_text` maps each method found to its source text, for evidence that only the text can give.
    """

    path: str
    student: str | None
    assignment: str
    cells: tuple[Cell, ...] = ()
    notes: tuple[str, ...] = ()
    fault: str = ""
    notebook: dict[str, Any] | None = None
    unanswered: tuple[str, ...] = ()
