"""What is cut off, turned, kept from zero or set back in an assignment of any kind is named, and nothing else is so."""

from __future__ import annotations

import numpy as np
import pytest

from autograder.callables.faults.generic import transform
from tests.callables.graded import graded, lost, said

RNG = np.random.default_rng(3)
RIGHT = [RNG.normal(size=(5, 4)), RNG.normal(size=(3, 6)), RNG.normal(size=(7, 2))]
CUT = "What lies beyond a bound is cut off."


def told(answers: list[np.ndarray]) -> str:
    """What is said of answers that should be RIGHT."""
    found = transform(answers, RIGHT, [{}] * len(RIGHT))
    return found[1] if found else ""


@pytest.mark.parametrize("bounds", [(-0.5, 0.5), (None, 0.3), (-0.2, None)])
def test_a_bound_is_told(bounds: tuple[float | None, float | None]) -> None:
    """On one side or on both."""
    assert told([np.clip(each, *bounds) for each in RIGHT]) == CUT


@pytest.mark.parametrize(
    "wrong",
    [
        lambda a: np.maximum(a, 0.0),  # a relu, told as that
        lambda a: 0.5 * np.tanh(a),
        lambda a: np.round(a),
        lambda a: np.clip(1.01 * a, -0.5, 0.5),
        lambda a: np.clip(a, -0.5, 0.5) + 1e-6,
        lambda a: np.where(a > 0.5, 0.4, a),
        lambda a: np.where(a == a.max(), 0.0, a),
    ],
)
def test_what_is_no_bound_is_not_called_one(wrong) -> None:
    """Numbers that are near the right ones, or beyond a bound, prove none."""
    assert told([wrong(each) for each in RIGHT]) == ""


def test_the_other_way_round_is_told() -> None:
    """Along the last axis, the one before it, or both."""
    for turned in (
        [each[:, ::-1] for each in RIGHT],
        [each[::-1] for each in RIGHT],
        [each[::-1, ::-1] for each in RIGHT],
    ):
        assert told(turned) == "It lies the other way round: what is asked first along an axis comes last."


WALK = (
    '''
import numpy as np

def walk(w, b, x, lr, n):
    """w (D,), b (D,), x (D,), lr a number, n a count -> w_new (D,), b_new (D,)"""
    w, b = w.copy(), b.copy()
    for _ in range(n):
        d = w * x - b
        for k in range(2):
            e = d + 0.1 * w
            w -= lr * e * x
            b += lr * e
    return w, b

def share(v):
    """v (N,) -> s (N,)"""
    return v / np.sum(v)

def entropy(p):
    """p (N,) -> H a number"""
    return -np.sum(p * np.log(p))
''',
    """
w, b, x, lr, n = draw.normal("D"), draw.normal("D"), draw.normal("D"), draw.one_of(0.1, 0.3), draw.one_of(2, 3)
v, p = draw.positive("N"), draw.simplex("N")
assignment(sizes=dict(D=(3, 5, 2), N=(4, 7, 3)))
""",
)


@pytest.mark.parametrize(
    ("name", "old", "new", "says"),
    [
        (
            "walk",
            "    for _ in range(n):\n",
            "    w1, b1 = w.copy(), b.copy()\n    for _ in range(n):\n        w, b = w1.copy(), b1.copy()\n",
            "What a loop gives is not what the rounds that are asked come to.",
        ),
        ("share", "v / np.sum(v)", "v / (np.sum(v) + 1e-2)", "A small number is added that is not asked."),
        ("entropy", "np.log(p)", "np.log(p + 1e-3)", "A small number is added that is not asked."),
        ("entropy", "np.log(p)", "np.log(np.maximum(p, 0.1))", "Numbers are cut off at a bound that is not asked."),
    ],
)
def test_what_students_do_is_named(name: str, old: str, new: str, says: str) -> None:
    """Each in its own function only."""
    report = graded(WALK, old, new)
    assert lost(report) == [name]
    assert says in said(report)
