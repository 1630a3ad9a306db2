"""What a report depends on beside the submission: the rooms that make it, and the assignment's own description."""

from __future__ import annotations

import ast
import hashlib
import importlib.util
from functools import cache
from pathlib import Path

import autograder
from autograder.assignments import library

PACKAGE = Path(autograder.__file__).parent
# Rooms and files that say nothing about a report: a change of theirs leaves the journal's reports as good as they
# were. Left out by name, not taken in: a file forgotten here costs time, the other way round it would cost marks.
BESIDE = frozenset(
    {
        *("cli", "authoring", "reporting", "gradebook", "selfcheck.py", "nbgrader_plugins.py", "__main__.py"),
        *("sandbox/doctor.py", "grading/workers", "grading/store", "grading/nbgrader_steps", "grading/batch.py"),
        "grading/collecting",
        *("grading/recorder.py", "grading/student_folders.py", "grading/regrade.py", "grading/discovery.py"),
        *("grading/handed_in.py", "grading/__init__.py", "assignments/library/__init__.py"),
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


def code_digest(assignment: str) -> str:
    """The version of the code, the rubric and the description that reports on an assignment depend on."""
    files = [*_shared(), *((path.name, path.read_bytes()) for path in described_by(assignment))]
    return digest(*(part for file in files for part in file))[:16]


@cache
def _shared() -> tuple[tuple[str, bytes], ...]:
    """The package's files that reports on every assignment depend on, by their place in it."""
    descriptions = Path(library.__file__).parent
    shared = [
        path
        for path in sorted(PACKAGE.rglob("*"))
        if path.suffix in (".py", ".toml", ".ini") and not _beside(path) and path.parent != descriptions
    ]
    return tuple((path.relative_to(PACKAGE).as_posix(), path.read_bytes()) for path in shared)


def described_by(assignment: str) -> list[Path]:
    """The description of an assignment and those that it imports, each once, itself first."""
    files: list[Path] = []
    waiting = [assignment]
    while waiting:
        spec = importlib.util.find_spec(f"{library.__name__}.{waiting.pop()}")
        if spec is None or spec.origin is None or Path(spec.origin) in files:
            continue
        files.append(Path(spec.origin))
        waiting += _imported(files[-1].read_text("utf-8"))
    return files


def _imported(text: str) -> list[str]:
    """The names of other descriptions that a description imports."""
    try:
        tree = ast.parse(text)
    except SyntaxError:  # loading it says so
        return []
    names = []
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module == library.__name__:
            names += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith(f"{library.__name__}."):
            names.append(str(node.module).rpartition(".")[2])
    return sorted(names)


def _beside(path: Path) -> bool:
    relative = path.relative_to(PACKAGE)
    return any(part.as_posix() in BESIDE for part in (relative, *relative.parents))
