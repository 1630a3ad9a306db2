"""Which scalings are told from each other, and which are not claimed."""

from __future__ import annotations

import numpy as np
import pytest

from autograder.judging.diagnosis.scaling import Case, same, scaling

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
    assert same(np.array([1.0, np.nan]), np.array([1.0, np.nan]))
    assert not same(np.array([np.nan, 1.0]), np.array([1.0, np.nan]))
    assert not same(np.ones(3), np.ones((3, 1)))
