"""A boundary in which a program runs on bytes that nobody trusts.

What it guarantees, with isolation "namespaces":
- A job is a process of its own, forked from one that has never seen another job's data, in user, process, mount,
  network, IPC and UTS namespaces of its own, with no capability, no way to gain one, and a filter of system calls.
- It sees a read-only file system of Python, the named packages and their libraries; an empty /proc; five harmless
  devices; an environment of a few constants; a bounded /tmp that was made for it and is gone when it ends.
- It is ended, with all that it started, when its time is over, when it writes too much, when `kill` is called, when
  the grader dies in whatever way. Memory of all its processes together is bounded where a cgroup can be made.
- Whatever it does is told in `Ended`; a `SandboxError` is the machine's fault or ours, never the job's.
- What it sends is bytes, of which only lengths are looked at here.

What it does not:
- The kernel is shared: a hole in it is a hole in this. Nor does it hide timing, the processor's model or caches.
- The program shares its process with the code that it runs: its frames prove nothing about who wrote them.
- CPU time is bounded for each process; for all of them together, only by wall time and the cores. Without a cgroup
  the same holds of memory: `memory_bytes` for each of `processes`. Disk and network are not at issue: there are none.
- Jobs of one Sandbox share, read-only, the memory that its warm process had before the first of them.
- isolation "user" has no namespaces: a user of its own, limits and the filter, which also refuses the network. Other
  users' processes and all world-readable files can be seen. "none" is a plain child with limits: it can do what the
  grader can, and may outlive it. Neither is ever chosen here for want of a better one.
"""

from __future__ import annotations

import contextlib
import fcntl
import itertools
import json
import os
import select
import shutil
import signal
import struct
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any

from autograder import cgroup, launch, rootfs, seccomp
from autograder.launch import SandboxError, Zygote

__all__ = ["Ended", "Job", "Limits", "Sandbox", "SandboxError"]

ISOLATIONS = ("namespaces", "user", "none")
FRAME_BYTES = 64 << 20  # a longer frame is a flood
GRACE_S = 10.0  # beyond a job's wall time, for its keeper to say so
OVERLOAD = 5.0  # times its wall time that a job may take where other processes keep it from running
ANSWER_S = 2.0  # for a keeper to answer
PACKAGES = ("numpy", "matplotlib")
# What a job would else import itself, each time; pyplot too: a fork costs 2 ms more for its pages, and a submission
# that draws saves 0.4 s. NumPy imports its random numbers and transforms when they are first named.
PRELOAD = ("numpy", "numpy.random", "numpy.fft", "matplotlib.pyplot", "matplotlib.backends.backend_agg")
PIPE_BYTES = 1 << 18  # fewer turns between job and grader while large answers travel
CPU_LIMIT_SIGNALS = (signal.SIGXCPU, signal.SIGKILL)
EXIT_MEMORY = 251  # zygote.EXIT_MEMORY


@dataclass(frozen=True, slots=True)
class Limits:
    """What one job may use; `output_bytes` is all its frames together.

    Of `wall_s`, time does not count in which the job was ready to run and no processor was free, up to OVERLOAD times
    as much: on a machine with too much to do, a right program is slow through no fault of its own.
    """

    memory_bytes: int = 1 << 30
    cpu_s: float = 60.0
    wall_s: float = 120.0
    processes: int = 32
    open_files: int = 64
    file_bytes: int = 16 << 20
    output_bytes: int = 256 << 20
    tmp_bytes: int = 64 << 20


@dataclass(frozen=True, slots=True)
class Ended:
    """How a job ended: `exited`, `killed`, `timed_out`, `out_of_memory`, `cpu_limit` or `flooded`."""

    reason: str
    exit_code: int | None
    signal: int | None
    cpu_s: float
    wall_s: float
    peak_memory_bytes: int


