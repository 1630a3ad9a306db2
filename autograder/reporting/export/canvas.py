"""Canvas: one column of the instructor's own gradebook export, filled.

Canvas takes a blank over a score for a change, so only the rows that get a new mark are written; a cell that says `EX`
(excused) or `N/A` (not assigned to this student) stays. Canvas shows what an import would change before it does.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from autograder.core import Report
from autograder.reporting.export import sheet
from autograder.reporting.export.fill import Choices, Form, assignment_column, fill, named_column, number
from autograder.reporting.export.people import Person
from autograder.reporting.export.plan import ExportError, Plan
from autograder.reporting.export.sheet import Row, Sheet

IDS = ("SIS User ID", "SIS Login ID", "ID", "Integration ID", "Email")
NAMES = ("Student", "LastName", "FirstName")
_INFORMATION = {*(name.casefold() for name in (*IDS, *NAMES)), "section", "notes", "root account"}
_TOTAL = re.compile(r"(Unposted )?(Current|Final|Override) (Score|Points|Grade|Status)")
_POSTING = re.compile(r"\s*(Muted|Manual Posting.*)?\s*", re.IGNORECASE)
_STAYS = {"ex": "excused in Canvas", "n/a": "not assigned to this student in Canvas"}


def dry_run(
    reports: Sequence[Report],
    source: Path | str,
    choices: Choices = Choices(),  # noqa: B008  (frozen)
    *,
    people: Iterable[Person] = (),
    scores: Mapping[str, float | None] | None = None,
) -> Plan:
    """What filling `source`, a Canvas gradebook export, would do.

    The column to fill may be named by the assignment's title, its title with the id in brackets, or the id alone; by
    default it is the one named like the assignment. `people` and `scores`: as in `fill`.
    Raises ExportError where the file is no Canvas export or the column is not certain.
    """
    file = sheet.read(source)
    header = file.header
    _check(file)
    possible = next((row for row in file.rows[1:] if is_points(row)), None)
    first = max(i for i, title in enumerate(header) if "Section" in title) + 1
    candidates = [
        i
        for i, title in enumerate(header)
        if i >= first
        and title.casefold() not in _INFORMATION
        and not _TOTAL.search(title)
        and not (possible is not None and "read only" in possible.cell(i).casefold())
    ]
    place = assignment_column(file, candidates, choices.column, reports[0].assignment if reports else "")
    top = number(possible.cell(place)) if possible is not None else None
    problems = []
    if top is None and choices.scale is not False:
        problems.append(
            "the file does not say how many points are possible (its row “Points Possible”): check in Canvas that they "
            "are ours, then say --no-scale to write points as they are"
        )
    form = Form(
        target="Canvas",
        sheet=file,
        people=tuple(row for row in file.rows[1:] if is_student(row)),
        column=place,
        ids=(named_column(file, choices.by),) if choices.by is not None else _places(file, IDS),
        names=_places(file, NAMES),
        top=lambda row: top,
        keep=lambda row: _STAYS.get(row.cell(place).strip().casefold(), ""),
        only_changed=True,
        problems=tuple(problems),
    )
    return fill(form, reports, choices, people, scores)


def is_points(row: Row) -> bool:
    """Whether this is the row of the possible points, which stands below the header."""
    return row.cell(0).strip().startswith("Points Possible")


def is_student(row: Row) -> bool:
    """Whether a row is a student's, and no row of points or of posting policies."""
    return not is_points(row) and not all(_POSTING.fullmatch(cell) for cell in row.cells)


def _check(file: Sheet) -> None:
    header = file.header
    named = header[:1] == ["Student"] or header[:2] == ["LastName", "FirstName"]
    if not named or "ID" not in header or not any("Section" in title for title in header):
        raise ExportError(
            f"{file.path.name} is not a Canvas gradebook export: its first line should begin "
            "Student,ID and go on to Section and the assignments"
        )
    if file.delimiter not in ",;":
        raise ExportError("Canvas reads commas and semicolons only, and this file has neither")


def _places(file: Sheet, names: Sequence[str]) -> tuple[int, ...]:
    return tuple(place for name in names if (place := file.column(name)) is not None)
