"""An archive as understood: the platform it is of, and whose each file is."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from autograder.grading.collecting import names
from autograder.grading.collecting.archive import ArchiveError, File
from autograder.grading.collecting.upload import Upload

METADATA = ("submission_metadata.yml", "metadata.yml")
_BESIDE = ("index.html",)  # Brightspace's list of what lies in the zip
_COPY = re.compile(r" ?\(\d+\)$")  # what a browser adds to a name that is there already


@dataclass(frozen=True)
class Read:
    """An archive as understood: the platform it is of, the files that are somebody's and those that are nobody's."""

    platform: str
    uploads: tuple[Upload, ...]
    rest: tuple[str, ...] = ()


def understood(files: Sequence[File], assignment: str) -> Read:
    """The files by the platform whose names they have; raises ArchiveError for metadata that cannot be read."""
    for file in files:
        if file.parts[-1] in METADATA and _is_over_all(file, files) and b"submitters:" in file.read():
            return _gradescope(files, file)
    forms: tuple[tuple[str, Callable[[File], Upload | None]], ...] = (
        ("Moodle", names.moodle), ("Blackboard or ILIAS", names.blackboard), ("Canvas", names.canvas),
        ("Brightspace", names.brightspace), ("Google Classroom", names.google),
    )  # fmt: skip
    flat = len({file.parts[:-1] for file in files}) == 1
    for platform, form in forms if flat else forms[:-1]:
        uploads = [(file, form(file)) for file in files if platform != "Brightspace" or file.path not in _BESIDE]
        matched = [upload for _, upload in uploads if upload is not None]
        if 2 * len(matched) > len(uploads):
            return Read(platform, tuple(matched), tuple(file.path for file, upload in uploads if upload is None))
    return _folders(files, assignment)


def _gradescope(files: Sequence[File], metadata: File) -> Read:
    """Gradescope's export: a folder for each submission, and one file that says whose they are."""
    import yaml

    try:
        submissions = yaml.load(metadata.read(), Loader=yaml.BaseLoader)  # plain texts only: students' names are in it
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        raise ArchiveError(f"{metadata.path} cannot be read as YAML ({error}); download the export again") from error
    if not isinstance(submissions, dict):
        raise ArchiveError(f"{metadata.path} does not say whose the submissions are; download the export again")
    top = len(metadata.parts) - 1
    uploads, rest = [], []
    for file in files:
        if file is metadata:
            continue
        about = submissions.get(file.parts[top]) if len(file.parts) > top + 1 else None
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
        time = parser.parse(str(text))
    except (ValueError, OverflowError):
        return None
    return time.astimezone(UTC) if time.tzinfo else None


def _is_over_all(metadata: File, files: Sequence[File]) -> bool:
    """Whether a list of submissions lies above all of them: one in a student's own folder says nothing of others."""
    top = metadata.parts[:-1]
    return len(top) <= 1 and all(file.parts[: len(top)] == top for file in files)


def _folders(files: Sequence[File], assignment: str) -> Read:
    """A folder for each student, a repository for each (GitHub Classroom), or a file for each."""
    depth = _depth(files)
    slug = files[0].parts[0].removesuffix("-submissions") if depth else ""
    heads = {file.parts[depth] for file in files if len(file.parts) > depth + 1}
    begins = [f"{word}-" for word in (slug, assignment, assignment.replace("_", "-")) if word]
    begin = next((word for word in begins if heads and all(head.startswith(word) for head in heads)), "")
    # Repositories without the folder around them: what all their names begin with may be the assignment's.
    shared = _beginning(heads).rpartition("-") if len(heads) > 1 and not begin else ("", "", "")
    uploads = []
    for file in files:
        if len(file.parts) > depth + 1:
            who = file.parts[depth].removeprefix(begin)
            keys = (who, *((who.removeprefix(shared[0] + shared[1]),) if shared[0] else ()))
            inside = "/".join(file.parts[depth + 1 :]).removeprefix(f"{assignment}/")
        else:
            stem = _COPY.sub("", file.parts[-1].rpartition(".")[0])
            who = re.sub(rf"[_-]+{re.escape(assignment)}$|^{re.escape(assignment)}[_-]+", "", stem) or stem
            keys = (who,)
            inside = file.parts[-1]
        uploads.append(Upload(file, keys, who, inside))
    return Read("GitHub Classroom" if begin else "folders or files of students", tuple(uploads))


def _beginning(names: set[str]) -> str:
    """What all names begin with."""
    first, last = min(names), max(names)
    same = next((k for k, (one, other) in enumerate(zip(first, last, strict=False)) if one != other), len(first))
    return first[:same]


def _depth(files: Sequence[File]) -> int:
    """1 where one folder lies around all students', 0 where the folders (or files) at the top are theirs."""
    if len({file.parts[0] for file in files}) > 1 or any(len(file.parts) < 2 for file in files):
        return 0
    folders = {file.parts[1] for file in files if len(file.parts) > 2}
    loose = [file.parts[1] for file in files if len(file.parts) == 2]
    notebooks = sum(name.lower().endswith(".ipynb") for name in loose)
    if folders:
        return int(not loose or (len(folders) > 1 and not notebooks))
    return int(notebooks > 1)
