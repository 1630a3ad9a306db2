"""A question about values with which most of what a callable gives is exactly 0, as where all units are off."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from autograder.callables.asked.drafted import Draft, drafted, last_results
from autograder.callables.asked.question import CallsQuestion, Unasked
from autograder.callables.asked.records import rounds_of
from autograder.callables.asked.steps import drawn, steps_for
from autograder.callables.declared.draws import Sizes
from autograder.callables.declared.reference import Reference

IDLE = "idle"  # the end of the question's id
DRAWN = 200  # draws, of which the one with the most zeros is asked
MOST_LINES = 200  # of the solution, for one answer


def idle(reference: Reference, name: str, sizes: Sizes) -> Iterator[tuple[str, Draft]]:
    """Of many draws the one with the most zeros in the answer; for a callable that decides by size."""
    if name not in reference.traits.bordered or rounds_of(reference, name):
        return

    def asked(rng: np.random.Generator) -> CallsQuestion:
        words = "values with which most of what it gives is 0"
        steps = steps_for(reference, name, drawn(reference, rng, sizes))
        return drafted(reference, f"{name}/{IDLE}", name, words, steps, sizes)

    def draft(rng: np.random.Generator) -> CallsQuestion:
        many = [asked(rng) for _ in range(DRAWN)]
        shares = [_zeros(last_results(reference, each)) for each in many]
        most = int(np.argmax(shares))
        if shares[most] <= max(0.5, float(np.median(shares))):
            raise Unasked("nothing is 0 oftener than elsewhere")
        return many[most]

    if reference.lines_run(asked(np.random.default_rng(0)), MOST_LINES) <= MOST_LINES:
        yield f"{name}/{IDLE}", draft


def _zeros(answer: dict[str, np.ndarray]) -> float:
    """The part of an answer that is exactly 0."""
    size = sum(array.size for array in answer.values())
    return sum(int(np.sum(array == 0.0)) for array in answer.values()) / size if size else 0.0
