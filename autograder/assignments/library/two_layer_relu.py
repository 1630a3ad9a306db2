"""two_layer_relu: two matrices and a relu between them, many inputs and outputs, no biases."""

from __future__ import annotations

from collections.abc import Sequence

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
    normal,
)
from autograder.assignments.library.relu_regression import SLOPES


def published(rng: np.random.Generator) -> Published:
    """N, D_in, H, D_out = 64, 1000, 100, 10, all standard normal; the first 3 steps of the lesson's 500."""
    x, y = rng.normal(size=(64, 1000)), rng.normal(size=(64, 10))
    return Published(Data((rng.normal(size=(1000, 100)), rng.normal(size=(100, 10))), x, y), lr=1e-6, n_ep=3)


def margin(weights: tuple[Array, ...], x: Array) -> float:
    """How near any pre-activation comes to the kink at 0."""
    return float(np.min(np.abs(x @ weights[0])))


def hidden_layer(weights: Sequence[Array], x: Array, faults: Faults) -> tuple[Array, Array]:
    """The pre-activation and the hidden layer, both (N, H)."""
    before = x @ weights[0]
    if "forward without relu" in faults:
        return before, before
    if "forward with the absolute value" in faults:
        return before, np.abs(before)
    if "forward with a sigmoid" in faults:
        return before, 1.0 / (1.0 + np.exp(-before))
    if "forward with tanh" in faults:
        return before, np.tanh(before)
    if "forward with a leaky relu" in faults:
        return before, np.where(before > 0.0, before, 0.01 * before)
    if "forward keeps the negative part" in faults:
        return before, np.minimum(before, 0.0)
    return before, np.maximum(before, 0.0)


def predict(weights: Sequence[Array], x: Array, faults: Faults) -> Array:
    """x (N, D_in) -> prediction (N, D_out)."""
    prediction = hidden_layer(weights, x, faults)[1] @ weights[1]
    return np.maximum(prediction, 0.0) if "relu on the output" in faults else prediction


def loss(prediction: Array, y: Array, faults: Faults) -> float:
    """Sum of squared errors of predictions (N, D_out)."""
    return float(np.sum((prediction - y) ** 2))


def gradients(
    weights: Sequence[Array], x: Array, y: Array, faults: Faults, back: Sequence[Array] | None = None
) -> tuple[Array, ...]:
    """The gradients for w1 (D_in, H) and w2 (H, D_out)."""
    _, w2 = weights if back is None else back
    forward = faults & FORWARD
    before, hidden = hidden_layer(weights, x, forward)
    residual = predict(weights, x, forward) - y
    if "residual without prediction" in faults:
        residual = -y
    if "residual without target" in faults:
        residual = predict(weights, x, forward)
    if "no residual" in faults:
        residual = np.ones_like(y)
    if "residual squared" in faults:
        residual = residual**2
    output = 2.0 * residual
    if "pre-activation for the hidden layer" in faults:
        hidden = before
    if "relu mask on the output" in faults:
        output = output * (predict(weights, x, forward) > 0.0)
    returned = output @ w2.T
    if "no w2 on the way back" in faults:
        returned = output @ np.ones_like(w2).T
    if "residual left out of dloss_dw1" in faults:
        returned = 2.0 * np.ones_like(residual) @ w2.T
    mask = (before > 0.0).astype(float)
    if "no relu mask" in faults:
        mask = np.ones_like(before)
    if "mask on the wrong quantity" in faults:
        mask = (returned > 0.0).astype(float)
    if "mask where the unit is off" in faults:
        mask = (before < 0.0).astype(float)
    if "relu for its derivative" in faults:
        mask = np.maximum(before, 0.0)
    for name, function in SLOPES.items():
        if name in faults:
            mask = function(before)
    if "mask of the output" in faults:
        returned, mask = (output * (predict(weights, x, forward) > 0.0)) @ w2.T, np.ones_like(before)
    inputs = np.ones_like(x) if "input left out of dloss_dw1" in faults else x
    gradient2 = hidden.T @ output
    if "no hidden layer in dloss_dw2" in faults:
        gradient2 = np.ones_like(hidden).T @ output
    return inputs.T @ (returned * mask), gradient2


def intermediates(weights: Sequence[Array], x: Array) -> list[tuple[str, Array]]:
    """What a forward may keep: the pre-activation and the hidden layer, both (N, H), and the prediction."""
    before, hidden = hidden_layer(weights, x, NO_FAULTS)
    return [("hidden", before), ("hidden", hidden), ("prediction", hidden @ weights[1])]


