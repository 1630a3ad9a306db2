"""An answer that was given before: the same whatever is asked, or the one to an earlier question."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from autograder.assignments import Array
from autograder.judging.diagnosis.answered import tells
from autograder.judging.diagnosis.claim import Predicted
from autograder.judging.diagnosis.fault_found import FaultFound
from autograder.judging.diagnosis.sentences import sentence
from autograder.judging.findings import Finding


def hard_coded(name: str, part: Sequence[Finding]) -> list[FaultFound]:
    """The same numbers for different questions, whether in one shape or in each question's own."""
    if len({each.question.id for each in part}) < 3 or not tells(part):
        return []
    values = [each.actual.ravel() for each in part if each.actual is not None]
    filled = [value for value in values if value.size]
    constant = len(filled) > 2 and all(np.all(value == filled[0][0]) for value in filled)
    equal = all(value.shape == values[0].shape and np.array_equal(value, values[0]) for value in values)
    if constant or equal:
        text, look = sentence("hard-coded" if any(np.any(value) for value in filled) else "zero", name)
        claim = Predicted(name, _always(values[0] if equal else filled[0][:1]))
        return [FaultFound("hard-coded", name, text, look, claim=claim)]
    return []


def _always(first: Array) -> Callable[[Finding], Array | None]:
    """The same numbers whatever is asked, or one number in whatever shape."""

    def predicts(finding: Finding) -> Array | None:
        if finding.actual is None:
            return None
        return (
            np.broadcast_to(first, finding.actual.size).reshape(finding.actual.shape)
            if (first.size in (1, finding.actual.size))
            else first
        )

    return predicts


def stale(name: str, part: Sequence[Finding]) -> list[FaultFound]:
    """The answer to the first batch, or at the first weights, again, whatever is asked second."""
    by_call = {(each.question.id, each.call): each for each in part}
    for each in part:
        earlier = by_call.get((each.question.id, each.call - 1))
        if earlier is None or each.right or each.actual is None or earlier.actual is None or not earlier.right:
            continue
        if earlier.actual.size and np.array_equal(each.actual, earlier.actual):
            text = f"On a second batch {name} still gives the answer to the first one."
            if each.question.by_weights or each.question.moved:
                text = f"At other weights {name} still gives the answer that was right before."
            return [FaultFound("different", name, text, "What does the object keep from one call to the next?")]
    return []
