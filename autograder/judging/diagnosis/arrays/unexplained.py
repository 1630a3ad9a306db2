"""An array whose fault is not proved: how far it is off, where, and where to look."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from autograder.judging.diagnosis.answered import when
from autograder.judging.diagnosis.fault_found import FaultFound
from autograder.judging.diagnosis.sentences import sentence, share, times
from autograder.judging.findings import Finding

INTEGERS = "Are they stored in an integer array, or cast to one? That cuts off what stands behind the point."


def unexplained_array(method: str, name: str, of_name: Sequence[Finding]) -> list[FaultFound]:
    wrong = [each for each in of_name if not each.right]
    infinite = [each for each in wrong if each.actual is not None and not np.all(np.isfinite(each.actual))]
    if infinite and len(infinite) == len(wrong):
        text, look = sentence("not-finite", name)
        return [FaultFound("not-finite", name, text + when(infinite, of_name), look)]
    if all(each.right or len(each.question.calls) > 1 for each in of_name):
        text = f"{name} is right on a fresh object, but wrong after the object has been used before."
        return [FaultFound("different", name, text, "What does the object keep from one call to the next?")]
    worst = max(wrong, key=lambda each: (each.question.plain, each.difference.error if each.difference else 0.0))
    difference = worst.difference
    where = f", most at index {difference.worst}" if difference is not None and difference.worst else ""
    off = difference.error if difference else np.inf
    size = f" by {share(off)} of its largest number{where}" if off < 1e3 else " widely"
    text = f"{name} differs from the right answer{size} ({worst.question.situation})."
    ratio = _largest_ratio(worst)
    if ratio is not None:
        text = f"The largest number of {name} is {times(ratio)} ({worst.question.situation})."
        off = np.inf  # told by itself, not beside others' shares
    look = "Work out one small example by hand (two samples, whole numbers) and compare every intermediate result."
    if _whole(of_name):
        text += " All numbers that came are whole."
        return [FaultFound("different", name, text + when(wrong, of_name), INTEGERS, off=off)]
    if method == "dloss_dw":
        look = "Check it against finite differences of your own loss, weight by weight, to see which factor is off."
    return [FaultFound("different", name, text + when(wrong, of_name), look, off=off)]


def _largest_ratio(worst: Finding) -> float | None:
    """Its largest number over the one that is asked, where these lie far apart."""
    if worst.actual is None or worst.actual.shape != worst.wanted.shape:
        return None
    came, asked = (float(np.abs(each).max(initial=0.0)) for each in (worst.actual, worst.wanted))
    if not (np.isfinite(came) and came > 0.0 and asked > 0.0) or 0.2 < came / asked < 5.0:
        return None
    return came / asked


def _whole(of_name: Sequence[Finding]) -> bool:
    """Whether only whole numbers came, not all zero, where others are asked."""
    came = [each.actual for each in of_name if each.actual is not None and np.all(np.isfinite(each.actual))]
    wanted = [each.wanted for each in of_name if each.actual is not None]
    return (
        sum(array.size for array in came) > 5
        and any(np.any(array) for array in came)
        and all(np.array_equal(array, np.round(array)) for array in came)
        and not all(np.array_equal(array, np.round(array)) for array in wanted)
    )
