"""Answers that are wrong by another callable's fault alone: the solution with that fault gives them, too."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace

from autograder.callables.asked.exam import Exam
from autograder.callables.judged.findings import Finding
from autograder.callables.judged.named import changes_that_give
from autograder.core import compare

MOST_CHANGES = 24  # of the likeliest that give the other's numbers: what they keep for others may still differ


def consequences(
    exam: Exam, findings: Sequence[Finding], other: str, of_other: Sequence[Finding], right: Collection[str]
) -> tuple[Finding, ...]:
    """The findings on a callable, right where it answers as the solution does with the fault of `other` in it; empty
    where no one fault that gives the numbers of `other` gives all of these. `right` are the callables without a fault.
    """
    wrong = [each for each in findings if not each.right]
    if any(each.actual is None for each in wrong):
        return ()
    for change in changes_that_give(exam, other, of_other, right)[:MOST_CHANGES]:
        names = exam.families.candidates.reference.tried(change)
        if names is not None and all(_given(exam, names, each) for each in wrong):
            return tuple(replace(each, right=True) for each in findings)
    return ()


def _given(exam: Exam, names: dict[str, object], finding: Finding) -> bool:
    """Whether a changed solution gives what came."""
    question = exam.questions[finding.question.asks]
    exam.families.candidates.reference.begin()
    came = exam.answers_to(names, question).get(finding.call, {}).get(finding.name)
    if came is None or finding.actual is None or came.shape != finding.actual.shape:
        return False
    tolerance = exam.expected(question, finding.call).tolerance[finding.name]
    return compare(finding.actual, came, tolerance).within
