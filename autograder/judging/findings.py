"""Findings: for every array that a question asks, whether the answer is right and, if not, in what way it is not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np

from autograder.assignments import Array, Assignment
from autograder.core import Call, CallAnswer, Difference, Failure, Question, compare
from autograder.observe import arrays_of, weights_left
from autograder.questions import Exam, Expected

LARGEST_WEIGHT = 1e100  # a training run whose weights leave this range says nothing about the next call


@dataclass(frozen=True, slots=True)
class Finding:
    """One array of one call held against what was asked.

    `outcome`: `right`; `wrong` (numbers or shape, see `difference`); `form` (no such array came, `says` tells what
    came instead); `raised`, `missing`, `timed_out`, `died` (no answer at all).
    """

    question: Question
    call: int
    name: str
    outcome: str
    actual: Array | None = None
    expected: Expected | None = None
    difference: Difference | None = None
    says: str = ""
    failure: Failure | None = None

    @property
    def right(self) -> bool:
        """Whether the array is as asked."""
        return self.outcome == "right"

    @property
    def wanted(self) -> Array:
        """The reference's array; only where numbers were compared."""
        assert self.expected is not None
        return self.expected.arrays[self.name]

    @property
    def tolerance(self) -> Array:
        """How far each element may be."""
        assert self.expected is not None
        return self.expected.tolerance[self.name]


@dataclass(frozen=True, slots=True)
class Impurity:
    """A call that must only compute changed something: `what` is `arguments` or `weights`."""

    question: Question
    what: str
    names: tuple[str, ...]


def names_asked(assignment: Assignment, method: str) -> tuple[str, ...]:
    """The arrays that a method is asked for, in the order of the contract."""
    if method in ("forward", "loss"):
        return (method,)
    if method == "dloss_dw":
        return assignment.gradients
    records = ("loss_records", "weight_records") if assignment.train_returns == "path" else ("loss_records",)
    return (*records, *assignment.weights)


def find(exam: Exam, questions: Sequence[Question], answers: dict[str, tuple[CallAnswer, ...]]) -> tuple[Finding, ...]:
    """All findings for questions of one method. A question lost to a collaborator gives none; one that the method
    itself lost gives one per array. No answers at all give findings that are not right: missing evidence earns nothing.
    """
    findings: list[Finding] = []
    lost = _lost(questions[0].method, (*exam.questions.values(), *questions), answers)
    for question in questions:
        call_answers = answers.get(question.id, ())
        for position in question.scored:
            call = question.calls[position]
            if position < len(call_answers):
                findings += _of_call(exam, question, position, call_answers)
            elif call_answers and call_answers[-1].in_init and len(call_answers) == 1:
                findings += _all(exam.assignment, question, position, call_answers[0])
            elif call_answers and question.calls[len(call_answers) - 1].method == question.method:
                if _expected(exam, question, len(call_answers) - 1, call_answers) is not None:
                    findings += _all(exam.assignment, question, position, call_answers[-1])
            elif not call_answers and lost is not None and _only(question, call):
                findings += _all(exam.assignment, question, position, lost)
    if not findings:
        for question in questions[:1]:
            findings += _all(exam.assignment, question, question.scored[0], lost or CallAnswer("died"))
    return tuple(findings)


def impurities(
    assignment: Assignment, questions: Sequence[Question], answers: dict[str, tuple[CallAnswer, ...]]
) -> tuple[Impurity, ...]:
    """What calls changed that they must leave alone; `train` may change the object's weights, and nothing else."""
    impure: list[Impurity] = []
    for question in questions:
        # What the constructor made of the weights is told of the first object alone: the others' are as first seen.
        objects: list[dict[str, Array | None]] = [dict(zip(assignment.weights, question.init, strict=True))]
        objects += [{} for _ in question.others]
        for position, answer in enumerate(answers.get(question.id, ())):
            call = question.calls[position]
            before = objects[call.on]
            before |= answer.built if call.weights is None else zip(assignment.weights, call.weights, strict=True)
            scored = question.calls[position].method == question.method
            left = weights_left(assignment, question, answer)
            if answer.outcome == "returned" and scored and answer.mutated:
                impure.append(Impurity(question, "arguments", answer.mutated))
            if answer.outcome == "returned" and scored and question.method != "train":
                changed = tuple(name for name, was in before.items() if was is not None and not _same(left[name], was))
                if changed:
                    impure.append(Impurity(question, "weights", changed))
            objects[call.on] = left
    return tuple(impure)


