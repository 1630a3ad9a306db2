"""Questions about the lesson's own data."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from autograder.callables.asked.drafted import Draft, drafted
from autograder.callables.asked.question import OWN_DATA, CallsQuestion
from autograder.callables.asked.records import rounds_of
from autograder.callables.asked.steps import drawn, steps_for
from autograder.callables.declared.reference import Reference


def own_data(reference: Reference, name: str, number: int, arguments: Mapping[str, Any], most: int = 0) -> Draft:
    """The lesson's own data; `most` rounds of them, where that is a number. A run of more rounds than elsewhere is no
    everyday one."""
    takers = {name, *(each.after for each in reference.declaration.follows if each.callable == name)}
    count = rounds_of(reference, name)
    plain = bool(most) or not more_rounds(reference, name, arguments)

    def draft(rng: np.random.Generator) -> CallsQuestion:
        values = drawn(reference, rng, reference.declaration.sizes[0]) | dict(arguments)
        for (taker, label), key in reference.declaration.apart.items():
            if label in arguments and taker in takers:
                values[key] = arguments[label]
        values |= {count: most} if most else {}
        steps = steps_for(reference, name, values)
        key = f"{name}/own {number}" + (" begun" if most else "")
        return drafted(reference, key, name, OWN_DATA, steps, {}, plain=plain, late=0 if plain else 1)

    return draft


def more_rounds(reference: Reference, name: str, arguments: Mapping[str, Any]) -> int:
    """The most rounds that are drawn, where the lesson's own run has more; 0 elsewhere."""
    count = rounds_of(reference, name)
    label = count.partition(" of ")[0]
    most = max(reference.declaration.draws[count].choices) if count else 0
    return most if most and arguments.get(label, 0) > most else 0
