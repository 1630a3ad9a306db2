"""What of an answer is right and what is not, result by result."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from autograder.callables.asked.exam import Exam
from autograder.callables.asked.question import CallsQuestion
from autograder.core import CallAnswer, Difference, Failure, Value, compare
from autograder.observe import result_named


@dataclass(frozen=True, slots=True)
class Finding:
    """One result of one scored call: right, or why not.

    `outcome` is that of the call, or of the call before it that gave nothing; `at` names the callable whose call that
    was. `form` says what is wrong with a result that is no array of the right shape; `kind` is what came instead.
    """

    question: CallsQuestion
    call: int
    name: str
    right: bool
    outcome: str
    at: str
    wanted: np.ndarray
    actual: np.ndarray | None = None
    difference: Difference | None = None
    kind: str = ""
    failure: Failure | None = None


def find(
    exam: Exam, questions: Sequence[CallsQuestion], answers: Mapping[str, tuple[CallAnswer, ...]]
) -> tuple[Finding, ...]:
    """The findings on all scored calls of these questions; a question without an answer is as one that died."""
    return tuple(
        finding for question in questions for finding in _of_question(exam, question, answers.get(question.id, ()))
    )


def _of_question(exam: Exam, question: CallsQuestion, answers: tuple[CallAnswer, ...]) -> Iterator[Finding]:
    for call in question.scored:
        expected = exam.expected(question, call)
        reached = call < len(answers)
        answer = answers[call] if reached else (answers[-1] if answers else CallAnswer("died"))
        at = question.calls[min(call, max(len(answers) - 1, 0))].name
        values = {
            result_named(exam.reference.signature(question.method).results, k): v for k, v in answer.parts.items()
        }
        for name, wanted in expected.arrays.items():
            base: dict[str, Any] = {"question": question, "call": call, "name": name, "at": at, "wanted": wanted}
            if not reached or answer.outcome != "returned":
                outcome = answer.outcome if answer.outcome != "returned" else "died"
                yield Finding(**base, right=False, outcome=outcome, failure=answer.failure)
                continue
            value = values.get(name)
            if value is None or value.array is None:
                yield Finding(**base, right=False, outcome="returned", kind=_kind(value, values, name))
                continue
            difference = compare(value.array, wanted, expected.tolerance[name])
            right = difference.same_shape and difference.within
            yield Finding(
                **base, right=right, outcome="returned", actual=value.array, difference=difference, kind=value.dtype
            )


def _kind(value: Value | None, values: Mapping[str, Value], name: str) -> str:
    """What came in the place of an array."""
    if value is not None:
        return value.kind
    inside = [key.removeprefix(f"{name}.").partition(".")[0] for key in values if key.startswith(f"{name}.")]
    if inside:
        return "sequence" if all(key.isdecimal() for key in inside) else "dict"
    whole = values.get("everything returned")
    return "not there" if whole is None else f"one {whole.kind}"


def impure(question: CallsQuestion, answers: tuple[CallAnswer, ...]) -> Iterator[tuple[int, str]]:
    """The arguments that scored calls changed and were to leave alone."""
    for call in question.scored:
        if call < len(answers):
            step = question.calls[call]
            yield from ((call, label) for label in answers[call].mutated if label not in step.changes)
