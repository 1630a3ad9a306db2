"""After the deadline: the official answers and the reference of an assignment, as a notebook that students can read."""

from __future__ import annotations

import copy
import json
import re
from pathlib import Path
from typing import Any

from autograder.authoring.cells import is_note
from autograder.authoring.nbgrader_release import settle_ids
from autograder.authoring.source import source_notebook
from autograder.core import Course, CourseError, write_whole

_MARKER = re.compile(r"^[ \t]*(?:#|<!--)*[ \t]*(?:###|===)?[ \t]*(?:BEGIN|END) SOLUTION.*\n?", re.MULTILINE)
_HIDDEN = re.compile(
    r"^[^\n]*BEGIN (HIDDEN TESTS|MARK SCHEME).*?END \1[^\n]*\n?", re.MULTILINE | re.DOTALL
)  # what graders alone are to see


def write(course: Course, assignment: str, out: Path) -> Path:
    """Writes the notebook to `out` and returns it; raises CourseError where there is no source notebook.

    It holds no note to instructors, no hidden test, no mark scheme and no output, and nothing of nbgrader's metadata:
    it is to be read, not handed in.
    """
    place = course.source_notebook(assignment)
    if not place.is_file():
        known = ", ".join(course.source_assignments()) or "none"
        raise CourseError(f"no assignment {assignment!r} with a source notebook; there are: {known}")
    made = copy.deepcopy(source_notebook(place, marks=False))
    cells: list[dict[str, Any]] = [cell for cell in made["cells"] if not (is_note(cell) or _declares(cell))]
    settle_ids(cells)
    for cell in cells:
        text = _HIDDEN.sub("", "".join(cell["source"]))
        cell["source"] = _MARKER.sub("", text)
        cell["metadata"] = {}
        if cell["cell_type"] == "code":
            cell["outputs"], cell["execution_count"] = [], None
    kept = {name: made["metadata"][name] for name in ("kernelspec", "language_info") if name in made["metadata"]}
    notebook = {"cells": cells, "metadata": kept, "nbformat": 4, "nbformat_minor": 5}
    write_whole(out, (json.dumps(notebook, indent=1, ensure_ascii=False) + "\n").encode("utf-8"))
    return out


def _declares(cell: dict[str, Any]) -> bool:
    """Whether a cell tells the autograder what to ask."""
    return "autograder" in cell.get("metadata", {}).get("tags", ())
