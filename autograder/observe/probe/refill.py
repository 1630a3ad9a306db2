"""What a callable left on the object, replaced by recorded arrays, so that the one who reads it is judged by itself."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Any

import numpy as np

NEAR = 1e-6  # how near, relatively, asked and recorded arrays must be to be the same
MANY = 20  # numbers that all have one sign by no chance

_asarray, _abs = np.asarray, np.abs  # see wire: kept under names of our own


class OffTheRecord(LookupError):
    """A stand-in was asked for something that was not recorded for it."""


def refill(model: Any, spec: dict[str, Any], names: list[str]) -> None:
    """Replace the arrays that a callable left on the object by recorded ones of the same shape.

    Of the ways to match them that keep their order, way number `spec["choice"]` is taken. Truth values become
    those of the first recorded array of their shape being positive. Raises OffTheRecord when there is no such way.
    """
    slots: list[tuple[Any, Any, np.ndarray]] = []
    holder = vars(model)
    for key in [key for key in holder if key not in names]:
        if isinstance(holder[key], tuple):
            holder[key] = list(holder[key])
        value = holder[key]
        inside = value if isinstance(value, dict) else dict(enumerate(value)) if isinstance(value, list) else {}
        slots += [(value, name, item) for name, item in inside.items() if isinstance(item, np.ndarray)]
        if isinstance(value, np.ndarray):
            slots.append((holder, key, value))
    slots = [slot for slot in slots if _distance(slot[2].ravel(), spec["x"].ravel()) > NEAR]
    ways: list[list[tuple[Any, Any, np.ndarray]]] = [[]]
    for kind in spec["kinds"]:
        fitting = [slot for slot in slots if slot[2].shape == kind[0].shape and slot[2].dtype.kind == "f"]
        ways = [way + more for way in ways for more in _matches(fitting, kind, open_to_all=spec["open"])][:64]
        for slot in slots:
            if slot[2].shape == kind[0].shape and slot[2].dtype.kind == "b":
                slot[0][slot[1]] = kind[0] > 0.0
    if spec["choice"] >= len(ways):
        raise OffTheRecord("there is no other way to match what is kept there")
    for where, key, array in ways[spec["choice"]]:
        where[key] = array.copy()


def _matches(
    slots: list[tuple[Any, Any, np.ndarray]], kind: list[np.ndarray], open_to_all: bool
) -> list[list[tuple[Any, Any, np.ndarray]]]:
    """The ways to let recorded arrays of a kind stand in slots, in their order: those first where all are alike, and
    then, so that way number k is the same one in every question, those that only few numbers allow."""
    count = min(len(slots), len(kind))
    pairs = [
        list(zip(taken, arrays, strict=True))
        for taken in itertools.combinations(slots, count)
        for arrays in itertools.combinations(kind, count)
    ]
    if open_to_all:
        fitting = pairs
    else:
        alike = [pair for pair in pairs if all(_may_hold(slot[2], array, kind, _alike) for slot, array in pair)]
        perhaps = [pair for pair in pairs if all(_may_hold(slot[2], array, kind, _perhaps) for slot, array in pair)]
        fitting = [*alike, *(pair for pair in perhaps if not any(pair is other for other in alike))]
    return [[(slot[0], slot[1], array) for slot, array in pair] for pair in fitting]


def _alike(slot: np.ndarray, array: np.ndarray) -> bool:
    """In sign, and in range where nothing is negative: what tells a value before an activation from one after it."""
    return _range(slot) == _range(array)


def _perhaps(slot: np.ndarray, array: np.ndarray) -> bool:
    """The same where the signs show less: of few numbers, or of numbers that a turned sign makes positive."""
    if _range(slot)[0] == _range(array)[0]:
        return True
    return _range(slot)[0] and (slot.size < MANY or bool((array < 0.0).all()))


def _range(array: np.ndarray) -> tuple[bool, bool]:
    """Whether nothing is negative, and then whether nothing is above one."""
    positive = bool((array >= 0.0).all())
    return positive, positive and bool((array <= 1.0).all())


def _may_hold(slot: np.ndarray, array: np.ndarray, kind: list[np.ndarray], alike: Callable[..., bool]) -> bool:
    """Whether a recorded array may stand where `slot` was left: one that is right stays what it is, or becomes another
    one that is the same, as before and after a relu where all is 0."""
    right = [each for each in kind if _distance(slot, each) <= NEAR]
    return any(each is array for each in right) if right else alike(slot, array)


def _distance(asked: Any, known: Any) -> float:
    """The largest difference relative to the largest recorded magnitude; infinite for another shape or for NaN."""
    asked, known = _asarray(asked, dtype=float), _asarray(known, dtype=float)
    if asked.shape != known.shape:
        return float("inf")
    if not asked.size or asked.tobytes() == known.tobytes():
        return 0.0
    far = float(_abs(asked - known).max() / (_abs(known).max() + 1e-300))
    return far if far == far else float("inf")
