"""Gradients by the complex step: an oracle for tests, independent of differences."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

Array = np.ndarray


def complex_step(loss: Callable[[Sequence[Array]], complex], weights: Sequence[Array]) -> tuple[Array, ...]:
    """The gradient of an analytic `loss`, exact to rounding: imag(loss(w + ih)) / h (Squire & Trapp 1998)."""
    tiny = 1e-30
    gradients = []
    for k, weight in enumerate(weights):
        gradient = np.zeros_like(weight, dtype=float)
        for index in np.ndindex(weight.shape):
            trial = [np.array(each, dtype=complex) for each in weights]
            trial[k][index] += 1j * tiny
            gradient[index] = complex(loss(trial)).imag / tiny
        gradients.append(gradient)
    return tuple(gradients)
