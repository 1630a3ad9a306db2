"""The rows of nbgrader's gradebook that hold the marks of one assignment, written with a dozen statements."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from autograder.core import AutograderError
from autograder.gradebook.nbgrader_database import api

_WITH_POINTS = ("GradeCell", "TaskCell")
MOST_NAMED = 500  # students, or their papers, that are named in one question; databases bound how many there may be
NO_RESPONSE = "No response."  # nbgrader's own words for an untouched solution cell


class GradebookError(AutograderError):
    """The gradebook could not be written; nothing was. The message names the remedy."""


@dataclass(frozen=True, slots=True)
class Entry:
    """All that the gradebook is told of one submission.

    `scores` are the automatic ones by grade cell, None where a person gives the points. `blank` are the cells that are
    as they were given, `same` the answers that are known to be those of the grading before. `before` gives, by grade
    cell, the automatic score and the flag that stood there before nbgrader put its own zero in their place; empty where
    nothing did.
    """

    student: str
    assignment: str
    scores: Mapping[str, float | None]
    blank: Collection[str] = ()
    same: Collection[str] = ()
    timestamp: datetime | None = None
    before: Mapping[str, tuple[float | None, bool]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Penalty:
    """A late penalty that changed, in points."""

    student: str
    old: float
    new: float


class Rows:
    """The entries of one assignment, written with a dozen statements however many they are."""

    def __init__(self, session: Any, assignment: str, late: Callable[[], Any]) -> None:
        self.session, self.assignment, self.late = session, assignment, late
        self.tables = {
            name: getattr(api(), name).__table__
            for name in (
                *("Assignment", "Notebook", "BaseCell", "GradeCell", "Student"),
                *("SubmittedAssignment", "SubmittedNotebook", "Grade", "Comment"),
            )
        }

    def write(self, entries: list[Entry]) -> None:
        """Students, submissions, grades, comments and penalties of all entries."""
        notebooks, notebook = self._known()
        cells = self._rows("BaseCell", ["id", "name", "type", "notebook_id"], notebook_id=[n.id for n in notebooks])
        self._check_cells(notebook, cells, entries[0].scores)

        self._students([entry.student for entry in entries])
        submissions = self._submissions(entries)
        places = self._notebooks(submissions, [notebook.id for notebook in notebooks])
        totals = self._grades(entries, submissions, places, cells, notebook)
        self._comments(entries, submissions, places, cells, notebook)
        place_of = {student: places[submission[0], notebook] for student, submission in submissions.items()}
        self._penalties(submissions, place_of, totals)

    def settle(self, times: Mapping[str, datetime | None]) -> list[Penalty]:
        """Times of submission and penalties of submissions that are there already; the penalties that changed."""
        _, notebook = self._known()
        cells = [cell.id for cell in self._rows("BaseCell", ["id"], notebook_id=[notebook])]
        students = list(times)
        chunks = [students[start : start + MOST_NAMED] for start in range(0, len(students), MOST_NAMED)]
        return [
            penalty
            for chunk in chunks
            for penalty in self._settled({student: times[student] for student in chunk}, notebook, cells)
        ]

    def _settled(self, times: Mapping[str, datetime | None], notebook: str, cells: list[str]) -> list[Penalty]:
        there = self._rows("SubmittedAssignment", ["student_id"], assignment_id=[self.id], student_id=list(times))
        entries = [Entry(row.student_id, self.assignment, {}, timestamp=times[row.student_id]) for row in there]
        submissions = self._submissions(entries)
        student_of = {submission: student for student, (submission, _, _) in submissions.items()}
        rows = self._rows(
            "SubmittedNotebook", ["id", "assignment_id"], assignment_id=list(student_of), notebook_id=[notebook]
        )
        places = {student_of[row.assignment_id]: row.id for row in rows}
        student_at = {place: student for student, place in places.items()}
        totals = dict.fromkeys(places, 0.0)
        columns = ["notebook_id", "auto_score", "manual_score", "extra_credit"]
        for row in self._rows("Grade", columns, cell_id=cells, notebook_id=list(student_at)):
            counted = row.manual_score if row.manual_score is not None else row.auto_score
            if counted is not None:
                totals[student_at[row.notebook_id]] += counted + (row.extra_credit or 0.0)
        return self._penalties(submissions, places, totals)

    def _known(self) -> tuple[list[Any], str]:
        """The assignment's notebooks and the id of the one that is graded; raises GradebookError without one."""
        known = self._rows("Assignment", ["id", "duedate"], name=[self.assignment])
        if not known:
            raise self._unknown()
        self.duedate, self.id = known[0].duedate, known[0].id
        notebooks = self._rows("Notebook", ["id", "name"], assignment_id=[self.id])
        named = [notebook.id for notebook in notebooks if notebook.name == self.assignment]
        if not named:
            raise self._unknown()
        return notebooks, named[0]

    def _unknown(self) -> GradebookError:
        return GradebookError(
            f"the gradebook does not know {self.assignment}; note it there: autograder build {self.assignment}"
        )

    def _check_cells(self, notebook: str, cells: list[Any], scores: Mapping[str, float | None]) -> None:
        """The gradebook's grade cells must be those that the release has."""
        known = {cell.name for cell in cells if cell.notebook_id == notebook and cell.type in _WITH_POINTS}
        if known != set(scores):
            raise GradebookError(
                f"the gradebook has the grade cells {sorted(known)} for {self.assignment}, "
                f"the release {sorted(scores)}; build it again: autograder build {self.assignment}"
            )

    def _students(self, students: list[str]) -> None:
        there = {row.id for row in self._rows("Student", ["id"], id=students)}
        self._insert("Student", [{"id": student} for student in students if student not in there])

    def _submissions(self, entries: list[Entry]) -> dict[str, tuple[str, datetime | None, timedelta | None]]:
        """By student: the submission's id, its time and the extension that was granted."""
        rows = self._rows(
            "SubmittedAssignment",
            ["id", "student_id", "timestamp", "extension"],
            assignment_id=[self.id],
            student_id=[entry.student for entry in entries],
        )
        there = {row.student_id: row for row in rows}
        submissions: dict[str, tuple[str, datetime | None, timedelta | None]] = {}
        new: list[dict[str, Any]] = []
        moved: list[dict[str, Any]] = []
        for entry in entries:
            old = there.get(entry.student)
            if old is None:
                submission = _new_id()
                row = {"id": submission, "assignment_id": self.id, "student_id": entry.student}
                new.append(row | {"timestamp": entry.timestamp, "extension": None})
                submissions[entry.student] = (submission, entry.timestamp, None)
                continue
            when = entry.timestamp or old.timestamp  # as nbgrader: without a timestamp.txt the old time stays
            if when != old.timestamp:
                moved.append({"key": old.id, "timestamp": when})
            submissions[entry.student] = (old.id, when, old.extension)
        self._insert("SubmittedAssignment", new)
        self._update("SubmittedAssignment", moved, ["timestamp"])
        return submissions

    def _notebooks(self, submissions: Mapping[str, tuple[str, Any, Any]], notebooks: list[str]) -> dict[Any, str]:
        """By (submission, notebook): the id of the submitted notebook."""
        ids = [submission for submission, _, _ in submissions.values()]
        rows = self._rows(
            "SubmittedNotebook", ["id", "assignment_id", "notebook_id"], notebook_id=notebooks, assignment_id=ids
        )
        there = {(row.assignment_id, row.notebook_id): row.id for row in rows}
        new = [
            {"id": _new_id(), "assignment_id": submission, "notebook_id": notebook, "flagged": False}
            for submission in ids
            for notebook in notebooks
            if (submission, notebook) not in there
        ]
        self._insert("SubmittedNotebook", new)
        return there | {(row["assignment_id"], row["notebook_id"]): str(row["id"]) for row in new}

    def _grades(
        self, entries: list[Entry], submissions: Any, places: dict[Any, str], cells: list[Any], notebook: str
    ) -> dict[str, float]:
        """Writes the automatic scores; by student, the notebook's score with what was graded by hand."""
        columns = ["id", "notebook_id", "cell_id", "auto_score", "manual_score", "extra_credit", "needs_manual_grade"]
        rows = self._rows("Grade", columns, cell_id=[cell.id for cell in cells], notebook_id=list(places.values()))
        there = {(row.notebook_id, row.cell_id): row for row in rows}
        new, changed, totals = [], [], {}
        for entry in entries:
            total = 0.0
            for cell in cells:
                if cell.type not in _WITH_POINTS:
                    continue
                place = places[submissions[entry.student][0], cell.notebook_id]
                old = there.get((place, cell.id))
                score = entry.scores.get(cell.name) if cell.notebook_id == notebook else None
                if old is None:
                    row = {"id": _new_id(), "notebook_id": place, "cell_id": cell.id, "auto_score": score}
                    new.append(row | {"needs_manual_grade": score is None})
                    total += score or 0.0
                    continue
                if cell.notebook_id != notebook:
                    continue
                flag = _to_look_at(entry, cell.name, score, old)
                if old.auto_score != score or old.needs_manual_grade != flag:
                    changed.append({"key": old.id, "auto_score": score, "needs_manual_grade": flag})
                counted = old.manual_score if old.manual_score is not None else score
                if counted is not None:
                    total += counted + (old.extra_credit or 0.0)
            totals[entry.student] = total
        self._insert("Grade", new)
        self._update("Grade", changed, ["auto_score", "needs_manual_grade"])
        return totals

    def _comments(
        self, entries: list[Entry], submissions: Any, places: dict[Any, str], cells: list[Any], notebook: str
    ) -> None:
        """nbgrader's automatic comment on what was left as given; what was typed by hand is not looked at."""
        rows = self._rows(
            "Comment",
            ["id", "notebook_id", "cell_id", "auto_comment"],
            cell_id=[cell.id for cell in cells],
            notebook_id=list(places.values()),
        )
        there = {(row.notebook_id, row.cell_id): row for row in rows}
        new, changed = [], []
        for entry in entries:
            for cell in cells:
                if cell.type not in ("SolutionCell", "TaskCell"):
                    continue
                place = places[submissions[entry.student][0], cell.notebook_id]
                mine = cell.notebook_id == notebook
                comment = NO_RESPONSE if mine and cell.name in entry.blank else None
                old = there.get((place, cell.id))
                if old is None:
                    new.append({"id": _new_id(), "notebook_id": place, "cell_id": cell.id, "auto_comment": comment})
                elif mine and old.auto_comment != comment:
                    changed.append({"key": old.id, "auto_comment": comment})
        self._insert("Comment", new)
        self._update("Comment", changed, ["auto_comment"])

    def _penalties(
        self, submissions: Mapping[str, tuple[str, Any, Any]], places: Mapping[str, str], totals: Mapping[str, float]
    ) -> list[Penalty]:
        """Late penalties, as nbgrader's AssignLatePenalties sets them: asked anew each time, from 0 to the score."""
        rows = self._rows("SubmittedNotebook", ["id", "late_submission_penalty"], id=list(places.values()))
        there = {row.id: row.late_submission_penalty for row in rows}
        changed, penalties = [], []
        for student, place in places.items():
            _, when, extension = submissions[student]
            penalty = None
            if when is not None and self.duedate is not None:
                seconds = (when - self.duedate - (extension or timedelta())).total_seconds()
                if seconds > 0:
                    penalty = self._asked(student, totals[student], seconds)
            old = there.get(place)
            if penalty != old:
                changed.append({"key": place, "late_submission_penalty": penalty})
            if not math.isclose(penalty or 0.0, old or 0.0, abs_tol=1e-9):
                penalties.append(Penalty(student, old or 0.0, penalty or 0.0))
        self._update("SubmittedNotebook", changed, ["late_submission_penalty"])
        return penalties

    def _asked(self, student: str, total: float, seconds: float) -> float | None:
        """What the configured plugin takes off; raises GradebookError where it gives nothing that can be taken off."""
        plugin = self.late()
        try:
            asked = plugin.late_submission_penalty(student, total, seconds)
            penalty = None if asked is None else float(asked)
        except Exception as error:
            raise GradebookError(
                f"the plugin for late penalties failed on {student} ({type(error).__name__}: {error}); mend it"
            ) from error
        if penalty is not None and math.isnan(penalty):
            raise GradebookError(f"the plugin for late penalties gave nan for {student}; mend it")
        return None if penalty is None else max(0.0, min(penalty, total))

    def _rows(self, table: str, columns: list[str], **where: list[Any]) -> list[Any]:
        from sqlalchemy import select

        made = self.tables[table]
        query = select(*(made.c[column] for column in columns))
        for column, values in where.items():
            query = query.where(made.c[column].in_(values))
        return list(self.session.execute(query))

    def _insert(self, table: str, rows: list[dict[str, Any]]) -> None:
        from sqlalchemy import insert

        if rows:
            self.session.execute(insert(self.tables[table]), rows)

    def _update(self, table: str, rows: list[dict[str, Any]], columns: list[str]) -> None:
        from sqlalchemy import bindparam, update

        if rows:
            made = self.tables[table]
            # Core, on the connection: with the session, SQLAlchemy would take it for an update by primary key.
            statement = update(made).where(made.c.id == bindparam("key"))
            statement = statement.values({column: bindparam(f"new_{column}") for column in columns})
            values = [{"key": row["key"]} | {f"new_{column}": row[column] for column in columns} for row in rows]
            self.session.connection().execute(statement, values)


def _to_look_at(entry: Entry, cell: str, score: float | None, old: Any) -> bool:
    """nbgrader's flag for “needs manual grade”: what nobody has graded, and what a person graded and has changed."""
    was, flag = entry.before.get(cell, (old.auto_score, old.needs_manual_grade))
    if old.manual_score is None:
        return score is None
    if score is None:
        return bool(flag) or was is not None or cell not in entry.same
    return bool(flag) or was is None or not math.isclose(was, score, abs_tol=1e-9)


def _new_id() -> str:
    return str(api().new_uuid())
