"""A solution that keeps values in one method for another: proved as it stands, and no other right style is hurt."""

from __future__ import annotations

import pytest

from autograder.authoring import declared
from autograder.callables import Reference, judge, tried
from autograder.judging import packaged
from tests.callables.graded import graded, lost

NET = (
    '''
import numpy as np

class Net:
    """One layer with a tanh; `forward` keeps its prediction for the gradient."""

    def __init__(self, w):
        """w (D,)"""
        self.w = np.array(w)

    def forward(self, X):
        """X (N, D) -> p (N,)"""
        self.p = np.tanh(X @ self.w)
        return self.p

    def gradient(self, X, y):
        """X (N, D), y (N,) -> dw (D,)"""
        p = self.forward(X)
        return X.T @ (2 * (p - y) * (1 - p**2)) / len(X)

    def train(self, X, y, lr, epochs):
        """X (N, D), y (N,), lr a number, epochs a count -> losses (epochs,)"""
        losses = []
        for _ in range(epochs):
            losses.append(np.mean((self.forward(X) - y) ** 2))
            self.w -= lr * self.gradient(X, y)
        return losses
''',
    """
w, X, y = draw.normal("D"), draw.normal("N", "D"), draw.normal("N")
lr, epochs = draw.one_of(0.1, 0.3), draw.one_of(1, 3)
assignment(sizes=dict(N=(1, 4, 7), D=(3, 2, 5)), state=("w",))
slope(Net.gradient, of=lambda w, X, y: np.mean((np.tanh(X @ w) - y) ** 2), by="dw", wrt="w")
""",
)
POINTS = {"Net-forward": 5.0, "Net-gradient": 0.5, "Net-train": 3.25}


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("p = self.forward(X)", "self.forward(X)\n        p = self.p"),
        ("p = self.forward(X)", "p = np.tanh(X @ self.w)"),
        ("self.p = np.tanh(X @ self.w)\n        return self.p", "return np.tanh(X @ self.w)"),
        ("self.p = np.tanh(X @ self.w)", "self.X, self.z = X, X @ self.w\n        self.p = np.tanh(self.z)"),
    ],
    ids=["what was kept", "all anew", "nothing kept", "more kept"],
)
def test_keeping_values_or_not_is_as_right(old: str, new: str) -> None:
    assert lost(graded(NET, old, new)) == []


def test_such_a_solution_is_proved_with_the_points_of_its_grade_cells() -> None:
    """Any points, each cell its own; the proof ends clean."""
    reference = Reference("net", *NET)
    exam = declared.exam(reference, tuple(POINTS))
    assert declared.refused(exam) == []
    assert declared.unproved(exam, POINTS, packaged(), {"cells": []}) == []
    (report,) = judge([tried(exam, POINTS, packaged(), reference.fresh)])
    assert {name: part["score"] for name, part in report.methods.items()} == POINTS
    assert report.max_score == sum(POINTS.values())


UNITS = (
    '''
import numpy as np

class Units:
    """Two layers with a relu between."""

    def __init__(self, start):
        self.v, self.w = (np.array(each) for each in start)

    def answer(self, x):
        """x (N, D) -> y (N, K)"""
        return np.maximum(x @ self.v, 0.0) @ self.w

    def slopes(self, x, t):
        """x (N, D), t (N, K) -> dv (D, H), dw (H, K)"""
        z = x @ self.v
        h = np.maximum(z, 0.0)
        error = h @ self.w - t
        return x.T @ ((error @ self.w.T) * (z > 0)), h.T @ error
''',
    """
start = draw.list(draw.normal("D", "H"), draw.normal("H", "K"))
x, t = draw.normal("N", "D"), draw.normal("N", "K")
assignment(sizes=dict(N=(1, 4, 7), D=(3, 2, 5), H=(4, 6, 5), K=(2, 3, 2)), state=("v", "w"))
slope(Units.slopes, of=lambda start, x, t: 0.5 * np.sum((Units(start).answer(x) - t) ** 2),
      by=("dv", "dw"), wrt=("start.0", "start.1"))
""",
)
KEPT = """self.z = {0}x @ self.v
        self.h = np.maximum(self.z, 0.0)
        return self.h @ self.w"""


def test_what_is_kept_where_all_is_zero_is_right_before_and_after_a_relu() -> None:
    """With x = 0 both arrays that the wrong one keeps are what a right one keeps, and neither is the other."""
    reads = "error = self.answer(x) - t\n        z, h = self.z, self.h"
    text = UNITS[0].replace("return np.maximum(x @ self.v, 0.0) @ self.w", KEPT.format("-"))
    start, end = text.index("z = x @ self.v\n        h ="), text.index("\n        return x.T")
    assert lost(graded(UNITS, UNITS[0], text[:start] + reads + text[end:])) == ["Units-answer"]
