"""What one student handed in for one assignment: the file that counts, and what else lies there.

Context: folders hold copies (`-Copy1`, `(1)`, `-2`, `Copy of …`), attempts before and after a resubmission, scripts,
archives. Choice: one rule, by the files' contents and names alone, for every command. Of several files counts

1. one that defines the lesson's class with something written in it, before one that does not;
2. of these, a notebook before a script;
3. of these, the one that bears the assignment's name;
4. of these, the last one in the order of numbers and letters (`-2` after `-1`, `(10)` after `(9)`).

Cost: work under another name does not count beside work under the assignment's name, even if it is newer: times of
files do not survive copying. Whatever is passed over is told, in the report and on the terminal.
"""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from autograder import assignments
from autograder.core import Course, Slot
from autograder.notebooks import ClosedFile, UnreadableNotebook, defines, is_worked, parse, read

DEEPEST = 6  # folders below the student's own that are looked into
SHOWN = 5  # files that a sentence names
_BESIDE = ("timestamp.txt", "selfcheck.py", "Thumbs.db")  # of the course or the system, nobody's work
_REMEDIES = (
    ((".zip", ".tar", ".gz", ".tgz", ".7z", ".rar"), "an archive; it must be unpacked first"),
    ((".ipynb.txt", ".ipynb.json", ".json", ".txt"), "if it is the notebook, give it a name that ends in .ipynb"),
    ((".html", ".htm", ".pdf"), "a printed view; the .ipynb file is needed"),
    ((".py",), "it does not define the class of this lesson; the .ipynb file is needed"),
)


class Undecided(Exception):
    """It cannot be told what counts; the message says why and what to do, with the culprit's full path."""


@dataclass(frozen=True, slots=True)
class HandedIn:
    """What a folder holds: the file that counts, the others that might have, or in words what lies there instead.

    `chosen` is None where nothing can be graded; then `instead` is "" for a folder without any file.
    """

    chosen: Path | None
    passed_over: tuple[str, ...] = ()
    instead: str = ""
    notes: tuple[str, ...] = ()


def look(folder: Path, assignment: str) -> HandedIn:
    """What lies in a folder for an assignment, links not followed; raises Undecided when that cannot be told."""
    files = sorted(_files(folder, folder, 0))
    candidates = [path for path in files if _may_count(path)]
    notebooks = [path for path in candidates if path.suffix.lower() == ".ipynb"]
    if not candidates:
        return HandedIn(None, instead=_in_words(files, folder))
    if len(candidates) == 1 and notebooks:
        return _chosen(notebooks[0], [], folder)
    ranked = sorted(candidates, key=lambda path: _rank(path, folder, assignment))
    worth = [path for path in ranked if path in notebooks or _holds_class(path, assignment)]
    if not worth:
        return HandedIn(None, instead=_in_words(files, folder))
    return _chosen(worth[-1], worth[:-1], folder)


def at(slot: Slot, assignment: str) -> HandedIn:
    """What lies in a student's folder; raises Undecided when that cannot be told, or recorded under the name it has."""
    try:
        slot.student.encode("utf-8")
    except UnicodeEncodeError:
        raise Undecided(f"{os.fsencode(slot.folder)!r:.300}: {_odd_name(slot.student)}") from None
    if slot.closed:
        raise Undecided(slot.closed)
    return look(slot.folder, assignment)


def notebooks(course: Course, assignment: str) -> list[Path]:
    """The files that count, of all students whose folders hold one, sorted by student."""
    chosen_ones: list[Path] = []
    for slot in course.slots(assignment):
        with suppress(Undecided):
            chosen = at(slot, assignment).chosen
            chosen_ones += [chosen] if chosen is not None else []
    return chosen_ones


def is_work(raw: bytes, assignment: str) -> bool:
    """Whether a file's bytes are a notebook in which the assignment's class, or a function of it, is written."""
    names = assignments.load(assignment).defined_names
    try:
        return any(is_worked(cell.source, names) for cell in parse(raw).cells)
    except UnreadableNotebook:
        return False


