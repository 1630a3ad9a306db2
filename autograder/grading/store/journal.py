"""The journal of a course: every report that was made, one line each, only ever appended to.

A line holds the key of what was graded (the submission's bytes, the assignment's version, salt, isolation), the time,
what the run cost, and the report. The latest line of a student and assignment, or of a path outside the course, is the
current one; the file's order counts, never the clock. A second file beside it says which of them stand in the
gradebook. A line that was torn by a crash is taken away when the journal is opened; one that was damaged otherwise is
skipped, and what it told of is graded again.
"""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from autograder.core import AutograderError, Course, Report

JOURNAL, RECORDED, LOCK = "journal.jsonl", "recorded.jsonl", "lock"

Who = tuple[str, str]  # assignment with the student's id, or with the path of a submission that is no student's


class JournalError(AutograderError):
    """The journal cannot be read or written; the message says why and what to do."""


class JournalBusy(JournalError):
    """Another run has the journal."""


class JournalClosed(JournalError):
    """The journal cannot be kept where it belongs."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One line: a report with its key, and what the submission's processes took.

    `content` is the hash of the submission's bytes, `file` where they lay, `salt` what the questions were drawn with.
    """

    key: str
    report: Report
    cpu_s: float = 0.0
    wall_s: float = 0.0
    content: str = ""
    file: str = ""
    salt: str = ""


@dataclass(frozen=True, slots=True)
class _Place:
    key: str
    offset: int
    length: int


def who(report: Report) -> Who:
    """Whose report it is, by assignment."""
    return report.assignment, f"student {report.student}" if report.student is not None else f"path {report.submission}"


