"""What a training method may do to its data before the first epoch."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

Array = np.ndarray


def _standardised(values: Array) -> Array:
    spread = values.std(axis=0)
    return (values - values.mean(axis=0)) / np.where(spread > 0.0, spread, 1.0)


def _to_one(values: Array) -> Array:
    low, high = values.min(axis=0), values.max(axis=0)
    return (values - low) / np.where(high > low, high - low, 1.0)


CHANGES: dict[str, Callable[[Array, Array], tuple[Array, Array]]] = {
    "x standardised": lambda x, y: (_standardised(x), y),
    # As most write it: one sample has no spread, and gives NaN.
    "x standardised plainly": lambda x, y: ((x - x.mean(axis=0)) / x.std(axis=0), y),
    "x centred": lambda x, y: (x - x.mean(axis=0), y),
    "x scaled to 0 … 1": lambda x, y: (_to_one(x), y),
    "x over its largest": lambda x, y: (x / x.max(axis=0), y),
    "x over its largest size": lambda x, y: (x / np.abs(x).max(axis=0), y),
    "y standardised": lambda x, y: (x, _standardised(y)),
    "y centred": lambda x, y: (x, y - y.mean(axis=0)),
    "both standardised": lambda x, y: (_standardised(x), _standardised(y)),
    "first half": lambda x, y: (x[: len(x) // 2], y[: len(x) // 2]),
    "last sample dropped": lambda x, y: (x[:-1], y[:-1]),
    "first sample dropped": lambda x, y: (x[1:], y[1:]),
}
