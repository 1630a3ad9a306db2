"""The mark in the notebook that `nbgrader generate_feedback` hands back: what nbgrader_config.py puts after GetGrades.

nbgrader's heading takes the late penalty off without a floor, and knows nothing of what a person changed. Here the
first cell and the heading get the gradebook's final mark, which is what the pages and the exports say.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from nbconvert.preprocessors import Preprocessor
from traitlets import Bool

from autograder.core import Course, Report
from autograder.gradebook import VERDICT_ID, GradebookError, final_marks
from autograder.reporting import html, mark_words, words

# Whatever a cell holds (a formula, letters with a tower of accents) is drawn within it, never over another or the head.
CONTAINED = "<style>div.cell { contain: paint; overflow: clip; } div.text_cell_render { overflow-x: auto; }</style>"


class ShowMark(Preprocessor):
    """Writes the final mark of a submission into the notebook's first cell and into what the heading shows."""

    enabled = Bool(True).tag(config=True)

    def preprocess(self, notebook: Any, resources: Any) -> tuple[Any, Any]:
        """Raises GradebookError where the gradebook has no mark: then no feedback is made."""
        from autograder.grading.nbgrader_steps.autograde import course_of

        about, exporter = resources["nbgrader"], self.parent
        coursedir = getattr(getattr(exporter, "parent", None), "coursedir", None)
        course = course_of(coursedir) if coursedir is not None else Course.find(Path.cwd())
        student, assignment = about["student"], about["assignment"]
        mark = final_marks.read(course, assignment).get(student)
        if mark is None:
            raise GradebookError(f"{student}: the gradebook has no final mark of {assignment}; grade it first")
        report = Report("", student, assignment, "graded", mark.max_score, mark=mark)
        cell = next((cell for cell in notebook.cells if cell.get("id") == VERDICT_ID), None)
        if cell is not None:
            order = [each.get("metadata", {}).get("nbgrader", {}).get("grade_id", "") for each in notebook.cells]
            cell.source = f"{_account(report, order)}\n\n{_notes(cell.source)}"
            cell.metadata["autograder"] = {"mark": mark.digest}
        about["score"], about["max_score"] = mark.total, mark.max_score
        about["late_penalty"] = max(0.0, mark.score - mark.total)
        return notebook, resources


def _account(report: Report, order: Sequence[str]) -> str:
    """The mark and how it came about, cells in this order, as markdown that holds nothing active; marked for
    `student_folders.shows`."""
    assert report.mark is not None
    lines = [f"## {words.points(report.mark.total, report.mark.max_score)}{' so far' if report.waiting else ''}"]
    lines.append(f'<div class="autograder-mark-{report.mark.digest}"><ul>')
    lines += [f"<li>{html(what, lines=False)}: {points}</li>" for what, points in mark_words.account(report, order)]
    lines += [
        f"<li>On <code>{html(cell, lines=False)}</code>: {str(html(said)).replace(chr(10), '<br>')}</li>"
        for cell, said in mark_words.comments(report)
    ]
    return "\n\n".join([lines[0], "".join([*lines[1:], "</ul>", CONTAINED, "</div>"])])


def _notes(source: str) -> str:
    """What the verdict cell says beside the points, which are the autograder's alone."""
    return source.partition("\n\n")[2]
