"""Whose each downloaded file is, by the names that a platform gives."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from autograder.grading.collecting.archive import ArchiveError, File

_CANVAS = re.compile(r"(?P<name>.+?)_(?P<late>LATE_)?(?P<user>\d+)_(?P<file_id>\d+)_(?P<file>.+)")
_MOODLE = re.compile(r"(?P<name>.+)_(?P<id>\d+)_assignsubmission_(?P<kind>[a-z]+)_?(?P<file>.*)")
_ATTEMPT = re.compile(r".+?_(?P<login>[^_]+)_attempt_(?P<when>\d{4}(?:-\d\d){5})(?:_(?P<file>.+))?")
_AGAIN = re.compile(r"(?P<stem>.+)-(?P<number>\d{1,2})(?P<end>\.[A-Za-z0-9]+)")
METADATA = "submission_metadata.yml"


@dataclass(frozen=True)
class Upload:
    """One file of one person.

    `keys` are what identifies the person on the platform, the surest first; `name` is the name as it stands there.
    `file` is its path in what was handed in; `attempt` counts resubmissions, 0 for the first. `when` is the time of
    submission in UTC where the platform gives it, `late` what it says of that.
    """

    source: File
    keys: tuple[str, ...]
    name: str
    file: str
    attempt: int = 0
    when: datetime | None = None
    late: bool = False

    @property
    def source_name(self) -> str:
        """Its path in what was handed in, a number that the platform may have added included."""
        found = _CANVAS.fullmatch(self.source.parts[-1])
        return found["file"] if found and self.attempt else self.file


@dataclass(frozen=True)
class Read:
    """An archive as understood: the platform it is of, the files that are somebody's and those that are nobody's."""

    platform: str
    uploads: tuple[Upload, ...]
    rest: tuple[str, ...] = ()


def understood(files: Sequence[File], assignment: str) -> Read:
    """The files by the platform whose names they have; raises ArchiveError for metadata that cannot be read."""
    for file in files:
        if file.parts[-1] == METADATA:
            return _gradescope(files, file)
    forms: tuple[tuple[str, Callable[[File], Upload | None]], ...] = (
        ("Moodle", _moodle), ("Blackboard or ILIAS", _attempt), ("Canvas", _canvas),
    )  # fmt: skip
    for platform, form in forms:
        uploads = [(file, form(file)) for file in files]
        found = [upload for _, upload in uploads if upload is not None]
        if 2 * len(found) > len(files):
            return Read(platform, tuple(found), tuple(file.path for file, upload in uploads if upload is None))
    return _folders(files, assignment)


def _canvas(file: File) -> Upload | None:
    found = _CANVAS.fullmatch(file.parts[-1])
    if found is None:
        return None
    name, attempt = _without_number(found["file"])
    return Upload(file, (found["user"],), found["name"], name, attempt, late=found["late"] is not None)


def _moodle(file: File) -> Upload | None:
    for place, part in enumerate(file.parts):
        found = _MOODLE.fullmatch(part)
        if found is not None:
            inside = "/".join((found["file"], *file.parts[place + 1 :])).strip("/")
            return Upload(file, (found["id"],), found["name"], inside or part) if inside else None
    return None


def _attempt(file: File) -> Upload | None:
    found = _ATTEMPT.fullmatch(file.parts[-1])
    if found is None:
        return None
    when = datetime.strptime(found["when"], "%Y-%m-%d-%H-%M-%S").replace(tzinfo=UTC)
    return Upload(file, (found["login"],), found["login"], found["file"] or file.parts[-1], when=when)


def _without_number(name: str) -> tuple[str, int]:
    """`work-1.ipynb` as Canvas names a second attempt: the name that was handed in, and the attempt."""
    found = _AGAIN.fullmatch(name)
    return (found["stem"] + found["end"], int(found["number"])) if found else (name, 0)


def _gradescope(files: Sequence[File], metadata: File) -> Read:
    """Gradescope's export: a folder for each submission, and one file that says whose they are."""
    import yaml

    try:
        told = yaml.load(metadata.read(), Loader=yaml.BaseLoader)  # plain texts only: students' names are in it
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        raise ArchiveError(f"{metadata.path} cannot be read as YAML ({error}); download the export again") from error
    if not isinstance(told, dict):
        raise ArchiveError(f"{metadata.path} does not say whose the submissions are; download the export again")
    top = len(metadata.parts) - 1
    uploads, rest = [], []
    for file in files:
        if file is metadata:
            continue
        about = told.get(file.parts[top]) if len(file.parts) > top + 1 else None
        people = _field(about, "submitters") if isinstance(about, dict) else None
        if not isinstance(people, list) or not people:
            rest.append(file.path)
            continue
        when = _time(_field(about, "created_at"))
        for person in people:  # of a group, everybody hands in
            keys = tuple(filter(None, (str(_field(person, name) or "") for name in ("sid", "email"))))
            inside = "/".join(file.parts[top + 1 :])
            uploads.append(Upload(file, keys, str(_field(person, "name") or ""), inside, when=when))
    return Read("Gradescope", tuple(uploads), tuple(rest))