class Sandbox:
    """One warm process that jobs are forked from, or none (`warm=False`): then each job starts its own.

    `program` is a Python file with `main(request: bytes, reply: Callable[[bytes], None])`, imported once, before any
    request is read. `packages` and all that they require can be imported in it; `preload` names what is imported
    beforehand. `path` is "warm" or "cold": cold is taken by itself where namespaces do not nest, being as strong.
    To be used by one thread, which must live as long as the sandbox. Raises SandboxError where the isolation cannot be
    had.
    """

    def __init__(
        self,
        program: Path,
        *,
        preload: Sequence[str] = PRELOAD,
        packages: Sequence[str] = PACKAGES,
        isolation: str = "namespaces",
        warm: bool = True,
    ):
        if isolation not in ISOLATIONS:
            raise ValueError(f"isolation {isolation!r} is none of {', '.join(ISOLATIONS)}")
        if isolation == "user" and os.geteuid() != 0:
            raise SandboxError('isolation "user" gives each job a user of its own, which only root can do')
        self.program = program.resolve()
        self.isolation = isolation
        self.path = "warm" if warm or isolation != "namespaces" else "cold"
        self._preload = tuple(preload)
        self._packages = tuple(packages)
        self._users = launch.free_users()
        if isolation == "user" and self._users is None:
            raise SandboxError('isolation "user" needs user ids above 20000, and none is mapped in this container')
        self._folder: Path | None = None
        self._groups = cgroup.Groups()
        self._closed = False
        self._zygotes: set[Zygote] = set()
        self._zygote: Zygote | None = None  # the warm one; or, cold, one that waits for the next job
        try:
            self._zygote = self._new()
        except BaseException:
            self.close()
            raise

    def __enter__(self) -> Sandbox:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def memory(self) -> str:
        """What bounds memory here: "cgroup" for all processes of a job together, or "process" for each."""
        return "cgroup" if self._groups.available else "process"

    def start(self, request: bytes, limits: Limits = Limits()) -> Job:
        """Start the program on the request; raises SandboxError when that fails twice."""
        return Job(self, request, limits)

    def close(self) -> None:
        """End the warm process, and with it every job that is still running; may be called again."""
        self._closed = True
        for zygote in list(self._zygotes):
            self._end(zygote)
        self._groups.close()
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)
            self._folder = None

    def _take(self) -> Zygote:
        """The warm process, started again if it is gone; or one for a single job."""
        if self._closed:
            raise SandboxError("this sandbox is closed")
        zygote, self._zygote = self._zygote, None
        if zygote is None or not zygote.alive():
            if zygote is not None:
                self._end(zygote)
            zygote = self._new()
        if self.path == "warm":
            self._zygote = zygote
        return zygote

    def _end(self, zygote: Zygote) -> None:
        zygote.close()
        self._zygotes.discard(zygote)
        if zygote is self._zygote:
            self._zygote = None

    def _new(self) -> Zygote:
        if self.isolation != "namespaces":
            if self._folder is None:
                self._folder = launch.link_packages(self._packages)
            zygote = Zygote(launch.plain_command(), self._config(self.isolation), None)
        else:
            command = launch.bubblewrap_command(self.program, self._packages)
            if self.path == "warm":
                zygote = Zygote(command, self._config("warm"), self._users)
                if zygote.nested:
                    zygote.close()
                    self.path = "cold"
            if self.path == "cold":
                zygote = Zygote(command, self._config("cold"), self._users)
        self._zygotes.add(zygote)
        return zygote

    def _config(self, mode: str) -> dict[str, Any]:
        code = seccomp.program()
        inside = self.isolation == "namespaces"
        readable = [os.__file__] if mode == "user" else []
        if mode == "user":
            readable += [str(path) for path in rootfs.package_entries(self._packages).values() if path.is_file()]
        return {
            "mode": mode,
            "site": [str(rootfs.SITE) if inside else str(self._folder)],
            "preload": [] if mode == "cold" else list(self._preload),
            "program": str(rootfs.HARNESS / "program.py" if inside else self.program),
            "filter": code.hex() if code else "",
            "uids": [] if self._users is None else [self._job_user(0)],
            "readable": readable,
        }

    def _who_joins(self, zygote: Zygote, group: cgroup.Group) -> str:
        """Who enters the group: the warm process, before its first job, so that all it forks are born there (to move
        a process takes the kernel some 30 ms); or the job, where it is another group or the process is for it alone.
        """
        if self.path == "cold" or zygote.group not in (None, group):
            return "job"
        return "zygote" if zygote.group is None else "nobody"

    def _job_user(self, serial: int) -> int | None:
        """A job's user as its zygote names it: from 1 on in a namespace of ours, a host's id otherwise."""
        if self._users is None or self.isolation == "none":
            return None
        return 1 + serial % (launch.USERS - 1) + (self._users if self.isolation == "user" else 0)


