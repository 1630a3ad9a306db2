"""What a callable is asked about: everyday values of each size, and the ways in which they are made special."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from autograder.callables.asked.far_out import far_out, rate_of, rounds_of, samples_of
from autograder.callables.asked.question import OWN_DATA, CallsQuestion, From, Step
from autograder.callables.asked.sequences import everyday_run, sequences
from autograder.callables.asked.steps import drawn, sizes_in_words, steps_for
from autograder.callables.declared.draws import Draw, Sizes, chosen, length
from autograder.callables.declared.reference import Reference

Draft = Callable[[np.random.Generator], CallsQuestion]
LAYOUTS = {
    "every second": "arrays that are every second element of others",
    "reversed": "arrays that are views of others, backwards",
    "transposed": "arrays whose columns lie one after the other in memory",
    "read only": "arrays that may not be written into",
}
_STYLES: Mapping[str, tuple[str, Callable[[Any], Any]]] = {
    "large": ("large numbers", lambda value: 30.0 * value),
    "very large": ("very large numbers", lambda value: 1e4 * value),  # of one array, where two are multiplied
    "small": ("small numbers", lambda value: 1e-3 * value),
    "negative": ("negative numbers only", lambda value: -np.abs(value) - 0.1),
}


def drafts(reference: Reference, name: str, asked: Collection[str]) -> Iterator[tuple[str, Draft]]:
    """All questions that score one of the callables that are asked: an id, and what makes each from a generator."""
    declared = reference.declaration
    everyday = _everyday(reference)
    for k, sizes in enumerate(declared.sizes):
        yield f"{name}/sizes {k + 1}", _plain(reference, name, sizes, k in everyday)
        for more in range(_further(reference, name) if k in everyday else 0):
            key = f"{name}/sizes {k + 1} {'bcdefghij'[more]}"
            yield key, _plain(reference, name, sizes, True, key)
    middle = declared.sizes[everyday[0]]
    largest = everyday_sizes(reference)
    others = [sizes for sizes in declared.sizes if sizes != middle]
    yield from _each_choice(reference, name, middle, max(others, key=lambda sizes: sum(sizes.values()), default=middle))
    yield from _special_numbers(reference, name, middle)
    yield from _special_arrays(reference, name, largest, middle)
    yield from sequences(reference, name, asked, largest, middle)
    yield from far_out(reference, name, reach(reference, name), middle)
    yield f"{name}/at the end", _at_the_end(reference, name, middle)
    if name in declared.repeats:
        yield f"{name}/repeated", _repeated(reference, name, largest)
    for number, stated in enumerate(each for each in declared.own if each.callable == name):
        if most := _more_rounds(reference, name, stated.arguments):
            yield f"{name}/own {number + 1} begun", _own(reference, name, number + 1, stated.arguments, most)
        yield f"{name}/own {number + 1}", _own(reference, name, number + 1, stated.arguments)


def _everyday(reference: Reference) -> list[int]:
    """The numbers of the situations in which no size is 1."""
    return [k for k, sizes in enumerate(reference.declaration.sizes) if 1 not in sizes.values()] or [0]


def everyday_sizes(reference: Reference) -> Sizes:
    """The largest sizes among the everyday ones."""
    return max((reference.declaration.sizes[k] for k in _everyday(reference)), key=lambda sizes: sum(sizes.values()))


def seen_in(reference: Reference, name: str) -> Iterator[CallsQuestion]:
    """A question of each of the sizes and each value of each choice, the same whatever the exam's salt: in these a
    callable shows which arguments it writes into. Raises NotDrawn."""
    declared = reference.declaration
    last = declared.sizes[-1]
    for sizes in reversed(declared.sizes):
        yield _plain(reference, name, sizes, True)(np.random.default_rng(0))
    for _, draft in _each_choice(reference, name, last, last):
        yield draft(np.random.default_rng(0))


def _each_choice(reference: Reference, name: str, middle: Sizes, other: Sizes) -> Iterator[tuple[str, Draft]]:
    """Each value of each choice; a count (of groups, of neighbours, a stride) with other sizes too, beside which it
    may come to the same as another count."""
    draws = reference.declaration.draws
    for label in sorted(reach(reference, name)):
        for path, draw in _choices((label,), draws[label]):
            for number, choice in enumerate(draw.choices):
                key = f"{name}/{'.'.join(path)} {number + 1}"
                yield key, _with(reference, key, name, middle, path, choice)
                if isinstance(choice, int) and not isinstance(choice, bool) and other != middle:
                    yield f"{key} b", _with(reference, f"{key} b", name, other, path, choice)


def _special_numbers(reference: Reference, name: str, sizes: Sizes) -> Iterator[tuple[str, Draft]]:
    """Numbers that are large, small, negative, zero; labels that lack a class."""
    draws, drawn_for = reference.declaration.draws, reach(reference, name)
    for style, (words, change) in _STYLES.items():
        labels = tuple(label for label in drawn_for if _takes(draws[label], style))
        if labels and (style != "very large" or (len(labels) == 1 and name in reference.guarded)):
            yield f"{name}/{style}", _styled(reference, name, sizes, words, change, labels)
    yield from _without_last_class(reference, name, sizes, drawn_for)
    for label in sorted(drawn_for):
        if _takes(draws[label], "zero"):
            words = f"{_said(label)} is zero"
            yield f"{name}/{label} zero", _styled(reference, name, sizes, words, lambda value: 0.0 * value, (label,))


def _special_arrays(reference: Reference, name: str, largest: Sizes, other: Sizes) -> Iterator[tuple[str, Draft]]:
    """Samples that are the same, arrays that lie otherwise in memory, data that follow other data."""
    draws, drawn_for = reference.declaration.draws, reach(reference, name)
    yield from _alike(reference, name, largest, drawn_for)
    if any(draws[label].symbols or draws[label].parts for label in drawn_for):
        for layout, words in LAYOUTS.items():
            yield f"{name}/{layout}", _laid_out(reference, name, largest, layout, words)


def reach(reference: Reference, name: str) -> list[str]:
    """The drawn arguments of a callable, of its class's constructor and of what it follows, once each."""
    signature, declared = reference.signature(name), reference.declaration
    labels = [declared.drawn_as(name, label) for label in signature.arguments]
    maker = f"{signature.owner}.__init__"
    if signature.owner and maker in reference.signatures:
        labels += [declared.drawn_as(maker, label) for label in reference.signatures[maker].arguments]
    for each in declared.follows:
        if each.callable == name:
            labels += reach(reference, each.after)
    return [label for label in dict.fromkeys(labels) if label in declared.draws]


