"""Which scalings are told from each other, and which are not claimed."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from autograder.core.ratio import ROUND, SAME, same_as
from autograder.judging.diagnosis.scaling import Case, scaling

RNG = np.random.default_rng(5)
SIZES = ((5, 10), (9, 18), (4, 4))
BASES = [RNG.normal(size=(3, 2)) for _ in SIZES]


def _cases(function):
    pairs = zip(BASES, SIZES, strict=True)
    return [Case(function(base, samples, elements), samples, elements) for base, (samples, elements) in pairs]


@pytest.mark.parametrize(
    ("function", "codes"),
    [
        (lambda b, n, e: b, ()),
        (lambda b, n, e: -b, ("sign",)),
        (lambda b, n, e: 2 * b, ("factor",)),
        (lambda b, n, e: n * b, ("sum-for-mean",)),
        (lambda b, n, e: b / n, ("mean-for-sum",)),
        (lambda b, n, e: b / e, ("mean-for-sum",)),
        (lambda b, n, e: -n * b, ("sign", "sum-for-mean")),
        (lambda b, n, e: n * b / 2, ("sum-for-mean", "factor")),
        (lambda b, n, e: b * n / (n - 1), ("less-one",)),
        (lambda b, n, e: 1.001 * b, ("factor",)),
    ],
)
def test_a_scaling_is_named(function, codes):
    found = scaling(_cases(function), BASES)
    assert found is not None
    assert found.codes == codes


@pytest.mark.parametrize(
    "function",
    [
        lambda b, n, e: b + 0.01,
        lambda b, n, e: b * n**1.5,
        lambda b, n, e: b.T,
        lambda b, n, e: b * np.nan,
        lambda b, n, e: b**2,
    ],
)
def test_what_is_no_scaling_is_not_called_one(function):
    assert scaling(_cases(function), BASES) is None


def test_a_factor_is_not_proved_by_one_question():
    """One question cannot tell a constant from the number of its samples."""
    found = scaling(_cases(lambda b, n, e: 5.0 * b)[:1], BASES[:1])
    assert found is None or found.codes != ("factor",)


def test_zeros_prove_nothing():
    zeros = [np.zeros((2, 2))] * 3
    assert scaling([Case(zero, 4, 4) for zero in zeros], zeros) is None


def test_same_wants_nan_in_the_same_places():
    assert same_as(np.array([1.0, np.nan]), np.array([1.0, np.nan]))
    assert not same_as(np.array([np.nan, 1.0]), np.array([1.0, np.nan]))
    assert not same_as(np.ones(3), np.ones((3, 1)))


ARRAYS = hnp.arrays(np.float64, st.just((3, 2)), elements=st.floats(-1e6, 1e6, allow_subnormal=False))


@given(st.lists(st.tuples(ARRAYS, ARRAYS), min_size=3, max_size=3))
def test_a_scaling_that_is_named_gives_what_came(pairs):
    """Of any arrays: whatever is claimed of them holds of them."""
    _holds([Case(came, n, e) for (came, _), (n, e) in zip(pairs, SIZES, strict=True)], [base for _, base in pairs])


@given(
    st.lists(ARRAYS, min_size=3, max_size=3),
    st.floats(-1e3, 1e3),
    st.sampled_from([-2, -1, 0, 1, 2]),
    st.sampled_from([0.0, 1e-6, 1e-4, 1e-2]),
)
def test_near_a_multiple_no_more_is_claimed_than_holds(bases, factor, power, noise):
    rng = np.random.default_rng(1)
    cases = [
        Case(factor * n**power * base * (1.0 + noise * rng.normal(size=base.shape)), n, e)
        for base, (n, e) in zip(bases, SIZES, strict=True)
    ]
    _holds(cases, bases)


def _holds(cases, bases):
    found = scaling(cases, bases)
    for case, base in zip(cases, bases, strict=True) if found is not None else ():
        made = found.of(case, base)
        assert np.abs(case.actual - made).max() <= (SAME + 2 * ROUND) * np.abs(case.actual).max()
