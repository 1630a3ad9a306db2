"""What one worker has worked out, kept on disk for all others and for later runs.

Whatever it depends on stands in its name, and a hash of name and content stands before it: a file that is cut off, or
another's, is worked out anew, as is everything where nothing can be written. So it may all be deleted at any time.
Right answers are among it: only the one who wrote a file can read it.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import importlib.metadata
import os
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from autograder.core import ENVIRONMENT, Course, write_whole
from autograder.grading.versions import code_digest, digest

MOST = 1 << 30  # bytes of all of a course
FOLDER = "changes"  # of a course's state


class Shared:
    """Bytes by name, in a folder; `about` says what all of them depend on."""

    def __init__(self, folder: Path, about: str):
        self.folder, self.about = folder, about

    def get(self, name: str, make: Callable[[], bytes]) -> bytes:
        """What `make()` gives, by whichever process was the first to ask; others wait for it meanwhile."""
        key = hashlib.sha256(f"{self.about}\n{name}".encode("utf-8", "surrogatepass")).hexdigest()
        path = self.folder / key[:2] / f"{key[2:]}.made"
        content = _read(path, key)
        if content is None:
            with _alone(path.parent):
                content = _read(path, key)
                if content is None:
                    content = make()
                    with contextlib.suppress(OSError):
                        write_whole(path, _marked(key, content), mode=0o600)
        return content


def worked_out(
    course: Course, name: str, salt: str = "", packages: Sequence[str] | None = None, folder: Path | None = None
) -> Shared | None:
    """What was worked out of an assignment's solution, by this code and with these packages; the course's own, and in
    its own folder, where none are named. None where there is nowhere to keep it, or no solution."""
    folder = course.state / FOLDER if folder is None else folder
    if not folder.parent.is_dir() or not course.solution(name).is_file():
        return None
    known = sorted(course.packages if packages is None else packages)
    versions = (f"{each} {_version(each)}" for each in known)
    about = digest(name, course.solution(name).read_bytes(), salt, code_digest(), *ENVIRONMENT.values(), *versions)
    return Shared(folder, about)


def _version(package: str) -> str:
    """The version of a package that submissions may import; empty where it is told nowhere."""
    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return ""


def _marked(key: str, content: bytes) -> bytes:
    """The content behind a hash of it and its name."""
    return hashlib.sha256(key.encode() + content).digest() + content


def _read(path: Path, key: str) -> bytes | None:
    """What is kept there; None where nothing is, or not what was written under this name."""
    try:
        raw = path.read_bytes()
    except OSError:
        return None
    content = raw[hashlib.sha256().digest_size :]
    return content if raw == _marked(key, content) else None


@contextlib.contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """One process at a time, where the disk can tell; who ends, however, makes way."""
    handle = -1
    try:
        with contextlib.suppress(OSError):
            folder.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            folder.mkdir(mode=0o700, exist_ok=True)
            handle = os.open(folder / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        if handle >= 0:
            os.close(handle)