def _takes(draw: Draw, style: str) -> bool:
    if not draw.real or not (draw.symbols or draw.kind == "dict"):
        return False
    if style in ("zero", "negative"):
        return draw.signed and draw.kind == "normal"
    return draw.kind in ("normal", "positive", "dict", "list")


def _question(
    reference: Reference, key: str, name: str, situation: str, steps: tuple[Step, ...], sizes: Sizes, **more: Any
) -> CallsQuestion:
    first = more.pop("first", 0)
    return CallsQuestion(
        key, name, situation, steps, dict(sizes), first=first, state=reference.declaration.state, **more
    )  # fmt: skip


def _further(reference: Reference, name: str) -> int:
    """How many more everyday questions a callable needs of each size: where it decides between cases, or takes single
    numbers only, one draw shows little of it. Those about arrays of two axes and more are fewer, as they tell more."""
    draws = [reference.declaration.draws[label] for label in reach(reference, name)]
    if draws and not any(draw.size_names for draw in draws):
        return 5
    flat = all(len(draw.symbols) < 2 and not draw.inside for draw in draws)
    return (9 if flat else 2) if name in reference.deciding else 0


def _plain(reference: Reference, name: str, sizes: Sizes, plain: bool, key: str = "") -> Draft:
    key = key or f"{name}/sizes {reference.declaration.sizes.index(sizes) + 1}"

    def draft(rng: np.random.Generator) -> CallsQuestion:
        steps = steps_for(reference, name, drawn(reference, rng, sizes))
        words = _in_words(reference, name, sizes, steps[-1])
        return _question(reference, key, name, words, steps, sizes, plain=plain)

    return draft


