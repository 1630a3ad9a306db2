"""The namespaces that a job of a warm process is forked into."""

from __future__ import annotations

import os
from typing import Any, NoReturn

from .kernel import PR_SET_DUMPABLE, call, prctl
from .mounts import private_mounts

JOB_ID = 1000  # a job's user and group as it sees them itself
CLONE_NEWNS, CLONE_NEWUTS, CLONE_NEWIPC, CLONE_NEWUSER = 0x00020000, 0x04000000, 0x08000000, 0x10000000
CLONE_NEWPID, CLONE_NEWNET = 0x20000000, 0x40000000


class Lost(Exception):
    """This process can fork no more jobs: its own process namespace is out of its reach."""


def own_process_namespace() -> int:
    """A descriptor of it, to come back to."""
    return os.open("/proc/self/ns/pid", os.O_RDONLY | os.O_CLOEXEC)


def fork_into_new(own: int) -> int:
    """Fork a process that is the first of a process namespace of its own; what is forked later is in `own` again.

    Raises OSError where it cannot be forked, Lost where there is no way back.
    """
    call("unshare", CLONE_NEWPID)
    child = -1
    try:
        child = os.fork()
    finally:
        if child != 0:
            try:
                call("setns", own, CLONE_NEWPID)
            except OSError as error:
                raise Lost(str(error)) from error
    return child


def enter_namespaces(uid: int | None) -> None:
    """New user, mount, network, IPC and UTS namespaces; the process namespace is new since this process was forked."""
    if uid is not None:
        os.setgroups([])
        os.setresgid(uid, uid, uid)
        os.setresuid(uid, uid, uid)
    prctl(PR_SET_DUMPABLE, 1)  # else /proc/self/uid_map belongs to root
    user, group = os.geteuid(), os.getegid()
    kinds = CLONE_NEWUSER | CLONE_NEWNS | CLONE_NEWNET | CLONE_NEWIPC | CLONE_NEWUTS
    call("unshare", kinds)
    for name, text in (
        ("setgroups", "deny"),
        ("uid_map", f"{JOB_ID} {user} 1"),
        ("gid_map", f"{JOB_ID} {group} 1"),
    ):
        fd = os.open(f"/proc/self/{name}", os.O_WRONLY)
        os.write(fd, text.encode())
        os.close(fd)


def try_namespaces(config: dict[str, Any], own: int) -> str | None:
    """Why nested namespaces are refused here, or None: tried as a job would, in a child thrown away."""
    read, write = os.pipe()
    child = -1
    said = ""
    try:
        child = fork_into_new(own)
        if child == 0:
            _try(config["uids"][0] if config["uids"] else None, write)
    except (OSError, Lost) as error:
        said = f"nested namespaces: {error}"
    os.close(write)
    if child > 0:
        os.waitpid(child, 0)
        said = said or os.read(read, 4096).decode("utf-8", "replace") or "nested namespaces: the trial died"
    os.close(read)
    return None if said == "ok" else said


def _try(uid: int | None, write: int) -> NoReturn:
    """What a job does with its namespaces, and what comes of it."""
    said = "ok"
    try:
        enter_namespaces(uid)
        try:
            private_mounts(1 << 20, None)
        except OSError as error:
            said = f"mounting inside a nested namespace: {error}"
    except BaseException as error:
        said = f"nested namespaces: {error}"
    try:
        os.write(write, said.encode())
    finally:
        os._exit(0)
