"""Reports written to nbgrader's gradebook and to autograded/, many at a time.

What `nbgrader autograde` does one submission at a time through a dozen connections is done here for a chunk in one
transaction, through nbgrader's own tables, so that any `db_url` works and the formgrader, generate_feedback and
export find what they expect.

What a teaching assistant entered stays: manual scores, extra credit, comments, flags. Context: nbgrader marks every
manually graded cell as to be graded again on every regrade. Choice: only where the automatic score changed. Cost: a
teaching assistant is not told when the same score now has another reason; the notebook beside it says so.

Order: autograded notebooks are written aside, the transaction is committed, then they are renamed into place. A grader
that dies in between leaves a gradebook that is right and a notebook that is old; recording again mends it.
"""

from __future__ import annotations

import contextlib
import os
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache, partial
from pathlib import Path
from typing import Any, TypeVar

from autograder.core import Course, Report
from autograder.gradebook.autograded_notebook import answers
from autograder.gradebook.nbgrader_database import api, opened
from autograder.gradebook.papers import Papers, papers_of
from autograder.gradebook.rows import Entry, GradebookError, Penalty, Rows
from autograder.gradebook.submission_time import TIMESTAMP, UnknownTime, submission_time
from autograder.notebooks import Submission, trusted_notebook

T = TypeVar("T")
Late = Callable[[], Any]  # gives the plugin that says what lateness costs
PATIENCE_S = 20.0  # how long a locked gradebook is waited for, all tries together
_FIRST_WAIT_S = 0.2


def get_ready() -> None:
    """Import nbgrader in a thread, while the first submissions are being graded."""

    def load() -> None:
        with contextlib.suppress(Exception):  # which then comes again where it is used, and is told there
            api()

    threading.Thread(target=load, daemon=True).start()


@dataclass(frozen=True, slots=True)
class Recorded:
    """What one call recorded, as (student, assignment), and what it left out, each with the reason.

    `untimed` is whose time of submission cannot be read, each with the reason; the gradebook keeps what it has.
    """

    recorded: tuple[tuple[str, str], ...] = ()
    left_out: tuple[tuple[Report, str], ...] = ()
    untimed: Mapping[tuple[str, str], UnknownTime] = field(default_factory=dict)


def record(
    course: Course, graded: Iterable[tuple[Report, Submission | Papers | str]], *, patience_s: float = PATIENCE_S
) -> Recorded:
    """Records a chunk of reports, each with its submission, or with the papers that a worker made of it (or
    the reason why there are none): one transaction, then the autograded notebooks.

    Left out, and listed in the result: reports without a score, submissions that belong to no student, reports that
    disagree with the release about points. Of several submissions of one student the best counts. Raises
    GradebookError when the database or the disk refuses; then nothing of the chunk is recorded.
    """
    releases: dict[str, dict[str, Any]] = {}
    kept: dict[tuple[str, str], tuple[Report, Entry, str]] = {}
    left_out: list[tuple[Report, str]] = []
    untimed: dict[tuple[str, str], UnknownTime] = {}
    for report, made in graded:
        if report.verdict == "internal_error":
            left_out.append((report, "the grader itself failed on it"))
            continue
        if report.student is None:
            left_out.append((report, "it lies outside the course's submitted folder"))
            continue
        key = (report.student, report.assignment)
        if isinstance(made, Submission):
            if report.assignment not in releases:
                releases[report.assignment] = read_release(course, report.assignment)
            made = papers_of(releases[report.assignment], report, made)
        if isinstance(made, str):
            left_out.append((report, made))
            continue
        if key in kept and (kept[key][0].score or 0.0) >= (report.score or 0.0):
            continue
        try:
            when = submission_time(course.folder(course.submitted, *key) / TIMESTAMP)
        except UnknownTime as error:
            when, untimed[key] = None, error
        same = _same_answers(course, *key, made.answers)
        kept[key] = (report, Entry(*key, made.scores, made.blank, same, when), made.notebook)
    unwritten = _record(course, [(entry, text) for _, entry, text in kept.values()], patience_s) if kept else {}
    left_out += [(kept[key][0], reason) for key, reason in unwritten.items()]
    recorded = tuple(key for key in kept if key not in unwritten)
    return Recorded(recorded, tuple(left_out), {key: untimed[key] for key in recorded if key in untimed})


