"""relu_regression: a hidden layer of relus, with biases, bends the line through the cubic."""

from __future__ import annotations

from collections.abc import Callable, Sequence

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


def published(rng: np.random.Generator) -> Published:
    """The noisy cubic of linear_regression; H = 10, weights uniform on [0, 1); the first 40 steps."""
    x = np.linspace(0.0, 5.0, 700).reshape(-1, 1)
    y = x**3 + 4.0 + rng.normal(0.0, 10.0, size=(700, 1))
    return Published(Data((rng.uniform(size=(2, 10)), rng.uniform(size=(11, 1))), x, y), lr=1e-6, n_ep=40)


def margin(weights: tuple[Array, ...], x: Array) -> float:
    """How near any pre-activation comes to the kink at 0."""
    return float(np.min(np.abs(np.hstack([np.ones_like(x), x]) @ weights[0])))


def layers(weights: Sequence[Array], x: Array, faults: Faults) -> tuple[Array, Array, Array]:
    """X (N, 2), the pre-activation (N, H), the hidden layer with its column of ones (N, H+1)."""
    ones = np.ones_like(x)
    first = np.zeros_like(x) if "no bias in the hidden layer" in faults else ones
    both = "bias columns last" in faults
    inputs = np.hstack([x, first] if both or "bias column last in the hidden layer" in faults else [first, x])
    before = inputs @ weights[0]
    if "bias twice in the hidden layer" in faults:
        before = before + weights[0][:1]
    hidden = before if "forward without relu" in faults else np.maximum(before, 0.0)
    if "forward with the absolute value" in faults:
        hidden = np.abs(before)
    if "forward with a sigmoid" in faults:
        hidden = 1.0 / (1.0 + np.exp(-before))
    if "forward with tanh" in faults:
        hidden = np.tanh(before)
    if "forward with a leaky relu" in faults:
        hidden = np.where(before > 0.0, before, 0.01 * before)
    second = np.zeros_like(x) if "no bias in the output" in faults else ones
    last = both or "bias column last in the output" in faults
    return inputs, before, np.hstack([hidden, second] if last else [second, hidden])


def predict(weights: Sequence[Array], x: Array, faults: Faults) -> Array:
    """x (N, 1) -> prediction (N, 1)."""
    _, _, hidden = layers(weights, x, faults)
    prediction = hidden @ weights[1]
    if "bias twice in the output" in faults:
        prediction = prediction + weights[1][:1]
    return np.maximum(prediction, 0.0) if "relu on the output" in faults else prediction


def loss(prediction: Array, y: Array, faults: Faults) -> float:
    """Sum of half squared errors of predictions (N, 1)."""
    return float(np.sum(0.5 * (prediction - y) ** 2))


def gradients(
    weights: Sequence[Array], x: Array, y: Array, faults: Faults, back: Sequence[Array] | None = None
) -> tuple[Array, ...]:
    """The gradients for w1 (2, H) and w2 (H+1, 1)."""
    w1, w2 = weights
    forward = faults & FORWARD
    inputs, before, hidden = layers(weights, x, forward)
    residual = predict(weights, x, forward) - y
    if "residual without prediction" in faults:
        residual = -y
    if "residual without target" in faults:
        residual = predict(weights, x, forward)
    if "no residual" in faults:
        residual = np.ones_like(y)
    if "residual squared" in faults:
        residual = residual**2
    if "pre-activation for the hidden layer" in faults:
        hidden = np.hstack([np.ones_like(x), before])
    w2 = w2 if back is None else back[1]
    returned = residual @ (w2[:-1] if "wrong row removed on the way back" in faults else w2[1:]).T
    if "no w2 on the way back" in faults:
        returned = residual @ np.ones_like(w2[1:]).T
    if "residual left out of dloss_dw1" in faults:
        returned = np.ones_like(residual) @ w2[1:].T
    mask = (before > 0.0).astype(float)
    if "no relu mask" in faults:
        mask = np.ones_like(before)
    if "mask on the wrong quantity" in faults:
        mask = (returned > 0.0).astype(float)
    if "mask where the unit is off" in faults:
        mask = (before < 0.0).astype(float)
    if "relu for its derivative" in faults:
        mask = np.maximum(before, 0.0)
    if "mask of the input" in faults:
        mask = np.broadcast_to(x > 0.0, before.shape).astype(float)
    for name, function in SLOPES.items():
        if name in faults:
            mask = function(before)
    gradient1 = inputs.T @ (returned * mask)
    if "input left out of dloss_dw1" in faults:
        gradient1 = np.ones_like(inputs).T @ (returned * mask)
    if "no bias in dloss_dw1" in faults:
        gradient1 = np.vstack([np.zeros((1, w1.shape[1])), gradient1[1:]])
    gradient2 = hidden.T @ residual
    if "no bias in dloss_dw2" in faults:
        gradient2 = np.vstack([np.zeros((1, 1)), gradient2[1:]])
    if "no hidden layer in dloss_dw2" in faults:
        gradient2 = np.full_like(w2, residual.sum())
    return gradient1, gradient2


