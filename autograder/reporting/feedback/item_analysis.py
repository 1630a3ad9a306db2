"""Whether a question is fair: of every check, who passes it among those in whose work it could be judged.

Context: a check that all fail, or that the better part of a class fails oftener than the weaker part, is asked badly or
judged badly. Choice: the discrimination of classical item analysis, thirds of the class by the points of everything but
the check itself, so that no check vouches for itself; equal points share the places at a border between them. Cost:
nothing is said of fewer than `ENOUGH` submissions.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from autograder.core import Report

ENOUGH = 9  # judged submissions, three in a third
NOT_JUDGED = ("skipped", "internal_error")


@dataclass(frozen=True, slots=True)
class Item:
    """One check: `passed` of `judged`, and the parts (0 to 1) of the upper and the lower third that passed it.

    `upper` and `lower` are None for fewer than `ENOUGH` submissions, and where all have the same points elsewhere.
    """

    id: str
    title: str
    passed: int
    judged: int
    skipped: int
    upper: float | None
    lower: float | None

    @property
    def difference(self) -> float | None:
        """The discrimination, from -1 to 1."""
        return None if self.upper is None or self.lower is None else self.upper - self.lower

    @property
    def said(self) -> str:
        """What an instructor may make of it."""
        if not self.judged:
            return "not judged in any submission"
        if self.passed == self.judged:
            return "everybody passes"
        if not self.passed:
            return "nobody passes: is it asked clearly?"
        if self.difference is None or self.upper is None:
            return "too little to tell"
        if self.difference <= -0.1:
            return "the lower third passes it more often: look at this question"
        if self.upper < 0.5:
            return "most of the upper third fail too: is it asked clearly?"
        if self.difference < 0.1 and self.passed >= 0.9 * self.judged:
            return "nearly everybody passes"
        if self.difference < 0.1:
            return "hardly tells them apart"
        return "tells them apart a little" if self.difference < 0.3 else "tells them apart"


def items(reports: Sequence[Report]) -> list[Item]:
    """Every check of the graded submissions, in the order of the first that has it."""
    seen: dict[str, list[tuple[float, bool]]] = {}
    titles: dict[str, str] = {}
    skipped: dict[str, int] = {}
    for report in reports:
        if report.verdict != "graded":
            continue
        whole = sum(check.score for check in report.checks)
        for check in report.checks:
            titles.setdefault(check.id, check.title)
            if check.outcome in NOT_JUDGED:
                skipped[check.id] = skipped.get(check.id, 0) + 1
            else:
                elsewhere = round(whole - check.score, 6)
                seen.setdefault(check.id, []).append((elsewhere, check.outcome == "passed"))
    return [_item(id, title, seen.get(id, []), skipped.get(id, 0)) for id, title in titles.items()]


def _item(id: str, title: str, judged: list[tuple[float, bool]], skipped: int) -> Item:
    passed = sum(right for _, right in judged)
    upper = lower = None
    if len(judged) >= ENOUGH and len({points for points, _ in judged}) > 1:
        upper = _third(sorted(judged, key=lambda each: -each[0]))
        lower = _third(sorted(judged, key=lambda each: each[0]))
    return Item(id, title, passed, len(judged), skipped, upper, lower)


def _third(ranked: list[tuple[float, bool]]) -> float:
    """The part that passed of the first third of `ranked`; of those with equal points each counts in part."""
    left = size = len(ranked) / 3
    right = 0.0
    start = 0
    while left > 0 and start < len(ranked):
        end = start
        while end < len(ranked) and ranked[end][0] == ranked[start][0]:
            end += 1
        part = min(1.0, left / (end - start))
        right += part * sum(passed for _, passed in ranked[start:end])
        left -= part * (end - start)
        start = end
    return min(1.0, right / size)
