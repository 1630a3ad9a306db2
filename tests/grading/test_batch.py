"""A class is graded by workers, recorded once, and a second run does only what is left."""

from __future__ import annotations

import contextlib
import errno
import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from concurrent.futures.process import BrokenProcessPool
from dataclasses import replace
from multiprocessing import forkserver
from pathlib import Path
from typing import Any

import pytest

from autograder.cli.grade import _Came
from autograder.core.course import Course
from autograder.core.report import Report
from autograder.gradebook import papers
from autograder.gradebook import writing as gradebook
from autograder.grading import batch, handed_in
from autograder.grading.batch import BatchError
from autograder.grading.grader import GradingError, Task
from autograder.grading.job import Job, Options
from autograder.grading.store import journal as journals
from autograder.grading.store.journal import JournalError
from autograder.grading.summary import Summary
from autograder.grading.workers import executors, kit, worker
from autograder.grading.workers.executors import Place
from autograder.grading.workers.parcel import Done, Parcel
from autograder.notebooks.records import Submission
from autograder.notebooks.release import Release
from autograder.notebooks.submission import submission_in
from autograder.reporting.feedback import student_page
from autograder.sandbox.sandbox import SandboxError
from tests.support import classroom
from tests.support import tiny_course as tiny
from tests.support.journal_rows import journal_rows

NAME = "shallow_narrow"
REPOSITORY = Path(__file__).resolve().parents[2]


@pytest.fixture
def course(tmp_path_factory: pytest.TempPathFactory, tmp_path: Path) -> Course:
    """A built course with nothing submitted."""
    return classroom.ready_course(tmp_path_factory.getbasetemp() / "built-course", tmp_path / "course", REPOSITORY)


def jobs_of(course: Course) -> list[Job]:
    """A job for each submission, in order."""
    paths = handed_in.notebooks(course, NAME)
    return [Job(k, Task(path, str(path), course.student_of(path)), NAME) for k, path in enumerate(paths)]


def grade(course: Course, **options: Any) -> tuple[Summary, list[tuple[str | None, Report, bool]]]:
    """A run over all submissions, with what `done` was told, in order."""
    told: list[tuple[str | None, Report, bool]] = []
    summary = batch.run(
        course, jobs_of(course), Options(**options),
        lambda job, report, fresh: told.append((job.task.student, report, fresh)),
    )  # fmt: skip
    return summary, told


def scores(course: Course) -> dict[str, float]:
    """What the gradebook has, by student."""
    with contextlib.closing(sqlite3.connect(course.root / "gradebook.db")) as book:
        rows = book.execute(
            "select s.student_id, sum(coalesce(g.auto_score, 0)) from submitted_assignment s"
            " join submitted_notebook n on n.assignment_id = s.id join grade g on g.notebook_id = n.id group by 1"
        )
        return dict(rows.fetchall())


# ------------------------------------------------------------------------------- the batch's own logic, without workers


def by_reading(parcel: Parcel) -> list[Done]:
    """Stands in for a worker: full points, unless the notebook says `earn nothing`. It runs nothing."""
    folder = Path(os.environ["STAND_IN_RELEASE"])
    out = []
    for item in parcel.items:
        submission = submission_in(
            item.content, parcels_assignment(), Release(folder / f"{NAME}.ipynb"), item.student, item.shown
        )
        earned = dict.fromkeys(tiny.POINTS, 0.0) if b"# earn nothing" in item.content else tiny.POINTS
        report = tiny.report(item.shown, item.student, earned)
        made = worker.papers_for(parcel.kit, report, submission, item.person) if parcel.papers else ""
        out.append(Done(item.number, report, None, 0.01, 0.02, made))
    return out


def parcels_assignment() -> Any:
    """The assignment's description."""
    from autograder.assignments import load

    return load(NAME)


Work = Callable[[Parcel], list[Done]]


