"""One writer at a time: the lock on what a course keeps of its gradings."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from autograder.grading.store.journal_errors import JournalBusy, JournalClosed

LOCK = "lock"


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Alone in a folder, which is made; raises JournalBusy, or JournalClosed where it cannot be written or locked."""
    path = folder / LOCK
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise JournalClosed(
            f"{path.parent} cannot be written ({error.strerror}); the grader keeps its journal there: give permission "
            "or make room, then run the command again"
        ) from error
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            other = os.pread(handle, 200, 0).decode("utf-8", "replace").strip() or "unknown"
            raise JournalBusy(
                f"another run is grading this course (process {other}); wait for it, or stop it: what it graded is kept"
            ) from None
        except OSError as error:
            raise JournalClosed(
                f"{path} cannot be locked ({error.strerror}): the file system there has no locks, as some network "
                "folders have none, and two runs at a time would spoil the journal; mount it with locks, or move the "
                "course to a disk of this machine"
            ) from error
        try:
            os.ftruncate(handle, 0)
            os.pwrite(handle, f"{os.getpid()}\n".encode(), 0)
        except OSError:
            pass  # a full disk: the lock holds all the same, only its owner stays unnamed
        yield
    finally:
        os.close(handle)
