"""The process that workers are forked from: a copy of the grader's own, with all that this has imported and made ready.

Context: multiprocessing starts such a server as a new Python, which imports once more what the grader has imported, and
knows nothing of what it has computed. Choice: where this process has no other thread, the server is forked from it; it
closes what the grader has open, makes ready what workers need while the grader goes on, then serves as
multiprocessing's own does, by the very text that a new Python would be given. So does the process that looks after
multiprocessing's semaphores. Cost: it takes the place of a function of multiprocessing's that is not documented
(`util.spawnv_passfds`) while they start. Where a Python calls another one, or other threads run, each is a new Python.
"""

from __future__ import annotations

import contextlib
import ctypes
import gc
import multiprocessing
import os
import signal
import sys
from collections.abc import Callable, Collection, Iterator, Sequence
from multiprocessing import forkserver, resource_tracker, util
from pathlib import Path
from typing import Any, cast

from autograder.sandbox.own_folder import own_folder
from autograder.sandbox.sandbox import shared_descriptors

PR_SET_PDEATHSIG = 1  # of prctl(2)
PRELOAD = "autograder.grading.workers.worker"  # by name: nothing of what grades is imported here


def start(get_ready: Callable[[], None] = lambda: None) -> None:
    """Start it where it does not run; what it puts into folders that all share lies in this process's own.

    `get_ready` is called there before it serves, where it is started as a copy; else here.
    """
    multiprocessing.get_context("forkserver").set_forkserver_preload([PRELOAD])
    own_folder()
    if not _alone():
        resource_tracker.ensure_running()
        with _same_package():
            forkserver.ensure_running()
        get_ready()
        return
    grader = os.getpid()

    def begin() -> None:
        _end_with(grader)
        get_ready()

    with _as_a_copy():
        resource_tracker.ensure_running()
    with _as_a_copy(shared_descriptors(), begin) as started:
        forkserver.ensure_running()
    if not started:
        get_ready()


def _alone() -> bool:
    """Whether no other thread is here, Python's or not, which a copy would lack."""
    try:
        return sys.platform == "linux" and len(os.listdir("/proc/self/task")) == 1
    except OSError:
        return False


@contextlib.contextmanager
def _as_a_copy(kept: Collection[int] = (), begin: Callable[[], None] = lambda: None) -> Iterator[list[int]]:
    """What is started meanwhile is forked from this process, with these descriptors left open; gives their numbers."""
    started: list[int] = []

    def fork(path: bytes, arguments: Sequence[str], passed: Sequence[int]) -> int:
        started.append(_fork(arguments[-1], {0, 1, 2, *passed, *kept}, begin))
        return started[-1]

    changed = cast(Any, util)
    before = changed.spawnv_passfds
    changed.spawnv_passfds = fork
    try:
        yield started
    finally:
        changed.spawnv_passfds = before


def _fork(text: str, kept: set[int], begin: Callable[[], None]) -> int:
    """A copy of this process that begins so, then runs the text which a new Python would be given; its number.

    It never returns into what this process was doing: what that holds, a database's connection say, is neither used
    there nor ended.
    """
    gc.freeze()  # what is here now stays: no collection looks through it, and thereby copies its pages
    number = os.fork()
    if number:
        return number
    code = 1
    try:
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # as all have it that are started so: the grader handles it
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        sys.stdin, sys.stdout, sys.stderr = sys.__stdin__, sys.__stdout__, sys.__stderr__  # as in a new Python
        _close_all_but(kept)
        begin()
        gc.freeze()
        exec(text, {})
        code = 0
    except SystemExit:  # so it ends, once nobody is left who could ask it for a worker
        code = 0
    except BaseException:
        sys.excepthook(*sys.exc_info())
    finally:
        os._exit(code)


def _end_with(grader: int) -> None:
    """End when the grader does, also while workers are got ready, which may take as long as a first run does."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, ctypes.c_ulong(signal.SIGTERM))
    if os.getppid() != grader:  # it ended before that was asked for
        os._exit(1)


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
