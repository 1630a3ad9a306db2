"""What a sentence says of answers, in a form that can be held against all that were recorded.

A cause is found on the smaller answers, on those of one route, sometimes on the wrong ones alone. Before it is printed
its claim is held against the larger and later answers too; where one speaks against it, only the difference is told.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from autograder.assignments import Array
from autograder.judging.findings import Finding

NEAR = 3e-4  # relative to an array's largest element: the constants in a claim are measured ones


class Claim(Protocol):
    """Whether what is said holds of recorded answers."""

    def holds(self, findings: Sequence[Finding]) -> bool:
        """Whether no answer speaks against it, and a wrong one speaks for it."""
        ...


@dataclass(frozen=True, slots=True)
class Predicted:
    """The array `name` is what `predicts` gives for each finding; None where nothing is said of a finding."""

    name: str
    predicts: Callable[[Finding], Array | None]

    def holds(self, findings: Sequence[Finding]) -> bool:
        """Infinite answers have no scale, and are left to the search."""
        seen = False
        for each in findings:
            if each.name != self.name or each.actual is None or not np.all(np.isfinite(each.actual)):
                continue
            with np.errstate(all="ignore"):
                predicted = self.predicts(each)
            if predicted is None:
                continue
            if not alike(each.actual, predicted):
                return False
            seen = seen or not each.right
        return seen


def alike(actual: Array, predicted: Array) -> bool:
    """The same numbers, as far as a claim is exact; a prediction that is not finite says nothing."""
    if actual.shape != predicted.shape:
        return False
    if not actual.size or not np.all(np.isfinite(predicted)):
        return True
    largest = float(np.abs(predicted).max())
    return bool(np.all(np.abs(actual - predicted) <= NEAR * largest + 1e-300))
