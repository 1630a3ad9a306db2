"""The journal as earlier versions kept it, one line of JSON for each report: taken over once, and kept aside."""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from autograder.grading.store.database import transaction, unwritable
from autograder.grading.store.journal_errors import JournalError

REPORTS, MARKS = "journal.jsonl", "recorded.jsonl"

Insert = Callable[[sqlite3.Connection, dict[str, Any]], bool]


def is_there(folder: Path) -> bool:
    """Whether something is still to be taken over."""
    return any(os.path.lexists(folder / name) for name in (REPORTS, MARKS))


def copy(folder: Path, connection: sqlite3.Connection, report: Insert, mark: Insert) -> str:
    """Everything into the database, in one transaction; what was done, in a sentence.

    `report` and `mark` insert one line, or say False where it is damaged. Raises JournalError.
    """
    taken = damaged = 0
    with transaction(connection):
        for name, insert in ((REPORTS, report), (MARKS, mark)):
            for tree in _lines(folder / name):
                good = tree is not None and insert(connection, tree)
                taken += good and name == REPORTS
                damaged += not good
    sentence = f"the journal of an earlier version was taken over: {taken} reports"
    return sentence + (
        f"; {damaged} damaged lines were left out, and what they told of is graded again" if damaged else ""
    )


def put_aside(folder: Path) -> list[Path]:
    """The files under other names, which nobody reads; raises JournalClosed."""
    kept = []
    for name in (REPORTS, MARKS):
        if os.path.lexists(folder / name):
            target, number = folder / f"earlier-{name}", 1
            while os.path.lexists(target):
                number += 1
                target = folder / f"earlier-{number}-{name}"
            try:
                os.rename(folder / name, target)
            except OSError as error:
                raise unwritable(folder / name, f"it cannot be renamed ({error.strerror})") from error
            kept.append(target)
    return kept


def _lines(path: Path) -> Iterator[dict[str, Any] | None]:
    """What each line holds, None for a damaged one; a last line that was torn is one."""
    try:
        file = open(path, "rb")  # noqa: SIM115 (closed below)
    except FileNotFoundError:
        return
    except OSError as error:
        raise JournalError(f"{path} cannot be read: {error.strerror}; give permission, then try again") from error
    with file:
        for line in file:
            if line.strip():
                yield _object(line)


def _object(line: bytes) -> dict[str, Any] | None:
    try:
        tree = json.loads(line)
    except (ValueError, RecursionError):
        return None
    return tree if isinstance(tree, dict) else None
