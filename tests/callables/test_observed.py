"""Where no change explains an answer, what of it is right is told: only what holds in every question."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from autograder.callables.declared.functions import functions
from autograder.callables.declared.handed import same_names
from autograder.callables.faults.edits import Change, Edit
from autograder.callables.faults.observed import observed
from autograder.callables.faults.words import sentence_of
from tests.callables.graded import graded, lost, said

RNG = np.random.default_rng(5)
TABLES = [RNG.normal(size=shape) for shape in ((5, 4), (3, 6), (7, 3), (4, 4))]
LISTS = [RNG.normal(size=size) for size in (5, 4, 9)]


def told(wrong: Callable[[np.ndarray], np.ndarray], right: list[np.ndarray]) -> str:
    """What is said of wrong answers."""
    sentence = observed([wrong(each) for each in right], right)
    return sentence[1] if sentence else ""


def with_last_row(a: np.ndarray) -> np.ndarray:
    return np.concatenate([a[:-1], a[-1:] ** 2 + 1])


@pytest.mark.parametrize(
    ("wrong", "right", "says"),
    [
        (
            lambda a: a.T.ravel().reshape(a.shape),
            TABLES,
            "It holds the right numbers, in other places than they belong.",
        ),
        (
            lambda a: a / np.linalg.norm(a, axis=1, keepdims=True),
            TABLES,
            "Each row is the right one multiplied by a number of its own.",
        ),
        (
            lambda a: np.exp(a) / np.exp(a).sum(axis=0),
            [np.exp(a) / np.exp(a).sum(axis=1, keepdims=True) for a in TABLES],
            "Each column adds up to 1, where each row has to.",
        ),
        (
            lambda a: a * a[0, 0],
            TABLES,
            "In each answer all numbers are the right ones multiplied by one and the same number.",
        ),
        (lambda a: a - a.mean(axis=0), TABLES, "In each column all numbers are off by one and the same number."),
        (
            lambda a: np.where(a < 0, 0.1 * a, a),
            TABLES,
            "Only what should be negative is wrong.",
        ),
        (with_last_row, TABLES, "Only the last row is wrong."),
        (with_last_row, LISTS, "Only the last number is wrong."),
        (lambda a: a[0] + 2 * (a - a[0]), LISTS, "Its first number is right, and it goes wrong after that."),
    ],
)
def test_what_is_right_of_a_wrong_answer_is_told(wrong, right: list[np.ndarray], says: str) -> None:
    """By the place, by the line, by the sign."""
    assert told(wrong, right) == says


@pytest.mark.parametrize(
    "wrong",
    [
        lambda a: np.sin(3 * a),
        lambda a: np.sort(a, axis=None).reshape(a.shape) + 1e-4,
        lambda a: a / np.linalg.norm(a, axis=1, keepdims=True) + 1e-5 * a**2,
        lambda a: np.where(a < 0, 0.1 * a, 1.001 * a),
        lambda a: np.full(a.shape, np.nan),
        lambda a: a[:-1],
    ],
)
def test_nothing_is_told_that_does_not_hold(wrong) -> None:
    """Numbers that come near prove nothing, nor do others than numbers."""
    assert told(wrong, TABLES) == ""


def test_one_question_alone_proves_nothing() -> None:
    """Where the others are right, what one shows may be chance."""
    right = TABLES
    assert observed([right[0] - right[0].mean(axis=0), *right[1:]], right) is None


def test_a_number_that_is_the_same_everywhere_is_in_no_row() -> None:
    """Of equal numbers it says nothing that they are off by the same."""
    assert told(lambda a: 1.0 + a.sum() + 0 * a, [np.ones((5, 4)), np.ones((3, 6)), np.ones((7, 3))]) == ""


SHRINKING = (
    """
import numpy as np

def shrink(w, rate, n):
    '''w (D,), rate a number, n a count -> w_new (D,)'''
    for k in range(n):
        w = w - rate * np.sin(w)
    return w
""",
    """
w, rate, n = draw.normal("D"), draw.one_of(0.1, 0.3), draw.one_of(1, 2, 4)
assignment(sizes=dict(D=(5, 7, 4)))
""",
)


def test_with_which_value_it_is_right_is_told() -> None:
    """Nothing names it, and it is right in one round."""
    report = graded(SHRINKING, "np.sin(w)", "np.sin(w) * np.cos(k / 7)")
    assert lost(report) == ["shrink"]
    assert "In the everyday questions it is right wherever n is 1, and nowhere else." in said(report)


CALLS = """
def affine(x, w, b):
    return x @ w + b

def alike(x, w, b):
    return affine(x, w, b)

def other(x, h, w, b):
    return affine(h, w, b=b)
"""


def test_a_name_means_the_same_only_where_it_is_handed_on_as_it_is() -> None:
    """By place or by name, and from a function where it does."""
    read = functions(CALLS)
    assert same_names(read, "alike") == {"alike": None, "affine": {"x", "w", "b"}}
    assert same_names(read, "other") == {"other": None, "affine": {"w", "b"}}


def test_the_end_of_another_function_is_not_called_the_end() -> None:
    """A callable whose helper cuts off goes on after that."""
    change = Change((Edit("helper", ("body", 0, "value"), "put", "np.clip(x, -1, 1)"),), "cut off last")
    ours, theirs = (sentence_of([change], name, {"helper": ["x"], "caller": ["x"]}) for name in ("helper", "caller"))
    assert ours is not None
    assert ours[1] == "At the end a result is cut off at a bound that is not asked."
    assert theirs is not None
    assert theirs[1] == "More is done to a value than is asked."
