"""What the reference answers to a question, with the tolerance of each number; its course, step by step."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from autograder.assignments import Array, Assignment
from autograder.core import Call, CallAnswer, Question, RunStep
from autograder.observe import answer_from, arrays_of, probe

# Tolerance of an element: RTOL of itself, ATOL of the array's largest, and SPREAD times what perturbing every input
# of the question by PERTURBATION (the rounding of float32) does to it. `autograder verify` measures both sides: the
# worst right variant stays a decade and more below, the mildest fault a decade above.
RTOL, ATOL, SPREAD, PERTURBATION = 1e-5, 1e-6, 10.0, 6e-8
# A question whose tolerance would exceed this share of the array's largest element cannot tell right from wrong.
LOOSEST = 1e-3
Arrays = dict[str, Array]


@dataclass(frozen=True, slots=True)
class Expected:
    """What a scored call must give: arrays by name, and for each element how far an answer may be."""

    arrays: Arrays
    tolerance: Arrays


def trajectory(
    assignment: Assignment, reference: type, init: tuple[Array, ...], x: Array, y: Array, lr: float, n_ep: int
) -> tuple[RunStep, ...]:
    """The reference's weights, prediction, loss and gradients before each of `n_ep` steps and after the last."""
    steps = []
    with np.errstate(all="ignore"):  # a sigmoid at huge weights overflows on its way to a right answer
        model = reference([_plain(weight) for weight in init])
        for epoch in range(n_ep + 1):
            prediction = np.asarray(model.forward(x.copy()), dtype=float)
            steps.append(
                RunStep(
                    weights=tuple(np.array(getattr(model, name), dtype=float) for name in assignment.weights),
                    prediction=prediction,
                    loss=float(model.loss(prediction.copy(), y.copy())),
                    gradients=tuple(np.array(each, dtype=float) for each in model.dloss_dw(x.copy(), y.copy())),
                )
            )
            if epoch < n_ep:
                model.train(x.copy(), y.copy(), lr, 1)
    return tuple(steps)


def answers_of(cls: type, questions: tuple[Question, ...], assignment: Assignment) -> dict[str, tuple[CallAnswer, ...]]:
    """The answers of a TRUSTED class to questions, asked in this process: the reference and its wrong variants."""
    answers: dict[str, tuple[CallAnswer, ...]] = {}
    for question in questions:
        replies: list[dict[str, Any]] = []
        probe.ask(cls, question.to_tree(), list(assignment.weights), replies.append)
        answers[question.id] = tuple(answer_from(reply, assignment) for reply in replies)
    return answers


def expect(assignment: Assignment, reference: type, question: Question, call: int) -> Expected:
    """What the reference gives at a call of a question, and how far an answer may be from it."""
    exact = _numbers(assignment, reference, question, call)
    spread = {name: np.zeros_like(array) for name, array in exact.items()}
    rng = np.random.default_rng(0)
    for _ in range(3):
        shaken = _numbers(assignment, reference, _shaken(rng, question), call)
        for name, array in exact.items():
            spread[name] = np.maximum(spread[name], np.abs(shaken[name] - array))
    tolerance = {
        name: RTOL * np.abs(array) + ATOL * (np.abs(array).max() if array.size else 0.0) + SPREAD * spread[name].max()
        for name, array in exact.items()
    }
    return Expected(exact, tolerance)


def _numbers(assignment: Assignment, reference: type, question: Question, call: int) -> Arrays:
    answers = answers_of(reference, (question,), assignment)[question.id]
    if len(answers) <= call or answers[call].outcome != "returned":
        failure = answers[-1].failure
        why = f"{failure.type}: {failure.text}" if failure is not None else answers[-1].outcome
        raise RuntimeError(f"the reference of {assignment.name} does not answer {question.id!r}: {why}")
    arrays, wrong = arrays_of(assignment, question, call, answers[call])
    if wrong:
        raise RuntimeError(f"the reference of {assignment.name} answers {question.id!r} with {wrong}")
    return arrays


def _shaken(rng: np.random.Generator, question: Question) -> Question:
    def shake(value: Any) -> Any:
        if not isinstance(value, np.ndarray):
            return value
        return value * (1.0 + PERTURBATION * rng.uniform(-1.0, 1.0, size=value.shape))

    shaken: dict[int, Any] = {}  # one array stays one

    def args(call: Call) -> tuple[Any, ...]:
        return tuple(shaken.setdefault(id(arg), shake(arg)) for arg in call.args)

    calls = tuple(
        replace(call, args=args(call), weights=call.weights and tuple(map(shake, call.weights)))
        for call in question.calls
    )
    others = tuple(tuple(map(shake, weights)) for weights in question.others)
    return replace(question, init=tuple(map(shake, question.init)), calls=calls, others=others)


def unfit(expected: Expected, lenient: bool = False) -> str:
    """Why an answer cannot tell right from wrong, empty when it can; `lenient` wants a single array to tell."""
    loose = []
    for name, array in expected.arrays.items():
        if not np.all(np.isfinite(array)) or not np.all(np.isfinite(expected.tolerance[name])):
            return f"the reference's {name} is not finite"
        largest = np.abs(array).max() if array.size else 0.0
        if largest > 0.0 and expected.tolerance[name].max() > LOOSEST * largest:
            loose.append(f"rounding of the inputs changes {name} by too much of its size ({largest:.1e})")
    return loose[0] if loose and not (lenient and len(loose) < len(expected.arrays)) else ""


def _plain(weight: Array) -> Any:
    return float(weight) if weight.ndim == 0 else weight.copy()
