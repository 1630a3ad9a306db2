"""Complex numbers whose real part is a loss, and whose imaginary part is a tiny step times a slope of it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

import numpy as np

TINY_STEP, SAME = 1e-3, 1e-6


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


def _among(imaginary: float, losses: Sequence[tuple[float, float]]) -> bool:
    return any(abs(other - imaginary) <= SAME * abs(imaginary) for _, other in losses)
