"""Memory that is freed goes back to the machine.

Context: answers come by the megabyte, or nearly, and the C library, once it has freed a few such blocks, takes the next
ones from a heap that it cannot give back while anything small lies behind them: a long batch grew by hundreds of
megabytes. Choice: blocks from a quarter of a megabyte on are always mapped by themselves. Cost: their pages are had
from the kernel anew.
"""

from __future__ import annotations

import contextlib
import ctypes
import gc
from collections.abc import Iterator

M_MMAP_THRESHOLD = -3  # of mallopt(3)
LARGE = 1 << 18  # bytes


def give_back() -> None:
    """Give the machine what the C library keeps of small blocks, at a time when most are free; nothing elsewhere."""
    with contextlib.suppress(AttributeError, OSError, TypeError):
        ctypes.CDLL(None).malloc_trim(0)


def keep_flat() -> None:
    """For this process and those forked from it; nothing where the C library knows no such setting."""
    with contextlib.suppress(AttributeError, OSError, TypeError):
        ctypes.CDLL(None).mallopt(M_MMAP_THRESHOLD, LARGE)


@contextlib.contextmanager
def uncollected() -> Iterator[None]:
    """Garbage is left where it lies: of thousands of small records that are to stay, a collection finds none, again and
    again."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
