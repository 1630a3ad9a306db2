"""What the kit must know of one assignment: shapes, data, sizes, faults."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from inspect import signature

import numpy as np

Array = np.ndarray
Sizes = Mapping[str, int]
Drawn = Callable[[np.random.Generator, Array], Array]
_PART = re.compile(r"([+-]?)(\w+)")


@dataclass(frozen=True, slots=True)
class Data:
    """Starting weights in the order of the contract, inputs x and targets y, samples along axis 0."""

    weights: tuple[Array, ...]
    x: Array
    y: Array


@dataclass(frozen=True, slots=True)
class Published:
    """The data and settings that the lesson shows; `n_ep` here is what the grader asks for."""

    data: Data
    lr: float
    n_ep: int


@dataclass(frozen=True, slots=True)
class Fault:
    """A misconception: one thing that real students get wrong, as a switch in the assignment's `Model`.

    `of` are the arrays that it shows in (`dloss_dw1`, …, `forward`, `loss`). `says` is the sentence for the student,
    `look` the place to look at; neither may state the right formula. `code` is one of `core.Code`.
    """

    name: str
    code: str
    of: tuple[str, ...]
    says: str
    look: str


Faults = frozenset[str]
NO_FAULTS: Faults = frozenset()


@dataclass(frozen=True, slots=True)
class Model:
    """The model as pure functions with switches for the faults; without any switch, an oracle beside the reference.

    `predict(weights, x, faults)`, `loss(prediction, y, faults)`, `gradients(weights, x, y, faults)`; shapes as in the
    contract. `autograder verify` proves that without faults they agree with the reference and with differences.

    `gradients` may take `back`, the weights to read on the way back where these are not the ones of the way forward:
    what a loop does that moves a weight between the two. `intermediates(weights, x)` are the arrays that a forward may
    keep on the object, in the order in which they come about, each with its kind: arrays of one kind share a shape.
    """

    predict: Callable[[Sequence[Array], Array, Faults], Array]
    loss: Callable[[Array, Array, Faults], float]
    gradients: Callable[..., tuple[Array, ...]]
    intermediates: Callable[[Sequence[Array], Array], Sequence[tuple[str, Array]]] | None = None

    def gradients_on_the_way_back(
        self, forward: Sequence[Array], moved: Sequence[Array], x: Array, y: Array
    ) -> tuple[Array, ...]:
        """The gradients with `moved` read on the way back; where `gradients` takes no `back`, all are taken there."""
        if not _takes_back(self.gradients):
            return self.gradients(moved, x, y, NO_FAULTS)
        return self.gradients(forward, x, y, NO_FAULTS, moved)


@cache  # asked in every step of every run that is tried
def _takes_back(gradients: Callable[..., tuple[Array, ...]]) -> bool:
    return "back" in signature(gradients).parameters


def near_targets(spread: float) -> Drawn:
    """Draws predictions that miss the targets by normal noise of that spread; 0 is a perfect prediction."""
    return lambda rng, y: y + spread * rng.normal(size=y.shape)


# How `normal` changes what it draws, and what a question about it is called.
STYLES = ("zero", "negative", "large", "zeros", "huge", "dead", "beyond")
# The predictions that `loss` is asked about where every real number is a legal one; "plain" is asked at every size.
PREDICTIONS: Mapping[str, Drawn] = {
    "plain": near_targets(1.0),
    "small errors": near_targets(3e-3),
    "large errors": near_targets(1e8),
    "a perfect prediction": near_targets(0.0),
    "some perfect predictions": lambda rng, y: y + rng.normal(size=y.shape) * (np.arange(y.size).reshape(y.shape) % 2),
}


@dataclass(frozen=True)
class Assignment:
    """One assignment of the common contract.

    `weights`, `x` and `y` give shapes in symbols: `("N", "D_in")`, `("H+1", 1)`. `sizes` are the situations that the
    questions use, by name; `draw` makes data for one of them in a given style (see `normal`), `styles` are those that
    make sense for the model. `predictions` draw what `loss` is asked about, given the targets: a cross-entropy wants
    probabilities. `squared` says that the loss is made of squared errors, so that the usual faults of those are looked
    for. `bias_rows` names the weights whose row 0 is a bias. `margin` gives the smallest distance of any sample from a
    kink of the activation, where there is one. `rates` are learning rates: `steady` converges slowly, `tiny` moves
    next to nothing, `diverging` grows but stays finite over a few epochs.
    """

    name: str
    class_name: str
    title: str
    weights: Mapping[str, tuple[str | int, ...]]
    x: tuple[str | int, ...]
    y: tuple[str | int, ...]
    train_returns: str
    sizes: Mapping[str, Sizes]
    draw: Callable[[np.random.Generator, Assignment, Sizes, str], Data]
    rates: Mapping[str, float]
    published: Callable[[np.random.Generator], Published]
    averages: str
    model: Model
    faults: tuple[Fault, ...]
    margin: Callable[[tuple[Array, ...], Array], float] | None = None
    styles: tuple[str, ...] = STYLES
    predictions: Mapping[str, Drawn] = field(default_factory=lambda: PREDICTIONS)
    squared: bool = True
    bias_rows: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.train_returns not in ("path", "losses"):
            raise ValueError(f"{self.name}: train_returns is 'path' or 'losses', not {self.train_returns!r}")
        if self.averages not in ("mean", "sum"):
            raise ValueError(f"{self.name}: averages is 'mean' or 'sum', not {self.averages!r}")
        if "one sample" not in self.sizes or len(self.sizes) < 2 or self.largest["N"] < 4:
            raise ValueError(f"{self.name}: sizes need 'one sample' and others, one of them with N of 4 or more")
        if "plain" not in self.predictions:
            raise ValueError(f"{self.name}: predictions need 'plain', which is asked at every size")
        unknown = sorted({*self.styles} - {*STYLES})
        if unknown:
            raise ValueError(f"{self.name}: unknown styles {', '.join(unknown)}; there are: {', '.join(STYLES)}")
        missing = sorted({"tiny", "steady", "diverging"} - {*self.rates})
        if missing:
            raise ValueError(f"{self.name}: rates lack {', '.join(missing)}")

    @property
    def defined_names(self) -> tuple[str, ...]:
        """What a submission's cells are looked through for."""
        return (self.class_name,)

    def fault(self, name: str) -> Fault:
        """The fault of that name."""
        return next(fault for fault in self.faults if fault.name == name)

    @property
    def largest(self) -> Sizes:
        """The sizes with most samples."""
        return max(self.sizes.values(), key=lambda sizes: sizes["N"])

    @property
    def gradients(self) -> tuple[str, ...]:
        """Names of the gradients, in order: `dloss_dw1`, `dloss_db1`, …"""
        return tuple(f"dloss_d{name}" for name in self.weights)

    def shape(self, symbols: tuple[str | int, ...], sizes: Sizes) -> tuple[int, ...]:
        """A shape in symbols as numbers: `("H+1", 1)` with H = 4 is `(5, 1)`, `("M+K-1",)` with M, K = 6, 3 `(8,)`."""
        return tuple(_size(symbol, sizes) for symbol in symbols)

    def weight_shapes(self, sizes: Sizes) -> tuple[tuple[int, ...], ...]:
        """The shapes of all weights, in order."""
        return tuple(self.shape(symbols, sizes) for symbols in self.weights.values())


