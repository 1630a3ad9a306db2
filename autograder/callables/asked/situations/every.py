"""All questions that score a callable."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from autograder.callables.asked.drafted import Draft, reach
from autograder.callables.asked.question import SATURATED
from autograder.callables.asked.situations.borders import at_borders
from autograder.callables.asked.situations.everyday import (
    each_choice,
    everyday_question,
    everyday_sizes,
    further,
    with_no_size_1,
)
from autograder.callables.asked.situations.huge_numbers import HUGE_IN_TURN, huge, saturated
from autograder.callables.asked.situations.idle import IDLE, idle
from autograder.callables.asked.situations.in_turn import PARTS, parts_in_turn
from autograder.callables.asked.situations.many_rounds import many_rounds
from autograder.callables.asked.situations.many_samples import MANY_SAMPLES, many_samples
from autograder.callables.asked.situations.met import MET, met
from autograder.callables.asked.situations.own_data import more_rounds, own_data
from autograder.callables.asked.situations.sequences import at_the_end, repeated, sequences
from autograder.callables.asked.situations.special import special_arrays, special_numbers
from autograder.callables.declared.reference import Reference

# Ends of ids: to draw these takes long.
FAR_OUT = frozenset(
    {"huge", HUGE_IN_TURN, SATURATED, MANY_SAMPLES, "many rounds", MET, "rising", "borders", IDLE, *PARTS}
)


def drafts(reference: Reference, name: str, asked: Collection[str]) -> Iterator[tuple[str, Draft]]:
    """All questions that score one of the callables that are asked: an id, and what makes each from a generator."""
    declared = reference.declaration
    everyday = with_no_size_1(reference)
    for k, sizes in enumerate(declared.sizes):
        yield f"{name}/sizes {k + 1}", everyday_question(reference, name, sizes, k in everyday)
        for more in range(further(reference, name) if k in everyday else 0):
            key = f"{name}/sizes {k + 1} {'bcdefghij'[more]}"
            yield key, everyday_question(reference, name, sizes, True, key)
    middle = declared.sizes[everyday[0]]
    largest = everyday_sizes(reference)
    others = [sizes for sizes in declared.sizes if sizes != middle]
    yield from each_choice(reference, name, middle, max(others, key=lambda sizes: sum(sizes.values()), default=middle))
    yield from special_numbers(reference, name, middle)
    yield from parts_in_turn(reference, name, middle)
    yield from special_arrays(reference, name, largest, middle)
    yield from sequences(reference, name, asked, largest, middle)
    for far_out in (huge, saturated, many_samples, many_rounds, met):
        yield from far_out(reference, name, reach(reference, name), middle)
    yield from at_borders(reference, name, reach(reference, name), largest)
    yield from idle(reference, name, declared.sizes[0])
    yield f"{name}/at the end", at_the_end(reference, name, middle)
    if name in declared.repeats:
        for more in range(1 + 2 * further(reference, name) if reference.signature(name).owner else 1):
            key = f"{name}/repeated" + (f" {more + 1}" if more else "")
            yield key, repeated(reference, name, largest, key)
    for number, stated in enumerate(each for each in declared.own if each.callable == name):
        if most := more_rounds(reference, name, stated.arguments):
            yield f"{name}/own {number + 1} begun", own_data(reference, name, number + 1, stated.arguments, most)
        yield f"{name}/own {number + 1}", own_data(reference, name, number + 1, stated.arguments)
