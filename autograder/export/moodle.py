"""Moodle: the instructor's offline grading worksheet or grade export, filled.

A worksheet comes back whole: its `Identifier` and `Last modified (grade)` are how Moodle finds the row and notices
that somebody graded meanwhile. Of a grade export only the rows with a new mark come back: one unknown user, locked
grade or cell that is no number (an empty grade is a dash there) makes Moodle refuse the whole file.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from autograder.export import sheet
from autograder.export.fill import Form, assignment_column, fill, number
from autograder.export.plan import ExportError, Plan
from autograder.feedback import words
from autograder.feedback.cell import cell_html
from autograder.feedback.text import html, sheet_cell
from autograder.records import Report

IDS = ("Email address", "ID number", "Username", "Email", "idnumber")
NAMES = ("Full name", "First name", "Surname", "Last name")
TEXTS = ("Institution", "Department", "Group", "Groups")
_OTHERS = {"identifier", "status", "last downloaded from this course"}


def dry_run(
    reports: Sequence[Report],
    source: Path | str,
    *,
    column: str | None = None,
    by: str | None = None,
    scale: bool | None = None,
    comments: bool = False,
    skip_unscored: bool = False,
) -> Plan:
    """What filling `source`, a Moodle worksheet or grade export, would do.

    `column`: the column of the marks, by default `Grade` of a worksheet, or the one named like the assignment. `by`:
    the identifying column, by default the mail address, the id number or the user name, whichever finds the most;
    `Identifier` matches ids such as `Participant 123` and `123`. `comments` fills `Feedback comments` as well.
    """
    file = sheet.read(source)
    worksheet = file.column("Identifier") is not None and file.column("Last modified (grade)") is not None
    if not worksheet and not any(file.column(name) is not None for name in (*IDS, *([by] if by else []))):
        raise ExportError(
            f"{file.path.name} is neither a Moodle worksheet (Identifier, Grade, Last modified (grade)) nor a grade "
            f"export with one of {words.listed(IDS)}; for headers in another language name the columns"
        )
    if column is None and worksheet:
        column = "Grade"
    known = {name.casefold() for name in (*IDS, *NAMES, *TEXTS, *_OTHERS)}
    candidates = [i for i, title in enumerate(file.header) if title.casefold() not in known]
    place = assignment_column(file, candidates, column, reports[0].assignment if reports else "")
    if re.search(r"\((percentage|letter)\)", file.header[place], re.IGNORECASE):
        raise ExportError(f"“{file.header[place]}” holds percentages or letters; choose the column of real grades")
    largest, changeable = file.column("Maximum Grade"), file.column("Grade can be changed")
    feedback = file.column("Feedback comments") if comments else None
    if comments and feedback is None:
        raise ExportError("the file has no column “Feedback comments”; switch it on in the assignment's settings")
    warnings = []
    if worksheet and (file.delimiter != "," or file.encoding != "utf-8"):
        warnings.append(
            "Moodle reads worksheets with commas in UTF-8 only, and this file has been saved as another kind"
        )
    form = Form(
        target="Moodle worksheet" if worksheet else "Moodle grade import",
        sheet=file,
        people=tuple(row for row in file.rows[1:] if not row.blank),
        column=place,
        ids=IDS,
        names=NAMES,
        texts=TEXTS,
        top=lambda cells: number(cells[largest]) if largest is not None and largest < len(cells) else None,
        keep=lambda cells: (
            "Moodle says its grade cannot be changed"
            if changeable is not None and changeable < len(cells) and cells[changeable].strip().casefold() == "no"
            else ""
        ),
        only_changed=not worksheet,
        warnings=tuple(warnings),
        normal=_participant if by is not None and by.casefold() == "identifier" else str.strip,
        extra=lambda report: {} if feedback is None else {feedback: comment(report)},
    )
    return fill(form, reports, by=by, scale=scale, skip_unscored=skip_unscored)


def comment(report: Report) -> str:
    """The verdict as the HTML that Moodle's feedback comments hold, nothing in it active."""
    verdict = words.verdict(report)
    parts = [f"<p><strong>{html(verdict.headline)}</strong> {html(verdict.sentence)}</p>"]
    parts += [cell_html(report, method) for method in words.methods_of(report)]
    return sheet_cell("".join(parts))


def _participant(text: str) -> str:
    """`Participant 123`, in whatever language, as its number."""
    found = re.fullmatch(r"\D*?(\d+)", text.strip())
    return found[1] if found else text.strip()
