"""Comparing arrays of numbers: differences, relative errors, gradients by differences."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

Array = np.ndarray


@dataclass(frozen=True, slots=True)
class Difference:
    """How an array compares with the one asked: `error` is the largest difference relative to the largest number.

    `worst` is the index of the element farthest outside its tolerance, if one is.
    """

    same_shape: bool
    within: bool
    error: float = np.inf
    worst: tuple[int, ...] = ()


def compare(actual: Array, expected: Array, tolerance: Array) -> Difference:
    """Element by element: |actual − expected| ≤ tolerance. NaN is never within; a tolerance of 0 asks for equality."""
    if actual.shape != expected.shape:
        return Difference(same_shape=False, within=False)
    if not expected.size:
        return Difference(same_shape=True, within=True, error=0.0)
    with np.errstate(all="ignore"):
        far = np.abs(actual - expected)
        if (far <= tolerance).all():
            return Difference(same_shape=True, within=True, error=_relative(far, actual, expected))
        excess = np.where(np.isnan(far), np.inf, far / np.maximum(tolerance, np.finfo(float).tiny))
        excess[far <= tolerance] = -1.0  # where a tolerance is next to nothing, the quotients do not say which is out
        worst = np.unravel_index(int(np.argmax(excess)), expected.shape)
        error = _relative(far, actual, expected)
    return Difference(same_shape=True, within=False, error=error, worst=tuple(int(k) for k in worst))


def relative_error(actual: Array, expected: Array) -> float:
    """The largest difference over the largest magnitude of either; infinite where a number is not finite."""
    if actual.shape != expected.shape:
        return float("inf")
    if not expected.size:
        return 0.0
    with np.errstate(all="ignore"):
        return _relative(np.abs(actual - expected), actual, expected)


def _relative(far: Array, actual: Array, expected: Array) -> float:
    """`relative_error`, where the differences are known already."""
    largest = float(far.max())
    if not math.isfinite(largest):
        return float("inf")
    scale = max(float(np.abs(actual).max()), float(np.abs(expected).max()))
    return largest / scale if scale > 0.0 else 0.0


def central_differences(
    loss: Callable[[Sequence[Array]], float], weights: Sequence[Array], step: float = 1e-6
) -> tuple[Array, ...]:
    """The gradient of `loss` at `weights` by central differences, error of the order of step².

    The step is relative to each weight, at least `step` itself: the usual rule (Nocedal & Wright, Numerical
    Optimization, 2nd ed., section 8.1).
    """
    gradients = []
    for k, weight in enumerate(weights):
        gradient = np.zeros_like(weight, dtype=float)
        for index in np.ndindex(weight.shape):
            width = step * max(1.0, abs(float(weight[index])))
            moved = []
            for sign in (1.0, -1.0):
                trial = [np.array(each, dtype=float) for each in weights]
                trial[k][index] += sign * width
                moved.append((loss(trial), float(trial[k][index])))
            gradient[index] = (moved[0][0] - moved[1][0]) / (moved[0][1] - moved[1][1])
        gradients.append(gradient)
    return tuple(gradients)
