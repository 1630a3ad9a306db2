"""Marks put into one column of a file that a learning platform gave out."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from autograder.export.plan import ExportError, Mark, Plan
from autograder.export.sheet import Row, Sheet
from autograder.feedback.text import one_line, sheet_cell
from autograder.feedback.words import listed, who
from autograder.records import Report

_COMMA_DECIMAL = re.compile(r"\s*-?\d+,\d{1,5}\s*")
_NUMBER = re.compile(r"\s*-?\d+(?:[.,]\d+)?\s*")


@dataclass(frozen=True, slots=True)
class Form:
    """How one platform's file is read and written back.

    `people` are the rows with a student in them, `ids` the columns that may identify one (the first with most
    matches is taken), `names` the columns with a student's name and `texts` others that a student or a colleague may
    have typed: in both, what a spreadsheet would compute is neutralised. `top` gives a row's largest mark,
    None where the file does not say. `keep` gives the reason why a row must stay as it is, "" where it may change.
    `only_changed` leaves out every row that nothing was written to.
    """

    target: str
    sheet: Sheet
    people: tuple[Row, ...]
    column: int
    ids: tuple[str, ...]
    names: tuple[str, ...]
    texts: tuple[str, ...]
    top: Callable[[list[str]], float | None]
    keep: Callable[[list[str]], str] = lambda cells: ""
    only_changed: bool = False
    warnings: tuple[str, ...] = ()
    normal: Callable[[str], str] = str.strip
    extra: Callable[[Report], dict[int, str]] = field(default=lambda report: {})


def fill(
    form: Form, reports: Sequence[Report], *, by: str | None, scale: bool | None, skip_unscored: bool = False
) -> Plan:
    """The plan that puts every report's score into its student's row.

    `by` names the identifying column. `scale` brings our points to the file's largest mark; where the two differ it
    must be said (True or False). A report without a score forbids writing unless `skip_unscored`.
    """
    sheet = form.sheet
    problems: list[str] = []
    warnings = list(form.warnings)
    assignments = sorted({report.assignment for report in reports})
    if len(assignments) > 1:
        raise ExportError(f"the reports are of several assignments: {listed(assignments)}")
    unscored = tuple(sorted(who(report) for report in reports if report.score is None))
    if unscored:
        said = f"{len(unscored)} without a score, because the autograder failed on them: {_some(unscored)}"
        (warnings if skip_unscored else problems).append(
            said + ("; left out" if skip_unscored else "; grade them again")
        )

    place, title = _identify(form, reports, by)
    rows: dict[str, list[Row]] = {}
    for row in form.people:
        if key := _key(form, row.cell(place)):
            rows.setdefault(key, []).append(row)
    ours: dict[str, list[Report]] = {}
    nameless = [report.submission for report in reports if report.student is None]
    for report in reports:
        if report.student is not None:
            ours.setdefault(_key(form, report.student), []).append(report)

    duplicate = [f"{found[0].student} has {len(found)} reports" for found in ours.values() if len(found) > 1]
    duplicate += [
        f"{found[0].cells[place]} stands on lines {listed(str(row.line) for row in found)}"
        for key, found in rows.items()
        if len(found) > 1 and key in ours
    ]
    if duplicate:
        problems.append(f"{len(duplicate)} students cannot be told apart, see the list of duplicates")

    comma = any(_COMMA_DECIMAL.fullmatch(row.cell(form.column)) for row in form.people)
    filled: dict[int, Row] = {}
    changed: list[Mark] = []
    unchanged: list[Mark] = []
    kept: list[str] = []
    tops: set[float] = set()
    for key, found in ours.items():
        if len(found) > 1 or len(rows.get(key, ())) != 1 or found[0].score is None:
            continue
        report, row = found[0], rows[key][0]
        cells, old = row.cells, row.cell(form.column)
        name = " ".join(filter(None, (row.cell(i) for i in map(sheet.column, form.names) if i is not None)))
        if reason := form.keep(cells):
            kept.append(f"{report.student}: {reason}")
            continue
        top = form.top(cells)
        if top is not None and abs(top - report.max_score) > 1e-9:
            tops.add(top)
        if scale and not top:
            raise ExportError("the file does not say how many points are possible, so nothing can be scaled to it")
        score = found[0].score * (top / report.max_score if scale and top else 1.0)
        new = f"{score:.4f}".rstrip("0").rstrip(".")
        new = new.replace(".", ",") if comma else new
        mark = Mark(row.line, str(report.student), name, old, new)
        same = _same(old, score)
        (unchanged if same else changed).append(mark)
        extra = {i: text for i, text in form.extra(report).items() if row.cell(i) != text}
        if not same or extra:
            filled[row.line] = sheet.filled(row, extra if same else {form.column: new, **extra})
    if tops and scale is None:
        most = listed(f"{top:g}" for top in sorted(tops))
        problems.append(
            f"the file gives {most} points where our reports give {reports[0].max_score:g}: "
            "say whether to scale the scores or to write them as they are"
        )

    lower = [
        mark.id for mark in changed if (before := number(mark.old)) is not None and before > (number(mark.new) or 0)
    ]
    if lower:
        warnings.append(f"{len(lower)} {'mark goes' if len(lower) == 1 else 'marks go'} down: {_some(sorted(lower))}")

    return Plan(
        target=form.target,
        column=sheet.header[form.column],
        by=title,
        changed=tuple(sorted(changed, key=lambda mark: mark.line)),
        unchanged=tuple(sorted(unchanged, key=lambda mark: mark.line)),
        unmatched=tuple(sorted([str(f[0].student) for key, f in ours.items() if key not in rows] + nameless)),
        absent=tuple(_label(form, found[0], place) for key, found in rows.items() if key not in ours),
        duplicate=tuple(duplicate),
        kept=tuple(kept),
        unscored=unscored,
        problems=tuple(problems),
        warnings=tuple(warnings),
        content=sheet.to_bytes(_output(form, filled)),
        source=sheet.path,
    )


def assignment_column(sheet: Sheet, candidates: Sequence[int], wanted: str | None, assignment: str) -> int:
    """The one column of `candidates` that `wanted` (title, or id in its brackets) or else the assignment names."""
    header = sheet.header
    titles = "; ".join(one_line(header[i], 60) for i in candidates) or "none"
    if wanted is not None:
        found = [i for i in candidates if header[i] == wanted.strip()]
        found = found or [i for i in candidates if wanted.strip() in (_bare(header[i]), _bracket(header[i]))]
    else:
        found = [i for i in candidates if _letters(_bare(header[i])) == _letters(assignment)]
    if len(found) != 1:
        what = f"“{wanted}”" if wanted is not None else f"the assignment “{assignment}”"
        how = "no column is" if not found else f"{len(found)} columns are"
        raise ExportError(f"{how} called {what}; name one of: {titles}")
    return found[0]


def number(text: str) -> float | None:
    """A number as platforms write it, with a point or a comma; None for anything else."""
    return float(text.strip().replace(",", ".")) if _NUMBER.fullmatch(text) else None


def _identify(form: Form, reports: Sequence[Report], by: str | None) -> tuple[int, str]:
    """The identifying column: `by`, or the one that finds the most of our students."""
    header = form.sheet.header
    if by is not None:
        place = form.sheet.column(by)
        if place is None:
            raise ExportError(f"no column is called “{by}”; the file has: {'; '.join(header)}")
        return place, header[place]
    places = [place for name in form.ids if (place := form.sheet.column(name)) is not None]
    if not places:
        raise ExportError(f"none of the columns {listed(form.ids)} is there; name the column that holds the ids")
    ours = {_key(form, report.student) for report in reports if report.student is not None}
    lines: dict[int, dict[str, set[int]]] = {place: {} for place in places}
    for place in places:
        for row in form.people:
            if (key := _key(form, row.cell(place))) in ours:
                lines[place].setdefault(key, set()).add(row.line)
    best = max(places, key=lambda place: len(lines[place]))
    # An id that two columns give to different people would be a wrong mark: then the instructor must choose.
    for other in places:
        for key in lines[best].keys() & lines[other].keys():
            if lines[best][key] != lines[other][key]:
                raise ExportError(
                    f"“{key}” is one student by “{header[best]}” and another by “{header[other]}”; "
                    "name the column that holds our ids"
                )
    return best, header[best]


def _output(form: Form, filled: dict[int, Row]) -> list[Row]:
    """The rows to write: headers as they are, people's names made harmless where they would be formulas."""
    people = {row.line for row in form.people}
    names = [place for name in (*form.names, *form.texts) if (place := form.sheet.column(name)) is not None]
    out = []
    for row in form.sheet.rows:
        if row.line not in people:
            out.append(row)
            continue
        if form.only_changed and row.line not in filled:
            continue
        row = filled.get(row.line, row)
        active = {i: sheet_cell(row.cell(i)) for i in names if sheet_cell(row.cell(i)).startswith("'")}
        active = {i: text for i, text in active.items() if text != row.cell(i)}
        out.append(form.sheet.filled(row, active) if active else row)
    return out


