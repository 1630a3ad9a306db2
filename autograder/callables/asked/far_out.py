"""Questions far beyond the everyday ones: huge numbers, many samples, many rounds."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from autograder.callables.asked.question import CallsQuestion, Step, Unasked
from autograder.callables.asked.sloped import value_at, with_value
from autograder.callables.asked.steps import NotDrawn, Values, drawn, steps_for
from autograder.callables.declared.draws import Draw, Sizes
from autograder.callables.declared.reference import Reference
from autograder.observe import arrays_in, elements

Draft = Callable[[np.random.Generator], CallsQuestion]
FAR_OUT = frozenset(
    {"huge", "saturated", "many", "many rounds", "rising"}
)  # ends of the ids: the drawing of these takes long
HUGE = 1e9
ON_THE_WAY = 1e4  # in between, where answers are to have grown by the same power
BEYOND = 1e4
STEADY = 0.02  # how far a number may be from growing by a power, relative to it
POWERS = (1, 2, 3)
MANY = 1_501  # samples: more than the lessons ask for, and no round number
MOST_NUMBERS = 40_000  # in the arguments and results of a question about many samples
MOST_LINES = 20_000  # of the reference, run for many samples: others may be slower by as much again
ROUNDS, FEWER = 520, 260
MOST_ROUND_LINES = 60_000
MOVING = 1e-3  # relative: what must still change in the second half of many rounds
RISING = 40  # rounds in which what is recorded grows all the time
TRAINED, OFF = 1_000, 1e-2  # rounds that lead to the best, and how far off it such a run begins
RATES = np.geomspace(1.0, 300.0, 120)  # times a rate that leads there
GROWTH = (1.001, 1e3)  # of what is recorded, over all these rounds but the first ones


def far_out(reference: Reference, name: str, reach: Sequence[str], sizes: Sizes) -> Iterator[tuple[str, Draft]]:
    """The questions about one callable, an id and what makes each; `reach` are the arguments that are drawn for it."""
    yield from _huge(reference, name, reach, sizes)
    yield from _saturated(reference, name, reach, sizes)
    yield from _many(reference, name, reach, sizes)
    yield from _rounds(reference, name, reach, sizes)


# -------------------------------------------------------------------------------------------------- huge numbers


def _huge(reference: Reference, name: str, reach: Sequence[str], sizes: Sizes) -> Iterator[tuple[str, Draft]]:
    """Numbers a thousand million times as large, where every number of the answer grows by a power with them: who
    clips somewhere on the way answers otherwise."""

    def draft(rng: np.random.Generator) -> CallsQuestion:
        values = drawn(reference, rng, sizes)
        for _ in range(8):
            for leaf in leaves_of(reference, reach, values):
                if _grows(reference, name, values, leaf, sizes):
                    steps = steps_for(reference, name, _times(values, leaf, HUGE))
                    return question(reference, f"{name}/huge", name, f"huge numbers in {said(leaf)}", steps, sizes)
            values = drawn(reference, rng, sizes)
        raise Unasked("nothing grows by a power")

    if any(True for _ in leaves_of(reference, reach, drawn(reference, np.random.default_rng(0), sizes))):
        yield f"{name}/huge", draft


def _grows(reference: Reference, name: str, values: Values, leaf: str, sizes: Sizes) -> bool:
    """Whether all numbers that a callable gives grow by a power, each result by its own, as one argument does."""
    answers = [
        _answer(
            reference, question(reference, "", name, "", steps_for(reference, name, _times(values, leaf, t)), sizes)
        )
        for t in (ON_THE_WAY, HUGE)
    ]
    if not answers[0] or answers[0].keys() != answers[1].keys():
        return False
    grown = False
    state = {*reference.declaration.state} - {*reference.signature(name).results}
    for key, before in answers[0].items():
        after = answers[1][key]
        if before.shape != after.shape or not np.all(np.isfinite(after)):
            return False
        of_state = key.partition(".")[0] in state
        if of_state and np.array_equal(before, after):
            continue
        powers = [power for power in (0, *POWERS) if _by(before, after, (HUGE / ON_THE_WAY) ** power)]
        if not powers:
            return False
        grown |= powers[0] > 0 and not of_state
    return grown


def _saturated(reference: Reference, name: str, reach: Sequence[str], sizes: Sizes) -> Iterator[tuple[str, Draft]]:
    """Numbers so large that exponentials of them are beyond all numbers, where the solution's answer is not and hangs
    on no exponential in between."""

    def draft(rng: np.random.Generator) -> CallsQuestion:
        values = drawn(reference, rng, sizes)
        for leaf in list(leaves_of(reference, reach, values))[::-1]:
            steps, beside = (steps_for(reference, name, _times(values, leaf, t)) for t in (BEYOND, 1.01 * BEYOND))
            made = question(reference, f"{name}/saturated", name, f"very large numbers in {said(leaf)}", steps, sizes)
            one, two = _answer(reference, made), _answer(reference, replace(made, calls=beside))
            if one and one.keys() == two.keys() and all(_settled(one[key], two[key]) for key in one):
                return made
        raise Unasked("nothing saturates")

    if name in reference.exponential and name not in reference.guarded:
        yield f"{name}/saturated", draft


def _settled(one: np.ndarray, two: np.ndarray) -> bool:
    if one.shape != two.shape or not (np.all(np.isfinite(one)) and np.all(np.isfinite(two))):
        return False
    return bool(np.all(np.abs(two - one) <= 0.05 * np.abs(one).max(initial=0.0)))


def _by(before: np.ndarray, after: np.ndarray, factor: float) -> bool:
    largest = float(np.abs(after).max(initial=0.0))
    return bool(np.all(np.abs(after - factor * before) <= STEADY * np.abs(after) + 1e-6 * largest)) and largest > 0.0


def _times(values: Values, leaf: str, times: float) -> Values:
    return _put(values, leaf, times * np.asarray(value_at(values, leaf)))


def _put(values: Values, leaf: str, value: np.ndarray) -> Values:
    return with_value(values, leaf, value if value.ndim else float(value))


def leaves_of(reference: Reference, reach: Sequence[str], values: Values) -> Iterator[str]:
    """The real arrays and numbers that a callable's values are made of, `X`, `parameters.W1`, the last first."""
    draws = reference.declaration.draws
    for label in reversed(reach):
        draw, value = draws[label], values[label]
        if isinstance(value, dict | list | tuple):
            for key in reversed(list(value) if isinstance(value, dict) else range(len(value))):
                part: Draw | None = draw.inside.get(str(key), draw.inside.get("each"))
                if part is not None and part.real and part.kind in ("normal", "positive"):
                    yield f"{label}.{key}"
        elif draw.real and not draw.choices and draw.kind in ("normal", "positive"):
            yield label


