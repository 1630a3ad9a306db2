"""Questions in which one part of what is handed in after the other is made special, each on an object of its own."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from autograder.callables.asked.drafted import Draft, drafted, last_results, reach
from autograder.callables.asked.expected import NoAnswer, expect, unfit
from autograder.callables.asked.leaves import leaves_of, said, value_at, with_value
from autograder.callables.asked.question import CallsQuestion, Step, Unasked
from autograder.callables.asked.steps import Values, drawn, shifted, steps_for
from autograder.callables.declared.draws import Sizes
from autograder.callables.declared.reference import Reference

LARGE = 6.0  # times: some of what is multiplied with everyday numbers saturates then, and some does not
# By the end of the question's id: its words, and what each part is multiplied by.
PARTS = {"parts zero": ("zeros in", 0.0), "parts large": (f"{LARGE:g} times as large numbers in", LARGE)}


def asked_in_turn(
    reference: Reference, key: str, name: str, words: str, variants: Sequence[Values], sizes: Sizes
) -> CallsQuestion:
    """A question with a scored call for each of these values, on an object of its own."""
    steps: tuple[Step, ...] = ()
    for values in variants:
        objects = len([step for step in steps if step.makes is not None])
        steps = (*steps, *shifted(steps_for(reference, name, values), len(steps), objects))
    return drafted(reference, key, name, words, steps, sizes)


def one_at_a_time(leaves: Sequence[str]) -> str:
    """`weights[0] and weights[1], one at a time`."""
    return " and ".join(map(said, leaves)) + (", one at a time" if len(leaves) > 1 else "")


def parts_in_turn(reference: Reference, name: str, sizes: Sizes) -> Iterator[tuple[str, Draft]]:
    """The parts of lists and dicts, each in turn zero, which some divide by or leave out, and each in turn large, with
    which a function may saturate. Those at which the solution's answer jumps, as at a kink, are left out."""
    for end, (words, factor) in PARTS.items():
        yield f"{name}/{end}", _multiplied(reference, name, sizes, f"{name}/{end}", words, factor)


def _multiplied(reference: Reference, name: str, sizes: Sizes, key: str, words: str, factor: float) -> Draft:
    def draft(rng: np.random.Generator) -> CallsQuestion:
        values = drawn(reference, rng, sizes)
        parts = [leaf for leaf in leaves_of(reference, reach(reference, name), values, ("normal",)) if "." in leaf]

        def asked(leaves: Sequence[str]) -> CallsQuestion:
            variants = [with_value(values, leaf, factor * np.asarray(value_at(values, leaf))) for leaf in leaves]
            return asked_in_turn(reference, key, name, f"{words} {one_at_a_time(leaves)}", variants, sizes)

        everyday = last_results(reference, asked_in_turn(reference, key, name, "", [values], sizes))
        telling = [leaf for leaf in parts if _tells(reference, asked([leaf]), everyday)]
        if not telling:
            raise Unasked("the answer hangs on no part, or jumps there")
        return asked(telling)

    return draft


def _tells(reference: Reference, question: CallsQuestion, everyday: dict[str, np.ndarray]) -> bool:
    """Whether the solution has one right answer to a question, and another one than the everyday one."""
    try:
        expected = expect(reference, question, question.scored[-1])
    except NoAnswer:
        return False
    if unfit(expected) or expected.tied:
        return False
    came = last_results(reference, question)
    return any(key not in everyday or not np.array_equal(array, everyday[key]) for key, array in came.items())
