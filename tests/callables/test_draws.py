"""What a declaration draws and what students' self-check draws by the same words are numbers of one kind.

The self-check stays one file that imports nothing of ours, so each kind of draw stands twice.
"""

from __future__ import annotations

import ast
import math
from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pytest

from autograder import selfcheck
from autograder.callables import Reference, facts
from autograder.callables.asked.steps import drawn
from autograder.callables.declared.draws import Drawing

# Of every kind, each way of naming it: shapes, plain numbers, what else may be asked of it.
SAMPLES = {
    "normal": (
        'normal("N", "D")',
        "normal()",
        'normal("N+1", scale=0.01)',
        'normal("2*N", "C+2*D-1")',
        'normal("N", 2, scale=3)',
    ),
    "positive": ('positive("N", "D")', "positive()"),
    "uniform": ('uniform(-2, 5, "N", "D")', "uniform(0.25, 0.5)"),
    "probabilities": ('probabilities("N", "D")', "probabilities()"),
    "simplex": ('simplex("N", "C")', 'simplex("C")'),
    "labels": (
        'labels("N", classes="C")',
        "labels(classes=4)",
        'labels("N", "D", classes="C+1")',
        "labels(2, classes=9)",
    ),
    "one_hot": ('one_hot("N", "C")', 'one_hot("C")', 'one_hot("N", "D", 3)'),
    "mask": ('mask("N", "D")', 'mask("N", keep=0.9)', "mask()", "mask(1, keep=0.2)"),
    "booleans": ('booleans("N", "D")', 'booleans("N", keep=0.9)', "booleans()", 'booleans("N", 1)'),
    "permutation": ('permutation("N")',),
    "size": ('size("C")', 'size("N-1")'),
    "signs": ('signs("N", "D")', "signs()"),
    "integers": ('integers(-3, 3, "N")', "integers(1, 6)", 'integers(0, "C-1", "N", "D")'),
    "one_of": ('one_of(0.0, 0.9, "same", None)', "one_of(2)"),
    "dict": ('dict(W=draw.normal("D", "C"), k=draw.labels(classes=3))', 'dict(inner=draw.dict(b=draw.mask("N")))'),
    "list": ('list(draw.normal("D"), draw.one_of("a", "b"))', 'list(draw.list(draw.signs("N")))'),
    "rows_of": ('rows_of("data", "C")', 'rows_of("data", "N+9")'),
}
UNSAID = {  # what no literal says; the self-check says that it cannot draw them
    "together": 'together(lambda rng, sizes: {"x": rng.normal()})',
    "list of as many as a size says": 'list(draw.normal("D"), times="C")',
    "one_of draws": 'one_of(draw.normal("D"), draw.signs("D"))',
}
SIZES = ({"N": 6, "D": 3, "C": 4}, {"N": 1, "D": 1, "C": 2})
SOLUTION = "def f(x, data):\n    return x\n"
TIMES = 120  # with one seed, so that what is seen is seen always

Make = Callable[[np.random.Generator, Mapping[str, int]], Any]


def both(how: str) -> tuple[Make, Make | None]:
    """What makes `x = draw.…` of a declaration and of a self-check; None where the self-check is not told how."""
    sizes = ", ".join(f"{name}={tuple(each[name] for each in SIZES)}" for name in SIZES[0])
    named = "_ = " if how.startswith("together") else "x = "
    declared = f'{named}draw.{how}\ndata = draw.normal("N", "D")\nassignment(sizes=dict({sizes}))\n'
    reference = Reference("one", SOLUTION, declared)
    stated = ast.literal_eval(repr(facts(reference, SOLUTION, ["f"])))["draws"]  # it travels as text
    ours: Make = lambda rng, sizes: drawn(reference, rng, sizes)["x"]
    return ours, (lambda rng, sizes: selfcheck._drawn_all(stated, rng, sizes)["x"]) if "x" in stated else None


def leaves(value: Any, path: str = "") -> dict[str, Any]:
    """A value's arrays and plain values, by where they stand in it."""
    if isinstance(value, dict | list):
        inner = value.items() if isinstance(value, dict) else enumerate(value)
        head = f"{path}{type(value).__name__} "
        return {head: len(value)} | {p: v for key, each in inner for p, v in leaves(each, f"{head}{key!r} ").items()}
    return {path: value}


def properties(value: Any) -> frozenset[str]:
    """What is true of one value: its type and shape, and what its numbers are to one another."""
    if isinstance(value, str) or value is None:
        return frozenset({repr(value)})
    numbers = np.asarray(value)
    last = numbers.reshape(-1, numbers.shape[-1] if numbers.ndim else 1).astype(float)
    once = np.unique(last)
    true = {
        "whole": np.all(last == np.round(last)),
        "negative or zero": np.any(last <= 0),
        "above one": np.any(last > 1),
        "zeros and ones": np.isin(last, (0, 1)).all(),
        "ones of both signs": np.isin(last, (-1, 1)).all(),
        "adds up to 1": np.all(np.abs(last.sum(axis=-1) - 1) < 1e-9),
        "different": len(once) == last.size,
        "from 0 without a gap": np.array_equal(once, np.arange(len(once))),
        "in order": np.all(np.diff(last) >= 0),
        "a one in every row": (last == 1).any(axis=-1).all(),
        "a zero in every row": (last == 0).any(axis=-1).all(),
        "both in every row": last.shape[-1] < 2 or np.all(last.min(axis=-1) < last.max(axis=-1)),
        "one and another": last.size < 2 or np.min(last) < np.max(last),
    }
    form = f"{type(value).__name__} {numbers.dtype} {numbers.shape}"
    return frozenset({form} | {name for name, holds in true.items() if holds})


