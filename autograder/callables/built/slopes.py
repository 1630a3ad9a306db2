"""Declared slopes held against central differences of the reference's own runs."""

from __future__ import annotations

import numpy as np

from autograder.callables.asked.exam import Exam
from autograder.callables.asked.leaves import value_at, with_value
from autograder.callables.asked.sloped import number_at, shaped, slope_argument, values_in
from autograder.callables.declared.declaration import Slope


def slope_error(exam: Exam, slope: Slope, by: str, wrt: str, step: float) -> float:
    """How far the reference's `by` is from the central difference by `wrt`, along a random direction, relative to its
    size; the largest over the everyday questions.

    Raises LookupError where the slope cannot be asked: no such result or argument, or a way to compute that raises.
    """
    reference = exam.reference
    plain = [each for each in exam.of(slope.callable) if each.plain and len(each.scored) == 1 and each.counts]
    if not plain:
        raise LookupError(f"no grade cell scores {slope.callable}")
    worst = 0.0
    for question in plain:
        values = values_in(reference, question)
        wrt = slope_argument(reference, slope, wrt)
        arrays = exam.expected(question, question.scored[0]).arrays
        if by not in arrays:
            raise LookupError(f"{slope.callable} has no result {by!r}; it has {', '.join(arrays)}")
        rng = np.random.default_rng(1)
        base = value_at(values, wrt)
        direction = rng.normal(size=np.shape(base))
        width = step * max(1.0, float(np.abs(base).max(initial=0.0)))
        ends = [
            number_at(reference, slope, question, with_value(values, wrt, np.asarray(base) + sign * width * direction))
            for sign in (1.0, -1.0)
        ]
        wanted = (ends[0] - ends[1]) / (2.0 * width)
        slopes = shaped(arrays[by], base, by, wrt)
        stated = float(np.sum(slopes * direction))
        scale = float(np.linalg.norm(slopes) * np.linalg.norm(direction)) or 1.0
        error = abs(stated - wanted) / max(scale, 1e-9)
        worst = max(worst, error if error == error else np.inf)
    return worst
