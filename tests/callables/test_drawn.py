"""What the pages draw of a declared assignment: the curve of the lesson's own run, and how exact slopes are."""

from __future__ import annotations

import pytest

from autograder.core import Report
from autograder.reporting.feedback.student_page import page
from tests.callables.graded import graded

SOURCE = """
import numpy as np

def predict(x, w):
    '''x (N, D), w (D,) -> p (N,)'''
    return x @ w

def slope_of_loss(x, w, y):
    '''x (N, D), w (D,), y (N,) -> dw (D,)'''
    return 2.0 * x.T @ (predict(x, w) - y) / len(y)

def train(x, w, y, lr, n_ep):
    '''x (N, D), w (D,), y (N,), lr a number, n_ep a count -> losses (n_ep,), w_end (D,)'''
    w, losses = w.copy(), np.zeros(n_ep)
    for k in range(n_ep):
        losses[k] = np.mean((predict(x, w) - y) ** 2)
        w -= lr * slope_of_loss(x, w, y)
    return losses, w
"""
DECLARATION = """
x, w, y = draw.normal("N", "D"), draw.normal("D"), draw.normal("N")
lr, n_ep = draw.one_of(0.1, 0.01), draw.one_of(3, 1, 2)
assignment(sizes=dict(N=(1, 4, 7), D=(3, 2, 4)))
slope(slope_of_loss, of=lambda x, w, y: np.mean((x @ w - y) ** 2), by="dw", wrt="w")
OWN
"""
OWN = """
rng = np.random.default_rng(3)
own(train, x=rng.normal(size=(9, 2)), w=np.ones(2), y=rng.normal(size=9), lr=0.05, n_ep=ROUNDS)
"""


def report_on(old: str = "", new: str = "", rounds: int | None = 12) -> Report:
    """The report on the solution with one text in the place of another, where its own run is of so many rounds."""
    lesson = OWN.replace("ROUNDS", str(rounds)) if rounds else ""
    return graded((SOURCE, DECLARATION.replace("OWN", lesson)), old, new)


def test_a_right_run_stays_in_its_band() -> None:
    report = report_on()
    curve = report.evidence["curves"]["train"]
    assert len(curve["values"]) == 12
    assert curve["parts_at"] is None
    assert (curve["noun"], curve["step"], curve["uses"]) == ("loss", "epoch", ["predict", "slope_of_loss"])
    assert report.evidence["gradient_errors"]["slope_of_loss"]["dw"] < 1e-12
    text = page(report)
    assert "It stays inside the band that right solutions keep to." in text
    assert "agrees to about" in text or "equal in every digit" in text


def test_the_band_is_a_tenth_wide_on_either_side() -> None:
    curve = report_on().evidence["curves"]["train"]
    for value, low, high in zip(curve["values"], curve["low"], curve["high"], strict=True):
        assert low == pytest.approx(0.9 * value, rel=0.02)
        assert high == pytest.approx(1.1 * value, rel=0.02)


def test_a_run_beside_a_wrong_gradient_is_told_as_that() -> None:
    """`train` is right; its picture leaves the band by another one's fault, and the page says so."""
    report = report_on("return 2.0 * x.T", "return -2.0 * x.T")
    assert report.evidence["curves"]["train"]["parts_at"] is not None
    assert report.evidence["gradient_errors"]["slope_of_loss"]["dw"] == pytest.approx(2.0)
    text = page(report)
    assert "That is no fault of train, which is right: the run uses your own slope_of_loss too" in text
    assert "does not agree in the first digit" in text


def test_what_is_no_curve_is_not_drawn() -> None:
    """A few rounds, no lesson's own run, or numbers that are none: nothing to look at."""
    assert "curves" not in report_on(rounds=4).evidence
    assert "curves" not in report_on(rounds=None).evidence
    assert "curves" not in report_on("np.mean((predict(x, w) - y) ** 2)\n", "np.nan\n").evidence


def test_a_picture_that_fails_costs_nobody_anything(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("autograder.callables.judged.drawn._curve", lambda evidence, item: 1 / 0)
    report = report_on()
    assert (report.verdict, report.score, report.evidence) == ("graded", report.max_score, {})