class Lines:
    """A file of JSON lines that is appended to, whole lines or none."""

    def __init__(self, path: Path):
        self.path = path
        self.damaged = 0
        self._file: Any = None

    def __iter__(self) -> Iterator[tuple[int, int, dict[str, Any]]]:
        """Offset, length and content of each whole line, in the file's order."""
        self.damaged = 0
        try:
            file = open(self.path, "rb")  # noqa: SIM115 (closed below)
        except FileNotFoundError:
            return
        except OSError as error:
            raise JournalError(
                f"{self.path} cannot be read: {error.strerror}; give permission, then try again"
            ) from error
        offset = 0
        with file:
            for line in file:
                if line.endswith(b"\n"):
                    tree = _object(line)
                    if tree is None:
                        self.damaged += bool(line.strip())
                    else:
                        yield offset, len(line), tree
                offset += len(line)

    def read(self, offset: int, length: int) -> dict[str, Any]:
        """The line at a place that iteration or `append` gave."""
        with open(self.path, "rb") as file:
            file.seek(offset)
            tree = _object(file.read(length))
        if tree is None:
            raise JournalError(f"{self.path} was changed while it was in use; run the command again")
        return tree

    def append(self, lines: Sequence[bytes]) -> list[tuple[int, int]]:
        """The offset and length of each line, once all are on the disk; on failure the file is as it was."""
        self.open()
        try:
            start = os.lseek(self._file, 0, os.SEEK_END)
            try:
                _write(self._file, b"".join(lines))
                os.fsync(self._file)
            except BaseException:
                os.ftruncate(self._file, start)
                raise
        except OSError as error:
            raise self._unwritable(error) from error
        places = []
        for line in lines:
            places.append((start, len(line)))
            start += len(line)
        return places

    def open(self) -> None:
        """Open the file to append to it, made if it is not there, a torn last line mended."""
        if self._file is None:
            try:
                self._file = self._opened()
            except OSError as error:
                raise self._unwritable(error) from error

    def _unwritable(self, error: OSError) -> JournalError:
        return JournalClosed(
            f"{self.path} cannot be written: {error.strerror}; make room or give permission, then run the command "
            "again: it goes on where it stopped"
        )

    def close(self) -> None:
        """Close the file; a later append opens it again."""
        if self._file is not None:
            os.close(self._file)
            self._file = None

    def _opened(self) -> int:
        """The file's descriptor; a torn last line is kept if only its end is missing, else taken away."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        size = os.lseek(handle, 0, os.SEEK_END)
        tail, start = b"", size
        while start > 0 and b"\n" not in tail:
            step = min(1 << 16, start)
            start -= step
            tail = os.pread(handle, step, start) + tail
        torn = tail.rpartition(b"\n")[2]
        if torn:
            if _object(torn) is not None:
                _write(handle, b"\n")
            else:
                os.ftruncate(handle, size - len(torn))
        return handle


class Journal:
    """The journal of one course, open for one run that alone may write it.

    `damaged` counts lines that could not be read. Raises JournalError when another run has it open.
    """

    def __init__(self, course: Course):
        self._reports = Lines(course.state / JOURNAL)
        self._marks = Lines(course.state / RECORDED)
        self._reports.open()
        self._marks.open()
        self._by_key: dict[str, _Place] = {}
        self._current: dict[Who, _Place] = {}
        self._recorded: dict[Who, str] = {}
        for offset, length, tree in self._reports:
            found = _entry(tree)
            if found is None:
                self._reports.damaged += 1
                continue
            self._note(found.key, found.report, offset, length)
        self.damaged = self._reports.damaged
        for _, _, tree in self._marks:
            mark = tree.get("who")
            if isinstance(mark, list) and len(mark) == 2 and isinstance(tree.get("key"), str):
                self._recorded[str(mark[0]), str(mark[1])] = tree["key"]

    def find(self, key: str) -> Entry | None:
        """The report that was made under this key; never one that tells of a fault of ours."""
        place = self._by_key.get(key)
        return None if place is None else _entry(self._reports.read(place.offset, place.length))

    def current_key(self, whose: Who) -> str | None:
        """The key of the current report."""
        place = self._current.get(whose)
        return None if place is None else place.key

    def recorded_key(self, whose: Who) -> str | None:
        """The key of the report that the gradebook holds."""
        return self._recorded.get(whose)

    def append(self, entries: Sequence[Entry]) -> None:
        """Write entries, which become current; all of them are on the disk afterwards, or none."""
        time = datetime.now(UTC).isoformat(timespec="seconds")
        places = self._reports.append([_line(entry, time) for entry in entries])
        for entry, (offset, length) in zip(entries, places, strict=True):
            self._note(entry.key, entry.report, offset, length)

    def mark_recorded(self, marks: Sequence[tuple[Who, str]]) -> None:
        """Note that the gradebook now holds these reports, by key."""
        fresh = [(whose, key) for whose, key in marks if self._recorded.get(whose) != key]
        if fresh:
            self._marks.append([_json({"who": list(whose), "key": key}) for whose, key in fresh])
            self._recorded.update(fresh)

    def close(self) -> None:
        """Close the files."""
        self._reports.close()
        self._marks.close()

    def _note(self, key: str, report: Report, offset: int, length: int) -> None:
        place = _Place(key, offset, length)
        self._current[who(report)] = place
        if report.verdict == "internal_error":
            self._by_key.pop(key, None)
        else:
            self._by_key[key] = place


@contextmanager
def opened(course: Course) -> Iterator[Journal]:
    """The journal for one run; raises JournalError when another run has it, or when it cannot be written."""
    with _locked(course.state / LOCK):
        journal = Journal(course)
        try:
            yield journal
        finally:
            journal.close()


def entries(course: Course, assignment: str) -> Iterator[Entry]:
    """The current entries of an assignment, by student; read at once, without the lock.

    What was graded by hand outside the submitted folder is nobody's.
    """
    lines = Lines(course.state / JOURNAL)
    found: dict[Who, _Place] = {}
    for offset, length, tree in lines:
        entry = _entry(tree)
        if entry is not None and entry.report.assignment == assignment and entry.report.student is not None:
            found[who(entry.report)] = _Place(entry.key, offset, length)
    for whose in sorted(found):
        entry = _entry(lines.read(found[whose].offset, found[whose].length))
        if entry is not None:
            yield entry


def current(course: Course, assignment: str) -> list[Report]:
    """The current reports of an assignment, by student; each with the time its run took, for the class's page."""
    return [
        replace(entry.report, evidence={**entry.report.evidence, "wall_s": round(entry.wall_s, 3)})
        if entry.wall_s
        else entry.report
        for entry in entries(course, assignment)
    ]


@contextmanager
def _locked(path: Path) -> Iterator[None]:
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


def _line(entry: Entry, time: str) -> bytes:
    return _json(
        {
            "key": entry.key,
            "time": time,
            "cpu_s": round(entry.cpu_s, 4),
            "wall_s": round(entry.wall_s, 4),
            "content": entry.content,
            "file": entry.file.encode("utf-8", "replace").decode("utf-8"),
            "salt": entry.salt,
            "report": entry.report.to_dict(),
        }
    )


def _entry(tree: dict[str, Any]) -> Entry | None:
    """The entry that a line holds, None for anything else."""
    try:
        report = Report.from_dict(tree["report"])
        texts = (str(tree.get(name, "")) for name in ("content", "file", "salt"))
        return Entry(str(tree["key"]), report, float(tree.get("cpu_s", 0)), float(tree.get("wall_s", 0)), *texts)
    except (KeyError, TypeError, ValueError, AttributeError):
        return None


def _json(tree: dict[str, Any]) -> bytes:
    return json.dumps(tree, ensure_ascii=True, allow_nan=False).encode("ascii") + b"\n"


def _object(line: bytes) -> dict[str, Any] | None:
    try:
        tree = json.loads(line)
    except (ValueError, RecursionError):
        return None
    return tree if isinstance(tree, dict) else None


def _write(handle: int, data: bytes) -> None:
    """All of the data; os.write may take a part."""
    view = memoryview(data)
    while view:
        view = view[os.write(handle, view) :]
