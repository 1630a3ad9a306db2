"""Cells whose points a person gives, and whether a student wrote anything for them.

Context: nbgrader gives 0 to an answer cell that is as it was released. Students also answer in a cell of their own,
below the one that was meant. Choice: 0 only where no cell of the notebook is their own, but for the solution and
other answers; else a person looks. Cost: a person sees a few answers that are empty.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from autograder.notebooks.reading import RawCell, RawNotebook
from autograder.notebooks.stubs import defines


def is_by_hand(meta: Mapping[str, Any]) -> bool:
    """Whether a person gives a cell's points: nbgrader's “manually graded answer” and “manually graded task”."""
    return bool(meta.get("task") or (meta.get("grade") and meta.get("solution")))


def is_judged(meta: Mapping[str, Any]) -> bool:
    """Whether a cell's points are given by checks."""
    return bool(meta.get("grade")) and not is_by_hand(meta)


def unanswered(
    notebook: RawNotebook, released: Mapping[str, str], released_texts: frozenset[str], defined: Sequence[str]
) -> tuple[str, ...]:
    """The answer cells for which nothing was written.

    `released` gives by name the text of each cell that students answer in, `given` all texts of the release; both as
    `as_text` has them.
    """
    if not released:
        return ()
    names = set(released)
    class_counts = any(defines(text, defined) for text in released.values())  # points for its style, say
    written = {str(cell.nbgrader.get("grade_id")) for cell in notebook.cells if _differs(cell, released)}
    written_cells = [
        cell
        for cell in notebook.cells
        if (text := as_text(cell.source))
        and text not in released_texts
        and str(cell.nbgrader.get("grade_id")) not in names  # whatever a student put there
        and (not defines(cell.source, defined) or class_counts)
    ]
    return () if written_cells else tuple(name for name in released if name not in written)


@lru_cache(maxsize=256)
def as_text(source: str) -> str:
    """Text to compare cells by: line ends and trailing blanks do not count."""
    return "\n".join(line.rstrip() for line in source.strip().splitlines())


def _differs(cell: RawCell, released: Mapping[str, str]) -> bool:
    """Whether an answer cell holds something else than what was given, or than nothing."""
    name = cell.nbgrader.get("grade_id")
    return isinstance(name, str) and name in released and as_text(cell.source) not in ("", released[name])


def meta_of(cell: Mapping[str, Any]) -> dict[str, Any]:
    """What nbgrader noted of a cell; empty where that is no dict."""
    meta = cell.get("metadata", {}).get("nbgrader", {})
    return meta if isinstance(meta, dict) else {}