def intermediates(weights: Sequence[Array], x: Array) -> list[tuple[str, Array]]:
    """What a forward may keep: X, the pre-activation, the hidden layer without and with its ones, the prediction."""
    inputs, before, hidden = layers(weights, x, NO_FAULTS)
    return [("X", inputs), ("hidden", before), ("hidden", hidden[:, 1:]), ("with ones", hidden),
            ("prediction", hidden @ weights[1])]  # fmt: skip


# What stands where the relu's derivative belongs, as a function of the pre-activation.
SLOPES: dict[str, Callable[[Array], Array]] = {
    "pre-activation for the derivative": lambda before: before,
    "slope of a leaky relu": lambda before: np.where(before > 0.0, 1.0, 0.01),
    "slope of a steeper leaky relu": lambda before: np.where(before > 0.0, 1.0, 0.1),
    "slope of a sigmoid, of the output": lambda before: np.maximum(before, 0.0) * (1.0 - np.maximum(before, 0.0)),
    "slope of a sigmoid": lambda before: np.exp(-np.logaddexp(0.0, -before) - np.logaddexp(0.0, before)),
    "slope of tanh, of the output": lambda before: 1.0 - np.maximum(before, 0.0) ** 2,
    "slope of tanh": lambda before: 1.0 - np.tanh(before) ** 2,
    "sign for the derivative": lambda before: np.sign(before),
    "threshold at one": lambda before: (before > 1.0).astype(float),
    "mask of the first sample": lambda before: np.broadcast_to(before[:1] > 0.0, before.shape).astype(float),
    "mask of the mean": lambda before: np.broadcast_to(before.mean(axis=0) > 0.0, before.shape).astype(float),
}
FORWARD = frozenset({
    "no bias in the hidden layer", "no bias in the output", "bias columns last",
    "bias column last in the hidden layer", "bias column last in the output", "forward without relu",
    "forward with the absolute value", "forward with a sigmoid", "forward with tanh", "forward with a leaky relu",
    "relu on the output", "bias twice in the hidden layer", "bias twice in the output",
})  # fmt: skip
ALL, FIRST, SECOND = ("forward", "dloss_dw1", "dloss_dw2"), ("dloss_dw1",), ("dloss_dw2",)
BOTH = (*FIRST, *SECOND)
ERROR = "The derivative of a squared error keeps the error itself: target and prediction."
RELU = "The hidden layer needs its relu: compare a unit whose pre-activation is negative with one where it is positive."
COLUMN = "Both layers add a column of ones, and row 0 of each weight matrix is the bias that it meets."
FAULTS = (
    Fault("no bias in the hidden layer", "bias", ALL, "The hidden layer has no bias: w1[0] has no effect.", COLUMN),
    Fault("no bias in the output", "bias", ALL, "The output has no bias: w2[0] has no effect.", COLUMN),
    Fault("bias twice in the hidden layer", "bias", ALL, "The hidden layer's bias enters twice.", COLUMN),
    Fault("bias twice in the output", "bias", ALL, "The output's bias enters twice.", COLUMN),
    Fault("bias columns last", "bias", ALL, "The columns of ones stand on the wrong side.", COLUMN),
    Fault("bias column last in the hidden layer", "bias", ALL,
          "The hidden layer's column of ones stands on the wrong side.", COLUMN),
    Fault("bias column last in the output", "bias", ALL,
          "The output layer's column of ones stands on the wrong side.", COLUMN),
    Fault("forward without relu", "different", ALL, "The hidden layer has no relu.", RELU),
    Fault("forward with the absolute value", "different", ALL, "The hidden layer takes the absolute value.", RELU),
    Fault("forward with a sigmoid", "different", ALL, "The hidden layer has a sigmoid where a relu is asked.", RELU),
    Fault("forward with tanh", "different", ALL, "The hidden layer has a tanh where a relu is asked.", RELU),
    Fault("forward with a leaky relu", "different", ALL, "The hidden layer lets some of the negative values by.", RELU),
    Fault("relu on the output", "different", ALL, "The output goes through a relu too.",
          "The last layer is linear: predictions may be negative."),
    Fault("no relu mask", "missing-activation-derivative", FIRST, "The derivative of the relu is left out.",
          "A unit that is off passes nothing on, so nothing comes back through it."),
    Fault("mask on the wrong quantity", "wrong-activation-derivative", FIRST,
          "The relu's derivative is taken of the gradient, not of the pre-activation.",
          "Which number decided, on the way forward, whether the unit was on?"),
    Fault("mask of the input", "wrong-activation-derivative", FIRST,
          "The relu's derivative is taken of the input, not of the pre-activation.",
          "Which number decided, on the way forward, whether the unit was on?"),
    Fault("mask where the unit is off", "wrong-activation-derivative", FIRST,
          "The relu's derivative is 1 where it must be 0, and the other way round.",
          "Which units let their input through on the way forward?"),
    Fault("relu for its derivative", "wrong-activation-derivative", FIRST,
          "The relu itself stands where its derivative belongs.", "Draw the relu and its slope: which one is needed?"),
    *(Fault(name, "wrong-activation-derivative", FIRST, "Something else stands where the relu's derivative belongs.",
            "Draw the relu and its slope: which numbers can the slope be, and where?") for name in SLOPES),
    Fault("wrong row removed on the way back", "bias", FIRST,
          "On the way back the wrong row of w2 is dropped: the bias's row is row 0.",
          "The bias of the output layer is not connected to any hidden unit: which row of w2 is it?"),
    Fault("no w2 on the way back", "missing-upstream", FIRST, "w2 is left out on the way back.",
          "How does the error at the output reach the hidden layer?"),
    Fault("residual left out of dloss_dw1", "missing-upstream", FIRST, "The error is left out.", ERROR),
    Fault("input left out of dloss_dw1", "missing-upstream", FIRST, "The input is left out.",
          "Which column of X does each row of w1 multiply?"),
    Fault("no bias in dloss_dw1", "bias", FIRST, "The bias's row of the gradient is zero.", COLUMN),
    Fault("no bias in dloss_dw2", "bias", SECOND, "The bias's row of the gradient is zero.", COLUMN),
    Fault("no hidden layer in dloss_dw2", "missing-upstream", SECOND, "The hidden layer is left out.",
          "Which hidden unit does each row of w2 multiply?"),
    Fault("pre-activation for the hidden layer", "wrong-activation-derivative", SECOND,
          "The pre-activation is used where the hidden layer, after its relu, is needed.",
          "w2 multiplies what comes out of the relu. An in-place relu would also mix the two up."),
    Fault("residual without prediction", "missing-upstream", BOTH, "The prediction is left out of the error.", ERROR),
    Fault("residual without target", "missing-upstream", BOTH, "The target y_true is left out of the error.", ERROR),
    Fault("no residual", "missing-upstream", BOTH, "The error itself is left out.", ERROR),
    Fault("residual squared", "different", BOTH, "The error enters squared.",
          "What is the derivative of a square? Does the square survive it?"),
)  # fmt: skip

ASSIGNMENT = Assignment(
    name="relu_regression",
    class_name="ReLURegression",
    title="A hidden layer bends the line",
    weights={"w1": (2, "H"), "w2": ("H+1", 1)},
    x=("N", 1),
    y=("N", 1),
    train_returns="losses",
    averages="sum",
    sizes={
        "one sample": {"N": 1, "H": 4},
        "few samples": {"N": 3, "H": 6},
        "many samples": {"N": 11, "H": 4},
        "one unit": {"N": 5, "H": 1},
        "many units": {"N": 4, "H": 30},
    },
    draw=normal,
    rates={"tiny": 1e-6, "steady": 0.002, "diverging": 0.3},
    published=published,
    model=Model(predict, loss, gradients, intermediates),
    faults=FAULTS,
    bias_rows=("w1", "w2"),
    margin=margin,
)
