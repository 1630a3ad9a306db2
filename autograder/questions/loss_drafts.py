"""The situations in which `loss` is asked."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from autograder.assignments import Assignment
from autograder.core import PUBLISHED, Call, Question
from autograder.questions import situations
from autograder.questions.method_drafts import LAYOUTS
from autograder.questions.situations import MANY, Draft, counts, largest_sizes


def of_loss(assignment: Assignment) -> Iterator[tuple[str, Draft]]:
    """The situations in which `loss` is asked; predictions are drawn, not computed, so no other method matters."""
    for some in (_single_calls, _after_other_calls, _everyday):
        yield from some(assignment)


def _single_calls(assignment: Assignment) -> Iterator[tuple[str, Draft]]:
    """One call on a fresh object, in each size and each style of predictions."""
    largest = largest_sizes(assignment)

    def single(name: str, sizes: Any, kind: str, plain: bool) -> tuple[str, Draft]:
        def draft(rng: np.random.Generator) -> Question:
            data = assignment.draw(rng, assignment, sizes, "plain")
            call = Call("loss", (assignment.predictions[kind](rng, data.y), data.y))
            return Question(f"loss/{name}", "loss", name, data.weights, (call,), plain=plain)

        return name, draft

    for name, sizes in assignment.sizes.items():
        yield single(name, sizes, "plain", plain="one" not in name)
    for kind in assignment.predictions:
        if kind != "plain":
            yield single(kind, largest, kind, plain=False)

    def published(rng: np.random.Generator) -> Question:
        data = assignment.published(rng).data
        call = Call("loss", (assignment.predictions["plain"](rng, data.y), data.y))
        return Question("loss/published", "loss", PUBLISHED, data.weights, (call,), plain=True)

    yield "published", published


def _after_other_calls(assignment: Assignment) -> Iterator[tuple[str, Draft]]:
    """On an object that was asked before."""
    largest = largest_sizes(assignment)

    def two_batches(rng: np.random.Generator) -> Question:
        pairs = []
        for count in counts(assignment):
            data = assignment.draw(rng, assignment, {**largest, "N": count}, "plain")
            pairs.append((assignment.predictions["plain"](rng, data.y), data.y))
        prediction, y = pairs[0]
        # Nearly the first: other predictions, other targets, another order; a better one, then the first again.
        pairs += [(pairs[1][0], y), (prediction, pairs[1][1]), (prediction[::-1].copy(), y)]
        pairs += [(y + (prediction - y) / 4, y), (prediction, y)]
        calls = tuple(Call("loss", pair) for pair in pairs)
        return Question("loss/two batches", "loss", "another batch on the same object", data.weights, calls)

    yield "two batches", two_batches

    def after_forward(rng: np.random.Generator) -> Question:
        # What forward left on the object is another prediction than the one that is asked about.
        data = assignment.draw(rng, assignment, largest, "plain")
        calls = (Call("forward", (data.x,)), Call("loss", (assignment.predictions["plain"](rng, data.y), data.y)))
        return Question("loss/after forward", "loss", "after forward has made another prediction", data.weights, calls)

    yield "after forward", after_forward


def _everyday(assignment: Assignment) -> Iterator[tuple[str, Draft]]:
    """What happens in any notebook, and what keeps an answer from an earlier call."""
    largest = largest_sizes(assignment)

    def twice(rng: np.random.Generator) -> Question:
        data = situations.repeated(assignment.draw(rng, assignment, largest, "plain"))
        call = Call("loss", (assignment.predictions["plain"](rng, data.y), data.y))
        return Question("loss/twice", "loss", "targets that occur more than once", data.weights, (call,))

    yield "twice", twice

    def in_place(rng: np.random.Generator) -> Question:
        data = assignment.draw(rng, assignment, largest, "plain")
        prediction = assignment.predictions["plain"](rng, data.y)
        pairs = [(prediction, data.y), (situations.inner_turned(prediction), data.y)]
        pairs.append((pairs[1][0], situations.inner_turned(data.y)))
        calls = (Call("loss", pairs[0]), *(Call("loss", pair, into=True) for pair in pairs[1:]))
        return Question("loss/in place", "loss", "the same array with other numbers in it", data.weights, calls)

    yield "in place", in_place

    def laid_out(rng: np.random.Generator) -> Question:
        data = assignment.draw(rng, assignment, largest, "plain")
        pair = (assignment.predictions["plain"](rng, data.y), data.y)
        calls = tuple(Call("loss", pair, layout=each) for each in LAYOUTS)
        return Question("loss/laid out", "loss", "arrays that lie in memory in another way", data.weights, calls)

    yield "laid out", laid_out

    def thousands(rng: np.random.Generator) -> Question:
        data = assignment.draw(rng, assignment, {**largest, "N": MANY}, "plain")
        call = Call("loss", (assignment.predictions["plain"](rng, data.y), data.y))
        return Question("loss/thousands", "loss", "more than a thousand samples", data.weights, (call,))

    yield "thousands", thousands