def _choices(path: tuple[str, ...], draw: Draw) -> Iterator[tuple[tuple[str, ...], Draw]]:
    """A choice, or those that stand in a dict: where, and its draw."""
    if draw.choices:
        yield path, draw
    for key, part in draw.inside.items() if draw.kind == "dict" else ():
        yield from _choices((*path, key), part)


def _with(reference: Reference, key: str, name: str, sizes: Sizes, path: tuple[str, ...], choice: Any) -> Draft:
    label, *keys = path
    where = "".join([_said(label), *(f"[{each!r}]" for each in keys)])
    draws, count = reference.declaration.draws, rounds_of(reference, name)
    words = f"{where} given" if isinstance(choice, Draw) else f"{where} = {choice!r}"
    if key.endswith(" b"):
        words = f"{sizes_in_words(sizes_used(reference, name, sizes))}, {words}".removeprefix(", ")

    def draft(rng: np.random.Generator) -> CallsQuestion:
        values = drawn(reference, rng, sizes)
        values[label] = _put(values[label], keys, chosen(choice, rng, sizes))
        if count and label == rate_of(reference, name, count):  # what a rate leads to shows in many rounds
            values[count] = max(draws[count].choices)
        everyday = not (count and label == rate_of(reference, name, count))
        everyday &= not key.endswith(" b") or 1 not in sizes.values()
        return _question(reference, key, name, words, steps_for(reference, name, values), sizes, plain=everyday)

    return draft


def _put(value: Any, keys: Sequence[str], new: Any) -> Any:
    """A dict, or a dict of dicts, with another value at these keys."""
    return {**value, keys[0]: _put(value[keys[0]], keys[1:], new)} if keys else new


def _said(label: str) -> str:
    """An argument's own name, where it is drawn apart for one callable."""
    return label.partition(" of ")[0]


def sizes_used(reference: Reference, name: str, sizes: Sizes) -> Sizes:
    """Those of the sizes that the arguments of a callable are drawn by; all, where some are drawn together or none."""
    declared, signature = reference.declaration, reference.signature(name)
    used = {size for label in reach(reference, name) for size in declared.draws[label].size_names}
    drawn_apart = {n for n in signature.arguments if declared.drawn_as(name, n) in declared.draws}
    rest = {*signature.arguments} - drawn_apart - {*declared.handed_on(name)} - {*signature.defaults}
    return dict(sizes) if rest else {size: count for size, count in sizes.items() if size in used}


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
        words = f"no sample of the last class in {' and '.join(map(_said, labels))}"
        return _question(reference, f"{name}/last class", name, words, steps_for(reference, name, values), sizes)

    yield f"{name}/last class", draft


def _changed(value: Any, change: Callable[[Any], Any]) -> Any:
    if isinstance(value, dict):
        return {key: _changed(each, change) for key, each in value.items()}
    if isinstance(value, (list, tuple)):
        return type(value)([_changed(each, change) for each in value])
    return change(value)


def _styled(
    reference: Reference, name: str, sizes: Sizes, words: str, change: Callable[[Any], Any], labels: tuple[str, ...]
) -> Draft:
    def draft(rng: np.random.Generator) -> CallsQuestion:
        values = drawn(reference, rng, sizes)
        values |= {label: _changed(values[label], change) for label in labels}
        key = f"{name}/{labels[0]} zero" if words.endswith("is zero") else f"{name}/{_style_named(words)}"
        return _question(reference, key, name, words, steps_for(reference, name, values), sizes)

    return draft


