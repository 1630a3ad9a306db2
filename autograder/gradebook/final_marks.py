"""Final marks, read out of nbgrader's gradebook.

The sums are nbgrader's own: its mapped columns are asked, so that what is read here is what `nbgrader export` writes.
Nothing is written, not even a table that is missing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from pathlib import Path
from typing import Any

from autograder.core import ABSENT, Course, FinalMark, Part, Report
from autograder.gradebook.marked_report import attached, with_mark
from autograder.gradebook.nbgrader_database import api, engine
from autograder.gradebook.papers import tidy
from autograder.gradebook.rows import GradebookError
from autograder.gradebook.writing import shown, unusable

BY_HAND = "This kit has no report on this submission: the points stand in the gradebook."


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
    """The names that the gradebook has, by student's id; of one that is not there or cannot be asked, none."""
    from sqlalchemy import text
    from sqlalchemy.exc import SQLAlchemyError

    if not is_there(course):  # to ask SQLite would make it
        return {}
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
    final = read(course, assignment)
    made = [with_mark(report, final.pop(report.student or "", None)) for report in reports]
    for student, mark in final.items():
        if any(part.auto is not None or part.manual is not None for part in mark.parts):
            notes = () if mark.absent else (BY_HAND,)
            alone = Report("", student, assignment, "graded", mark.max_score, notes=notes)
            made.append(attached(alone, mark))
    return sorted(made, key=lambda report: report.student or "")


def _part(
    name: str, worth: float, auto: float | None, manual: float | None, extra: float | None, flagged: bool | None
) -> Part:
    return Part(name, worth, auto, manual, extra or 0.0, again=bool(flagged) and manual is not None)


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

    columns = (Grade.max_score, Grade.auto_score, Grade.manual_score, Grade.extra_credit, Grade.needs_manual_grade)
    grades = beside(Grade, *columns)
    comments = beside(Comment, Comment.manual_comment, Comment.auto_comment)
    return {
        row.student_id: FinalMark(
            tuple(_part(*grade) for grade in grades[row.id]),
            tidy(row.max_score),
            tidy(row.score),
            row.late_submission_penalty,
            tuple((name, text) for name, text, _ in comments[row.id] if text and text.strip()),
            full_name(row.first_name, row.last_name),
            any(said == ABSENT for _, _, said in comments[row.id]),
        )
        for row in submissions
    }
