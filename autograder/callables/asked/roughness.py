"""How rough answers are that lie next to one another: those of a difference grow rougher from rung to rung."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

Array = np.ndarray
# The pairs lie 1e-9 apart, and so do the answers of a derivative, in float32 within 1e-6. A difference with a step of
# 1e-8 has the roughness 1e-8 on the first rung, 1e-5 on the second, 1e-2 on the third; with a step of 1, 1e-5 where
# numbers are 1e12 times as large, 1e-2 at 1e16; in long double, with a step of 1, 1e-3 at 1e18.
ROUGH = 1e-4
RISE = 100.0  # how much rougher than the first rung, and a rung beside by how much rougher than that, at least
EXACT = 1e-8  # relative to the largest: where answers are as near as this to the right ones, no two are rough


def apart(there: Sequence[Array]) -> float:
    """How far answers on one rung are from its first one, relative to the largest number.

    NaN where a rung says nothing: answers are missing, or beyond all numbers.
    """
    shapes = {each.shape for each in there}
    if len(there) < 2 or len(shapes) > 1 or not all(np.all(np.isfinite(each)) for each in there):
        return float("nan")
    largest = max(float(np.abs(each).max(initial=0.0)) for each in there)
    with np.errstate(all="ignore"):
        return max(float(np.abs(each - there[0]).max()) for each in there[1:]) / largest if largest > 0.0 else 0.0


def loses_its_digits(rough: Sequence[float]) -> bool:
    """Whether answers are smooth on the first rung, rough on a later one, and rougher than at first beside it."""
    if not all(np.isfinite(rough[:2])):
        return False
    smooth = rough[0]
    for rung in range(1, len(rough)):
        if not (rough[rung] >= ROUGH and rough[rung] >= RISE * smooth):
            continue
        beside = [rough[other] for other in (rung - 1, rung + 1) if 0 < other < len(rough)]
        if any(each >= RISE * max(smooth, 1e-9) for each in beside):
            return True
    return False


def has_its_digits(array: Array | None, right: Array) -> bool:
    """Whether an answer is the right one to more digits than a difference has that shows."""
    if array is None or array.shape != right.shape:
        return False
    with np.errstate(all="ignore"):
        far = float(np.abs(array - right).max(initial=0.0))
    return far <= EXACT * float(np.abs(right).max(initial=0.0))
