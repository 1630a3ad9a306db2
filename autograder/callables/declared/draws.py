"""How arguments are drawn: kinds of numbers, in shapes given by size names.

A kind knows whether its numbers are real (they may be shaken, scaled, set to zero) or not (labels, masks, choices).
"""

from __future__ import annotations

import difflib
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from autograder.callables.declared.lengths import DrawError, length, names_in

Sizes = Mapping[str, int]
Symbols = tuple[str | int, ...]


@dataclass(frozen=True)
class Draw:
    """How one argument is drawn: `make(rng, shape, sizes)` gives its value.

    `real` says that its numbers are real ones on no grid; `signed` that any of them may be negative or zero. `choices`
    are the values of a `one_of`, each of which is asked. `parts` are the draws inside a dict or list. `how` is what
    else was asked of its kind, such as a scale.
    """

    kind: str
    symbols: Symbols
    make: Callable[[np.random.Generator, tuple[int, ...], Sizes], Any]
    real: bool = True
    signed: bool = True
    choices: tuple[Any, ...] = ()
    parts: Mapping[str, Draw] = field(default_factory=dict)
    of: str = ""  # the argument that rows are taken from
    how: Mapping[str, Any] = field(default_factory=dict)

    def value(self, rng: np.random.Generator, sizes: Sizes) -> Any:
        """One drawn value."""
        return self.make(rng, tuple(length(symbol, sizes) for symbol in self.symbols), sizes)

    @property
    def inside(self) -> Mapping[str, Draw]:
        """The draws of a dict or a list by key, those of numbers too; empty for all others."""
        return {key: each for key, each in self.how.items() if isinstance(each, Draw)}

    @property
    def size_names(self) -> set[str]:
        """The names of all sizes that it needs, for shapes, classes and bounds."""
        bounds = [self.how[key] for key in ("classes", "low", "high", "of", "times") if key in self.how]
        names = names_in((*self.symbols, *(each for each in bounds if isinstance(each, str))))
        drawn = (*self.inside.values(), *(each for each in self.choices if isinstance(each, Draw)))
        return names.union(*(each.size_names for each in drawn))


@dataclass(frozen=True)
class Together:
    """Arguments that belong together, drawn by the author's own function of the generator and the sizes."""

    function: Callable[[np.random.Generator, Sizes], Mapping[str, Any]]


