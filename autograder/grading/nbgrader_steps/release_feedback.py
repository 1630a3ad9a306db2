"""`nbgrader release_feedback`, told in nbgrader_config.py to look at the gradebook first.

nbgrader releases whatever page lies in feedback/, and stops at the first student whose submission did not come through
the exchange. Here a page that shows another mark than the gradebook is made anew before it goes out, and a student
whose page cannot be released is named and left out.
"""

from __future__ import annotations

import glob
import os
from dataclasses import replace
from pathlib import Path

from nbgrader.exchange.default import ExchangeReleaseFeedback

from autograder.core import Course, Report
from autograder.gradebook import TIMESTAMP, GradebookError, final_marks
from autograder.grading.nbgrader_steps.autograde import course_of
from autograder.grading.store import journal as journals
from autograder.grading.student_folders import SECRET, carry_over, page_path, shows, write_page


class ReleaseFeedback(ExchangeReleaseFeedback):  # type: ignore[misc]
    """The exchange's own way to release feedback, with the pages brought up to the gradebook before."""

    def copy_files(self) -> None:
        """Release what shows the final mark; fails where the gradebook cannot be read."""
        course, assignment = course_of(self.coursedir), self.coursedir.assignment_id
        try:
            reports = final_marks.with_marks(course, assignment, journals.current(course, assignment))
        except (GradebookError, journals.JournalError) as error:
            self.fail(f"no feedback is released: {error}")
        by_student = {report.student or "": report for report in reports}
        excluded = [name for name in self.coursedir.student_id_exclude.split(",") if name]
        for student in _students(course, assignment):
            reason = _hindered(course, student, assignment, by_student.get(student))
            if reason:
                self.log.error("%s: feedback is not released: %s", student, reason)
                excluded.append(student)
        self.coursedir.student_id_exclude = ",".join(excluded)
        super().copy_files()


def _students(course: Course, assignment: str) -> list[str]:
    """Everybody who has a page in feedback/."""
    place = course.structure.format(
        nbgrader_step=glob.escape(str(course.feedback)), student_id="*", assignment_id=glob.escape(assignment)
    )
    of_feedback = replace(course, submitted=course.feedback)  # the same structure, one step on
    students = (of_feedback.student_of(Path(path)) for path in glob.glob(os.path.join(course.root, place, "*.html")))
    return sorted({student for student in students if student is not None})


def _hindered(course: Course, student: str, assignment: str, report: Report | None) -> str:
    """Brings a page up to the gradebook's mark; the reason why that cannot be done, "" where it is."""
    if report is None:
        return "the gradebook has no mark of it"
    if report.score is None:
        return report.withheld or "the autograder failed on it; grade it again"
    path = page_path(course, student, assignment)
    try:
        if not shows(path, report):
            if not report.checks and report.verdict == "graded":
                return "its page shows another mark than the gradebook; run nbgrader generate_feedback --force"
            write_page(course, report, path)
        carry_over(course, student, assignment)
    except OSError as error:
        return f"{error.filename} cannot be written ({error.strerror})"
    absent = [name for name in (TIMESTAMP, SECRET) if not (path.parent / name).is_file()]
    return f"no {' and no '.join(absent)}: it was not collected through the exchange" if absent else ""
