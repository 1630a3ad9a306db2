"""Under every salt a gradient by differences of losses shows on the steps, and no derivative does."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import numpy as np
import pytest

from autograder.callables.asked.ladders import Steps
from autograder.callables.asked.question import CallsQuestion
from autograder.callables.asked.roughness import apart, has_its_digits, loses_its_digits
from autograder.observe import probe
from tests.judging.naming.submitted import class_name, exam_of, reference_of

Array = np.ndarray
Answer = Callable[[CallsQuestion], Mapping[str, Array]]
LESSONS = ("shallow_narrow", "linear_regression", "two_layer_relu")
# How far weights are moved forward and back, in differences as people write them.
DIFFERENCES = (
    *((step, 0.0) for step in (1e-8, 1e-7, 1e-6)),
    *((step, step) for step in (1e-7, 1e-6, 1e-5, 1e-4, 1e-3, 1.0)),
)


def asked(question: CallsQuestion) -> tuple[list[Array], Array, Array]:
    """The weights, x and y_true of a question about the gradient."""
    made, call = (next(s for s in question.calls if s.makes is not None), question.calls[-1])
    (weights,) = (probe.decoded(arg) for arg in made.args)
    x, y = (probe.decoded(arg) for arg in call.args)
    return [np.array(weight, dtype=float) for weight in weights], x, y


def as_given(arrays: dict[str, Array]) -> dict[str, Array]:
    """By result; a tuple of one array is one array of one more axis."""
    return {name: array[None] for name, array in arrays.items()} if len(arrays) == 1 else arrays


def difference(lesson: str, by: tuple[str, ...], forward: float, back: float) -> Answer:
    """The gradient as a difference of losses at weights moved so far forward and back, element by element."""
    network = reference_of(lesson).namespace[class_name(lesson)]

    def answered(question: CallsQuestion) -> dict[str, Array]:
        weights, x, y = asked(question)

        def loss() -> float:
            model = network(weights)
            return float(model.loss(model.forward(x), y))

        found = {}
        for name, weight in zip(by, weights, strict=True):
            gradient = np.zeros_like(weight)
            for place in np.ndindex(weight.shape):
                was = float(weight[place])
                weight[place] = was + forward
                ahead = loss()
                weight[place] = was - back
                gradient[place] = (ahead - loss()) / (forward + back)
                weight[place] = was
            found[name] = gradient
        return as_given(found)

    return answered


def derivative(lesson: str, by: tuple[str, ...], kind: type) -> Answer:
    """The solution's gradient, computed in another precision."""
    network = reference_of(lesson).namespace[class_name(lesson)]

    def answered(question: CallsQuestion) -> dict[str, Array]:
        weights, x, y = asked(question)
        model = network(weights)
        for name, value in vars(model).items():
            setattr(model, name, kind(value) if np.ndim(value) == 0 else value.astype(kind))
        found: Any = model.dloss_dw(np.asarray(x, dtype=kind), np.asarray(y, dtype=kind))
        return as_given({name: np.asarray(each, dtype=float) for name, each in zip(by, found, strict=True)})

    return answered


def shown(steps: Steps, answer: Answer) -> Iterator[str]:
    """The ladders on which some slope loses its digits."""
    for ladder in steps.ladders:
        rungs = [[answer(question) for question in rung] for rung in ladder.rungs]
        for name in steps.by:
            if loses_its_digits([apart([each[name] for each in rung]) for rung in rungs]):
                yield ladder.label


def all_digits(steps: Steps, answer: Answer) -> bool:
    """Whether the first questions are enough: answers are right there to more digits than a difference has."""
    of = {question.id: question for ladder in steps.ladders for question in ladder.screen}
    answers = {key: answer(of[key]) for key in steps.rights}
    return all(has_its_digits(answers[key].get(n), right[n]) for key, right in steps.rights.items() for n in steps.by)


@pytest.mark.slow
@pytest.mark.parametrize("lesson", LESSONS)
@pytest.mark.parametrize("salt", ["", "spring-2031", "seminar"])
def test_what_is_a_difference_shows_and_what_is_a_derivative_does_not(lesson: str, salt: str) -> None:
    """Two answers next to each other may be rounded to the same number; four of them hardly ever are."""
    (steps,) = exam_of(lesson, salt).steps[f"{class_name(lesson)}.dloss_dw"]
    with np.errstate(all="ignore"):
        for forward, back in DIFFERENCES:
            assert any(shown(steps, difference(lesson, steps.by, forward, back))), (forward, back)
        for kind in (np.float32, np.float64, np.longdouble):
            assert not any(shown(steps, derivative(lesson, steps.by, kind))), kind


@pytest.mark.parametrize("lesson", LESSONS)
@pytest.mark.parametrize("salt", ["", "spring-2031", "seminar"])
def test_a_few_steps_are_enough_for_a_derivative_and_for_no_difference(lesson: str, salt: str) -> None:
    """float32 has too few digits to be let off: it is asked on, and the ladders show that it is smooth."""
    (steps,) = exam_of(lesson, salt).steps[f"{class_name(lesson)}.dloss_dw"]
    assert 0 < len(steps.first) < (len(steps.first) + len(steps.others)) / 3
    with np.errstate(all="ignore"):
        for forward, back in DIFFERENCES:
            assert not all_digits(steps, difference(lesson, steps.by, forward, back)), (forward, back)
        for kind in (np.float64, np.longdouble):
            assert all_digits(steps, derivative(lesson, steps.by, kind))
        assert not all_digits(steps, derivative(lesson, steps.by, np.float32))
        assert not all_digits(steps, lambda question: {})
