"""The grader may be killed at any moment: in the end each submission is graded once, and as if nothing had happened."""

from __future__ import annotations

import contextlib
import os
import random
import signal
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from concurrent.futures import BrokenExecutor
from pathlib import Path

import pytest

from autograder.core.course import Course
from autograder.grading.workers import executors
from tests.support import classroom
from tests.support.journal_rows import journal_rows, recorded_keys

NAME = "shallow_narrow"
REPOSITORY = Path(__file__).resolve().parents[2]
COUNT = 24
KILLS = 12
RUN = """
import sys
from pathlib import Path
from autograder.grading import batch
from autograder.grading import handed_in
from autograder.core.course import Course
from autograder.grading.grader import Task
from autograder.grading.job import Job, Options

if __name__ == "__main__":
    course = Course.find(Path(sys.argv[1]))
    paths = handed_in.notebooks(course, "shallow_narrow")
    jobs = [Job(k, Task(p, str(p), course.student_of(p)), "shallow_narrow") for k, p in enumerate(paths)]
    batch.run(course, jobs, Options(jobs=2, chunk=2), lambda job, report, fresh: print(job.index, flush=True))
"""


def start(course: Course, group: bool = False) -> subprocess.Popen[bytes]:
    """A run of the grader over the course, in a process of its own; with `group`, in a session of its own, too."""
    script = course.root / "run.py"
    script.write_text(RUN)
    return subprocess.Popen(
        [sys.executable, str(script), str(course.root)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=group,
    )


def finish(course: Course) -> None:
    """A run that is left alone."""
    with start(course) as run:
        _, errors = run.communicate(timeout=300)
    assert run.returncode == 0, errors.decode()


def state(course: Course) -> dict[str, tuple]:
    """Per student: the report, the grades in the gradebook, the notebook, the page."""
    reports = {line["report"]["student"]: line["report"] for line in journal_rows(course)}
    grades: dict[str, list] = {}
    with contextlib.closing(sqlite3.connect(course.root / "gradebook.db")) as book:
        for student, name, score in book.execute(
            "select s.student_id, c.name, g.auto_score from submitted_assignment s"
            " join submitted_notebook n on n.assignment_id = s.id join grade g on g.notebook_id = n.id"
            " join base_cell c on c.id = g.cell_id"
        ):
            grades.setdefault(student, []).append((name, score))
    found = {}
    for student, report in reports.items():
        report["submission"] = os.path.relpath(report["submission"], course.root)
        notebook = course.folder(course.autograded, student, NAME) / f"{NAME}.ipynb"
        page = course.folder(course.feedback, student, NAME) / f"{NAME}.html"
        text = page.read_text().replace(str(course.root), "")
        found[student] = (report, sorted(grades[student]), notebook.read_bytes(), text)
    return found


@pytest.mark.slow
def test_killed_at_random_moments_the_class_ends_up_as_in_an_undisturbed_run(
    tmp_path_factory: pytest.TempPathFactory, tmp_path: Path
) -> None:
    template = tmp_path_factory.getbasetemp() / "built-course"
    quiet = classroom.ready_course(template, tmp_path / "quiet", REPOSITORY)
    loud = classroom.ready_course(template, tmp_path / "loud", REPOSITORY)
    for course in (quiet, loud):
        classroom.make_class(course, NAME, COUNT, seed=5)
    finish(quiet)

    rng = random.Random(20_260_301)
    killed = 0
    for turn in range(KILLS):
        with start(loud) as run:
            assert run.stdout is not None
            # Half of the kills fall anywhere from the start on; half right around a chunk that is being written.
            if turn % 2:
                run.stdout.readline()
                time.sleep(rng.uniform(0.0, 0.05))
            else:
                time.sleep(rng.uniform(0.0, 5.0))
            killed += run.poll() is None
            run.send_signal(signal.SIGKILL)
    finish(loud)

    assert killed >= 3
    assert len(state(quiet)) == COUNT
    assert state(loud) == state(quiet)
    lines = journal_rows(loud)
    assert len(lines) == COUNT  # what the journal had was never graded again
    assert len({line["key"] for line in lines}) == COUNT
    assert sorted(line["key"] for line in lines) == recorded_keys(loud)
    left = [path for path in loud.root.rglob(".*") if path.name.startswith((".new-", ".partial-"))]
    assert left == []  # what a killed run was writing aside is gone too


SHARED = (Path(tempfile.gettempdir()), Path("/dev/shm"))


def of_graders(pid: int) -> list[str]:
    """What lies in the folders that all share and bears the mark of a grader."""
    return [str(path) for folder in SHARED for path in folder.glob(f"*autograder-*-{pid}-*")]


def gone_within(seconds: float, pid: int) -> list[str]:
    """What still lies there after a while at most."""
    deadline = time.monotonic() + seconds
    while of_graders(pid) and time.monotonic() < deadline:
        time.sleep(0.1)
    return of_graders(pid)


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGINT, signal.SIGTERM])
def test_a_grader_that_is_ended_leaves_nothing_in_shared_folders(
    tmp_path_factory: pytest.TempPathFactory, tmp_path: Path, number: signal.Signals
) -> None:
    """Neither its socket nor its semaphores nor what its workers wrote down; and it ends."""
    course = classroom.ready_course(tmp_path_factory.getbasetemp() / "built-course", tmp_path / "course", REPOSITORY)
    classroom.make_class(course, NAME, COUNT, seed=5)
    before = {path for folder in SHARED for path in folder.glob("*")}
    with start(course) as run:
        assert run.stdout is not None
        run.stdout.readline()
        assert of_graders(run.pid) != []
        run.send_signal(number)
        run.wait(timeout=60)
    assert gone_within(20, run.pid) == []
    new = {path.name for folder in SHARED for path in folder.glob("*")} - {path.name for path in before}
    assert not [name for name in new if name.startswith(("pymp-", "sem.mp-"))]


