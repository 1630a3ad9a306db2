"""What a course's journal holds, read with SQLite alone."""

from __future__ import annotations

import contextlib
import json
import sqlite3
from typing import Any

from autograder.core.course import Course


def journal_rows(course: Course) -> list[dict[str, Any]]:
    """Every report that was ever journaled, in order, its report as data; none where there is no journal."""
    path = course.state / "journal.db"
    if not path.exists():
        return []
    with contextlib.closing(sqlite3.connect(path)) as journal:
        journal.row_factory = sqlite3.Row
        rows = [dict(row) for row in journal.execute("select * from report order by number")]
    return [row | {"report": json.loads(row["report"])} for row in rows]


def recorded_keys(course: Course) -> list[str]:
    """The keys of the reports that the gradebook holds by the journal's account."""
    with contextlib.closing(sqlite3.connect(course.state / "journal.db")) as journal:
        return sorted(key for (key,) in journal.execute("select key from recorded"))