def _field(record: Any, name: str) -> Any:
    return record.get(f":{name}", record.get(name)) if isinstance(record, dict) else None


def _time(text: Any) -> datetime | None:
    from dateutil import parser

    try:
        found = parser.parse(str(text))
    except (ValueError, OverflowError):
        return None
    return found.astimezone(UTC) if found.tzinfo else None


def _folders(files: Sequence[File], assignment: str) -> Read:
    """A folder for each student, a repository for each (GitHub Classroom), or a file for each."""
    tops = {file.parts[0] for file in files}
    depth = 1 if len(tops) == 1 and all(len(file.parts) > 2 for file in files) else 0
    slug = files[0].parts[0].removesuffix("-submissions") if depth else ""
    heads = {file.parts[depth] for file in files if len(file.parts) > depth + 1}
    begins = [f"{word}-" for word in (slug, assignment, assignment.replace("_", "-")) if word]
    begin = next((word for word in begins if heads and all(head.startswith(word) for head in heads)), "")
    uploads = []
    for file in files:
        if len(file.parts) > depth + 1:
            who = file.parts[depth].removeprefix(begin)
            inside = "/".join(file.parts[depth + 1 :]).removeprefix(f"{assignment}/")
        else:
            stem = file.parts[-1].rpartition(".")[0]
            who = re.sub(rf"[_-]+{re.escape(assignment)}$|^{re.escape(assignment)}[_-]+", "", stem) or stem
            inside = file.parts[-1]
        uploads.append(Upload(file, (who,), who, inside))
    return Read("GitHub Classroom" if begin else "folders or files of students", tuple(uploads))


def latest(uploads: Iterable[Upload]) -> tuple[list[Upload], list[Upload]]:
    """The files of the attempt that counts, and those of earlier ones.

    By time where all have one; else a file replaces those of the same name with a smaller number.
    """
    every = list(uploads)
    times = {upload.when for upload in every}
    if len(times) > 1 and None not in times:
        newest = max(time for time in times if time is not None)
        return [each for each in every if each.when == newest], [each for each in every if each.when != newest]
    newest_of: dict[str, Upload] = {}
    for each in every:
        before = newest_of.get(each.file)
        if before is None or each.attempt > before.attempt:
            newest_of[each.file] = each
    last = max((each.attempt for each in every), default=0)
    notebooks = [each for each in newest_of.values() if each.file.lower().endswith(".ipynb")]
    if len(notebooks) > 1 and last:  # a later attempt under another name counts before an earlier one
        best = max(each.attempt for each in notebooks)
        for each in notebooks:
            if each.attempt < best:
                del newest_of[each.file]
    counts = list(newest_of.values())
    if len(counts) == len(every):  # a number at the end of a name may be the student's own
        return [replace(each, file=each.source_name, attempt=0) for each in counts], []
    return counts, [each for each in every if not any(each is other for other in counts)]
