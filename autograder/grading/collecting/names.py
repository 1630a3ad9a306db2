"""Whose a file is, and of which attempt, by the name that a platform gave it: a function for each platform."""

from __future__ import annotations

import re
from datetime import UTC, datetime

from autograder.grading.collecting.archive import File
from autograder.grading.collecting.upload import Upload

# Of an anonymous assignment Canvas gives five letters in the place of the person's number.
_CANVAS = re.compile(
    r"(?P<name>.+?)_(?P<late>LATE_)?(?P<user>\d+|(?:(?<=^anon_)|(?<=^anon_LATE_)|(?<=^anonymous_))[A-Za-z0-9]{5})"
    r"_(?P<file_id>\d+)_(?P<file>.+)"
)
# What was typed into a field of Canvas, not uploaded: it has no number of its own.
_CANVAS_TYPED = re.compile(r"(?P<name>.+?)_(?P<late>LATE_)?(?P<user>\d+)_(?P<file>(?:text|link|url)\.html)")
_MOODLE = re.compile(r"(?P<name>.+)_(?P<id>\d+)_assignsubmission_(?P<kind>[a-z]+)_?(?P<file>.*)")
_ATTEMPT = re.compile(
    r"(?P<head>.+?)_(?P<login>[^_]+)_attempt_(?P<when>\d{4}(?:-\d\d){5})(?:_(?P<file>.+)|(?P<receipt>\.txt))?"
)
_BRIGHTSPACE = re.compile(
    r"(?P<user>\d+)-\d+ ?- ?(?P<name>.+?) ?- ?(?P<when>\w+\.? \d{1,2}, \d{4} \d{1,2}[-.:]?\d\d(?: ?[AaPp]\.?[Mm]\.?)?)"
)
_GOOGLE = re.compile(r"(?P<name>.*[^\W\d_].*?) - (?P<file>.+\.\w+)")
_AGAIN = re.compile(r"(?P<stem>.+)-(?P<number>\d{1,2})(?P<end>\.[A-Za-z0-9]+)")
_AGAIN_FOLDER = re.compile(r"(?P<stem>.+)-(?P<number>\d{1,2})(?P<end>)")  # of a zip that was looked into


def canvas(file: File) -> Upload | None:
    """`lovelaceada_LATE_4711_900_work-1.ipynb`, and what lies in a zip of such a name."""
    typed = _CANVAS_TYPED.fullmatch(file.parts[-1])
    if typed is not None:
        return Upload(file, (typed["user"],), typed["name"], typed["file"], late=typed["late"] is not None)
    match, rest = _first(_CANVAS, file)
    if match is None:
        return None
    again = (_AGAIN_FOLDER if rest else _AGAIN).fullmatch(match["file"])
    name, attempt = (again["stem"] + again["end"], int(again["number"])) if again else (match["file"], 0)
    return Upload(
        file, (match["user"],), match["name"], _joined(name, rest), attempt, late=match["late"] is not None,
        numbered=_joined(match["file"], rest),
    )  # fmt: skip


def moodle(file: File) -> Upload | None:
    """`Ada Lovelace_31_assignsubmission_file_/work.ipynb`, or all of it as one name."""
    match, rest = _first(_MOODLE, file)
    if match is None or not (match["file"] or rest):
        return None
    return Upload(file, (match["id"],), match["name"], _joined(match["file"], rest), passing=True)


def blackboard(file: File) -> Upload | None:
    """`HW1_login_attempt_2026-01-05-20-59-05_work.ipynb`, and the receipt that Blackboard adds, without a name."""
    match, rest = _first(_ATTEMPT, file)
    if match is None:
        return None
    when = datetime.strptime(match["when"], "%Y-%m-%d-%H-%M-%S").replace(tzinfo=UTC)
    # A login may have underscores, and so may the assignment's title before it.
    words = [*match["head"].split("_"), match["login"]]
    logins = tuple("_".join(words[k:]) for k in range(len(words) - 1, 0, -1))
    name = "receipt.txt" if match["receipt"] else match["file"] or ("" if rest else file.parts[-1])
    return Upload(file, logins, match["login"], _joined(name, rest), when=when)


def brightspace(file: File) -> Upload | None:
    """`31234-567 - Ada Lovelace - Jan 5, 2026 859 PM/work.ipynb`; the time is of the platform's own clock."""
    match, rest = _first(_BRIGHTSPACE, file)
    if match is None or not rest:
        return None
    return Upload(file, (match["user"],), match["name"], rest, order=_by_its_clock(match["when"]))


def google(file: File) -> Upload | None:
    """`Ada Lovelace - work.ipynb`, as Google Classroom names the copies that it makes."""
    match, rest = _first(_GOOGLE, file)
    return Upload(file, (match["name"],), match["name"], _joined(match["file"], rest)) if match is not None else None


def _first(form: re.Pattern[str], file: File) -> tuple[re.Match[str] | None, str]:
    """The first part of a path that has the form, and the path below it."""
    for place, part in enumerate(file.parts):
        match = form.fullmatch(part)
        if match is not None:
            return match, "/".join(file.parts[place + 1 :])
    return None, ""


def _joined(name: str, rest: str) -> str:
    return "/".join(filter(None, (name, rest)))


def _by_its_clock(text: str) -> datetime | None:
    """`Jan 5, 2026 859 PM` to be compared with others of its kind; None for what is no date."""
    clock = re.sub(r" (\d{1,2})[-.:]?(\d\d)(?= ?[AaPp]\.?[Mm]|$)", r" \1:\2", text.replace(".", ""))
    for form in ("%b %d, %Y %I:%M %p", "%B %d, %Y %I:%M %p", "%b %d, %Y %H:%M", "%B %d, %Y %H:%M"):
        try:
            return datetime.strptime(clock, form)
        except ValueError:
            continue
    return None
