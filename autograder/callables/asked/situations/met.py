"""A question about a run of many rounds on a single sample, which is met in the end: who stops near 0 shows there."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from autograder.callables.asked.drafted import Draft, drafted
from autograder.callables.asked.leaves import said
from autograder.callables.asked.question import CallsQuestion, Unasked
from autograder.callables.asked.records import rate_of, record_name, rounds_of
from autograder.callables.asked.situations.many_rounds import FEWER, MOST_ROUND_LINES, ROUNDS, records_of
from autograder.callables.asked.situations.many_samples import samples_of
from autograder.callables.asked.steps import drawn, steps_for
from autograder.callables.declared.draws import Sizes
from autograder.callables.declared.reference import Reference

MET = "met"  # the end of the question's id
DRAWN = 8
SMALLER = 1e-10  # times, what is recorded in the end, and how much it may rise on the way
# Times, what is recorded after fewer rounds that do as well: less than any at which students stop.
NOTHING = 1e-18


def met(reference: Reference, name: str, reach: Sequence[str], sizes: Sizes) -> Iterator[tuple[str, Draft]]:
    """A run with which what is recorded falls to next to nothing, where one of the declared sizes has one sample."""
    count, samples = rounds_of(reference, name), samples_of(reference)
    rate, record = rate_of(reference, name, count), record_name(reference, name)
    single = next((each for each in reference.declaration.sizes if each.get(samples) == 1), None)
    if single is None or not rate or not record:
        return
    choices = [each for each in reference.declaration.draws[rate].choices if isinstance(each, float) and each > 0.0]

    def draft(rng: np.random.Generator) -> CallsQuestion:
        for _ in range(DRAWN):
            values = drawn(reference, rng, single)
            for each in sorted(choices, reverse=True):
                asked = {**values, rate: each, count: ROUNDS}
                records = records_of(reference, name, asked, single)
                if records is not None and _falls_to_nothing(records):
                    rounds = _rounds_enough(records)
                    words = f"{samples} = 1, {said(count)} = {rounds}, {said(rate)} = {each:g}: {record} end near 0"
                    steps = steps_for(reference, name, {**asked, count: rounds})
                    return drafted(reference, f"{name}/{MET}", name, words, steps, single, late=2)
        raise Unasked("no run meets its data")

    first = {**drawn(reference, np.random.default_rng(0), single), count: ROUNDS}
    plain = drafted(reference, "", name, "", steps_for(reference, name, first), single)
    if reference.lines_run(plain, MOST_ROUND_LINES) <= MOST_ROUND_LINES:
        yield f"{name}/{MET}", draft


def _falls_to_nothing(records: np.ndarray) -> bool:
    if not np.all(np.isfinite(records)) or len(records) < 2 or records[0] <= 0.0:
        return False
    return bool(records[-1] < SMALLER * records[0] and np.all(np.diff(records) <= SMALLER * records[0]))


def _rounds_enough(records: np.ndarray) -> int:
    """The fewest rounds after which next to nothing is left to record: each more is work for every submission."""
    return next((few for few in (FEWER // 2, FEWER) if records[few - 1] < NOTHING * records[0]), ROUNDS)
