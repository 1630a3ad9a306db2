"""Marks put into one column of a file that a learning platform gave out."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from autograder.core import Report
from autograder.reporting.export.people import Matched, Person, match
from autograder.reporting.export.plan import ExportError, Mark, Plan
from autograder.reporting.export.sheet import Row, Sheet
from autograder.reporting.feedback.text import one_line
from autograder.reporting.feedback.words import listed, who

_COMMA_DECIMAL = re.compile(r"\s*-?\d+,\d{1,5}\s*")
_NUMBER = re.compile(r"\s*-?\d+(?:[.,]\d+)?\s*")


@dataclass(frozen=True, slots=True)
class Choices:
    """What the instructor says of an export.

    `column` is the title of the column to fill and `by` of the one that identifies students. `scale` brings our points
    to the file's largest mark; where the two differ it must be said (True or False). `max_column` and `lock_column`
    name a Moodle worksheet's columns where its words are not known, "none" where there is no such column. A report
    without a score forbids writing unless `skip_unscored`. `comments` fills Moodle's feedback comments too.
    """

    column: str | None = None
    by: str | None = None
    scale: bool | None = None
    skip_unscored: bool = False
    comments: bool = False
    max_column: str | None = None
    lock_column: str | None = None


@dataclass(frozen=True, slots=True)
class Form:
    """How one platform's file is read and written back.

    `people` are the rows with a student in them, `ids` the places of the columns that may identify one and `names` of
    those with a student's name. `top` gives a row's largest mark, None where the file does not say. `keep` gives the
    reason why a row must stay as it is, "" where it may change. `only_changed` leaves out every row that nothing was
    written to. `problems` forbid writing.
    """

    target: str
    sheet: Sheet
    people: tuple[Row, ...]
    column: int
    ids: tuple[int, ...]
    names: tuple[int, ...]
    top: Callable[[Row], float | None]
    keep: Callable[[Row], str] = lambda row: ""
    only_changed: bool = False
    warnings: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()
    numbers: tuple[int, ...] = ()  # other columns of points, which show how the file writes decimals
    normal: Callable[[str], str] = str.strip
    extra: Callable[[Report], dict[int, str]] = field(default=lambda report: {})

    def name(self, row: Row) -> str:
        """The student's name in a row."""
        return " ".join(filter(None, (row.cell(place) for place in self.names)))


@dataclass(slots=True)
class _Filled:
    """What became of the rows so far; `commas`: decimals are written 6,25 here."""

    commas: bool
    rows: dict[int, Row] = field(default_factory=dict)
    changed: list[Mark] = field(default_factory=list)
    unchanged: list[Mark] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)
    tops: set[float] = field(default_factory=set)


def fill(
    form: Form,
    reports: Sequence[Report],
    choices: Choices,
    people: Iterable[Person] = (),
    scores: Mapping[str, float | None] | None = None,
) -> Plan:
    """The plan that puts every student's mark into the student's row.

    `people` are the students as the course knows them. `scores` are the marks by student's id, without which the
    reports' own are taken; a student who is not in them, or with None, has no mark.
    """
    assignments = sorted({report.assignment for report in reports})
    if len(assignments) > 1:
        raise ExportError(f"the reports are of several assignments: {listed(assignments)}")
    marks = {i: mark_of(report, scores) for i, report in enumerate(reports)}
    unscored, problems, warnings = unmarked([who(r) for i, r in enumerate(reports) if marks[i] is None], choices)
    twice, once = _by_student(reports, marks)
    if twice:
        problems.append(f"{len(twice)} students have more than one report, see the list below")
    matched = match(_known(once, people), form.people, form.ids, form.normal)
    title = _matched_by(form, matched)
    if reports and not (matched.rows.keys() | matched.refused.keys()) & once.keys():
        problems.append(_nobody(form, once))

    filled = _Filled(_writes_commas(form))
    for student, (report, score) in once.items():
        if score is not None and student in matched.rows:
            _put(form, filled, matched.rows[student], (report, score), choices.scale)
    problems += _points(filled, reports, choices.scale)
    refused = [*twice, *(why for student, why in matched.refused.items() if student in once)]
    nameless = [report.submission for report in reports if report.student is None]
    ours = {matched.rows[student].line for student in once if student in matched.rows}
    return Plan(
        target=form.target,
        column=form.sheet.header[form.column],
        by=title,
        changed=tuple(sorted(filled.changed, key=lambda mark: mark.line)),
        unchanged=tuple(sorted(filled.unchanged, key=lambda mark: mark.line)),
        unmatched=tuple(sorted([s for s in once if s not in matched.rows and s not in matched.refused] + nameless)),
        absent=tuple(
            _label(form, row, matched.place) for row in form.people if row.line not in ours | _lines(matched, once)
        ),
        duplicate=tuple(refused),
        kept=tuple(filled.kept),
        unscored=unscored,
        problems=(*form.problems, *problems),
        warnings=(*form.warnings, *warnings, *_lower(filled.changed)),
        content=form.sheet.to_bytes(_output(form, filled.rows)),
        source=form.sheet.path,
    )


