"""The arrays and numbers that a callable's values are made of, each under a name: `X`, `weights.0`, `layers.0.W1`."""

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


def _leaves(label: str, draw: Draw | None, value: Any) -> Iterator[tuple[str, Draw | None]]:
    if isinstance(value, dict | list | tuple):
        inside = draw.inside if draw is not None else {}
        for key in value if isinstance(value, dict) else range(len(value)):
            yield from _leaves(f"{label}.{key}", inside.get(str(key), inside.get("each")), value[key])
    elif draw is None or not draw.choices:
        yield label, draw


def value_at(values: dict[str, Any], name: str) -> Any:
    """The value of a leaf; raises LookupError where there is none of that name."""
    head, *keys = name.split(".")
    if head not in values:
        raise LookupError(f"no argument is called {head!r}")
    value = values[head]
    for key in keys:
        try:
            value = value[int(key) if isinstance(value, list | tuple) else key]
        except (LookupError, TypeError, ValueError):
            raise LookupError(f"{head} holds nothing under {'.'.join(keys)!r}") from None
    return value


def with_value(values: dict[str, Any], name: str, value: Any) -> dict[str, Any]:
    """The values with another one at that leaf; all containers on the way to it are new."""
    head, *keys = name.split(".")
    return values | {head: _with(values[head], keys, float(value) if np.ndim(value) == 0 else value)}


def _with(inside: Any, keys: Sequence[str], value: Any) -> Any:
    if not keys:
        return value
    if isinstance(inside, list | tuple):
        return [_with(each, keys[1:], value) if k == int(keys[0]) else each for k, each in enumerate(inside)]
    return {**inside, keys[0]: _with(inside[keys[0]], keys[1:], value)}


def said(leaf: str) -> str:
    """An argument, or an entry of one, by its own name, wherever it is drawn: `X`, `weights[0]`, `layers[0]['W1']`."""
    head, *keys = leaf.split(".")
    return head.partition(" of ")[0] + "".join(f"[{key if key.isdecimal() else repr(key)}]" for key in keys)
