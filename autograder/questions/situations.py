"""Situations beside the everyday ones: the same numbers given in another way, other weights, many samples, kinks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from autograder.assignments import NO_FAULTS, Array, Assignment, Data
from autograder.core import Question

# How far above and below a kink a sample is put, in units of the pre-activation: a right answer in float32 is off by
# some 1e-6 there, a mask that cuts at 1e-4 or rounds to two digits is not.
NEAR_KINK = (5e-5, 3e-4, 1e-3, 4e-3)
GROWTH = 1.06  # of the distance from the best weights, an epoch, in a run that diverges slowly
START = 1e-2  # that distance at the start, in units of the weights


class NoSuchData(Exception):
    """This draw does not lead to the situation; another may."""


def repeated(data: Data) -> Data:
    """Each input twice, each time with another target; and the targets of the first half once more, with others."""
    half = max(len(data.x) // 2, 1)
    x = np.concatenate([data.x[:half], data.x[:half], data.x[half : 2 * half]])
    y = np.concatenate([data.y[:half], data.y[half : 2 * half], data.y[:half]])
    most = min(len(x), len(y))
    return replace(data, x=x[:most], y=y[:most])


def inner_turned(array: Array) -> Array:
    """The samples between the first and the last in reverse order: same size, same ends, same sum."""
    return np.concatenate([array[:1], array[1:-1][::-1], array[-1:]])


def one_changed(array: Array) -> Array:
    """The sample in the middle turned and doubled, all others as they were."""
    changed = array.copy()
    changed[len(array) // 2] = -2.0 * array[len(array) // 2] + (0.5 if array.dtype.kind == "f" else 0)
    return changed


def clear(assignment: Assignment, data: Data, count: int, margin: float) -> Data:
    """The first `count` samples of the data that keep clear of all kinks."""
    if assignment.margin is None:
        return data
    far = [k for k in range(len(data.x)) if assignment.margin(data.weights, data.x[k : k + 1]) >= margin][:count]
    return replace(data, x=data.x[far], y=data.y[far])


def at_kinks(rng: np.random.Generator, assignment: Assignment, data: Data) -> Data:
    """The data with pairs of samples moved to either side of a kink, a little further off each time."""
    margin = assignment.margin
    assert margin is not None
    x = data.x.copy()
    for k, far in enumerate(NEAR_KINK[: len(x) // 2]):
        here, there = _across(rng, lambda sample: margin(data.weights, sample[None]), x[2 * k], x[2 * k + 1], far)
        x[2 * k], x[2 * k + 1] = here, there
    return replace(data, x=x)


def _across(
    rng: np.random.Generator, margin: Callable[[Array], float], one: Array, other: Array, far: float
) -> tuple[Array, Array]:
    """Two samples on the line through two others, one on each side of a kink, `far` from it and from no other."""
    steps = np.linspace(0.0, 1.0, 201)
    values = [margin(one + step * (other - one)) for step in steps]
    for k in np.argsort(values)[:3]:
        low, high = max(float(steps[k]) - 0.005, 0.0), min(float(steps[k]) + 0.005, 1.0)
        for _ in range(80):  # ternary search: the distance falls towards the kink and rises beyond it
            a, b = low + (high - low) / 3, high - (high - low) / 3
            low, high = (low, b) if margin(one + a * (other - one)) < margin(one + b * (other - one)) else (a, high)
        zero = (low + high) / 2
        if margin(one + zero * (other - one)) > 1e-9:
            continue
        slope = margin(one + (zero + 1e-6) * (other - one)) / 1e-6
        sides = [one + (zero + side * far / max(slope, 1e-9)) * (other - one) for side in (1.0, -1.0)]
        if all(abs(margin(each) - far) < 0.05 * far for each in sides):
            return sides[0], sides[1]
    raise NoSuchData


def slowly_diverging(rng: np.random.Generator, assignment: Assignment, data: Data) -> tuple[Data, float]:
    """Data, a start and a learning rate from which the loss grows a little with every epoch, from the first on.

    The targets are those of the drawn weights, so that these are the best; the start lies off them in the direction in
    which the loss is steepest, and the rate is just too large for that direction.
    """
    model, best = assignment.model, data.weights
    y = np.asarray(model.predict(best, data.x, NO_FAULTS))
    shapes, sizes = [np.shape(w) for w in best], [int(np.size(w)) for w in best]

    def shifted(direction: Array, far: float) -> tuple[Array, ...]:
        parts = np.split(direction, np.cumsum(sizes)[:-1])
        return tuple(w + far * part.reshape(shape) for w, part, shape in zip(best, parts, shapes, strict=True))

    direction = rng.normal(size=sum(sizes))
    steepest = 0.0
    for _ in range(60):
        direction /= np.linalg.norm(direction)
        slopes = model.gradients(shifted(direction, 1e-5), data.x, y, NO_FAULTS)
        turned = np.concatenate([np.ravel(slope) for slope in slopes]) / 1e-5
        steepest = float(np.linalg.norm(turned))
        if not np.isfinite(steepest) or steepest == 0.0:
            raise NoSuchData
        direction = turned
    direction /= np.linalg.norm(direction)
    return Data(shifted(direction, START), data.x, y), (1.0 + GROWTH) / steepest


# A sample nearer to a relu's kink than this (in units of the pre-activation, which are of order 1) is drawn anew: a
# right answer in other algebra must not fall on the other side of it. Published data are what they are.
MARGIN = 1e-3


MANY, LONG = 1_501, 300  # samples and epochs: more than the lessons ask for of the one, a good part of the other
LONGER = 520  # epochs, where the lesson's own run has fewer; a train that calls itself cannot go much further
TIMES = 4  # how many times as many hidden units as in any other question, the lesson's own data among them
WIDE = "several times as many hidden units"


Draft = Callable[[np.random.Generator], Question]


def counts(assignment: Assignment) -> tuple[int, int, int]:
    """How many samples batches have that come one after the other."""
    most = int(assignment.largest["N"])
    return most, most, most - 3


def wide(assignment: Assignment) -> dict[str, int]:
    """Few samples, and of every hidden size several times as much as elsewhere; empty where there is no such size.

    Where losses are no squared errors, sizes may depend on one another in ways that only the lesson knows.
    """
    outer = {symbol for symbols in (assignment.x, assignment.y) for symbol in symbols}
    published = assignment.published(np.random.default_rng(0)).data.weights
    most: dict[str, int] = {}
    for symbols, weight in zip(assignment.weights.values(), published, strict=True):
        for symbol, size in zip(symbols, np.shape(weight), strict=True):
            if isinstance(symbol, str) and symbol.isidentifier() and symbol not in outer:
                most[symbol] = max(size, *(sizes[symbol] for sizes in assignment.sizes.values()))
    if not most or not assignment.squared:
        return {}
    few = next(sizes for name, sizes in assignment.sizes.items() if name != "one sample")
    return {**few, **{symbol: TIMES * size for symbol, size in most.items()}}


def largest_sizes(assignment: Assignment) -> dict[str, int]:
    return dict(assignment.largest)
