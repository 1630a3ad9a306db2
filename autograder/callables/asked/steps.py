"""The calls that lead to one call of a callable: constructors, what it follows, itself; values drawn for all."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from autograder.callables.asked.question import From, Step
from autograder.callables.declared.draws import Sizes, length
from autograder.callables.declared.reference import Reference
from autograder.observe import probe

Values = dict[str, Any]
DRAWS = (  # by what is said of an argument
    (re.compile(r"\b(?:labels?|classes)\b"), "draw.labels(…, classes=…)"),
    (re.compile(r"\bbool(?:ean)?s?\b"), "draw.booleans(…)"),
    (re.compile(r"\b(?:counts?|ints?|integers?|whole numbers?)\b"), "draw.integers(1, 10)"),
)


class NotDrawn(LookupError):
    """An argument that nobody draws and that has no default, or one that cannot be handed to a submission."""


def drawn(reference: Reference, rng: np.random.Generator, sizes: Sizes) -> Values:
    """A value for every argument that the declaration draws."""
    declared = reference.declaration
    values: Values = {}
    for name, draw in declared.draws.items():
        if not draw.of:
            values[name] = _made(f"{name} cannot be drawn", draw.value, rng, sizes)
    for each in declared.together:
        values |= dict(_made("draw.together", each.function, rng, sizes))
    for name, draw in declared.draws.items():
        if draw.of:
            rows = np.asarray(values[draw.of])
            count = min(length(draw.symbols[0], sizes), len(rows))
            values[name] = rows[rng.permutation(len(rows))[:count]].copy()
    return values


def _made(what: str, make: Callable[[np.random.Generator, Sizes], Any], rng: np.random.Generator, sizes: Sizes) -> Any:
    """What an author's draw gives; raises NotDrawn where it raises."""
    try:
        return make(rng, sizes)
    except Exception as error:
        raise NotDrawn(f"{what} with {sizes_in_words(sizes)}: {type(error).__name__}: {error}") from error


def steps_for(reference: Reference, name: str, values: Values, before: tuple[Step, ...] = ()) -> tuple[Step, ...]:
    """The calls that lead to one call of `name` with these values, that call last: constructors, those it follows."""
    steps = list(before)
    _add(reference, name, values, steps, {})
    return tuple(steps)


def _add(reference: Reference, name: str, values: Values, steps: list[Step], made: dict[str, int]) -> int:
    """Append the call of `name` and those that it needs; its position. `made`: class -> number of its object."""
    signature = reference.signature(name)
    if signature.owner and signature.name != "__init__" and signature.owner not in made:
        known = [each.makes for each in steps if each.name == signature.owner and each.makes is not None]
        made[signature.owner] = known[-1] if known else len([each for each in steps if each.makes is not None])
        if not known:
            steps.append(_constructor(reference, signature.owner, values, made[signature.owner]))
    handed: dict[str, From] = {}
    asked: dict[str, int] = {}
    settled = reference.declaration.settled_first(name)
    for each in (each for each in reference.declaration.follows if each.callable == name):
        if each.after not in asked:
            asked[each.after] = _add(reference, each.after, values | settled, steps, made)
        results = reference.signature(each.after).results
        if each.by:
            path = (results.index(each.by),) if len(results) > 1 else ()
            handed[each.by] = From(asked[each.after], path)
    on = made.get(signature.owner) if signature.owner else None
    steps.append(_step(reference, name, values, handed, on))
    return len(steps) - 1


def _step(reference: Reference, name: str, values: Values, handed: Mapping[str, From], on: int | None) -> Step:
    signature = reference.signature(name)
    args = tuple(
        handed[label] if label in handed else _encoded(reference, name, label, values) for label in signature.arguments
    )
    return Step(
        name,
        signature.arguments,
        args,
        len(signature.results),
        reference.opaque.get(name, ()),
        reference.changes(name),
        on=on,
        named=len(signature.named),
        read=signature.read,
    )


def _constructor(reference: Reference, owner: str, values: Values, number: int) -> Step:
    signature = reference.signatures.get(f"{owner}.__init__")
    labels = signature.arguments if signature else ()
    args = tuple(_encoded(reference, f"{owner}.__init__", label, values) for label in labels)
    return Step(owner, labels, args, makes=number, named=len(signature.named) if signature else 0)


def _encoded(reference: Reference, name: str, label: str, values: Values) -> Any:
    try:
        return probe.encoded(_value(reference, name, label, values))
    except TypeError as why:
        raise NotDrawn(
            f"the argument {label!r} of {name} cannot be handed to a submission: {why}; give it numbers, texts, and "
            "lists or dicts of them"
        ) from None


def _value(reference: Reference, name: str, label: str, values: Values) -> Any:
    for key in (reference.declaration.drawn_as(name, label), label):
        if key in values:
            return values[key]
    default = reference.default(name, label)
    if default is inspect.Parameter.empty:
        raise NotDrawn(
            f"{name} has an argument {label!r} that the declaration does not draw: "
            f"add {label} = {_draw_of(reference.signature(name).kinds.get(label, ''))}, "
            f"or follows({name}, …, by={label!r})"
        )
    return default


def _draw_of(kind: str) -> str:
    """A draw for what a docstring says an argument is."""
    return next((draw for words, draw in DRAWS if words.search(kind)), "draw.normal(…)")


def shifted(steps: tuple[Step, ...], by: int, objects: int) -> tuple[Step, ...]:
    """Steps that come after `by` others, their references to earlier calls and objects counted on."""
    moved = []
    for step in steps:
        args = tuple(From(arg.call + by, arg.path) if isinstance(arg, From) else arg for arg in step.args)
        on = None if step.on is None else step.on + objects
        makes = None if step.makes is None else step.makes + objects
        moved.append(replace(step, args=args, on=on, makes=makes))
    return tuple(moved)


def sizes_in_words(sizes: Sizes) -> str:
    """`N = 3, D = 2`."""
    return ", ".join(f"{name} = {count}" for name, count in sizes.items())
