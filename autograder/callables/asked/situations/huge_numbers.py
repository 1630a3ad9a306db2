"""Questions about numbers far larger than the everyday ones."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

import numpy as np

from autograder.callables.asked.drafted import Draft, drafted, last_answer
from autograder.callables.asked.exponents import BEYOND_ALL, cut_off_exponentials, watched_exponentials
from autograder.callables.asked.leaves import leaves_of, said, value_at, with_value
from autograder.callables.asked.question import SATURATED, CallsQuestion, Unasked
from autograder.callables.asked.situations.in_turn import asked_in_turn, one_at_a_time
from autograder.callables.asked.steps import Values, drawn, steps_for
from autograder.callables.declared.draws import Sizes
from autograder.callables.declared.reference import Reference

HUGE = 1e9
HUGE_IN_TURN = "huge in turn"  # the end of the question's id
ON_THE_WAY = 1e4  # in between, where answers are to have grown by the same power
BEYOND = 1e4
NEAR = 1e-6  # relative: what stays where exponentials are cut off
STEADY = 0.02  # how far a number may be from growing by a power, relative to it
POWERS = (1, 2, 3)
KINDS = ("normal", "positive")  # of draws whose numbers may be any multiple of what they are


def huge(reference: Reference, name: str, reach: Sequence[str], sizes: Sizes) -> Iterator[tuple[str, Draft]]:
    """Numbers a thousand million times as large, where every number of the answer grows by a power with them: who
    clips somewhere on the way answers otherwise. Where that is so of several arguments, the last is asked alone, and
    then all others in turn."""

    def drawn_to_grow(rng: np.random.Generator) -> tuple[Values, list[str]]:
        for _ in range(8):
            values = drawn(reference, rng, sizes)
            leaves = leaves_of(reference, reach, values, KINDS)[::-1]
            growing = [leaf for leaf in leaves if _grows(reference, name, values, leaf, sizes)]
            if growing:
                return values, growing
        raise Unasked("nothing grows by a power")

    def last(rng: np.random.Generator) -> CallsQuestion:
        values, (leaf, *_) = drawn_to_grow(rng)
        steps = steps_for(reference, name, _times(values, leaf, HUGE))
        return drafted(reference, f"{name}/huge", name, f"huge numbers in {said(leaf)}", steps, sizes)

    def others(rng: np.random.Generator) -> CallsQuestion:
        values, (_, *leaves) = drawn_to_grow(rng)
        if not leaves:
            raise Unasked("nothing else grows by a power")
        enlarged = [_times(values, leaf, HUGE) for leaf in leaves]
        words = f"huge numbers in {one_at_a_time(leaves)}"
        return asked_in_turn(reference, f"{name}/{HUGE_IN_TURN}", name, words, enlarged, sizes)

    if leaves_of(reference, reach, drawn(reference, np.random.default_rng(0), sizes), KINDS):
        yield f"{name}/huge", last
        yield f"{name}/{HUGE_IN_TURN}", others


def _grows(reference: Reference, name: str, values: Values, leaf: str, sizes: Sizes) -> bool:
    """Whether all numbers that a callable gives grow by a power, each result by its own, as one argument does, and no
    exponential on the way is of more than has one: in another right formula it stands below a line, say."""
    with watched_exponentials() as exponents:
        answers = [
            last_answer(
                reference, drafted(reference, "", name, "", steps_for(reference, name, _times(values, leaf, t)), sizes)
            )
            for t in (ON_THE_WAY, HUGE)
        ]
    if not answers[0] or answers[0].keys() != answers[1].keys() or max(exponents, default=0.0) > BEYOND_ALL:
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


def saturated(reference: Reference, name: str, reach: Sequence[str], sizes: Sizes) -> Iterator[tuple[str, Draft]]:
    """Numbers in one array so large that exponentials of them are beyond all numbers, where the solution's answer is
    not: where it hangs on no exponential in between, or takes care of that without a bound or a number of its own."""

    def draft(rng: np.random.Generator) -> CallsQuestion:
        values = drawn(reference, rng, sizes)
        for leaf in leaves_of(reference, reach, values, KINDS):
            steps, beside = (steps_for(reference, name, _times(values, leaf, t)) for t in (BEYOND, 1.01 * BEYOND))
            made = drafted(reference, f"{name}/{SATURATED}", name, f"very large numbers in {said(leaf)}", steps, sizes)
            with watched_exponentials() as exponents:
                one = last_answer(reference, made)
            two = last_answer(reference, replace(made, calls=beside))
            settled = bool(one) and one.keys() == two.keys() and all(_settled(one[key], two[key]) for key in one)
            if settled and max(exponents, default=np.inf) > BEYOND_ALL and _stays(reference, made, one):
                return made
        raise Unasked("nothing saturates")

    traits = reference.traits
    several = len(leaves_of(reference, reach, drawn(reference, np.random.default_rng(0), sizes), KINDS)) > 1
    if name in traits.exponential and (name not in traits.guarded or (several and name not in traits.bounded)):
        yield f"{name}/{SATURATED}", draft


def _stays(reference: Reference, question: CallsQuestion, answer: Mapping[str, np.ndarray]) -> bool:
    """Whether a result beside the state is still some number there, and the same with exponentials that are cut off."""
    state = {*reference.declaration.state} - {*reference.signature(question.method).results}
    results = {key: array for key, array in answer.items() if key.partition(".")[0] not in state}
    cut = results
    if question.method not in reference.traits.guarded:
        with cut_off_exponentials():
            cut = last_answer(reference, question)
    return any(
        bool(array.any()) and key in cut and np.allclose(cut[key], array, rtol=0.0, atol=NEAR * np.abs(array).max())
        for key, array in results.items()
    )


def _settled(one: np.ndarray, two: np.ndarray) -> bool:
    if one.shape != two.shape or not (np.all(np.isfinite(one)) and np.all(np.isfinite(two))):
        return False
    return bool(np.all(np.abs(two - one) <= 0.05 * np.abs(one).max(initial=0.0)))


def _by(before: np.ndarray, after: np.ndarray, factor: float) -> bool:
    largest = float(np.abs(after).max(initial=0.0))
    return bool(np.all(np.abs(after - factor * before) <= STEADY * np.abs(after) + 1e-6 * largest)) and largest > 0.0


def _times(values: Values, leaf: str, times: float) -> Values:
    return with_value(values, leaf, times * np.asarray(value_at(values, leaf)))
