"""Draws under which a solution's numbers are finite, where those that are declared lead to some that are not."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np

from autograder.callables.asked.drafted import drafted, last_answer, reach
from autograder.callables.asked.steps import NotDrawn, drawn, sizes_in_words, steps_for
from autograder.callables.declared.draws import Draw, DrawError, Drawing, generator
from autograder.callables.declared.reference import Reference

DRAWS = 8  # of each situation
MOST = 2  # arguments that are drawn otherwise at once


def finite_draws(reference: Reference, name: str) -> list[str]:
    """The lines of a declaration, `v = draw.positive("D")`, under which all that a callable gives is finite; none where
    it is so as it is declared, and where no other draw of an argument or two would do."""
    chosen: dict[str, Draw] = {}
    misses = _misses(reference, name, chosen)
    while misses and len(chosen) < MOST:
        tried = [
            (_misses(reference, name, {**chosen, label: draw}), label, draw)
            for label, draw in _others(reference, name)
            if label not in chosen
        ]
        least = min(tried, key=lambda each: each[0], default=None)
        if least is None or least[0] >= misses:
            return []
        misses, chosen = least[0], {**chosen, least[1]: least[2]}
    return [] if misses else [_line(label, draw) for label, draw in chosen.items()]


def _others(reference: Reference, name: str) -> Iterator[tuple[str, Draw]]:
    """Narrower draws for each argument, the widest first."""
    draw = Drawing()
    for label in reach(reference, name):
        declared = reference.declaration.draws[label]
        if declared.kind in ("normal", "uniform"):
            yield label, draw.positive(*declared.symbols)
        if declared.kind in ("normal", "uniform", "positive"):
            yield label, draw.probabilities(*declared.symbols)
        if declared.kind == "integers" and not isinstance(declared.how["low"], str) and declared.how["low"] < 1:
            yield label, draw.integers(1, declared.how["high"], *declared.symbols)


def _line(label: str, draw: Draw) -> str:
    """As it is declared; `x of smooth` is what one function alone has."""
    bounds = [draw.how[key] for key in ("low", "high") if key in draw.how]
    inside = ", ".join(f'"{each}"' if isinstance(each, str) else f"{each}" for each in (*bounds, *draw.symbols))
    name, apart, function = label.partition(" of ")
    made = f"draw.{draw.kind}({inside})"
    return f"arguments({function.replace('-', '.')}, {name}={made})" if apart else f"{name} = {made}"


def _misses(reference: Reference, name: str, otherwise: Mapping[str, Draw]) -> int:
    """How many of some questions the solution has no finite answer to, with some arguments drawn `otherwise`."""
    return sum(not each for each in _answers(reference, name, otherwise))


def _answers(reference: Reference, name: str, otherwise: Mapping[str, Draw]) -> Iterator[bool]:
    for sizes in reference.declaration.sizes:
        for attempt in range(DRAWS):
            rng = generator(f"{reference.name}|{name}|{sizes_in_words(sizes)}|finite", attempt)
            try:
                values = drawn(reference, rng, sizes)
                values |= {label: draw.value(rng, sizes) for label, draw in otherwise.items()}
                steps = steps_for(reference, name, values)
            except (NotDrawn, DrawError):
                return
            question = drafted(reference, f"{name}/finite", name, sizes_in_words(sizes), steps, sizes)
            answer = last_answer(reference, question)
            yield bool(answer) and all(np.isfinite(each).all() for each in answer.values())
