"""The job, which reads its request only after all that it could misuse is gone."""

from __future__ import annotations

import contextlib
import ctypes
import fcntl
import gc
import mmap
import os
import resource
import signal
import struct
from typing import Any, NoReturn

from .confinement import confine
from .kernel import PR_SET_PDEATHSIG, libc, prctl
from .namespaces import enter_namespaces

REQUEST, REPLY, MORE, READY = 3, 4, 5, 6  # a job's descriptors, once all others are closed
PIECE = 1 << 16  # bytes from which on a frame is not copied to stand behind its length
EXIT_MEMORY = 251  # the program ran out of memory and said so


def become_job(
    config: dict[str, Any],
    job: dict[str, Any],
    channels: tuple[int, int, int, int],
    groups: list[int],
    folder: str,
    program: Any,
    parent: int,
) -> NoReturn:
    """Become the job: close, mount, limit, give up all rights; then, and only then, read the request and run."""
    *_, ready = channels
    try:
        if config["mode"] == "warm":
            enter_namespaces(job["uid"])
        prctl(PR_SET_PDEATHSIG, signal.SIGKILL)  # now, since a change of user clears it
        if _parent() not in (parent, None):
            raise OSError("who keeps it has died")
        os.setsid()
        if job.get("join") == "job":
            os.write(groups[0], b"0")
        _only(*channels)
        ready = READY
        confine(config, job, folder)
    except BaseException as error:
        os.write(ready, f"{type(error).__name__}: {error}".encode())
        os._exit(70)
    os.write(ready, b"ok")
    os.close(ready)
    os._exit(_run(program, job["request_bytes"]) & 0xFF)


def _parent() -> int | None:
    """Whose child this is, as the parent itself is numbered; None where that is not told. Within a process namespace of
    its own, getppid(2) does not tell."""
    with contextlib.suppress(OSError, ValueError, IndexError), open("/proc/self/stat", "rb") as file:
        return int(file.read().rpartition(b")")[2].split()[1])
    return None


def _run(program: Any, request_bytes: int) -> int:
    """Read the request and call the program; the code to exit with."""
    try:
        request = _mapped(0, request_bytes)
        gc.enable()
        job_pid = os.getpid()

        def reply(payload: bytes, getpid: Any = os.getpid, leave: Any = os._exit) -> None:
            if getpid() != job_pid:  # a copy that a method forked: one process answers, else answers come twice
                leave(0)
            _reply(payload)

        program.main(request, reply, _more)
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else 0 if end.code is None else 1
    except MemoryError:
        return EXIT_MEMORY
    except BaseException:
        return 1
    return 0


def _more() -> memoryview | None:
    """Wait for another request, which lies behind the former; None when there is to be none."""
    place = os.read(MORE, 16)
    return _mapped(*struct.unpack(">QQ", place)) if len(place) == 16 else None


def _mapped(start: int, size: int) -> memoryview:
    """A part of the request file as it lies in memory: to read megabytes copies them page by page.

    Not by the mmap module, which keeps a descriptor of its own open.
    """
    if not size:
        return memoryview(b"")
    libc.mmap.restype = ctypes.c_void_p
    flags = mmap.MAP_SHARED | getattr(mmap, "MAP_POPULATE", 0)
    address = libc.mmap(None, ctypes.c_size_t(size), mmap.PROT_READ, flags, REQUEST, ctypes.c_long(start))
    if address in (None, ctypes.c_void_p(-1).value):
        raise OSError(ctypes.get_errno(), "mmap: the request cannot be read")
    return memoryview((ctypes.c_char * size).from_address(address)).cast("B").toreadonly()


def _reply(payload: bytes) -> None:
    """Write one frame: its length in four bytes, big-endian, then itself."""
    length = struct.pack(">I", len(payload))
    for piece in (length, payload) if len(payload) > PIECE else (length + payload,):
        view = memoryview(piece)
        while view:
            view = view[os.write(REPLY, view) :]


def _only(request: int, reply: int, more: int, ready: int) -> None:
    """Keep four descriptors, at fixed numbers; standard input and output lead nowhere; all others are closed."""
    high = [fcntl.fcntl(fd, fcntl.F_DUPFD, 16) for fd in (request, reply, more, ready)]
    null = os.open("/dev/null", os.O_RDWR)
    for target in (0, 1, 2):
        os.dup2(null, target)
    for fd, target in zip(high, (REQUEST, REPLY, MORE, READY), strict=True):
        os.dup2(fd, target, inheritable=False)
    limit = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
    os.closerange(READY + 1, limit if 0 < limit < 1 << 20 else 1 << 20)
