"""The questions of an assignment: seeded situations, method by method, for every submission and the reference alike."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import numpy as np

from autograder.assignments import NO_FAULTS, Array, Assignment, Data
from autograder.core import AFTER_TRAINING, BY_WEIGHTS, LABELS, PUBLISHED, Call, Question
from autograder.questions import situations

# A sample nearer to a relu's kink than this (in units of the pre-activation, which are of order 1) is drawn anew: a
# right answer in other algebra must not fall on the other side of it. Published data are what they are.
MARGIN = 1e-3
ATTEMPTS = 500
MANY, LONG = 1_501, 300  # samples and epochs: more than the lessons ask for of the one, a good part of the other
EVERYDAY_EPOCHS = 12  # of a run that shows everything but what comes late
# How an argument may lie in memory and be the same array all the same (`probe.values.laid_out`).
LAYOUTS = ("every second", "reversed")
NEARLY_THERE = "train/nearly there"
NEARLY = 3e-3  # how far from the best weights a run starts whose loss is small: nearer, rounding hides the loss
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


Draft = Callable[[np.random.Generator], Question]


def drafts(assignment: Assignment) -> Iterator[tuple[str, Draft]]:
    """Question ids, each with a function that draws the question; a draw that turns out badly is repeated."""
    last = []
    for method in LABELS:
        for name, draft in _METHODS[method](assignment):
            if name == AFTER_TRAINING:  # when the methods were called by hundreds: some go wrong only then
                last.append((f"{method}/{name}", draft))
            else:
                yield f"{method}/{name}", draft
    yield from last


def generator(seed_text: str, attempt: int) -> np.random.Generator:
    """The random numbers of one question; the text names the salt and the question."""
    return np.random.default_rng([zlib.crc32(seed_text.encode()), attempt])


def near_kink(assignment: Assignment, question: Question) -> bool:
    """Whether any input of the question lies within MARGIN of a kink at the question's starting weights."""
    if assignment.margin is None or question.situation == PUBLISHED or question.kink:
        return False
    inputs = [call.args[0] for call in question.calls if call.method != "loss"]
    return any(assignment.margin(question.init, x) < MARGIN for x in inputs)


def _of_method(method: str) -> Callable[[Assignment], Iterator[tuple[str, Draft]]]:
    """The situations in which `forward` and `dloss_dw` are asked."""

    def asked(assignment: Assignment) -> Iterator[tuple[str, Draft]]:
        def args(data: Data) -> tuple[Array, ...]:
            return (data.x,) if method == "forward" else (data.x, data.y)

        yield from _single_calls(assignment, method, args)
        yield from _after_other_calls(assignment, method, args)
        yield from _everyday(assignment, method, args)
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
            yield single(name, _largest(assignment), style, plain=False)


def _after_other_calls(
    assignment: Assignment, method: str, args: Callable[[Data], tuple[Array, ...]]
) -> Iterator[tuple[str, Draft]]:
    """On an object that was asked before: about other batches, and before its weights moved."""
    largest = _largest(assignment)

    def two_batches(rng: np.random.Generator) -> Question:
        # The second has the size of the first: what is kept may be thrown away when the size changes.
        drawn = [assignment.draw(rng, assignment, {**largest, "N": count}, "plain") for count in _counts(assignment)]
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
    largest = _largest(assignment)

    def draft(rng: np.random.Generator) -> Question:
        data = assignment.draw(rng, assignment, largest, "plain")
        other = assignment.draw(rng, assignment, largest, "plain")
        own = Call("dloss_dw", (data.x, data.y))
        calls = (own, Call("forward", (other.x,)), own)
        situation = "after forward has seen another batch"
        return Question("dloss_dw/after forward", "dloss_dw", situation, data.weights, calls)

    return "after forward", draft