@pytest.fixture
def stand_in(course: Course, monkeypatch: pytest.MonkeyPatch) -> Callable[[Work], list[Parcel]]:
    """Puts a function in the place of the workers; returns the list of the parcels it was given."""
    monkeypatch.setenv("STAND_IN_RELEASE", str(course.release_notebook(NAME).parent))

    def put(work: Work = by_reading) -> list[Parcel]:
        given: list[Parcel] = []

        def submit(parcel: Parcel) -> Future[list[Done]]:
            given.append(parcel)
            future: Future[list[Done]] = Future()
            try:
                future.set_result(work(parcel))
            except BaseException as error:
                future.set_exception(error)
            return future

        monkeypatch.setattr(batch, "place", lambda address, jobs, kits: Place(submit, lambda: 2, lambda at_once: None))
        return given

    return put


def no_worker(parcel: Parcel) -> list[Done]:
    """No work is expected."""
    raise AssertionError("a worker was asked")


def test_each_submission_is_graded_once_recorded_once_and_told_once(course: Course, stand_in: Any) -> None:
    classroom.make_class(course, NAME, 9)
    given = stand_in()
    summary, told = grade(course, chunk=4)
    students = [f"s{k:05d}" for k in range(9)]
    assert sorted(item.student for parcel in given for item in parcel.items) == students
    assert sorted(student for student, _, _ in told) == students
    assert all(fresh for _, _, fresh in told)
    assert (summary.total, summary.fresh, summary.served, summary.interrupted) == (9, 9, 0, False)
    rows = journal_rows(course)
    assert sorted(row["file"] for row in rows) == [f"submitted/{student}/{NAME}/{NAME}.ipynb" for student in students]
    assert sorted(scores(course)) == students
    for student, report, _ in told:
        assert scores(course)[student] == report.score
        assert (course.folder(course.autograded, student, NAME) / f"{NAME}.ipynb").is_file()
        assert "<!doctype html>" in (course.folder(course.feedback, student, NAME) / f"{NAME}.html").read_text().lower()


def test_a_second_run_asks_no_worker_writes_nothing_and_says_so(course: Course, stand_in: Any) -> None:
    classroom.make_class(course, NAME, 5)
    stand_in()
    _, first = grade(course)
    before = {path: path.stat().st_mtime_ns for path in course.root.rglob("*") if path.is_file()}
    stand_in(no_worker)
    summary, second = grade(course)
    assert {student: report for student, report, _ in second} == {student: report for student, report, _ in first}
    assert not any(fresh for _, _, fresh in second)
    assert str(summary).startswith("nothing to grade: all 5 are as they were graded before")
    after = {path: path.stat().st_mtime_ns for path in course.root.rglob("*") if path.is_file()}
    after[course.state / "lock"] = before[course.state / "lock"]
    assert after == before


def test_a_time_of_submission_that_cannot_be_read_is_told_once_by_every_run(course: Course, stand_in: Any) -> None:
    """The mark is recorded without it, and whoever grades can set it right."""
    classroom.make_class(course, NAME, 3)
    stand_in()
    first, second = "s00000", "s00001"
    (course.folder(course.submitted, first, NAME) / "timestamp.txt").write_text("five days late")
    (course.folder(course.submitted, second, NAME) / "timestamp.txt").write_text("2026-11-02 05:30:00 UTC")
    for _ in range(2):
        summary, _ = grade(course)
        ((student, said),) = summary.untimed
        assert student == first
        assert said == f"submitted/{first}/{NAME}/timestamp.txt: it says “five days late”"
    assert len(scores(course)) == 3


def test_only_a_changed_submission_is_graded_again(course: Course, stand_in: Any) -> None:
    classroom.make_class(course, NAME, 5)
    stand_in()
    grade(course)
    path = jobs_of(course)[3].task.path
    path.write_bytes(path.read_bytes() + b"\n")
    given = stand_in()
    summary, _ = grade(course)
    assert [item.student for parcel in given for item in parcel.items] == ["s00003"]
    assert (summary.fresh, summary.served) == (1, 4)


