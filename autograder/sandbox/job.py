"""One run of a program in a sandbox: what it may use, the frames that it writes, how it ended."""

from __future__ import annotations

import contextlib
import fcntl
import itertools
import json
import mmap
import os
import select
import signal
import struct
import time
from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from autograder.sandbox import tasks
from autograder.sandbox.launch import SandboxError
from autograder.sandbox.memory_file import memory_file, write
from autograder.sandbox.processes import Dead, Zygote

if TYPE_CHECKING:
    from autograder.sandbox.sandbox import Sandbox

FRAME_BYTES = 64 << 20  # a longer frame is a flood
GRACE_S = 10.0  # beyond a job's wall time, for who keeps it to say so
OVERLOAD = 5.0  # times its wall time that a job may take where other processes keep it from running
ANSWER_S = 2.0  # for who keeps it to answer
PIPE_BYTES = 1 << 18  # fewer turns between job and grader while large answers travel
CPU_LIMIT_SIGNALS = (signal.SIGXCPU, signal.SIGKILL)
EXIT_MEMORY = 251  # zygote.job.EXIT_MEMORY


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
        if self._frames:
            return self._frames.popleft()
        deadline = time.monotonic() + timeout_s
        late = False
        while True:
            if self._frames:
                return self._frames.popleft()
            if self.ended is not None:
                return None
            left = deadline - time.monotonic()
            if late:
                raise TimeoutError(f"no frame within {timeout_s:g} s")
            late = left <= 0  # then a last look: where we are late ourselves, it may have been written in time
            self._pump(max(left, 0.0))

    def at_hand(self) -> bytes | None:
        """The next frame where it has come already, None where it has yet to."""
        return self._frames.popleft() if self._frames else None

    def put(self, request: bytes) -> bool:
        """Hand another request to the program, which waits for one; False when that cannot be done any more."""
        if self.ended is not None or self._more is None or self._file is None:
            return False
        start = -(-os.fstat(self._file).st_size // mmap.ALLOCATIONGRANULARITY) * mmap.ALLOCATIONGRANULARITY
        try:
            write(self._file, request, start)
            os.write(self._more, struct.pack(">QQ", start, len(request)))
        except OSError:  # it has ended
            return False
        return True

    def queued_s(self) -> float:
        """Seconds, since this was last asked, in which the job was ready to run and no processor was free.

        0.0 where the kernel does not count them, when the job has ended, or when who keeps it does not answer.
        """
        known, answers = self._queued, self._answers
        deadline = time.monotonic() + ANSWER_S
        with contextlib.suppress(OSError):  # it has ended
            if self._command is not None:
                os.write(self._command, b"?")
                while self._answers == answers and self._command is not None and time.monotonic() < deadline:
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
            zygote = self._sandbox.take()
            try:
                return self._send(zygote)
            except (Dead, OSError) as error:
                fault = f"{error} {zygote.last_words()}".strip()
                self._sandbox.end(zygote)
        raise SandboxError(f"the sandbox's process died twice: {fault or 'it gave no reason'}")

    def _send(self, zygote: Zygote) -> None:
        limits, sandbox = self._limits, self._sandbox
        self._zygote = zygote
        self._group = sandbox.groups.lend()
        self._reply: int | None = None
        self._status: int | None = None
        self._file: int | None = None
        self._more: int | None = None
        self._command = None
        self._buffer = bytearray()
        self._frames: deque[bytes] = deque()
        self._poller: select.poll | None = None
        self._unfinished = b""
        self._flooded = self._overdue = False
        self._start = time.monotonic()
        self._until = self._start + limits.wall_s
        self._queued, self._answers = 0.0, 0
        theirs: list[int] = []
        try:
            self._open_channels(theirs)
            joins = "nobody"
            if self._group is not None:
                theirs.append(self._group.prepare(limits.memory_bytes))
                joins = sandbox.who_joins(zygote, self._group)
            zygote.send(json.dumps(self._message() | {"join": joins}).encode(), theirs)
            if joins == "zygote":
                zygote.group = self._group
        except BaseException:
            self._release()
            raise
        finally:
            for fd in theirs:
                os.close(fd)

    def _open_channels(self, theirs: list[int]) -> None:
        """A file for requests and four pipes; the ends for the other side are added, in the zygote's order."""
        self._file, end = memory_file(self._request)
        theirs.append(end)
        self._reply, end = os.pipe()
        theirs.append(end)
        end, self._more = os.pipe()
        theirs.append(end)
        self._status, end = os.pipe()
        theirs.append(end)
        end, self._command = os.pipe()
        theirs.append(end)
        os.set_blocking(self._reply, False)
        with contextlib.suppress(AttributeError, OSError):
            fcntl.fcntl(self._reply, fcntl.F_SETPIPE_SZ, PIPE_BYTES)

    def _message(self) -> dict[str, Any]:
        """What the zygote is told of the job."""
        limits = self._limits
        beside = tasks.of_this_user() if self._sandbox.isolation == "none" else 0
        return {
            "uid": self._sandbox.job_user(self._zygote, next(self._serials)),
            "request_bytes": len(self._request),
            "memory_bytes": limits.memory_bytes,
            "cpu_s": limits.cpu_s,
            "wall_s": limits.wall_s,
            "most_s": limits.wall_s * OVERLOAD,
            "processes": limits.processes + beside,
            "open_files": limits.open_files,
            "file_bytes": limits.file_bytes,
            "tmp_bytes": limits.tmp_bytes,
        }

    def _take_frames(self) -> None:
        """The complete frames of the buffer; a length beyond the limit is a flood."""
        start, end, length = 0, len(self._buffer), 0
        with memoryview(self._buffer) as view:
            while end - start >= 4:
                length = int.from_bytes(view[start : start + 4], "big")
                if length > FRAME_BYTES or length > end - start - 4:
                    break
                self._frames.append(bytes(view[start + 4 : start + 4 + length]))
                start += 4 + length
        del self._buffer[:start]
        if length > FRAME_BYTES:
            self._flood()

    def _pump(self, timeout_s: float) -> None:
        """Wait for bytes of the job or of who keeps it, once; on the end of both, the job has ended."""
        overdue = self._until + GRACE_S - time.monotonic()
        if overdue <= 0 and not self._overdue:
            self._overdue = True
            self._sandbox.end(self._zygote)  # no answer: the whole process namespace goes
        if self._poller is None:
            self._poller = select.poll()
            for fd in (self._reply, self._status):
                if fd is not None:
                    self._poller.register(fd, select.POLLIN)
        wait_s = min(timeout_s, max(0.0, overdue)) if not self._overdue else min(timeout_s, 1.0)
        ready = dict(self._poller.poll(wait_s * 1000 + 1))
        if self._reply in ready:
            self._read_reply()
        elif self._status in ready and self._status is not None:
            said = os.read(self._status, 1 << 16)
            *lines, self._unfinished = (self._unfinished + said).split(b"\n")
            for line in lines:
                self._hear(json.loads(line))
            if not said:
                os.close(self._status)
                self._status = self._poller = None
        if self._status is None and (self._reply is None or self._reply not in ready):
            self._finish()

    def _hear(self, said: dict[str, float]) -> None:
        """What is told of the job while the job runs."""
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
            self._reply = self._poller = None
        elif self._received > self._limits.output_bytes:
            self._flood()
        else:
            self._buffer += piece
            self._take_frames()

    def _flood(self) -> None:
        self._flooded = True
        self.kill()
        self._discard()

    def _discard(self) -> None:
        self._buffer.clear()
        if self._reply is not None:
            os.close(self._reply)
            self._reply = self._poller = None

    def _finish(self) -> None:
        """Turn what is told of its end into `ended`; without any, run the job again if nothing of it was seen."""
        answer, self._unfinished = json.loads(self._unfinished) if self._unfinished else None, b""
        wall_s = time.monotonic() - self._start
        wanted_dead = self._command is None
        out_of_memory = self._group is not None and self._group.out_of_memory()
        peak = self._group.peak_bytes() if self._group is not None else None
        words = self._zygote.last_words()
        self._release()
        if self._sandbox.path == "cold":
            self._sandbox.end(self._zygote)
        if answer is not None and "fault" in answer:
            raise SandboxError(f"a job could not be set up: {answer['fault']}")
        if answer is None:
            if self._overdue or wanted_dead or self._sandbox.isolation == "none":
                reason = "flooded" if self._flooded else "timed_out" if self._overdue else "killed"
                self.ended = Ended(reason, None, None, 0.0, wall_s, peak or 0)
                return
            if self._received:
                raise SandboxError(f"the sandbox's process died while a job ran. {words}".strip())
            self._launch()
            return
        number = answer["signal"]
        if self._flooded:
            reason = "flooded"
        elif out_of_memory or answer["exit"] == EXIT_MEMORY:
            reason = "out_of_memory"
        elif answer["why"]:
            reason = answer["why"]
        elif number in CPU_LIMIT_SIGNALS and answer["cpu_s"] >= 0.5 * self._limits.cpu_s:
            # The kernel's limit counts whole ticks: on a busy machine the usage told comes out well below it.
            reason = "cpu_limit"
        else:
            reason = "exited" if number is None else "killed"
        self.ended = Ended(reason, answer["exit"], number, answer["cpu_s"], answer["wall_s"], peak or answer["peak"])

    def _release(self) -> None:
        """Close what is open and give the cgroup back."""
        self.kill()
        for fd in (self._reply, self._status, self._more, self._file):
            if fd is not None:
                os.close(fd)
        self._reply = self._status = self._more = self._file = self._poller = None
        if self._group is not None:
            self._sandbox.groups.give_back(self._group)
            self._group = None
