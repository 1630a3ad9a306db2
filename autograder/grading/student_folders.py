"""What stands beside a student's autograded notebook and feedback: the page, the files of nbgrader's exchange."""

from __future__ import annotations

import os
import re
import stat
from pathlib import Path

from autograder.core import Course, Report, write_whole
from autograder.gradebook import TIMESTAMP, UnknownTime, permissions, time_in
from autograder.reporting import student_page

SECRET = "submission_secret.txt"
_MOST_BYTES = 2_000
_SHOWS = re.compile(rb"autograder-mark-([0-9a-f]{24})")


def page_path(course: Course, student: str, assignment: str) -> Path:
    """Where nbgrader keeps a student's feedback, so that `nbgrader release_feedback` hands the page out."""
    return course.folder(course.feedback, student, assignment) / f"{assignment}.html"


def shows(path: Path, report: Report) -> bool:
    """Whether a page, ours or one of `nbgrader generate_feedback`, shows this report's mark; raises OSError."""
    try:
        match = _SHOWS.search(path.read_bytes())
    except FileNotFoundError:
        return False
    return report.mark is not None and match is not None and match[1].decode() == report.mark.digest


def write_page(course: Course, report: Report, path: Path) -> None:
    """A student's page, whole or not at all; raises OSError, or whatever fails in making it."""
    write_whole(path, student_page.page(report).encode("utf-8"))


def carry_over(course: Course, student: str, assignment: str) -> None:
    """Time and secret of a collected submission into autograded/ and feedback/, as nbgrader's own steps carry them.

    What an earlier submission left there goes: feedback is released under the secret of the one that it is of. A time
    that cannot be read is not carried over, since nbgrader's commands stop at it. Raises OSError.
    """
    source = course.folder(course.submitted, student, assignment)
    when, secret = _content(source / TIMESTAMP), _content(source / SECRET)
    if when is not None and not _says_when(when):
        when = None
    for step, mode in ((course.autograded, permissions(course)), (course.feedback, 0o644)):
        folder = course.folder(step, student, assignment)
        if folder.is_dir():
            _put(folder / TIMESTAMP, when, mode)
            _put(folder / SECRET, secret, mode)


def _says_when(content: bytes) -> bool:
    try:
        return time_in(content) is not None
    except UnknownTime:
        return False


def _content(path: Path) -> bytes | None:
    """The bytes of a small file; None for anything else. Links are not followed."""
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError:
        return None
    with open(handle, "rb") as file:
        state = os.fstat(handle)
        return file.read() if stat.S_ISREG(state.st_mode) and state.st_size <= _MOST_BYTES else None


def _put(path: Path, content: bytes | None, mode: int) -> None:
    if content is None:
        path.unlink(missing_ok=True)
    elif _content(path) != content:
        write_whole(path, content)
        os.chmod(path, mode)