class Job:
    """One run of the program: its frames, then how it ended."""

    _serials = itertools.count()

    def __init__(self, sandbox: Sandbox, request: bytes, limits: Limits):
        self.ended: Ended | None = None
        self._sandbox = sandbox
        self._request = request
        self._limits = limits
        self._attempts = 0
        self._received = 0
        self._command: int | None = None
        self._launch()

    def next_frame(self, timeout_s: float) -> bytes | None:
        """The next frame that the program wrote, or None when the job has ended.

        Raises TimeoutError when no frame was complete in time (the job runs on), SandboxError when the job was lost.
        """
        deadline = time.monotonic() + timeout_s
        late = False
        while True:
            frame = self._take_frame()
            if frame is not None:
                return frame
            if self.ended is not None:
                return None
            left = deadline - time.monotonic()
            if late:
                raise TimeoutError(f"no frame within {timeout_s:g} s")
            late = left <= 0  # then a last look: where we are late ourselves, it may have been written in time
            self._pump(max(left, 0.0))

    def queued_s(self) -> float:
        """Seconds, since this was last asked, in which the job was ready to run and no processor was free.

        0.0 where the kernel does not count them, when the job has ended, or when its keeper does not answer.
        """
        known, told = self._queued, self._answers
        deadline = time.monotonic() + ANSWER_S
        with contextlib.suppress(OSError):  # the keeper has ended
            if self._command is not None:
                os.write(self._command, b"?")
                while self._answers == told and self._command is not None and time.monotonic() < deadline:
                    self._pump(max(0.0, deadline - time.monotonic()))
        return max(0.0, self._queued - known)

    def kill(self) -> None:
        """End the job and all that it started; `close` waits for it."""
        if self._command is not None:
            os.close(self._command)
            self._command = None

    def close(self) -> Ended:
        """Kill what still runs, wait for its end; may be called again."""
        if self.ended is None:
            self.kill()
            self._discard()
            while self.ended is None:
                self._pump(1.0)
        return self.ended

    def _launch(self) -> None:
        """Hand the job to a zygote; once more with a new one when that fails."""
        fault = ""
        while self._attempts < 2:
            self._attempts += 1
            zygote = self._sandbox._take()
            try:
                return self._send(zygote)
            except (launch.Dead, OSError) as error:
                fault = f"{error} {zygote.last_words()}".strip()
                self._sandbox._end(zygote)
        raise SandboxError(f"the sandbox's process died twice: {fault or 'it gave no reason'}")

    def _send(self, zygote: Zygote) -> None:
        limits, sandbox = self._limits, self._sandbox
        self._zygote = zygote
        self._group = sandbox._groups.lend()
        self._reply: int | None = None
        self._status: int | None = None
        self._command = None
        self._buffer = bytearray()
        self._told = b""
        self._flooded = self._overdue = False
        self._start = time.monotonic()
        self._until = self._start + limits.wall_s
        self._queued, self._answers = 0.0, 0
        joins = "nobody"
        message: dict[str, Any] = {
            "uid": sandbox._job_user(next(self._serials)),
            "memory_bytes": limits.memory_bytes,
            "cpu_s": limits.cpu_s,
            "wall_s": limits.wall_s,
            "most_s": limits.wall_s * OVERLOAD,
            "processes": limits.processes,
            "open_files": limits.open_files,
            "file_bytes": limits.file_bytes,
            "tmp_bytes": limits.tmp_bytes,
        }
        theirs: list[int] = []
        try:
            theirs.append(_memory_file(self._request))
            self._reply, end = os.pipe()
            theirs.append(end)
            self._status, end = os.pipe()
            theirs.append(end)
            end, self._command = os.pipe()
            theirs.append(end)
            if self._group is not None:
                theirs.append(self._group.prepare(limits.memory_bytes))
                message["join"] = joins = sandbox._who_joins(zygote, self._group)
            os.set_blocking(self._reply, False)
            with contextlib.suppress(AttributeError, OSError):
                fcntl.fcntl(self._reply, fcntl.F_SETPIPE_SZ, PIPE_BYTES)
            zygote.send(json.dumps(message).encode(), theirs)
            if joins == "zygote":
                zygote.group = self._group
        except BaseException:
            self._release()
            raise
        finally:
            for fd in theirs:
                os.close(fd)

    def _take_frame(self) -> bytes | None:
        """A complete frame from the buffer; a length beyond the limit is a flood."""
        if len(self._buffer) < 4:
            return None
        (length,) = struct.unpack_from(">I", self._buffer)
        if length > FRAME_BYTES:
            self._flood()
            return None
        if len(self._buffer) < 4 + length:
            return None
        frame = bytes(memoryview(self._buffer)[4 : 4 + length])
        del self._buffer[: 4 + length]
        return frame

    def _pump(self, timeout_s: float) -> None:
        """Wait for bytes of the job or of its keeper, once; on the end of both, the job has ended."""
        overdue = self._until + GRACE_S - time.monotonic()
        if overdue <= 0 and not self._overdue:
            self._overdue = True
            self._sandbox._end(self._zygote)  # the keeper does not answer: its whole process namespace goes
        poller = select.poll()
        for fd in (self._reply, self._status):
            if fd is not None:
                poller.register(fd, select.POLLIN)
        wait_s = min(timeout_s, max(0.0, overdue)) if not self._overdue else min(timeout_s, 1.0)
        ready = dict(poller.poll(wait_s * 1000 + 1))
        if self._reply in ready:
            self._read_reply()
        elif self._status in ready and self._status is not None:
            said = os.read(self._status, 1 << 16)
            *lines, self._told = (self._told + said).split(b"\n")
            for line in lines:
                self._hear(json.loads(line))
            if not said:
                os.close(self._status)
                self._status = None
        if self._status is None and (self._reply is None or self._reply not in ready):
            self._finish()

    def _hear(self, said: dict[str, float]) -> None:
        """What the keeper tells while the job runs."""
        if "until_s" in said:
            self._until = self._start + said["until_s"]
        if "queued_s" in said:
            self._queued = max(self._queued, said["queued_s"])
            self._answers += 1

    def _read_reply(self) -> None:
        assert self._reply is not None
        try:
            piece = os.read(self._reply, 1 << 20)
        except BlockingIOError:
            return
        self._received += len(piece)
        if not piece:
            os.close(self._reply)
            self._reply = None
        elif self._received > self._limits.output_bytes:
            self._flood()
        else:
            self._buffer += piece

    def _flood(self) -> None:
        self._flooded = True
        self.kill()
        self._discard()

    def _discard(self) -> None:
        self._buffer.clear()
        if self._reply is not None:
            os.close(self._reply)
            self._reply = None

    def _finish(self) -> None:
        """Turn the keeper's words into `ended`; without any, run the job again if nothing of it was seen."""
        told, self._told = json.loads(self._told) if self._told else None, b""
        wall_s = time.monotonic() - self._start
        wanted_dead = self._command is None
        out_of_memory = self._group is not None and self._group.out_of_memory()
        peak = self._group.peak_bytes() if self._group is not None else None
        words = self._zygote.last_words()
        self._release()
        if self._sandbox.path == "cold":
            self._sandbox._end(self._zygote)
        if told is not None and "fault" in told:
            raise SandboxError(f"a job could not be set up: {told['fault']}")
        if told is None:
            if self._overdue or wanted_dead or self._sandbox.isolation == "none":
                reason = "flooded" if self._flooded else "timed_out" if self._overdue else "killed"
                self.ended = Ended(reason, None, None, 0.0, wall_s, peak or 0)
                return
            if self._received:
                raise SandboxError(f"the sandbox's process died while a job ran. {words}".strip())
            self._launch()
            return
        number = told["signal"]
        if self._flooded:
            reason = "flooded"
        elif out_of_memory or told["exit"] == EXIT_MEMORY:
            reason = "out_of_memory"
        elif told["why"]:
            reason = told["why"]
        elif number in CPU_LIMIT_SIGNALS and told["cpu_s"] >= 0.5 * self._limits.cpu_s:
            # The kernel's limit counts whole ticks: on a busy machine the usage told comes out well below it.
            reason = "cpu_limit"
        else:
            reason = "exited" if number is None else "killed"
        self.ended = Ended(reason, told["exit"], number, told["cpu_s"], told["wall_s"], peak or told["peak"])

    def _release(self) -> None:
        """Close what is open and give the cgroup back."""
        self.kill()
        for fd in (self._reply, self._status):
            if fd is not None:
                os.close(fd)
        self._reply = self._status = None
        if self._group is not None:
            self._sandbox._groups.give_back(self._group)
            self._group = None


def _memory_file(content: bytes) -> int:
    """A descriptor to read the content from, of a file without a name."""
    if hasattr(os, "memfd_create"):
        fd = os.memfd_create("request", os.MFD_CLOEXEC)
    else:
        with tempfile.TemporaryFile() as file:
            fd = os.dup(file.fileno())
    view = memoryview(content)
    while view:
        view = view[os.write(fd, view) :]
    return fd
