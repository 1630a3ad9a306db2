"""Right numbers in the wrong shape, or a shape that says nothing about the numbers."""

from __future__ import annotations

from collections.abc import Sequence

from autograder.core import same_as
from autograder.judging.diagnosis.answered import case_of, tells
from autograder.judging.diagnosis.claim import Predicted
from autograder.judging.diagnosis.fault_found import FaultFound
from autograder.judging.diagnosis.sentences import sentence
from autograder.judging.findings import Finding


def reshaped(name: str, part: Sequence[Finding]) -> list[FaultFound]:
    """Right numbers in the wrong shape, or a shape that says nothing about the numbers."""
    odd = [each for each in part if each.actual is not None and each.actual.shape != each.wanted.shape]
    if not odd:
        turned = [each for each in part if each.actual is not None and each.wanted.ndim == 2]
        if turned and len(turned) == len(part) and tells(part):
            flips = [each.actual is not None and same_as(each.actual, each.wanted.T) for each in turned]
            if all(flips):
                text, look = sentence("transposed", name)
                return [FaultFound("transposed", name, text, look, claim=Predicted(name, lambda each: each.wanted.T))]
        return []
    pairs = [(each.actual, each.wanted) for each in part if each.actual is not None]
    if all(actual.ndim == 2 and same_as(actual, wanted.T) for actual, wanted in pairs):
        text, look = sentence("transposed", name)
        return [FaultFound("transposed", name, text, look, claim=Predicted(name, lambda each: each.wanted.T))]
    worst = max(odd, key=lambda each: each.actual.size if each.actual is not None else 0)
    assert worst.actual is not None
    asked = worst.wanted.shape if worst.wanted.ndim else "one number"
    words = f"{worst.actual.shape} where {asked} is asked"
    hint, look = "", ""
    samples = case_of(worst).samples
    if all(actual.size == wanted.size and same_as(actual.ravel(), wanted.ravel()) for actual, wanted in pairs):
        hint = " The numbers are right."
    elif (
        samples > 1 and worst.actual.shape[-2:] == (samples, samples) and worst.wanted.shape[-2:] != (samples, samples)
    ):
        hint = (
            " There is one number for each pair of samples: an outer product gives that, and so does an array (n,)"
            " that meets an array (n, 1)."
        )
    if not worst.wanted.ndim and worst.actual.shape == (samples,) and samples > 1:
        hint = " There is one number for each sample."
        look = "What is averaged? In a * b.mean() it is b alone: form the whole product first."
    text, usual = sentence("wrong-shape", name, words)
    return [FaultFound("wrong-shape", name, text + hint, look or usual)]
