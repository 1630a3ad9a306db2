"""Numbers beyond every exponential: who gives no number there loses, and nobody who takes care of it in some way."""

from __future__ import annotations

from functools import cache

import pytest

from autograder.callables import Exam, Reference, judge, tried
from autograder.core import Report
from autograder.judging import packaged
from tests.callables.graded import lost

SALTS = ("", "a", "b", "c")
UNIT = (
    """
import numpy as np

def sigmoid(z):
    '''z (N, H) -> s (N, H)'''
    small = np.exp(-np.abs(z))
    return np.where(z >= 0, 1.0, small) / (1.0 + small)

def slopes(x, w, v, y):
    '''x (N, D), w (D, H), v (H,), y (N,) -> dw (D, H), dv (H,)'''
    h = sigmoid(x @ w)
    d = 2 * (h @ v - y)
    return x.T @ (np.outer(d, v) * h * (1 - h)), h.T @ d
""",
    """
x, w, v, y, z = draw.normal("N", "D"), draw.normal("D", "H"), draw.normal("H"), draw.normal("N"), draw.normal("N", "H")
assignment(sizes=dict(N=(1, 4, 9), D=(3, 2, 5), H=(2, 4, 3)))
""",
)
MIXED = (
    """
import numpy as np

def mixed(s, values):
    '''s (N, K), values (K, D) -> out (N, D), top (N,)'''
    s = s - s.max(axis=1, keepdims=True)
    p = np.exp(s) / np.exp(s).sum(axis=1, keepdims=True)
    return p @ values, p.max(axis=1)

def surprise(s, t):
    '''s (N, K), t (N, K) -> losses (N,)'''
    s = s - s.max(axis=1, keepdims=True)
    p = np.exp(s) / np.exp(s).sum(axis=1, keepdims=True)
    return -(t * np.log(p + 1e-12)).sum(axis=1)
""",
    """
s, t, values = draw.normal("N", "K"), draw.simplex("N", "K"), draw.normal("K", "D")
assignment(sizes=dict(N=(1, 4, 9), K=(3, 2, 5), D=(2, 4, 3)))
""",
)


@cache
def exam(assignment: tuple[str, str], salt: str) -> Exam:
    reference = Reference("it", *assignment)
    return Exam(reference, tuple(reference.signatures), salt)


def graded(assignment: tuple[str, str], salt: str, old: str, new: str) -> Report:
    assert old in assignment[0]

    def fresh() -> dict:
        namespace: dict = {"__name__": "submission"}
        exec(assignment[0].replace(old, new), namespace)
        return namespace

    made = exam(assignment, salt)
    return judge([tried(made, dict.fromkeys(made.asked, 8.0), packaged(), fresh)])[0]


SMALL = "small = np.exp(-np.abs(z))\n    return np.where(z >= 0, 1.0, small) / (1.0 + small)"


@pytest.mark.parametrize("salt", SALTS)
def test_a_gradient_that_is_no_number_there_loses_in_every_result(salt: str) -> None:
    """In those that vanish there, too: what stays and what vanishes is no number in both."""
    naive = "np.exp(z) / (1 + np.exp(z))"
    report = graded(UNIT, salt, "h = sigmoid(x @ w)", f"z = x @ w; h = {naive}")
    assert lost(report) == ["slopes"]
    assert report.methods["slopes"]["score"] == pytest.approx(8.0 * (0.125 + 0.875 / 2))


@pytest.mark.parametrize("salt", SALTS)
@pytest.mark.parametrize(
    "other",
    [
        "return 1 / (1 + np.exp(-z))",
        "return 1 / (1 + np.exp(-np.clip(z, -20, 20)))",
        "return 1 / (1 + np.exp(-np.clip(z, -500, 500)))",
        "return (1 + np.tanh(z / 2)) / 2",
        "return np.exp(-np.logaddexp(0, -z))",
    ],
)
def test_whoever_takes_care_of_it_loses_nothing(salt: str, other: str) -> None:
    assert lost(graded(UNIT, salt, SMALL, other)) == []


@pytest.mark.parametrize("salt", SALTS)
def test_what_vanishes_there_is_still_to_be_small(salt: str) -> None:
    """A slope that does not vanish where the unit is full is wrong there, as elsewhere."""
    report = graded(UNIT, salt, "* h * (1 - h)", "* np.where(np.abs(x @ w) > 500, 1.0, h * (1 - h))")
    assert lost(report) == ["slopes"]


@pytest.mark.parametrize("salt", SALTS)
def test_care_that_the_solution_takes_is_asked_for_in_functions_of_several_arrays(salt: str) -> None:
    """One of them far out at a time: a product of all of them would be asked with large numbers, but there is none."""
    once = (
        "s = s - s.max(axis=1, keepdims=True)\n    p = np.exp(s) / np.exp(s).sum(axis=1, keepdims=True)\n    return p @"
    )
    naive = "p = np.exp(s) / np.exp(s).sum(axis=1, keepdims=True)\n    return p @"
    report = graded(MIXED, salt, once, naive)
    assert lost(report) == ["mixed"]
    assert report.methods["mixed"]["score"] == pytest.approx(8.0 * (0.125 + 0.875 / 2))
    stable = (
        "m = s.max(axis=1)[:, None]; p = np.exp(s - m - np.log(np.sum(np.exp(s - m), axis=1))[:, None])\n    return p @"
    )
    assert lost(graded(MIXED, salt, once, stable)) == []


@pytest.mark.parametrize("salt", SALTS)
def test_what_hangs_on_a_tiny_number_of_the_solution_s_own_is_not_asked(salt: str) -> None:
    """There a loss without that number is as right, and other than this one."""
    assert "surprise/saturated" not in exam(MIXED, salt).questions
    assert "mixed/saturated" in exam(MIXED, salt).questions


DIVERGENCE = (
    """
import numpy as np

def divergence(m, s):
    '''m (N,), s (N,) -> k a number'''
    return 0.5 * np.sum(np.exp(-s) + m**2 + s - 1.0)
""",
    'm, s = draw.normal("N"), draw.positive("N")\nassignment(sizes=dict(N=(1, 4, 7)))\n',
)


@pytest.mark.parametrize("salt", SALTS)
def test_what_grows_as_a_power_is_not_asked_where_an_exponential_is_on_the_way(salt: str) -> None:
    """In another right formula it stands below a line, or in a logarithm; what is beyond it is asked by itself."""
    asked = {question.situation for question in exam(DIVERGENCE, salt).questions.values()}
    assert "huge numbers in m" in asked
    assert not any("huge" in situation and " s" in situation for situation in asked)
