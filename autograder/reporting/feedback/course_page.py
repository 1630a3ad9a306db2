"""The page over all assignments of a course, for its instructor."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from autograder.core import Report
from autograder.reporting.feedback import mark_words, verdicts, words
from autograder.reporting.feedback.class_counts import percent
from autograder.reporting.feedback.class_page import Listed, Roster, listed, missing
from autograder.reporting.feedback.needs import below_half, late_alone
from autograder.reporting.feedback.render import render

TWICE = 2  # assignments from which on a fault comes back, and from which on somebody needs help


@dataclass(frozen=True, slots=True)
class _Class:
    """One assignment: how many handed in or not (None where that is not known); of the former, how many have no mark,
    are below half, full."""

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
    """One student: the marks in every assignment with their sum; `waits`: a person has yet to grade a part of it."""

    who: Listed
    cells: list[_Cell]
    total: float
    waits: bool
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
    handed_in, absences = mark_words.handed_in(reports), missing(reports, roster)
    scored = [report for report in handed_in if mark_words.so_far(report) is not None]
    earned = math.fsum(mark_words.so_far(report) or 0.0 for report in scored)
    mean = percent(earned, math.fsum(map(mark_words.worth_so_far, scored)))
    marked = [report for report in handed_in if report.score is not None]
    return _Class(
        name=name,
        link=f"{name}/index.html" if linked else "",
        submitted=len(handed_in),
        missing=None if absences is None else len(absences),
        unscored=len(handed_in) - len(marked),
        mean=f"{mean} so far" if any(report.waiting for report in scored) else mean,
        below=sum(map(below_half, handed_in)),
        full=sum((report.score or 0.0) >= mark_words.worth(report) for report in marked),
    )


def _rows(classes: Mapping[str, Sequence[Report]], roster: Roster, links: Mapping[str, Sequence[str]]) -> list[_Row]:
    """Everybody who has a report or is on the roster, by name."""
    people: dict[str, Listed] = {}
    found: dict[tuple[str, str], tuple[Report, str]] = {}
    for name, reports in classes.items():
        for report, link in zip(reports, links.get(name) or [""] * len(reports), strict=True):
            who = listed(report, roster)
            if who.id not in people or (who.name and not people[who.id].name):
                people[who.id] = who
            found[who.id, name] = (report, link)
        for each in missing(reports, roster) or ():
            people.setdefault(each.who.id, each.who)
    return [_row(who, list(classes), found) for who in sorted(people.values(), key=lambda each: each.order)]


def _row(who: Listed, names: Sequence[str], found: Mapping[tuple[str, str], tuple[Report, str]]) -> _Row:
    cells, low, absent = [], [], []
    total, waits = 0.0, False
    for name in names:
        if (who.id, name) not in found:
            cells.append(_Cell(name, "–", "skipped", None, ""))
            absent.append(name)
            continue
        report, link = found[who.id, name]
        cells.append(_cell(report, link))
        total += mark_words.so_far(report) or 0.0
        waits = waits or bool(report.waiting)
        if mark_words.absent(report):
            absent.append(name)
        elif below_half(report) and not late_alone(report):
            low.append(f"{name} (so far)" if report.waiting else name)
    return _Row(who, cells, round(total, 6), waits, low, absent)


def _cell(report: Report, link: str) -> _Cell:
    """The mark; the points so far where it waits for a person; that it is one for nothing."""
    score, verdict = mark_words.so_far(report), verdicts.verdict(report)
    shown = "none" if score is None else words.number(score) + (" so far" if report.waiting else "")
    if mark_words.absent(report):
        return _Cell(report.assignment, f"{shown} (nothing handed in)", "skipped", score, link)
    return _Cell(report.assignment, f"{verdict.symbol} {shown}", verdict.outcome, score, link)


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
