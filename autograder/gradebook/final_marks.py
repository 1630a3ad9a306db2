"""Final marks, read out of nbgrader's gradebook.

The sums are nbgrader's own: its mapped columns are asked, so that what is read here is what `nbgrader export` writes.
Nothing is written, not even a table that is missing.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from autograder.core import Course, FinalMark, Part, Report
from autograder.gradebook.nbgrader_database import api, engine
from autograder.gradebook.papers import tidy
from autograder.gradebook.rows import GradebookError
from autograder.gradebook.writing import shown, unusable

BY_HAND = "The autograder did not grade this submission: the points stand in the gradebook."


def read(course: Course, assignment: str, students: Collection[str] | None = None) -> dict[str, FinalMark]:
    """The mark of every student (or of these) whose submission of an assignment the gradebook has, by student's id.

    Raises GradebookError where there is no gradebook, or where it cannot be read.
    """
    from sqlalchemy.exc import SQLAlchemyError
    from sqlalchemy.orm import Session

    if not is_there(course):
        raise GradebookError(
            f"there is no gradebook {shown(course.db_url)}: make it with autograder build {assignment}, then grade"
        )
    try:
        with Session(engine(course.db_url)) as session:
            return _marks(session, assignment, students)
    except SQLAlchemyError as error:
        raise unusable(course.db_url, error) from error


def is_there(course: Course) -> bool:
    """Whether a gradebook on this disk exists; one elsewhere is believed to."""
    from sqlalchemy.engine import make_url

    url = make_url(course.db_url)
    in_memory = url.database in (None, "", ":memory:")
    return not url.drivername.startswith("sqlite") or in_memory or Path(str(url.database)).is_file()


def is_known(course: Course, assignment: str) -> bool:
    """Whether the gradebook has an assignment; one that cannot be asked is believed to, and says so when written to."""
    from sqlalchemy import text
    from sqlalchemy.exc import SQLAlchemyError

    if not is_there(course):
        return False
    try:
        with engine(course.db_url).connect() as connection:
            asked = text("select 1 from assignment where name = :name")
            return connection.execute(asked, {"name": assignment}).first() is not None
    except SQLAlchemyError:
        return True


def names(course: Course) -> dict[str, str]:
    """The names that the gradebook has, by student's id; of one that cannot be asked, none."""
    from sqlalchemy import text
    from sqlalchemy.exc import SQLAlchemyError

    try:
        with engine(course.db_url).connect() as connection:
            asked = connection.execute(text("select id, first_name, last_name from student"))
            return {row.id: full_name(row.first_name, row.last_name) for row in asked}
    except SQLAlchemyError:
        return {}


def full_name(first: str | None, last: str | None) -> str:
    """A student's name as the gradebook has it, "" where it has none."""
    return " ".join(filter(None, (first, last)))


def with_marks(course: Course, assignment: str, reports: Iterable[Report]) -> list[Report]:
    """The reports of an assignment, by student, each with its final mark or with the reason why it has none.

    A submission that has points in the gradebook and no report (graded by hand, or by nbgrader alone) gets a report
    that tells of the mark only. Raises GradebookError where the gradebook cannot be read.
    """
    found = read(course, assignment)
    made = [with_mark(report, found.pop(report.student or "", None)) for report in reports]
    for student, mark in found.items():
        if any(part.auto is not None or part.manual is not None for part in mark.parts):
            alone = Report("", student, assignment, "graded", mark.max_score, notes=(BY_HAND,))
            made.append(_attached(alone, mark))
    return sorted(made, key=lambda report: report.student or "")


def with_mark(report: Report, mark: FinalMark | None) -> Report:
    """One report with what the gradebook has of its submission."""
    if mark is not None and mark.by_hand:
        return _attached(report, mark)
    if report.found is None:
        return report
    if mark is None:
        return replace(report, withheld="the gradebook has no mark of it; grade it, so that it is recorded")
    if not _agree(report, mark.parts):
        return replace(
            report,
            withheld=f"the gradebook holds {mark.auto:g} points of another grading than the last, which gave "
            f"{report.found:g}; run autograder grade, so that this one is recorded",
        )
    return _attached(report, mark)


def _attached(report: Report, mark: FinalMark) -> Report:
    if not mark.settled:
        open_ = ", ".join(p.name for p in mark.parts if p.max_score and p.auto is None and p.manual is None)
        return replace(report, withheld=f"it is still to be graded by hand: {open_}")
    if not all(map(math.isfinite, (mark.score, mark.penalty, mark.max_score))):
        return replace(report, withheld="the gradebook holds something that is no number")
    return replace(report, mark=mark)


def _agree(report: Report, parts: Sequence[Part]) -> bool:
    """Whether the automatic points in the gradebook are this report's."""
    earned = {method: points["score"] for method, points in report.methods.items()}
    ours = {part.name: part.auto for part in parts if part.auto is not None}
    return math.isclose(math.fsum(ours.values()), report.found or 0.0, abs_tol=1e-5) and all(
        math.isclose(ours.get(method, 0.0), score, abs_tol=1e-5) for method, score in earned.items()
    )


def _marks(session: Any, assignment: str, students: Collection[str] | None) -> dict[str, FinalMark]:
    """Marks of an assignment, in four questions to the database."""
    api()
    from nbgrader.api import Assignment, BaseCell, Comment, Grade, Student, SubmittedAssignment, SubmittedNotebook
    from sqlalchemy import select

    def of_assignment(query: Any) -> list[Any]:
        query = query.where(Assignment.name == assignment)
        if students is not None:
            query = query.where(SubmittedAssignment.student_id.in_(students))
        return list(session.execute(query))

    submissions = of_assignment(
        select(
            SubmittedAssignment.id, SubmittedAssignment.student_id, SubmittedAssignment.score,
            SubmittedAssignment.late_submission_penalty, Assignment.max_score, Student.first_name, Student.last_name,
        ).join(Assignment, SubmittedAssignment.assignment_id == Assignment.id)
        .join(Student, SubmittedAssignment.student_id == Student.id)
    )  # fmt: skip

    def beside(table: Any, *columns: Any) -> dict[str, list[Any]]:
        """Rows of a table that hangs on the submitted notebooks' cells, by submission."""
        query = (
            select(SubmittedNotebook.assignment_id, BaseCell.name, *columns)
            .join(SubmittedNotebook, table.notebook_id == SubmittedNotebook.id)
            .join(SubmittedAssignment, SubmittedNotebook.assignment_id == SubmittedAssignment.id)
            .join(Assignment, SubmittedAssignment.assignment_id == Assignment.id)
            .join(BaseCell, table.cell_id == BaseCell.id)
            .order_by(BaseCell.name, BaseCell.id)
        )
        rows = defaultdict(list)
        for row in of_assignment(query):
            rows[row[0]].append(row[1:])
        return rows

    grades = beside(Grade, Grade.max_score, Grade.auto_score, Grade.manual_score, Grade.extra_credit)
    comments = beside(Comment, Comment.manual_comment)
    return {
        row.student_id: FinalMark(
            tuple(Part(name, worth, auto, manual, extra or 0.0) for name, worth, auto, manual, extra in grades[row.id]),
            tidy(row.max_score),
            tidy(row.score),
            row.late_submission_penalty,
            tuple((name, text) for name, text in comments[row.id] if text and text.strip()),
            full_name(row.first_name, row.last_name),
        )
        for row in submissions
    }
