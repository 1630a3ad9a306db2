"""Recorded answers stand in for callables: found by the arguments, as nearly as floats are, and by nothing else."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from autograder.callables.asked.columns import as_columns
from autograder.observe.probe import OffTheRecord, encoded
from autograder.observe.probe.tables import Tables

SAMPLES = np.array([[1.0, -2.0], [3.0, 1e6]])
MASKED = np.array([0.5, -1e9, 2.0, -1e9])
RECORDED = (2.0, SAMPLES, [1, 2.5], {"w": SAMPLES[0], "n": 3}, None, "mean", np.array(0.25), np.array([], dtype=float))


def standing_in(*arguments: Any) -> Any:
    """A function that answers 7 to just these arguments."""
    labels = [f"a{k}" for k in range(len(arguments))]
    row = {"args": [encoded(each) for each in arguments], "value": {"v": 7}}
    namespace: dict[str, Any] = {}
    Tables(as_columns({"f": {"labels": labels, "rows": [row]}})).put_in_place(namespace)
    return namespace["f"]


@pytest.mark.parametrize("known", RECORDED, ids=repr)
def test_what_was_recorded_is_answered(known: Any) -> None:
    """Numbers, arrays, lists, dicts, texts, nothing: each is found again, twice."""
    function = standing_in(known)
    assert (function(known), function(known)) == (7, 7)


SEVERAL = [SAMPLES, MASKED.reshape(2, 2), np.zeros((2, 2)), np.full((2, 2), -np.inf), 1e-9 * SAMPLES, 1e9 * SAMPLES]


@pytest.mark.parametrize("place", range(len(SEVERAL)))
def test_each_of_several_arrays_of_one_shape_has_a_nearness_of_its_own(place: int) -> None:
    """As near as if it were the only one: a part in a million of its own largest number, where that stands for one."""
    rows = [{"args": [encoded(each)], "value": {"v": k}} for k, each in enumerate(SEVERAL)]
    namespace: dict[str, Any] = {}
    Tables(as_columns({"f": {"labels": ["a"], "rows": rows}})).put_in_place(namespace)
    alone = standing_in(SEVERAL[place])
    for off in (0.0, 1e-7, -1e-7, 1e-5, 3e-4):
        asked = np.where(SEVERAL[place] == -1e9, -1e15, SEVERAL[place] * (1.0 + off))
        assert answers(namespace["f"], asked) == (place if answers(alone, asked) == 7 else None)


def answers(function: Any, asked: Any) -> Any:
    """What is on record for it, None where nothing is."""
    try:
        return function(asked)
    except OffTheRecord:
        return None


@pytest.mark.parametrize(
    ("known", "near", "far"),
    [
        (2.0, 2.0 * (1 + 1e-7), 2.0 * (1 + 1e-5)),
        (2.0, np.float64(2.0), np.array([2.0])),
        (0.0, -0.0, 1e-9),
        (3, 3.0, np.nan),
        (True, 1, 0),
        (np.array(0.25), 0.25, np.inf),
        (SAMPLES, SAMPLES + 0.5, SAMPLES + 2.0),  # relatively to the largest
        (SAMPLES, SAMPLES.tolist(), SAMPLES.T[:1]),
        (MASKED, np.where(MASKED < -1e8, -np.inf, MASKED), np.where(MASKED < -1e8, MASKED, 0.5)),
        (MASKED, np.where(MASKED < -1e8, -1e12, MASKED + 1e-7), np.where(MASKED < -1e8, 1e9, MASKED)),
        (np.where(MASKED < -1e8, -np.inf, MASKED), MASKED, np.zeros(4)),
        (np.array([np.inf, -np.inf]), [np.inf, -np.inf], [1.0, 2.0]),
        (np.array([np.inf, 1e7]), np.array([np.inf, 1e7]), np.array([np.inf, 1.0])),
        (np.full(4096, np.inf), np.full(4096, np.inf), np.full(4096, 1e300)),
        ([1, 2.5], (1, 2.5), [1, 2.6]),
        ([SAMPLES, None], (SAMPLES, None), (SAMPLES, 0)),
        ({"w": SAMPLES}, {"w": SAMPLES, "more": 1}, {"v": SAMPLES}),
        ("mean", "mean", "sum"),
    ],
    ids=repr,
)
def test_rounding_is_let_pass_and_nothing_else(known: Any, near: Any, far: Any) -> None:
    """A part in a million of the largest number is the same; another number, shape or text is not on record."""
    function = standing_in(known)
    assert function(near) == 7
    with pytest.raises(OffTheRecord):
        function(far)
