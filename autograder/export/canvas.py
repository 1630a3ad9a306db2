"""Canvas: one column of the instructor's own gradebook export, filled.

Canvas takes a blank over a score for a change, so only the rows that get a new mark are written; a cell that says `EX`
(excused) or `N/A` (not assigned to this student) stays. Canvas shows what an import would change before it does.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from autograder.export import sheet
from autograder.export.fill import Form, assignment_column, fill, number
from autograder.export.plan import ExportError, Plan
from autograder.records import Report

IDS = ("SIS User ID", "SIS Login ID", "ID", "Integration ID", "Email")
NAMES = ("Student", "LastName", "FirstName")
TEXTS = ("Section", "Notes")
_INFORMATION = {*(name.casefold() for name in (*IDS, *NAMES, *TEXTS)), "root account"}
_TOTAL = re.compile(r"(Unposted )?(Current|Final|Override) (Score|Points|Grade|Status)")
_POSTING = re.compile(r"\s*(Muted|Manual Posting.*)?\s*", re.IGNORECASE)
_STAYS = {"ex": "excused in Canvas", "n/a": "not assigned to this student in Canvas"}


def dry_run(
    reports: Sequence[Report],
    source: Path | str,
    *,
    column: str | None = None,
    by: str | None = None,
    scale: bool | None = None,
    skip_unscored: bool = False,
) -> Plan:
    """What filling `source`, a Canvas gradebook export, would do.

    `column`: the assignment's title, its title with the id in brackets, or the id alone; by default the one named like
    the assignment. `by`: the identifying column; by default the one that finds the most students.
    Raises ExportError where the file is no Canvas export or the column is not certain.
    """
    file = sheet.read(source)
    header = file.header
    named = header[:1] == ["Student"] or header[:2] == ["LastName", "FirstName"]
    if not named or "ID" not in header or not any("Section" in title for title in header):
        raise ExportError(
            f"{file.path.name} is not a Canvas gradebook export: its first line should begin "
            "Student,ID and go on to Section and the assignments"
        )
    if file.delimiter not in ",;":
        raise ExportError("Canvas reads commas and semicolons only, and this file has neither")
    possible: list[str] = []
    people = []
    for row in file.rows[1:]:
        cells = row.cells
        if cells[0].strip().startswith("Points Possible"):
            possible = cells
        elif not all(_POSTING.fullmatch(cell) for cell in cells):
            people.append(row)
    first = max(i for i, title in enumerate(header) if "Section" in title) + 1
    candidates = [
        i
        for i, title in enumerate(header)
        if i >= first
        and title.casefold() not in _INFORMATION
        and not _TOTAL.search(title)
        and not (i < len(possible) and "read only" in possible[i].casefold())
    ]
    place = assignment_column(file, candidates, column, reports[0].assignment if reports else "")
    top = number(possible[place]) if place < len(possible) else None
    warnings = [] if top is not None else ["the file has no row “Points Possible”: check that the points are the same"]
    form = Form(
        target="Canvas",
        sheet=file,
        people=tuple(people),
        column=place,
        ids=IDS,
        names=NAMES,
        texts=TEXTS,
        top=lambda cells: top,
        keep=lambda cells: _STAYS.get(cells[place].strip().casefold(), "") if place < len(cells) else "",
        only_changed=True,
        warnings=tuple(warnings),
    )
    return fill(form, reports, by=by, scale=scale, skip_unscored=skip_unscored)
