"""Moodle: the instructor's offline grading worksheet or grade export, filled.

A worksheet comes back whole: its `Identifier` and `Last modified (grade)` are how Moodle finds the row and notices
that somebody graded meanwhile. Of a grade export only the rows with a new mark come back: one unknown user, locked
grade or cell that is no number (an empty grade is a dash there) makes Moodle refuse the whole file.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path

from autograder.core import Report
from autograder.reporting.export import sheet
from autograder.reporting.export.fill import Choices, Form, assignment_column, fill, named_column, number
from autograder.reporting.export.moodle_words import Columns, columns, is_word_for
from autograder.reporting.export.people import Person
from autograder.reporting.export.plan import ExportError, Plan
from autograder.reporting.export.sheet import Row, Sheet
from autograder.reporting.feedback import method_words, verdicts
from autograder.reporting.feedback.cell import cell_html
from autograder.reporting.feedback.text import html, one_line, sheet_cell

_IDS = ("email", "idnumber", "username")
_OTHER_IDS = ("email", "idnumber")  # as a profile field's short name, in any language
_NAMES = ("fullname", "firstname", "lastname")
_KINDS = re.compile(r"\(([^()]*)\)\s*$")
NONE = "none"


def dry_run(
    reports: Sequence[Report],
    source: Path | str,
    choices: Choices = Choices(),  # noqa: B008  (frozen)
    *,
    people: Iterable[Person] = (),
    scores: Mapping[str, float | None] | None = None,
) -> Plan:
    """What filling `source`, a Moodle worksheet or grade export, would do.

    The column of the marks is by default `Grade` of a worksheet, or the one named like the assignment; the identifying
    columns are the mail address, the id number and the user name. `Identifier`, if asked for, matches ids such as
    `Participant 123` and `123`. Where no maximum or no lock is found, nothing may be written unless the choices say so.
    `people` and `scores`: as in `fill`.
    """
    file = sheet.read(source)
    titles = columns(file.header)
    worksheet = titles.worksheet
    ids = _ids(file, titles, choices.by)
    place = _mark_column(file, titles, choices.column, reports[0].assignment if reports else "")
    largest, no_maximum = _settled(file, titles, "maximum", choices.max_column)
    changeable, no_lock = _settled(file, titles, "changeable", choices.lock_column)
    problems = []
    if largest is None and not no_maximum and choices.scale is not False:
        problems.append(
            "no column says the largest mark: name it with --max-column TITLE, or check in Moodle that the points are "
            "the same and say --max-column none"
        )
    if changeable is None and not no_lock:
        problems.append(
            "no column says which grades may be changed: name it with --lock-column TITLE, or say --lock-column none "
            "if no grade is locked or overridden"
        )
    form = Form(
        target="Moodle worksheet" if worksheet else "Moodle grade import",
        sheet=file,
        people=tuple(row for row in file.rows[1:] if not row.blank),
        column=place,
        ids=ids,
        names=tuple(i for role in _NAMES for i in titles.places.get(role, ())),
        top=lambda row: None if largest is None else number(row.cell(largest)),
        keep=lambda row: _locked(row, changeable) or _no_top(row, largest, choices),
        only_changed=not worksheet and largest is None and changeable is None,
        warnings=tuple(_warnings(file)) if worksheet else (),
        problems=tuple(problems),
        numbers=() if largest is None else (largest,),
        normal=_participant if ids == titles.places.get("identifier") else str.strip,
        extra=_comments(file, titles, choices),
    )
    return fill(form, reports, choices, people, scores)


def _ids(file: Sheet, titles: Columns, by: str | None) -> tuple[int, ...]:
    """The identifying columns: the one that was named, or all that Moodle has for it."""
    if by is not None:
        return (named_column(file, by),)
    places = [place for role in _IDS for place in titles.places.get(role, ())]
    places += [place for name in _OTHER_IDS if (place := file.column(name)) is not None and place not in places]
    if not places:
        raise ExportError(
            f"{file.path.name} has none of the columns “Email address”, “ID number” and “Username” in any language "
            "that we know: name the column that identifies students with --by, and the others with --column, "
            "--max-column and --lock-column"
        )
    return tuple(places)


def _mark_column(file: Sheet, titles: Columns, wanted: str | None, assignment: str) -> int:
    """The column to fill; raises ExportError for one of another kind than points."""
    if wanted is None and titles.worksheet:
        place = titles.one("grade", file.path.name)
    else:
        known = {i for role, at in titles.places.items() if role != "grade" for i in at}
        candidates = [i for i in range(len(file.header)) if i not in known]
        place = assignment_column(file, candidates, wanted, assignment)
    assert place is not None  # a worksheet has a column of grades
    kind = _KINDS.search(file.header[place])
    if kind and (is_word_for("percentage", kind[1]) or is_word_for("letter", kind[1])):
        raise ExportError(f"“{file.header[place]}” holds percentages or letters; choose the column of real grades")
    if "scale" in titles.places and "maximum" not in titles.places:
        raise ExportError("this assignment is marked on a scale of words, which points cannot be written to")
    return place


def _settled(file: Sheet, titles: Columns, role: str, title: str | None) -> tuple[int | None, bool]:
    """The column of a role, by the instructor's word or by Moodle's, and whether the instructor says there is none."""
    if title is None:
        return titles.one(role, file.path.name), False
    if title.casefold() == NONE and file.column(title) is None:
        if role in titles.places:
            raise ExportError(f"the file has such a column: “{file.header[titles.places[role][0]]}”")
        return None, True
    return named_column(file, title), False


def _locked(row: Row, place: int | None) -> str:
    """Why a row's grade may not be changed, "" where it may: what is no word for yes is none."""
    if place is None or is_word_for("yes", row.cell(place)):
        return ""
    if is_word_for("no", row.cell(place)):
        return "Moodle says its grade cannot be changed"
    return f"“{one_line(row.cell(place), 20)}” does not say whether its grade can be changed"


def _no_top(row: Row, place: int | None, choices: Choices) -> str:
    """Why a row is left alone whose largest mark is no number."""
    if place is None or number(row.cell(place)) is not None or choices.scale is False:
        return ""
    return f"its largest mark, “{one_line(row.cell(place), 20)}”, is no number"


def _warnings(file: Sheet) -> list[str]:
    if file.delimiter == "," and file.encoding == "utf-8":
        return []
    return ["Moodle reads worksheets with commas in UTF-8 only, and this file has been saved as another kind"]


def _comments(file: Sheet, titles: Columns, choices: Choices) -> Callable[[Report], dict[int, str]]:
    """What goes into the feedback comments, if they are asked for."""
    if not choices.comments:
        return lambda report: {}
    place = titles.one("comments", file.path.name)
    if place is None:
        raise ExportError("the file has no column “Feedback comments”; switch it on in the assignment's settings")
    return lambda report: {place: comment(report)}


def comment(report: Report) -> str:
    """The verdict as the HTML that Moodle's feedback comments hold, nothing in it active."""
    verdict = verdicts.verdict(report)
    parts = [f"<p><strong>{html(verdict.headline)}</strong> {html(verdict.sentence)}</p>"]
    parts += [cell_html(report, method) for method in method_words.methods_of(report)]
    return sheet_cell("".join(parts))


def _participant(text: str) -> str:
    """`Participant 123`, in whatever language, as its number."""
    match = re.fullmatch(r"\D*?(\d+)", text.strip())
    return match[1] if match else text.strip()
