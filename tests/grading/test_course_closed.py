"""A course that cannot be written to, has no locks, or is not in the gradebook yet: what is said, and when."""

from __future__ import annotations

import contextlib
import errno
import fcntl
import sqlite3
from concurrent.futures import Future
from dataclasses import replace
from pathlib import Path

import pytest

from autograder.core import Course
from autograder.grading import batch, handed_in
from autograder.grading.batch import BatchError, JournalError
from autograder.grading.grader import Task
from autograder.grading.job import Job, Options
from autograder.grading.workers.executors import Place
from autograder.grading.workers.parcel import Done, Parcel
from tests.support import classroom
from tests.support import tiny_course as tiny

NAME = "shallow_narrow"
REPOSITORY = Path(__file__).resolve().parents[2]


@pytest.fixture
def course(tmp_path_factory: pytest.TempPathFactory, tmp_path: Path) -> Course:
    """A built course with one submission."""
    made = classroom.ready_course(tmp_path_factory.getbasetemp() / "built-course", tmp_path / "course", REPOSITORY)
    classroom.make_class(made, NAME, 1, ways=["right"])
    return made


@pytest.fixture
def handed_out(monkeypatch: pytest.MonkeyPatch) -> list[Parcel]:
    """What would have gone to workers; each submission gets full points."""
    parcels: list[Parcel] = []

    def submit(parcel: Parcel) -> Future[list[Done]]:
        parcels.append(parcel)
        future: Future[list[Done]] = Future()
        future.set_result(
            [Done(item.number, tiny.report(item.shown, item.student, tiny.POINTS)) for item in parcel.items]
        )
        return future

    monkeypatch.setattr(batch, "place", lambda dask, jobs, kits: Place(submit, lambda: 1, lambda at_once: None))
    return parcels


def run(course: Course, **options: bool) -> batch.Summary:
    """A run over all submissions."""
    paths = handed_in.notebooks(course, NAME)
    jobs = [Job(k, Task(path, str(path), course.student_of(path)), NAME) for k, path in enumerate(paths)]
    return batch.run(course, jobs, Options(**options), lambda *_: None)


def test_a_read_only_course_is_graded_when_nothing_is_to_be_recorded(course: Course, handed_out: list[Parcel]) -> None:
    closed = replace(course, state=course.root / "nbgrader_config.py" / "state")
    assert run(closed, record=False).counts == {"graded": 1}
    with pytest.raises(JournalError, match="cannot be written"):
        run(closed)


@pytest.mark.parametrize("number", [errno.ENOLCK, errno.ENOTSUP, errno.ENOSYS])
def test_where_there_are_no_locks_the_cause_is_said(
    course: Course, handed_out: list[Parcel], monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    """A network folder, as a rule; without recording it is graded all the same."""

    def refused(handle: int, how: int) -> None:
        raise OSError(number, "no locks here")

    monkeypatch.setattr(fcntl, "flock", refused)
    with pytest.raises(JournalError, match=r"has no locks, as some network folders.*a disk of this machine"):
        run(course)
    assert handed_out == []


@pytest.mark.parametrize("gradebook", ["without the assignment", "not there"])
def test_a_course_that_the_gradebook_does_not_know_is_told_before_anything_is_graded(
    course: Course, handed_out: list[Parcel], gradebook: str
) -> None:
    if gradebook == "not there":
        (course.root / "gradebook.db").unlink()
    if gradebook == "without the assignment":
        with contextlib.closing(sqlite3.connect(course.root / "gradebook.db")) as book:
            book.execute("update assignment set name = 'another'")
            book.commit()
    with pytest.raises(BatchError, match=rf"does not know {NAME}; note it there: autograder build {NAME}"):
        run(course)
    assert handed_out == []
    assert run(course, record=False).counts == {"graded": 1}
