"""The page over all assignments of a course, for its instructor."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from autograder.core import Report
from autograder.reporting.feedback import words
from autograder.reporting.feedback.class_counts import percent
from autograder.reporting.feedback.class_page import Listed, Roster, listed, missing
from autograder.reporting.feedback.needs import below_half, late_alone
from autograder.reporting.feedback.render import render

TWICE = 2  # assignments from which on a fault comes back, and from which on somebody needs help


@dataclass(frozen=True, slots=True)
class _Class:
    """One assignment: how many handed in, are missing (None without a roster), have no mark, are below half, full."""

    name: str
    link: str
    submitted: int
    missing: int | None
    unscored: int
    mean: str
    below: int
    full: int


@dataclass(frozen=True, slots=True)
class _Cell:
    """A student's mark in one assignment: `score` is None where there is none, `link` leads to the page."""

    assignment: str
    shown: str
    outcome: str
    score: float | None
    link: str


@dataclass(frozen=True, slots=True)
class _Row:
    """One student: the marks in every assignment, their sum, and the worth of all that were graded."""

    who: Listed
    cells: list[_Cell]
    total: float
    low: list[str]
    absent: list[str]


@dataclass(frozen=True, slots=True)
class _Again:
    """A fault that comes back: with everybody who has it in several assignments, and in which."""

    method: str
    code: str
    name: str
    whose: list[tuple[Listed, list[_Cell]]]


def page(
    classes: Mapping[str, Sequence[Report]],
    *,
    roster: Roster = None,
    links: Mapping[str, Sequence[str]] | None = None,
    made: datetime | None = None,
) -> str:
    """A self-contained HTML page over `classes`, the reports of each assignment by its name, in this order.

    `links[name][i]` is the relative address of the page of `classes[name][i]`; `NAME/index.html` is the assignment's.
    """
    rows = _rows(classes, roster, links or {})
    enough = min(TWICE, len(classes))
    worry = [row for row in rows if len(row.low) + len(row.absent) >= enough]
    worry.sort(key=lambda row: (-len(row.low) - len(row.absent), row.total, row.who.order))
    return render(
        "course.html.jinja",
        made=made,
        names=list(classes),
        classes=[_class(name, reports, roster, bool(links)) for name, reports in classes.items()],
        enough=enough,
        worry=[(row.who, _why(row)) for row in worry],
        again=_again(classes, rows),
        rows=rows,
        percent=percent,
    )


def _class(name: str, reports: Sequence[Report], roster: Roster, linked: bool) -> _Class:
    scored = [report for report in reports if report.score is not None]
    worth = math.fsum(words.worth(report) for report in scored)
    absent = missing(reports, roster)
    return _Class(
        name=name,
        link=f"{name}/index.html" if linked else "",
        submitted=len(reports),
        missing=None if absent is None else len(absent),
        unscored=len(reports) - len(scored),
        mean=percent(math.fsum(report.score or 0.0 for report in scored), worth),
        below=sum(map(below_half, reports)),
        full=sum((report.score or 0.0) >= words.worth(report) for report in scored),
    )


def _rows(classes: Mapping[str, Sequence[Report]], roster: Roster, links: Mapping[str, Sequence[str]]) -> list[_Row]:
    """Everybody who handed in anything or is on the roster, by name."""
    people: dict[str, Listed] = {}
    handed_in: dict[tuple[str, str], tuple[Report, str]] = {}
    for name, reports in classes.items():
        for report, link in zip(reports, links.get(name) or [""] * len(reports), strict=True):
            who = listed(report, roster)
            if who.id not in people or (who.name and not people[who.id].name):
                people[who.id] = who
            handed_in[who.id, name] = (report, link)
        for who in missing(reports, roster) or ():
            people.setdefault(who.id, who)
    return [_row(who, list(classes), handed_in) for who in sorted(people.values(), key=lambda each: each.order)]


def _row(who: Listed, names: Sequence[str], handed_in: Mapping[tuple[str, str], tuple[Report, str]]) -> _Row:
    cells, low, absent = [], [], []
    total = 0.0
    for name in names:
        if (who.id, name) not in handed_in:
            cells.append(_Cell(name, "–", "skipped", None, ""))
            absent.append(name)
            continue
        report, link = handed_in[who.id, name]
        verdict = words.verdict(report)
        shown = "none" if report.score is None else words.number(report.score)
        cells.append(_Cell(name, f"{verdict.symbol} {shown}", verdict.outcome, report.score, link))
        total += report.score or 0.0
        if below_half(report) and not late_alone(report):
            low.append(name)
    return _Row(who, cells, round(total, 6), low, absent)


def _why(row: _Row) -> str:
    said = [f"below half of the points in {words.listed(row.low)}"] if row.low else []
    if row.absent:
        everything = len(row.absent) == len(row.cells) > 1
        said.append(f"nothing handed in {'at all' if everything else f'for {words.listed(row.absent)}'}")
    return "; ".join(said)


def _again(classes: Mapping[str, Sequence[Report]], rows: Sequence[_Row]) -> list[_Again]:
    """Faults that one student has in several assignments, those of most students first."""
    where: dict[tuple[str, str], dict[str, set[str]]] = {}
    for name, reports in classes.items():
        for report in reports:
            if report.verdict == "graded":
                for key in {(check.method, diagnosis.code) for check in report.checks for diagnosis in check.diagnoses}:
                    where.setdefault(key, {}).setdefault(words.who(report), set()).add(name)
    out = []
    for (method, code), whose in where.items():
        often = [
            (row.who, [cell for cell in row.cells if cell.assignment in whose[row.who.id]])
            for row in rows
            if len(whose.get(row.who.id, ())) >= TWICE
        ]
        if often:
            out.append(_Again(method, code, words.fault(code), often))
    return sorted(out, key=lambda each: (-len(each.whose), each.method, each.code))
