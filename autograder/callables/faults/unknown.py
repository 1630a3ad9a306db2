"""A number that nobody knows beforehand, found from how far off answers are with one number and the next."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

STEPS = 12  # towards the number, of Newton's method for least squares
NEAR = 1e-9  # how near answers must come, relative to the largest number
BESIDE = 1e-6  # relative step of the slope


def solve(off: Callable[[float], np.ndarray | None], starts: Sequence[float]) -> float | None:
    """The number with which nothing is off; None where none is found.

    `off(number)` tells by how much each element is off, relative to the largest; None where there is no answer. Begun
    from the best two of `starts`: one linear step after another (Gauss-Newton: Nocedal & Wright, Numerical
    Optimization, 2nd ed., section 10.3).
    """
    tried = [(float(np.abs(gap).max()), number) for number in starts if (gap := off(number)) is not None]
    for _, number in sorted(tried)[:2]:
        for _ in range(STEPS):
            gap, beside = off(number), off(number * (1 + BESIDE))
            if gap is None or beside is None:
                break
            if float(np.abs(gap).max()) < NEAR:
                return number
            slope = (beside - gap) / (number * BESIDE)
            steep = float(slope @ slope)
            if steep == 0.0:
                break
            number -= float(slope @ gap) / steep
            if not np.isfinite(number) or number == 0.0:
                break
    return None