def normal(rng: np.random.Generator, assignment: Assignment, sizes: Sizes, style: str) -> Data:
    """Standard normal weights, inputs and targets, unsorted and of both signs; `style` changes one thing.

    `zero`: the last weights are zero. `zeros`: all weights are zero. `large`: inputs and weights three times as large,
    which saturates a sigmoid. `negative`: all inputs negative but one, which is 0. `huge`: the last weights are 1e12
    times as large, so that the analytic gradient is as exact as ever while a step of any usual size is lost in a
    finite difference. `beyond`: every other one of the first weights so large that a bare exponential overflows, and
    the others ordinary: where all slopes vanish, a slope of 1e-9 would be wrong. `dead`: inputs positive and first
    weights negative, so that a relu is off everywhere.
    """
    weights = [rng.normal(size=shape) for shape in assignment.weight_shapes(sizes)]
    x = rng.normal(size=assignment.shape(assignment.x, sizes))
    y = rng.normal(size=assignment.shape(assignment.y, sizes))
    if style == "zero":
        weights[-1] = np.zeros_like(weights[-1])
    elif style == "zeros":
        weights = [np.zeros_like(weight) for weight in weights]
    elif style == "large":
        weights, x = [3.0 * weight for weight in weights], 3.0 * x
    elif style == "negative":
        x = -np.abs(x) - 0.1
        x.flat[0] = 0.0
    elif style == "huge":
        weights[-1] = weights[-1] * 1e12
    elif style == "dead":
        weights[0], x = -np.abs(weights[0]) - 0.1, np.abs(x) + 0.1
    elif style == "beyond":
        weights[0] = weights[0].copy()
        weights[0].flat[::2] *= 3e3
    elif style != "plain":
        raise ValueError(f"unknown style {style!r}")
    return Data(tuple(weights), x, y)


def _size(symbol: str | int, sizes: Sizes) -> int:
    if isinstance(symbol, int):
        return symbol
    unknown = [part for _, part in _PART.findall(symbol) if not part.isdigit() and part not in sizes]
    if unknown:
        raise LookupError(f"the shapes need a size {unknown[0]}, and `sizes` has only {', '.join(sizes)}")
    return sum(
        (-1 if sign == "-" else 1) * (int(part) if part.isdigit() else sizes[part])
        for sign, part in _PART.findall(symbol.replace(" ", ""))
    )
