"""The arrays and numbers that a callable's values are made of, each under a name: `X`, `weights.0`, `parameters.W1`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from autograder.callables.declared.draws import Draw
from autograder.callables.declared.reference import Reference


def leaves_of(
    reference: Reference, labels: Sequence[str], values: Mapping[str, Any], kinds: Sequence[str] = ()
) -> list[str]:
    """The leaves of these arguments that are real and drawn from no choice; where `kinds` are named, of these alone."""
    draws = reference.declaration.draws
    every = (each for label in labels for each in _leaves(label, draws[label], values[label]))
    return [leaf for leaf, draw in every if draw is not None and draw.real and (not kinds or draw.kind in kinds)]


def _leaves(label: str, draw: Draw, value: Any) -> Iterator[tuple[str, Draw | None]]:
    if isinstance(value, dict | list | tuple):
        for key in value if isinstance(value, dict) else range(len(value)):
            yield f"{label}.{key}", draw.inside.get(str(key), draw.inside.get("each"))
    elif not draw.choices:
        yield label, draw


def value_at(values: dict[str, Any], name: str) -> Any:
    head, _, key = name.partition(".")
    if head not in values:
        raise LookupError(f"no argument is called {head!r}")
    inside = values[head]
    if not key:
        return inside
    try:
        return inside[int(key) if isinstance(inside, list | tuple) else key]
    except (LookupError, TypeError, ValueError):
        raise LookupError(f"{head} holds nothing under {key!r}") from None


def with_value(values: dict[str, Any], name: str, value: Any) -> dict[str, Any]:
    head, _, key = name.partition(".")
    value = float(value) if np.ndim(value) == 0 else value
    inside = values[head]
    if isinstance(inside, list | tuple) and key:
        return values | {head: [value if k == int(key) else each for k, each in enumerate(inside)]}
    return values | {head: {**inside, key: value} if key else value}


def said(leaf: str) -> str:
    """An argument, or an entry of one, by its own name, wherever it is drawn: `X`, `weights[0]`, `parameters['W1']`."""
    head, dot, key = leaf.partition(".")
    return head.partition(" of ")[0] + (f"[{key if key.isdecimal() else repr(key)}]" if dot else "")
