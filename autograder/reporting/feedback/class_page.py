"""The page of a class, for its instructor."""

from __future__ import annotations

import math
import statistics
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from autograder.core import Report
from autograder.reporting.feedback import plots, words
from autograder.reporting.feedback.render import render
from autograder.reporting.feedback.terminal import faults_of

SLOWEST = 10
Roster = Sequence[str] | Mapping[str, str] | None


@dataclass(frozen=True, slots=True)
class _Row:
    """One student in the table of all: `link` leads to the page, "" where there is none."""

    name: str
    full_name: str
    link: str
    verdict: words.Verdict
    points: list[str]
    total: str
    faults: str


@dataclass(frozen=True, slots=True)
class _Rate:
    """How often something was seen: `count` of `total`."""

    name: str
    code: str
    count: int
    total: int

    @property
    def share(self) -> float:
        return self.count / self.total if self.total else 0.0

    @property
    def percent(self) -> str:
        """Rounded, but 0 % and 100 % only where they are true."""
        rounded = round(100 * self.share)
        if 0 < self.count < self.total:
            rounded = min(99, max(1, rounded))
        return f"{rounded} %"


def page(
    reports: Sequence[Report],
    *,
    assignment: str,
    roster: Roster = None,
    links: Sequence[str] | None = None,
) -> str:
    """A self-contained HTML page for the class.

    `roster` holds the ids of all who should have submitted, or maps ids to names; `links[i]` is the relative address
    of the page of `reports[i]`. Students appear by id. Raises ValueError for reports of another assignment.
    """
    other = sorted({report.assignment for report in reports} - {assignment})
    if other:
        raise ValueError(f"reports of other assignments among those of {assignment}: {words.listed(other)}")
    names: Mapping[str, str] = roster if isinstance(roster, Mapping) else {}
    methods = list(dict.fromkeys(name for report in reports for name in words.methods_of(report)))
    order = sorted(range(len(reports)), key=lambda i: (words.who(reports[i]), i))
    there = {report.student for report in reports}
    return render(
        "class.html.jinja",
        assignment=assignment,
        count=len(reports),
        methods=methods,
        rows=[_row(reports[i], methods, names, links[i] if links else "") for i in order],
        unscored=[words.who(reports[i]) for i in order if reports[i].score is None and not reports[i].withheld],
        withheld=[
            (words.who(reports[i]), reports[i].withheld)
            for i in order
            if reports[i].withheld and not reports[i].waiting
        ],
        waiting=[(words.who(reports[i]), words.worth_of(reports[i].waiting)) for i in order if reports[i].waiting],
        again=[
            (words.who(reports[i]), words.listed(words.again(reports[i]))) for i in order if words.again(reports[i])
        ],
        changed=[(words.who(reports[i]), words.account(reports[i])) for i in order if words.by_hand(reports[i])],
        unreadable=[words.who(reports[i]) for i in order if reports[i].verdict == "unreadable"],
        missing=None if roster is None else [(name, names.get(name, "")) for name in roster if name not in there],
        unknown=[] if roster is None else sorted(n for n in there if n is not None and n not in roster),
        scores=scores(reports),
        rates=pass_rates(reports),
        faults=fault_rates(reports),
        slowest=slowest(reports),
        bar=plots.bar,
    )


def scores(reports: Sequence[Report]) -> plots.Figure | None:
    """The histogram of the scores; None when nothing was scored."""
    values = [report.score for report in reports if report.score is not None]
    if not values:
        return None
    top = max(report.max_score for report in reports)
    step = max(1, math.ceil(top / 12))
    bins = max(1, math.ceil(top / step))
    counts = [0] * (bins + 1)  # the last column is full marks alone
    for value in values:
        counts[bins if value >= top else int(value // step)] += 1
    starts = [step * i for i in range(bins)]
    labels = [*(str(start) if step == 1 else f"{start}+" for start in starts), words.number(top)]
    full = counts[bins]
    text = (
        f"{len(values)} scored: mean {words.number(round(statistics.fmean(values), 2))}, "
        f"median {words.number(statistics.median(values))} of {words.number(top)}; "
        f"{full} with full marks, {sum(value < top / 2 for value in values)} below half. "
        f"A column stands for scores from its number up to the next; the last is full marks."
    )
    return plots.histogram(counts, labels, text)


def pass_rates(reports: Sequence[Report]) -> list[_Rate]:
    """For every check, how many of the graded submissions passed it."""
    totals: Counter[str] = Counter()
    passed: Counter[str] = Counter()
    titles: dict[str, str] = {}
    for report in reports:
        for check in report.checks if report.verdict == "graded" else ():
            titles.setdefault(check.id, check.title)
            totals[check.id] += 1
            passed[check.id] += check.outcome == "passed"
    return [_Rate(titles[key], key, passed[key], totals[key]) for key in titles]


def fault_rates(reports: Sequence[Report]) -> list[tuple[str, _Rate]]:
    """The faults named, with their method, the most frequent first; a submission counts once for each."""
    graded = [report for report in reports if report.verdict == "graded"]
    counts = Counter(
        key for report in graded for key in {(check.method, d.code) for check in report.checks for d in check.diagnoses}
    )
    ranked = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return [(method, _Rate(words.fault(code), code, count, len(graded))) for (method, code), count in ranked]


def slowest(reports: Sequence[Report]) -> list[tuple[str, str]]:
    """The submissions that ran longest, with their seconds; only those whose time is known."""
    timed = [
        (wall_s, words.who(report))
        for report in reports
        if (wall_s := plots.finite(report.evidence.get("wall_s"))) is not None and wall_s >= 0
    ]
    return [(name, f"{wall_s:.2f} s") for wall_s, name in sorted(timed, key=lambda item: (-item[0], item[1]))[:SLOWEST]]


def _row(report: Report, methods: list[str], names: Mapping[str, str], link: str) -> _Row:
    own = [words.method_score(report, method) for method in methods]
    score = words.so_far(report)
    return _Row(
        name=words.who(report),
        full_name=names.get(report.student, "") if report.student is not None else "",
        link=link,
        verdict=words.verdict(report),
        points=[words.number(score[0]) if score else "–" for score in own],
        total="none" if score is None else words.number(score) + (" so far" if report.waiting else ""),
        faults=faults_of(report),
    )
