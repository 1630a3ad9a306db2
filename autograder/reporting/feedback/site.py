"""The pages of a class as files."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path

from autograder.core import Report, write_whole
from autograder.reporting.feedback import class_page, course_page, student_page, words
from autograder.reporting.feedback.class_page import Roster

# An id that is its own file name: lower case only, for file systems that do not tell A from a.
_PLAIN_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")
_DEVICES = re.compile(r"con|prn|aux|nul|com[0-9]|lpt[0-9]")  # names that Windows keeps for itself


def write_pages(
    reports: Sequence[Report],
    out_dir: Path | str,
    *,
    assignment: str,
    roster: Roster = None,
    made: datetime | None = None,
    up: str = "",
) -> list[Path]:
    """Write `index.html` for the class with `students/<name>.html` for each, and return their paths, the class first.

    `made` is the time that the page for the class tells, `up` the address of a page above it. Each file appears whole
    or not at all. Raises ValueError for reports of another assignment.
    """
    out = Path(out_dir)
    names = file_names(reports)
    links = [f"students/{name}" for name in names]
    index = class_page.page(reports, assignment=assignment, roster=roster, links=links, made=made, up=up)
    paths = [out / "index.html"]
    for report, name in zip(reports, names, strict=True):
        paths.append(out / "students" / name)
        write_whole(paths[-1], student_page.page(report).encode("utf-8"))
    write_whole(paths[0], index.encode("utf-8"))  # last: its links lead somewhere
    return paths


def write_course(
    classes: Mapping[str, Sequence[Report]],
    out_dir: Path | str,
    *,
    roster: Roster = None,
    made: datetime | None = None,
) -> list[Path]:
    """Write `index.html` over all assignments with the pages of each in a folder of its name; the paths, that first."""
    out = Path(out_dir)
    paths = [out / "index.html"]
    for name, reports in classes.items():
        up = "../index.html"
        paths += write_pages(reports, out / name, assignment=name, roster=roster, made=made, up=up)
    links = {name: [f"{name}/students/{file}" for file in file_names(reports)] for name, reports in classes.items()}
    index = course_page.page(classes, roster=roster, links=links, made=made)
    write_whole(paths[0], index.encode("utf-8"))  # last: its links lead somewhere
    return paths


def file_names(reports: Sequence[Report]) -> list[str]:
    """A file name for every report, no two alike on any file system.

    A simple id is its own name. Any other becomes a readable part, a dot and a hash of all of it; as simple ids hold
    no dot, the two kinds never meet.
    """
    out: list[str] = []
    seen: dict[tuple[bool, str], int] = {}
    for report in reports:
        key = (report.student is None, words.who(report))
        turn = seen[key] = seen.get(key, 0) + 1
        nameless, text = key
        if not nameless and turn == 1 and _PLAIN_NAME.fullmatch(text) and not _DEVICES.fullmatch(text):
            out.append(f"{text}.html")
            continue
        readable = re.sub(r"[^a-z0-9]+", "-", text.lower())[-40:].strip("-") or "submission"
        digest = hashlib.sha256(repr((nameless, text, turn)).encode("utf-8", "surrogatepass")).hexdigest()[:20]
        out.append(f"_{readable}.{digest}.html")
    return out
