"""Records that are longer or shorter than asked: what of them is right, and whether an argument counts them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from autograder.callables.asked.exam import Exam
from autograder.callables.judged.findings import Finding
from autograder.core import compare


def counted_by(exam: Exam, findings: Sequence[Finding]) -> str:
    """The argument that counts a result's entries, by the shape that the docstring gives; empty where none does."""
    first = findings[0]
    signature = exam.reference.signature(first.question.method)
    shape = signature.shapes.get(first.name, ())
    return shape[0] if shape and shape[0] in signature.arguments else ""


def by_length(exam: Exam, findings: Sequence[Finding]) -> str | None:
    """What of the entries is right, empty where no rule says so, of a result that is wrong by its length along the
    first axis, which an argument counts; None for any other. `findings` are all on that result."""
    came = [each for each in findings if each.actual is not None]
    longer = [each for each in came if each.actual is not None and each.actual.shape != each.wanted.shape]
    if not longer or not counted_by(exam, findings):
        return None
    if not all(each.actual is not None and _rows_alone(each.actual, each.wanted) for each in longer):
        return None
    return _right_entries(exam, came)


def _rows_alone(came: np.ndarray, wanted: np.ndarray) -> bool:
    """Whether two shapes differ in their first length alone."""
    return came.ndim == wanted.ndim > 0 and came.shape[1:] == wanted.shape[1:] and len(came) != len(wanted)


def _right_entries(exam: Exam, findings: Sequence[Finding]) -> str:
    """Which of the entries are right in every question; empty where no rule says so, or there are none at all."""
    if not any(each.actual is not None and each.actual.size for each in findings):
        return ""
    if all(_alike(exam, each, 0) for each in findings):
        fewer = all(each.actual is not None and len(each.actual) <= len(each.wanted) for each in findings)
        more = all(each.actual is not None and len(each.actual) >= len(each.wanted) for each in findings)
        if more:
            return "Its first entries are right, and there are more of them than are asked."
        if fewer:
            return "All its entries are right, and there are fewer than are asked."
        return "Its entries are right as far as they go, and there is another number of them than is asked."
    if all(_alike(exam, each, 1) for each in findings):
        return "Its last entries are right, and there are more before them than are asked."
    return ""


def _alike(exam: Exam, finding: Finding, from_the_end: int) -> bool:
    """Whether the entries are right that are there both in what came and in what is asked."""
    came, wanted = finding.actual, finding.wanted
    if came is None:
        return False
    both = min(len(came), len(wanted))
    if not both:
        return True
    part = slice(-both, None) if from_the_end else slice(both)
    tolerance = np.broadcast_to(exam.expected(finding.question, finding.call).tolerance[finding.name], wanted.shape)
    return compare(came[part], wanted[part], tolerance[part]).within
