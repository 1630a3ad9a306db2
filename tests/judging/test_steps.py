"""Under every salt a gradient by differences of losses shows on the steps, and no derivative does."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from autograder.assignments import NO_FAULTS, Array, Assignment
from autograder.core import Question
from autograder.judging.diagnosis.numerical_gradient import has_all_digits, ladder_that_shows
from autograder.questions import Exam, screen
from tests.judging.naming.trusted import exam_of

# How far weights are moved forward and back, in differences as people write them.
DIFFERENCES = (
    *((step, 0.0) for step in (1e-8, 1e-7, 1e-6)),
    *((step, step) for step in (1e-7, 1e-6, 1e-5, 1e-4, 1e-3, 1.0)),
)


def difference(assignment: Assignment, forward: float, back: float) -> Callable[[Question], dict[str, Array]]:
    """The gradient as a difference of losses at weights moved so far forward and back, element by element."""
    model = assignment.model

    def answered(question: Question) -> dict[str, Array]:
        x, y = question.calls[0].args
        weights = [np.array(weight, dtype=float) for weight in question.init]

        def loss() -> float:
            return float(model.loss(model.predict(tuple(weights), x, NO_FAULTS), y, NO_FAULTS))

        found = {}
        for name, weight in zip(assignment.gradients, weights, strict=True):
            gradient = np.zeros_like(weight)
            for place in np.ndindex(weight.shape):
                was = float(weight[place])
                weight[place] = was + forward
                ahead = loss()
                weight[place] = was - back
                gradient[place] = (ahead - loss()) / (forward + back)
                weight[place] = was
            found[name] = gradient
        return found

    return answered


def derivative(assignment: Assignment, kind: type) -> Callable[[Question], dict[str, Array]]:
    """The gradient, computed in another precision."""

    def answered(question: Question) -> dict[str, Array]:
        x, y = (np.asarray(each, dtype=kind) for each in question.calls[0].args)
        weights = tuple(np.asarray(weight, dtype=kind) for weight in question.init)
        found = assignment.model.gradients(weights, x, y, NO_FAULTS)
        return {name: np.asarray(each, dtype=float) for name, each in zip(assignment.gradients, found, strict=True)}

    return answered


@pytest.mark.parametrize("lesson", ["shallow_narrow", "linear_regression", "two_layer_relu"])
@pytest.mark.parametrize("salt", ["", "spring-2031", "seminar", "summer", "salt0", "salt2"])
def test_what_is_a_difference_shows_and_what_is_a_derivative_does_not(lesson: str, salt: str) -> None:
    """Two answers next to each other may be rounded to the same number; four of them hardly ever are."""
    usual = exam_of(lesson)
    exam = Exam(usual.assignment, usual.reference, salt)
    with np.errstate(all="ignore"):
        for forward, back in DIFFERENCES:
            by_differences = difference(exam.assignment, forward, back)
            assert ladder_that_shows(exam.assignment, exam.steps, by_differences), (forward, back)
        for kind in (np.float32, np.float64, np.longdouble):
            assert ladder_that_shows(exam.assignment, exam.steps, derivative(exam.assignment, kind)) == ""


@pytest.mark.parametrize("lesson", ["shallow_narrow", "linear_regression", "two_layer_relu"])
@pytest.mark.parametrize("salt", ["", "spring-2031", "seminar"])
def test_a_few_steps_are_enough_for_a_derivative_and_for_no_difference(lesson: str, salt: str) -> None:
    """float32 has too few digits to be let off: it is asked on, and the ladders show that it is smooth."""
    usual = exam_of(lesson)
    exam = Exam(usual.assignment, usual.reference, salt)
    few = screen(exam.steps)
    assert 0 < len(few) < len(exam.steps) / 4
    with np.errstate(all="ignore"):
        for forward, back in DIFFERENCES:
            assert not has_all_digits(exam, few, difference(exam.assignment, forward, back)), (forward, back)
        for kind in (np.float64, np.longdouble):
            assert has_all_digits(exam, few, derivative(exam.assignment, kind))
        assert not has_all_digits(exam, few, derivative(exam.assignment, np.float32))
        assert not has_all_digits(exam, few, lambda question: {})
