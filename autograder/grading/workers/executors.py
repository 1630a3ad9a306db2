"""Where parcels are graded: processes of this machine, or the workers of a Dask cluster.

Both are `concurrent.futures.Executor`s. Choice: each process here is a pool of its own, so that the death of one fails
its own parcel and no other. Cost: a queue of ours before the pools.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import shutil
import signal
import tempfile
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import BrokenExecutor, Executor, Future, ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from multiprocessing.connection import wait
from types import FrameType
from typing import Any, cast

from autograder.grading.workers import memory, worker
from autograder.grading.workers.dask_cluster import Cluster, ExecutorError
from autograder.grading.workers.kit import Kit
from autograder.grading.workers.parcel import Done, Parcel
from autograder.sandbox import fork_server, own_folder

__all__ = ["ExecutorError", "Place", "Processes", "cores", "place"]

END_S = 1.5  # for workers that are told to end, before they are killed


class Processes(Executor):
    """`count` processes, each new one forked from a server that is a copy of this process, where it can be one.

    `get_ready` is what the server calls first, while this process goes on.

    A process that dies fails the parcel it worked on (BrokenExecutor) and is replaced. To be used by one thread.
    """

    def __init__(self, count: int, get_ready: Callable[[], None] = lambda: None):
        self.slots = count
        fork_server.start(get_ready)
        self._context = multiprocessing.get_context("forkserver")
        self._folder = own_folder()
        self._idle = [self._lane() for _ in range(count)]
        self._busy: dict[Future[Any], ProcessPoolExecutor] = {}
        self._waiting: deque[tuple[Future[Any], Callable[..., Any], tuple[Any, ...]]] = deque()
        self._turn = threading.RLock()
        self._closed = False

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """As Executor.submit, without keyword arguments."""
        if kwargs:
            raise TypeError("no keyword arguments travel to a worker")
        outer: Future[Any] = Future()
        with self._turn:
            if self._closed:
                raise RuntimeError("cannot schedule new futures after shutdown")
            self._waiting.append((outer, fn, args))
            self._start_waiting()
        return outer

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """End the processes: at once, with all that they started, when `cancel_futures`; else after their parcels."""
        with self._turn:
            self._closed = True
            lanes = [*self._idle, *self._busy.values()]
            if cancel_futures:
                while self._waiting:
                    self._waiting.popleft()[0].cancel()
        if cancel_futures:
            _end([process for lane in lanes for process in list((lane._processes or {}).values())])
        for lane in lanes:
            lane.shutdown(wait=wait, cancel_futures=cancel_futures)

    def _lane(self) -> ProcessPoolExecutor:
        return ProcessPoolExecutor(1, mp_context=self._context, initializer=_begin, initargs=(self._folder,))

    def _start_waiting(self) -> None:
        while self._idle and self._waiting:
            outer, fn, args = self._waiting.popleft()
            if not outer.set_running_or_notify_cancel():
                continue
            lane = self._idle.pop()
            try:
                inner = lane.submit(fn, *args)
            except Exception:  # it died while it was idle
                lane.shutdown(wait=False)
                lane = self._lane()
                try:
                    inner = lane.submit(fn, *args)
                except Exception as error:  # the server itself is gone, and is being started again
                    lane.shutdown(wait=False)
                    self._idle.append(self._lane())
                    outer.set_exception(BrokenExecutor(f"no process could be started: {error}"))
                    return
            # Our own copies of the ends that the process writes to and reads from: with them open, a process that dies
            # halfway through its reply would be waited for without end, and one that dies halfway through its parcel
            # be written to without end (by Python before 3.11.5, which Debian 12 has).
            cast(Any, lane._result_queue)._writer.close()
            cast(Any, lane)._call_queue._reader.close()
            self._busy[inner] = lane
            inner.add_done_callback(partial(self._settle, outer))

    def _settle(self, outer: Future[Any], inner: Future[Any]) -> None:
        """Hand on what a process gave; runs in a thread of the pool."""
        error = None if inner.cancelled() else inner.exception()
        with self._turn:
            lane = self._busy.pop(inner)
            if not self._closed:
                if error is not None and getattr(lane, "_broken", False):
                    lane.shutdown(wait=False)
                    lane = self._lane()
                self._idle.append(lane)
                self._start_waiting()
        if inner.cancelled():
            outer.set_exception(RuntimeError("cancelled"))
        elif error is not None:
            outer.set_exception(error)
        else:
            outer.set_result(inner.result())


@dataclass(frozen=True)
class Place:
    """Where a batch is graded: `slots` parcels at a time; `close(at_once)`; `check` raises when it is lost.

    `notes` tell of workers that could not be used.
    """

    submit: Callable[[Parcel], Future[list[Done]]]
    slots: Callable[[], int]
    close: Callable[[bool], None]
    check: Callable[[], None] = lambda: None
    notes: Callable[[], Sequence[str]] = tuple


def cores() -> int:
    """How many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def place(dask_address: str | None, jobs: int, kits: Sequence[Kit]) -> Place:
    """`jobs` processes of this machine, made ready for the kits, or the Dask cluster at an address.

    Raises ExecutorError.
    """
    if dask_address is not None:
        return dask(dask_address)
    pool = Processes(jobs, partial(worker.get_ready, kits, several=jobs > 1))
    return Place(
        lambda parcel: pool.submit(worker.grade, parcel),
        lambda: jobs,
        lambda at_once: pool.shutdown(cancel_futures=at_once),
    )


def dask(address: str) -> Place:
    """A running Dask cluster; raises ExecutorError when there is none or it has no workers."""
    cluster = Cluster(address)
    return Place(cluster.submit, cluster.slots, cluster.close, cluster.check, lambda: cluster.notes)


def _begin(folder: str) -> None:
    """In a new worker: Ctrl-C is the parent's to handle, and nothing outlives the parent, its folder neither."""
    memory.keep_flat()
    tempfile.tempdir = folder
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, _leave)
    threading.Thread(target=_watch_parent, args=(folder,), daemon=True).start()


def _leave(number: int, frame: FrameType | None) -> None:
    with contextlib.suppress(BaseException):
        worker.close_all()
    os._exit(128 + number)


def _watch_parent(folder: str) -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        wait([parent.sentinel])
        shutil.rmtree(folder, ignore_errors=True)
        os.kill(os.getpid(), signal.SIGTERM)  # handled by the main thread, to which the sandbox belongs
        time.sleep(END_S)
        os._exit(1)  # the sandbox dies with this process


def _end(processes: list[Any]) -> None:
    """Tell processes to end; kill those that do not in time."""
    for process in processes:
        with contextlib.suppress(Exception):
            process.terminate()
    deadline = time.monotonic() + END_S
    for process in processes:
        with contextlib.suppress(Exception):
            process.join(max(0.0, deadline - time.monotonic()))
            if process.is_alive():
                process.kill()
                process.join(1.0)