@pytest.mark.parametrize("changed", ["release", "reference", "salt", "isolation", "code"])
def test_what_a_report_depends_on_is_part_of_its_key(
    course: Course, stand_in: Any, changed: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    classroom.make_class(course, NAME, 2)
    stand_in()
    grade(course)
    options: dict[str, Any] = {}
    if changed == "release":
        path = course.release_notebook(NAME)
        path.write_text(path.read_text() + "\n")
    elif changed == "reference":
        path = course.solution(NAME)
        path.write_text(path.read_text() + "\n")
    elif changed == "code":
        monkeypatch.setattr(kit, "code_digest", lambda: "another")
    else:
        options = {changed: "none" if changed == "isolation" else "pepper"}
    summary, _ = grade(course, **options)
    assert summary.fresh == 2


def test_force_grades_all_again_and_leaves_one_current_report_each(course: Course, stand_in: Any) -> None:
    classroom.make_class(course, NAME, 3)
    stand_in()
    grade(course)
    summary, _ = grade(course, force=True)
    assert summary.fresh == 3
    assert len(journal_rows(course)) == 6
    assert len(journals.current(course, NAME)) == 3


def test_a_copy_of_anothers_work_is_served_under_its_own_name(course: Course, stand_in: Any) -> None:
    classroom.make_class(course, NAME, 1)
    stand_in()
    grade(course)
    copy = course.folder(course.submitted, "eve", NAME)
    shutil.copytree(course.folder(course.submitted, "s00000", NAME), copy)
    stand_in(no_worker)
    _, told = grade(course)
    assert [(student, report.student) for student, report, _ in told] == [("eve", "eve"), ("s00000", "s00000")]
    assert told[0][1].submission == str(copy / f"{NAME}.ipynb")
    assert set(scores(course)) == {"eve", "s00000"}


def test_who_handed_in_what_another_did_is_not_told_as_graded_before(course: Course, stand_in: Any) -> None:
    """Blank releases, say: of a class's first run nobody was graded before; of the next everybody was."""
    classroom.make_class(course, NAME, 2)
    for number in range(10):
        copy = course.folder(course.submitted, f"t{number:05d}", NAME)
        shutil.copytree(course.folder(course.submitted, "s00000", NAME), copy)
    given = stand_in()
    summary, told = grade(course, jobs=1, chunk=1)
    graded = sum(len(parcel.items) for parcel in given)
    assert 2 <= graded < 12  # what is with a worker already is not waited for
    assert (summary.fresh, summary.served, summary.alike) == (graded, 0, 12 - graded)
    assert str(summary).endswith(f"/s); {12 - graded} read the same as one graded under another name")
    assert all(fresh for _, _, fresh in told)
    shutil.copytree(course.folder(course.submitted, "s00001", NAME), course.folder(course.submitted, "u", NAME))
    summary, told = grade(course)
    assert str(summary) == (
        "nothing to grade: 12 as they were graded before, 1 read the same as one graded under another name "
        "(--force grades them again)"
    )
    assert [student for student, _, fresh in told if fresh] == ["u"]
    assert str(grade(course)[0]).startswith("nothing to grade: all 13 are as they were graded before")


def test_a_notebook_put_back_to_an_earlier_state_has_its_earlier_report_again(course: Course, stand_in: Any) -> None:
    classroom.make_class(course, NAME, 1)
    path = jobs_of(course)[0].task.path
    first = path.read_bytes()
    stand_in()
    grade(course)
    path.write_bytes(first.replace(b"# s00000", b"# earn nothing"))
    grade(course)
    assert scores(course) == {"s00000": 0.0}
    path.write_bytes(first)
    stand_in(no_worker)
    grade(course)
    assert scores(course) == {"s00000": 10.0}
    assert [report.score for report in journals.current(course, NAME)] == [10.0]


@pytest.mark.parametrize("how", ["a folder", "a link", "a pipe", "gone", errno.EACCES, errno.EIO, errno.ESTALE])
def test_what_the_grader_cannot_open_has_no_score_keeps_its_mark_and_stops_nobody(
    course: Course, stand_in: Any, how: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No zero, no line in the journal, the reason with the full path; once it can be opened it is graded."""
    classroom.make_class(course, NAME, 3)
    stand_in()
    grade(course)
    before, lines, jobs = scores(course), len(journal_rows(course)), jobs_of(course)
    path = jobs[1].task.path
    kept = path.read_bytes()
    with monkeypatch.context() as patch:
        close(patch, path, how)
        told: list[Report] = []
        summary = batch.run(course, jobs, Options(), lambda job, report, fresh: told.append(report))
        assert summary.counts == {"graded": 2, "internal_error": 1}
        assert [report.score is None for report in told] == [False, True, False]
        ((shown, reason),) = summary.left_out
        assert shown == str(path)
        assert reason in str(summary)
        assert f"no mark was changed: {reason}" in told[1].notes[0]
    assert scores(course) == before
    assert len(journal_rows(course)) == lines
    if path.is_dir():
        path.rmdir()
    path.unlink(missing_ok=True)
    path.write_bytes(kept + b" ")
    assert grade(course)[0].fresh == 1


def close(patch: pytest.MonkeyPatch, path: Path, how: Any) -> None:
    """Makes a file one that cannot be opened, on the disk or by an error of the system's."""
    if not isinstance(how, str):
        real = os.open

        def failing(name: Any, *rest: Any, **more: Any) -> int:
            if os.fspath(name) == str(path):
                raise OSError(how, os.strerror(how), str(path))
            return real(name, *rest, **more)

        patch.setattr(os, "open", failing)
        return
    path.unlink()
    if how == "a folder":
        path.mkdir()
    elif how == "a link":
        path.symlink_to("/etc/hostname")
    elif how == "a pipe":
        os.mkfifo(path)


@pytest.mark.parametrize("step", ["autograded", "feedback"])
def test_a_folder_that_cannot_be_written_keeps_nobody_else_from_theirs(
    course: Course, stand_in: Any, step: str
) -> None:
    """A file stands where one student's folder belongs: it is named, the others have all, the next run mends it."""
    classroom.make_class(course, NAME, 3)
    stand_in()
    in_the_way = course.root / step / "s00001"
    in_the_way.parent.mkdir()
    in_the_way.touch()
    summary, _ = grade(course)
    ((_, reason),) = summary.left_out
    assert str(in_the_way) in reason
    assert "the mark is in the gradebook" in reason
    assert set(scores(course)) == {"s00000", "s00001", "s00002"}
    for student in ("s00000", "s00002"):
        assert (course.autograded / student / NAME / f"{NAME}.ipynb").is_file()
        assert (course.feedback / student / NAME / f"{NAME}.html").is_file()
    stand_in(no_worker)
    assert grade(course)[0].left_out  # still in the way: still said
    in_the_way.unlink()
    assert not grade(course)[0].left_out
    assert (course.autograded / "s00001" / NAME / f"{NAME}.ipynb").is_file()
    assert (course.feedback / "s00001" / NAME / f"{NAME}.html").is_file()


def test_a_worker_that_dies_costs_only_the_submission_that_kills_it_twice(course: Course, stand_in: Any) -> None:
    classroom.make_class(course, NAME, 8)

    def deadly(parcel: Parcel) -> list[Done]:
        if any(item.student == "s00003" for item in parcel.items):
            raise BrokenProcessPool("a process died")
        return by_reading(parcel)

    given = stand_in(deadly)
    summary, told = grade(course, jobs=1, chunk=8)
    assert summary.counts == {"graded": 7, "internal_error": 1}
    report = next(report for student, report, _ in told if student == "s00003")
    assert report.score is None
    assert "failed twice" in report.notes[0]
    assert "s00003" not in scores(course)
    assert len(told) == 8
    alone = [parcel.items[0].student for parcel in given if len(parcel.items) == 1]
    assert alone.count("s00003") == 1
    stand_in()
    again, _ = grade(course)
    assert (again.fresh, again.served) == (1, 7)
    assert len(scores(course)) == 8


def test_a_worker_lost_once_loses_nothing(course: Course, stand_in: Any) -> None:
    classroom.make_class(course, NAME, 6)
    calls: list[int] = []

    def once(parcel: Parcel) -> list[Done]:
        calls.append(1)
        if len(calls) == 2:
            raise BrokenProcessPool("a process died")
        return by_reading(parcel)

    stand_in(once)
    summary, told = grade(course, jobs=1, chunk=3)
    assert summary.counts == {"graded": 6}
    assert len({student for student, _, _ in told}) == len(told) == 6
    assert len(journal_rows(course)) == 6


def test_a_parcel_that_comes_back_in_part_is_finished_later(course: Course, stand_in: Any) -> None:
    classroom.make_class(course, NAME, 7)
    given = stand_in(lambda parcel: by_reading(replace(parcel, items=parcel.items[:1])))
    summary, told = grade(course)
    assert summary.fresh == len({student for student, _, _ in told}) == 7
    assert len(given) == 7


def test_without_a_sandbox_the_machine_is_to_blame_and_nobody_is_graded(course: Course, stand_in: Any) -> None:
    classroom.make_class(course, NAME, 4)

    def none(parcel: Parcel) -> list[Done]:
        raise SandboxError("bubblewrap is not installed")

    stand_in(none)
    with pytest.raises(SandboxError, match="bubblewrap is not installed"):
        grade(course)
    assert journal_rows(course) == []


def test_without_a_release_nothing_starts(course: Course, stand_in: Any) -> None:
    classroom.make_class(course, NAME, 1)
    course.release_notebook(NAME).unlink()
    stand_in(no_worker)
    with pytest.raises(GradingError, match="autograder build shallow_narrow"):
        grade(course)


@pytest.mark.parametrize("when", ["before the gradebook", "before the pages", "before the journal"])
def test_a_run_that_ends_between_gradebook_and_journal_is_mended_by_the_next(
    course: Course, stand_in: Any, monkeypatch: pytest.MonkeyPatch, when: str
) -> None:
    classroom.make_class(course, NAME, 4)

    def killed(*args: Any, **kwargs: Any) -> None:
        raise SystemExit("killed")

    stand_in()
    with monkeypatch.context() as patch:
        if when == "before the gradebook":
            patch.setattr("autograder.gradebook.record", killed)
        elif when == "before the pages":
            patch.setattr("autograder.grading.recorder.write_whole", killed)
        else:
            patch.setattr(journals.Journal, "append", killed)
        with pytest.raises(SystemExit):
            grade(course, jobs=1, chunk=2)
    assert len(journal_rows(course)) in ((0,) if when == "before the journal" else (1, 2))  # one parcel's
    grade(course)
    assert scores(course) == {f"s{k:05d}": 10.0 for k in range(4)}
    assert len(journal_rows(course)) == 4
    for k in range(4):
        assert (course.folder(course.feedback, f"s{k:05d}", NAME) / f"{NAME}.html").is_file()


@pytest.mark.parametrize("gone", ["gradebook", "notebook", "page"])
def test_what_was_deleted_is_made_again_without_grading(course: Course, stand_in: Any, gone: str) -> None:
    classroom.make_class(course, NAME, 2)
    stand_in()
    kept = (course.root / "gradebook.db").read_bytes()
    grade(course)
    if gone == "gradebook":
        (course.root / "gradebook.db").unlink()
        stand_in(no_worker)
        with pytest.raises(BatchError, match="autograder build shallow_narrow"):
            grade(course)
        (course.root / "gradebook.db").write_bytes(kept)
        with contextlib.closing(sqlite3.connect(course.state / "journal.db", isolation_level=None)) as journal:
            journal.execute("delete from recorded")
    elif gone == "notebook":
        shutil.rmtree(course.autograded / "s00001")
    else:
        shutil.rmtree(course.feedback / "s00001")
    stand_in(no_worker)
    assert grade(course)[0].served == 2
    assert len(scores(course)) == 2
    assert (course.autograded / "s00001" / NAME / f"{NAME}.ipynb").is_file()
    assert (course.feedback / "s00001" / NAME / f"{NAME}.html").is_file()


def test_a_locked_gradebook_costs_no_report_and_the_next_run_records_them(
    course: Course, stand_in: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    classroom.make_class(course, NAME, 3)
    stand_in()
    real = gradebook.record
    monkeypatch.setattr(gradebook, "record", lambda course, graded: real(course, graded, patience_s=0.3))
    with contextlib.closing(sqlite3.connect(course.root / "gradebook.db", isolation_level=None)) as other:
        other.execute("begin exclusive")
        with pytest.raises(BatchError, match=r"locked by another program.*graded: 3, all of it kept"):
            grade(course)
    stand_in(no_worker)
    assert grade(course)[0].served == 3
    assert len(scores(course)) == 3


def test_one_page_or_notebook_that_fails_keeps_nobody_else_from_theirs(
    course: Course, stand_in: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is told, and the next run makes it."""
    classroom.make_class(course, NAME, 4)
    stand_in()
    page, notebook = student_page.page, papers.autograded

    def broken_page(report: Report) -> str:
        return str(1 / 0) if report.student == "s00001" else page(report)

    def broken_notebook(release: Any, submission: Submission, report: Report) -> Any:
        return 1 / 0 if report.student == "s00002" else notebook(release, submission, report)

    with monkeypatch.context() as patch:
        patch.setattr(student_page, "page", broken_page)
        patch.setattr(papers, "autograded", broken_notebook)
        summary, _ = grade(course)
    assert sorted("s00001" in name or "s00002" in name for name, _ in summary.left_out) == [True, True]
    assert all("the grader failed" in reason for _, reason in summary.left_out)
    assert set(scores(course)) == {"s00000", "s00001", "s00003"}
    assert (course.folder(course.feedback, "s00003", NAME) / f"{NAME}.html").is_file()
    summary, _ = grade(course)
    assert (summary.served, summary.left_out) == (4, ())
    assert len(scores(course)) == 4
    assert (course.folder(course.feedback, "s00001", NAME) / f"{NAME}.html").is_file()


def test_a_full_disk_stops_the_run_with_a_reason_and_the_next_run_finishes(
    course: Course, stand_in: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    classroom.make_class(course, NAME, 6)
    stand_in()
    real, kept = journals.Journal.append, []

    def filling(journal: journals.Journal, entries: list[journals.Entry], *given: Any) -> None:
        if len(kept) >= 2:
            pages = journal._connection.execute("pragma page_count").fetchone()[0]
            journal._connection.execute(f"pragma max_page_count = {pages}")
        real(journal, entries, *given)
        kept.extend(entry.report.student for entry in entries)

    with monkeypatch.context() as patch:
        patch.setattr(journals.Journal, "append", filling)
        with pytest.raises(JournalError, match="is full; make room"):
            grade(course, jobs=1, chunk=2)
    assert 2 <= len(kept) < 6
    assert [json.loads(row["whose"]) for row in journal_rows(course)] == [f"student {student}" for student in kept]
    summary, _ = grade(course)
    assert (summary.fresh, summary.served) == (6 - len(kept), len(kept))
    assert len(scores(course)) == 6


def test_without_recording_only_the_journal_is_written_and_a_later_run_records(course: Course, stand_in: Any) -> None:
    classroom.make_class(course, NAME, 2)
    stand_in()
    grade(course, record=False)
    assert scores(course) == {}
    assert not course.autograded.exists()
    stand_in(no_worker)
    grade(course)
    assert len(scores(course)) == 2


def test_being_told_to_stop_keeps_what_is_done_and_the_next_run_goes_on(course: Course, stand_in: Any) -> None:
    classroom.make_class(course, NAME, 6)
    calls: list[int] = []

    def stopping(parcel: Parcel) -> list[Done]:
        calls.append(1)
        if len(calls) == 2:
            os.kill(os.getpid(), signal.SIGTERM)
        return by_reading(parcel)

    before = signal.getsignal(signal.SIGTERM)
    stand_in(stopping)
    summary, told = grade(course, jobs=1, chunk=1)
    assert signal.getsignal(signal.SIGTERM) is before
    assert summary.interrupted
    assert 0 < len(told) < 6
    assert "run the command again to go on" in str(summary)
    assert len(scores(course)) == len(told)
    stand_in()
    again, _ = grade(course)
    assert (again.fresh, again.served) == (6 - len(told), len(told))


@pytest.mark.parametrize("count", [1, 3])
def test_a_run_that_is_stopped_before_anybody_is_graded_says_that_nothing_is_kept(
    course: Course, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], count: int
) -> None:
    classroom.make_class(course, NAME, count)
    monkeypatch.setattr(batch, "place", lambda *given: Place(lambda parcel: Future(), lambda: 1, lambda at_once: None))
    jobs = jobs_of(course)
    summary = batch.run(course, jobs, Options(), no_report, lambda: os.kill(os.getpid(), signal.SIGINT))
    assert summary.interrupted
    _Came.of(jobs).tell(summary, sys.stdout)
    said = "stopped before the first submission was graded: nothing was recorded; run the command again\n"
    assert capsys.readouterr() == ("", said)
    assert journal_rows(course) == []


def no_report(job: Job, report: Report, fresh: bool) -> None:
    """No report is expected."""
    raise AssertionError("a report came")


# ------------------------------------------------------------------------------------------------ with real workers


def descendants(root: int) -> set[int]:
    """All processes below one."""
    parents: dict[int, list[int]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with contextlib.suppress(OSError, ValueError, IndexError):
                parent = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
                parents.setdefault(parent, []).append(int(entry.name))
    found: set[int] = set()
    waiting = [root]
    while waiting:
        children = parents.get(waiting.pop(), [])
        found.update(children)
        waiting += children
    return found


@pytest.mark.slow
def test_real_workers_grade_a_class_as_one_process_does_even_when_one_is_killed(course: Course) -> None:
    """Two workers, one of them killed in mid-batch: everybody is graded once, and the same as before."""
    written = classroom.make_class(course, NAME, 14, seed=3)
    told: list[tuple[str | None, Report]] = []
    killed: list[int] = []

    def done(job: Job, report: Report, fresh: bool) -> None:
        told.append((job.task.student, report))
        if not killed:
            server = forkserver._forkserver._forkserver_pid  # type: ignore[attr-defined]
            # Workers are what the server has forked, and are called as it is; numbers say nothing, they start again.
            called = Path(f"/proc/{server}/cmdline").read_bytes()
            workers = [pid for pid in descendants(server) if Path(f"/proc/{pid}/cmdline").read_bytes() == called]
            killed.append(workers[0])
            os.kill(killed[0], signal.SIGKILL)

    summary = batch.run(course, jobs_of(course), Options(jobs=2, chunk=2), done)
    assert killed
    assert summary.counts == {"graded": 14}
    assert sorted(student for student, _ in told if student) == sorted(written)
    for student, report in told:
        assert student is not None
        assert (report.score == 10.0) == written[student].startswith("right"), (student, written[student])
        assert scores(course)[student] == pytest.approx(report.score)
    assert len(journal_rows(course)) == 14
    first = {line["report"]["student"]: line["report"] for line in journal_rows(course)}
    shutil.rmtree(course.state)
    batch.run(course, jobs_of(course)[:4], Options(jobs=1, record=False), lambda job, report, fresh: None)
    for line in journal_rows(course):
        assert line["report"] == first[line["report"]["student"]]  # same input, same bytes
        assert line["cpu_s"] > 0


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_ctrl_c_stops_within_seconds_keeps_what_is_done_and_leaves_no_process(course: Course, number: int) -> None:
    classroom.make_class(course, NAME, 60)
    # The last one would take ten seconds a question; it is running when the signal comes.
    path = jobs_of(course)[2].task.path
    path.write_text(path.read_text().replace("return self.w2 * hidden", "import time; time.sleep(9)"))
    program = (
        "import sys\nfrom pathlib import Path\nfrom autograder.core.course import Course\n"
        "from autograder.grading import batch, handed_in\nfrom autograder.grading.grader import Task\n"
        "from autograder.grading.job import Job, Options\n"
        f"course = Course.find(Path({str(course.root)!r}))\n"
        f"jobs = [Job(k, Task(p, str(p), course.student_of(p)), {NAME!r})"
        f" for k, p in enumerate(handed_in.notebooks(course, {NAME!r}))]\n"
        "if __name__ == '__main__':\n"
        "    s = batch.run(course, jobs, Options(jobs=2, chunk=1), lambda j, r, f: print('done', flush=True))\n"
        "    print('interrupted' if s.interrupted else 'finished', flush=True)\n"
    )
    script = course.root / "run.py"
    script.write_text(program)
    with subprocess.Popen([sys.executable, str(script)], stdout=subprocess.PIPE, start_new_session=True) as run:
        assert run.stdout is not None
        for _ in range(3):
            assert run.stdout.readline() == b"done\n"
        started = descendants(run.pid)
        assert len(started) > 4
        start = time.monotonic()
        run.send_signal(number)
        rest = run.stdout.read().split()
        assert run.wait(10) == 0
        assert time.monotonic() - start < 6  # the machine may be busy; alone it takes under two
    assert rest[-1] == b"interrupted"
    finished = 3 + rest.count(b"done")
    assert len(journal_rows(course)) == len(scores(course)) == finished
    deadline = time.monotonic() + 5
    while time.monotonic() < deadline and started & _all():
        time.sleep(0.05)
    assert not started & _all()


def _all() -> set[int]:
    found = set()
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with contextlib.suppress(OSError, IndexError):
                if (entry / "stat").read_text().rpartition(")")[2].split()[0] != "Z":
                    found.add(int(entry.name))
    return found


def test_a_pool_replaces_a_process_that_died_and_fails_only_its_own_work() -> None:
    with executors.Processes(2) as pool:
        futures = [pool.submit(_square_or_die, number) for number in range(8)]
        results = [None if future.exception() else future.result() for future in futures]
    assert results == [0, 1, 4, None, 16, 25, 36, 49]
    assert isinstance(futures[3].exception(), BrokenProcessPool)


def test_a_pool_that_is_shut_down_at_once_ends_what_runs() -> None:
    pool = executors.Processes(1)
    futures = [pool.submit(time.sleep, 60) for _ in range(3)]
    time.sleep(0.2)
    start = time.monotonic()
    pool.shutdown(cancel_futures=True)
    assert time.monotonic() - start < 10
    assert all(future.cancelled() or future.exception() is not None for future in futures)


def _square_or_die(number: int) -> int:
    if number == 3:
        os.kill(os.getpid(), signal.SIGKILL)
    return number * number


def test_a_run_in_another_thread_leaves_signals_alone(course: Course, stand_in: Any) -> None:
    classroom.make_class(course, NAME, 1)
    stand_in()
    found: list[Summary] = []
    thread = threading.Thread(target=lambda: found.append(grade(course)[0]))
    thread.start()
    thread.join()
    assert found[0].fresh == 1
