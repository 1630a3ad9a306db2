"""The time of submission that stands in a timestamp.txt."""

from __future__ import annotations

import re
import stat
import warnings
from datetime import datetime
from functools import lru_cache
from pathlib import Path

from autograder.gradebook.nbgrader_database import api

TIMESTAMP = "timestamp.txt"
_MOST_BYTES = 200
# What nbgrader writes where a course sets no time zone; to ask dateutil about it takes a third of a millisecond.
_AS_NBGRADER_WRITES = re.compile(r"(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(?:\.\d{6})?) UTC", re.ASCII)


class UnknownTime(ValueError):
    """The file is there and gives no time; the message says why."""


def submission_time(path: Path) -> datetime | None:
    """The time in UTC, as nbgrader reads it; None where there is no such file, or an empty one.

    Raises UnknownTime where the file cannot be read or does not give a whole date.
    """
    try:
        state = path.lstat()
        if not stat.S_ISREG(state.st_mode) or state.st_size > _MOST_BYTES:
            raise UnknownTime("it is no small text file")
        content = path.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise UnknownTime(error.strerror or str(error)) from error
    return time_in(content)


def time_in(content: bytes) -> datetime | None:
    """The time that such a file's bytes give; None where it is empty. Raises UnknownTime."""
    if len(content) > _MOST_BYTES:
        raise UnknownTime("it is no small text file")
    try:
        text = content.decode("utf-8").strip()
    except UnicodeDecodeError as error:
        raise UnknownTime("it is not text in UTF-8") from error
    return _parsed(text) if text else None


@lru_cache(maxsize=64)
def _parsed(text: str) -> datetime:
    if match := _AS_NBGRADER_WRITES.fullmatch(text):
        try:
            return datetime.fromisoformat(match[1])
        except ValueError as error:  # a thirteenth month, say
            raise UnknownTime(f"it says “{text[:60]}”") from error
    from dateutil import parser, tz

    parse_utc = api().utils.parse_utc
    said = f"it says “{text[:60]}”"
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")  # a zone that dateutil does not know, which it would leave out
            # What a text leaves out, dateutil takes from a default; a date that changes with it is not a whole one.
            defaults = datetime(2001, 2, 3), datetime(2004, 5, 6)
            parts = text.split(" ")
            zoneless = " ".join(parts[:2]) if len(parts) == 3 else text
            days = {parser.parse(zoneless, default=day).date() for day in defaults}
            zone_known = len(parts) != 3 or parts[2].lstrip("+-").isdigit() or tz.gettz(parts[2]) is not None
            when = parse_utc(text)
    except (ValueError, OverflowError, Warning, TypeError) as error:
        raise UnknownTime(said) from error
    if len(days) != 1 or not zone_known:
        raise UnknownTime(said)
    return when


def known_time(path: Path) -> datetime | None:
    """The time where it is known, None where it is not, whatever the reason."""
    try:
        return submission_time(path)
    except UnknownTime:
        return None
