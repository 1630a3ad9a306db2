"""What an assignment declares, read plainly: a second reading, with nothing of the kit, to try the ten by."""

from __future__ import annotations

import copy
import inspect
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import numpy as np

Array = np.ndarray[Any, np.dtype[Any]]
Sizes = Mapping[str, int]
Values = dict[str, Any]
STEP = 1e-5  # of a central difference


@dataclass(frozen=True, slots=True)
class Draw:
    """How an argument is drawn: a function of a generator and the sizes."""

    value: Callable[[np.random.Generator, Sizes], Any]


def _drawn(draw: Callable[..., Any]) -> Callable[..., Draw]:
    """A kind of shaped draw: its shape stands in size names and integers."""

    def declare(*shape: str | int, **options: Any) -> Draw:
        return Draw(lambda rng, sizes: draw(rng, tuple(_size(part, sizes) for part in shape), sizes, **options))

    return declare


def _size(part: str | int, sizes: Sizes) -> int:
    return part if isinstance(part, int) else sizes[part]


def _labels(rng: np.random.Generator, shape: tuple[int, ...], sizes: Sizes, classes: str | int) -> Array:
    count, wanted = int(np.prod(shape)), _size(classes, sizes)
    every = np.concatenate([np.arange(wanted), rng.integers(0, wanted, count)])[:count]
    return rng.permutation(every).reshape(shape)


class Draws:
    """The kinds that the ten use, under the names by which a declaration calls them."""

    normal = staticmethod(_drawn(lambda rng, shape, sizes, scale=1.0: rng.normal(0, scale, shape or None)))
    probabilities = staticmethod(_drawn(lambda rng, shape, sizes: rng.uniform(0.02, 0.98, shape)))
    labels = staticmethod(_drawn(_labels))
    mask = staticmethod(_drawn(lambda rng, shape, sizes, keep: (rng.random(shape) < keep) * 1.0))

    @staticmethod
    def uniform(low: float, high: float, *shape: str | int) -> Draw:
        return _drawn(lambda rng, shape, sizes: rng.uniform(low, high, shape))(*shape)

    @staticmethod
    def one_of(*values: Any) -> Draw:
        return Draw(lambda rng, sizes: values[rng.integers(len(values))])

    @staticmethod
    def dict(**draws: Draw) -> Draw:
        return Draw(lambda rng, sizes: {name: draw.value(rng, sizes) for name, draw in draws.items()})


@dataclass(frozen=True, slots=True)
class Slope:
    """Results of one callable that are slopes, and what of."""

    by_whom: str
    of: Any  # a result of the same callable by name, or a function of arguments by name
    by: tuple[str, ...]
    wrt: tuple[str, ...]
    times: str | None


@dataclass(slots=True)
class Declared:
    """Everything that a declaration cell says."""

    sizes: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    state: tuple[str, ...] = ()
    slopes: list[Slope] = field(default_factory=list)
    follows: dict[str, tuple[str, str]] = field(default_factory=dict)  # callable: the one it follows, the argument
    repeats: dict[str, tuple[int, dict[str, int]]] = field(default_factory=dict)
    own: list[tuple[str, Values]] = field(default_factory=list)
    draws: dict[str, Draw] = field(default_factory=dict)

    def situations(self) -> Iterator[dict[str, int]]:
        """The k-th of each size."""
        for numbers in zip(*self.sizes.values(), strict=True):
            yield dict(zip(self.sizes, numbers, strict=True))

    def values(self, sizes: Sizes, seed: int) -> Values:
        """Every argument that is drawn."""
        rng = np.random.default_rng(seed)
        return {name: draw.value(rng, sizes) for name, draw in sorted(self.draws.items())}


def declared(cell: str, namespace: Values) -> Declared:
    """The declaration, run in the namespace of given and solution cells."""
    said = Declared()

    def assignment(sizes: Mapping[str, tuple[int, ...]], state: tuple[str, ...] = ()) -> None:
        said.sizes, said.state = sizes, state

    def slope(by_whom: Any, of: Any, by: Any, wrt: Any, times: str | None = None) -> None:
        by, wrt = ((names,) if isinstance(names, str) else tuple(names) for names in (by, wrt))
        said.slopes.append(Slope(by_whom.__qualname__, of, by, wrt, times))

    def follows(later: Any, earlier: Any, by: str) -> None:
        said.follows[later.__qualname__] = earlier.__qualname__, by

    def repeats(again: Any, times: int, **back: int) -> None:
        said.repeats[again.__qualname__] = times, back

    def own(asked: Any, **arguments: Any) -> None:
        said.own.append((asked.__qualname__, arguments))

    names = {word.__name__: word for word in (assignment, slope, follows, repeats, own)}
    inside = {**namespace, **names, "draw": Draws}
    exec(compile(cell, "declaration", "exec"), inside)
    said.draws = {name: value for name, value in inside.items() if isinstance(value, Draw)}
    return said


def named(namespace: Values, name: str) -> Callable[..., Any]:
    """A function, or a method of a class, by its dotted name."""
    first, _, method = name.partition(".")
    return getattr(namespace[first], method) if method else namespace[first]


@cache
def results(function: Callable[..., Any]) -> tuple[str, ...]:
    """The names of what it returns, from its docstring; none where it returns nothing."""
    first = re.split(r"\n\s*\n", inspect.getdoc(function) or "")[0]
    said = first.partition("->")[2].partition(";")[0]
    while re.search(r"\([^()]*\)", said):
        said = re.sub(r"\([^()]*\)", "", said)
    return tuple(part.split()[0] for part in said.split(",") if part.strip())


