"""linear_regression: a straight line with a bias through a noisy cubic."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from autograder.assignments.description import (
    NO_FAULTS,
    Array,
    Assignment,
    Data,
    Fault,
    Faults,
    Model,
    Published,
    Sizes,
    normal,
)


def published(rng: np.random.Generator) -> Published:
    """700 points evenly on [0, 5], y = x³ + 4 + noise of σ 10; weights uniform on [0, 1); the first 60 steps."""
    x = np.linspace(0.0, 5.0, 700).reshape(-1, 1)
    y = x**3 + 4.0 + rng.normal(0.0, 10.0, size=(700, 1))
    return Published(Data((rng.uniform(size=(2, 1)),), x, y), lr=1e-6, n_ep=60)


def anywhere(rng: np.random.Generator, assignment: Assignment, sizes: Sizes, style: str) -> Data:
    """As `normal`, the everyday inputs about another centre and with another spread every time.

    The number of samples is the one size that this model leaves open; where they lie is the other thing that varies.
    """
    data = normal(rng, assignment, sizes, style)
    if style != "plain":
        return data
    return replace(data, x=rng.uniform(-1.0, 1.0) + rng.uniform(0.5, 1.5) * data.x)


def columns(x: Array, faults: Faults) -> Array:
    """x (N, 1) -> (N, 2) with the column of the bias."""
    ones = np.zeros_like(x) if "no bias" in faults else np.ones_like(x)
    return np.hstack([x, ones] if "bias column last" in faults else [ones, x])


def predict(weights: Sequence[Array], x: Array, faults: Faults) -> Array:
    """x (N, 1) -> prediction (N, 1)."""
    (w1,) = weights
    if "bias added twice" in faults:
        return columns(x, faults) @ w1 + w1[0]
    return columns(x, faults) @ w1


def loss(prediction: Array, y: Array, faults: Faults) -> float:
    """Sum of half squared errors of predictions (N, 1)."""
    return float(np.sum(0.5 * (prediction - y) ** 2))


def gradients(
    weights: Sequence[Array], x: Array, y: Array, faults: Faults, back: Sequence[Array] | None = None
) -> tuple[Array, ...]:
    """The gradient for w1, shape (2, 1), in a tuple."""
    (w1,) = weights
    residual = predict(weights, x, faults & {"no bias", "bias added twice", "bias column last"}) - y
    if "no bias in the gradient" in faults:
        return (np.vstack([np.zeros((1, 1)), x.T @ residual]),)
    if "residual without prediction" in faults:
        residual = -y
    if "residual without target" in faults:
        residual = columns(x, faults) @ w1
    if "no residual" in faults:
        residual = np.ones_like(y)
    if "residual squared" in faults:
        residual = residual**2
    if "absolute residual" in faults:
        residual = np.abs(residual)
    if "rows of the gradient swapped" in faults:
        return ((columns(x, NO_FAULTS).T @ residual)[::-1],)
    if "no input" in faults:
        return (np.full((2, 1), residual.sum()),)
    if "bias only in the prediction" in faults:
        return (np.vstack([x.T @ residual, x.T @ residual]),)
    return (columns(x, faults & {"no bias", "bias column last"}).T @ residual,)


def intermediates(weights: Sequence[Array], x: Array) -> list[tuple[str, Array]]:
    """What a forward may keep: X (N, 2) and the prediction (N, 1)."""
    inputs = columns(x, NO_FAULTS)
    return [("X", inputs), ("prediction", inputs @ weights[0])]


GRADIENT = ("dloss_dw1",)
ERROR = "The derivative of a squared error keeps the error itself: target and prediction."
FAULTS = (
    Fault("no bias", "bias", ("forward", "dloss_dw1"), "The bias is left out: w1[0] has no effect.",
          "The model adds a column of ones to x. Which row of w1 does it meet?"),
    Fault("bias added twice", "bias", ("forward", "dloss_dw1"), "The bias enters twice.",
          "The column of ones already brings w1[0] in."),
    Fault("bias column last", "bias", ("forward", "dloss_dw1"), "The column of ones stands on the wrong side of x.",
          "Row 0 of w1 is the bias: which column of X must meet it?"),
    Fault("no bias in the gradient", "bias", GRADIENT, "The bias's row of the gradient is zero.",
          "The gradient needs the same X, with its column of ones, that made the prediction."),
    Fault("rows of the gradient swapped", "bias", GRADIENT, "The rows of the bias and of the slope are swapped.",
          "Row 0 of w1 is the bias: which row of the gradient belongs to it?"),
    Fault("bias only in the prediction", "bias", GRADIENT, "The bias's row of the gradient is the slope's.",
          "The gradient needs the same X, with its column of ones, that made the prediction."),
    Fault("residual without prediction", "missing-upstream", GRADIENT, "The prediction is left out of the error.",
          ERROR),
    Fault("residual without target", "missing-upstream", GRADIENT, "The target y_true is left out of the error.",
          ERROR),
    Fault("no residual", "missing-upstream", GRADIENT, "The error itself is left out.", ERROR),
    Fault("residual squared", "different", GRADIENT, "The error enters squared.",
          "What is the derivative of a square? Does the square survive it?"),
    Fault("absolute residual", "different", GRADIENT, "The error enters without its sign.",
          "A prediction that is too large must push the other way than one that is too small."),
    Fault("no input", "missing-upstream", GRADIENT, "The input is left out: every row is the sum of the errors.",
          "Which column of X does each weight multiply?"),
)  # fmt: skip

ASSIGNMENT = Assignment(
    name="linear_regression",
    class_name="LinearRegression",
    title="A straight line through a cubic",
    weights={"w1": (2, 1)},
    x=("N", 1),
    y=("N", 1),
    train_returns="path",
    averages="sum",
    sizes={
        "one sample": {"N": 1},
        "as many samples as weights": {"N": 2},  # X is square: a product without its transpose has the right shape
        "few samples": {"N": 5},
        "many samples": {"N": 23},
    },
    draw=anywhere,
    rates={"tiny": 1e-6, "steady": 0.01, "diverging": 1.0},
    published=published,
    model=Model(predict, loss, gradients, intermediates),
    faults=FAULTS,
    bias_rows=("w1",),
)
