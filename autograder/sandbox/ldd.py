"""Which shared libraries some programs and modules load, as the loader names them: asked once, and the answer kept.

Context: to ask takes a second of processor time, and every command that grades asks. Choice: the answer is kept in the
user's cache, under a hash of all that it depends on: each file that was asked about and each that was named, by place,
size, and times of change, the loader's own cache and the environment that it heeds. Cost: a file there that says what
a sandbox may read.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import subprocess
from collections.abc import Sequence
from pathlib import Path

from autograder.sandbox import user_cache

LOADERS_CACHE = "/etc/ld.so.cache"
_MOST_KEPT = 8  # answers: one for each environment and set of packages


def named(wanted: Sequence[str]) -> set[Path]:
    """The libraries that these files load, and the loader; raises OSError or subprocess.SubprocessError."""
    heeded = sorted((name, value) for name, value in os.environ.items() if name.startswith("LD_"))
    key = user_cache.digest([repr(heeded), *user_cache.states([*wanted, LOADERS_CACHE])])
    kept = user_cache.folder() / f"libraries-{key}.json"
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
    """What was kept there, where it still holds."""
    try:
        tree = json.loads(user_cache.read(path) or b"")
        libraries = [str(each) for each in tree["named"]]
        return libraries if libraries and tree["states"] == _digest_of(libraries) else None
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _keep(path: Path, libraries: Sequence[str]) -> None:
    tree = {"named": list(libraries), "states": _digest_of(libraries)}
    user_cache.keep(path, json.dumps(tree).encode(), "libraries-*.json", _MOST_KEPT)


def _digest_of(libraries: Sequence[str]) -> str:
    return user_cache.digest(user_cache.states(libraries))
