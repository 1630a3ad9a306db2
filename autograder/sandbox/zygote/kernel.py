"""The C library's functions that Python has no name for, called so that a refusal is an OSError."""

from __future__ import annotations

import ctypes
import os
import sys
from typing import Any

PR_SET_PDEATHSIG, PR_SET_DUMPABLE, PR_SET_CHILD_SUBREAPER = 1, 4, 36

libc = ctypes.CDLL(None, use_errno=True)
LINUX = sys.platform == "linux"


def prctl(option: int, value: int) -> None:
    """Change what the kernel does with this process, where it is Linux; raises OSError."""
    if LINUX:
        call("prctl", option, int(value), 0, 0, 0)


def call(name: str, *arguments: Any) -> None:
    """A function of the C library; raises OSError with the function's name."""
    wide = [
        ctypes.c_ulong(item) if isinstance(item, int) and not isinstance(item, bool) else item for item in arguments
    ]
    if getattr(libc, name)(*wide) != 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{name}: {os.strerror(number)}")
