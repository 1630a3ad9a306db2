"""What the pages draw: a curve over the band that right solutions keep to, and how exact gradients are."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np

from autograder.core import Difference

WIDTH = 0.1  # of a right number: the band shows where a right run goes, and no number can be read off it
LARGEST_ERROR = 1e6  # relative, as it is drawn; what is no number is drawn as that


def curve(
    actual: np.ndarray, wanted: np.ndarray, tolerance: float | np.ndarray, noun: str, step: str, uses: Iterable[str]
) -> dict[str, Any] | None:
    """A run's own record (T,) over its band; None where there is nothing to draw.

    `noun` is what was recorded and `step` what it was recorded in, in a word; `uses` are the items that the run uses
    beside its own.
    """
    came = np.ravel(actual)[: 2 * wanted.size]
    if not came.size or not np.all(np.isfinite(came)) or not np.all(np.isfinite(wanted)):
        return None
    width = np.maximum(WIDTH * np.abs(wanted), tolerance)
    low, high = wanted - width, wanted + width
    outside = [k for k, (a, lo, hi) in enumerate(zip(came, low, high, strict=False)) if not lo <= a <= hi]
    return {
        "values": _short(came),
        "low": _short(low),
        "high": _short(high),
        "parts_at": outside[0] if outside else None,
        "noun": noun,
        "step": step,
        "uses": list(uses),
    }


def errors(differences: Iterable[tuple[str, Difference | None]]) -> dict[str, float]:
    """By gradient: the largest of its relative errors, of two digits."""
    largest: dict[str, float] = {}
    for name, difference in differences:
        if difference is not None:
            error = min(difference.error, LARGEST_ERROR)
            largest[name] = max(largest.get(name, 0.0), error if error == error else LARGEST_ERROR)
    return {name: float(f"{error:.2g}") for name, error in largest.items()}


def _short(values: np.ndarray) -> list[float]:
    return [float(f"{value:.3g}") for value in values]
