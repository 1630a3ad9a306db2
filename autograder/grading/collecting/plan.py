"""What collecting an archive would do, and doing it.

Nothing that was handed in is ever deleted: earlier attempts, and what lay in a student's folder before, are kept in a
folder .earlier/ beside what counts, which no command grades.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import tempfile
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from typing import Any

from autograder import assignments
from autograder.core import Course, NotWritten, write_whole
from autograder.gradebook import TIMESTAMP
from autograder.grading import handed_in
from autograder.grading.collecting.archive import ArchiveError, files
from autograder.grading.collecting.matching import BY_ID, BY_MAP, Matcher, id_map
from autograder.grading.collecting.upload import Upload, latest
from autograder.grading.collecting.uploads import understood
from autograder.grading.nbgrader_steps.ordinary import expected_names
from autograder.reporting import Person, plain

EARLIER = ".earlier"
_OURS = (TIMESTAMP, "submission_secret.txt")  # names that say something to nbgrader, which students must not say
_FOLDER_NAME = re.compile(r"[^./\\\s][^/\\]{0,119}")


@dataclass(frozen=True)
class Collected:
    """One student's files that count and those of earlier attempts; `how` is by what the student was found, and
    `other_name` whether the platform calls them by no name that we know."""

    student: str
    name: str
    how: str
    counts: tuple[Upload, ...]
    earlier: tuple[Upload, ...] = ()
    other_name: bool = False


@dataclass(frozen=True)
class Plan:
    """Who handed in what, by student; `nobody` are uploads that belong to no student, in a sentence each."""

    course: Course
    assignment: str
    platform: str
    students: tuple[Collected, ...]
    nobody: tuple[str, ...] = ()
    rest: tuple[str, ...] = ()


def plan(course: Course, path: Path, assignment: str, people: Sequence[Person], *, as_they_are: bool = False) -> Plan:
    """What collecting `path` would lay out; `people` are the students of the course.

    Where nobody has said who takes part, or `as_they_are`, who is unknown is laid out under the platform's own id.
    Raises ArchiveError for an archive or a map of ids that is not taken.
    """
    read = understood(files(path), assignment)
    matcher = Matcher(people, id_map(course.root))
    listed = any(person.name or person.email or person.lms_user_id for person in people)
    theirs: dict[str, list[Upload]] = {}
    names: dict[str, dict[str, str]] = {}  # by student, by what their files were found, with the platform's name
    nobody: dict[str, list[str]] = {}
    teams = _teams(read.uploads) if read.platform == "Moodle" else {}
    numbered = read.platform in ("Canvas", "Brightspace")
    for upload in read.uploads:
        ours, how = matcher.find(upload.keys, upload.name, passing=upload.passing, numbered=numbered)
        if not ours and upload.name in teams:
            ours, how = matcher.find(upload.keys, teams[upload.name], passing=upload.passing)
        free = bool(upload.keys) and "may both" not in how and not matcher.is_somebody_s(upload.keys[0])
        if not ours and (as_they_are or not listed) and free:
            ours, how = upload.keys[:1], "under the platform's id"
        bad = next((student for student in ours if not _FOLDER_NAME.fullmatch(student)), None)
        if not ours or bad is not None:
            reason = how if bad is None else f"{bad!r} is no name for a folder"
            nobody.setdefault(f"{_who(upload)}: {reason}", []).append(upload.source.path)
        for student in ours if bad is None else ():
            theirs.setdefault(student, []).append(upload)
            names.setdefault(student, {}).setdefault(how, upload.name)
    for student in list(theirs):
        persons = _persons(theirs[student])
        if len(persons) > 1 and list(names[student]) != [BY_MAP]:  # who stands in ids.csv twice is meant to
            for upload in theirs.pop(student):
                said = f"{_who(upload)}: {' and '.join(sorted(persons))} would both be {student}"
                nobody.setdefault(said, []).append(upload.source.path)
    # Ours are known by what is in them, nbgrader's own by their names alone.
    expected = set() if assignment in assignments.names() else expected_names(course, assignment)
    students = []
    for student in sorted(theirs):
        counts, earlier = latest(theirs[student], _work_for(assignment))
        counts = _under_expected_names(counts, theirs[student], expected)
        name, how = _first(names[student])
        # Canvas names a group's one file after the group, with the number of one of its members.
        other_name = read.platform == "Canvas" and how == BY_ID and not matcher.may_be_called(student, name)
        students.append(Collected(student, name, how, tuple(counts), tuple(earlier), other_name))
    unmatched = tuple(
        f"{said} ({', '.join(paths[:3])}{', …' if len(paths) > 3 else ''})" for said, paths in nobody.items()
    )
    return Plan(course, assignment, read.platform, tuple(students), unmatched, read.rest)


def _under_expected_names(counts: list[Upload], every: Sequence[Upload], expected: set[str]) -> list[Upload]:
    """The files that count, `week1-1.ipynb` as the `week1.ipynb` that it was, where nothing else is called so."""
    taken = {each.file for each in counts}
    plain_names = {id(each.source): each.file for each in every}
    named = []
    for each in counts:
        name = plain_names[id(each.source)]
        wanted = name in expected and name not in taken
        named.append(replace(each, file=name) if wanted else each)
        taken.add(named[-1].file)
    return named


def _work_for(assignment: str) -> Callable[[Upload], bool]:
    """Whether an upload holds work for the assignment, which of one that is not ours cannot be said."""
    if assignment not in assignments.names():
        return lambda upload: False
    return lambda upload: handed_in.is_work(upload.source.read(), assignment)


def _who(upload: Upload) -> str:
    return " ".join(dict.fromkeys(filter(None, (upload.name, *upload.keys))))


def _first(names: dict[str, str]) -> tuple[str, str]:
    """The platform's name, and by what it was found."""
    return next((name, how) for how, name in names.items())


