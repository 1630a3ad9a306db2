"""The process that workers are forked from: a copy of the grader's own, with all that this has imported and made ready.

Context: multiprocessing starts such a server as a new Python, which imports once more what the grader has imported, and
knows nothing of what it has computed. Choice: where this process has no other thread, the server is forked from it; it
closes what the grader has open, then serves as multiprocessing's own does, by the very text that a new Python would be
given. Cost: it takes the place of a function of multiprocessing's that is not documented (`util.spawnv_passfds`) while
the server starts. Where a Python calls another one, or other threads run, the server is a new Python.
"""

from __future__ import annotations

import contextlib
import gc
import multiprocessing
import os
import signal
import sys
from collections.abc import Iterator, Sequence
from multiprocessing import forkserver, resource_tracker, util
from pathlib import Path
from typing import Any, cast

from autograder.sandbox.own_folder import own_folder
from autograder.sandbox.sandbox import shared_descriptors

PRELOAD = "autograder.grading.workers.worker"  # by name: nothing of what grades is imported here


def start() -> None:
    """Start it where it does not run; what it puts into folders that all share lies in this process's own."""
    multiprocessing.get_context("forkserver").set_forkserver_preload([PRELOAD])
    own_folder()
    resource_tracker.ensure_running()  # a process of its own, whatever the server is
    with _as_a_copy() if _alone() else _same_package():
        forkserver.ensure_running()


def _alone() -> bool:
    """Whether no other thread is here, Python's or not, which a copy would lack."""
    try:
        return sys.platform == "linux" and len(os.listdir("/proc/self/task")) == 1
    except OSError:
        return False


@contextlib.contextmanager
def _as_a_copy() -> Iterator[None]:
    changed = cast(Any, util)
    before = changed.spawnv_passfds
    changed.spawnv_passfds = _fork
    try:
        yield
    finally:
        changed.spawnv_passfds = before


def _fork(path: bytes, arguments: Sequence[str], passed: Sequence[int]) -> int:
    """A copy of this process that runs the text which a new Python would be given last; its number.

    It never returns into what this process was doing: what that holds, a database's connection say, is neither used
    there nor ended.
    """
    gc.freeze()  # what is here now stays: no collection looks through it, and thereby copies its pages
    number = os.fork()
    if number:
        return number
    code = 1
    try:
        for signal_number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(signal_number, signal.SIG_DFL)
        sys.stdin, sys.stdout, sys.stderr = sys.__stdin__, sys.__stdout__, sys.__stderr__  # as in a new Python
        _close_all_but({0, 1, 2, *passed, *shared_descriptors()})
        exec(arguments[-1], {})
    except SystemExit:  # so it ends, once nobody is left who could ask it for a worker
        code = 0
    except BaseException:
        sys.excepthook(*sys.exc_info())
    finally:
        os._exit(code)


def _close_all_but(kept: set[int]) -> None:
    """Locks and databases stay the grader's alone."""
    for descriptor in map(int, os.listdir("/proc/self/fd")):
        if descriptor not in kept:
            with contextlib.suppress(OSError):
                os.close(descriptor)


@contextlib.contextmanager
def _same_package() -> Iterator[None]:
    """It imports this very package, and nothing from the working directory: it is started with `python -c`."""
    root = str(Path(__file__).parents[2])
    changes = {"PYTHONSAFEPATH": "1", "PYTHONPATH": os.pathsep.join(filter(None, [root, os.environ.get("PYTHONPATH")]))}
    before = {name: os.environ.get(name) for name in changes}
    os.environ.update(changes)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value