def callables(namespace: Values) -> list[str]:
    """Functions and methods whose docstring says what they return or change; helpers say neither."""
    found = {}
    for name, value in namespace.items():
        members = vars(value) if inspect.isclass(value) else {}
        found |= {f"{name}.{k}": v for k, v in members.items() if inspect.isfunction(v) and k != "__init__"}
        if inspect.isfunction(value):
            found[name] = value
    return [name for name, value in found.items() if re.search(r"->|; changes", inspect.getdoc(value) or "")]


@cache
def arguments(function: Callable[..., Any]) -> tuple[str, ...]:
    """The names of its arguments, without self."""
    return tuple(name for name in inspect.signature(function).parameters if name != "self")


class Asked:
    """A source's callables, put to drawn arguments; `reference` says what results are called, whoever answers."""

    def __init__(self, source: str, said: Declared, reference: Values | None = None) -> None:
        self.namespace: Values = {}
        exec(compile(source, "submission", "exec"), self.namespace)
        self.said = said
        self.reference = self.namespace if reference is None else reference

    def call(self, name: str, values: Values, used: bool = False) -> tuple[Values, Values]:
        """Results by name, and what arguments and state are afterwards. The values given stay as they are.

        A method of a `used` object is asked a second time, after its weights have been halved from outside.
        """
        values = copy.deepcopy(values)
        shape = named(self.reference, name)
        if name in self.said.follows:
            earlier, by = self.said.follows[name]
            values[by] = self.call(earlier, values)[0][by]
        function, after = named(self.namespace, name), {}
        owner = name.rpartition(".")[0]
        given = [values[argument] for argument in arguments(shape)]
        if owner:
            model = self.namespace[owner](*(values[a] for a in arguments(self.reference[owner].__init__)))
            if used:
                function(model, *copy.deepcopy(given))
                for attribute in self.said.state:
                    setattr(model, attribute, 0.5 * getattr(model, attribute))
            answer = function(model, *given)
            after = {attribute: getattr(model, attribute) for attribute in self.said.state}
        else:
            answer = function(*given)
        kept = {argument for _, argument in self.said.follows.values()}
        after |= {a: v for a, v in zip(arguments(shape), given, strict=True) if a not in kept}
        labels = results(shape)
        several = answer if len(labels) > 1 else (answer,)
        return dict(zip(labels, several, strict=True)) if labels else {}, after

    def answer(self, name: str, values: Values) -> dict[str, Array]:
        """Everything of the call that is compared, flat; asked as often as is declared."""
        times, back = self.said.repeats.get(name, (1, {}))
        opaque = {by for earlier, by in self.said.follows.values() if earlier == name}
        flat: dict[str, Array] = {}
        for turn in range(times):
            answered, after = self.call(name, values)
            compared = {label: value for label, value in answered.items() if label not in opaque}
            flat |= _flat(f"{turn}", {"result": compared, "after": after})
            if "." in name:
                again, then = self.call(name, values, used=True)
                flat |= _flat("used", {"result": again, "after": then})
            values = values | {argument: list(answered.values())[index] for argument, index in back.items()}
        return flat


def _flat(name: str, value: Any) -> dict[str, Array]:
    if isinstance(value, Mapping):
        return {k: v for key, inner in value.items() for k, v in _flat(f"{name}.{key}", inner).items()}
    return {name: np.asarray(value)}


def same(given: Mapping[str, Array], expected: Mapping[str, Array]) -> bool:
    """Alike in names, shapes and, to a part in a thousand million, in numbers."""
    return given.keys() == expected.keys() and all(_alike(given[name], expected[name]) for name in expected)


def _alike(given: Array, expected: Array) -> bool:
    if given.shape != expected.shape or expected.dtype.kind not in "fiub":
        return given.shape == expected.shape and bool(np.all(given == expected))
    size = np.max(np.abs(expected), initial=1.0)
    return given.dtype.kind in "fiub" and bool(np.all(np.abs(given * 1.0 - expected * 1.0) <= 1e-9 * size))


def difference(asked: Asked, slope: Slope, wrt: str, values: Values) -> Array:
    """The slope by one argument (`argument` or `argument.key`), by central differences."""
    values = copy.deepcopy(values)
    holder, key = (values[wrt.partition(".")[0]], wrt.partition(".")[2]) if "." in wrt else (values, wrt)
    start = np.array(holder[key], dtype=float)
    found = np.zeros(start.shape)
    for index in np.ndindex(start.shape):
        ends = []
        for way in (STEP, -STEP):
            moved = start.copy()
            moved[index] += way
            holder[key] = moved
            ends.append(_height(asked, slope, values))
        found[index] = (ends[0] - ends[1]) / (2 * STEP)
    return found


def _height(asked: Asked, slope: Slope, values: Values) -> float:
    if isinstance(slope.of, str):
        return float(asked.call(slope.by_whom, values)[0][slope.of])
    if slope.of.__name__ == "<lambda>":
        return float(slope.of(*(values[argument] for argument in arguments(slope.of))))
    first = next(iter(asked.call(slope.of.__qualname__, values)[0].values()))
    return float(np.sum(first * values[slope.times]) if slope.times else first)
