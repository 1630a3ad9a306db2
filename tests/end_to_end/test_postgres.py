"""A batch recorded in a real PostgreSQL server, started for the test."""

from __future__ import annotations

import glob
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from autograder.core.course import Course
from autograder.grading import batch, handed_in
from autograder.grading.grader import Task
from autograder.grading.job import Job, Options
from autograder.grading.store import journal as journals
from tests.support import classroom
from tests.support import tiny_course as tiny

pytest.importorskip("psycopg", reason="psycopg is not installed (the `postgres` extra)")

NAME = "shallow_narrow"
REPOSITORY = Path(__file__).resolve().parents[2]


@pytest.fixture
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The URL of an empty database on a server of its own, which listens on a socket in its folder alone."""
    programs = sorted(glob.glob("/usr/lib/postgresql/*/bin"))
    if not programs:
        pytest.skip("no PostgreSQL server (Debian's package postgresql)")
    folder = Path(tempfile.mkdtemp(prefix="autograder-pg-", dir="/tmp"))  # a socket's path must be short
    run: list[str] = []
    if os.geteuid() == 0:
        shutil.chown(folder, "postgres")
        run = ["runuser", "-u", "postgres", "--"]
    control = [*run, f"{programs[-1]}/pg_ctl", "-D", str(folder / "data"), "-w"]
    options = f"-c listen_addresses='' -c fsync=off -k {folder}"
    try:
        initdb = [*run, f"{programs[-1]}/initdb", "-D", str(folder / "data"), "-A", "trust", "-U", "grader"]
        subprocess.run(initdb, check=True, capture_output=True, cwd=folder)
        start = [*control, "-o", options, "-l", str(folder / "log"), "start"]
        subprocess.run(start, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=folder)
        createdb = [*run, f"{programs[-1]}/createdb", "-h", str(folder), "-U", "grader", "grades"]
        subprocess.run(createdb, check=True, capture_output=True, cwd=folder)
        yield f"postgresql://grader@/grades?host={folder}"  # as the README writes it
    finally:
        subprocess.run([*control, "-m", "immediate", "stop"], capture_output=True, cwd=folder)
        shutil.rmtree(folder, ignore_errors=True)


@pytest.mark.slow
def test_a_class_is_graded_recorded_and_taken_up_again_on_postgresql(
    server: str, tmp_path_factory: pytest.TempPathFactory, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With real workers: the gradebook has each student once, with the report's score; manual grades stay."""
    from nbgrader.api import Gradebook

    from autograder.authoring.build import build

    monkeypatch.setenv("AUTOGRADER_DB_URL", server)
    course = classroom.copy_course(tmp_path / "course", [NAME], REPOSITORY)
    build(course, [NAME], lambda path, name, where: tiny.report(path, None, _points(path, where)))
    assert course.db_url == server
    classroom.make_class(course, NAME, 6, seed=4)
    jobs = [Job(k, Task(path, str(path), course.student_of(path)), NAME)
            for k, path in enumerate(handed_in.notebooks(course, NAME))]  # fmt: skip
    told = []
    summary = batch.run(course, jobs, Options(jobs=2), lambda job, report, fresh: told.append(report))
    assert summary.counts == {"graded": 6}
    with Gradebook(course.db_url, course.course_id) as book:
        found = {each.student.id: each.score for each in book.assignment_submissions(NAME)}
        assert found == {report.student: pytest.approx(report.score) for report in told}
        first = book.find_submission_notebook(NAME, NAME, "s00000").grades[0]
        first.manual_score = 0.25
        book.db.commit()
    assert batch.run(course, jobs, Options(), lambda job, report, fresh: None).served == 6
    batch.run(course, jobs, Options(jobs=1, force=True), lambda job, report, fresh: None)
    with Gradebook(course.db_url, course.course_id) as book:
        assert len(book.assignment_submissions(NAME)) == 6
        assert [each.manual_score for each in book.find_submission_notebook(NAME, NAME, "s00000").grades].count(
            0.25
        ) == 1
    assert len(journals.current(course, NAME)) == 6
    assert not (course.root / "gradebook.db").exists()


def _points(path: Path | str, course: Course) -> dict[str, float]:
    """For the build's proof, which other tests give in earnest: the source earns all, the release nothing."""
    return dict.fromkeys(tiny.POINTS, 0.0) if path == course.release_notebook(NAME) else tiny.POINTS
