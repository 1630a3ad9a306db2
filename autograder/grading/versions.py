"""What a report depends on beside the submission and its assignment: the rooms that make it."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

import autograder

PACKAGE = Path(autograder.__file__).parent
# Rooms and files that say nothing about a report: a change of theirs leaves the journal's reports as good as they
# were. Left out by name, not taken in: a file forgotten here costs time, the other way round it would cost marks.
BESIDE = frozenset(
    {
        *("cli", "authoring", "reporting", "gradebook", "selfcheck.py", "nbgrader_plugins.py", "__main__.py"),
        *("sandbox/doctor.py", "grading/workers", "grading/store", "grading/nbgrader_steps", "grading/batch.py"),
        "grading/collecting",
        *("grading/recorder.py", "grading/student_folders.py", "grading/regrade.py", "grading/discovery.py"),
        *("grading/handed_in.py", "grading/__init__.py"),
    }
)


def digest(*parts: str | bytes) -> str:
    """A hash of the parts that no other parts share."""
    whole = hashlib.sha256()
    for part in parts:
        raw = part.encode("utf-8", "surrogatepass") if isinstance(part, str) else part
        whole.update(len(raw).to_bytes(8, "big"))
        whole.update(raw)
    return whole.hexdigest()


@cache
def code_digest() -> str:
    """The version of the code and the usual rubric that reports depend on."""
    parts = [path for path in sorted(PACKAGE.rglob("*")) if path.suffix in (".py", ".toml", ".ini")]
    kept = [path for path in parts if not _beside(path)]
    return digest(*(part for path in kept for part in (path.relative_to(PACKAGE).as_posix(), path.read_bytes())))[:16]


def _beside(path: Path) -> bool:
    relative = path.relative_to(PACKAGE)
    return any(part.as_posix() in BESIDE for part in (relative, *relative.parents))