def _everyday(
    assignment: Assignment, method: str, args: Callable[[Data], tuple[Array, ...]]
) -> Iterator[tuple[str, Draft]]:
    """What happens in any notebook, and what keeps an answer from an earlier call: for `forward` and `dloss_dw`."""
    largest = _largest(assignment)

    def draw(rng: np.random.Generator, **sizes: int) -> Data:
        return assignment.draw(rng, assignment, {**largest, **sizes}, "plain")

    def asked(name: str, situation: str, make: Callable[[np.random.Generator], dict[str, Any]]) -> tuple[str, Draft]:
        return name, lambda rng: Question(f"{method}/{name}", method, situation, **make(rng))

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

    def thousands(rng: np.random.Generator) -> dict[str, Any]:
        data = situations.clear(assignment, draw(rng, N=MANY + MANY // 10), MANY, MARGIN)
        return {"init": data.weights, "calls": (Call(method, args(data)),)}

    def kinks(rng: np.random.Generator) -> dict[str, Any]:
        data = situations.at_kinks(rng, assignment, draw(rng))
        return {"init": data.weights, "calls": (Call(method, args(data)),), "kink": True}

    yield asked("twice", "inputs and targets that occur more than once", twice)
    yield asked("in place", "the same array with other numbers in it", in_place)
    yield asked("laid out", "arrays that are views of others", laid_out)
    yield asked("two objects", "two objects with different weights side by side", several)
    yield asked(BY_WEIGHTS, "other weights set on the object", other_weights)
    yield asked("thousands", "more than a thousand samples", thousands)
    if assignment.margin is not None:
        yield asked("kinks", "hidden units that are only just on or off", kinks)


def _of_loss(assignment: Assignment) -> Iterator[tuple[str, Draft]]:
    """The situations in which `loss` is asked; predictions are drawn, not computed, so no other method matters."""
    largest = _largest(assignment)

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

    def two_batches(rng: np.random.Generator) -> Question:
        pairs = []
        for count in _counts(assignment):
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
        return Question("loss/laid out", "loss", "arrays that are views of others", data.weights, calls)

    yield "laid out", laid_out

    def thousands(rng: np.random.Generator) -> Question:
        data = assignment.draw(rng, assignment, {**largest, "N": MANY}, "plain")
        call = Call("loss", (assignment.predictions["plain"](rng, data.y), data.y))
        return Question("loss/thousands", "loss", "more than a thousand samples", data.weights, (call,))

    yield "thousands", thousands


def _of_train(assignment: Assignment) -> Iterator[tuple[str, Draft]]:
    """The situations in which `train` is asked: rate 1 shows the gradient itself, a long run a rate that decays."""
    rates, names = assignment.rates, list(assignment.sizes)
    few = next(name for name in names if name != "one sample")

    def run(name: str, situation: str, sizes: Any, lr: float, *epochs: int, plain: bool = False) -> tuple[str, Draft]:
        def draft(rng: np.random.Generator) -> Question:
            data = assignment.draw(rng, assignment, sizes, "plain")
            calls = tuple(Call("train", (data.x, data.y, lr, n_ep)) for n_ep in epochs)
            return Question(f"train/{name}", "train", situation, data.weights, calls, plain=plain)

        return name, draft

    few_samples, many = assignment.sizes[few], _largest(assignment)
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
    yield run("long", f"{LONG} epochs with a small learning rate", few_samples, rates["steady"] / 10, LONG)
    yield run("twice", "train called twice on one object", many, rates["steady"], 3, 4)
    for name in names:
        if name not in ("one sample", few) and assignment.sizes[name] != many:
            yield run(name, name, assignment.sizes[name], rates["steady"], 3)

    def another(rng: np.random.Generator) -> Question:
        drawn = [assignment.draw(rng, assignment, many, "plain") for _ in range(2)]
        settings = ((0, 1.0, 2), (1, 0.5, 3), (0, 0.8, 2))
        calls = tuple(
            Call("train", (drawn[k].x, drawn[k].y, rates["steady"] * part, n_ep)) for k, part, n_ep in settings
        )
        situation = "train called again with other data and another learning rate"
        return Question("train/another batch", "train", situation, drawn[0].weights, calls)

    yield "another batch", another

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
        data = assignment.draw(rng, assignment, few_samples, "plain")
        call = Call("train", (data.x, 1e6 * data.y, rates["steady"] / 1e6, 2))
        return Question("train/large gradients", "train", "very large gradients", data.weights, (call,))

    if assignment.squared:
        yield "nearly there", nearly_there
        yield "slowly diverging", slowly_diverging
        yield "large gradients", large_gradients

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

    def thousands(rng: np.random.Generator) -> Question:
        data = assignment.draw(rng, assignment, {**many, "N": MANY + MANY // 10}, "plain")
        data = situations.clear(assignment, data, MANY, MARGIN)
        call = Call("train", (data.x, data.y, rates["steady"], 1))
        return Question("train/thousands", "train", "more than a thousand samples", data.weights, (call,))

    yield "thousands", thousands

    def published(name: str, most: int, plain: bool) -> tuple[str, Draft]:
        def draft(rng: np.random.Generator) -> Question:
            given = assignment.published(rng)
            call = Call("train", (given.data.x, given.data.y, given.lr, min(given.n_ep, most)))
            return Question(f"train/{name}", "train", PUBLISHED, given.data.weights, (call,), plain=plain)

        return name, draft

    # The lesson's data are everyday ones; a run that is right before it stops, far out, is right in everyday runs. How
    # far a lesson's own run goes, from 3 epochs to 10 000, makes no difference to that.
    n_ep = assignment.published(np.random.default_rng(0)).n_ep
    if n_ep > EVERYDAY_EPOCHS:
        yield published("published, begun", EVERYDAY_EPOCHS, plain=True)
    yield published("published", n_ep, plain=n_ep <= EVERYDAY_EPOCHS)


def _counts(assignment: Assignment) -> tuple[int, int, int]:
    """How many samples batches have that come one after the other."""
    most = int(assignment.largest["N"])
    return most, most, most - 3


def _largest(assignment: Assignment) -> dict[str, int]:
    return dict(assignment.largest)


_METHODS = {
    "forward": _of_method("forward"),
    "loss": _of_loss,
    "dloss_dw": _of_method("dloss_dw"),
    "train": _of_train,
}