def _style_named(words: str) -> str:
    return next(style for style, (said, _) in _STYLES.items() if said == words)


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
        return _question(reference, f"{name}/alike", name, words, steps_for(reference, name, values), sizes)

    def apart(rng: np.random.Generator) -> CallsQuestion:
        values = drawn(reference, rng, sizes)
        for k, label in enumerate(labels):  # the first is as the last here, and as the last but one there
            values[label] = np.array(values[label])
            values[label][-1 - k % (len(values[label]) - 1)] = values[label][0]
        words = f"the same numbers in two samples of {labels[0]}, and in two others of {labels[1]}"
        return _question(reference, f"{name}/alike apart", name, words, steps_for(reference, name, values), sizes)

    yield f"{name}/alike", draft
    if sizes[leading] > 2 and leading == samples_of(reference):
        yield f"{name}/alike apart", apart
    pairs = itertools.combinations([label for label in labels if draws[label].real], 2)
    alike = next((pair for pair in pairs if draws[pair[0]].symbols == draws[pair[1]].symbols), None)
    if alike is not None:
        yield f"{name}/equal", _equal(reference, name, sizes, *alike)


def _at_the_end(reference: Reference, name: str, sizes: Sizes) -> Draft:
    """An everyday question, when everything was called by hundreds: some go wrong only then."""

    def draft(rng: np.random.Generator) -> CallsQuestion:
        steps = steps_for(reference, name, everyday_run(reference, name, rng, sizes))
        words = "asked at the end, after all other questions"
        return _question(reference, f"{name}/at the end", name, words, steps, sizes, late=4)

    return draft


def _equal(reference: Reference, name: str, sizes: Sizes, one: str, other: str) -> Draft:
    def draft(rng: np.random.Generator) -> CallsQuestion:
        values = drawn(reference, rng, sizes)
        values[other] = np.array(values[other])
        values[other][0] = values[one][0]
        words = f"{_said(one)} and {_said(other)} that begin alike"
        return _question(reference, f"{name}/equal", name, words, steps_for(reference, name, values), sizes)

    return draft


def _laid_out(reference: Reference, name: str, sizes: Sizes, layout: str, words: str) -> Draft:
    def draft(rng: np.random.Generator) -> CallsQuestion:
        steps = steps_for(reference, name, drawn(reference, rng, sizes))
        laid = tuple(replace(step, layout=layout) if step.makes is None else step for step in steps)
        return _question(reference, f"{name}/{layout}", name, words, laid, sizes)

    return draft


def _repeated(reference: Reference, name: str, sizes: Sizes) -> Draft:
    repeats = reference.declaration.repeats[name]

    def draft(rng: np.random.Generator) -> CallsQuestion:
        steps = list(steps_for(reference, name, drawn(reference, rng, sizes)))
        results = len(reference.signature(name).results)
        for _ in range(repeats.times - 1):
            last, before = steps[-1], len(steps) - 1
            args = list(last.args)
            for label, result in repeats.back.items():
                args[last.labels.index(label)] = From(before, (result,) if results > 1 else ())
            steps.append(replace(last, args=tuple(args)))
        words = f"asked {repeats.times} times in a row, what it returns given back to it"
        return _question(reference, f"{name}/repeated", name, words, tuple(steps), sizes, plain=True)

    return draft


def _own(reference: Reference, name: str, number: int, arguments: Mapping[str, Any], most: int = 0) -> Draft:
    """The lesson's own data; `most` rounds of them, where that is a number. A run of more rounds than elsewhere is no
    everyday one."""
    takers = {name, *(each.after for each in reference.declaration.follows if each.callable == name)}
    count = rounds_of(reference, name)
    plain = bool(most) or not _more_rounds(reference, name, arguments)

    def draft(rng: np.random.Generator) -> CallsQuestion:
        values = drawn(reference, rng, reference.declaration.sizes[0]) | dict(arguments)
        for (taker, label), key in reference.declaration.apart.items():
            if label in arguments and taker in takers:
                values[key] = arguments[label]
        values |= {count: most} if most else {}
        steps = steps_for(reference, name, values)
        key = f"{name}/own {number}" + (" begun" if most else "")
        return _question(reference, key, name, OWN_DATA, steps, {}, plain=plain, late=0 if plain else 1)

    return draft


def _more_rounds(reference: Reference, name: str, arguments: Mapping[str, Any]) -> int:
    """The most rounds that are drawn, where the lesson's own run has more; 0 elsewhere."""
    count = rounds_of(reference, name)
    label = count.partition(" of ")[0]
    most = max(reference.declaration.draws[count].choices) if count else 0
    return most if most and arguments.get(label, 0) > most else 0
