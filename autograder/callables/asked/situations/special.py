"""Everyday questions made special: by their numbers, by samples that are alike, by how arrays lie in memory."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from autograder.callables.asked.drafted import Draft, drafted, reach
from autograder.callables.asked.leaves import said
from autograder.callables.asked.question import CallsQuestion
from autograder.callables.asked.situations.many_samples import samples_of
from autograder.callables.asked.steps import drawn, steps_for
from autograder.callables.declared.draws import Draw, Sizes, length
from autograder.callables.declared.reference import Reference

LAYOUTS = {
    "every second": "arrays that are every second element of others",
    "reversed": "arrays that are views of others, backwards",
    "transposed": "arrays whose columns lie one after the other in memory",
    "read only": "arrays that may not be written into",
}
NEARLY = 5e-3  # relative: how far numbers lie apart that are nearly alike
_STYLES: Mapping[str, tuple[str, Callable[[Any], Any]]] = {
    "large": ("large numbers", lambda value: 30.0 * value),
    "very large": ("very large numbers", lambda value: 1e4 * value),  # of one array, where two are multiplied
    "small": ("small numbers", lambda value: 1e-3 * value),
    "negative": ("negative numbers only", lambda value: -np.abs(value) - 0.1),
}


def special_numbers(reference: Reference, name: str, sizes: Sizes) -> Iterator[tuple[str, Draft]]:
    """Numbers that are large, small, negative, zero; labels that lack a class."""
    draws, drawn_for = reference.declaration.draws, reach(reference, name)
    for style, (words, change) in _STYLES.items():
        labels = tuple(label for label in drawn_for if _takes(draws[label], style))
        if labels and (style != "very large" or (len(labels) == 1 and name in reference.traits.guarded)):
            yield f"{name}/{style}", _styled(reference, name, sizes, words, change, labels)
    yield from _without_last_class(reference, name, sizes, drawn_for)
    for label in sorted(drawn_for):
        if _takes(draws[label], "zero"):
            words = f"{said(label)} is zero"
            yield f"{name}/{label} zero", _styled(reference, name, sizes, words, lambda value: 0.0 * value, (label,))


def special_arrays(reference: Reference, name: str, largest: Sizes, other: Sizes) -> Iterator[tuple[str, Draft]]:
    """Samples that are the same, arrays that lie otherwise in memory, data that follow other data."""
    draws, drawn_for = reference.declaration.draws, reach(reference, name)
    yield from _alike(reference, name, largest, drawn_for)
    if any(draws[label].symbols or draws[label].parts for label in drawn_for):
        for layout, words in LAYOUTS.items():
            if layout == "read only" and reference.changes(name):
                continue  # it may write what is there already where the solution writes nothing
            yield f"{name}/{layout}", _laid_out(reference, name, largest, layout, words)


def _takes(draw: Draw, style: str) -> bool:
    if not draw.real or not (draw.symbols or draw.kind == "dict"):
        return False
    if style in ("zero", "negative"):
        return draw.signed and draw.kind == "normal"
    return draw.kind in ("normal", "positive", "dict", "list")


def _styled(
    reference: Reference, name: str, sizes: Sizes, words: str, change: Callable[[Any], Any], labels: tuple[str, ...]
) -> Draft:
    def draft(rng: np.random.Generator) -> CallsQuestion:
        values = drawn(reference, rng, sizes)
        values |= {label: _changed(values[label], change) for label in labels}
        key = f"{name}/{labels[0]} zero" if words.endswith("is zero") else f"{name}/{_style_named(words)}"
        return drafted(reference, key, name, words, steps_for(reference, name, values), sizes)

    return draft


def _changed(value: Any, change: Callable[[Any], Any]) -> Any:
    if isinstance(value, dict):
        return {key: _changed(each, change) for key, each in value.items()}
    if isinstance(value, (list, tuple)):
        return type(value)([_changed(each, change) for each in value])
    return change(value)


def _style_named(words: str) -> str:
    return next(style for style, (said, _) in _STYLES.items() if said == words)


def _without_last_class(reference: Reference, name: str, sizes: Sizes, reach: list[str]) -> Iterator[tuple[str, Draft]]:
    """Labels among which the last class does not come up, where that class counts all the same."""
    draws = reference.declaration.draws
    labels = [label for label in reach if draws[label].kind == "labels" and draws[label].symbols]
    if not labels:
        return

    def draft(rng: np.random.Generator) -> CallsQuestion:
        values = drawn(reference, rng, sizes)
        for label in labels:
            last = length(draws[label].how["classes"], sizes) - 1
            values[label] = np.where(values[label] == last, 0, values[label]) if last > 0 else values[label]
        words = f"no sample of the last class in {' and '.join(map(said, labels))}"
        return drafted(reference, f"{name}/last class", name, words, steps_for(reference, name, values), sizes)

    yield f"{name}/last class", draft


def _alike(reference: Reference, name: str, sizes: Sizes, reach: list[str]) -> Iterator[tuple[str, Draft]]:
    """Two samples that are the same, in all arguments that have a row for each."""
    draws = reference.declaration.draws
    shared = [draws[label].symbols[0] for label in reach if draws[label].symbols]
    leading = next((s for s in shared if isinstance(s, str) and sizes.get(s, 0) > 1 and shared.count(s) > 1), None)
    if leading is None:
        return
    labels = [label for label in reach if draws[label].symbols[:1] == (leading,)]

    def draft(rng: np.random.Generator) -> CallsQuestion:
        values = drawn(reference, rng, sizes)
        for label in labels:
            values[label] = np.array(values[label])
            values[label][-1] = values[label][0]
        words = "two samples that are the same"
        return drafted(reference, f"{name}/alike", name, words, steps_for(reference, name, values), sizes)

    def apart(rng: np.random.Generator) -> CallsQuestion:
        values = drawn(reference, rng, sizes)
        for k, label in enumerate(labels):  # the first is as the last here, and as the last but one there
            values[label] = np.array(values[label])
            values[label][-1 - k % (len(values[label]) - 1)] = values[label][0]
        words = f"the same numbers in two samples of {labels[0]}, and in two others of {labels[1]}"
        return drafted(reference, f"{name}/alike apart", name, words, steps_for(reference, name, values), sizes)

    yield f"{name}/alike", draft
    if sizes[leading] > 2 and leading == samples_of(reference):
        yield f"{name}/alike apart", apart
    pairs = itertools.combinations([label for label in labels if draws[label].real], 2)
    alike = next((pair for pair in pairs if draws[pair[0]].symbols == draws[pair[1]].symbols), None)
    if alike is not None:
        yield f"{name}/equal", _equal(reference, name, sizes, *alike)


def _equal(reference: Reference, name: str, sizes: Sizes, one: str, other: str) -> Draft:
    def draft(rng: np.random.Generator) -> CallsQuestion:
        values = drawn(reference, rng, sizes)
        values[other] = np.array(values[other])
        values[other][0] = values[one][0]
        words = f"{said(one)} and {said(other)} that begin alike"
        if all(reference.declaration.draws[label].kind == "normal" for label in (one, other)):  # any numbers will do
            rest = values[one][1:]
            values[other][1:] = rest * (1.0 + NEARLY * rng.choice([-1.0, 1.0], rest.shape) * rng.uniform(0.5, 1.0))
            words += " and are nearly so from there on"
        return drafted(reference, f"{name}/equal", name, words, steps_for(reference, name, values), sizes)

    return draft


def _laid_out(reference: Reference, name: str, sizes: Sizes, layout: str, words: str) -> Draft:
    def draft(rng: np.random.Generator) -> CallsQuestion:
        steps = steps_for(reference, name, drawn(reference, rng, sizes))
        laid = tuple(replace(step, layout=layout) if step.makes is None else step for step in steps)
        return drafted(reference, f"{name}/{layout}", name, words, laid, sizes)

    return draft
