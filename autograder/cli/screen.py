"""What the terminal can show: its width, and whether it has colours."""

from __future__ import annotations

import os
import shutil
from typing import TextIO

PROSE, TABLE = 100, 160  # columns at most: longer lines are hard to read
UNKNOWN = 88  # columns where no terminal says how many


def colored(stream: TextIO) -> bool:
    """Whether colours are seen there: on a terminal that has some, unless NO_COLOR is set."""
    return stream.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def columns(stream: TextIO, most: int) -> int:
    """The width of the terminal, at most `most`; what COLUMNS says, else a usual width, where it is none."""
    fallback = (min(UNKNOWN, most), 24)
    if stream.isatty() or os.environ.get("COLUMNS"):
        return min(most, shutil.get_terminal_size(fallback).columns)
    return fallback[0]
