"""Whose a thing is that lies where others put theirs, so that what the dead left can be taken away.

A name begins with the grader's namespace of process ids and its id in it. Whether a grader in another namespace is
alive cannot be seen from here, so its things are left alone; so are all where the kernel does not tell namespaces.
"""

from __future__ import annotations

import os
import re
from pathlib import Path

_NAME = re.compile(r"autograder-(\d+)-(\d+)-")


def prefix() -> str:
    """How the names of this process's things begin."""
    return f"autograder-{namespace()}-{os.getpid()}-"


def is_dead(name: str) -> bool:
    """Whether a thing of that name belongs to a process of our namespace that is no more."""
    match = _NAME.match(name)
    return (
        match is not None
        and 0 < int(match[1]) == namespace()
        and not Path(f"/proc/{match[2]}").exists()
        and Path("/proc/self").exists()
    )


def namespace() -> int:
    """The number of our namespace of process ids; 0 where the kernel does not tell."""
    try:
        return Path("/proc/self/ns/pid").stat().st_ino
    except OSError:
        return 0
