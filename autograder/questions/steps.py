"""Questions, not scored, that tell a derivative from a difference: with every rung a step has fewer digits left.

A difference of losses has an error of their size, times the rounding of the computer, over the step: with targets a
thousand times as large, its error grows a thousand times as much as the gradient does. A difference of predictions
loses as much where the last layer's weights grow. A derivative, in whatever algebra or precision, is as exact on the
last rung as on the first. How rough an answer is, is seen by asking twice, the second time next to the first.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from autograder.assignments import NO_FAULTS, Array, Assignment, Data
from autograder.core import Call, Question

RUNGS = tuple(10.0**power for power in (0, 3, 6, 9, 12, 14, 16, 18))
NEXT_TO = 1e-9  # how far, relatively, the other questions of a rung lie from the first
# How many lie there: of two answers of a difference that has few digits left, both may be rounded to the same number.
BESIDE = 3
LADDERS = ("targets", "last weights")
LISTENED = "dloss_dw/steps, listened to"
ATTEMPTS = 50
SCREENED = range(2, len(RUNGS), 2)  # of two rungs next to one another, behind the first, one is among these


def step_questions(rng: np.random.Generator, assignment: Assignment, near: float) -> tuple[Question, ...]:
    """The ladders, pair by pair, each call on an object of its own; then an everyday one that is listened to.

    Samples keep `near` away from kinks. None where the loss is not made of squared errors: there, targets are no
    numbers to be made larger.
    """
    for _ in range(ATTEMPTS):
        data = assignment.draw(rng, assignment, assignment.largest, "plain")
        if assignment.margin is None or assignment.margin(data.weights, data.x) >= near:
            break
    else:
        return ()
    listened = _question(LISTENED, data, spy=True)
    if not assignment.squared:
        return (listened,)
    return (*_ladder("targets", rng, data), *_of_weights(rng, assignment, data), listened)


def next_to(ladder: str, rung: int, of: str = "dloss_dw") -> tuple[str, ...]:
    """The ids of the questions on a rung: the first, and those that lie next to it; `of` is what is asked."""
    first = f"{of}/steps, {ladder} {rung}"
    return first, f"{first} again", *(f"{first} again {k}" for k in range(2, BESIDE + 1))


def screen(steps: tuple[Question, ...]) -> tuple[Question, ...]:
    """The steps that are enough for most derivatives: two questions on every second rung, and what is listened to.

    A difference is rough on two rungs next to one another, so that it shows on one of these.
    """
    return tuple(question for question in steps if question.id in IN_THE_SCREEN)


IN_THE_SCREEN = {LISTENED, *(name for each in LADDERS for rung in SCREENED for name in next_to(each, rung)[:2])}


def _ladder(ladder: str, rng: np.random.Generator, data: Data, last: tuple[int, ...] = ()) -> Iterator[Question]:
    """Each rung's pair: targets, or the weights numbered `last`, as many times as large."""
    others = np.random.default_rng(0)
    for rung, times in enumerate(RUNGS):
        for k, name in enumerate(next_to(ladder, rung)):
            near, draws = NEXT_TO if k else 0.0, rng if k < 2 else others

            def larger(array: Array, size: float = times, near: float = near, draws: Any = draws) -> Array:
                return size * array * (1.0 + near * draws.uniform(-1.0, 1.0, size=array.shape))

            weights = tuple(larger(weight) if k in last else weight for k, weight in enumerate(data.weights))
            yield _question(name, Data(weights, data.x, data.y if last else larger(data.y)))


def _of_weights(rng: np.random.Generator, assignment: Assignment, data: Data) -> Iterator[Question]:
    """The ladder of the last weights, where the prediction grows as they do."""
    count = len(data.weights)
    for first in reversed(range(count)):
        last = tuple(range(first, count))
        doubled = tuple(2.0 * weight if k in last else weight for k, weight in enumerate(data.weights))
        with np.errstate(all="ignore"):
            once, twice = (np.asarray(assignment.model.predict(w, data.x, NO_FAULTS)) for w in (data.weights, doubled))
        if np.allclose(twice, 2.0 * once, rtol=1e-9, atol=0.0):
            yield from _ladder("last weights", rng, data, last)
            return


def _question(name: str, data: Data, spy: bool = False) -> Question:
    return Question(name, "dloss_dw", "steps of a difference", data.weights, (Call("dloss_dw", (data.x, data.y), spy),))