FORWARD = frozenset({
    "forward without relu", "forward with the absolute value", "forward with a sigmoid", "forward with tanh",
    "forward with a leaky relu", "forward keeps the negative part", "relu on the output",
})  # fmt: skip
ALL, FIRST, SECOND = ("forward", "dloss_dw1", "dloss_dw2"), ("dloss_dw1",), ("dloss_dw2",)
BOTH = (*FIRST, *SECOND)
ERROR = "The derivative of a squared error keeps the error itself: target and prediction."
RELU = "The hidden layer needs its relu: compare a unit whose pre-activation is negative with one where it is positive."
FAULTS = (
    Fault("forward without relu", "different", ALL, "The hidden layer has no relu.", RELU),
    Fault("forward with the absolute value", "different", ALL, "The hidden layer takes the absolute value.", RELU),
    Fault("forward with a sigmoid", "different", ALL, "The hidden layer has a sigmoid where a relu is asked.", RELU),
    Fault("forward with tanh", "different", ALL, "The hidden layer has a tanh where a relu is asked.", RELU),
    Fault("forward with a leaky relu", "different", ALL, "The hidden layer lets some of the negative values by.", RELU),
    Fault("forward keeps the negative part", "different", ALL, "The relu keeps the negative part.", RELU),
    Fault("relu on the output", "different", ALL, "The output goes through a relu too.",
          "The last layer is linear: predictions may be negative."),
    Fault("no relu mask", "missing-activation-derivative", FIRST, "The derivative of the relu is left out.",
          "A unit that is off passes nothing on, so nothing comes back through it. (No loss curve shows this.)"),
    Fault("mask on the wrong quantity", "wrong-activation-derivative", FIRST,
          "The relu's derivative is taken of the gradient, not of the pre-activation.",
          "Which number decided, on the way forward, whether the unit was on?"),
    Fault("mask where the unit is off", "wrong-activation-derivative", FIRST,
          "The relu's derivative is 1 where it must be 0, and the other way round.",
          "Which units let their input through on the way forward?"),
    Fault("relu for its derivative", "wrong-activation-derivative", FIRST,
          "The relu itself stands where its derivative belongs.", "Draw the relu and its slope: which one is needed?"),
    *(Fault(name, "wrong-activation-derivative", FIRST, "Something else stands where the relu's derivative belongs.",
            "Draw the relu and its slope: which numbers can the slope be, and where?") for name in SLOPES),
    Fault("mask of the output", "wrong-activation-derivative", FIRST,
          "The relu's derivative is taken of the prediction, not of the pre-activation.",
          "Which number decided, on the way forward, whether a hidden unit was on?"),
    Fault("relu mask on the output", "wrong-activation-derivative", BOTH, "A relu's slope is applied to the output.",
          "Which layer has a relu, and which has none?"),
    Fault("no w2 on the way back", "missing-upstream", FIRST, "w2 is left out on the way back.",
          "How does the error at the output reach the hidden layer?"),
    Fault("residual left out of dloss_dw1", "missing-upstream", FIRST, "The error is left out.", ERROR),
    Fault("input left out of dloss_dw1", "missing-upstream", FIRST, "The input is left out.",
          "Which entry of x does each row of w1 multiply?"),
    Fault("no hidden layer in dloss_dw2", "missing-upstream", SECOND, "The hidden layer is left out.",
          "Which hidden unit does each row of w2 multiply?"),
    Fault("pre-activation for the hidden layer", "wrong-activation-derivative", SECOND,
          "The pre-activation is used where the hidden layer, after its relu, is needed.",
          "w2 multiplies what comes out of the relu."),
    Fault("residual without prediction", "missing-upstream", BOTH, "The prediction is left out of the error.", ERROR),
    Fault("residual without target", "missing-upstream", BOTH, "The target y_true is left out of the error.", ERROR),
    Fault("no residual", "missing-upstream", BOTH, "The error itself is left out.", ERROR),
    Fault("residual squared", "different", BOTH, "The error enters squared.",
          "What is the derivative of a square? Does the square survive it?"),
)  # fmt: skip

ASSIGNMENT = Assignment(
    name="two_layer_relu",
    class_name="TwoLayerReLU",
    title="Two layers, many inputs",
    weights={"w1": ("D_in", "H"), "w2": ("H", "D_out")},
    x=("N", "D_in"),
    y=("N", "D_out"),
    train_returns="losses",
    averages="sum",
    sizes={
        "one sample": {"N": 1, "D_in": 3, "H": 5, "D_out": 2},
        "few samples": {"N": 2, "D_in": 5, "H": 4, "D_out": 3},
        "many samples": {"N": 9, "D_in": 3, "H": 4, "D_out": 2},
        "one output": {"N": 4, "D_in": 3, "H": 6, "D_out": 1},
        "square": {"N": 4, "D_in": 4, "H": 4, "D_out": 4},
    },
    draw=normal,
    rates={"tiny": 1e-6, "steady": 0.001, "diverging": 0.1},
    published=published,
    model=Model(predict, loss, gradients, intermediates),
    faults=FAULTS,
    margin=margin,
)
