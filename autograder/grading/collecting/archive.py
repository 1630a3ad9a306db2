"""The files in a downloaded zip or folder, read as data.

Context: what lies in it was made by students. Choice: names are looked at before a byte is unpacked, sizes are counted
while unpacking, and one unsafe entry refuses the whole archive; nothing is ever unpacked under a name from it. Cost:
an archive that is refused must be unpacked, looked through, and collected as a folder.
"""

from __future__ import annotations

import io
import os
import stat
import zipfile
import zlib
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from autograder.core import AutograderError

MOST_FILES = 20_000
MOST_BYTES = 4 << 30  # of all files together, unpacked
MOST_OF_ONE = 256 << 20
MOST_RATIO = 200  # unpacked to packed, of a file of more than a few megabytes: notebooks reach some 20
_SMALL = 8 << 20
_JUNK = ("__MACOSX", ".DS_Store", "Thumbs.db", "desktop.ini", ".ipynb_checkpoints", ".git", "__pycache__")


class ArchiveError(AutograderError):
    """The archive is not taken; the message says which entry is why, and what to do."""


@dataclass(frozen=True)
class File:
    """One file of an archive: its path in it, with `/`, and how to get its bytes (raises ArchiveError)."""

    path: str
    read: Callable[[], bytes]

    @property
    def parts(self) -> tuple[str, ...]:
        """The folders and the name."""
        return PurePosixPath(self.path).parts


def files(path: Path) -> list[File]:
    """All files of a zip or a folder, sorted by path, without what systems and editors add; raises ArchiveError."""
    if path.is_dir():
        every = list(_of_folder(path))
    elif not path.exists():
        raise ArchiveError(f"{path}: there is no such file or folder; check the spelling")
    elif path.is_file() and zipfile.is_zipfile(path):  # of a pipe, nothing would be read, or without end
        every = _of_zip(path)
    elif path.is_file() and path.suffix.lower() == ".zip":
        raise ArchiveError(f"{path} is no zip that is whole; download it again")
    else:
        raise ArchiveError(f"{path} is no zip and no folder; unpack it, then name the folder")
    kept = [file for file in every if not _is_junk(file)]
    if not kept:
        raise ArchiveError(f"{path} holds no file")
    return sorted([inner for file in kept for inner in _unpacked(file)], key=lambda file: file.path)


def _is_junk(file: File) -> bool:
    return any(part in _JUNK for part in file.parts) or file.parts[-1].startswith("._")


def _unpacked(file: File) -> list[File]:
    """The file, and, where it is a zip that a student handed in, what lies in it, in a folder of the zip's name.

    One that is not safe is not looked into: it stays the file that it is, which no command grades.
    """
    if not file.path.lower().endswith(".zip"):
        return [file]
    content = file.read()
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = [entry for entry in archive.infolist() if not entry.is_dir()]
    except (zipfile.BadZipFile, OSError, ValueError):
        return [file]
    if _unsafe(entries):
        return [file]
    place = file.path[: -len(".zip")]
    inner = [File(f"{place}/{_name(entry)}", _reader(io.BytesIO(content), entry, file.path)) for entry in entries]
    return [file, *(each for each in inner if not _is_junk(each))]


def _of_folder(top: Path) -> Iterator[File]:
    for place, folders, names in os.walk(top, onerror=_closed):
        folders[:] = sorted(name for name in folders if name not in _JUNK)
        for name in [*folders, *names]:
            path = Path(place, name)
            kind = path.lstat().st_mode
            if not (stat.S_ISDIR(kind) or stat.S_ISREG(kind)):
                raise ArchiveError(f"{path} is a link or no plain file; remove it, then collect again")
        for name in names:
            path = Path(place, name)
            if path.stat().st_size > MOST_OF_ONE:
                raise ArchiveError(f"{path} has more than {MOST_OF_ONE >> 20} MB; look at it, and remove it")
            yield File(path.relative_to(top).as_posix(), path.read_bytes)


def _closed(error: OSError) -> None:
    raise ArchiveError(f"{error.filename} may not be looked into ({error.strerror}); give permission")


def _of_zip(path: Path) -> list[File]:
    try:
        with zipfile.ZipFile(path) as archive:
            entries = [entry for entry in archive.infolist() if not entry.is_dir()]
    except (zipfile.BadZipFile, OSError, ValueError) as error:
        raise ArchiveError(f"{path} cannot be read as a zip ({error}); download it again") from error
    problem = _unsafe(entries)
    if problem:
        raise ArchiveError(f"{path} is not taken: {problem}")
    return [File(_name(entry), _reader(path, entry, str(path))) for entry in entries]


def _unsafe(entries: Sequence[zipfile.ZipInfo]) -> str:
    """Why an archive is refused, "" where it is not."""
    if len(entries) > MOST_FILES:
        return f"it holds {len(entries)} files, more than {MOST_FILES}"
    if sum(entry.file_size for entry in entries) > MOST_BYTES:
        return f"unpacked it would take more than {MOST_BYTES >> 30} GB"
    for entry in entries:
        name = _name(entry)
        shown = repr(name[:80])
        parts = name.split("/")
        if name.startswith("/") or "\\" in name or ".." in parts or (len(name) > 1 and name[1] == ":"):
            return f"{shown} leads out of the folder it would be unpacked in"
        if not name.isprintable() or any(len(part.encode("utf-8", "replace")) > 255 for part in parts):
            return f"{shown} is no name for a file"
        kind = stat.S_IFMT(entry.external_attr >> 16)
        if kind not in (0, stat.S_IFREG):
            return f"{shown} is a link or no plain file"
        if entry.flag_bits & 1:
            return f"{shown} is encrypted; unpack it with its password, then collect the folder"
        if entry.file_size > MOST_OF_ONE:
            return f"{shown} has more than {MOST_OF_ONE >> 20} MB"
        if entry.file_size > _SMALL and entry.file_size > MOST_RATIO * max(entry.compress_size, 1):
            return f"{shown} grows more than {MOST_RATIO} times when unpacked, as no notebook does"
    twice = [name for name, count in Counter(_name(entry) for entry in entries).items() if count > 1]
    return f"{twice[0][:80]!r} is in it twice" if twice else ""


def _name(entry: zipfile.ZipInfo) -> str:
    """The entry's name; without the flag for UTF-8, it is UTF-8 all the same where it can be."""
    if entry.flag_bits & 0x800:
        return entry.orig_filename
    try:
        return entry.orig_filename.encode("cp437").decode("utf-8")
    except (UnicodeEncodeError, UnicodeDecodeError):
        return entry.orig_filename


def _reader(source: Path | io.BytesIO, entry: zipfile.ZipInfo, path: str) -> Callable[[], bytes]:
    def read() -> bytes:
        try:
            with zipfile.ZipFile(source) as archive, archive.open(entry) as file:
                content = file.read(entry.file_size + 1)
        except (zipfile.BadZipFile, OSError, EOFError, NotImplementedError, RuntimeError, zlib.error) as error:
            raise ArchiveError(f"{path}: {entry.filename!r} cannot be unpacked ({error}); download it again") from error
        if len(content) != entry.file_size:
            raise ArchiveError(f"{path}: {entry.filename!r} is larger than the archive says; it is not taken")
        return content

    return read