class Drawing:
    """The name `draw` of a declaration."""

    def __getattr__(self, name: str) -> Any:
        """Of a kind that there is not: raises DrawError with the nearest one there is."""
        if name.startswith("__"):
            raise AttributeError(name)
        kinds = [each for each in vars(Drawing) if not each.startswith("_")]
        near = difflib.get_close_matches(name, kinds, 1)
        hint = f"is draw.{near[0]} meant?" if near else f"there are: {', '.join(kinds)}"
        raise DrawError(f"there is no draw.{name}; {hint}")

    def normal(self, *shape: str | int, scale: float = 1.0) -> Draw:
        """Normal numbers of both signs."""
        how = {} if scale == 1.0 else {"scale": scale}
        return Draw("normal", shape, lambda rng, size, _: _number(scale * rng.normal(size=size)), how=how)

    def positive(self, *shape: str | int) -> Draw:
        """Numbers above zero: 0.1 and a half-normal one."""
        return Draw("positive", shape, lambda rng, size, _: _number(0.1 + np.abs(rng.normal(size=size))), signed=False)

    def uniform(self, low: float, high: float, *shape: str | int) -> Draw:
        """Numbers from `low` to `high`."""
        how = {"low": low, "high": high}
        make = lambda rng, size, _: _number(rng.uniform(low, high, size=size))
        return Draw("uniform", shape, make, signed=False, how=how)

    def probabilities(self, *shape: str | int) -> Draw:
        """Numbers between 0 and 1, neither of them included."""
        return Draw("probabilities", shape, lambda rng, size, _: _number(rng.uniform(0.03, 0.97, size)), signed=False)

    def simplex(self, *shape: str | int) -> Draw:
        """Positive numbers that add up to 1 along the last axis."""

        def make(rng: np.random.Generator, size: tuple[int, ...], _: Sizes) -> Any:
            raw = rng.uniform(0.1, 1.0, size)
            return raw / raw.sum(axis=-1, keepdims=True)

        return Draw("simplex", shape, make, signed=False)

    def labels(self, *shape: str | int, classes: str | int) -> Draw:
        """Whole numbers from 0 to `classes` - 1, each of them at least once where there is room."""

        def make(rng: np.random.Generator, size: tuple[int, ...], sizes: Sizes) -> Any:
            return _covering(rng, size, length(classes, sizes))

        return Draw("labels", (*shape,), make, real=False, how={"classes": classes})

    def one_hot(self, *shape: str | int) -> Draw:
        """Rows of zeros with a single 1, along the last axis."""

        def make(rng: np.random.Generator, size: tuple[int, ...], _: Sizes) -> Any:
            return np.eye(size[-1])[_covering(rng, size[:-1], size[-1])]

        return Draw("one_hot", shape, make, real=False)

    def mask(self, *shape: str | int, keep: float = 0.5) -> Draw:
        """Zeros and ones, as floats; `keep` of them ones, at least one of each where there are two or more."""

        def make(rng: np.random.Generator, size: tuple[int, ...], _: Sizes) -> Any:
            drawn = (rng.uniform(size=size) < keep).astype(float)
            if drawn.size > 1:
                drawn.flat[:2] = (1.0, 0.0)
            return _number(rng.permuted(drawn.ravel()).reshape(size))

        return Draw("mask", shape, make, real=False, how={"keep": keep})

    def booleans(self, *shape: str | int, keep: float = 0.5) -> Draw:
        """True and False; `keep` of them True, in each row (along the last axis) at least one, and one False where
        there is room."""

        def make(rng: np.random.Generator, size: tuple[int, ...], _: Sizes) -> Any:
            if not size:
                return bool(rng.uniform() < keep)
            drawn = rng.uniform(size=size) < keep
            drawn[..., :1] = True
            drawn[..., 1:2] = False
            return rng.permuted(drawn, axis=-1)

        return Draw("booleans", shape, make, real=False, how={"keep": keep})

    def permutation(self, count: str | int) -> Draw:
        """The whole numbers from 0 to `count` - 1 in any order, as for shuffled samples."""
        return Draw("permutation", (count,), lambda rng, size, _: rng.permutation(size[0]), real=False)

    def size(self, name: str) -> Draw:
        """A size itself, as a whole number: an argument such as `n_classes`."""
        return Draw("size", (), lambda rng, size, sizes: length(name, sizes), real=False, how={"of": name})

    def signs(self, *shape: str | int) -> Draw:
        """-1.0 and 1.0."""
        return Draw("signs", shape, lambda rng, size, _: _number(2.0 * rng.integers(0, 2, size) - 1.0), real=False)

    def integers(self, low: int | str, high: int | str, *shape: str | int) -> Draw:
        """Whole numbers from `low` to `high`, both included; either may be written in sizes, `"V-1"`."""

        def make(rng: np.random.Generator, size: tuple[int, ...], sizes: Sizes) -> Any:
            drawn = rng.integers(length(low, sizes), length(high, sizes) + 1, size)
            return int(drawn) if not size else drawn

        return Draw("integers", shape, make, real=False, how={"low": low, "high": high})

    def one_of(self, *values: Any) -> Draw:
        """One of these values, which may be draws; each of them is asked."""
        if not values:
            raise DrawError("one_of needs at least one value")

        def make(rng: np.random.Generator, _: tuple[int, ...], sizes: Sizes) -> Any:
            return chosen(values[int(rng.integers(len(values)))], rng, sizes)

        parts = {str(k): each for k, each in enumerate(values) if isinstance(each, Draw)}
        return Draw("one_of", (), make, real=False, choices=values, parts=parts)

    def dict(self, **draws: Draw) -> Draw:
        """A dict argument, such as `parameters` with W1, b1, …"""
        return self._several("dict", draws, lambda values: dict(zip(draws, values, strict=True)))

    def list(self, *draws: Draw, times: str | int = 1) -> Draw:
        """A list argument; `times` of one draw where there are as many as a size says."""
        if times != 1:
            if len(draws) != 1:
                raise DrawError("draw.list: `times` repeats one draw, and there are several")
            return self._repeated(draws[0], times)
        return self._several("list", {str(k): each for k, each in enumerate(draws)}, list)

    def rows_of(self, argument: str, count: str | int) -> Draw:
        """`count` different rows of another argument."""

        def make(rng: np.random.Generator, size: tuple[int, ...], _: Sizes) -> Any:
            raise DrawError(f"rows_of({argument!r}) is drawn together with {argument}")

        return Draw("rows_of", (count,), make, of=argument)

    def together(self, function: Callable[[np.random.Generator, Sizes], Mapping[str, Any]]) -> Together:
        """Arguments that belong together, drawn by a function of the generator and the sizes."""
        return Together(function)

    @staticmethod
    def _repeated(each: Draw, times: str | int) -> Draw:
        def make(rng: np.random.Generator, size: tuple[int, ...], sizes: Sizes) -> Any:
            return [each.value(rng, sizes) for _ in range(length(times, sizes))]

        how = {"each": each, "times": times}
        return Draw("list", (), make, each.real, each.signed, parts={"each": each} if each.symbols else {}, how=how)

    def _several(self, kind: str, draws: Mapping[str, Draw], join: Callable[[Any], Any]) -> Draw:
        wrong = [name for name, each in draws.items() if not isinstance(each, Draw)]
        if wrong:
            raise DrawError(f"draw.{kind}: {', '.join(wrong)} must be drawn, as in {wrong[0]}=draw.normal(…)")

        def make(rng: np.random.Generator, size: tuple[int, ...], sizes: Sizes) -> Any:
            return join([each.value(rng, sizes) for each in draws.values()])

        symbols = tuple(symbol for each in draws.values() for symbol in each.symbols)
        real, signed = any(each.real for each in draws.values()), all(each.signed for each in draws.values())
        return Draw(kind, (), make, real, signed, parts=dict(draws) if symbols else {}, how=dict(draws))


def chosen(choice: Any, rng: np.random.Generator, sizes: Sizes) -> Any:
    """A value of a choice, drawn where it is a draw."""
    return choice.value(rng, sizes) if isinstance(choice, Draw) else choice


def _number(drawn: Any) -> Any:
    """An array, or a plain float where the shape is that of a number."""
    return float(drawn) if np.ndim(drawn) == 0 else drawn


def _covering(rng: np.random.Generator, size: tuple[int, ...], classes: int) -> Any:
    """Whole numbers from 0 to `classes` - 1, in any order, every one there where it fits."""
    if classes < 1:
        raise DrawError("labels need at least one class")
    count = int(np.prod(size)) if size else 1
    drawn = np.concatenate([np.arange(classes), rng.integers(0, classes, max(count - classes, 0))])[:count]
    drawn = rng.permutation(drawn) if count >= classes else rng.permutation(classes)[:count]
    return int(drawn[0]) if not size else drawn.reshape(size)


def generator(text: str, attempt: int) -> np.random.Generator:
    """The random numbers of one question; the text names salt, assignment and question."""
    return np.random.default_rng([zlib.crc32(text.encode()), attempt])
