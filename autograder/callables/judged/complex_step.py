"""Complex numbers whose real part is a loss, or what leads to one, and whose imaginary part is a tiny step times a
slope of that."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

import numpy as np

from autograder.callables.asked.ladders import Listened
from autograder.callables.asked.leaves import value_at, with_value
from autograder.callables.asked.question import CallsQuestion
from autograder.callables.asked.sloped import values_in
from autograder.callables.asked.steps import Values, steps_for
from autograder.callables.declared.reference import Reference
from autograder.observe import arrays_in

Array = np.ndarray
TINY_STEP, SAME = 1e-3, 1e-6
MOVED, NEAR = 1e-5, 1e-5  # of our own difference, and how near to it an imaginary part is
MOST_MOVED = 64  # elements of each argument


def carries(gradient: np.ndarray, losses: Sequence[tuple[float, float]]) -> bool:
    """Whether some step, the same one, times each number of a flat gradient is the imaginary part of a loss.

    Numbers that are next to nothing do not count, and of one alone nothing is said.
    """
    gradient = gradient[np.abs(gradient) > SAME * np.abs(gradient).max(initial=0.0)]
    if len(gradient) < 2:
        return False
    for step in (imaginary / gradient[0] for _, imaginary in losses):
        if 0.0 < abs(step) < TINY_STEP and all(_among(step * each, losses) for each in gradient):
            return True
    return False


def total_losses(
    real: np.ndarray, imaginary: np.ndarray, loss: float, counts: Collection[int]
) -> Iterator[tuple[float, float]]:
    """Complex numbers, their sum, or their mean over any of these counts, where the real part is the loss."""
    for count in {1, real.size, *counts}:
        total, part = float(real.sum()) / count, float(imaginary.sum()) / count
        if abs(total - loss) <= SAME * abs(loss):
            yield total, part


def moves_what_leads_to_it(reference: Reference, listened: Listened, seen: Sequence[Array]) -> bool:
    """Whether for two elements of the arguments that the slopes are by, or more, a complex array was seen, of those in
    `seen`, that is what leads to the number, a prediction say, with a tiny step times its slope by the element.

    Rounding, as of a Fourier transform there and back, leaves imaginary parts that are no such slope.
    """
    tiny = [(real.ravel(), imaginary.ravel()) for real, imaginary in seen if _is_tiny(real, imaginary)]
    if not tiny:
        return False
    values = values_in(reference, listened.question)
    here = _given(reference, listened, values)
    found = 0
    for leaf in listened.wrt:
        base = np.array(value_at(values, leaf), dtype=float)
        for place in list(np.ndindex(base.shape))[:MOST_MOVED]:
            ends = []
            for step in (MOVED, -MOVED):
                moved = base.copy()
                moved[place] += step
                ends.append(_given(reference, listened, with_value(values, leaf, moved)))
            slopes = [
                (up - down) / (2.0 * MOVED) if up.shape == down.shape else up for up, down in zip(*ends, strict=False)
            ]
            found += any(
                _is_moved_along(at, slope, each) for at, slope in zip(here, slopes, strict=False) for each in tiny
            )
            if found > 1:
                return True
    return False


def _is_tiny(real: Array, imaginary: Array) -> bool:
    return real.size > 1 and 0.0 < np.abs(imaginary).max() < TINY_STEP * np.abs(real).max()


def _given(reference: Reference, listened: Listened, values: Values) -> list[Array]:
    """What the reference's callables that lead to the number give, in order, when they are asked with these values."""
    arrays: list[Array] = []
    for name in listened.through:
        asked = CallsQuestion("on the way", name, "", steps_for(reference, name, values))
        results = reference.answers(asked)[-1].get("parts", {})
        arrays += (array.ravel() for array in arrays_in(reference.signature(name).results, results).values())
    return arrays


def _is_moved_along(at: Array, slope: Array, seen: tuple[Array, Array]) -> bool:
    """Whether numbers are these, and their imaginary part the slope, which is in several of them, times a tiny step."""
    real, imaginary = seen
    if not at.shape == slope.shape == real.shape or np.count_nonzero(slope) < 2:
        return False
    step = float(slope @ imaginary / (slope @ slope))
    same = np.abs(real - at).max() <= SAME * np.abs(at).max()
    return bool(
        same
        and 0.0 < abs(step) < TINY_STEP
        and np.abs(imaginary - step * slope).max() <= NEAR * np.abs(imaginary).max()
    )


def _among(imaginary: float, losses: Sequence[tuple[float, float]]) -> bool:
    return any(abs(other - imaginary) <= SAME * abs(imaginary) for _, other in losses)
