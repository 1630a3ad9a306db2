"""One warm process for the sandboxes of several workers: what they share, what they do not, how each ends."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from autograder.sandbox import sandbox
from autograder.sandbox.processes import SHARE
from autograder.sandbox.sandbox import Limits, Sandbox, shared

pytestmark = pytest.mark.skipif(shutil.which("bwrap") is None, reason="no bubblewrap here: see `autograder doctor`")

PROGRAM = """
import os, time

def main(request, reply, more):
    exec(compile(request, "<request>", "exec"), {"reply": reply, "os": os, "time": time})
"""
SLEEPS = "reply(b'here')\ntime.sleep(600)"


@pytest.fixture
def program(tmp_path: Path) -> Path:
    path = tmp_path / "program.py"
    path.write_text(PROGRAM)
    return path


@pytest.fixture
def copied(program: Path) -> Iterator[Path]:
    with shared(program, preload=()):
        yield program


def answer(box: Sandbox, code: str) -> bytes | None:
    job = box.start(code.encode(), Limits(wall_s=20, cpu_s=20))
    try:
        return job.next_frame(20)
    finally:
        job.close()


def branch(box: Sandbox) -> int:
    """Which copy it is; 0: none."""
    assert box._zygote is not None
    return box._zygote._branch


def below(pid: int) -> list[int]:
    """The processes that a process has started, and those below them."""
    parents: dict[int, int] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with contextlib.suppress(OSError, IndexError, ValueError):
                parents[int(entry.name)] = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
    family = [pid]
    for parent in family:
        family += [child for child, above in parents.items() if above == parent]
    return [each for each in family[1:] if alive(each)]


def test_sandboxes_of_one_program_are_copies_of_one_warm_process(copied: Path) -> None:
    """Each has its own number and its own users; when the last is closed the trunk is still there."""
    with Sandbox(copied, preload=()) as one, Sandbox(copied, preload=()) as other:
        assert {branch(one), branch(other)} == {1, 2}
        assert answer(one, "reply(str(os.getpid()).encode())") == b"1"  # of its own process namespace
        assert answer(other, "reply(str(os.getpid()).encode())") == b"1"
        zygotes = [one._zygote, other._zygote]
        users = [{zygote.user(serial) for serial in range(1000)} for zygote in zygotes if zygote is not None]
        assert users[0].isdisjoint(users[1])
        assert [len(each) for each in users] == [SHARE, SHARE]
    with Sandbox(copied, preload=()) as third:
        assert branch(third) == 3


def test_another_program_or_other_imports_have_a_process_of_their_own(copied: Path, tmp_path: Path) -> None:
    """A copy is taken only where it is the same to the last argument."""
    elsewhere = tmp_path / "other.py"
    elsewhere.write_text(PROGRAM)
    for box in (
        Sandbox(elsewhere, preload=()),
        Sandbox(copied, preload=("json",)),
        Sandbox(copied, preload=(), packages=("numpy",)),
        Sandbox(copied, preload=(), warm=False),
    ):
        with box:
            assert branch(box) == 0
            assert answer(box, "reply(b'right')") == b"right"


def test_a_closed_sandbox_leaves_the_others_alone(copied: Path) -> None:
    """Its jobs end with it, and only its."""
    with Sandbox(copied, preload=()) as stays:
        job = stays.start(SLEEPS.encode())
        assert job.next_frame(20) == b"here"
        with Sandbox(copied, preload=()) as goes:
            gone = goes.start(SLEEPS.encode())
            assert gone.next_frame(20) == b"here"
            assert sandbox._shared is not None
            before = below(sandbox._shared.pid or 0)
        after = below(sandbox._shared.pid or 0)
        assert len(before) - len(after) == 2  # the copy and its job
        assert gone.close().reason == "killed"
        assert job.ended is None
        assert answer(stays, "reply(b'right')") == b"right"
        job.close()


def test_where_the_shared_process_has_died_a_sandbox_starts_its_own(copied: Path) -> None:
    """And goes on with what it was about."""
    with Sandbox(copied, preload=()) as box:
        assert branch(box) == 1
        trunk = sandbox._shared
        assert trunk is not None
        assert trunk._process is not None
        trunk._process.kill()
        trunk._process.wait()
        assert answer(box, "reply(b'right')") == b"right"
        assert branch(box) == 0


def test_a_killed_copy_takes_its_jobs_along(copied: Path) -> None:
    """However it ends; the next job has another copy."""
    with Sandbox(copied, preload=()) as box:
        job = box.start(SLEEPS.encode())
        assert job.next_frame(20) == b"here"
        assert sandbox._shared is not None
        assert box._zygote is not None
        assert box._zygote._inner is not None
        signal.pidfd_send_signal(box._zygote._inner, signal.SIGKILL)
        deadline = time.monotonic() + 5
        while len(below(sandbox._shared.pid or 0)) > 1 and time.monotonic() < deadline:
            time.sleep(0.02)
        assert len(below(sandbox._shared.pid or 0)) == 1  # process 1 of the namespace, which bubblewrap started
        assert answer(box, "reply(b'right')") == b"right"
        assert branch(box) == 2


@pytest.mark.parametrize("who", ["worker", "grader"])
def test_whoever_is_killed_leaves_no_job_behind(program: Path, who: str) -> None:
    """A worker's jobs end with the worker, all with the grader."""
    script = f"""
    import os, time
    from pathlib import Path
    from autograder.sandbox import Sandbox, shared
    program = Path({str(program)!r})
    with shared(program, preload=()):
        worker = os.fork()
        if worker == 0:
            box = Sandbox(program, preload=())
            job = box.start({SLEEPS!r}.encode())
            job.next_frame(20)
            print(os.getpid(), box._zygote._branch, flush=True)
        time.sleep(600)
    """
    grader = subprocess.Popen([sys.executable, "-c", textwrap.dedent(script)], stdout=subprocess.PIPE)
    assert grader.stdout is not None
    worker, number = map(int, grader.stdout.readline().split())
    assert number == 1
    jobs = [pid for pid in below(grader.pid) if pid != worker]
    assert len(jobs) == 4  # bubblewrap, its process 1, the copy, its job
    left = 2 if who == "worker" else 0
    os.kill(worker if who == "worker" else grader.pid, signal.SIGKILL)
    deadline = time.monotonic() + 5
    while sum(map(alive, jobs)) > left and time.monotonic() < deadline:
        time.sleep(0.02)
    assert sum(map(alive, jobs)) == left
    for pid in (worker, grader.pid):
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    grader.wait()
    grader.stdout.close()


def alive(pid: int) -> bool:
    """Whether a process runs; one that is dead and not waited for does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in ("Z", "X")
    except OSError:
        return False
