"""The journal of a course: every report that was made, only ever added to.

A row holds the key of what was graded (the submission's bytes, the assignment's version, salt, isolation), the time,
what the run cost, and the report. The latest row of a student and assignment, or of a path outside the course, is the
current one; the order of rows counts, never the clock. A second table says which of them stand in the gradebook. Rows
come and are marked in one transaction, whole or not at all.

Each row bears a seal, a hash of what it holds. A row that does not fit its seal is never served: that work is graded
again, and until then nothing of it leaves the kit.
"""

from __future__ import annotations

import contextlib
import json
import math
import sqlite3
import sys
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from autograder.core import Course, Report
from autograder.grading.store import database, earlier_journal
from autograder.grading.store.journal_errors import JournalBusy, JournalClosed, JournalDamaged, JournalError
from autograder.grading.store.lock import locked
from autograder.grading.versions import digest

__all__ = [
    "Entry", "Journal", "JournalBusy", "JournalClosed", "JournalDamaged", "JournalError", "Who", "current", "entries",
    "opened", "who",
]  # fmt: skip

Who = tuple[str, str]  # assignment with the student's id, or with the path of a submission that is no student's

_STUDENT = "student "
_COLUMNS = ("key", "assignment", "whose", "time", "cpu_s", "wall_s", "content", "file", "salt", "report", "seal")
_INSERT = f"insert into report ({', '.join(_COLUMNS)}) values ({', '.join('?' * len(_COLUMNS))})"
_SELECT = f"select {', '.join(_COLUMNS)} from report"
_MARK = "insert or replace into recorded (assignment, whose, key) values (?, ?, ?)"


@dataclass(frozen=True, slots=True)
class Entry:
    """One row: a report with its key, and what the submission's processes took.

    `content` is the hash of the submission's bytes, `file` where they lay, as `Course.noted` names it (rows of earlier
    versions: always absolute, as the course lay then), `salt` what the questions were drawn with. `line` is the report
    as JSON, where the worker that made it wrote it down.
    """

    key: str
    report: Report
    cpu_s: float = 0.0
    wall_s: float = 0.0
    content: str = ""
    file: str = ""
    salt: str = ""
    line: str = ""


def who(report: Report) -> Who:
    """Whose report it is, by assignment."""
    whose = f"{_STUDENT}{report.student}" if report.student is not None else f"path {report.submission}"
    return report.assignment, whose


class Journal:
    """The journal of one course, open for one run that alone may write it."""

    def __init__(self, path: Path, connection: sqlite3.Connection):
        self.path, self._connection = path, connection

    def find(self, key: str) -> Entry | None:
        """The report that was made under this key; never one that tells of a fault of ours."""
        row = self._one(f"{_SELECT} where key = ? order by number desc limit 1", (key,))
        entry = None if row is None else _entry(row)
        return None if entry is None or entry.report.verdict == "internal_error" else entry

    def current_key(self, whose: Who) -> str | None:
        """The key of the current report."""
        row = self._one("select key from report where assignment = ? and whose = ? order by number desc limit 1",
                        _named(whose))  # fmt: skip
        return None if row is None else str(row[0])

    def holds(self, whose: Who, key: str) -> bool:
        """Whether a report was made for them under this key."""
        query = "select 1 from report where assignment = ? and whose = ? and key = ?"
        return self._one(query, (*_named(whose), key)) is not None

    def recorded_key(self, whose: Who) -> str | None:
        """The key of the report that the gradebook holds."""
        row = self._one("select key from recorded where assignment = ? and whose = ?", _named(whose))
        return None if row is None else str(row[0])

    def append(self, entries: Sequence[Entry], recorded: Collection[Who] = ()) -> None:
        """Write entries, which become current, and that the gradebook holds those of `recorded`.

        All of it is on the disk afterwards, or none.
        """
        time = datetime.now(UTC).isoformat(timespec="seconds")
        rows = [_row(entry, time) for entry in entries]
        marks = [(*_named(who(entry.report)), entry.key) for entry in entries if who(entry.report) in recorded]
        if rows:
            with database.in_words(self.path), database.transaction(self._connection):
                self._connection.executemany(_INSERT, rows)
                self._connection.executemany(_MARK, marks)

    def mark_recorded(self, marks: Sequence[tuple[Who, str]]) -> None:
        """Note that the gradebook now holds these reports, by key."""
        fresh = [(*_named(whose), key) for whose, key in marks if self.recorded_key(whose) != key]
        if fresh:
            with database.in_words(self.path), database.transaction(self._connection):
                self._connection.executemany(_MARK, fresh)

    def _one(self, query: str, values: Sequence[str]) -> Any:
        with database.in_words(self.path, "read"):
            return self._connection.execute(query, values).fetchone()


@contextmanager
def opened(course: Course) -> Iterator[Journal]:
    """The journal for one run; raises JournalError when another run has it, or when it cannot be written."""
    path = course.state / database.FILE
    with locked(course.state), contextlib.closing(database.to_write(path)) as connection:
        _take_over(course.state, path, connection)
        yield Journal(path, connection)


