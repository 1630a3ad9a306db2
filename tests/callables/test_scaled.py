"""Which scalings of right answers are told from one another, and which are not claimed."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from autograder.callables.faults.generic import scaled, transform
from autograder.callables.faults.words import Sentence
from autograder.core import ROUND, SAME, same_as

Array = np.ndarray
RNG = np.random.default_rng(5)
SIZES = ({"N": 5, "D": 2}, {"N": 9, "D": 2}, {"N": 4, "D": 3})
BASES = [RNG.normal(size=(3, 2)) for _ in SIZES]


def told(function: Callable[[Array, int], Array], bases: Sequence[Array] = BASES) -> Sentence | None:
    """What is said of right answers that a function made others, of as many questions as there are."""
    answers = [function(base, size["N"]) for base, size in zip(bases, SIZES, strict=False)]
    return transform(answers, bases, SIZES[: len(bases)])


@pytest.mark.parametrize(
    ("function", "code", "says"),
    [
        (lambda b, n: -b, "sign", "It has the opposite sign."),
        (lambda b, n: 2 * b, "factor", "one and the same constant factor."),
        (lambda b, n: -2 * b, "factor", "constant factor, and has the opposite sign."),
        (lambda b, n: 1.001 * b, "factor", "constant factor."),
        (lambda b, n: n * b, "sum-for-mean", "It comes out multiplied by N."),
        (lambda b, n: b / n, "mean-for-sum", "It comes out divided by N."),
        (lambda b, n: -n * b, "sum-for-mean", "multiplied by N, with another sign."),
        (lambda b, n: n * b / 2, "sum-for-mean", "multiplied by N, and by a constant."),
        (lambda b, n: n * n * b, "sum-for-mean", "multiplied by N times N."),
        (lambda b, n: b * n / (n - 1), "factor", "multiplied by N and divided by N less one."),
        (lambda b, n: b / (n - 1), "mean-for-sum", "divided by N less one."),
    ],
)
def test_a_scaling_is_named(function: Callable[[Array, int], Array], code: str, says: str) -> None:
    found = told(function)
    assert found is not None
    assert found[0] == code
    assert found[1].endswith(says)


@pytest.mark.parametrize(
    "function",
    [
        lambda b, n: b,
        lambda b, n: b * (1 + 0.01 * np.arange(6).reshape(3, 2)),
        lambda b, n: b * n**1.5,
        lambda b, n: b * np.nan,
        lambda b, n: b**2,
        lambda b, n: b + 0.01 * n,
        lambda b, n: 0 * b,
    ],
)
def test_what_is_no_scaling_is_not_called_one(function: Callable[[Array, int], Array]) -> None:
    assert told(function) is None


def test_a_factor_is_not_proved_by_one_question() -> None:
    """One question cannot tell a constant from the number of its samples."""
    assert told(lambda b, n: 5.0 * b, BASES[:1]) is None


def test_zeros_prove_nothing() -> None:
    zeros = [np.zeros((2, 2))] * 3
    assert scaled(zeros, zeros, SIZES) is None
    assert told(lambda b, n: 3.0 * b, [BASES[0], np.zeros((3, 2)), np.zeros((3, 2))]) is None


def test_same_wants_nan_in_the_same_places() -> None:
    assert same_as(np.array([1.0, np.nan]), np.array([1.0, np.nan]))
    assert not same_as(np.array([np.nan, 1.0]), np.array([1.0, np.nan]))
    assert not same_as(np.ones(3), np.ones((3, 1)))


ARRAYS = hnp.arrays(np.float64, st.just((3, 2)), elements=st.floats(-1e6, 1e6, allow_subnormal=False))
POWERS = {
    "multiplied by N": lambda n, d: n,
    "divided by N": lambda n, d: 1 / n,
    "multiplied by D": lambda n, d: d,
    "divided by D": lambda n, d: 1 / d,
    "multiplied by N times N": lambda n, d: n * n,
    "divided by N times N": lambda n, d: 1 / n**2,
    "multiplied by N times D": lambda n, d: n * d,
    "divided by N times D": lambda n, d: 1 / (n * d),
    "multiplied by D times D": lambda n, d: d * d,
    "divided by D times D": lambda n, d: 1 / d**2,
    "divided by N less one": lambda n, d: 1 / (n - 1),
    "divided by D less one": lambda n, d: 1 / max(d - 1, 1),
    "multiplied by N and divided by N less one": lambda n, d: n / (n - 1),
    "multiplied by D and divided by D less one": lambda n, d: d / max(d - 1, 1),
}


@given(st.lists(st.tuples(ARRAYS, ARRAYS), min_size=3, max_size=3))
def test_a_scaling_that_is_named_gives_what_came(pairs: list[tuple[Array, Array]]) -> None:
    """Of any arrays: whatever is claimed of them holds of them."""
    _holds([came for came, _ in pairs], [base for _, base in pairs])


@given(
    st.lists(ARRAYS, min_size=3, max_size=3),
    st.floats(-1e3, 1e3),
    st.sampled_from([-2, -1, 0, 1, 2]),
    st.sampled_from([0.0, 1e-6, 1e-4, 1e-2]),
)
def test_near_a_multiple_no_more_is_claimed_than_holds(
    bases: list[Array], factor: float, power: int, noise: float
) -> None:
    rng = np.random.default_rng(1)
    answers = [
        factor * float(size["N"]) ** power * base * (1.0 + noise * rng.normal(size=base.shape))
        for base, size in zip(bases, SIZES, strict=True)
    ]
    _holds(answers, bases)


def _holds(answers: Sequence[Array], bases: Sequence[Array]) -> None:
    """That what is said, made of what is right, is what came, as near as numbers are taken for the same."""
    found = transform(answers, bases, SIZES)
    if found is None or not ("comes out" in found[1] or "factor" in found[1] or "sign" in found[1]):
        return
    text = found[1].removeprefix("It comes out ").rstrip(".").partition(",")[0]
    by = [POWERS[text](size["N"], size["D"]) if text in POWERS else 1.0 for size in SIZES]
    if text.endswith("one of the sizes"):
        return  # which one, is not claimed
    constant = _constant(answers, [base * each for base, each in zip(bases, by, strict=True)])
    for came, base, each in zip(answers, bases, by, strict=True):
        assert np.abs(came - constant * each * base).max() <= (2 * SAME + 2 * ROUND) * np.abs(came).max()
    if "opposite sign" in found[1] or "another sign" in found[1]:
        assert constant < 0
    if text in POWERS and "," not in found[1]:
        assert abs(constant - 1.0) <= 2 * ROUND


def _constant(answers: Sequence[Array], bases: Sequence[Array]) -> float:
    came, base = np.concatenate([np.ravel(each) for each in answers]), np.concatenate([np.ravel(b) for b in bases])
    place = int(np.abs(base).argmax())
    return float(came[place] / base[place])
