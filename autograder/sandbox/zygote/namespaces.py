"""The namespaces that a job of a warm process is forked into."""

from __future__ import annotations

import contextlib
import os
import signal
from typing import Any

from .kernel import PR_SET_DUMPABLE, PR_SET_PDEATHSIG, call, prctl
from .mounts import private_mounts

JOB_ID = 1000  # a job's user and group as it sees them itself
CLONE_NEWNS, CLONE_NEWUTS, CLONE_NEWIPC, CLONE_NEWUSER = 0x00020000, 0x04000000, 0x08000000, 0x10000000
CLONE_NEWPID, CLONE_NEWNET = 0x20000000, 0x40000000


def enter_namespaces(uid: int | None) -> None:
    """New user, process, mount, network, IPC and UTS namespaces; the process namespace is for the next child."""
    if uid is not None:
        os.setgroups([])
        os.setresgid(uid, uid, uid)
        os.setresuid(uid, uid, uid)
        prctl(PR_SET_PDEATHSIG, signal.SIGKILL)  # a change of user had cleared it
        prctl(PR_SET_DUMPABLE, 1)  # else /proc/self/uid_map belongs to root
    user, group = os.geteuid(), os.getegid()
    kinds = CLONE_NEWUSER | CLONE_NEWPID | CLONE_NEWNS | CLONE_NEWNET | CLONE_NEWIPC | CLONE_NEWUTS
    call("unshare", kinds)
    for name, text in (
        ("setgroups", "deny"),
        ("uid_map", f"{JOB_ID} {user} 1"),
        ("gid_map", f"{JOB_ID} {group} 1"),
    ):
        fd = os.open(f"/proc/self/{name}", os.O_WRONLY)
        os.write(fd, text.encode())
        os.close(fd)


def try_namespaces(config: dict[str, Any]) -> str | None:
    """Why nested namespaces are refused here, or None: tried as a job would, in a child thrown away."""
    read, write = os.pipe()
    if os.fork() == 0:
        try:
            enter_namespaces(config["uids"][0] if config["uids"] else None)
            if (inner := os.fork()) == 0:
                try:
                    private_mounts(1 << 20, None)
                    os.write(write, b"ok")
                except BaseException as error:
                    os.write(write, f"mounting inside a nested namespace: {error}".encode())
                os._exit(0)
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            with contextlib.suppress(OSError):
                os.waitpid(inner, 0)
        except BaseException as error:
            os.write(write, f"nested namespaces: {error}".encode())
        os._exit(0)
    os.close(write)
    said = os.read(read, 4096).decode("utf-8", "replace")
    os.close(read)
    return None if said == "ok" else said or "nested namespaces: the trial died"
