"""Landlock's rules for a job, where the kernel has them."""

from __future__ import annotations

import ctypes
import os
import struct
from typing import Any

from .kernel import LINUX, libc

# Numbers of the calls are the same on all processors but Alpha; rights by the version that brought them.
LANDLOCK_CREATE_RULESET, LANDLOCK_ADD_RULE, LANDLOCK_RESTRICT_SELF = 444, 445, 446
LANDLOCK_CREATE_RULESET_VERSION, LANDLOCK_RULE_PATH_BENEATH = 1, 1
LANDLOCK_RIGHTS = {1: (1 << 13) - 1, 2: 1 << 13, 3: 1 << 14, 5: 1 << 15}  # all up to 1; REFER; TRUNCATE; IOCTL_DEV
LANDLOCK_NET, LANDLOCK_SCOPES = 3, 3  # bind and connect TCP (from 4); abstract sockets, signals (from 6)
EXECUTE, WRITE_FILE, READ_FILE, READ_DIR, TRUNCATE = 1, 1 << 1, 1 << 2, 1 << 3, 1 << 14
MAKE_CHAR, MAKE_SOCK, MAKE_FIFO, MAKE_BLOCK, IOCTL_DEV = 1 << 6, 1 << 9, 1 << 10, 1 << 11, 1 << 15


def restrict(folder: str) -> None:
    """Where the kernel has it, once more: all is read-only but for the job's own folder, in which no device, pipe or
    socket is made; what is sent to harmless devices is taken; no TCP, and no signal to anyone else."""
    version = libc.syscall(LANDLOCK_CREATE_RULESET, None, ctypes.c_size_t(0), LANDLOCK_CREATE_RULESET_VERSION)
    if not LINUX or version < 1:
        return
    rights = sum(right for since, right in LANDLOCK_RIGHTS.items() if since <= version)
    words = [rights, *([LANDLOCK_NET] if version >= 4 else []), *([LANDLOCK_SCOPES] if version >= 6 else [])]
    ruleset = _call(LANDLOCK_CREATE_RULESET, struct.pack(f"{len(words)}Q", *words), 8 * len(words), 0)
    special = MAKE_CHAR | MAKE_BLOCK | MAKE_SOCK | MAKE_FIFO | IOCTL_DEV
    beneath = [("/", EXECUTE | READ_FILE | READ_DIR), (folder, rights & ~special)]
    devices = [f"/dev/{name}" for name in ("null", "zero", "full")]
    beneath += [(path, READ_FILE | WRITE_FILE | TRUNCATE) for path in devices if os.path.exists(path)]
    for path, allowed in beneath:
        place = os.open(path, os.O_PATH | os.O_CLOEXEC)
        rule = struct.pack("=Qi", allowed & rights, place)
        _call(LANDLOCK_ADD_RULE, ruleset, LANDLOCK_RULE_PATH_BENEATH, rule, 0)
        os.close(place)
    _call(LANDLOCK_RESTRICT_SELF, ruleset, 0)
    os.close(ruleset)


def _call(number: int, *arguments: Any) -> int:
    """One of Landlock's calls; raises OSError."""
    wide = [ctypes.c_ulong(item) if isinstance(item, int) else item for item in arguments]
    result = int(libc.syscall(number, *wide))
    if result < 0:
        code = ctypes.get_errno()
        raise OSError(code, f"Landlock: {os.strerror(code)}")
    return result
