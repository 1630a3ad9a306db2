"""The ruler itself: comparisons, differences and their limits."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from autograder.core.numeric import central_differences, compare, relative_error
from tests.support.complex_step import complex_step


def test_a_gradient_slightly_off_is_caught():
    """2.001 for 2.0 is outside a tolerance of 1e-5, and the index of the worst element is told."""
    expected = np.array([[1.0, 2.0], [3.0, 4.0]])
    actual = expected.copy()
    actual[0, 1] = 2.001
    difference = compare(actual, expected, 1e-5 * expected)
    assert not difference.within
    assert difference.worst == (0, 1)
    assert difference.error == pytest.approx(0.001 / 4.0)


def test_rounding_is_within():
    expected = np.linspace(-1.0, 1.0, 7)
    assert compare(expected * (1 + 1e-12), expected, np.full(7, 1e-9)).within


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_what_is_not_finite_is_never_within(bad):
    """NaN compares false with everything: it must count as wrong, not as no difference."""
    difference = compare(np.array([1.0, bad]), np.array([1.0, 2.0]), np.array([1.0, 1.0]))
    assert not difference.within
    assert difference.worst == (1,)
    assert relative_error(np.array([bad]), np.array([1.0])) == np.inf


def test_an_infinite_tolerance_lets_nan_not_pass():
    assert not compare(np.array([np.nan]), np.array([1.0]), np.array([np.inf])).within


def test_another_shape_is_never_within():
    assert not compare(np.ones((3, 1)), np.ones(3), np.ones(3)).within
    assert not compare(np.ones((1, 3)), np.ones((3, 1)), np.ones((3, 1))).within


def test_a_tolerance_of_zero_asks_for_equality():
    assert compare(np.zeros(2), np.zeros(2), np.zeros(2)).within
    assert not compare(np.array([0.0, 1e-300]), np.zeros(2), np.zeros(2)).within


def test_differences_and_complex_step_agree_with_the_derivative():
    weights = [np.array([[0.3, -1.2], [2.0, 0.7]]), np.array(1.5)]

    def loss(w):
        return np.sum(np.sin(w[0]) * w[1]) ** 2

    inner = np.sum(np.sin(weights[0]) * weights[1])
    exact = (2 * inner * np.cos(weights[0]) * weights[1], 2 * inner * np.sum(np.sin(weights[0])))
    for own, wanted in zip(central_differences(lambda w: float(loss(w)), weights), exact, strict=True):
        assert relative_error(own, np.asarray(wanted)) < 1e-8
    for own, wanted in zip(complex_step(loss, weights), exact, strict=True):
        assert relative_error(own, np.asarray(wanted)) < 1e-14


NUMBERS = hnp.arrays(np.float64, st.just((2, 3)), elements=st.floats(-1e200, 1e200))
ANYTHING = hnp.arrays(np.float64, st.just((2, 3)))


@given(NUMBERS)
def test_an_array_is_within_nothing_of_itself(array):
    assert compare(array, array.copy(), np.zeros_like(array)).within


@given(ANYTHING, NUMBERS, hnp.arrays(np.float64, st.just((2, 3)), elements=st.floats(0, 1e200)))
def test_within_means_each_element_within_its_tolerance(actual, expected, tolerance):
    """And where it is not, the element that is told is one that is not."""
    difference = compare(actual, expected, tolerance)
    inside = [
        bool(abs(a - e) <= t) for a, e, t in zip(actual.flat, expected.flat, tolerance.flat, strict=True)
    ]  # one by one, in Python's own numbers
    assert difference.within == all(inside)
    if not difference.within:
        assert not inside[int(np.ravel_multi_index(difference.worst, (2, 3)))]


def test_an_element_that_is_within_is_never_the_worst():
    """Next to a tolerance of 0 that was missed by less than the smallest number with all its digits."""
    actual, expected, tolerance = np.array([1.0, 5e-324]), np.array([0.0, 0.0]), np.array([1.0, 0.0])
    assert compare(actual, expected, tolerance).worst == (1,)
    assert compare(np.array(1.0), np.array(2.0), np.array(1e-9)).worst == ()


@given(NUMBERS, NUMBERS)
def test_a_relative_error_is_the_same_from_both_sides(one, other):
    assert relative_error(one, other) == relative_error(other, one)
