"""The table of losses and signs that every lesson gives is the same, and true."""

from __future__ import annotations

import json

import numpy as np
import pytest

from autograder.assignments import NO_FAULTS, load
from tests.support.lessons import ROOT, Lesson

CLASSES = {
    "shallow_narrow": "ShallowNarrow",
    "linear_regression": "LinearRegression",
    "relu_regression": "ReLURegression",
    "two_layer_relu": "TwoLayerReLU",
    "sigmoid_mlp": "SigmoidMLP",
}
DECLARED = ("softmax_digits",)  # their row of the table is proved in their own tests
LESSONS = {name: Lesson(name, class_name) for name, class_name in CLASSES.items()}
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


@pytest.mark.parametrize("name", DECLARED)
def test_a_lesson_without_a_class_gives_the_five_rows_and_its_own_below_them(name):
    cells = json.loads((ROOT / "source" / name / f"{name}.ipynb").read_text(encoding="utf-8"))["cells"]
    (text,) = ("".join(cell["source"]) for cell in cells if cell["id"] == "conventions")
    given = [line.split("|")[1:5] for line in text.splitlines() if " · `" in line]
    assert [row[0] for row in given if "**this lesson:**" in row[0]] == [given[-1][0]]
    assert f"`{name}`" in given[-1][0]
    shared = [[part.replace("**this lesson:** ", "") for part in row] for row in rows("shallow_narrow")]
    assert given[: len(shared)] == shared


@pytest.mark.parametrize("name", LESSONS)
def test_loss_and_slope_of_the_table_are_those_of_the_lesson(name):
    (row,) = (row for row in rows(name) if f"`{name}`" in row[0])
    error, loss, slope = (kind[part.strip()] for kind, part in zip((ERRORS, LOSSES, SLOPES), row[1:], strict=True))
    rng = np.random.default_rng(1)
    assignment = load(name)
    y, guess = rng.normal(size=(2, *assignment.shape(assignment.y, {"N": 5, "D_out": 1})))
    assert loss(error(y, guess)) == pytest.approx(assignment.model.loss(guess, y, NO_FAULTS))
    moved = guess.copy()
    moved[3] += 1e-6
    measured = (assignment.model.loss(moved, y, NO_FAULTS) - assignment.model.loss(guess, y, NO_FAULTS)) / 1e-6
    assert slope(error(y, guess))[3] == pytest.approx(measured, rel=1e-4)
