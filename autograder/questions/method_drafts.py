"""The situations in which `forward` and `dloss_dw` are asked."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np

from autograder.assignments import Array, Assignment, Data
from autograder.core import AFTER_TRAINING, BY_WEIGHTS, PUBLISHED, Call, Question
from autograder.questions import situations
from autograder.questions.situations import MANY, MARGIN, Draft, counts, largest_sizes

# How an argument may lie in memory and be the same array all the same (`probe.values.laid_out`).
LAYOUTS = ("every second", "reversed", "columns first")


# Questions about data of one of `assignment.STYLES`, and which.
STYLE_OF = {
    "last weights zero": "zero",
    "negative inputs": "negative",
    "large weights and inputs": "large",
    "all weights zero": "zeros",
    "huge weights": "huge",
    "all hidden units off": "dead",
    "very large pre-activations": "beyond",
}


def of_method(method: str) -> Callable[[Assignment], Iterator[tuple[str, Draft]]]:
    """The situations in which `forward` and `dloss_dw` are asked."""

    def asked(assignment: Assignment) -> Iterator[tuple[str, Draft]]:
        def args(data: Data) -> tuple[Array, ...]:
            return (data.x,) if method == "forward" else (data.x, data.y)

        yield from _single_calls(assignment, method, args)
        yield from _after_other_calls(assignment, method, args)
        yield from _everyday(assignment, method, args)
        yield from _of_other_sizes(assignment, method, args)
        if method == "dloss_dw":
            yield _after_forward(assignment)

        def published(rng: np.random.Generator) -> Question:
            data = assignment.published(rng).data
            call = Call(method, args(data))
            return Question(f"{method}/published", method, PUBLISHED, data.weights, (call,), plain=True)

        yield "published", published

    return asked


def _single_calls(
    assignment: Assignment, method: str, args: Callable[[Data], tuple[Array, ...]]
) -> Iterator[tuple[str, Draft]]:
    """One call on a fresh object, in each size and each style of data."""

    def single(name: str, sizes: Any, style: str, plain: bool) -> tuple[str, Draft]:
        def draft(rng: np.random.Generator) -> Question:
            data = assignment.draw(rng, assignment, sizes, style)
            call = Call(method, args(data))
            return Question(f"{method}/{name}", method, name, data.weights, (call,), plain=plain)

        return name, draft

    for name, sizes in assignment.sizes.items():
        yield single(name, sizes, "plain", plain="one" not in name)
    for name, style in STYLE_OF.items():
        # At zeros a relu's slope is anybody's choice, and nothing but a relu can be off.
        senseless = style == ("zeros" if assignment.margin is not None else "dead")
        if style in assignment.styles and not senseless:
            yield single(name, largest_sizes(assignment), style, plain=False)


def _after_other_calls(
    assignment: Assignment, method: str, args: Callable[[Data], tuple[Array, ...]]
) -> Iterator[tuple[str, Draft]]:
    """On an object that was asked before: about other batches, and before its weights moved."""
    largest = largest_sizes(assignment)

    def two_batches(rng: np.random.Generator) -> Question:
        # The second has the size of the first: what is kept may be thrown away when the size changes.
        drawn = [assignment.draw(rng, assignment, {**largest, "N": count}, "plain") for count in counts(assignment)]
        first, second = drawn[:2]
        # Then nearly the first again: what is kept may be found by half of what it depends on, or by sums.
        drawn += [replace(first, y=second.y), replace(first, x=first.x[::-1].copy()), first]
        calls = tuple(Call(method, args(data)) for data in drawn)
        situation = "another batch on the same object"
        return Question(f"{method}/two batches", method, situation, drawn[0].weights, calls)

    def after_training(rng: np.random.Generator) -> Question:
        data = assignment.draw(rng, assignment, largest, "plain")
        other = assignment.draw(rng, assignment, largest, "plain")
        train = Call("train", (data.x, data.y, assignment.rates["steady"], 2))
        # The same batch before and after: what is kept as long as the batch stays the same is out of date then.
        calls = (Call(method, args(data)), train, Call(method, args(data)), Call(method, args(other)))
        situation = "after the weights have moved"
        return Question(f"{method}/after training", method, situation, data.weights, calls, moved=True)

    yield "two batches", two_batches
    yield AFTER_TRAINING, after_training


def _after_forward(assignment: Assignment) -> tuple[str, Draft]:
    """A gradient after forward has seen another batch: what it kept then is none of this batch's."""
    largest = largest_sizes(assignment)

    def draft(rng: np.random.Generator) -> Question:
        data = assignment.draw(rng, assignment, largest, "plain")
        other = assignment.draw(rng, assignment, largest, "plain")
        backward = Call("dloss_dw", (data.x, data.y))
        calls = (backward, Call("forward", (other.x,)), backward)
        situation = "after forward has seen another batch"
        return Question("dloss_dw/after forward", "dloss_dw", situation, data.weights, calls)

    return "after forward", draft


