"""Where several answers are as right since of equals any may come first, another draw is asked."""

from __future__ import annotations

import numpy as np
import pytest

from autograder.callables.asked.ties import turned_ties
from tests.callables.graded import exam, graded, lost

BEAMS = (
    '''
import numpy as np

def beams(P, k):
    """P (V, V), k a count -> paths (k, 5)

    The k likeliest paths of four steps from 0.
    """
    kept = [([0], 0.0)]
    for _ in range(4):
        every = [(path + [j], score + np.log(P[path[-1], j])) for path, score in kept for j in range(len(P))]
        kept = sorted(every, key=lambda each: -each[1])[:k]
    return np.array([path for path, _ in kept])

def vote(y, C):
    """y (N,) labels, C a count -> c a class"""
    return int(np.argmax(np.bincount(y, minlength=C)))

def first(y, C):
    """y (N,) labels, C a count -> i a number: where the first of the largest stands"""
    return np.argmax(np.concatenate([y, y]))
''',
    """
P, k, y, C = draw.simplex("V", "V"), draw.one_of(3, 5), draw.labels("N", classes="C"), draw.size("C")
assignment(sizes=dict(V=(3, 3, 4), N=(4, 6, 9), C=(2, 3, 4)))
""",
)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("sorted(every, key=lambda each: -each[1])", "sorted(every[::-1], key=lambda each: -each[1])"),
        ("score + np.log(P[path[-1], j])", "np.log(np.exp(score) * P[path[-1], j])"),
        ("np.argmax(np.bincount(y, minlength=C))", "C - 1 - np.argmax(np.bincount(y, minlength=C)[::-1])"),
    ],
)
def test_of_equals_any_may_come_first(old: str, new: str) -> None:
    """A path there and back has the same steps as one back and there; as many votes may be for one class as another."""
    assert lost(graded(BEAMS, old, new)) == []


def test_what_always_has_equals_is_asked_all_the_same() -> None:
    """Then the text has to say which of them counts."""
    assert exam(*BEAMS).of("first")
    last = "2 * len(y) - 1 - np.argmax(np.concatenate([y, y])[::-1])"
    assert lost(graded(BEAMS, "np.argmax(np.concatenate([y, y]))", last)) == ["first"]


def test_within_the_block_the_last_of_equals_is_taken() -> None:
    names: dict = {}
    grid = np.array([[1.0, 2.0, 2.0], [3.0, 0.0, 3.0 + 1e-13]])
    with turned_ties(names):
        assert np.argmax(grid, axis=1).tolist() == [2, 2]
        assert np.argmax(grid) == 5
        assert np.argmin(np.array([0.0, 1.0, 0.0])) == 2
        assert np.argsort(np.array([2, 1, 2])).tolist() == [1, 2, 0]
        assert names["sorted"](["b", "a", "c"], key=lambda each: each == "c") == ["a", "b", "c"]
        assert names["max"]([(1.0, "x"), (1.0, "y")], key=lambda pair: pair[0]) == (1.0, "y")
        assert names["max"](3, 2) == 3
    assert names == {}
    assert np.argmax(grid, axis=1).tolist() == [1, 2]