def said(leaf: str) -> str:
    """An argument, or an entry of one, in words: `X`, `weights[0]`, `parameters['W1']`."""
    head, dot, key = leaf.partition(".")
    return head.partition(" of ")[0] + (f"[{key if key.isdecimal() else repr(key)}]" if dot else "")


# -------------------------------------------------------------------------------------------------- many samples


def _many(reference: Reference, name: str, reach: Sequence[str], sizes: Sizes) -> Iterator[tuple[str, Draft]]:
    """More than a thousand samples, where they are few numbers and the solution has no loop about them."""
    samples = samples_of(reference)
    draws = reference.declaration.draws
    if not samples or not any(draws[label].symbols[:1] == (samples,) for label in reach):
        return
    more, count = {**sizes, samples: MANY}, rounds_of(reference, name)

    def draft(rng: np.random.Generator) -> CallsQuestion:
        values = drawn(reference, rng, more)
        if count:
            values[count] = min(draws[count].choices)
        steps = steps_for(reference, name, values)
        return question(
            reference, f"{name}/many", name, f"more than a thousand samples ({samples} = {MANY})", steps, more, late=2
        )  # fmt: skip

    try:
        first = draft(np.random.default_rng(0))
        answer = _answer(reference, first)
    except NotDrawn:
        return
    numbers = sum(elements(arg) for step in first.calls for arg in step.args) + sum(a.size for a in answer.values())
    if answer and numbers <= MOST_NUMBERS and _lines(reference, first, MOST_LINES):
        yield f"{name}/many", draft


def samples_of(reference: Reference) -> str:
    """The size that counts samples: it stands first in two arrays that are drawn, or more, and nowhere else."""
    shapes = [draw.symbols for draw in reference.declaration.draws.values() if draw.symbols]
    firsts = [shape[0] for shape in shapes if isinstance(shape[0], str) and shape[0] in reference.declaration.sizes[0]]
    later = {symbol for shape in shapes for symbol in shape[1:]}
    names = [each for each in firsts if each not in later and firsts.count(each) > 1]
    return max(dict.fromkeys(names), key=names.count, default="")