def _persons(uploads: Sequence[Upload]) -> set[str]:
    """Whose files they are on the platform, by one key each: those that share a key are one person."""
    every: list[set[str]] = []
    for upload in uploads:
        keys = {key.casefold() for key in upload.keys or (upload.name,)}
        same = [known for known in every if known & keys]
        every = [*(known for known in every if not known & keys), keys.union(*same)]
    return {min(keys) for keys in every}


def _teams(uploads: Sequence[Upload]) -> dict[str, str]:
    """By name, what is left of it without a team's name before it, as Moodle has it: `Team 3-Ada Lovelace`.

    Only where all names may be of that kind, and only before a name that two people at least have in common: Anna-Maria
    is no Maria of a team Anna.
    """
    people = {upload.name for upload in uploads}
    if not all("-" in name for name in people):
        return {}
    teams = {}
    for name in people:
        for place in (k for k, char in enumerate(name) if char == "-"):
            if sum(other.startswith(name[: place + 1]) for other in people) > 1:
                teams[name] = name[place + 1 :]
    return teams


def describe_plan(planned: Plan) -> str:
    """The plan for a terminal: a line for each student, then what is nobody's."""
    lines = [f"{planned.assignment}: {len(planned.students)} students, from {planned.platform}"]
    for each in planned.students:
        names = ", ".join(upload.file for upload in each.counts[:3]) + (", …" if len(each.counts) > 3 else "")
        line = f"  {plain(each.student)}  <- {plain(each.name, lines=False)} ({each.how}): {plain(names, lines=False)}"
        if attempt := max(upload.attempt for upload in each.counts):
            line += f"; attempt {attempt + 1} counts"
        if each.earlier:
            line += f"; {len(each.earlier)} of earlier attempts kept"
        if each.counts[0].when is not None:
            line += f"; {each.counts[0].when:%Y-%m-%d %H:%M:%S} UTC"
        elif each.counts[0].order is not None:
            line += (
                f"; {each.counts[0].order:%Y-%m-%d %H:%M} by the platform's clock, not taken as the time of submission"
            )
        elif any(upload.late for upload in each.counts):
            line += "; LATE, at a time that the platform does not tell"
        if each.other_name:
            shown = plain(each.name, lines=False)
            line += f"; if {shown} is a group, say in ids.csv who is in it ({shown},{plain(each.student)} + …)"
        lines.append(line)
    lines += [f"  ! {plain(said, lines=False)}" for said in planned.nobody]
    lines += [f"  ! {plain(path, lines=False)}: belongs to nobody" for path in planned.rest]
    if planned.nobody:
        lines.append(
            "  name them in ids.csv (the platform's id, ours; of a team: ada + bob), with --roster, or take them with "
            "--as-they-are"
        )
    return "\n".join(lines)


def lay_out(planned: Plan) -> list[str]:
    """Lays out submitted/, each student's folder whole or not at all; says in a line each what was done.

    Raises ArchiveError where a file cannot be unpacked, NotWritten where a folder cannot be.
    """
    said = []
    for each in planned.students:
        folder = planned.course.folder(planned.course.submitted, each.student, planned.assignment)
        said.append(f"{plain(each.student)}: {_lay_one(folder, each)}")
    _remember(planned)
    return said


