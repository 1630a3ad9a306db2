"""A slope held against differences of what the submission itself has written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from autograder.callables.asked.exam import Exam
from autograder.callables.asked.fits import Fit
from autograder.callables.judged.findings import Finding
from autograder.core import CallAnswer

FIT = 1e-4  # relative; a central difference is good to some 1e-9 there, a slip in a formula is off by 1e-3 and more


def fits(exam: Exam, fit: Fit, findings: Sequence[Finding], answers: Mapping[str, tuple[CallAnswer, ...]]) -> bool:
    """Whether a slope is, along one direction, what two calls of the submission's own way forward say; `findings` are
    those on the callable that gives it."""
    pair = exam.questions[fit.id]
    of_slope = [each for each in findings if each.question.id == fit.of and each.name == fit.by]
    first = exam.reference.signature(pair.method).results[0]
    ends = [_first_part(answer) for answer in answers.get(fit.id, ())[pair.first :]]
    if len(ends) != 2 or any(end is None for end in ends) or not first:
        return False
    if not of_slope or of_slope[0].actual is None:
        return False
    slope = of_slope[0].actual
    if slope.shape != fit.direction.shape or ends[0].shape != np.shape(fit.times):
        return False
    with np.errstate(all="ignore"):
        wanted = float(np.sum(np.asarray(fit.times) * (ends[0] - ends[1]))) / (2.0 * fit.step)
        predicted = float(np.sum(slope * fit.direction))
        scale = float(np.linalg.norm(slope) * np.linalg.norm(fit.direction))
    return bool(abs(wanted - predicted) <= FIT * max(scale, 1e-12))


def _first_part(answer: CallAnswer) -> Any:
    """The array that a call returned first; None where there is none."""
    part = answer.parts.get("0")
    return None if part is None else part.array