# --------------------------------------------------------------------------------------------------- many rounds


def _rounds(reference: Reference, name: str, reach: Sequence[str], sizes: Sizes) -> Iterator[tuple[str, Draft]]:
    """Many more rounds than elsewhere, and a run in which what is recorded grows all the time."""
    count = rounds_of(reference, name)
    rate = rate_of(reference, name, count)
    if not count or not rate:
        return
    record = _record_name(reference, name)
    choices = [each for each in reference.declaration.draws[rate].choices if isinstance(each, float) and each > 0.0]

    def many(rng: np.random.Generator) -> CallsQuestion:
        values = drawn(reference, rng, sizes)
        for each in (*sorted(choices, reverse=True), *(c / 100.0 for c in sorted(choices, reverse=True))):
            asked = {**values, rate: each}
            if _still_moving(reference, name, asked, count, sizes):
                steps = steps_for(reference, name, {**asked, count: ROUNDS})
                words = f"{said(count)} = {ROUNDS}, {said(rate)} = {each:g}"
                return question(reference, f"{name}/many rounds", name, words, steps, sizes, late=2)
        raise Unasked(f"with {ROUNDS} rounds nothing moves any more")

    def rising(rng: np.random.Generator) -> CallsQuestion:
        values = _near_the_best(reference, name, {**drawn(reference, rng, sizes)}, (count, rate), sizes, rng)
        steady = max(
            (each for each in choices if _falls(reference, name, {**values, count: RISING, rate: each}, sizes)),
            default=0.0,
        )
        for times in RATES if steady else ():
            asked = {**values, rate: float(steady * times)}
            made = question(reference, f"{name}/rising", name, "", steps_for(reference, name, asked), sizes)
            records = _records(reference, made)
            if records is not None and _rises(records):
                words = f"{said(rate)} = {asked[rate]:.3g}, with which the {record} grow in every round"
                return replace(made, situation=words)
        raise Unasked("no rate lets the records grow slowly")

    first = {**drawn(reference, np.random.default_rng(0), sizes), count: ROUNDS}
    plain = question(reference, "", name, "", steps_for(reference, name, first), sizes)
    if _lines(reference, plain, MOST_ROUND_LINES):
        yield f"{name}/many rounds", many
    if record and _leaves_of_state(reference, name, drawn(reference, np.random.default_rng(0), sizes), sizes):
        yield f"{name}/rising", rising


def rounds_of(reference: Reference, name: str) -> str:
    """The argument that says how many rounds a callable runs: whole numbers are drawn for it, and a result has as many
    rows; empty where there is none. By the name of its draw."""
    signature, declared = reference.signature(name), reference.declaration
    heads = {shape[0] for result, shape in signature.shapes.items() if shape and result in signature.results}
    for label in signature.arguments:
        draw = declared.draws.get(declared.drawn_as(name, label))
        if label in heads and draw is not None and draw.choices and all(type(each) is int for each in draw.choices):
            return declared.drawn_as(name, label)
    return ""


def grows(reference: Reference, name: str, arrays: Mapping[str, np.ndarray]) -> bool:
    """Whether what a callable records round by round ends far higher than it began."""
    record = arrays.get(_record_name(reference, name))
    return record is not None and record.ndim == 1 and len(record) > 1 and bool(record[-1] > 2.0 * abs(record[0]))


def rises(reference: Reference, name: str, arrays: Mapping[str, np.ndarray]) -> bool:
    """Whether what a callable records rises anywhere."""
    record = arrays.get(_record_name(reference, name))
    return record is not None and record.ndim == 1 and bool(np.any(np.diff(record) > 1e-6 * np.abs(record[:-1])))


def rate_of(reference: Reference, name: str, count: str) -> str:
    """The one other argument of which real numbers are drawn by choice."""
    declared = reference.declaration
    labels = [declared.drawn_as(name, label) for label in reference.signature(name).arguments]
    of_choice = [label for label in labels if label in declared.draws and declared.draws[label].choices]
    real = [each for each in of_choice if any(isinstance(c, float) for c in declared.draws[each].choices)]
    return real[0] if len(real) == 1 and count else ""


def _record_name(reference: Reference, name: str) -> str:
    """The result that has one number a round."""
    signature, count = reference.signature(name), rounds_of(reference, name)
    label = next((each for each in signature.arguments if reference.declaration.drawn_as(name, each) == count), "")
    shaped = (result for result in signature.results if signature.shapes.get(result) == (label,))
    return next(shaped, "") if label else ""