def _key(form: Form, text: str) -> str:
    """An id for comparison: platforms treat logins and mail addresses alike in either case."""
    return unicodedata.normalize("NFC", form.normal(text).strip()).casefold()


def _label(form: Form, row: Row, place: int) -> str:
    names = [row.cell(i) for i in map(form.sheet.column, form.names) if i is not None]
    return " ".join(filter(None, (row.cell(place), *names)))


def _same(old: str, score: float) -> bool:
    """Whether the file already has the mark: platforms give out two digits after the point."""
    before = number(old)
    return before is not None and abs(before - score) < 0.00501


def _bare(title: str) -> str:
    """A column's title without the platform's own words around it."""
    title = re.sub(r"\s*\((\d+|real)\)\s*$", "", title, flags=re.IGNORECASE)
    return re.sub(r"^(assignment|quiz|aufgabe|devoir|tarea)\s*:\s*", "", title, flags=re.IGNORECASE)


def _bracket(title: str) -> str | None:
    found = re.search(r"\((\d+)\)\s*$", title)
    return found[1] if found else None


def _letters(text: str) -> str:
    return "".join(char for char in unicodedata.normalize("NFKC", text).casefold() if char.isalnum())


def _some(names: Sequence[str], limit: int = 10) -> str:
    return ", ".join(names[:limit]) + (f" and {len(names) - limit} more" if len(names) > limit else "")


__all__ = ["Form", "assignment_column", "fill", "number"]
