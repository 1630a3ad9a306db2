"""The fault that explains one family of wrong arrays: one name (`forward`, `dloss_dw1`), in all questions; pure.

The family is held against the reference and against the assignment's faults, each of them up to a scaling: a fault is
named only when it predicts every one of the student's numbers. Where nothing does, the fault is `different`, with the
size of the difference and where it is largest.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from autograder.judging.diagnosis.answered import misshapen, when
from autograder.judging.diagnosis.arrays.gradient_faults import changed_gradient
from autograder.judging.diagnosis.arrays.known_faults import exactly, numbers
from autograder.judging.diagnosis.arrays.places import by_rows, swapped
from autograder.judging.diagnosis.arrays.repeats import hard_coded, stale
from autograder.judging.diagnosis.arrays.shapes import reshaped
from autograder.judging.diagnosis.arrays.unexplained import unexplained_array
from autograder.judging.diagnosis.fault_found import FaultFound
from autograder.judging.findings import Finding
from autograder.questions import Exam

MOST_CASES_ELEMENTS = 20_000  # larger arrays (the published data) are left out of the search for explanations


def explain_array(
    exam: Exam, method: str, name: str, of_name: Sequence[Finding], findings: Sequence[Finding]
) -> list[FaultFound]:
    """The faults of one array: by shape, then by the simplest explanation of its numbers."""
    answered = [
        each
        for each in of_name
        if each.actual is not None and each.wanted.size <= MOST_CASES_ELEMENTS and not each.question.moved
    ]
    wrong = [each for each in answered if not each.right]
    for part in (answered, wrong) if 0 < len(wrong) < len(answered) else (answered,):
        named = _proved(exam, method, name, part, findings) if part else []
        must_hold_of = [each for each in of_name if part is not wrong or not each.right]
        if named and all(each.claim is None or each.claim.holds(must_hold_of) for each in named):
            return [
                replace(each, says=each.says + when([f for f in of_name if not f.right], of_name)) for each in named
            ]
    return unexplained_array(method, name, of_name)


def _proved(
    exam: Exam, method: str, name: str, part: Sequence[Finding], findings: Sequence[Finding]
) -> list[FaultFound]:
    """The first kind of fault that explains all of a part."""
    assignment = exam.assignment
    # A known fault may give nothing but zeros, too (a relu on the output).
    zeros = not misshapen(part) and not any(np.any(each.actual) for each in part)
    return (
        swapped(assignment, name, part, findings)
        or stale(name, part)
        or exactly(exam, method, name, part, findings)
        or ([] if zeros else hard_coded(name, part))
        or reshaped(name, part)
        or numbers(exam, method, name, part)
        or by_rows(assignment, name, part)
        or changed_gradient(assignment, name, part)
        or hard_coded(name, part)
    )
