"""The changes of the reference that give what a callable answered."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import NamedTuple

import numpy as np

from autograder.callables.asked.exam import Exam
from autograder.callables.faults.case import Answers, Same
from autograder.callables.faults.edits import Change
from autograder.callables.faults.families import Known
from autograder.callables.faults.words import Named
from autograder.callables.judged.findings import Finding
from autograder.core import compare


class Answered(NamedTuple):
    """What a callable answered to the questions by which faults are named, beside what is right."""

    questions: list[str]
    answers: Answers
    expected: Answers
    same: Same


def named(
    exam: Exam, name: str, findings: Sequence[Finding], right: Collection[str] = (), written: str = ""
) -> Named | None:
    """The fault that gives all numbers of a callable in all questions that it answers, and with finite ones, or else in
    the everyday ones; None where there is none. A wrong run may grow beyond all numbers in some, which proves nothing.
    `right` are the callables without a fault, `written` is the text of this one."""
    came = _answered(exam, name, findings)
    if not came.questions or name not in exam.families.candidates.small:
        return None
    everyday = [key for key in came.questions if exam.questions[key].plain]
    return exam.families.explain(name, *came, Known(everyday, right, written))


def changes_that_give(
    exam: Exam, name: str, findings: Sequence[Finding], right: Collection[str] = ()
) -> Sequence[Change]:
    """All changes of the likeliest kind by one of which, or by one for each result, the solution gives these numbers;
    empty where there are none. What they are called is not asked."""
    came = _answered(exam, name, findings)
    if not came.questions or name not in exam.families.candidates.small:
        return ()
    return exam.families.changes_that_give(name, *came, right)


def _answered(exam: Exam, name: str, findings: Sequence[Finding]) -> Answered:
    keys = [each.id for each in exam.nameable(name)]
    answers: dict[str, dict[str, np.ndarray]] = {key: {} for key in keys}
    for each in findings:
        key = each.question.asks
        if key in answers and each.actual is not None:
            answers[key][each.name] = each.actual
    keys = [key for key in keys if answers[key] and all(np.all(np.isfinite(each)) for each in answers[key].values())]
    expected = {key: exam.expected(exam.questions[key], exam.questions[key].scored[0]) for key in keys}

    def same(key: str, result: str, came: np.ndarray, _: np.ndarray) -> bool:
        right = expected[key]
        shaped = came.shape == right.arrays[result].shape
        return shaped and compare(came, right.arrays[result], right.tolerance[result]).within

    return Answered(keys, answers, {key: each.arrays for key, each in expected.items()}, same)
