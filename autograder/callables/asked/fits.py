"""What a declared slope must be, by differences of the callable that it follows, whatever that one is."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from autograder.callables.asked.question import OWN_DATA, CallsQuestion
from autograder.callables.declared.draws import generator
from autograder.callables.declared.reference import Reference
from autograder.observe import probe

Array = np.ndarray
STEP = 1e-5  # of a central difference, relative to the largest number of the argument


@dataclass(frozen=True, slots=True)
class Fit:
    """Two calls of `after` whose difference tells what the slope `by` of a callable must be, along one direction.

    The question `id` holds both calls; the slope is that of the question `of`.
    """

    id: str
    of: str
    by: str
    times: Any
    direction: Array
    step: float


def slope_fits(
    reference: Reference, asked: Collection[str], salt: str, questions: Mapping[str, CallsQuestion]
) -> Iterator[tuple[CallsQuestion, Fit]]:
    """For the plain ones among the questions: two calls of what a slope follows, and what they tell of the slope."""
    for slope in reference.declaration.slopes:
        after = getattr(slope.of, "__qualname__", "")
        if slope.callable not in asked or not slope.times or after not in reference.signatures:
            continue
        plain = [q for q in questions.values() if q.method == slope.callable and q.plain and len(q.scored) == 1]
        for question in plain:
            if question.situation == OWN_DATA:
                continue
            for by, wrt in zip(slope.by, slope.wrt, strict=True):
                made = _pair(question, after, slope.times, by, wrt, f"{salt}|{reference.name}|{question.id}|{wrt}")
                if made is not None:
                    yield made


def _pair(
    question: CallsQuestion, after: str, times: str, by: str, wrt: str, seed: str
) -> tuple[CallsQuestion, Fit] | None:
    """The two calls of `after` on both sides of a question's argument `wrt`."""
    position = next((k for k, step in enumerate(question.calls) if step.name == after), None)
    last = question.calls[question.scored[0]]
    if position is None or wrt not in question.calls[position].labels or times not in last.labels:
        return None
    base, place = question.calls[position], question.calls[position].labels.index(wrt)
    value = base.args[place]
    weights = last.args[last.labels.index(times)]
    if not isinstance(value, np.ndarray):
        return None
    rng = generator(seed, 0)
    direction: Array = np.asarray(rng.normal(size=value.shape))
    step = STEP * max(1.0, float(np.abs(value).max(initial=0.0)))
    before = question.calls[:position]
    pair = []
    for sign in (1.0, -1.0):
        args = tuple(value + sign * step * direction if k == place else arg for k, arg in enumerate(base.args))
        pair.append(replace(base, args=args))
    key = f"{after}/beside {question.id} {wrt}"
    beside = replace(
        question, id=key, method=after, calls=(*before, *pair), first=len(before), plain=False, scores=False
    )
    return beside, Fit(key, question.id, by, probe.decoded(weights), direction, step)