def _records(reference: Reference, made: CallsQuestion) -> np.ndarray | None:
    return _answer(reference, made).get(_record_name(reference, made.method))


def _rises(records: np.ndarray) -> bool:
    """Whether records grow a little in every round but the first ones."""
    late = records[3:]
    if len(late) < 2 or not np.all(np.isfinite(late)) or late[0] <= 0.0:
        return False
    return bool(np.all(np.diff(late) > 1e-6 * late[:-1]) and GROWTH[0] <= late[-1] / late[0] <= GROWTH[1])


def _falls(reference: Reference, name: str, values: Values, sizes: Sizes) -> bool:
    records = _records(reference, question(reference, "", name, "", steps_for(reference, name, values), sizes))
    return records is not None and bool(np.all(np.isfinite(records))) and bool(records[-1] <= records[0])


def _leaves_of_state(reference: Reference, name: str, values: Values, sizes: Sizes) -> dict[str, str]:
    """By each name of the declared state: the argument, or entry of one, that the constructor keeps there; empty where
    there is one that comes from elsewhere."""
    owner, state = reference.signature(name).owner, reference.declaration.state
    if not owner or not state:
        return {}
    steps = steps_for(reference, name, values)
    look = Step(f"{owner}.__class__", (), (), on=steps[-1].on, read=True)
    replies = reference.answers(question(reference, "", name, "", (*steps[:-1], look), sizes))
    kept = arrays_in((), replies[-1].get("parts", {}))
    leaves: dict[str, str] = {}
    for head, value in values.items():
        entries = (
            value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else [("", value)]
        )
        for key, entry in entries:
            for each in state:
                if each in kept and np.ndim(entry) == kept[each].ndim and np.array_equal(np.asarray(entry), kept[each]):
                    leaves.setdefault(each, f"{head}.{key}".rstrip("."))
    return leaves if leaves.keys() == {*state} else {}


def _near_the_best(
    reference: Reference, name: str, values: Values, of_run: tuple[str, str], sizes: Sizes, rng: np.random.Generator
) -> Values:
    """The values, with a start close to where many rounds lead."""
    count, rate = of_run
    leaves = _leaves_of_state(reference, name, values, sizes)
    rates = [each for each in reference.declaration.draws[rate].choices if isinstance(each, float)]
    for each in sorted(rates, reverse=True):
        asked = {**values, count: TRAINED, rate: each}
        if _falls(reference, name, asked, sizes):
            state = _answer(reference, question(reference, "", name, "", steps_for(reference, name, asked), sizes))
            for attribute, leaf in leaves.items():
                end = state[attribute]
                values = _put(values, leaf, end * (1.0 + OFF * rng.normal(size=end.shape)))
            return values
    raise Unasked("no rate leads anywhere")


def _still_moving(reference: Reference, name: str, values: Values, count: str, sizes: Sizes) -> bool:
    """Whether the second half of many rounds changes what they lead to, and nothing of it grows beyond all numbers."""
    ends = [
        _answer(reference, question(reference, "", name, "", steps_for(reference, name, {**values, count: k}), sizes))
        for k in (FEWER, ROUNDS)
    ]
    for key, after in ends[1].items():
        before = ends[0].get(key)
        if before is None or not np.all(np.isfinite(after)):
            return False
        last = (before[-1:], after[-1:]) if before.shape != after.shape else (before, after)
        if np.abs(last[1] - last[0]).max(initial=0.0) > MOVING * np.abs(last[1]).max(initial=0.0):
            return True
    return False


# ------------------------------------------------------------------------------------------------------- in common


def question(
    reference: Reference, key: str, name: str, words: str, steps: Sequence[Step], sizes: Sizes, **more: Any
) -> CallsQuestion:
    """A question whose last call is scored, or all of the callable's."""
    return CallsQuestion(key, name, words, tuple(steps), dict(sizes), state=reference.declaration.state, **more)


def _answer(reference: Reference, made: CallsQuestion) -> dict[str, np.ndarray]:
    """The arrays that the last call gives; none where it raises."""
    replies = reference.answers(made)
    if len(replies) < len(made.calls) or replies[-1]["outcome"] != "returned":
        return {}
    return arrays_in(reference.signature(made.method).results, replies[-1].get("parts", {}))


def _lines(reference: Reference, made: CallsQuestion, most: int) -> bool:
    """Whether the solution runs no more lines of its own than these for a question: the same on every machine."""
    return reference.lines_run(made, most) <= most
