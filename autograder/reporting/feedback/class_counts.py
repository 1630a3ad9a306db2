"""What a class has in common: its marks as a figure, its faults, its slowest submissions."""

from __future__ import annotations

import math
import statistics
from collections.abc import Sequence
from dataclasses import dataclass

from autograder.core import Code, Report
from autograder.reporting.feedback import mark_words, method_words, plots, words
from autograder.reporting.feedback.needs import below_half

SLOWEST = 10


@dataclass(frozen=True, slots=True)
class Shared:
    """A fault with all who have it; `of` is the number of graded submissions."""

    method: str
    code: str
    reports: tuple[Report, ...]
    of: int

    @property
    def name(self) -> str:
        blank = self.code == Code.NOT_IMPLEMENTED and all(
            method_words.method_word(report, self.method) == method_words.NOT_WRITTEN for report in self.reports
        )
        return f"is {method_words.NOT_WRITTEN}" if blank else words.fault(self.code)

    @property
    def share(self) -> float:
        return len(self.reports) / self.of


def percent(count: float, total: float) -> str:
    """A share, rounded, but 0 % and 100 % only where they are true; a dash of nothing."""
    if not total:
        return "–"
    rounded = round(100 * count / total)
    if 0 < count < total:
        rounded = min(99, max(1, rounded))
    return f"{rounded} %"


def faults(reports: Sequence[Report]) -> list[Shared]:
    """The faults named in graded submissions, the most frequent first; a submission counts once for each."""
    graded = [report for report in reports if report.verdict == "graded"]
    reports_by_fault: dict[tuple[str, str], list[Report]] = {}
    for report in graded:
        for key in {(check.method, each.code) for check in report.checks for each in check.diagnoses}:
            reports_by_fault.setdefault(key, []).append(report)
    ranked = sorted(reports_by_fault.items(), key=lambda item: (-len(item[1]), item[0]))
    return [Shared(method, code, tuple(whose), len(graded)) for (method, code), whose in ranked]


def scores(reports: Sequence[Report]) -> plots.Figure | None:
    """The histogram of the marks, and of the points so far where a mark waits for a person; None of nothing."""
    values = [points for report in reports if (points := mark_words.so_far(report)) is not None]
    if not values:
        return None
    top = max(mark_words.worth(report) for report in reports)
    step = max(1, math.ceil(top / 12))
    bins = max(1, math.ceil(top / step))
    counts = [0] * (bins + 1)  # the last column is full marks alone
    for value in values:
        counts[bins if value >= top else int(value // step)] += 1
    starts = [step * i for i in range(bins)]
    labels = [*(str(start) if step == 1 else f"{start}+" for start in starts), words.number(top)]
    waiting = sum(bool(report.waiting) for report in reports)
    still = f", {waiting} of them by the points so far, since a person has yet to grade a part" if waiting else ""
    below = "below half of what is graded so far" if waiting else "below half"
    text = (
        f"{len(values)} scored{still}: mean {words.number(round(statistics.fmean(values), 2))}, "
        f"median {words.number(statistics.median(values))} of {words.number(top)}; "
        f"{counts[bins]} with full marks, {sum(map(below_half, reports))} {below}. "
        f"A column stands for {'points' if waiting else 'marks'} from its number up to the next; "
        "the last is full marks."
    )
    return plots.histogram(counts, labels, text)


def slowest(reports: Sequence[Report]) -> list[tuple[Report, str]]:
    """The submissions that ran longest, with their seconds; only those whose time is known."""
    timed = [
        (wall_s, words.who(report), report)
        for report in reports
        if (wall_s := plots.finite(report.evidence.get("wall_s"))) is not None and wall_s >= 0
    ]
    timed.sort(key=lambda item: (-item[0], item[1]))
    return [(report, f"{wall_s:.2f} s") for wall_s, _, report in timed[:SLOWEST]]
