"""A job that runs, from outside of all that it can reach: its clock, its parent's command, its end."""

from __future__ import annotations

import contextlib
import json
import math
import os
import resource
import select
import signal
import time
from collections.abc import Callable, Collection, Sequence
from typing import Any

from .job import become_job
from .kernel import LINUX

LONGEST_S = 3600.0  # that is waited without a look: poll(2) counts milliseconds in an int


def begin(
    config: dict[str, Any],
    job: dict[str, Any],
    fds: list[int],
    program: Any,
    folder: str,
    fork: Callable[[], int],
    forget: Callable[[], None] = lambda: None,
) -> Kept:
    """Fork the job; of the descriptors that came with it, the status and the command stay open here.

    What this process has of other jobs is closed and forgotten by `forget`, first of all that the new one does.
    """
    request, reply, more, status, command, *groups = fds
    start, parent = time.monotonic(), os.getpid()
    ready, ready_job = os.pipe()
    processes = None
    try:
        with contextlib.suppress(OSError):  # now, since the job may cover it
            processes = os.open("/proc", os.O_RDONLY | os.O_CLOEXEC)
        child = fork()
        if child == 0:
            try:
                forget()
                become_job(config, job, (request, reply, more, ready_job), groups, folder, program, parent)
            finally:  # it never goes on as who forked it
                os._exit(70)
    except BaseException:
        for fd in (ready, processes):
            if fd is not None:
                os.close(fd)
        raise
    finally:
        os.close(ready_job)
    for fd in (request, reply, more, *groups):
        os.close(fd)
    return Kept(child, job, (command, status, ready), start, Queued(child, processes))


def wait(kept: Sequence[Kept], others: Sequence[int] = ()) -> set[int]:
    """Descriptors of jobs, and others, that have something to say, once one has or it is time to look."""
    poller = select.poll()
    for fd in (*others, *(fd for each in kept for fd in each.descriptors)):
        poller.register(fd, select.POLLIN | select.POLLHUP)
    left_s = min([LONGEST_S, *(each.left_s for each in kept)])
    return {fd for fd, _ in poller.poll(left_s * 1000 + 1)}


def report(status: int, ending: dict[str, Any]) -> None:
    """Tell the parent what became of a job; it may have lost interest."""
    with contextlib.suppress(OSError):
        os.write(status, json.dumps(ending).encode())


class Kept:
    """Kills the job when its time is over or the command is closed, by `kill` or by the parent's death; and reaps it.

    A byte of the command asks how long the job has waited for a processor, which is told on the status, one line of
    JSON; that time does not count, up to `most_s` in all. A later end than was known is told as well, and at last what
    became of the job.
    """

    def __init__(self, child: int, job: dict[str, Any], channels: tuple[int, int, int], start: float, queued: Queued):
        self._child, self._job, self._queued = child, job, queued
        self._command, self.status, self._ready = channels
        self._start, self._deadline = start, start + job["wall_s"]
        self._killed = ""  # why
        self._wait_status, self._ended = 0, False
        self._handle: int | None = None
        with contextlib.suppress(AttributeError, OSError):  # macOS, or a kernel before 5.3
            self._handle = os.pidfd_open(child)

    @property
    def descriptors(self) -> list[int]:
        """Those that have something to say when it must be looked at."""
        command = [] if self._killed else [self._command]
        return command if self._handle is None else [*command, self._handle]

    @property
    def left_s(self) -> float:
        """Time after which it must be looked at though none of them has."""
        left = math.inf if self._killed else max(0.0, self._deadline - time.monotonic())
        return left if self._handle is not None else min(left, 0.01)

    def look(self, said: Collection[int]) -> resource.struct_rusage | None:
        """After some descriptors had something to say: what the job has used, where it has ended.

        One whose time is over is killed, and has ended at a later look: that may take the kernel long.
        """
        pid, wait_status, used = os.wait4(self._child, os.WNOHANG)
        if pid and (os.WIFEXITED(wait_status) or os.WIFSIGNALED(wait_status)):  # not stopped, as one that is traced
            self._wait_status, self._ended = wait_status, True
            return used
        if self._killed:
            return None
        if self._command in said:
            if os.read(self._command, 64):
                self._tell(queued_s=self._queued.seconds())
            else:
                self.kill("killed")
        elif time.monotonic() >= self._deadline:
            later = self._start + min(self._job["wall_s"] + self._queued.seconds(), self._job["most_s"])
            if later > self._deadline + 0.05:
                self._deadline = later
                self._tell(until_s=later - self._start)
            else:
                self.kill("timed_out")
        return None

    def kill(self, why: str) -> None:
        """End the job, unless it has ended: its number may be another's by then."""
        if not self._ended:
            self._killed = why
            os.kill(self._child, signal.SIGKILL)

    def ending(self, used: resource.struct_rusage) -> dict[str, Any]:
        """What became of it, once all that it started is gone."""
        said, wait_status = os.read(self._ready, 4096), self._wait_status
        why = self._killed if os.WIFSIGNALED(wait_status) else ""  # it may just have ended by itself
        if said != b"ok" and not why:
            return {"fault": said.decode("utf-8", "replace") or "the job's process died before it was set up"}
        return {
            "why": why or None,
            "exit": os.WEXITSTATUS(wait_status) if os.WIFEXITED(wait_status) else None,
            "signal": os.WTERMSIG(wait_status) if os.WIFSIGNALED(wait_status) else None,
            "cpu_s": used.ru_utime + used.ru_stime,
            "wall_s": time.monotonic() - self._start,
            "peak": used.ru_maxrss * (1024 if LINUX else 1),
        }

    def close(self) -> None:
        """Let go of what it was watched by."""
        self._queued.close()
        for fd in (self._command, self.status, self._ready, self._handle):
            if fd is not None:
                os.close(fd)

    def _tell(self, **said: float) -> None:
        with contextlib.suppress(OSError):
            os.write(self.status, json.dumps(said).encode() + b"\n")


class Queued:
    """How long a job's first thread was ready to run and no processor was free, as the kernel counts it.

    0.0 where that is not told. `processes` is a descriptor of our own /proc.
    """

    def __init__(self, child: int, processes: int | None):
        self._fd: int | None = None
        if processes is not None:
            with contextlib.suppress(OSError):
                self._fd = os.open(f"{child}/schedstat", os.O_RDONLY | os.O_CLOEXEC, dir_fd=processes)
            os.close(processes)

    def seconds(self) -> float:
        """From the job's start until now; 0.0 once it has ended."""
        if self._fd is None:
            return 0.0
        with contextlib.suppress(OSError, ValueError, IndexError):
            return int(os.pread(self._fd, 256, 0).split()[1]) / 1e9
        return 0.0

    def close(self) -> None:
        if self._fd is not None:
            os.close(self._fd)
            self._fd = None
