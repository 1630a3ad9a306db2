"""The lesson's own data, larger than what is drawn: who is wrong in these alone is wrong, whatever stands beside it."""

from __future__ import annotations

import pytest

from autograder.callables import Exam, Reference, judge, tried
from autograder.callables.asked.shared_arrays import numbers_sent
from autograder.callables.asked.standing import MOST_EVERYDAY
from autograder.core import Report
from autograder.judging import packaged
from autograder.observe import elements

SOLUTION = '''
import numpy as np

class Line:
    """Weights for many features."""

    def __init__(self, w):
        """w (D,)"""
        self.w = np.array(w)

    def forward(self, x):
        """x (N, D) -> z (N,)"""
        z = x @ self.w
        return z

    def slopes(self, x, y):
        """x (N, D), y (N,) -> dw (D,)"""
        return 2 * x.T @ (self.forward(x) - y) / len(x)

    def train(self, x, y, lr, n):
        """x (N, D), y (N,), lr a number, n a count -> losses (n,)"""
        losses = []
        for _ in range(n):
            losses.append(np.mean((self.forward(x) - y) ** 2))
            self.w = self.w - lr * self.slopes(x, y)
        return np.array(losses)
'''
DECLARATION = """
w, x, y = draw.normal("D"), draw.normal("N", "D"), draw.normal("N")
lr, n = draw.one_of(0.01, 0.02), draw.one_of(1, 2, 3)
assignment(sizes=dict(N=(1, 4, 6), D=(3, 5, 2)), state=("w",))
rng = np.random.default_rng(3)
large, theirs = rng.normal(size=(60, 3000)), rng.normal(size=60)
own(Line.train, w=np.zeros(3000), x=large, y=theirs, lr=1e-4, n=2)
"""
CHANGES_X = ("z = x @ self.w\n", "z = x @ self.w\n        x[0, 0] = np.nextafter(x[0, 0], 10)\n")
KEEPS_Z = ("return z", "self.z = z; return z")


def exam_of(declaration: str) -> Exam:
    """The exam of the solution."""
    return Exam(Reference("line", SOLUTION, declaration), ("Line.forward", "Line.slopes", "Line.train"))


def graded(*changes: tuple[str, str]) -> Report:
    """The report on the solution with these texts in the place of others."""
    made = exam_of(DECLARATION)
    text = SOLUTION
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)

    def fresh() -> dict:
        namespace: dict = {"__name__": "submission"}
        exec(text, namespace)
        return namespace

    points = {"Line-forward": 8.0, "Line-slopes": 8.0, "Line-train": 8.0}
    return judge([tried(made, points, packaged(), fresh)])[0]


def scores(report: Report) -> list[float]:
    assert report.verdict == "graded", report.notes
    return [round(part["score"], 6) for part in report.methods.values()]


FIRST_FIFTY = ("        losses = []\n", "        losses = []\n        x, y = x[:50].copy(), y[:50]\n")


def test_train_that_takes_a_part_of_them_earns_nothing_beside_a_forward_that_changes_them() -> None:
    """They are everyday data, and recorded answers about them are sent along though they are large."""
    assert scores(graded(CHANGES_X, FIRST_FIFTY)) == [7.0, 8.0, 0.0]
    assert scores(graded(FIRST_FIFTY)) == [8.0, 8.0, 0.0]


def test_what_stands_in_every_row_is_sent_once() -> None:
    """Thirty rounds about the same samples are no thirty times as much to send."""
    made = exam_of(DECLARATION.replace("n=2)", "n=30)"))
    (own,) = (each for each in made.repeated.standing("Line.train") if each.asks == "Line.train/own 1")
    assert elements(own.stand_in) > MOST_EVERYDAY > numbers_sent(own.stand_in) > 60 * 3000


@pytest.mark.parametrize("changes", [(CHANGES_X,), (KEEPS_Z, CHANGES_X)], ids=["alone", "with what forward keeps"])
def test_a_right_train_keeps_its_points_beside_such_a_forward(changes: tuple[tuple[str, str], ...]) -> None:
    assert scores(graded(*changes))[2] == 8.0
