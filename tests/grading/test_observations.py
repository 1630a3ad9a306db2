"""A kept observation is the one that was seen, to the bit: a regrade judges nothing else."""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from typing import Any

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from autograder.core import CallAnswer, Failure, Observation, Value
from autograder.grading.store.observations import LARGE, Packed, from_bytes, to_bytes

ARRAYS = hnp.arrays(np.float64, hnp.array_shapes(min_dims=0, max_dims=3, min_side=0, max_side=4))
NAMES = st.text("abcw12_ ()/", min_size=1, max_size=8)
KINDS = st.sampled_from(["none", "ragged", "dict"])
VALUES = st.builds(Value, st.just("array"), ARRAYS, NAMES) | st.builds(Value, KINDS)
ANSWERS = st.builds(
    CallAnswer,
    st.sampled_from(["returned", "raised", "missing", "timed_out", "died"]),
    st.none() | st.builds(Failure, NAMES, st.text(max_size=20), NAMES),
    st.lists(NAMES, max_size=2).map(tuple),
    st.lists(ARRAYS, max_size=2).map(tuple),
    st.dictionaries(NAMES, VALUES, max_size=2),
    st.lists(NAMES, max_size=2).map(tuple),
    st.none() | st.tuples(NAMES, st.dictionaries(NAMES, VALUES, max_size=2)),
)
OBSERVATIONS = st.builds(
    Observation,
    st.dictionaries(NAMES, st.lists(ANSWERS, max_size=2).map(tuple), max_size=3),
    st.lists(st.text(max_size=20), max_size=2).map(tuple),
    st.floats(0, 1e3),
    st.floats(0, 1e3),
)


def same(one: Any, other: Any) -> bool:
    """Equal field by field, arrays bit by bit."""
    if isinstance(one, np.ndarray):
        return isinstance(other, np.ndarray) and one.shape == other.shape and one.tobytes() == other.tobytes()
    if is_dataclass(one):
        return type(one) is type(other) and all(same(getattr(one, f.name), getattr(other, f.name)) for f in fields(one))
    if isinstance(one, dict):
        return isinstance(other, dict) and one.keys() == other.keys() and all(same(one[k], other[k]) for k in one)
    if isinstance(one, tuple):
        return isinstance(other, tuple) and len(one) == len(other) and all(map(same, one, other))
    return type(one) is type(other) and one == other


@given(OBSERVATIONS, NAMES)
def test_what_is_kept_comes_back(observation, asked):
    kept = to_bytes(observation, asked)
    assert kept is not None
    back, of = from_bytes(kept)
    assert of == asked
    assert same(observation, back)


@given(OBSERVATIONS, OBSERVATIONS, NAMES)
def test_what_was_packed_for_others_is_the_same_for_who_gave_the_same(one, other, asked):
    packed = Packed()
    both = Observation({**one.answers, **other.answers}, (), 1.0, 2.0)
    for each in (one, other, both):
        assert to_bytes(each, asked, packed) == to_bytes(each, asked)


@given(st.integers(0, 2**32 - 1), st.sampled_from([0.0, 1e-16, 1e-9, 1e-3, 1.0, 1e300, np.inf, np.nan]))
def test_large_answers_near_the_known_come_back_to_the_bit(seed, off):
    """They are kept as the bits in which they differ, whatever these are."""
    rng = np.random.default_rng(seed)
    known = rng.normal(size=(LARGE // 4, 7)) * 10.0 ** rng.integers(-300, 300)
    with np.errstate(all="ignore"):
        answer = known * (1.0 + off * rng.normal(size=known.shape))
    observation = Observation({"q": (CallAnswer("returned", parts={"": Value("array", answer)}),)}, (), 1.0, 2.0)
    kept = to_bytes(observation, "asked", Packed([known]))
    assert kept is not None
    assert same(observation, from_bytes(kept, [known])[0])
