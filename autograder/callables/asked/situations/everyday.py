"""Everyday questions: values of each of the declared sizes, and each value of each choice."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from autograder.callables.asked.drafted import Draft, drafted, last_answer, reach
from autograder.callables.asked.leaves import said
from autograder.callables.asked.question import CallsQuestion, Step
from autograder.callables.asked.records import rate_of, rounds_of
from autograder.callables.asked.steps import Values, drawn, sizes_in_words, steps_for
from autograder.callables.declared.draws import Draw, Sizes, chosen
from autograder.callables.declared.reference import Reference

TELLING = 12  # draws of which one is to show a choice, in a callable that decides between cases


def with_no_size_1(reference: Reference) -> list[int]:
    """The numbers of the situations in which no size is 1."""
    return [k for k, sizes in enumerate(reference.declaration.sizes) if 1 not in sizes.values()] or [0]


def everyday_sizes(reference: Reference) -> Sizes:
    """The largest sizes among the everyday ones."""
    return max(
        (reference.declaration.sizes[k] for k in with_no_size_1(reference)), key=lambda sizes: sum(sizes.values())
    )


def seen_in(reference: Reference, name: str) -> Iterator[CallsQuestion]:
    """A question of each of the sizes and each value of each choice, the same whatever the exam's salt: in these a
    callable shows which arguments it writes into. Raises NotDrawn."""
    declared = reference.declaration
    last = declared.sizes[-1]
    for sizes in reversed(declared.sizes):
        yield everyday_question(reference, name, sizes, True)(np.random.default_rng(0))
    for _, draft in each_choice(reference, name, last, last):
        yield draft(np.random.default_rng(0))


def everyday_question(reference: Reference, name: str, sizes: Sizes, plain: bool, key: str = "") -> Draft:
    key = key or f"{name}/sizes {reference.declaration.sizes.index(sizes) + 1}"

    def draft(rng: np.random.Generator) -> CallsQuestion:
        steps = steps_for(reference, name, drawn(reference, rng, sizes))
        words = _in_words(reference, name, sizes, steps[-1])
        return drafted(reference, key, name, words, steps, sizes, plain=plain)

    return draft


def further(reference: Reference, name: str) -> int:
    """How many more everyday questions a callable needs of each size: where it decides between cases, or takes single
    numbers only, one draw shows little of it. Those about arrays of two axes and more are fewer, as they tell more."""
    draws = [reference.declaration.draws[label] for label in reach(reference, name)]
    if draws and not any(draw.size_names for draw in draws):
        return 5
    flat = all(len(draw.symbols) < 2 and not draw.inside for draw in draws)
    return (9 if flat else 2) if name in reference.traits.deciding else 0


def _in_words(reference: Reference, name: str, sizes: Sizes, step: Step) -> str:
    """The sizes that count for the callable, and single numbers that were drawn for it."""
    draws = reference.declaration.draws
    numbers = [
        f"{label} = {arg['v']!r}"
        for label, arg in zip(step.labels, step.args, strict=True)
        if isinstance(arg, dict) and isinstance(arg.get("v"), (int, float, str))
        if label in draws and draws[label].kind != "size" and not draws[label].real
    ]
    used = sizes_used(reference, name, sizes)
    return ", ".join([*([sizes_in_words(used)] if used else []), *numbers]) or sizes_in_words(sizes)


def sizes_used(reference: Reference, name: str, sizes: Sizes) -> Sizes:
    """Those of the sizes that the arguments of a callable are drawn by; all, where some are drawn together or none."""
    declared, signature = reference.declaration, reference.signature(name)
    used = {size for label in reach(reference, name) for size in declared.draws[label].size_names}
    drawn_apart = {n for n in signature.arguments if declared.drawn_as(name, n) in declared.draws}
    rest = {*signature.arguments} - drawn_apart - {*declared.handed_on(name)} - {*signature.defaults}
    return dict(sizes) if rest else {size: count for size, count in sizes.items() if size in used}


def each_choice(reference: Reference, name: str, middle: Sizes, other: Sizes) -> Iterator[tuple[str, Draft]]:
    """Each value of each choice; a count (of groups, of neighbours, a stride) with other sizes too, beside which it
    may come to the same as another count, and so any choice of a callable that decides between cases."""
    draws = reference.declaration.draws
    for label in sorted(reach(reference, name)):
        for path, draw in _choices((label,), draws[label]):
            for number, choice in enumerate(draw.choices):
                key = f"{name}/{'.'.join(path)} {number + 1}"
                others = [each for each in draw.choices if each is not choice]
                of_choice = (path, choice, others if name in reference.traits.deciding else [])
                yield key, _with(reference, key, name, middle, *of_choice)
                count = isinstance(choice, int) and not isinstance(choice, bool)
                if (count or name in reference.traits.deciding) and other != middle:
                    yield f"{key} b", _with(reference, f"{key} b", name, other, *of_choice)


def _choices(path: tuple[str, ...], draw: Draw) -> Iterator[tuple[tuple[str, ...], Draw]]:
    """A choice, or those that stand in a dict: where, and its draw."""
    if draw.choices:
        yield path, draw
    for key, part in draw.inside.items() if draw.kind == "dict" else ():
        yield from _choices((*path, key), part)


def _with(
    reference: Reference,
    key: str,
    name: str,
    sizes: Sizes,
    path: tuple[str, ...],
    choice: Any,
    others: Sequence[Any],
) -> Draft:
    """A question with that choice; where there are `others`, one in which one of these would be answered otherwise."""
    label, *keys = path
    where = "".join([said(label), *(f"[{each!r}]" for each in keys)])
    draws, count = reference.declaration.draws, rounds_of(reference, name)
    words = f"{where} given" if isinstance(choice, Draw) else f"{where} = {choice!r}"
    if key.endswith(" b"):
        words = f"{sizes_in_words(sizes_used(reference, name, sizes))}, {words}".removeprefix(", ")

    def draft(rng: np.random.Generator) -> CallsQuestion:
        for _ in range(TELLING if others else 1):
            values = drawn(reference, rng, sizes)
            beside = [_put(values[label], keys, chosen(each, rng, sizes)) for each in others]
            values[label] = _put(values[label], keys, chosen(choice, rng, sizes))
            if any(_unlike(reference, name, sizes, values, {**values, label: each}) for each in beside):
                break
        if count and label == rate_of(reference, name, count):  # what a rate leads to shows in many rounds
            values[count] = max(draws[count].choices)
        everyday = not (count and label == rate_of(reference, name, count))
        everyday &= not key.endswith(" b") or 1 not in sizes.values()
        return drafted(reference, key, name, words, steps_for(reference, name, values), sizes, plain=everyday)

    return draft


def _unlike(reference: Reference, name: str, sizes: Sizes, one: Values, other: Values) -> bool:
    """Whether the solution answers otherwise with other values."""
    came, beside = (
        last_answer(reference, drafted(reference, "", name, "", steps_for(reference, name, values), sizes))
        for values in (one, other)
    )
    return came.keys() != beside.keys() or not all(
        np.array_equal(array, beside[result], equal_nan=True) for result, array in came.items()
    )


def _put(value: Any, keys: Sequence[str], new: Any) -> Any:
    """A dict, or a dict of dicts, with another value at these keys."""
    return {**value, keys[0]: _put(value[keys[0]], keys[1:], new)} if keys else new
