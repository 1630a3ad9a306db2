"""The table of losses and signs that every lesson gives is the same, and true."""

from __future__ import annotations

from functools import partial

import numpy as np
import pytest

from tests.support.lessons import ROOT, Lesson

CLASSES = {
    "shallow_narrow": "ShallowNarrow",
    "linear_regression": "LinearRegression",
    "relu_regression": "ReLURegression",
    "two_layer_relu": "TwoLayerReLU",
    "sigmoid_mlp": "SigmoidMLP",
}
FUNCTIONS = ("softmax_digits", "conv_digits", "autograd_engine")
LESSONS = {name: Lesson(name, CLASSES.get(name, "")) for name in (*CLASSES, *FUNCTIONS)}
ERRORS = {r"$r = y - \hat{y}$": lambda truth, guess: truth - guess, r"$e = \hat{y} - y$": lambda y, guess: guess - y}
LOSSES = {
    r"mean of the squares: $\frac{1}{N} \sum_i r_i^2$": lambda r: np.mean(r**2),
    r"sum of half the squares: $\sum_i \frac{1}{2}\, e_i^2$": lambda e: np.sum(e**2) / 2,
    r"sum of the squares: $\sum_i e_i^2$": lambda e: np.sum(e**2),
}
SLOPES = {r"$-\frac{2}{N}\, r_i$": lambda r: -2 * r / len(r), "$e_i$": lambda e: e, r"$2\, e_i$": lambda e: 2 * e}


def rows(name):
    return [line.split("|")[1:5] for line in LESSONS[name].text["conventions"].splitlines() if " · `" in line]


def test_every_lesson_gives_the_same_table_and_marks_its_own_row():
    for name in LESSONS:
        marked = [row[0] for row in rows(name) if "**this lesson:**" in row[0]]
        assert [f"`{name}`" in row for row in marked] == [True]
        plain = [[part.replace("**this lesson:** ", "") for part in row] for row in rows(name)]
        assert plain == [[part.replace("**this lesson:** ", "") for part in row] for row in rows("shallow_narrow")]
        assert [row[0].split("`")[1] for row in plain] == list(LESSONS)


@pytest.mark.parametrize("name", CLASSES)
def test_loss_and_slope_of_the_table_are_those_of_the_lesson(name):
    error, loss, slope = (kind[part] for kind, part in zip((ERRORS, LOSSES, SLOPES), parts(name), strict=True))
    rng = np.random.default_rng(1)
    flat = name in ("shallow_narrow", "sigmoid_mlp")
    y, guess = rng.normal(size=(2, 5) if flat else (2, 5, 1))
    lesson = LESSONS[name].model()
    of_lesson = partial(lesson.loss, lesson.__new__(lesson))
    assert loss(error(y, guess)) == pytest.approx(of_lesson(guess, y))
    moved = guess.copy()
    moved[3] += 1e-6
    measured = (of_lesson(moved, y) - of_lesson(guess, y)) / 1e-6
    assert slope(error(y, guess))[3] == pytest.approx(measured, rel=1e-4)


def parts(name):
    """Error, loss and slope in a lesson's own row of the table."""
    (row,) = (row for row in rows(name) if f"`{name}`" in row[0])
    return [part.strip() for part in row[1:]]


def defined(name):
    """What the reference of a lesson of functions defines."""
    space = {}
    exec((ROOT / "solutions" / f"{name}.py").read_text(encoding="utf-8"), space)
    return space


@pytest.mark.parametrize("name", ["softmax_digits", "conv_digits"])
def test_loss_and_slope_by_the_scores_are_as_the_table_says(name):
    assert parts(name) == [
        "$p - t$", r"mean of $-\ln p$ of the true class", r"$\frac{1}{N}\, (p_i - t_i)$, by the scores"
    ]  # fmt: skip
    made, scores = defined(name), np.random.default_rng(1).normal(size=(4, 3))
    y, p = np.array([2, 0, 1, 1]), np.exp(scores) / np.exp(scores).sum(axis=1, keepdims=True)

    def loss(z):
        of_softmax = name == "softmax_digits"
        return made["loss"](z, y, np.zeros((2, 3)), 0.0) if of_softmax else made["softmax_cross_entropy"](z, y)[0]

    assert loss(scores) == pytest.approx(np.mean(-np.log(p[np.arange(4), y])))
    slopes = (p - np.eye(3)[y]) / 4
    for at in np.ndindex(scores.shape):
        move = np.zeros_like(scores)
        move[at] = 1e-5
        assert (loss(scores + move) - loss(scores - move)) / 2e-5 == pytest.approx(slopes[at], abs=1e-9)


def test_lesson_8_has_the_row_of_lesson_5_and_its_loss():
    assert parts("autograd_engine") == parts("sigmoid_mlp")
    made, rng = defined("autograd_engine"), np.random.default_rng(1)
    shapes = [(4, 1), (4, 1), (3, 4), (3, 1), (1, 3), (1, 1), (6,), (6,)]
    values = [made["Value"](rng.normal(size=shape)) for shape in shapes]
    loss = made["network_loss"](*values)
    loss.backward()
    residual = -values[-1].grad * 6 / -2  # the slope by y is that by the prediction with the other sign
    assert float(loss.data) == pytest.approx(np.mean(residual**2))
