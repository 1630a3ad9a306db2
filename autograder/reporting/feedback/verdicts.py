"""A submission's result in one headline and one sentence."""

from __future__ import annotations

from dataclasses import dataclass

from autograder.core import ABSENT, FinalMark, Report
from autograder.reporting.feedback.mark_words import by_hand, so_far, worth
from autograder.reporting.feedback.method_words import method_outcome, methods_of, to_write, unwritten
from autograder.reporting.feedback.words import SYMBOLS, UNREADABLE, listed, points, worth_of

OUR_FAULT = (
    "No score yet: the autograder itself failed here. This is our fault, not yours, and it costs you nothing; "
    "your instructor will grade it again."
)
MARKED_BY_HAND = "Marked by hand, not by the autograder."
MARKED_BY_TESTS = "Marked by the tests in the notebook, and by hand where it says so."


@dataclass(frozen=True, slots=True)
class Verdict:
    """A submission's result in words: `headline` is the score, `sentence` what to make of it."""

    symbol: str
    outcome: str
    headline: str
    sentence: str


def verdict(report: Report) -> Verdict:
    """The submission's result in words, the score first."""
    score = so_far(report)
    if report.withheld and not report.waiting:
        return Verdict(SYMBOLS["internal_error"], "internal_error", "No mark yet", "Your mark is not settled yet.")
    if score is None:
        return Verdict(SYMBOLS["internal_error"], "internal_error", "Not scored", OUR_FAULT)
    headline = points(score, worth(report)) + (" so far" if report.waiting else "")
    still = f"Still to be graded by a person: {worth_of(report.waiting)}." if report.waiting else ""
    if report.verdict == "unreadable":
        sentence = f"Nothing could be graded: {UNREADABLE}."
        if by_hand(report):
            sentence += " The mark is not the autograder’s alone: see how it came about."
        outcome = _standing(report, score)
        return Verdict(SYMBOLS[outcome], outcome, headline, sentence)
    if report.auto_score is None or not report.checks:
        outcome = "partial" if still else _standing(report, score)
        return Verdict(SYMBOLS[outcome], outcome, headline, still or without_report(report.mark))
    names = methods_of(report)
    right = [name for name in names if method_outcome(report, name) == "passed"]
    blank = [name for name in names if unwritten(report, name)]
    rest = [name for name in names if name not in right and name not in blank]
    if not rest and not blank and not still and abs(score - worth(report)) < 1e-5:  # marks are rounded
        return Verdict(SYMBOLS["passed"], "passed", headline, "Full marks. Everything that was checked is right.")
    parts = [f"Right: {listed(right)}."] if right else []
    parts += [f"Look again at {listed(rest)}."] if rest else []
    parts += [f"Still to write: {listed(to_write(report))}."] if blank else []
    given = [part for part in report.mark.changed if part.auto is None] if report.mark is not None else []
    if given:
        said = (f"{part.name} ({points(part.manual or 0.0, part.max_score)})" for part in given)
        parts.append(f"Graded by a person: {listed(said)}.")
    parts += [still] if still else []
    if by_hand(report):
        parts.append("The mark is not the autograder’s alone: see how it came about.")
    outcome = "partial" if still else _standing(report, score)
    return Verdict(SYMBOLS[outcome], outcome, headline, " ".join(parts) or "Nothing was checked.")


def _standing(report: Report, score: float) -> str:
    """The outcome that a mark shows: full marks that a person gave are as full as others."""
    if report.mark is not None and score >= worth(report) - 1e-5:  # marks are rounded
        return "passed"
    return "partial" if score > 0 else "failed"


def without_report(mark: FinalMark | None) -> str:
    """Where a mark comes from that the autograder has no report on."""
    if mark is not None and mark.absent:
        return MARKED_BY_HAND if mark.entered else ABSENT
    if mark is None or all(part.auto is None for part in mark.parts):
        return MARKED_BY_HAND
    return MARKED_BY_TESTS
