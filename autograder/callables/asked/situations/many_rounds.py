"""Questions about runs of many rounds, and about one in which what is recorded grows all the time."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial

import numpy as np

from autograder.callables.asked.drafted import Draft, drafted, last_answer
from autograder.callables.asked.leaves import said, with_value
from autograder.callables.asked.question import CallsQuestion, Unasked
from autograder.callables.asked.records import rate_of, record_name, rounds_of
from autograder.callables.asked.situations.set_state import leaves_of_state
from autograder.callables.asked.steps import Values, drawn, steps_for
from autograder.callables.declared.draws import Sizes
from autograder.callables.declared.reference import Reference

ROUNDS, FEWER = 520, 260
MOST_ROUND_LINES = 60_000
MOVING = 1e-3  # relative: what must still change in the second half of many rounds
RISING = (40, 20, 12)  # rounds in which what is recorded grows all the time; fewer where none are the first
TRAINED, OFF = 1_000, 1e-2  # rounds that lead to the best, and how far off it such a run begins
RATES = np.geomspace(1.0, 300.0, 120)  # times a rate that leads there
HALVED = 16  # times, the distance between a rate with which records do not rise and one with which they run away
DRAWN = 6
GROWTH = (1.001, 1e3)  # of what is recorded, over all these rounds but the first ones


def many_rounds(reference: Reference, name: str, reach: Sequence[str], sizes: Sizes) -> Iterator[tuple[str, Draft]]:
    """Many more rounds than elsewhere, and a run in which what is recorded grows all the time."""
    count = rounds_of(reference, name)
    rate = rate_of(reference, name, count)
    if not count or not rate:
        return
    record = record_name(reference, name)
    choices = [each for each in reference.declaration.draws[rate].choices if isinstance(each, float) and each > 0.0]

    def many(rng: np.random.Generator) -> CallsQuestion:
        values = drawn(reference, rng, sizes)
        for each in (*sorted(choices, reverse=True), *(c / 100.0 for c in sorted(choices, reverse=True))):
            asked = {**values, rate: each}
            if _still_moving(reference, name, asked, count, sizes):
                steps = steps_for(reference, name, {**asked, count: ROUNDS})
                words = f"{said(count)} = {ROUNDS}, {said(rate)} = {each:g}"
                return drafted(reference, f"{name}/many rounds", name, words, steps, sizes, late=2)
        raise Unasked(f"with {ROUNDS} rounds nothing moves any more")

    first = {**drawn(reference, np.random.default_rng(0), sizes), count: ROUNDS}
    plain = drafted(reference, "", name, "", steps_for(reference, name, first), sizes)
    if reference.lines_run(plain, MOST_ROUND_LINES) <= MOST_ROUND_LINES:
        yield f"{name}/many rounds", many
    if record and leaves_of_state(reference, name, drawn(reference, np.random.default_rng(0), sizes), sizes):
        yield f"{name}/rising", partial(_rising, reference, name, (count, rate), sizes)


def _rising(
    reference: Reference, name: str, of_run: tuple[str, str], sizes: Sizes, rng: np.random.Generator
) -> CallsQuestion:
    """A run in which what is recorded grows all the time, and in which all else moves until its end, too, where there
    is one: who stops early is right in what stands still."""
    count, rate = of_run
    record, declared = record_name(reference, name), reference.declaration.draws[rate].choices
    choices = [each for each in declared if isinstance(each, float) and each > 0.0]
    made: list[CallsQuestion] = []
    for rounds in (each for each in RISING for _ in range(DRAWN)):
        try:
            values = _near_the_best(reference, name, drawn(reference, rng, sizes), of_run, sizes, rng)
        except Unasked:
            continue
        values |= {count: rounds}
        steady = max((each for each in choices if _falls(reference, name, {**values, rate: each}, sizes)), default=0.0)
        run = partial(_records_at, reference, name, values, rate, sizes)
        rising_rate = _rate_that_rises(run, steady)
        if rising_rate:
            asked = {**values, rate: rising_rate}
            words = f"{said(rate)} = {rising_rate:.3g}, with which the {record} grow in every round"
            steps = steps_for(reference, name, asked)
            made.append(drafted(reference, f"{name}/rising", name, words, steps, sizes))
            if all(_moving(reference, name, asked, count, (rounds // 2, rounds), sizes).values()):
                return made[-1]
    if not made:
        raise Unasked("no rate lets the records grow slowly")
    return made[0]


def records_of(reference: Reference, name: str, values: Values, sizes: Sizes) -> np.ndarray | None:
    """What a callable records with these values; None where it gives no answer."""
    made = drafted(reference, "", name, "", steps_for(reference, name, values), sizes)
    return last_answer(reference, made).get(record_name(reference, name))


def _records_at(
    reference: Reference, name: str, values: Values, label: str, sizes: Sizes, rate: float
) -> np.ndarray | None:
    return records_of(reference, name, values | {label: rate}, sizes)


def _rate_that_rises(records_at: Callable[[float], np.ndarray | None], steady: float) -> float:
    """A rate above a steady one with which the records rise slowly; 0 where there is none. Those with which they do not
    rise lie below it, those with which they run away above."""
    low = steady
    for high in map(float, steady * RATES) if steady else ():
        records = records_at(high)
        if records is not None and _rises(records):
            return high
        if not _runs_away(records):
            low = high
        elif low and (between := _between(records_at, low, high)):
            return between
        else:
            low = 0.0  # beyond the first rate with which they run away, it is luck
    return 0.0


def _between(records_at: Callable[[float], np.ndarray | None], low: float, high: float) -> float:
    """A rate between two with which the records rise slowly, 0 where there is none."""
    for _ in range(HALVED):
        middle = (low + high) / 2.0
        records = records_at(middle)
        if records is not None and _rises(records):
            return middle
        low, high = (low, middle) if _runs_away(records) else (middle, high)
    return 0.0


def _runs_away(records: np.ndarray | None) -> bool:
    """Whether records grow by more than is asked, or beyond all numbers."""
    if records is None or not np.all(np.isfinite(records)):
        return True
    return bool(records[-1] > GROWTH[1] * abs(records[3]))


def _rises(records: np.ndarray) -> bool:
    """Whether records grow a little in every round but the first ones."""
    late = records[3:]
    if len(late) < 2 or not np.all(np.isfinite(late)) or late[0] <= 0.0:
        return False
    return bool(np.all(np.diff(late) > 1e-6 * late[:-1]) and GROWTH[0] <= late[-1] / late[0] <= GROWTH[1])


def _falls(reference: Reference, name: str, values: Values, sizes: Sizes) -> bool:
    records = records_of(reference, name, values, sizes)
    return records is not None and bool(np.all(np.isfinite(records))) and bool(records[-1] <= records[0])


def _near_the_best(
    reference: Reference, name: str, values: Values, of_run: tuple[str, str], sizes: Sizes, rng: np.random.Generator
) -> Values:
    """The values, with a start close to where many rounds lead."""
    count, rate = of_run
    leaves = leaves_of_state(reference, name, values, sizes)
    rates = [each for each in reference.declaration.draws[rate].choices if isinstance(each, float)]
    for each in sorted(rates, reverse=True):
        asked = {**values, count: TRAINED, rate: each}
        if _falls(reference, name, asked, sizes):
            state = last_answer(reference, drafted(reference, "", name, "", steps_for(reference, name, asked), sizes))
            for attribute, leaf in leaves.items():
                end = state[attribute]
                values = with_value(values, leaf, end * (1.0 + OFF * rng.normal(size=end.shape)))
            return values
    raise Unasked("no rate leads anywhere")


def _still_moving(reference: Reference, name: str, values: Values, count: str, sizes: Sizes) -> bool:
    """Whether the second half of many rounds changes what they lead to, and nothing of it grows beyond all numbers."""
    moving = _moving(reference, name, values, count, (FEWER, ROUNDS), sizes)
    return any(moving.values()) and None not in moving.values()


def _moving(
    reference: Reference, name: str, values: Values, count: str, rounds: tuple[int, int], sizes: Sizes
) -> dict[str, bool | None]:
    """By result, whether it ends visibly elsewhere after the more rounds than after the fewer; None where it is not
    there, or beyond all numbers."""
    fewer, more = (
        last_answer(
            reference, drafted(reference, "", name, "", steps_for(reference, name, {**values, count: k}), sizes)
        )
        for k in rounds
    )
    moving: dict[str, bool | None] = {}
    for key, after in more.items():
        before = fewer.get(key)
        if before is None or not np.all(np.isfinite(after)):
            moving[key] = None
            continue
        last = (before[-1:], after[-1:]) if before.shape != after.shape else (before, after)
        moving[key] = bool(np.abs(last[1] - last[0]).max(initial=0.0) > MOVING * np.abs(last[1]).max(initial=0.0))
    return moving