def unmarked(names: Iterable[str], choices: Choices) -> tuple[tuple[str, ...], list[str], list[str]]:
    """Who has no mark, with the problems and the warnings that this makes."""
    unscored = tuple(sorted(names))
    if not unscored:
        return (), [], []
    said = f"{len(unscored)} without a score, because the autograder failed on them: {some(unscored)}"
    if choices.skip_unscored:
        return unscored, [], [said + "; left out"]
    return unscored, [said + "; grade them again"], []


def assignment_column(sheet: Sheet, candidates: Sequence[int], wanted: str | None, assignment: str) -> int:
    """The one column of `candidates` that `wanted` (title, or id in its brackets) or else the assignment names."""
    header = sheet.header
    titles = "; ".join(one_line(header[i], 60) for i in candidates) or "none"
    if wanted is not None:
        columns = [i for i in candidates if header[i] == wanted.strip()]
        columns = columns or [i for i in candidates if wanted.strip() in (_bare(header[i]), _bracket(header[i]))]
    else:
        columns = [i for i in candidates if _letters(assignment) in (_letters(_bare(header[i])), _letters(header[i]))]
    if len(columns) != 1:
        what = f"“{wanted}”" if wanted is not None else f"the assignment “{assignment}”"
        how = "no column is" if not columns else f"{len(columns)} columns are"
        raise ExportError(f"{how} called {what}; name one of: {titles}")
    return columns[0]


def named_column(sheet: Sheet, title: str) -> int:
    """The place of a column that the instructor named; raises ExportError where there is none."""
    place = sheet.column(title)
    if place is None:
        titles = "; ".join(one_line(name, 60) for name in sheet.header)
        raise ExportError(f"{sheet.path.name} has no column “{title}”; it has: {titles}")
    return place


def number(text: str) -> float | None:
    """A number as platforms write it, with a point or a comma; None for anything else."""
    return float(text.strip().replace(",", ".")) if _NUMBER.fullmatch(text) else None


def some(names: Sequence[str], limit: int = 10) -> str:
    """The first few of many names."""
    return ", ".join(names[:limit]) + (f" and {len(names) - limit} more" if len(names) > limit else "")


def mark_of(report: Report, scores: Mapping[str, float | None] | None) -> float | None:
    """A report's mark: by `scores` where there are any, else what the autograder gave; None without one."""
    if scores is None:
        return report.score
    return None if report.student is None else scores.get(report.student)


def _by_student(
    reports: Sequence[Report], marks: Mapping[int, float | None]
) -> tuple[list[str], dict[str, tuple[Report, float | None]]]:
    """Who has several reports, told as such, and the others with report and mark."""
    every: dict[str, list[int]] = {}
    for i, report in enumerate(reports):
        if report.student is not None:
            every.setdefault(report.student, []).append(i)
    twice = [f"{student} has {len(places)} reports" for student, places in every.items() if len(places) > 1]
    once = {student: (reports[at[0]], marks[at[0]]) for student, at in every.items() if len(at) == 1}
    return twice, once


def _known(once: Mapping[str, object], people: Iterable[Person]) -> list[Person]:
    """Everybody who may stand in the file: others than ours too, as a row of theirs must not become one of ours."""
    known = {person.id: person for person in people}
    return [*(known.get(student, Person(student)) for student in once), *(p for i, p in known.items() if i not in once)]


def _matched_by(form: Form, matched: Matched) -> str:
    titles = [form.sheet.header[place] for place in form.ids]
    return form.sheet.header[matched.place] if matched.place is not None else " or ".join(titles)