def _same_answers(course: Course, student: str, assignment: str, now: Mapping[str, str]) -> set[str]:
    """The answers that are, word for word, those that a person may have graded: what autograded/ holds still."""
    if not now:
        return set()
    try:
        path = course.folder(course.autograded, student, assignment) / f"{assignment}.ipynb"
        before = answers(trusted_notebook(path))
    except (OSError, ValueError, KeyError, TypeError):  # not there, or not ours: then a person looks again
        return set()
    return {name for name, text in now.items() if before.get(name) == text}


def read_release(course: Course, assignment: str) -> dict[str, Any]:
    """The released notebook; raises GradebookError when it is not there."""
    try:
        return trusted_notebook(course.release_notebook(assignment))
    except (OSError, ValueError) as error:
        raise GradebookError(
            f"no release of {assignment} ({type(error).__name__}); make it: autograder build {assignment}"
        ) from error


def _record(course: Course, items: list[tuple[Entry, str]], patience_s: float) -> dict[tuple[str, str], str]:
    """Rows, then notebooks; by (student, assignment) the reason why a notebook could not be put in its place."""
    mode = permissions(course)
    try:
        course.autograded.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".partial-", dir=course.autograded) as aside:
            moves: list[tuple[Entry, str, Path]] = []
            for number, (entry, text) in enumerate(items):
                folder = course.folder(course.autograded, entry.student, entry.assignment)
                notebook = folder / f"{entry.assignment}.ipynb"
                moves.append((entry, *_aside(aside, f"{number}.ipynb", text, mode, notebook)))
            write(course, [entry for entry, _ in items], patience_s)
            return _put_in_place(moves)
    except OSError as error:
        raise GradebookError(
            f"{course.autograded} cannot be written ({error.strerror or error}); make room or give permission, then "
            "run the command again"
        ) from error


def _put_in_place(moves: list[tuple[Entry, str, Path]]) -> dict[tuple[str, str], str]:
    """Each file to its place; what stands in one student's way keeps no other from theirs."""
    failed: dict[tuple[str, str], str] = {}
    for entry, temporary, target in moves:
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            os.replace(temporary, target)
        except OSError as error:
            failed[entry.student, entry.assignment] = unwritable(target, error)
    return failed


def unwritable(target: Path, error: OSError) -> str:
    """Why a student's file could not be written, with what stands in the way."""
    there = next((place for place in (target, *target.parents) if os.path.lexists(place)), target)
    return (
        f"the mark is in the gradebook, but {target} cannot be written ({there}: {error.strerror or error}); "
        "move away what stands there or give permission, then run the command again"
    )


def _aside(folder: str, name: str, text: str, mode: int, target: Path) -> tuple[str, Path]:
    path = os.path.join(folder, name)
    with open(path, "w", encoding="utf-8", newline="\n") as file:
        file.write(text)
    os.chmod(path, mode)
    return path, target


def permissions(course: Course) -> int:
    """What nbgrader would give the files: read-only, unless the course is shared by a group."""
    config = course.config
    shared = config.get("CourseDirectory", {}).get("groupshared", False)
    asked = config.get("Autograde", {}).get("permissions") or config.get("BaseConverter", {}).get("permissions")
    return int(str(asked or (664 if shared else 444)), 8)


def write(course: Course, entries: list[Entry], patience_s: float = PATIENCE_S) -> None:
    """Writes entries in one transaction; raises GradebookError, and then nothing is written."""

    def all_of_them(book: Any, late: Late) -> None:
        for assignment in dict.fromkeys(entry.assignment for entry in entries):
            Rows(book.db, assignment, late).write([entry for entry in entries if entry.assignment == assignment])

    patiently(course, all_of_them, patience_s)