@pytest.mark.slow
def test_what_a_grader_left_that_was_killed_with_its_workers_goes_with_the_next_one(
    tmp_path_factory: pytest.TempPathFactory, tmp_path: Path
) -> None:
    """Nobody was left to take it away, the tracker of semaphores neither."""
    course = classroom.ready_course(tmp_path_factory.getbasetemp() / "built-course", tmp_path / "course", REPOSITORY)
    classroom.make_class(course, NAME, 4, seed=5)
    with start(course, group=True) as run:
        assert run.stdout is not None
        run.stdout.readline()
        os.killpg(run.pid, signal.SIGKILL)
        run.wait(timeout=60)
    finish(course)
    assert of_graders(run.pid) == []


def die_in_mid_reply(delay_s: float) -> bytes:
    """A reply that takes longer to send than its sender lives."""
    threading.Timer(delay_s, os._exit, (9,)).start()
    return bytes(300_000_000)


@pytest.mark.slow
@pytest.mark.parametrize("delay_s", [0.2, 0.35, 0.5])
def test_a_worker_that_dies_while_its_reply_is_on_the_way_is_noticed(delay_s: float) -> None:
    """Its parcel fails, the next one finds another worker, and the pool shuts down."""
    pool = executors.Processes(1)
    try:
        with contextlib.suppress(BrokenExecutor):  # the reply may have been quicker
            pool.submit(die_in_mid_reply, delay_s).result(timeout=30)
        assert pool.submit(len, b"four").result(timeout=30) == 4
    finally:
        pool.shutdown(cancel_futures=True)


def test_a_worker_that_dies_while_its_parcel_is_on_the_way_is_noticed() -> None:
    """Larger than what a pipe takes: nobody reads the rest, and no thread waits for that, which would keep the grader
    from ending."""
    before = set(threading.enumerate())
    pool = executors.Processes(1)
    number = pool.submit(os.getpid).result(timeout=30)
    os.kill(number, signal.SIGSTOP)
    lost = pool.submit(len, bytes(10_000_000))
    time.sleep(0.3)
    os.kill(number, signal.SIGKILL)
    with pytest.raises(BrokenExecutor):
        lost.result(timeout=30)
    assert pool.submit(len, b"four").result(timeout=30) == 4
    pool.shutdown()
    deadline = time.monotonic() + 20
    while set(threading.enumerate()) - before and time.monotonic() < deadline:
        time.sleep(0.02)
    assert not set(threading.enumerate()) - before
