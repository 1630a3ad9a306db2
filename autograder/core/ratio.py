"""Which number, if any, turns one array into another: same numbers, their ratio, a constant among many ratios."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import median

import numpy as np

Array = np.ndarray
SAME = 3e-5  # arrays nearer than this, relative to their largest element, are the same array for a diagnosis
ROUND = 2e-4  # ratios nearer than this, relatively, are the same ratio
TINY = float(np.finfo(float).tiny)  # below it numbers lose their digits


def same_as(actual: Array, base: Array) -> bool:
    """The same numbers but for rounding; NaN and infinities must stand in the same places."""
    if actual.shape != base.shape:
        return False
    finite = np.isfinite(base)
    if not np.array_equal(finite, np.isfinite(actual)):
        return False
    if not finite.any():
        return True
    largest = float(np.abs(base[finite]).max())
    return bool(np.all(np.abs(actual[finite] - base[finite]) <= SAME * largest + 1e-300))


def ratio(actual: Array, base: Array) -> float | None:
    """The number r with actual = r · base; NaN where both vanish, None where there is none."""
    if actual.shape != base.shape or not (np.all(np.isfinite(actual)) and np.all(np.isfinite(base))):
        return None
    largest, came = (float(np.abs(array).max()) if array.size else 0.0 for array in (base, actual))
    if largest == 0.0:
        return float("nan") if came == 0.0 else None
    if came < TINY:  # no multiple of anything: a number without its digits is within reach of any other
        return None
    scaled = base / largest
    factor = float(np.sum(actual * scaled) / np.sum(scaled * scaled)) / largest
    return factor if np.all(np.abs(actual - factor * base) <= SAME * max(came, 1e-300)) else None


def constant(ratios: Sequence[float]) -> float | None:
    """The number that all ratios are but for rounding, None where they are not one number or none."""
    middle = float(median(ratios)) if ratios else 0.0
    if middle == 0.0 or not np.isfinite(middle):
        return None
    return middle if all(abs(each - middle) <= ROUND * abs(middle) for each in ratios) else None
