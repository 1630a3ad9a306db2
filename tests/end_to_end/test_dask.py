"""A class graded on a Dask cluster: no shared disk, a lost worker's submissions done again, each recorded once."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from autograder.core.course import Course
from autograder.core.report import Report
from autograder.grading import batch, handed_in
from autograder.grading.grader import Task
from autograder.grading.job import Job, Options
from autograder.grading.workers import executors
from autograder.grading.workers.executors import ExecutorError
from tests.support import classroom
from tests.support.journal_rows import journal_rows, recorded_keys

pytest.importorskip("distributed", reason="Dask is not installed (the `dask` extra)")

NAME = "shallow_narrow"
REPOSITORY = Path(__file__).resolve().parents[2]


@dataclass
class Cluster:
    """A scheduler and its workers, each a process in a folder of its own."""

    folder: Path
    address: str
    scheduler: subprocess.Popen[bytes]
    workers: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def add_worker(self, **environment: str) -> None:
        """One more worker, which grades one parcel at a time; with changes to its environment."""
        place = self.folder / f"worker-{len(self.workers)}"
        place.mkdir()
        command = [sys.executable, "-m", "distributed.cli.dask_worker", self.address, "--nthreads", "1", "--no-nanny"]
        command += ["--local-directory", str(place), "--no-dashboard"]
        self.workers.append(
            subprocess.Popen(
                command,
                cwd=place,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                env={**os.environ, **environment},
            )
        )


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[Cluster]:
    """A local scheduler with three worker processes."""
    from distributed import Client

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    address = f"tcp://127.0.0.1:{port}"
    command = [sys.executable, "-m", "distributed.cli.dask_scheduler", "--host", "127.0.0.1", "--port", str(port)]
    scheduler = subprocess.Popen(
        [*command, "--no-dashboard"], cwd=tmp_path, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    made = Cluster(tmp_path, address, scheduler)
    try:
        for _ in range(3):
            made.add_worker()
        deadline = time.monotonic() + 60
        while True:
            try:
                with Client(address, timeout=5, set_as_default=False) as client:
                    client.wait_for_workers(3, timeout=60)
                break
            except OSError:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.3)
        yield made
    finally:
        for process in (*made.workers, scheduler):
            process.kill()
            process.wait()


@pytest.mark.slow
def test_a_cluster_that_loses_a_worker_grades_each_submission_once_and_as_one_machine_does(
    cluster: Cluster, tmp_path_factory: pytest.TempPathFactory, tmp_path: Path
) -> None:
    course = classroom.ready_course(tmp_path_factory.getbasetemp() / "built-course", tmp_path / "course", REPOSITORY)
    written = classroom.make_class(course, NAME, 18, seed=2)
    told: list[tuple[str | None, Report]] = []

    def done(job: Job, report: Report, fresh: bool) -> None:
        told.append((job.task.student, report))
        if len(told) == 1:
            cluster.workers[0].send_signal(signal.SIGKILL)

    summary = batch.run(course, _jobs(course), Options(dask=cluster.address, chunk=2), done)
    assert cluster.workers[0].wait() == -signal.SIGKILL
    assert summary.counts == {"graded": 18}
    assert sorted(student for student, _ in told if student) == sorted(written)
    lines = journal_rows(course)
    assert len(lines) == 18
    assert len({line["key"] for line in lines}) == 18
    assert len(recorded_keys(course)) == 18

    (course.state / "journal.db").rename(course.root / "by-cluster.db")
    here: dict[str | None, Report] = {}
    batch.run(course, _jobs(course)[:5], Options(jobs=1, record=False),
              lambda job, report, fresh: here.update({job.task.student: report}))  # fmt: skip
    assert here == {student: report for student, report in told if student in here}


@pytest.mark.slow
def test_workers_need_nothing_of_the_course_on_their_disk(cluster: Cluster, tmp_path: Path) -> None:
    """The course is deleted from under the batch once its files were read."""
    from autograder.grading.workers.kit import kit_of
    from autograder.grading.workers.parcel import Item, Parcel

    course = classroom.copy_course(tmp_path / "course", [NAME], REPOSITORY)
    classroom.make_class(course, NAME, 1, ways=["right"])
    item = Item(0, "a", "ada", _jobs(course)[0].task.path.read_bytes())
    parcel = Parcel(kit_of(course, NAME, "", "namespaces"), (item,))
    os.rename(course.root, tmp_path / "gone")
    place = executors.dask(cluster.address)
    try:
        assert place.slots() == 3
        (done,) = place.submit(parcel).result(timeout=120)
    finally:
        place.close(False)
    assert done.report.score == 10.0
    other = Parcel(parcel.kit.__class__(**{**vars(parcel.kit), "code": "another version"}), (item,))
    place = executors.dask(cluster.address)
    try:
        with pytest.raises(ExecutorError, match=r"no worker .* can grade: .*another version of the grading code"):
            place.submit(other)
    finally:
        place.close(True)


@pytest.mark.slow
def test_a_worker_that_cannot_sandbox_is_left_out_and_named_and_the_others_grade(
    cluster: Cluster, tmp_path_factory: pytest.TempPathFactory, tmp_path: Path
) -> None:
    """Nor one that has no kit: nobody loses a mark by either, and the instructor reads which machine it is."""
    from distributed import Client

    course = classroom.ready_course(tmp_path_factory.getbasetemp() / "built-course", tmp_path / "course", REPOSITORY)
    classroom.make_class(course, NAME, 12, seed=2)
    kitless = tmp_path / "kitless"
    kitless.mkdir()
    (kitless / "sitecustomize.py").write_text("import sys\nsys.modules['autograder'] = None  # as if not installed\n")
    cluster.add_worker(PATH="/nowhere")
    cluster.add_worker(PYTHONPATH=str(kitless))
    with Client(cluster.address, timeout=30, set_as_default=False) as client:
        client.wait_for_workers(5, timeout=60)
    summary = batch.run(course, _jobs(course), Options(dask=cluster.address, chunk=2), lambda *_: None)
    assert summary.counts == {"graded": 12}
    told = [note for note in summary.notes if "is left out" in note]
    assert len(told) == 2
    assert all(note.startswith("the Dask worker tcp://127.0.0.1:") for note in told)
    assert sum(f"on {os.uname().nodename} is left out: bubblewrap is not installed" in note for note in told) == 1
    assert sum("cannot run the grading code" in note for note in told) == 1


@pytest.mark.slow
def test_a_scheduler_that_dies_is_told_in_words(
    cluster: Cluster, tmp_path_factory: pytest.TempPathFactory, tmp_path: Path
) -> None:
    """And what was graded until then is kept."""
    course = classroom.ready_course(tmp_path_factory.getbasetemp() / "built-course", tmp_path / "course", REPOSITORY)
    classroom.make_class(course, NAME, 12, seed=2)
    finished: list[Job] = []

    def done(job: Job, report: Report, fresh: bool) -> None:
        finished.append(job)
        cluster.scheduler.kill()

    with pytest.raises(ExecutorError, match=r"the Dask scheduler at tcp://.* is gone; run the command again when it"):
        batch.run(course, _jobs(course), Options(dask=cluster.address, chunk=2), done)
    assert 0 < len(finished) < 12
    assert len(journal_rows(course)) == len(finished)


def test_no_scheduler_is_told_in_words() -> None:
    with pytest.raises(ExecutorError, match=r"no Dask scheduler answers at tcp://127\.0\.0\.1:9.*dask scheduler"):
        executors.dask("tcp://127.0.0.1:9")


def _jobs(course: Course) -> list[Job]:
    paths = handed_in.notebooks(course, NAME)
    return [Job(k, Task(path, str(path), course.student_of(path)), NAME) for k, path in enumerate(paths)]
