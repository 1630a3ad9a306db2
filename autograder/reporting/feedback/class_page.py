"""The page of a class, for its instructor: who needs help, what to talk about, whether a question is unfair."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from autograder.core import Report
from autograder.reporting.feedback import class_counts, mark_words, method_words, plots, verdicts, words
from autograder.reporting.feedback.item_analysis import ENOUGH, items
from autograder.reporting.feedback.needs import late_alone, needs
from autograder.reporting.feedback.render import render
from autograder.reporting.feedback.terminal import faults_of

NEEDS_SHOWN, FAULTS_SHOWN = 20, 15  # the others stand in a part that is opened by hand
MISSING_FOLDED, WAITING_FOLDED, CHANGED_FOLDED = 41, 5, 20  # from so many on the list is opened by hand
Roster = Sequence[str] | Mapping[str, str] | None


@dataclass(frozen=True, slots=True)
class Listed:
    """How a student is named: `name` from the gradebook or the roster ("" where there is none), `link` to the page."""

    id: str
    name: str
    link: str = ""

    @property
    def order(self) -> tuple[str, str]:
        """By name as it is shown, its letters without their marks, then by id."""
        letters = unicodedata.normalize("NFKD", (self.name or self.id).casefold())
        return "".join(each for each in letters if not unicodedata.combining(each)), self.id


@dataclass(frozen=True, slots=True)
class Missing:
    """Somebody who handed in nothing; `mark` is what the gradebook has for that, "" where it has none."""

    who: Listed
    mark: str


@dataclass(frozen=True, slots=True)
class _Row:
    """One student in the table of all; `by_autograder` is what the autograder gave, "" where that is the mark."""

    who: Listed
    verdict: verdicts.Verdict
    points: list[str]
    score: float | None
    total: str
    by_autograder: str
    faults: str


def page(
    reports: Sequence[Report],
    *,
    assignment: str,
    roster: Roster = None,
    links: Sequence[str] | None = None,
    made: datetime | None = None,
    up: str = "",
) -> str:
    """A self-contained HTML page for the class; its one script sorts and filters what is there without it.

    `roster` holds the ids of all who should have submitted, or maps ids to names; `links[i]` is the relative address
    of the page of `reports[i]`, `up` that of the page over all assignments, `made` the time that the page tells.
    Raises ValueError for reports of another assignment.
    """
    other = sorted({report.assignment for report in reports} - {assignment})
    if other:
        raise ValueError(f"reports of other assignments among those of {assignment}: {words.listed(other)}")
    whose = {id(report): listed(report, roster, links[i] if links else "") for i, report in enumerate(reports)}
    handed_in = mark_words.handed_in(reports)
    methods = list(dict.fromkeys(name for report in reports for name in method_words.methods_of(report)))
    ordered = sorted(reports, key=lambda report: (*whose[id(report)].order, report.submission))
    faults = [(fault, _people(fault.reports, whose)) for fault in class_counts.faults(handed_in)]
    low, absences = needs(reports), missing(reports, roster, links)
    return render(
        "class.html.jinja",
        assignment=assignment,
        count=len(handed_in),
        made=made,
        up=up,
        methods=methods,
        rows=[_row(report, methods, whose[id(report)]) for report in ordered],
        unscored=_people([r for r in ordered if r.score is None and not r.withheld], whose),
        withheld=[(whose[id(r)], r.withheld) for r in ordered if r.withheld and not r.waiting],
        waiting=[(whose[id(r)], words.worth_of(r.waiting)) for r in ordered if r.waiting],
        again=[(whose[id(r)], words.listed(mark_words.again(r))) for r in ordered if mark_words.again(r)],
        changed=[
            (whose[id(r)], mark_words.account(r), mark_words.comments(r)) for r in ordered if mark_words.by_hand(r)
        ],
        unreadable=sum(report.verdict == "unreadable" for report in reports),
        needs=[(whose[id(need.report)], verdicts.verdict(need.report), _mark(need.report), need.why) for need in low],
        low_so_far=sum(need.so_far for need in low),
        late=sum(map(late_alone, reports)),
        missing=absences,
        on_roster=roster is not None and all(each.who.id in roster for each in absences or ()),
        unknown=_people([r for r in handed_in if roster is not None and r.student not in (None, *roster)], whose),
        scores=class_counts.scores(handed_in),
        items=items(reports),
        enough=ENOUGH,
        faults=faults,
        slowest=[(whose[id(report)], time) for report, time in class_counts.slowest(reports)],
        percent=class_counts.percent,
        bar=plots.bar,
        shown={"needs": NEEDS_SHOWN, "faults": FAULTS_SHOWN},
        folded={"missing": MISSING_FOLDED, "waiting": WAITING_FOLDED, "changed": CHANGED_FOLDED},
    )


def listed(report: Report, roster: Roster, link: str = "") -> Listed:
    """How the student of a report is named: as the roster has it, else as the gradebook does."""
    names = roster if isinstance(roster, Mapping) else {}
    known = names.get(report.student, "") if report.student is not None else ""
    return Listed(words.who(report), known or (report.mark.person if report.mark is not None else ""), link)


def missing(reports: Sequence[Report], roster: Roster, links: Sequence[str] | None = None) -> list[Missing] | None:
    """Who handed in nothing, by name: who is on the roster without a report, and whose report says so.

    None where nobody is known to have handed in nothing, since there is no roster.
    """
    absent = [(report, links[i] if links else "") for i, report in enumerate(reports) if mark_words.absent(report)]
    if roster is None and not absent:
        return None
    names = roster if isinstance(roster, Mapping) else {}
    there = {report.student for report in reports}
    found = [Missing(listed(report, roster, link), _mark(report)) for report, link in absent]
    found += [Missing(Listed(id, names.get(id, "")), "") for id in roster or () if id not in there]
    return sorted(found, key=lambda each: each.who.order)


def _mark(report: Report) -> str:
    """`4.5 of 10`; `4 of 9 so far` where a person has yet to grade a part, out of what is graded."""
    score = f"{words.number(mark_words.so_far(report) or 0.0)} of {words.number(mark_words.worth_so_far(report))}"
    return f"{score} so far" if report.waiting else score


def _people(reports: Sequence[Report], whose: Mapping[int, Listed]) -> list[Listed]:
    return sorted((whose[id(report)] for report in reports), key=lambda each: each.order)


def _row(report: Report, methods: list[str], who: Listed) -> _Row:
    by_method = [method_words.method_score(report, method) for method in methods]
    score = mark_words.so_far(report)
    by_person = not report.waiting and report.mark is not None and report.mark.total != report.auto_score
    by_autograder = "–" if report.auto_score is None or not report.checks else words.number(report.auto_score)
    return _Row(
        who=who,
        verdict=verdicts.verdict(report),
        points=[words.number(score[0]) if score else "–" for score in by_method],
        score=score,
        total="none" if score is None else words.number(score) + (" so far" if report.waiting else ""),
        by_autograder=by_autograder if by_person else "",
        faults=faults_of(report),
    )
