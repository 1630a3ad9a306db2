"""The cells of a release: what students are given holds no answer, and leaves something to write."""

from __future__ import annotations

import ast
import math
from collections.abc import Mapping
from typing import Any

from autograder.authoring.cells import cell_text, is_declaration, is_note


def misfits(release: Mapping[str, Any]) -> list[str]:
    """Problems of the release's cells: grade cells that are not locked tests, solutions that are still there."""
    complaints = []
    for number, cell in enumerate(release["cells"], start=1):
        meta = cell.get("metadata", {}).get("nbgrader") or {}
        if is_declaration(cell) or is_note(cell):
            complaints.append(f"cell {number} of the release is the instructor's own")
        if cell["cell_type"] == "code" and (cell.get("outputs") or cell.get("execution_count")):
            complaints.append(f"cell {number} of the release has outputs")
        if cell["cell_type"] == "code" and meta.get("grade") and not meta.get("solution") and not meta.get("locked"):
            complaints.append(f"the grade cell {meta.get('grade_id')} is not locked")
        if meta.get("grade") and not _is_worth(meta.get("points")):
            complaints.append(
                f"the grade cell {meta.get('grade_id')} is worth {meta.get('points')!r}; points are a number from 0 on"
            )
        if meta.get("solution") and not meta.get("grade") and cell["cell_type"] == "code":
            text = cell_text(cell)
            try:
                tree = ast.parse(text)
            except SyntaxError as error:
                complaints.append(
                    f"cell {number} of the release is not valid Python: {error.msg} (line {error.lineno})"
                )
                continue
            if not any(isinstance(node, ast.Raise) for node in ast.walk(tree)):
                complaints.append(f"cell {number} of the release leaves nothing to write: it has no solution region")
    return complaints


def _is_worth(points: Any) -> bool:
    """Whether that can be the points of a cell."""
    return isinstance(points, int | float) and not isinstance(points, bool) and 0 <= points < math.inf
