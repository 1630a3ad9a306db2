"""The situations in which `train` is asked."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from autograder.assignments import NO_FAULTS, Assignment
from autograder.core import PUBLISHED, Call, Question
from autograder.questions import situations
from autograder.questions.situations import LONG, LONGER, MANY, MARGIN, Draft, largest_sizes

EVERYDAY_EPOCHS = 12  # of a run that shows everything but what comes late
NEARLY_THERE = "train/nearly there"
NEARLY = 3e-3  # how far from the best weights a run starts whose loss is small: nearer, rounding hides the loss


def of_train(assignment: Assignment) -> Iterator[tuple[str, Draft]]:
    """The situations in which `train` is asked."""
    for some in (_runs, _of_other_starts, _after_others, _of_many_samples):
        yield from some(assignment)


def _runs(assignment: Assignment) -> Iterator[tuple[str, Draft]]:
    """Runs of all lengths and rates: rate 1 shows the gradient itself, a long run a rate that decays."""
    rates, names = assignment.rates, list(assignment.sizes)
    few = next(name for name in names if name != "one sample")

    def run(name: str, situation: str, sizes: Any, lr: float, *epochs: int, plain: bool = False) -> tuple[str, Draft]:
        def draft(rng: np.random.Generator) -> Question:
            data = assignment.draw(rng, assignment, sizes, "plain")
            calls = tuple(Call("train", (data.x, data.y, lr, n_ep)) for n_ep in epochs)
            return Question(f"train/{name}", "train", situation, data.weights, calls, plain=plain)

        return name, draft

    few_samples, many = assignment.sizes[few], largest_sizes(assignment)
    yield run("one step", "a single epoch with lr = 1", few_samples, 1.0, 1)
    yield run("two steps", "two epochs with lr = 1", many, 1.0, 2)
    yield run("one small step", "a single epoch with a moderate learning rate", many, rates["steady"], 1)
    yield run("one step of many", "a single epoch with lr = 1", many, 1.0, 1)
    yield run("two small steps", "two epochs with a moderate learning rate", few_samples, rates["steady"], 2)
    yield run("one sample, one step", "one sample, a single epoch", assignment.sizes["one sample"], 0.3, 1)
    yield run("steady", "12 epochs with a moderate learning rate", many, rates["steady"], EVERYDAY_EPOCHS, plain=True)
    yield run("few", "7 epochs with a moderate learning rate", few_samples, rates["steady"], 7, plain=True)
    yield run("one sample", "one sample", assignment.sizes["one sample"], rates["steady"], 4)
    yield run("tiny", "a tiny learning rate", many, rates["tiny"], 3)
    yield run("standstill", "a learning rate so tiny that the loss stands still", many, rates["tiny"] / 1e3, 6)
    yield run("diverging", "a learning rate so large that the loss grows", many, rates["diverging"], 3)
    # There is one, since it costs as much as many others together: beyond what the lesson itself runs, and so slow
    # that it still moves at its end, where a late change of the rate or a limit of the epochs would not show else.
    long = LONGER if assignment.published(np.random.default_rng(0)).n_ep < LONGER else LONG
    yield run("long", f"{long} epochs with a very small learning rate", few_samples, rates["steady"] / 100, long)
    yield run("twice", "train called twice on one object", many, rates["steady"], 3, 4)
    if situations.wide(assignment):
        yield run("wide", situations.WIDE, situations.wide(assignment), rates["steady"] / 10, 1)
    for name in names:
        if name not in ("one sample", few) and assignment.sizes[name] != many:
            yield run(name, name, assignment.sizes[name], rates["steady"], 3)


def _of_other_starts(assignment: Assignment) -> Iterator[tuple[str, Draft]]:
    """Runs with other data on the same object; where losses are squared errors, others that show where a loop stops."""
    rates, many = assignment.rates, largest_sizes(assignment)

    def another(rng: np.random.Generator) -> Question:
        drawn = [assignment.draw(rng, assignment, many, "plain") for _ in range(2)]
        settings = ((0, 1.0, 2), (1, 0.5, 3), (0, 0.8, 2))
        calls = tuple(
            Call("train", (drawn[k].x, drawn[k].y, rates["steady"] * part, n_ep)) for k, part, n_ep in settings
        )
        situation = "train called again with other data and another learning rate"
        return Question("train/another batch", "train", situation, drawn[0].weights, calls)

    yield "another batch", another

    def in_place(rng: np.random.Generator) -> Question:
        data, other = (assignment.draw(rng, assignment, many, "plain") for _ in range(2))
        lr = rates["steady"]
        calls = (Call("train", (data.x, data.y, lr, 2)), Call("train", (other.x, other.y, lr, 2), into=True))
        return Question("train/in place", "train", "the same array with other numbers in it", data.weights, calls)

    def two_objects(rng: np.random.Generator) -> Question:
        # Who keeps weights in the class or in the module goes on with those of the other object.
        data, other = (assignment.draw(rng, assignment, many, "plain") for _ in range(2))
        first, second = ((each.x, each.y, rates["steady"], 2) for each in (data, other))
        calls = (Call("train", first), Call("train", second, on=1), Call("train", first))
        situation = "two objects with different weights side by side"
        return Question("train/two objects", "train", situation, data.weights, calls, others=(other.weights,))

    yield "in place", in_place
    yield "two objects", two_objects

    def nearly_there(rng: np.random.Generator) -> Question:
        # Who stops at a small loss, a small change of it or a small gradient stops on the way.
        data = assignment.draw(rng, assignment, many, "plain")
        y = np.asarray(assignment.model.predict(data.weights, data.x, NO_FAULTS))
        start = tuple(np.asarray(w * (1.0 + NEARLY * rng.normal(size=np.shape(w)))) for w in data.weights)
        call = Call("train", (data.x, y, rates["steady"], 40))
        return Question(NEARLY_THERE, "train", "a start close to the best weights", start, (call,))

    def slowly_diverging(rng: np.random.Generator) -> Question:
        # Who stops when the loss has not fallen for some epochs stops here.
        data, lr = situations.slowly_diverging(rng, assignment, assignment.draw(rng, assignment, many, "plain"))
        call = Call("train", (data.x, data.y, lr, 40))
        situation = "a learning rate a little too large: the loss grows with every epoch"
        return Question("train/slowly diverging", "train", situation, data.weights, (call,))

    def large_gradients(rng: np.random.Generator) -> Question:
        # Who clips the gradient takes other steps here, whatever the limit was.
        data = assignment.draw(rng, assignment, _few(assignment), "plain")
        call = Call("train", (data.x, 1e6 * data.y, rates["steady"] / 1e6, 2))
        return Question("train/large gradients", "train", "very large gradients", data.weights, (call,))

    if assignment.squared:
        yield "nearly there", nearly_there
        yield "slowly diverging", slowly_diverging
        yield "large gradients", large_gradients


def _after_others(assignment: Assignment) -> Iterator[tuple[str, Draft]]:
    """Runs on an object whose other methods were called before."""
    rates, many = assignment.rates, largest_sizes(assignment)

    def after(other: str) -> tuple[str, Draft]:
        def draft(rng: np.random.Generator) -> Question:
            data, seen = (assignment.draw(rng, assignment, many, "plain") for _ in range(2))
            prediction = assignment.predictions["plain"](rng, seen.y)
            args = {"forward": (seen.x,), "loss": (prediction, seen.y), "dloss_dw": (seen.x, seen.y)}[other]
            run = Call("train", (data.x, data.y, rates["steady"], 2))
            calls = (Call(other, args), run, Call(other, args), run)
            return Question(f"train/after {other}", "train", f"after {other} was called", data.weights, calls)

        return f"after {other}", draft

    yield from map(after, ("forward", "loss", "dloss_dw"))


def _of_many_samples(assignment: Assignment) -> Iterator[tuple[str, Draft]]:
    """A run on more samples than the lessons have, and the lesson's own run, its beginning and all of it."""
    rates, many = assignment.rates, largest_sizes(assignment)

    def thousands(rng: np.random.Generator) -> Question:
        data = assignment.draw(rng, assignment, {**many, "N": MANY + MANY // 10}, "plain")
        data = situations.clear(assignment, data, MANY, MARGIN)
        call = Call("train", (data.x, data.y, rates["steady"], 1))
        return Question("train/thousands", "train", "more than a thousand samples", data.weights, (call,))

    yield "thousands", thousands

    def published(name: str, most: int, plain: bool) -> tuple[str, Draft]:
        def draft(rng: np.random.Generator) -> Question:
            setup = assignment.published(rng)
            call = Call("train", (setup.data.x, setup.data.y, setup.lr, min(setup.n_ep, most)))
            return Question(f"train/{name}", "train", PUBLISHED, setup.data.weights, (call,), plain=plain)

        return name, draft

    # The lesson's data are everyday ones; a run that is right before it stops, far out, is right in everyday runs. How
    # far a lesson's own run goes, from 3 epochs to 10 000, makes no difference to that.
    n_ep = assignment.published(np.random.default_rng(0)).n_ep
    if n_ep > EVERYDAY_EPOCHS:
        yield published("published, begun", EVERYDAY_EPOCHS, plain=True)
    yield published("published", n_ep, plain=n_ep <= EVERYDAY_EPOCHS)


def _few(assignment: Assignment) -> dict[str, int]:
    """The sizes of the first question that has more samples than one."""
    return dict(next(sizes for name, sizes in assignment.sizes.items() if name != "one sample"))
