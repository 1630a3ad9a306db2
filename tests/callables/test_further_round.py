"""A run that records behind the update asks once more at its end: beside a wrong helper it is answered there too."""

from __future__ import annotations

import pytest

from tests.callables.graded import graded, lost

LINE = (
    '''
import numpy as np

class Line:
    """A line through zero."""

    def __init__(self, w):
        """w a number"""
        self.w = float(w)

    def forward(self, x):
        """x (N,) -> p (N,)"""
        return self.w * x

    def loss(self, p, y):
        """p (N,), y (N,) -> L a number"""
        return np.mean((p - y) ** 2)

    def slope(self, x, y):
        """x (N,), y (N,) -> dw a number"""
        return np.mean(2 * (self.forward(x) - y) * x)

    def train(self, x, y, lr, epochs):
        """x (N,), y (N,), lr a number, epochs a count -> losses (epochs,)"""
        losses = np.zeros(epochs)
        for epoch in range(epochs):
            losses[epoch] = self.loss(self.forward(x), y)
            self.w -= lr * self.slope(x, y)
        return losses
''',
    """
w, x, y, p = draw.normal(), draw.normal("N"), draw.normal("N"), draw.normal("N")
lr, epochs = draw.one_of(0.05, 0.2), draw.one_of(1, 3, 4)
assignment(sizes=dict(N=(1, 4, 7)), state=("w",))
""",
)
FORWARD = ("return self.w * x", "return self.w + x")
LOSS = ("return np.mean((p - y) ** 2)", "return np.sum((p - y) ** 2)")
SLOPE = ("return np.mean(2 *", "return np.mean(-2 *")
RECORDED = "            losses[epoch] = self.loss(self.forward(x), y)\n"
MOVED = "            self.w -= lr * self.slope(x, y)\n"


def with_all(*changes: tuple[str, str]) -> tuple[str, str]:
    """From the first method on, the class with every one of these changes; what `graded` puts in its place."""
    solution = LINE[0]
    for old, new in changes:
        assert solution.count(old) == 1
        solution = solution.replace(old, new)
    return LINE[0], solution


@pytest.mark.parametrize(
    "helpers", [(), (FORWARD,), (SLOPE,), (LOSS,), (FORWARD, SLOPE), (FORWARD, LOSS, SLOPE)], ids=len
)
def test_a_late_record_costs_the_same_whatever_else_is_wrong(helpers: tuple[tuple[str, str], ...]) -> None:
    """The weights that it leaves are right; its own fault is told, and no other's."""
    late = (RECORDED + MOVED, MOVED + RECORDED)
    report = graded(LINE, *with_all(*helpers, late))
    alone = graded(LINE, *with_all(late))
    assert len(lost(report)) == len(helpers) + 1
    assert report.methods["Line-train"] == alone.methods["Line-train"]
    assert 0 < alone.methods["Line-train"]["score"] < 4
    (told,) = (check.rationale for check in report.checks if check.method == "Line-train" and check.rationale)
    assert "later than is asked" in told


@pytest.mark.parametrize("helper", [FORWARD, LOSS, SLOPE])
def test_a_round_too_many_is_not_made_right_by_it(helper: tuple[str, str]) -> None:
    """The table has that round's answers too: the run's own length and end are held against what is asked."""
    more = ("for epoch in range(epochs):", "losses = np.zeros(epochs + 1)\n        for epoch in range(epochs + 1):")
    report = graded(LINE, *with_all(helper, more))
    assert report.methods["Line-train"]["score"] == 0.0