def _same(now: Array | None, was: Array) -> bool:
    if now is was or now is None:
        return now is was
    # Bit for bit first: it is told far sooner, and so it is almost always.
    return (now.shape == was.shape and now.tobytes() == was.tobytes()) or np.array_equal(now, was, equal_nan=True)


def _lost(method: str, questions: Sequence[Question], answers: dict[str, tuple[CallAnswer, ...]]) -> CallAnswer | None:
    """The answer that tells how a call of the method ended the run, if one did."""
    for question in questions:
        for call, answer in zip(question.calls, answers.get(question.id, ()), strict=False):
            if answer.outcome in ("timed_out", "died") and call.method == method:
                return answer
    return None


def _only(question: Question, call: Call) -> bool:
    return all(other.method == call.method for other in question.calls)


def _all(assignment: Assignment, question: Question, position: int, answer: CallAnswer) -> list[Finding]:
    return [
        Finding(question, position, name, answer.outcome, failure=answer.failure)
        for name in names_asked(assignment, question.method)
    ]


def _of_call(
    exam: Exam, question: Question, position: int, call_answers: tuple[CallAnswer, ...]
) -> tuple[Finding, ...]:
    """The findings on a call; the same ones for answers that came before, as right ones mostly did."""
    draw = partial(_held_against, exam, question, position, call_answers)
    return exam.conclusions.drawn(("a call", position), (question, *call_answers), draw, call_answers)


def _held_against(
    exam: Exam, question: Question, position: int, call_answers: tuple[CallAnswer, ...]
) -> tuple[Finding, ...]:
    answer = call_answers[position]
    expected = _expected(exam, question, position, call_answers)
    if expected is None:  # whatever it does then: with weights of another shape nothing else can be done but raise
        return ()
    if answer.outcome != "returned":
        return tuple(_all(exam.assignment, question, position, answer))
    arrays, text = arrays_of(exam.assignment, question, position, answer)
    findings = []
    for name in names_asked(exam.assignment, question.method):
        if name not in arrays:
            findings.append(Finding(question, position, name, "form", expected=expected, says=text))
            continue
        difference = compare(arrays[name], expected.arrays[name], expected.tolerance[name])
        outcome = "right" if difference.within else "wrong"
        findings.append(Finding(question, position, name, outcome, arrays[name], expected, difference))
    return tuple(findings)


def _expected(exam: Exam, question: Question, position: int, call_answers: tuple[CallAnswer, ...]) -> Expected | None:
    """What is asked; once `train`, or the method itself, has moved the weights at those that were seen, None when these
    say nothing. That a method moves them is charged where it is asked to leave them alone."""
    if question.by_weights and question.method != "train" and _moved_any(exam, question, position, call_answers):
        return None  # at whatever weights: charged where the method is asked to leave them alone
    if question.method == "loss" or not _moved_before(exam, question, position, call_answers):
        return exam.expected(question, position)  # of predictions and targets alone, whatever the weights are
    weights = tuple(weights_left(exam.assignment, question, call_answers[position - 1]).values())
    for seen, start in zip(weights, question.init, strict=True):
        if seen is None or seen.shape != start.shape or not np.all(np.abs(seen) < LARGEST_WEIGHT):
            return None
    moved = tuple(weight for weight in weights if weight is not None)
    margin = exam.assignment.margin
    if not question.kink and margin is not None and margin(moved, question.calls[position].x) < 1e-6:
        return None
    return exam.expected(question, position, moved)


def _moved_any(exam: Exam, question: Question, position: int, call_answers: tuple[CallAnswer, ...]) -> bool:
    """Whether an earlier call moved the weights of its object."""
    starts = [question.init, *question.others]
    for call, answer in zip(question.calls[:position], call_answers, strict=False):
        starts[call.on] = call.weights or starts[call.on]
        left = weights_left(exam.assignment, question, answer).values()
        if any(now is not None and not _same(now, was) for now, was in zip(left, starts[call.on], strict=True)):
            return True
    return False


def _moved_before(exam: Exam, question: Question, position: int, call_answers: tuple[CallAnswer, ...]) -> bool:
    """Whether the object's weights were moved by the calls before: by `train`, which is asked to, or by the method."""
    earlier = question.calls[:position]
    if question.moved and any(call.method == "train" for call in earlier):
        return True
    if not earlier or question.method == "train" or question.by_weights or question.stand_in:
        return False
    left = weights_left(exam.assignment, question, call_answers[position - 1])
    return any(now is not None and not _same(now, was) for now, was in zip(left.values(), question.init, strict=True))