def _nobody(form: Form, once: Mapping[str, object]) -> str:
    """What to do about a file in which no row is one of ours."""
    titles = listed(f"“{one_line(form.sheet.header[place], 40)}”" for place in form.ids)
    there = some([text for row in form.people if (text := _label(form, row, None))], 3) or "nobody"
    return (
        f"none of our students ({some(sorted(once), 3) or 'no ids'}) was found under {titles}; in the file stand "
        f"{there}. "
        "Enter the e-mail addresses in the gradebook, or give a list with --roster, or name the column with --by"
    )


def _put(form: Form, filled: _Filled, row: Row, mark: tuple[Report, float], scale: bool | None) -> None:
    """One mark into its row, unless the row must stay or has it already."""
    report, points = mark
    if reason := form.keep(row):
        filled.kept.append(f"{report.student}: {reason}")
        return
    top, old = form.top(row), row.cell(form.column)
    if top is not None and abs(top - report.max_score) > 1e-9:
        filled.tops.add(top)
    if scale and not top:
        raise ExportError("the file does not say how many points are possible, so nothing can be scaled to it")
    score = points * (top / report.max_score if scale and top else 1.0)
    new = f"{score:.6f}".rstrip("0").rstrip(".")
    new = new.replace(".", ",") if filled.commas else new
    same = _same(old, score)
    entry = Mark(row.line, str(report.student), form.name(row), old, new)
    (filled.unchanged if same else filled.changed).append(entry)
    extra = {place: text for place, text in form.extra(report).items() if row.cell(place) != text}
    if not same or extra:
        filled.rows[row.line] = form.sheet.filled(row, extra if same else {form.column: new, **extra})


def _writes_commas(form: Form) -> bool:
    """Whether the file writes 6,25, as its marks so far show."""
    places = (form.column, *form.numbers)
    return any(_COMMA_DECIMAL.fullmatch(row.cell(place)) for row in form.people for place in places)


def _points(filled: _Filled, reports: Sequence[Report], scale: bool | None) -> list[str]:
    if not filled.tops or scale is not None:
        return []
    most = listed(f"{top:g}" for top in sorted(filled.tops))
    return [
        f"the file gives {most} points where our reports give {reports[0].max_score:g}: "
        "say whether to scale the scores (--scale) or to write them as they are (--no-scale)"
    ]


def _lower(changed: Sequence[Mark]) -> list[str]:
    lower = [m.id for m in changed if (before := number(m.old)) is not None and before > (number(m.new) or 0)]
    if not lower:
        return []
    return [f"{len(lower)} {'mark goes' if len(lower) == 1 else 'marks go'} down: {some(sorted(lower))}"]


def _lines(matched: Matched, once: Mapping[str, object]) -> set[int]:
    """The lines that refused students of ours may be meant by: they are not absent."""
    settled = {row.line for student, row in matched.rows.items() if student not in once}
    return set(matched.claimed) - settled


def _output(form: Form, filled: Mapping[int, Row]) -> list[Row]:
    """The rows to write, each as it stood in the file but for the cells that were filled."""
    people = {row.line for row in form.people}
    return [
        filled.get(row.line, row)
        for row in form.sheet.rows
        if row.line not in people or row.line in filled or not form.only_changed
    ]


def _label(form: Form, row: Row, place: int | None) -> str:
    places = form.ids if place is None else (place,)
    text_there = next((text for place in places if (text := row.cell(place).strip())), "")
    return " ".join(filter(None, (text_there, form.name(row))))


def _same(old: str, score: float) -> bool:
    """Whether the file already has the mark: platforms give out two digits after the point."""
    before = number(old)
    return before is not None and abs(before - score) < 0.00501


def _bare(title: str) -> str:
    """A column's title without the platform's own words around it: a kind of activity, a kind of grade or an id."""
    return re.sub(r"^[^:]{1,40}:\s*", "", re.sub(r"\s*\([^()]*\)\s*$", "", title))


def _bracket(title: str) -> str | None:
    match = re.search(r"\((\d+)\)\s*$", title)
    return match[1] if match else None


def _letters(text: str) -> str:
    return "".join(char for char in unicodedata.normalize("NFKC", text).casefold() if char.isalnum())


__all__ = ["Choices", "Form", "assignment_column", "fill", "mark_of", "named_column", "number", "some", "unmarked"]
