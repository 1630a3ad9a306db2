"""A job's steps towards fewer rights, in the order in which they can be taken."""

from __future__ import annotations

import contextlib
import ctypes
import os
import resource
import signal
from typing import Any

from .kernel import LINUX, PR_SET_PDEATHSIG, call, libc, prctl
from .landlock import restrict
from .mounts import private_mounts

PR_SET_SECCOMP, PR_CAPBSET_DROP, PR_SET_NO_NEW_PRIVS, PR_CAP_AMBIENT = 22, 24, 38, 47
PR_CAP_AMBIENT_CLEAR_ALL, SECCOMP_MODE_FILTER = 4, 2
CAPABILITY_VERSION_3 = 0x20080522


def confine(config: dict[str, Any], job: dict[str, Any], folder: str) -> None:
    """Mounts and limits first, then the user, then all rights; each step needs what the next ones give up."""
    mapped_bytes = _mapped_bytes()
    with contextlib.suppress(OSError), open("/proc/self/oom_score_adj", "w") as file:
        file.write("1000")  # should the machine run out of memory, the job goes first, not the grader
    uid = job["uid"]
    if config["mode"] in ("warm", "cold"):
        private_mounts(job["tmp_bytes"], uid if config["mode"] == "cold" else None)
    os.chdir(folder)
    if folder != "/tmp":
        os.environ["HOME"] = os.environ["TMPDIR"] = folder
    _limit(job, mapped_bytes)
    if config["mode"] != "none":
        _bound_capabilities()  # before the user changes, who may no longer do so
    if config["mode"] in ("cold", "user") and uid is not None:
        os.setgroups([])
        os.setresgid(uid, uid, uid)
        os.setresuid(uid, uid, uid)
        prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    for path in config["readable"]:  # by another user, Python itself may be out of reach
        open(path, "rb").close()
    if config["mode"] != "none":
        _drop_rights()
    os.umask(0o077)
    for number in set(signal.Signals) - {signal.SIGKILL, signal.SIGSTOP}:
        signal.signal(number, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_SETMASK, ())
    if config["mode"] != "none":
        restrict(folder)
    if config["filter"] and config["mode"] != "none":
        _filter(bytes.fromhex(config["filter"]))


def _mapped_bytes() -> int:
    """Address space that is already taken at the start: it is ours, and not counted against the submission."""
    with contextlib.suppress(OSError, ValueError), open("/proc/self/statm", "rb") as file:
        return int(file.read().split()[0]) * resource.getpagesize()
    return 0


def _limit(job: dict[str, Any], mapped_bytes: int) -> None:
    cpu_s = max(1, int(-(-job["cpu_s"] // 1)))
    limits = {
        "AS": mapped_bytes + job["memory_bytes"],
        "NPROC": job["processes"],
        "NOFILE": job["open_files"],
        "FSIZE": job["file_bytes"],
        "CORE": 0,
        "STACK": 8 << 20,
        "MEMLOCK": 0,
        "MSGQUEUE": 0,
    }
    for name, value in limits.items():
        kind = getattr(resource, f"RLIMIT_{name}", None)
        if kind is None:
            continue
        hard = resource.getrlimit(kind)[1]
        value = value if hard == resource.RLIM_INFINITY else min(value, hard)
        try:
            resource.setrlimit(kind, (value, value))
        except (OSError, ValueError):
            if LINUX:  # macOS knows the name RLIMIT_AS and refuses the value
                raise
    # No grace between the two: process 1 is never sent the first one's signal.
    resource.setrlimit(resource.RLIMIT_CPU, (cpu_s, cpu_s))


def _bound_capabilities() -> None:
    """None can be had again by executing a file, as PR_SET_NO_NEW_PRIVS says once more."""
    for number in range(64):
        if LINUX and libc.prctl(PR_CAPBSET_DROP, number, 0, 0, 0) != 0:
            break


def _drop_rights() -> None:
    """No capability in any set, none to be had by executing a file."""
    if not LINUX:
        return
    libc.prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0)
    header = (ctypes.c_uint32 * 2)(CAPABILITY_VERSION_3, 0)
    call("capset", header, (ctypes.c_uint32 * 6)())
    call("prctl", PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)


def _filter(code: bytes) -> None:
    """Install the BPF program; each instruction has eight bytes."""

    class Program(ctypes.Structure):
        _fields_ = [("length", ctypes.c_ushort), ("code", ctypes.c_char_p)]

    program = Program(len(code) // 8, code)
    call("prctl", PR_SET_SECCOMP, SECCOMP_MODE_FILTER, ctypes.byref(program), 0, 0)