def settle(course: Course, assignment: str, times: Mapping[str, datetime | None]) -> list[Penalty]:
    """Late penalties asked for anew, of students whose submissions the gradebook has; the penalties that changed.

    `times` gives by student the time of submission, None where that is not known: then the old one stays. What was
    graded, by whomever, stays as it is. Raises GradebookError, and then nothing is written.
    """
    return patiently(course, lambda book, late: Rows(book.db, assignment, late).settle(times))


def unsettled(course: Course, assignment: str) -> list[Penalty]:
    """Late penalties that `settle` would change: a person gave points, or a due date was moved, after they were set.

    Nothing is written. Raises GradebookError.
    """

    def tried(book: Any, late: Late) -> list[Penalty]:
        students = [submission.student_id for submission in book.assignment_submissions(assignment)]
        penalties = Rows(book.db, assignment, late).settle(dict.fromkeys(students))
        book.db.rollback()
        return penalties

    return patiently(course, tried)


def patiently(course: Course, work: Callable[[Any, Late], T], patience_s: float = PATIENCE_S) -> T:
    """What `work(gradebook, late plugin)` gives, committed; a locked database is tried again for `patience_s` seconds.

    Raises GradebookError when it stays locked, is read-only, or does not know the assignment.
    """
    from sqlalchemy.exc import IntegrityError, SQLAlchemyError

    deadline, wait = time.monotonic() + patience_s, _FIRST_WAIT_S
    while True:
        try:
            return _committed(course, work)
        except SQLAlchemyError as error:
            words = str(getattr(error, "orig", None) or error).splitlines()[0]
            # A row that another process made meanwhile is found on the next try.
            passing = isinstance(error, IntegrityError) or "locked" in words or "deadlock" in words
            if passing and time.monotonic() + wait < deadline:
                time.sleep(wait)
                wait *= 2
                continue
            raise unusable(course.db_url, error) from error


def unusable(db_url: str, error: Exception) -> GradebookError:
    """What is wrong with a gradebook that SQLAlchemy cannot use, and what to do."""
    words = str(getattr(error, "orig", None) or error).splitlines()[0]
    return GradebookError(f"the gradebook {shown(db_url)} {_remedy(words)}")


def _remedy(words: str) -> str:
    if "locked" in words:
        return "is locked by another program: close it (a formgrader, a second grader), then run the command again"
    if "readonly" in words or "read-only" in words:
        return "is read-only: give write permission to it and to its folder, then run the command again"
    if "no such column" in words or "no such table" in words or "does not exist" in words:
        return f"has another layout ({words}): back it up, then run `nbgrader db upgrade`"
    return f"cannot be used: {words}"


def shown(db_url: str) -> str:
    """The gradebook's address without its password."""
    from sqlalchemy.engine import make_url

    return make_url(db_url).render_as_string(hide_password=True)


def _committed(course: Course, work: Callable[[Any, Late], T]) -> T:
    with opened(course) as book:
        done = work(book, _late(course))
        book.db.commit()
    return done


def _late(course: Course) -> Late:
    """What is asked about lateness: at once where the course says what, so that a slip is told; else when one is."""
    if "AssignLatePenalties" in course.config or "LateSubmissionPlugin" in course.config:
        plugin = _late_plugin(course)
        return lambda: plugin
    return cache(partial(_late_plugin, course))


def _late_plugin(course: Course) -> Any:
    """The plugin that nbgrader's AssignLatePenalties is configured to ask; one of the course lies in its root."""
    api()
    from nbgrader.preprocessors import AssignLatePenalties
    from traitlets import TraitError

    root = str(course.root)
    sys.path.insert(0, root)  # nbgrader finds it so, as it is called from there
    try:
        asker = AssignLatePenalties(config=course.config)
        asker.init_plugin()
    except (TraitError, ImportError) as error:
        raise GradebookError(
            f"the plugin for late penalties cannot be used: {error}; mend nbgrader_config.py"
        ) from error
    finally:
        sys.path.remove(root)
    return asker.plugin_inst