def _draw(assignment: Assignment, rng: np.random.Generator, **sizes: int) -> Data:
    """Plain data of the largest sizes, but for those that are given."""
    return assignment.draw(rng, assignment, {**largest_sizes(assignment), **sizes}, "plain")


def _asked(
    method: str, name: str, situation: str, make: Callable[[np.random.Generator], dict[str, Any]]
) -> tuple[str, Draft]:
    return name, lambda rng: Question(f"{method}/{name}", method, situation, **make(rng))


def _everyday(
    assignment: Assignment, method: str, args: Callable[[Data], tuple[Array, ...]]
) -> Iterator[tuple[str, Draft]]:
    """What happens in any notebook, and what keeps an answer from an earlier call: for `forward` and `dloss_dw`."""
    draw, asked = partial(_draw, assignment), partial(_asked, method)

    def twice(rng: np.random.Generator) -> dict[str, Any]:
        data = situations.repeated(draw(rng))
        return {"init": data.weights, "calls": (Call(method, args(data)),)}

    def in_place(rng: np.random.Generator) -> dict[str, Any]:
        data = draw(rng)
        turned = replace(data, x=situations.inner_turned(data.x))
        changed = replace(turned, x=situations.one_changed(turned.x))
        calls = (Call(method, args(data)), *(Call(method, args(each), into=True) for each in (turned, changed)))
        return {"init": data.weights, "calls": calls}

    def laid_out(rng: np.random.Generator) -> dict[str, Any]:
        data = draw(rng)
        return {"init": data.weights, "calls": tuple(Call(method, args(data), layout=each) for each in LAYOUTS)}

    def several(rng: np.random.Generator) -> dict[str, Any]:
        data, other = draw(rng), draw(rng)
        calls = tuple(Call(method, args(data), on=k) for k in (0, 1, 0))
        return {"init": data.weights, "others": (other.weights,), "calls": calls}

    def other_weights(rng: np.random.Generator) -> dict[str, Any]:
        data, other = draw(rng), draw(rng)
        return {
            "init": data.weights,
            "calls": (Call(method, args(data)), Call(method, args(data), weights=other.weights)),
        }

    yield asked("twice", "inputs and targets that occur more than once", twice)
    yield asked("in place", "the same array with other numbers in it", in_place)
    yield asked("laid out", "arrays that lie in memory in another way", laid_out)
    yield asked("two objects", "two objects with different weights side by side", several)
    yield asked(BY_WEIGHTS, "other weights set on the object", other_weights)


def _of_other_sizes(
    assignment: Assignment, method: str, args: Callable[[Data], tuple[Array, ...]]
) -> Iterator[tuple[str, Draft]]:
    """More samples and more hidden units than elsewhere, and samples next to a kink."""
    draw, asked = partial(_draw, assignment), partial(_asked, method)

    def thousands(rng: np.random.Generator) -> dict[str, Any]:
        data = situations.clear(assignment, draw(rng, N=MANY + MANY // 10), MANY, MARGIN)
        return {"init": data.weights, "calls": (Call(method, args(data)),)}

    def wide(rng: np.random.Generator) -> dict[str, Any]:
        data = assignment.draw(rng, assignment, situations.wide(assignment), "plain")
        return {"init": data.weights, "calls": (Call(method, args(data)),)}

    def kinks(rng: np.random.Generator) -> dict[str, Any]:
        data = situations.at_kinks(rng, assignment, draw(rng))
        return {"init": data.weights, "calls": (Call(method, args(data)),), "kink": True}

    yield asked("thousands", "more than a thousand samples", thousands)
    if situations.wide(assignment):
        yield asked("wide", situations.WIDE, wide)
    if assignment.margin is not None:
        yield asked("kinks", "hidden units that are only just on or off", kinks)
