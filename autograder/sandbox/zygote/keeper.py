"""The keeper of one job, which stays outside of what the job can reach."""

from __future__ import annotations

import contextlib
import json
import os
import resource
import select
import shutil
import signal
import tempfile
import time
from typing import Any, NoReturn

from .job import become_job
from .kernel import LINUX, PR_SET_CHILD_SUBREAPER, PR_SET_DUMPABLE, PR_SET_PDEATHSIG, prctl
from .namespaces import enter_namespaces
from .orphans import kill_rest


def keep(config: dict[str, Any], job: dict[str, Any], fds: list[int], program: Any) -> NoReturn:
    """Run one job from start to end, then tell what became of it; whatever goes wrong is told as our fault."""
    request, reply, more, status, command, *groups = fds
    try:
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        ending = _supervise(config, job, (request, reply, more), command, status, groups, program)
    except BaseException as error:
        ending = {"fault": f"{type(error).__name__}: {error}"}
    with contextlib.suppress(OSError):
        os.write(status, json.dumps(ending).encode())
    os._exit(0)


def _supervise(
    config: dict[str, Any],
    job: dict[str, Any],
    channels: tuple[int, int, int],
    command: int,
    status: int,
    groups: list[int],
    program: Any,
) -> dict[str, Any]:
    """Fork the job, wait for its end, its time or a command; everything it started is dead on return."""
    mode = config["mode"]
    start = time.monotonic()
    prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if mode == "warm":
        enter_namespaces(job["uid"])
    elif mode in ("user", "none"):
        prctl(PR_SET_CHILD_SUBREAPER, 1)
    folder = tempfile.mkdtemp(prefix="sandbox-") if mode in ("user", "none") else "/tmp"
    if mode == "user":
        os.chown(folder, job["uid"], job["uid"])
    ready, ready_job = os.pipe()
    processes = None
    with contextlib.suppress(OSError):  # now, since the job covers it
        processes = os.open("/proc", os.O_RDONLY | os.O_CLOEXEC)
    child = os.fork()
    if child == 0:
        os.close(ready)
        become_job(config, job, channels, ready_job, groups, folder, program)
    prctl(PR_SET_DUMPABLE, 0)
    for fd in (*channels, *groups, ready_job):
        os.close(fd)
    why, wait_status = _watch(child, (command, status), start, job, Queued(child, processes))
    if mode != "warm":  # there, the process namespace has died with its first process
        kill_rest(mode, job["uid"])
    said = os.read(ready, 4096)
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    if mode in ("user", "none"):
        shutil.rmtree(folder, ignore_errors=True)
    if said != b"ok" and why is None:
        return {"fault": said.decode("utf-8", "replace") or "the job's process died before it was set up"}
    unit = 1024 if LINUX else 1
    return {
        "why": why,
        "exit": os.WEXITSTATUS(wait_status) if os.WIFEXITED(wait_status) else None,
        "signal": os.WTERMSIG(wait_status) if os.WIFSIGNALED(wait_status) else None,
        "cpu_s": used.ru_utime + used.ru_stime,
        "wall_s": time.monotonic() - start,
        "peak": used.ru_maxrss * unit,
    }


class Queued:
    """How long a job's first thread was ready to run and no processor was free, as the kernel counts it.

    0.0 where that is not told. `processes` is a descriptor of the keeper's /proc.
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


def _watch(
    child: int, channels: tuple[int, int], start: float, job: dict[str, Any], queued: Queued
) -> tuple[str | None, int]:
    """Wait for the job; kill it when its time is over or the command is closed, by `kill` or by the parent's death.

    A byte of the command asks how long the job has waited for a processor, which is told on the status, one line of
    JSON; that time does not count, up to `most_s` in all. A later end than was known is told as well.
    """
    command, status = channels
    deadline = start + job["wall_s"]
    poller = select.poll()
    poller.register(command, select.POLLIN | select.POLLHUP)
    handle = None
    with contextlib.suppress(AttributeError, OSError):  # macOS, or a kernel before 5.3
        handle = os.pidfd_open(child)
        poller.register(handle, select.POLLIN)

    def tell(**said: float) -> None:
        with contextlib.suppress(OSError):
            os.write(status, json.dumps(said).encode() + b"\n")

    while True:
        left = deadline - time.monotonic()
        step = left if handle is not None else min(left, 0.01)
        events = dict(poller.poll(max(0.0, step) * 1000 + 1))
        pid, wait_status = os.waitpid(child, os.WNOHANG)
        if pid:
            return None, wait_status
        why = None
        if command in events:
            if os.read(command, 64):
                tell(queued_s=queued.seconds())
            else:
                why = "killed"
        elif time.monotonic() >= deadline:
            later = start + min(job["wall_s"] + queued.seconds(), job["most_s"])
            if later > deadline + 0.05:
                deadline = later
                tell(until_s=later - start)
            else:
                why = "timed_out"
        if why:
            os.kill(child, signal.SIGKILL)
            wait_status = os.waitpid(child, 0)[1]
            return (why if os.WIFSIGNALED(wait_status) else None), wait_status  # it may just have ended by itself
