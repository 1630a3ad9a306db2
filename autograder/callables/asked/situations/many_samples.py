"""Questions about more samples than any other."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from autograder.callables.asked.drafted import Draft, drafted, last_answer
from autograder.callables.asked.question import CallsQuestion
from autograder.callables.asked.records import rounds_of
from autograder.callables.asked.steps import NotDrawn, drawn, steps_for
from autograder.callables.declared.draws import Sizes
from autograder.callables.declared.reference import Reference
from autograder.observe import elements

MANY_SAMPLES = "many"  # the end of the question's id
MANY = 1_501  # samples: more than the lessons ask for, and no round number
MOST_NUMBERS = 40_000  # in the arguments and results of a question about many samples
MOST_LINES = 20_000  # of the reference, run for many samples: others may be slower by as much again


def many_samples(reference: Reference, name: str, reach: Sequence[str], sizes: Sizes) -> Iterator[tuple[str, Draft]]:
    """More than a thousand samples, where they are few numbers and the solution runs few lines for them."""
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
        words = f"more than a thousand samples ({samples} = {MANY})"
        return drafted(reference, f"{name}/{MANY_SAMPLES}", name, words, steps, more, late=2)

    try:
        first = draft(np.random.default_rng(0))
        answer = last_answer(reference, first)
    except NotDrawn:
        return
    numbers = sum(elements(arg) for step in first.calls for arg in step.args) + sum(a.size for a in answer.values())
    if answer and numbers <= MOST_NUMBERS and reference.lines_run(first, MOST_LINES) <= MOST_LINES:
        yield f"{name}/{MANY_SAMPLES}", draft


def samples_of(reference: Reference) -> str:
    """The size that counts samples: it stands first in two arrays that are drawn, or more, and nowhere else."""
    shapes = [draw.symbols for draw in reference.declaration.draws.values() if draw.symbols]
    firsts = [shape[0] for shape in shapes if isinstance(shape[0], str) and shape[0] in reference.declaration.sizes[0]]
    later = {symbol for shape in shapes for symbol in shape[1:]}
    names = [each for each in firsts if each not in later and firsts.count(each) > 1]
    return max(dict.fromkeys(names), key=names.count, default="")
