"""NumPy's exponential with its arguments watched, or cut off where many cut them off: beyond, it hardly changes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np

CUT_OFF = 20.0  # an exponential of less is 2e-9: the nearest that is in use
BEYOND_ALL = 710.0  # what has no exponential among the numbers


@contextmanager
def watched_exponentials() -> Iterator[list[float]]:
    """Within the block the list is told the size of the largest argument in each call of NumPy's exponential."""
    sizes: list[float] = []

    def heard(kept: Callable[..., Any], x: Any, *args: Any, **kwargs: Any) -> Any:
        sizes.append(float(np.abs(np.asarray(x, dtype=float)).max(initial=0.0)))
        return kept(x, *args, **kwargs)

    with _in_the_place_of_exp(heard):
        yield sizes


@contextmanager
def cut_off_exponentials() -> Iterator[None]:
    """Within the block NumPy's exponential takes its arguments from -CUT_OFF to CUT_OFF."""

    def cut(kept: Callable[..., Any], x: Any, *args: Any, **kwargs: Any) -> Any:
        return kept(np.clip(x, -CUT_OFF, CUT_OFF), *args, **kwargs)

    with _in_the_place_of_exp(cut):
        yield


@contextmanager
def _in_the_place_of_exp(function: Callable[..., Any]) -> Iterator[None]:
    kept = np.exp

    def instead(x: Any, *args: Any, **kwargs: Any) -> Any:
        return function(kept, x, *args, **kwargs)

    np.exp = instead  # type: ignore[assignment]
    try:
        yield
    finally:
        np.exp = kept
