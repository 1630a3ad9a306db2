"""Which shared libraries some programs and modules load, as the loader names them: asked once, and the answer kept.

Context: to ask takes a second of processor time, and every command that grades asks. Choice: the answer is kept in the
user's cache, under a hash of all that it depends on: each file that was asked about and each that was named, by place,
size, and times of change, the loader's own cache and the environment that it heeds. Cost: a file there that says what
a sandbox may read; it is believed only where nobody but its owner, who is this user, can write it.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import re
import stat
import subprocess
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path

LOADERS_CACHE = "/etc/ld.so.cache"
_MOST_KEPT = 8  # answers: one for each environment and set of packages


def named(wanted: Sequence[str]) -> set[Path]:
    """The libraries that these files load, and the loader; raises OSError or subprocess.SubprocessError."""
    heeded = sorted((name, value) for name, value in os.environ.items() if name.startswith("LD_"))
    key = _digest([repr(heeded), *_states([*wanted, LOADERS_CACHE])])
    kept = _folder() / f"libraries-{key}.json"
    libraries = _kept(kept)
    if libraries is None:
        libraries = _asked(wanted)
        with contextlib.suppress(OSError):  # without a cache it is asked again
            _keep(kept, libraries)
    return {Path(each) for each in libraries}


def _asked(wanted: Sequence[str]) -> list[str]:
    return _read(subprocess.run(["ldd", *wanted], capture_output=True, text=True, timeout=120, check=False).stdout)


def _read(answer: str) -> list[str]:
    """As ldd says it: `libm.so.6 => /lib/libm.so.6 (0x…)`, or a path alone; blanks and all."""
    lines = (line.strip().rpartition("=> ")[2] for line in answer.splitlines())
    return sorted({match[1] for line in lines if (match := re.fullmatch(r"(/.+?) \(0x[0-9a-f]+\)", line))})


def _kept(path: Path) -> list[str] | None:
    """What was kept there, where it is this user's own and still holds."""
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
        with open(handle, encoding="utf-8") as file:
            state = os.fstat(handle)
            if not stat.S_ISREG(state.st_mode) or state.st_uid != os.geteuid() or state.st_mode & 0o022:
                return None
            tree = json.load(file)
        libraries = [str(each) for each in tree["named"]]
        return libraries if libraries and tree["states"] == _digest(_states(libraries)) else None
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _keep(path: Path, libraries: Sequence[str]) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    others = sorted(path.parent.glob("libraries-*.json"), key=lambda each: each.stat().st_mtime, reverse=True)
    for old in others[_MOST_KEPT - 1 :]:
        old.unlink(missing_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent)  # mode 600
    with open(handle, "w", encoding="utf-8") as file:
        json.dump({"named": list(libraries), "states": _digest(_states(libraries))}, file)
    os.replace(temporary, path)


def _folder() -> Path:
    base = os.environ.get("XDG_CACHE_HOME", "")
    return (Path(base) if os.path.isabs(base) else Path(os.path.expanduser("~/.cache"))) / "numpy-nn-autograder"


def _states(paths: Iterable[str]) -> list[str]:
    """Each file by place, size and times; a change of its content changes the last of them, whatever a tool says."""
    states = []
    for path in paths:
        try:
            state = os.stat(path)
            states.append(f"{path} {state.st_size} {state.st_mtime_ns} {state.st_ctime_ns} {state.st_ino}")
        except OSError:
            states.append(f"{path} is not there")
    return states


def _digest(lines: Iterable[str]) -> str:
    return hashlib.sha256("\n".join(lines).encode("utf-8", "surrogateescape")).hexdigest()[:32]
