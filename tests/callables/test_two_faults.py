"""Faults in two methods at once: each loses its points, and is told by what it does beside a right other."""

from __future__ import annotations

from dataclasses import replace

import pytest

from autograder.callables import tried
from autograder.callables.judged.explanation import explain
from autograder.core import CallAnswer, Code, Observation, Report
from autograder.judging import packaged
from tests.callables.graded import exam, graded, lost

pytestmark = pytest.mark.slow
LINE = '''
import numpy as np


class Line:
    def __init__(self, start):
        (w,) = start
        self.w = np.array(w, dtype=float)

    def answer(self, x):
        """x (N, 1) -> y (N, 1)"""
        return np.hstack([np.ones_like(x), x]) @ self.w

    def cost(self, y, t):
        """y (N, 1), t (N, 1) -> cost a number"""
        return float(np.sum(0.5 * (y - t) ** 2))

    def slope(self, x, t):
        """x (N, 1), t (N, 1) -> dw (2, 1)"""
        return np.hstack([np.ones_like(x), x]).T @ (self.answer(x) - t)

    def descend(self, x, t, pace, rounds):
        """x (N, 1), t (N, 1), pace a number, rounds a count -> costs (rounds,); moves self.w"""
        costs = np.zeros(rounds)
        for k in range(rounds):
            costs[k] = self.cost(self.answer(x), t)
            dw = self.slope(x, t)
            self.w -= pace * dw
        return costs
'''
OF_LINE = """
start = draw.list(draw.normal(2, 1))
x, y, t = draw.normal("N", 1), draw.normal("N", 1), draw.normal("N", 1)
pace, rounds = draw.one_of(0.01, 1e-6, 1.0), draw.one_of(3, 1, 7)
assignment(sizes=dict(N=(1, 5, 23, 2)), state=("w",))
slope(
    Line.slope, of=lambda start, x, t: (m := Line(start)).cost(m.answer(x), t), by="dw", wrt="start.0",
)
"""
STEP = "            self.w -= pace * dw\n"
TURNS = (STEP, "            self.w -= pace * dw * (np.array([[1.0], [0.5]]) if k else 1.0)\n")
DECAYS = (STEP, STEP + "            pace = pace * 0.97\n")
ZEROS = ("return np.hstack([np.ones_like(x), x]).T @ (self.answer(x) - t)", "return np.zeros((2, 1))")
RAISES = ("return np.hstack([np.ones_like(x), x]) @ self.w", "return x @ self.w")
OVER_N = (STEP, "            self.w -= pace / len(x) * dw\n")
ONE_ROUND = "does one round right; in later ones it goes another way"
BY_STEPS = (
    ZEROS[0],
    """dw = np.zeros((2, 1))
        for k in range(2):
            kept = self.w.copy()
            self.w[k] = kept[k] + 1e-7
            up = self.cost(self.answer(x), t)
            self.w[k] = kept[k] - 1e-7
            dw[k] = (up - self.cost(self.answer(x), t)) / 2e-7
            self.w = kept
        return dw""",
)


def judged(*changes: tuple[str, str]) -> Report:
    """The report on the solution with texts in the place of others."""
    text = LINE
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    return graded((LINE, OF_LINE), LINE, text)


def told(report: Report, method: str) -> tuple[set[str], str]:
    """The codes and the words on one method."""
    checks = [each for each in report.checks if each.method == f"Line-{method}"]
    return {found.code for each in checks for found in each.diagnoses}, " ".join(each.rationale for each in checks)


@pytest.mark.parametrize(
    "own",
    [DECAYS, (STEP, STEP.replace("pace", "0.01")), (STEP, STEP.replace("-=", "+=")),
     (STEP, "            v = 0.9 * (v if k else 0 * dw) + dw\n            self.w -= pace * v\n")],
    ids=["decays", "a rate of its own", "ascends", "momentum"],
)  # fmt: skip
def test_slopes_of_zero_hide_no_fault_of_who_takes_them(own: tuple[str, str]) -> None:
    assert lost(judged(ZEROS, own)) == ["Line-slope", "Line-descend"]


@pytest.mark.parametrize("other", [ZEROS, RAISES, BY_STEPS], ids=["zeros", "raises", "by steps"])
def test_who_is_right_beside_it_loses_nothing(other: tuple[str, str]) -> None:
    assert "Line-descend" not in lost(judged(other))


def test_a_fault_is_told_though_the_other_one_raises() -> None:
    codes, words = told(judged(RAISES, OVER_N), "descend")
    assert codes == {Code.MEAN_FOR_SUM}
    assert "raised" not in words


@pytest.mark.parametrize("other", [RAISES, ("return float(np.sum(0.5 * (y - t) ** 2))", "return float(t[0, 0])")])
def test_what_shows_in_later_rounds_is_told_as_that(other: tuple[str, str]) -> None:
    assert "the next one moves self.w 0.97 times as far" in told(judged(other, DECAYS), "descend")[1]
    assert ONE_ROUND in told(judged(other, TURNS), "descend")[1]


def test_that_is_told_of_nobody_who_does_one_round_wrong() -> None:
    assert ONE_ROUND not in told(judged(RAISES, DECAYS, ("-= pace * dw", "-= pace / len(x) * dw")), "descend")[1]


def test_differences_of_recorded_answers_are_told_as_differences_and_not_as_zeros() -> None:
    codes, words = told(judged(RAISES, BY_STEPS), "slope")
    assert codes == {Code.NUMERICAL_GRADIENT}
    assert "with one number of self.w moved by 1e-07" in words


def test_what_ends_one_short_is_counted_as_that() -> None:
    codes, words = told(judged(("for k in range(rounds)", "for k in range(rounds - 1)")), "descend")
    assert codes == {Code.EPOCH_COUNT}
    assert "zero in its last entry" in words


def test_the_row_of_a_bias_is_counted_as_one() -> None:
    without = (ZEROS[0], "return np.vstack([[[0.0]], x.T @ (self.answer(x) - t)])")
    assert told(judged(without), "slope")[0] == {Code.BIAS}


def test_what_did_not_end_is_told_of_though_it_was_no_everyday_question() -> None:
    """Questions that were not put any more died of nothing."""
    made = exam(LINE, OF_LINE)
    namespace: dict = {}
    exec(LINE, namespace)
    evidence = tried(made, dict.fromkeys(("Line-descend",), 4.0), packaged(), lambda: dict(namespace), "", LINE)
    item = next(each for each in evidence.items if each.callable == "Line.descend")
    special = next(each for each in made.of("Line.descend") if not each.plain)
    others = {key: answers for key, answers in evidence.answers.items() if key not in made.questions}
    others[special.id] = (CallAnswer("returned"), CallAnswer("timed_out"))
    evidence = replace(evidence, observation=Observation(others), memo={})
    said = explain(evidence, item)
    assert [each.code for each in said.diagnoses] == [Code.TIMED_OUT]
