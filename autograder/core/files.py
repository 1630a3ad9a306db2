"""Files written whole or not at all, read within bounds, and in words why one could not be."""

from __future__ import annotations

import errno
import os
import stat
import tempfile
from pathlib import Path

from autograder.core.errors import AutograderError

ASIDE = ".new-"  # how the name of a file begins that is being written; one left by a killed run may be taken away

_WHY = {
    errno.ENOSPC: "the disk is full; make room",
    errno.EDQUOT: "your share of the disk is used up; make room",
    errno.EROFS: "the file system is read-only; mount it so that it can be written, or choose another place",
    errno.EACCES: "permission is denied; give permission, or choose another place",
    errno.EPERM: "permission is denied; give permission, or choose another place",
    errno.ENOTDIR: "a file stands where a folder must be; move it away, or choose another place",
    errno.EEXIST: "something stands in its place; move it away, or choose another place",
    errno.EISDIR: "a folder stands in its place; move it away, or choose another name",
    errno.ENAMETOOLONG: "its name is too long; choose a shorter one",
    errno.ENOENT: "there is no such file or folder; check the spelling",
}
_OF_WRITING = (errno.ENOSPC, errno.EDQUOT, errno.EROFS)
_OF_THE_DISK = (errno.EIO, errno.ESTALE, errno.ENXIO, errno.ENODEV)


class NotWritten(OSError):
    """A file that could not be written, under the name that it was to have; the message says why and what to do."""

    def __str__(self) -> str:
        return f"{self.filename} cannot be written: {_why(self)}"


class NotRead(AutograderError):
    """A file that is not read, however it is there; the message says why."""


def write_whole(path: Path, content: bytes, mode: int = 0o644) -> None:
    """Put `content` at `path` so that a reader sees the old file or the new one, never a part; raises NotWritten."""
    temporary = None
    try:
        try:
            handle, temporary = _aside(path)
        except FileNotFoundError:
            path.parent.mkdir(parents=True, exist_ok=True)
            handle, temporary = _aside(path)
        with os.fdopen(handle, "wb") as file:
            os.fchmod(file.fileno(), mode)
            file.write(content)
        os.replace(temporary, path)
    except BaseException as error:
        if temporary is not None:
            Path(temporary).unlink(missing_ok=True)
        if isinstance(error, OSError):
            raise NotWritten(error.errno, error.strerror, str(path)) from error
        raise


def read_regular(path: Path, most: int) -> bytes:
    """The bytes of a regular file that somebody named, at most so many; raises NotRead, OSError.

    No waiting for a pipe, and no reading without end.
    """
    handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    kind = os.fstat(handle).st_mode
    if not stat.S_ISREG(kind):
        os.close(handle)
        if stat.S_ISDIR(kind):
            raise NotRead(f"{path} is a folder; a file is wanted there")
        raise NotRead(f"{path} is no regular file; save what it gives as a file, and name that")
    with open(handle, "rb") as file:
        content = file.read(most + 1)
    if len(content) > most:
        raise NotRead(f"{path} has more than {most >> 20} MB, as no such file has; check which one is meant")
    return content


def in_words(error: OSError) -> str:
    """What a file's error says to whoever can do something about it: which place, why, and the remedy.

    Of what was to be made and is not there, the folder that it was to be made in is named: its own name may be one for
    a moment.
    """
    if error.errno is None or isinstance(error, NotWritten):
        return str(error)
    name = error.filename2 or error.filename
    if name is None or isinstance(name, int):
        return _why(error)
    path = Path(os.fsdecode(name))
    making = error.errno in _OF_WRITING or (error.errno in (errno.EACCES, errno.EPERM) and not os.path.lexists(path))
    if making and not os.path.lexists(path):
        path = next((folder for folder in path.absolute().parents if folder.exists()), path)
    return f"{path} {'cannot be written' if making else 'cannot be read or written'}: {_why(error)}"


def _why(error: OSError) -> str:
    said = str(error.strerror or error.__cause__ or "it failed")
    return _WHY.get(error.errno or 0) or (f"{said}; look after the disk" if error.errno in _OF_THE_DISK else said)


def _aside(path: Path) -> tuple[int, str]:
    return tempfile.mkstemp(dir=path.parent, prefix=ASIDE, suffix=path.suffix)