def entries(course: Course, assignment: str) -> Iterator[Entry]:
    """The current entries of an assignment, by student; read one by one, without the lock.

    What was graded by hand outside the submitted folder is nobody's. Raises JournalDamaged at one that does not fit
    its seal.
    """
    with _reading(course) as connection, database.in_words(course.state / database.FILE, "read"):
        query = "select whose, max(number) from report where assignment = ? group by whose"
        last = [(json.loads(whose), number) for whose, number in connection.execute(query, (_text(assignment),))]
        for whose, number in sorted(last):
            if whose.startswith(_STUDENT):
                entry = _entry(connection.execute(f"{_SELECT} where number = ?", (number,)).fetchone())
                if entry is None:
                    raise JournalDamaged(
                        f"the journal's report on {whose} for {assignment} is damaged; run 'autograder grade "
                        f"--assignment {assignment}', which grades that work again"
                    )
                yield entry


def current(course: Course, assignment: str) -> list[Report]:
    """The current reports of an assignment, by student; each with the time its run took, for the class's page."""
    return [
        replace(entry.report, evidence={**entry.report.evidence, "wall_s": round(entry.wall_s, 3)})
        if entry.wall_s
        else entry.report
        for entry in entries(course, assignment)
    ]


@contextmanager
def _reading(course: Course) -> Iterator[sqlite3.Connection]:
    """The journal's database, for reading; one that an earlier version kept is taken over, or read as it would be."""
    path = course.state / database.FILE
    if earlier_journal.is_there(course.state):
        try:
            with opened(course):
                pass
        except JournalClosed:  # a course that cannot be written: what is taken over goes with this process
            with _database_there(path) as there, contextlib.closing(database.in_memory()) as both:
                there.backup(both)
                earlier_journal.copy(course.state, both, _insert_report, _insert_mark)
                yield both
            return
    with _database_there(path) as there:
        yield there


@contextmanager
def _database_there(path: Path) -> Iterator[sqlite3.Connection]:
    """The database to read; an empty one where there is none."""
    with contextlib.closing(database.to_read(path) if path.exists() else database.in_memory()) as connection:
        yield connection


def _take_over(folder: Path, path: Path, connection: sqlite3.Connection) -> None:
    """What an earlier version left there, once; it is said. The lock is held."""
    if earlier_journal.is_there(folder):
        with database.in_words(path):
            sentence = earlier_journal.copy(folder, connection, _insert_report, _insert_mark)
        # A run that is killed here takes it over once more: the same reports in the same order, and nothing in between.
        kept = earlier_journal.put_aside(folder)
        print(f"autograder: {sentence} (kept as {', '.join(map(str, kept))})", file=sys.stderr)


def _insert_report(connection: sqlite3.Connection, tree: dict[str, Any]) -> bool:
    """A line of an earlier version's journal; False where it is damaged."""
    try:
        report = Report.from_dict(tree["report"])
        texts = (str(tree.get(name, "")) for name in ("content", "file", "salt"))
        cpu_s, wall_s = (float(tree.get(name, 0)) for name in ("cpu_s", "wall_s"))
        row = _row(Entry(str(tree["key"]), report, cpu_s, wall_s, *texts), str(tree.get("time", "")))
    except (KeyError, TypeError, ValueError, AttributeError):
        return False
    connection.execute(_INSERT, row)
    return True


def _insert_mark(connection: sqlite3.Connection, tree: dict[str, Any]) -> bool:
    """A line of an earlier version's list of what is recorded; False where it is damaged."""
    whose, key = tree.get("who"), tree.get("key")
    if not isinstance(whose, list) or len(whose) != 2 or not isinstance(key, str):
        return False
    connection.execute(_MARK, (*_named((str(whose[0]), str(whose[1]))), _text(key)))
    return True


def _row(entry: Entry, time: str) -> tuple[Any, ...]:
    """The columns of a row; raises ValueError for a number that is not finite."""
    times = (round(entry.cpu_s, 4), round(entry.wall_s, 4))
    if not all(map(math.isfinite, times)):
        raise ValueError("a time that is no number")
    texts = tuple(_text(each) for each in (entry.content, entry.file, entry.salt))
    line = entry.line or entry.report.to_json()
    row = (_text(entry.key), *_named(who(entry.report)), _text(time), *times, *texts, line)
    return (*row, _seal(row))


def _entry(row: Sequence[Any]) -> Entry | None:
    """The entry that a row holds; None where it does not fit its seal."""
    *values, seal = row
    key, _, _, _, cpu_s, wall_s, content, file, salt, report = values
    try:
        if _seal(values) != seal:
            return None
        return Entry(key, Report.from_dict(json.loads(report)), cpu_s, wall_s, content, file, salt)
    except (KeyError, TypeError, ValueError, AttributeError):  # sealed by us, and yet unreadable: another schema
        return None


def _seal(values: Sequence[Any]) -> str:
    return digest(*(value if isinstance(value, str) else repr(value) for value in values))


def _named(whose: Who) -> tuple[str, str]:
    """As the columns hold it: names of folders need not be text, so the second is JSON."""
    return _text(whose[0]), json.dumps(whose[1])


def _text(text: str) -> str:
    """Text that SQLite takes."""
    return text.encode("utf-8", "replace").decode("utf-8")