def known_uploads(course: Course, assignment: str) -> dict[str, dict[str, Any]]:
    """Of each student whose work was collected, how the platform named it: `name`, `keys`, `files`; empty without."""
    try:
        known = json.loads(_memory(course, assignment).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    return dict(known)


def unmatched_uploads(course: Course, assignment: str) -> list[str]:
    """What the last download held that belongs to no student, in a sentence each."""
    try:
        sentences = json.loads(_unmatched(course, assignment).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return []
    return [str(said) for said in sentences]


def _unmatched(course: Course, assignment: str) -> Path:
    return course.state / "collected" / f"{assignment}.nobody.json"


def _memory(course: Course, assignment: str) -> Path:
    return course.state / "collected" / f"{assignment}.json"


def _remember(planned: Plan) -> None:
    known = known_uploads(planned.course, planned.assignment)
    for each in planned.students:
        known[each.student] = {
            "platform": planned.platform,
            "name": each.name,
            "keys": list(each.counts[0].keys),
            "files": [upload.source.path for upload in each.counts],
        }
    text = json.dumps(known, indent=1, ensure_ascii=False, sort_keys=True)
    write_whole(_memory(planned.course, planned.assignment), text.encode("utf-8"))
    nobody = json.dumps([*planned.nobody, *planned.rest], indent=1, ensure_ascii=False)
    write_whole(_unmatched(planned.course, planned.assignment), nobody.encode("utf-8"))


def _lay_one(folder: Path, each: Collected) -> str:
    """Puts one student's files in place; what lay there before goes into .earlier/."""
    new = dict(_named((upload.file, upload) for upload in each.counts))
    content = {name: upload.source.read() for name, upload in new.items()}
    if each.counts[0].when is not None:
        content[TIMESTAMP] = f"{each.counts[0].when:%Y-%m-%d %H:%M:%S} UTC\n".encode()
    if os.path.islink(folder) or (folder.exists() and not folder.is_dir()):
        raise ArchiveError(f"{folder} is no folder, or a link to one; remove it, then collect again")
    before = {name: (folder / name).read_bytes() for name in _there(folder)}
    if before == content:
        return "as it is there already"
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder.parent, prefix=".new-") as aside:
            whole = Path(aside) / "new"
            _write(whole, content)
            kept = folder / EARLIER
            if kept.is_dir():
                shutil.copytree(kept, whole / EARLIER, symlinks=True)
            if before:
                _write(whole / EARLIER / _free(whole, "before"), before)
            if each.earlier:
                earlier = {name: upload.source.read() for name, upload in _named(_attempts(each.earlier))}
                _write(whole / EARLIER / _free(whole, "attempts"), earlier)
            old = Path(aside) / "old"
            try:
                if folder.is_dir():
                    os.rename(folder, old)
                os.rename(whole, folder)
            except BaseException:
                if old.is_dir():
                    os.rename(old, folder)
                raise
    except OSError as error:
        raise NotWritten(error.errno, error.strerror, str(folder)) from error
    return "laid out" + (f"; what lay there before is in {EARLIER}/" if before else "")


def _there(folder: Path) -> list[str]:
    """The files in a student's folder that are not earlier ones."""
    if not folder.is_dir():
        return []
    every = (path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
    return [name for name in every if not name.startswith(f"{EARLIER}/")]


def _attempts(uploads: Iterable[Upload]) -> list[tuple[str, Upload]]:
    return [(f"{each.attempt + 1}/{each.file}", each) for each in uploads]


def _named(uploads: Iterable[tuple[str, Upload]]) -> list[tuple[str, Upload]]:
    """A path of its own for each upload, none that says something to nbgrader or hides the file."""
    taken: set[str] = set()
    named = []
    for path, upload in uploads:
        parts = [f"_{part}" if part.startswith(".") else part for part in PurePosixPath(path).parts]
        if parts[-1] in _OURS:
            parts[-1] = f"handed_in_{parts[-1]}"
        name, again = "/".join(parts), 2
        while name in taken:
            stem, dot, end = parts[-1].rpartition(".")
            name = "/".join((*parts[:-1], f"{stem} [{again}]{dot}{end}"))
            again += 1
        taken.add(name)
        named.append((name, upload))
    return named


def _free(whole: Path, word: str) -> str:
    numbers = range(1, 10_000)
    return next(f"{word}-{number}" for number in numbers if not (whole / EARLIER / f"{word}-{number}").exists())


def _write(folder: Path, content: dict[str, bytes]) -> None:
    folder.mkdir(parents=True)
    for name, data in content.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
