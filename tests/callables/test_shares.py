"""How a callable's points are shared out: an eighth for what it leaves alone, or as rubric and declaration say."""

from __future__ import annotations

from dataclasses import replace

import pytest

from autograder.callables import DeclarationError, Exam, Reference, items, judge, tried
from autograder.core import Report
from autograder.judging import Rubric, packaged

SOLUTION = '''
import numpy as np

class Net:
    """A line through zero."""

    def __init__(self, w):
        """w (D,)"""
        self.w = np.array(w)

    def forward(self, x):
        """x (N, D) -> z (N,)"""
        return x @ self.w

    def train(self, x, lr, n):
        """x (N, D), lr a number, n a count -> losses (n,), norms (n,)"""
        losses, norms = [], []
        for _ in range(n):
            losses.append(np.sum(self.forward(x) ** 2))
            norms.append(np.sum(self.w**2))
            self.w = self.w - lr * 2 * x.T @ self.forward(x)
        return np.array(losses), np.array(norms)

def parts(x):
    """x (N, D) -> pair a dict (sums, means), most a number"""
    return {"sums": x.sum(axis=0), "means": x.mean(axis=0)}, x.max()
'''
DRAWS = """
w, x = draw.normal("D"), draw.normal("N", "D")
lr, n = draw.one_of(0.01, 0.02), draw.one_of(2, 3)
assignment(sizes=dict(N=(2, 3, 5), D=(3, 2, 4)), state=("w",))
"""
OF_TRAIN = "rubric(Net.train, pure=0.1, losses=0.3, norms=0.1, w=0.5)\n"
POINTS = {"Net-forward": 10.0, "Net-train": 10.0, "parts": 10.0}


def graded(more: str, old: str, new: str, rubric: Rubric | None = None) -> Report:
    """The report on the solution with one text in the place of another, by a declaration with more to it."""
    made = Exam(Reference("net", SOLUTION, DRAWS + more), ("Net.forward", "Net.train", "parts"))
    assert old in SOLUTION

    def fresh() -> dict:
        namespace: dict = {"__name__": "submission"}
        exec(SOLUTION.replace(old, new), namespace)
        return namespace

    return judge([tried(made, POINTS, rubric or packaged(), fresh)])[0]


def score(report: Report, name: str) -> float:
    assert report.verdict == "graded", report.notes
    return float(report.methods[name]["score"])


WRITES = ("return x @ self.w", "z = x @ self.w; x *= 2; return z")


def test_an_eighth_is_for_leaving_alone_what_is_only_to_be_read() -> None:
    assert score(graded("", *WRITES), "Net-forward") == pytest.approx(8.75)


def test_the_rubric_says_how_much_it_is_for_all() -> None:
    assert score(graded("", *WRITES, replace(packaged(), pure_part=0.3)), "Net-forward") == pytest.approx(7.0)


def test_a_declaration_says_how_much_it_is_for_one() -> None:
    report = graded("rubric(Net.forward, pure=0.2)\n", *WRITES, replace(packaged(), pure_part=0.3))
    assert score(report, "Net-forward") == pytest.approx(8.0)
    assert score(report, "parts") == pytest.approx(10.0)
    right = graded("rubric(Net.forward, pure=0.2)\n", "x @ self.w", "self.w @ x.T")
    assert score(right, "Net-forward") == 10.0


@pytest.mark.parametrize(
    ("old", "new", "earned"),
    [
        ("losses.append(", "losses.append(1 + ", 7.0),
        ("norms.append(", "norms.append(1 + ", 9.0),
    ],
)
def test_each_result_has_the_part_that_a_declaration_gives_it(old: str, new: str, earned: float) -> None:
    assert score(graded(OF_TRAIN, old, new), "Net-train") == pytest.approx(earned)


def test_without_one_all_results_count_alike() -> None:
    assert score(graded("", "losses.append(", "losses.append(1 + "), "Net-train") == pytest.approx(10 * (1 - 7 / 24))


def test_the_parts_of_a_result_share_what_it_has() -> None:
    more = "rubric(parts, pure=0.0, pair=0.8, most=0.2)\n"
    assert score(graded(more, "x.sum(axis=0)", "2 * x.sum(axis=0)"), "parts") == pytest.approx(6.0)
    assert score(graded(more, "x.max()", "x.min()"), "parts") == pytest.approx(8.0)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("rubric(Net.train, pure=1.2)", "line 5: rubric(Net.train): pure is 1.2, and must be from 0 to less than 1"),
        ("rubric(Net.train, pure=1)", "rubric(Net.train): pure is 1, and must be from 0 to less than 1"),
        ("rubric(Net.train, pure=True)", "rubric(Net.train): pure is True"),
        ("rubric(Net.train, pure=0.5, losses='all')", "losses is 'all', and must be more than 0 and at most 1"),
        ("rubric(Net.train, pure=0.5, losses=0.5, w=0)", "w is 0, and must be more than 0 and at most 1"),
        ("rubric(Net.train, pure=0.1, losses=0.4)", "the parts add up to 0.5, and must add up to 1"),
        ("rubric(Net.train, losses=0.4)", "missing 1 required keyword-only argument: 'pure'"),
        ("rubric(Net.fit, pure=0.1)", "AttributeError"),
    ],
)
def test_a_slip_in_it_is_told_with_its_line(text: str, says: str) -> None:
    with pytest.raises(DeclarationError) as caught:
        Reference("net", SOLUTION, DRAWS + text)
    assert says in str(caught.value)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("pure=0.1, loss=0.3, norms=0.1, w=0.5", "rubric(Net.train): it has no result 'loss'; it has losses, norms, w"),
        ("pure=0.1, losses=0.4, norms=0.5", "rubric(Net.train): w has no part of the points; give each result one, or "
         "none"),
    ],
)  # fmt: skip
def test_the_results_are_those_that_there_are(text: str, says: str) -> None:
    made = Exam(Reference("net", SOLUTION, DRAWS + f"rubric(Net.train, {text})\n"), ("Net.train",))
    with pytest.raises(LookupError) as caught:
        items(("Net-train",), made)
    assert caught.value.args[0] == says
