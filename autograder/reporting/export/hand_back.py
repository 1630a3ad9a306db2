"""Feedback on its way back: a zip that Moodle or Canvas takes, or a folder for e-mail.

A student's feedback is one page that works offline. What cannot be given to anybody is said, and stops no other's.
"""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from autograder.core import Report, write_whole
from autograder.reporting.export.people import Person
from autograder.reporting.feedback import student_page
from autograder.reporting.feedback.site import file_names

MAIL_LIST = "mail.csv"
_STAMP = (2020, 1, 1, 0, 0, 0)  # the same feedback gives the same zip
_MOODLE_FOLDER = re.compile(r".+_\d+_assignsubmission_[a-z]+_?")
_CANVAS_FILE = re.compile(r".+_(\d+|[A-Za-z0-9]{5})_\d+_.+")  # an anonymous person has five letters


@dataclass(frozen=True)
class HandBack:
    """Files by the name that the platform wants; `left_out` says whose feedback is not among them, and why."""

    files: Mapping[str, bytes]
    left_out: tuple[str, ...] = ()


def for_moodle(reports: Sequence[Report], uploads: Mapping[str, Mapping[str, Any]]) -> HandBack:
    """For “Upload multiple feedback files in a zip”: each page in the folder that Moodle's download had."""

    def place(student: str, assignment: str) -> str | None:
        folder = _name_in_upload(uploads, student, _MOODLE_FOLDER)
        return f"{folder.rstrip('_')}_/{assignment}-feedback.html" if folder else None

    return _placed(reports, place, "its folder in Moodle is not known; collect Moodle's download first")


def for_canvas(reports: Sequence[Report], uploads: Mapping[str, Mapping[str, Any]]) -> HandBack:
    """For “Upload Submissions”: each page under the name that Canvas gave the notebook, with .html at its end."""

    def place(student: str, assignment: str) -> str | None:
        name = _name_in_upload(uploads, student, _CANVAS_FILE)
        return f"{PurePosixPath(name).stem}.html" if name else None

    return _placed(reports, place, "its name in Canvas is not known; collect Canvas's download first")


def for_mail(reports: Sequence[Report], people: Sequence[Person]) -> HandBack:
    """A page for each student and a list for mail merge, with addresses where they are known."""
    known = {person.id: person for person in people}
    names = dict(zip([report.student or "" for report in reports], file_names(reports), strict=True))
    placed = _placed(reports, lambda student, assignment: names[student], "")
    table = io.StringIO()
    writer = csv.writer(table)
    writer.writerow(["email", "first_name", "last_name", "student_id", "assignment", "score", "max_score", "file"])
    left_out = list(placed.left_out)
    for report in reports:
        student = report.student or ""
        if names[student] not in placed.files:
            continue
        person = known.get(student, Person(student))
        if not person.email:
            left_out.append(f"{student} has no e-mail address; the page is there: {names[student]}")
        score = f"{report.score:g}" if report.score is not None else ""
        row = [person.email, person.first_name, person.last_name, student, report.assignment]
        writer.writerow([*row, score, f"{report.max_score:g}", names[student]])
    return HandBack({**placed.files, MAIL_LIST: table.getvalue().encode("utf-8-sig")}, tuple(left_out))


def write_zip(hand_back: HandBack, out: Path) -> Path:
    """All files as one zip, whole or not at all; raises OSError."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(hand_back.files):
            entry = zipfile.ZipInfo(name, _STAMP)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, hand_back.files[name])
    write_whole(out, buffer.getvalue(), mode=0o600)
    return out


def write_folder(hand_back: HandBack, out: Path) -> Path:
    """All files in a folder, each whole or not at all; raises OSError."""
    for name, content in hand_back.files.items():
        write_whole(out / name, content, mode=0o600)
    return out


def _placed(reports: Sequence[Report], place: Any, unknown: str) -> HandBack:
    """The pages of all who have a mark, where `place(student, assignment)` says."""
    files: dict[str, bytes] = {}
    left_out = []
    for report in reports:
        student = report.student or ""
        if report.withheld or report.score is None:
            left_out.append(f"{student}: {report.withheld or 'there is no score yet'}")
            continue
        name = place(student, report.assignment)
        if name is None:
            left_out.append(f"{student}: {unknown}")
        elif name in files:
            left_out.append(f"{student}: another student's feedback has the name {name} already")
        else:
            files[name] = student_page.page(report).encode("utf-8")
    return HandBack(files, tuple(left_out))


def _name_in_upload(uploads: Mapping[str, Mapping[str, Any]], student: str, form: re.Pattern[str]) -> str | None:
    """The part of a student's downloaded path that the platform made up, of a notebook before other files."""
    paths = sorted(uploads.get(student, {}).get("files", ()), key=lambda path: not path.lower().endswith(".ipynb"))
    for path in paths:
        for part in PurePosixPath(path).parts:
            match = form.match(part) if form is _MOODLE_FOLDER else form.fullmatch(part)
            if match:
                return match[0]
    return None
