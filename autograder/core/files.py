"""Files written whole or not at all."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

ASIDE = ".new-"  # how the name of a file begins that is being written; one left by a killed run may be taken away


def write_whole(path: Path, content: bytes, mode: int = 0o644) -> None:
    """Put `content` at `path` so that a reader sees the old file or the new one, never a part; raises OSError."""
    try:
        handle, temporary = _aside(path)
    except FileNotFoundError:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = _aside(path)
    try:
        with os.fdopen(handle, "wb") as file:
            os.fchmod(file.fileno(), mode)
            file.write(content)
        os.replace(temporary, path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def _aside(path: Path) -> tuple[int, str]:
    return tempfile.mkstemp(dir=path.parent, prefix=ASIDE, suffix=path.suffix)
