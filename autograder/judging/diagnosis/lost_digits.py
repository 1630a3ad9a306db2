"""Digits that a gradient has lost, as one has that was found by differences of the loss."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from autograder.core import PUBLISHED
from autograder.judging.findings import Finding

LOST = 1e-2  # relative error from which a gradient's digits are lost where a step of any usual size is
SMALL = 1e-3  # relative error up to which a gradient may be the right one found numerically


def lost_digits(own: Sequence[Finding]) -> bool:
    """Right to a few digits in ordinary questions, and far off where a step of any usual size is lost; or right in
    all of those (a difference of squares is exact), and short of digits there."""
    huge = [each for each in own if each.question.id.startswith("dloss_dw/huge")]
    rest = [each for each in own if each not in huge and each.question.situation != PUBLISHED]
    ordinary = all(each.difference is not None and each.difference.error < SMALL for each in rest)
    lost = [each for each in huge if each.difference is not None and not each.difference.error < LOST and _noisy(each)]
    short = [each for each in huge if each.difference is not None and each.difference.error < LOST]
    found = lost if ordinary else []
    found += short if all(each.right for each in rest) else []
    return bool(rest) and any(each.outcome == "wrong" for each in found)


def _noisy(finding: Finding) -> bool:
    """Whether lost digits look like those of a difference, all gone or far out: a clipped gradient is neither."""
    if finding.actual is None or finding.actual.shape != finding.wanted.shape:
        return False
    off = np.abs(finding.actual - finding.wanted) > LOST * np.abs(finding.wanted).max()
    came = np.abs(finding.actual[off])
    clipped = came.size > 1 and came[0] > 0.0 and bool(np.all(came == came[0]))
    return not clipped and not bool(np.any((came > 0.0) & (came < 1e3)))