def _odd_name(student: str) -> str:
    """Why a name cannot stand in a gradebook."""
    try:
        os.fsencode(student).decode("utf-8")
    except UnicodeDecodeError:
        return "this name is not UTF-8, so no gradebook can hold it; rename the folder to the student's id"
    return "this name cannot be read in this terminal's language settings; run the command with LC_ALL=C.UTF-8"


def _chosen(path: Path, others: list[Path], folder: Path) -> HandedIn:
    shown = path.relative_to(folder).as_posix()
    names = tuple(other.relative_to(folder).as_posix() for other in others)
    notes = []
    if names:
        some = ", ".join(names[:SHOWN]) + (", …" if len(names) > SHOWN else "")
        count = "one other notebook" if len(names) == 1 else f"{len(names)} other notebooks"
        notes.append(f"{shown} is what was graded; {count} in the folder did not count: {some}")
    elif path.parent != folder:
        notes.append(f"the notebook lay in a folder inside the folder: {shown}")
    return HandedIn(path, names, notes=tuple(notes))


def _files(top: Path, place: Path, depth: int) -> Iterator[Path]:
    """All files below a folder but hidden ones, checkpoints and what an archiver adds."""
    try:
        entries = sorted(os.scandir(place), key=lambda entry: entry.name)
    except OSError as error:
        raise Undecided(f"{place} may not be looked into ({error.strerror}); give permission") from error
    for entry in entries:
        if entry.name.startswith(".") or entry.name in ("__MACOSX", "__pycache__"):
            continue
        try:
            folder = entry.is_dir(follow_symlinks=False)
        except OSError as error:
            raise Undecided(f"{entry.path} may not be looked into ({error.strerror}); give permission") from error
        if not folder:
            yield Path(entry.path)
        elif depth < DEEPEST:
            yield from _files(top, Path(entry.path), depth + 1)


def _may_count(path: Path) -> bool:
    return path.suffix.lower() in (".ipynb", ".py") and path.name not in _BESIDE


def _rank(path: Path, folder: Path, assignment: str) -> tuple[bool, bool, bool, bool, int, list[tuple[int, int, str]]]:
    """The greatest counts. Raises Undecided for a file that may be the right one and cannot be opened."""
    texts = _texts(path, assignment)
    names = assignments.load(assignment).defined_names
    named = path.stem == assignment
    depth = len(path.relative_to(folder).parts)
    worked = any(is_worked(text, names) for text in texts)
    holds = any(defines(text, names) for text in texts)
    return worked, holds, path.suffix.lower() == ".ipynb", named, -depth, _natural(path.stem)


def _holds_class(path: Path, assignment: str) -> bool:
    names = assignments.load(assignment).defined_names
    return any(defines(text, names) for text in _texts(path, assignment))


def _texts(path: Path, assignment: str) -> list[str]:
    """The cells' texts; none where no notebook can be read."""
    try:
        return [cell.source for cell in read(path).cells]
    except UnreadableNotebook:
        return []
    except ClosedFile as error:
        if _is_regular(path) or path.stem == assignment:
            raise Undecided(f"{path}: {error}") from error
        return []  # a link or a pipe beside real files


def _is_regular(path: Path) -> bool:
    try:
        return stat.S_ISREG(os.lstat(path).st_mode)
    except OSError:
        return True


def _natural(name: str) -> list[tuple[int, int, str]]:
    """A key that sorts numbers in a name by their value."""
    parts = re.findall(r"\d+|\D+", name)
    return [(1, int(part[:18]), "") if part.isdecimal() else (0, 0, part.casefold()) for part in parts]


def _in_words(files: list[Path], folder: Path) -> str:
    """What lies in a folder that holds no notebook, with what to do; "" where nothing does."""
    work = [path for path in files if path.name not in _BESIDE]
    said = []
    for path in work[:SHOWN]:
        remedy = next((text for ends, text in _REMEDIES if path.name.lower().endswith(ends)), "it is no notebook")
        said.append(f"{path.relative_to(folder).as_posix()} ({remedy})")
    if len(work) > SHOWN:
        said.append(f"{len(work) - SHOWN} more")
    return ", ".join(said)
