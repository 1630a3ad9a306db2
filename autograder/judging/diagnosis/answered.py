"""What searches for an array's fault ask of its findings."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from autograder.assignments import Assignment
from autograder.judging.diagnosis.scaling import Case
from autograder.judging.findings import Finding


def tells(part: Sequence[Finding]) -> bool:
    return any(not each.right for each in part)


def misshapen(part: Sequence[Finding]) -> bool:
    return any(each.actual is not None and each.actual.shape != each.wanted.shape for each in part)


def case_of(finding: Finding, assignment: Assignment | None = None) -> Case:
    args = finding.question.calls[finding.call].args
    y = args[1] if len(args) > 1 else args[0]
    assert finding.actual is not None
    sizes: dict[str, int] = {}
    if assignment is not None:
        for symbols, weight in zip(assignment.weights.values(), finding.question.init, strict=True):
            sizes |= {
                symbol: size for symbol, size in zip(symbols, weight.shape, strict=True) if isinstance(symbol, str)
            }
    return Case(finding.actual, samples=len(y), elements=int(np.size(y)), sizes=tuple(sizes.items()))


def when(some: Sequence[Finding], findings: Sequence[Finding]) -> str:
    """In which situations, if not in all."""
    hurt = {each.question.situation for each in some}
    fine = {each.question.situation for each in findings if each.right} - hurt
    if not fine or not hurt or len(hurt) > 4:
        return ""
    return f" (Seen only here: {', '.join(sorted(hurt))}.)"
