"""The process that workers are forked from: a copy of this one, without what this one has open."""

from __future__ import annotations

import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="elsewhere the server is a new Python")

# A module, since what a worker is asked to call is found by its name.
MODULE = """
import os, signal, sys

KNOWN = "as imported"
READY = []

def known():
    return KNOWN

def ready():
    return READY

def get_ready_through_ctrl_c():
    READY.append(os.getpid())
    signal.raise_signal(signal.SIGINT)  # Ctrl-C, which all processes of a terminal are sent

def holds(path):
    descriptors = [f"/proc/self/fd/{name}" for name in os.listdir("/proc/self/fd")]
    return path in [os.readlink(each) for each in descriptors if os.path.lexists(each)]

def ends_when_told():
    return signal.getsignal(signal.SIGTERM) is signal.SIG_DFL

def family():
    return os.getppid()
"""
SCRIPT = """
import concurrent.futures, fcntl, multiprocessing, os, signal, sys, tempfile, threading
import asked_for
from autograder.sandbox import fork_server

def command(process):
    with open(f"/proc/{{process}}/cmdline") as file:
        return file.read()

def tracker():
    from multiprocessing import resource_tracker
    return resource_tracker._resource_tracker._pid

if __name__ == "__main__":
    asked_for.KNOWN = "as computed"
    signal.signal(signal.SIGTERM, lambda number, frame: None)
    lock = tempfile.NamedTemporaryFile()
    fcntl.flock(lock, fcntl.LOCK_EX)
    {before}
    fork_server.start(asked_for.get_ready_through_ctrl_c)
    fork_server.start()
    context = multiprocessing.get_context("forkserver")
    with concurrent.futures.ProcessPoolExecutor(1, mp_context=context) as pool:
        ask = lambda *call: pool.submit(*call).result(timeout=60)
        print(ask(asked_for.known), asked_for.holds(lock.name), ask(asked_for.holds, lock.name))
        server = ask(asked_for.family)
        print(ask(asked_for.ends_when_told), server != os.getpid())
        print(len(ask(asked_for.ready)), ask(asked_for.ready) == [server], len(asked_for.READY))
        print(command(server) == command("self"), command(tracker()) == command("self"))
"""


KILLED = """
import os, signal, sys, time
from autograder.sandbox import fork_server

def get_ready():
    print(os.getpid(), flush=True)
    time.sleep(60)

if __name__ == "__main__":
    fork_server.start(get_ready)
    time.sleep(60)
"""


def words(folder: Path, before: str = "pass") -> list[str]:
    """What the script says, word by word, where `before` is done first."""
    (folder / "asked_for.py").write_text(MODULE)
    script = folder / "script.py"
    script.write_text(textwrap.dedent(SCRIPT.format(before=before)))
    run = subprocess.run([sys.executable, str(script)], capture_output=True, text=True, timeout=120, check=False)
    assert run.returncode == 0, run.stderr
    return run.stdout.split()


def test_a_worker_knows_what_was_computed_and_holds_nothing_open(tmp_path: Path) -> None:
    """Neither the lock of the grader is its own, nor what the grader does when it is told to stop."""
    assert words(tmp_path)[:6] == ["as", "computed", "True", "False", "True", "True"]


def test_workers_are_made_ready_in_the_copy_and_ctrl_c_does_not_end_it(tmp_path: Path) -> None:
    """Once, before it serves, and not in the grader, which goes on meanwhile."""
    assert words(tmp_path)[6:9] == ["1", "True", "0"]


def test_what_gets_ready_ends_with_the_grader() -> None:
    """Whoever reads what the grader says would wait for it, too."""
    with subprocess.Popen([sys.executable, "-c", KILLED], stdout=subprocess.PIPE, text=True) as grader:
        assert grader.stdout is not None
        server = int(grader.stdout.readline())
        assert Path(f"/proc/{server}").exists()
        grader.kill()
        start = time.monotonic()
        assert grader.stdout.read() == ""  # to its end: nobody is left who holds it
        assert time.monotonic() - start < 30


def test_what_looks_after_semaphores_is_a_copy_as_well(tmp_path: Path) -> None:
    """To start a Python for it takes as long as a submission."""
    assert words(tmp_path)[9:] == ["True", "True"]


def test_beside_another_thread_the_server_is_a_new_python(tmp_path: Path) -> None:
    """A copy would lack the thread, and wait for ever for what it holds."""
    other = "threading.Thread(target=threading.Event().wait, daemon=True).start()"
    said = words(tmp_path, f"{other}; signal.signal(signal.SIGINT, signal.SIG_IGN)")
    assert said[:2] == ["as", "imported"]
    assert said[6:] == ["0", "False", "1", "False", "False"]  # made ready here, for what it leaves on the disk
