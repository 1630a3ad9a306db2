"""Requests that travel to a job in files without a name."""

from __future__ import annotations

import os
import tempfile


def memory_file(content: bytes) -> tuple[int, int]:
    """Two descriptors of a file without a name that holds the content: one to write more, one to read."""
    if hasattr(os, "memfd_create"):
        fd = os.memfd_create("request", os.MFD_CLOEXEC)
        write(fd, content, 0)
        try:
            return fd, os.open(f"/proc/self/fd/{fd}", os.O_RDONLY | os.O_CLOEXEC)
        except OSError:  # no /proc here
            return fd, os.dup(fd)
    with tempfile.TemporaryFile() as file:
        write(file.fileno(), content, 0)
        return os.dup(file.fileno()), os.dup(file.fileno())


def write(fd: int, content: bytes, start: int) -> None:
    """Put the content into a file from `start` on, whole."""
    view = memoryview(content)
    while view:
        written = os.pwrite(fd, view, start)
        view, start = view[written:], start + written
