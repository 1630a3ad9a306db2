"""A report with what the gradebook made of it, or with the reason why that gives no mark.

A pure function of both, so that a worker makes the page that the recording process would make.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

from autograder.core import FinalMark, Part, Report
from autograder.reporting import words


def with_mark(report: Report, mark: FinalMark | None) -> Report:
    """One report with what the gradebook has of its submission."""
    if mark is not None and mark.by_hand:
        return attached(report, mark)
    if report.auto_score is None:
        return report
    if mark is None:
        return replace(report, withheld="the gradebook has no mark of it; grade it, so that it is recorded")
    if report.verdict == "graded" and not math.isclose(report.max_score, mark.max_score, abs_tol=1e-5):
        return replace(
            report,
            withheld=f"it was graded out of {report.max_score:g} points, and the assignment is worth "
            f"{mark.max_score:g} now; run autograder grade",
        )
    if not _agree(report, mark.parts):
        return replace(
            report,
            withheld=f"the gradebook holds {mark.auto:g} points of another grading than the last, which gave "
            f"{report.auto_score:g}; run autograder grade, so that this one is recorded",
        )
    return attached(report, mark)


def attached(report: Report, mark: FinalMark) -> Report:
    """A report with a mark that is of the same work, withheld where the mark is not whole."""
    if not all(map(math.isfinite, (mark.score, mark.penalty, mark.max_score))):
        return replace(report, withheld="the gradebook holds something that is no number")
    if not mark.settled:
        report = replace(report, mark=mark)
        return replace(report, withheld=f"it is still to be graded by hand: {words.worth_of(report.waiting)}")
    return replace(report, mark=mark)


def _agree(report: Report, parts: Sequence[Part]) -> bool:
    """Whether the automatic points in the gradebook are this report's."""
    earned = {method: points["score"] for method, points in report.methods.items()}
    ours = {part.name: part.auto for part in parts if part.auto is not None}
    return math.isclose(math.fsum(ours.values()), report.auto_score or 0.0, abs_tol=1e-5) and all(
        math.isclose(ours.get(method, 0.0), score, abs_tol=1e-5) for method, score in earned.items()
    )
