"""Final marks, read out of nbgrader's gradebook.

What counts is nbgrader's own: its mapped columns are asked, so that what is read here is what `nbgrader export` writes.
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
from autograder.gradebook.rows import MOST_NAMED, GradebookError
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
    """Marks of an assignment, in six questions to the database, however many they are.

    What a cell counts is nbgrader's own expression, and so is what the assignment is worth. A submission's cells are
    added up here: nbgrader's sum looks through the grades of all for each, since no index leads from a submission to
    its own. For the same reason all are asked for by cell, from which one does.
    """
    from sqlalchemy import select

    db = api()
    asked = select(db.Assignment.id, db.Assignment.max_score).where(db.Assignment.name == assignment)
    known = session.execute(asked).first()
    if known is None:
        return {}
    named = students if students is None or len(students) <= MOST_NAMED else None
    of_assignment = select(db.Notebook.id).where(db.Notebook.assignment_id == known.id)
    cells = session.execute(
        select(db.BaseCell.id, db.BaseCell.name)
        .where(db.BaseCell.notebook_id.in_(of_assignment))
        .order_by(db.BaseCell.name, db.BaseCell.id)
    ).all()
    submissions = session.execute(
        select(
            db.SubmittedAssignment.id, db.SubmittedAssignment.student_id, db.Student.first_name, db.Student.last_name
        )
        .join(db.Student, db.SubmittedAssignment.student_id == db.Student.id)
        .where(db.SubmittedAssignment.assignment_id == known.id, *_among(db.SubmittedAssignment.student_id, named))
    ).all()
    papers = db.SubmittedNotebook
    notebooks = session.execute(
        select(papers.id, papers.assignment_id, papers.late_submission_penalty).where(
            papers.notebook_id.in_(of_assignment),
            *_among(papers.assignment_id, None if named is None else [row.id for row in submissions]),
        )
    ).all()
    submission_of = {row.id: row.assignment_id for row in notebooks}
    penalties: dict[str, float] = defaultdict(float)
    for row in notebooks:
        penalties[row.assignment_id] += row.late_submission_penalty or 0.0
    place = {cell.id: k for k, cell in enumerate(cells)}

    def beside(table: Any, *columns: Any) -> dict[str, list[Any]]:
        """Rows of a table that hangs on the submitted notebooks' cells, by submission, in the order of the cells."""
        query = select(table.notebook_id, table.cell_id, *columns).where(
            table.cell_id.in_(list(place)), *_among(table.notebook_id, None if named is None else list(submission_of))
        )
        rows: dict[str, list[Any]] = defaultdict(list)
        for row in sorted(session.execute(query), key=lambda each: place[each.cell_id]):
            rows[submission_of[row.notebook_id]].append((cells[place[row.cell_id]].name, *row[2:]))
        return rows

    columns = ("score", "max_score", "auto_score", "manual_score", "extra_credit", "needs_manual_grade")
    grades = beside(db.Grade, *(getattr(db.Grade, column) for column in columns))
    comments = beside(db.Comment, db.Comment.manual_comment, db.Comment.auto_comment)
    return {
        row.student_id: FinalMark(
            tuple(_part(name, *grade) for name, _, *grade in grades[row.id]),
            tidy(known.max_score),
            tidy(sum(score for _, score, *_ in grades[row.id])),
            penalties[row.id],
            tuple((name, text) for name, text, _ in comments[row.id] if text and text.strip()),
            full_name(row.first_name, row.last_name),
            any(said == ABSENT for _, _, said in comments[row.id]),
        )
        for row in submissions
        if students is None or row.student_id in students
    }


def _among(column: Any, values: Collection[str] | None) -> list[Any]:
    """The condition that a column is one of the values; none where these are None."""
    return [] if values is None else [column.in_(values)]
