"""Final marks, read out of nbgrader's gradebook.

What counts is nbgrader's own: its mapped columns are asked, so that what is read here is what `nbgrader export` writes.
Nothing is written, not even a table that is missing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from functools import cached_property
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
            return _marks(session, assignment, students, tested=not course.solution(assignment).is_file())
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


class _Read:
    """What the database says of an assignment's submissions, or of those of the students that are `named`.

    What a cell counts is nbgrader's own expression, and so is what the assignment is worth. A submission's cells are
    added up here: nbgrader's sum looks through the grades of all for each, since no index leads from a submission to
    its own. For the same reason all are asked for by cell, from which one does.
    """

    def __init__(self, session: Any, assignment: str, named: Collection[str] | None):
        from sqlalchemy import select

        self._session, self._named, self._select, self._tables = session, named, select, api()
        table = self._tables.Assignment
        self.assignment = session.execute(select(table.id, table.max_score).where(table.name == assignment)).first()

    @cached_property
    def submissions(self) -> list[Any]:
        """Of each its id and its student's, and the name that the gradebook has."""
        table, person = self._tables.SubmittedAssignment, self._tables.Student
        query = self._select(table.id, table.student_id, person.first_name, person.last_name)
        query = query.join(person, table.student_id == person.id).where(table.assignment_id == self.assignment.id)
        return list(self._session.execute(query.where(*self._among(table.student_id, self._named or ()))))

    @cached_property
    def notebooks(self) -> dict[str, Any]:
        """The submitted notebooks by id, each with its submission and penalty."""
        table = self._tables.SubmittedNotebook
        query = self._select(table.id, table.assignment_id, table.late_submission_penalty)
        query = query.where(table.notebook_id.in_(self._released()))
        query = query.where(*self._among(table.assignment_id, [row.id for row in self.submissions]))
        return {row.id: row for row in self._session.execute(query)}

    @cached_property
    def cells(self) -> dict[str, str]:
        """The assignment's cells in their order: name by id."""
        table = self._tables.BaseCell
        query = self._select(table.id, table.name).where(table.notebook_id.in_(self._released()))
        return {row.id: row.name for row in self._session.execute(query.order_by(table.name, table.id))}

    def beside(self, table: str, *columns: str) -> dict[str, list[Any]]:
        """By submission: cell by cell, its name and these columns of a table that hangs on submitted notebooks."""
        made = getattr(self._tables, table)
        query = self._select(made.notebook_id, made.cell_id, *(getattr(made, column) for column in columns))
        query = query.where(made.cell_id.in_(list(self.cells)))
        query = query.where(*self._among(made.notebook_id, list(self.notebooks)))
        places = {cell: place for place, cell in enumerate(self.cells)}
        rows: dict[str, list[Any]] = defaultdict(list)
        for notebook, cell, *of_cell in sorted(self._session.execute(query), key=lambda row: places[row.cell_id]):
            if notebook in self.notebooks:  # not one that was handed in since
                rows[self.notebooks[notebook].assignment_id].append((self.cells[cell], *of_cell))
        return rows

    def _released(self) -> Any:
        table = self._tables.Notebook
        return self._select(table.id).where(table.assignment_id == self.assignment.id)

    def _among(self, column: Any, values: Collection[str]) -> list[Any]:
        """That a column is one of the values, where students are named; nothing where all are asked for."""
        return [] if self._named is None else [column.in_(values)]


def _marks(session: Any, assignment: str, students: Collection[str] | None, *, tested: bool) -> dict[str, FinalMark]:
    """Marks of an assignment, in six questions to the database, however many they are."""
    known = _Read(session, assignment, students if students is None or len(students) <= MOST_NAMED else None)
    if known.assignment is None:
        return {}
    columns = ("score", "max_score", "auto_score", "manual_score", "extra_credit", "needs_manual_grade")
    grades, comments = known.beside("Grade", *columns), known.beside("Comment", "manual_comment", "auto_comment")
    penalties: dict[str, float] = defaultdict(float)
    for notebook in known.notebooks.values():
        penalties[notebook.assignment_id] += notebook.late_submission_penalty or 0.0
    return {
        row.student_id: FinalMark(
            tuple(_part(name, *grade) for name, _, *grade in grades[row.id]),
            tidy(known.assignment.max_score),
            tidy(sum(score for _, score, *_ in grades[row.id])),
            penalties[row.id],
            tuple((name, text) for name, text, _ in comments[row.id] if text and text.strip()),
            full_name(row.first_name, row.last_name),
            any(said == ABSENT for _, _, said in comments[row.id]),
            tested,
        )
        for row in known.submissions
        if students is None or row.student_id in students
    }