def apart(one: np.ndarray, other: np.ndarray) -> float:
    """How far two samples' distributions lie apart at most, in units of what chance gives (Smirnov)."""
    places = np.union1d(one, other)
    shares = [np.searchsorted(np.sort(each), places, side="right") / len(each) for each in (one, other)]
    return float(np.max(np.abs(shares[0] - shares[1])) / math.sqrt(1 / len(one) + 1 / len(other)))


def differing(ours: list[frozenset[str]], theirs: list[frozenset[str]]) -> list[str]:
    """The properties that one side has so much oftener than the other that it is not chance."""
    counts = [Counter(name for each in side for name in each) for side in (ours, theirs)]
    found = []
    for name in sorted(counts[0] | counts[1]):
        share = (counts[0][name] + counts[1][name]) / (2 * TIMES)
        if abs(counts[0][name] - counts[1][name]) > 4 * math.sqrt(2 * TIMES * share * (1 - share)):
            found.append(name)
    return found


def disagreement(ours: Make, theirs: Make) -> str:
    """What differs between the values that two ways of drawing give; "" where nothing does."""
    for sizes in SIZES:
        rngs = np.random.default_rng(1), np.random.default_rng(2)
        drawings = [
            [leaves(make(rng, sizes)) for _ in range(TIMES)] for make, rng in zip((ours, theirs), rngs, strict=True)
        ]
        if drawings[0][0].keys() != drawings[1][0].keys():
            return f"{list(drawings[0][0])} and {list(drawings[1][0])}"
        for path in drawings[0][0]:
            samples = [[each[path] for each in side] for side in drawings]
            if names := differing(*([properties(value) for value in side] for side in samples)):
                return f"{path}{names} with {sizes}"
            numbers = [pooled(side) for side in samples]
            if len(numbers[0]) and apart(*numbers) > 2:
                return f"{path}other numbers with {sizes}: {apart(*numbers):.1f}"
    return ""


def pooled(values: list[Any]) -> np.ndarray:
    """All numbers of many values of one form."""
    return np.ravel([value for value in values if isinstance(value, int | float | np.ndarray)])


def test_every_kind_that_a_declaration_may_name_is_tried() -> None:
    """A new kind is drawn here by both, or it is said that no self-check can draw it."""
    kinds = {name for name in vars(Drawing) if not name.startswith("_")}
    assert kinds == {*SAMPLES, "together"}


@pytest.mark.parametrize("how", [how for every in SAMPLES.values() for how in every])
def test_a_self_check_draws_what_the_declaration_draws(how: str) -> None:
    """Types, shapes, ranges, what numbers are to one another and how they are spread: all the same."""
    ours, theirs = both(how)
    assert theirs is not None
    assert disagreement(ours, theirs) == ""


@pytest.mark.parametrize("how", UNSAID.values(), ids=UNSAID)
def test_what_no_literal_says_is_not_stated_at_all(how: str) -> None:
    """Rather none than another value: the self-check then tells a student that it cannot draw it."""
    ours, theirs = both(how)
    assert theirs is None
    assert ours(np.random.default_rng(0), SIZES[0]) is not None


SPOILED: dict[str, tuple[str, Callable[[Any], Any]]] = {
    "half as large": ('normal("N", "D")', lambda value: value / 2),
    "of both signs": ('positive("N")', lambda value: value - 0.2),
    "a wider range": ('uniform(-2, 5, "N")', lambda value: value * 1.4),
    "not adding up": ('simplex("N", "C")', lambda value: value * 0.9),
    "whole numbers as floats": ('labels("N", classes="C")', lambda value: value * 1.0),
    "one class never": ('labels("N", classes="C")', lambda value: np.maximum(value, 1)),
    "counted from 1": ("integers(1, 6)", lambda value: value + 1),
    "two ones in a row": ('one_hot("N", "C")', lambda value: np.maximum(value, value[..., ::-1])),
    "a mask of ones": ('mask("N", "D")', np.ones_like),
    "booleans as numbers": ('booleans("N", "D")', lambda value: value.astype(float)),
    "a number twice": ('permutation("N")', lambda value: np.minimum(value, max(len(value) - 2, 0))),
    "an array for a number": ("normal()", lambda value: np.array([value])),
    "a tuple for a list": ('list(draw.normal("D"))', tuple),
    "sorted": ('permutation("N")', np.sort),
    "one choice never": ('one_of(0.0, 0.9, "same", None)', lambda value: value or 0.0),
    "the same row": ('rows_of("data", "C")', lambda value: value[:1].repeat(len(value), axis=0)),
}


@pytest.mark.parametrize(("how", "spoil"), SPOILED.values(), ids=SPOILED)
def test_a_draw_of_another_kind_is_noticed(how: str, spoil: Callable[[Any], Any]) -> None:
    """The ruler itself: each way in which a kind could drift apart shows."""
    ours, theirs = both(how)
    assert theirs is not None
    assert disagreement(ours, lambda rng, sizes: spoil(theirs(rng, sizes))) != ""
