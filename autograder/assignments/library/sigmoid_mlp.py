"""sigmoid_mlp: three layers of sigmoids with biases for sin(x² + 1)."""

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
    """y = sin(x² + 1) + noise of σ 0.1 on 100 even points of [0, 3); H1 = 50, H2 = 5, spread start; 40 steps."""
    x = np.linspace(0.0, 3.0, 100, endpoint=False)
    y = np.sin(x**2 + 1.0) + rng.normal(0.0, 0.1, size=100)
    w1 = rng.uniform(-8.0, 8.0, size=(50, 1))
    b1 = -w1 * rng.uniform(0.0, 3.0, size=(50, 1))
    w2, w3 = rng.normal(size=(5, 50)) * 3.0 / np.sqrt(50), rng.normal(size=(1, 5))
    return Published(Data((w1, b1, w2, np.zeros((5, 1)), w3, np.zeros((1, 1))), x, y), lr=0.2, n_ep=40)


def sigmoid(z: Array) -> Array:
    """1 / (1 + e^−z) without overflow (see Blanchard, Higham & Higham, IMA J. Numer. Anal. 2021, on such forms)."""
    return np.exp(-np.logaddexp(0.0, -z))


def activation(z: Array, faults: Faults) -> Array:
    """What a hidden layer does to its pre-activation."""
    if "tanh for the sigmoid" in faults:
        return np.tanh(z)
    if "relu for the sigmoid" in faults:
        return np.maximum(z, 0.0)
    if "sigmoid of the wrong sign" in faults:
        return sigmoid(-z)
    return sigmoid(z)


def layers(weights: Sequence[Array], x: Array, faults: Faults) -> tuple[Array, Array, Array, Array]:
    """Pre-activations and outputs of both hidden layers: (H1, N), (H1, N), (H2, N), (H2, N)."""
    w1, b1, w2, b2, _, _ = _biases(weights, faults)
    bare = "all biases left out" in faults
    z1 = w1 * x if bare or "b1 left out" in faults else w1 * x + b1
    h1 = z1 if "first layer without sigmoid" in faults else activation(z1, faults)
    z2 = w2 @ h1 if bare or "b2 left out" in faults else w2 @ h1 + b2
    h2 = z2 if "second layer without sigmoid" in faults else activation(z2, faults)
    return z1, h1, z2, h2


def predict(weights: Sequence[Array], x: Array, faults: Faults) -> Array:
    """x (N,) -> prediction (N,)."""
    _, _, _, h2 = layers(weights, x, faults)
    weights = _biases(weights, faults)
    output = weights[4] @ h2
    if not faults & {"b3 left out", "all biases left out"}:
        output = output + weights[5]
    if "relu on the output" in faults:
        output = np.maximum(output, 0.0)
    return (sigmoid(output) if "sigmoid on the output" in faults else output)[0]


def _biases(weights: Sequence[Array], faults: Faults) -> Sequence[Array]:
    """The weights with the biases as a fault counts them."""
    times = {1: "b1", 3: "b2", 5: "b3"}
    return [
        2.0 * weight if k in times and f"{times[k]} added twice" in faults
        else -weight if k in times and f"{times[k]} subtracted" in faults
        else weight
        for k, weight in enumerate(weights)
    ]  # fmt: skip


def loss(prediction: Array, y: Array, faults: Faults) -> float:
    """Mean squared error of predictions (N,)."""
    return float(np.mean((y - prediction) ** 2))


# What stands where the sigmoid's slope belongs, from a layer's pre-activation and output, and how it is told.
SLOPES: dict[str, Callable[[Array, Array], Array]] = {
    "derivative without 1 minus": lambda z, h: h,
    "derivative without h": lambda z, h: 1.0 - h,
    "derivative squared": lambda z, h: h**2,
    "derivative one plus": lambda z, h: h * (1.0 + h),
    "derivative of tanh": lambda z, h: 1.0 - h**2,
    "derivative of the pre-activation": lambda z, h: z * (1.0 - z),
    "sigmoid applied twice": lambda z, h: sigmoid(h) * (1.0 - sigmoid(h)),
    "derivative of the relu": lambda z, h: (z > 0.0).astype(float),
    "pre-activation for the derivative": lambda z, h: z,
    "derivative of tanh at the pre-activation": lambda z, h: 1.0 - np.tanh(z) ** 2,
    "derivative zero everywhere": lambda z, h: np.zeros_like(h),
}


def slope(z: Array, h: Array, faults: Faults, layer: int) -> Array:
    """The sigmoid's derivative in a layer, from its pre-activation and its output."""
    if f"no sigmoid derivative in layer {layer}" in faults:
        return np.ones_like(h)
    for name, function in SLOPES.items():
        if name in faults or f"{name} in layer {layer} only" in faults:
            return function(z, h)
    return h * (1.0 - h)


def gradients(
    weights: Sequence[Array], x: Array, y: Array, faults: Faults, back: Sequence[Array] | None = None
) -> tuple[Array, ...]:
    """The gradients for w1, b1, w2, b2, w3, b3, of their shapes."""
    _, _, w2, _, w3, _ = weights if back is None else back
    forward = faults & FORWARD
    z1, h1, z2, h2 = layers(weights, x, forward)
    residual = predict(weights, x, forward) - y
    if "residual without prediction" in faults:
        residual = -y
    if "residual without target" in faults:
        residual = predict(weights, x, forward)
    if "no residual" in faults:
        residual = np.ones_like(y)
    d3 = (2.0 * residual / x.size)[np.newaxis, :]
    back3 = np.ones_like(w3).T @ d3 if "w3 left out on the way back" in faults else w3.T @ d3
    d2 = back3 * slope(z2, h2, faults, 2)
    back2 = np.ones_like(w2).T @ d2 if "w2 left out on the way back" in faults else w2.T @ d2
    d1 = back2 * slope(z1, h1, faults, 1)
    if "second layer skipped on the way back" in faults:
        d1 = (w2.T @ (w3.T @ d3)) * slope(z1, h1, faults, 1)
    in1 = np.ones_like(x) if "x left out of dloss_dw1" in faults else x
    in2 = np.ones_like(h1) if "h1 left out of dloss_dw2" in faults else h1
    in3 = np.ones_like(h2) if "h2 left out of dloss_dw3" in faults else h2
    if "pre-activation for the layer's output" in faults:
        in2, in3 = z1, z2
    g_b1, g_b2, g_b3 = (d.sum(axis=1, keepdims=True) for d in (d1, d2, d3))
    if "bias gradients zero" in faults:
        g_b1, g_b2, g_b3 = np.zeros_like(g_b1), np.zeros_like(g_b2), np.zeros_like(g_b3)
    if "bias gradients of one sample" in faults:
        g_b1, g_b2, g_b3 = d1[:, :1], d2[:, :1], d3[:, :1]
    if "bias gradients of the last sample" in faults:
        g_b1, g_b2, g_b3 = d1[:, -1:], d2[:, -1:], d3[:, -1:]
    return d1 @ in1[:, np.newaxis], g_b1, d2 @ in2.T, g_b2, d3 @ in3.T, g_b3


def intermediates(weights: Sequence[Array], x: Array) -> list[tuple[str, Array]]:
    """What a forward may keep: pre-activations and outputs of both hidden layers, samples along either axis."""
    z1, h1, z2, h2 = layers(weights, x, NO_FAULTS)
    return [("first", z1), ("first", h1), ("second", z2), ("second", h2),
            ("first turned", z1.T), ("first turned", h1.T), ("second turned", z2.T),
            ("second turned", h2.T)]  # fmt: skip


FORWARD = frozenset({
    "tanh for the sigmoid", "relu for the sigmoid", "sigmoid of the wrong sign", "first layer without sigmoid",
    "second layer without sigmoid", "b1 left out", "b2 left out", "b3 left out", "all biases left out",
    "sigmoid on the output", "relu on the output",
    *(f"{bias} {how}" for bias in ("b1", "b2", "b3") for how in ("added twice", "subtracted")),
})  # fmt: skip
G1, G2, G3 = ("dloss_dw1", "dloss_db1"), ("dloss_dw2", "dloss_db2"), ("dloss_dw3", "dloss_db3")
HIDDEN, EVERY = (*G1, *G2), (*G1, *G2, *G3)
ALL, BIASES = ("forward", *EVERY), ("dloss_db1", "dloss_db2", "dloss_db3")
ERROR = "The derivative of a squared error keeps the error itself: target and prediction."
CHAIN = "Go back layer by layer: the error, the weights it came through, the slope of the sigmoid, the layer's input."
SLOPE = "Write the sigmoid's slope in terms of its own output and check it at z = 0, where it is a quarter."
LAYERS = "Each hidden layer: weights times input, plus bias, through the sigmoid. The output layer is linear."
BIAS = "What does the prediction change by when a bias changes? It meets every sample."
FAULTS = (
    Fault("tanh for the sigmoid", "different", ALL, "The hidden layers have a tanh where a sigmoid is asked.", LAYERS),
    Fault("relu for the sigmoid", "different", ALL, "The hidden layers have a relu where a sigmoid is asked.", LAYERS),
    Fault("sigmoid of the wrong sign", "different", ALL, "The sigmoid falls where it must rise.",
          "Which sign stands in the exponent?"),
    Fault("first layer without sigmoid", "different", ALL, "The first layer has no sigmoid.", LAYERS),
    Fault("second layer without sigmoid", "different", ALL, "The second layer has no sigmoid.", LAYERS),
    Fault("sigmoid on the output", "different", ALL, "The output goes through a sigmoid too.", LAYERS),
    Fault("relu on the output", "different", ALL, "The output goes through a relu, which is asked nowhere.", LAYERS),
    *(
        Fault(f"{bias} {how}", "bias", ALL, f"The bias {bias} is {how}.", LAYERS)
        for bias in ("b1", "b2", "b3") for how in ("added twice", "subtracted")
    ),
    Fault("b1 left out", "bias", ALL, "The bias b1 is left out.", LAYERS),
    Fault("b2 left out", "bias", ALL, "The bias b2 is left out.", LAYERS),
    Fault("b3 left out", "bias", ALL, "The bias b3 is left out.", LAYERS),
    Fault("all biases left out", "bias", ALL, "All biases are left out.", LAYERS),
    Fault("no sigmoid derivative in layer 2", "missing-activation-derivative", HIDDEN,
          "The slope of the second layer's sigmoid is left out.", CHAIN),
    Fault("no sigmoid derivative in layer 1", "missing-activation-derivative", G1,
          "The slope of the first layer's sigmoid is left out.", CHAIN),
    Fault("second layer skipped on the way back", "missing-activation-derivative", G1,
          "The slope of the second layer's sigmoid is left out on the way to the first.", CHAIN),
    Fault("derivative without 1 minus", "wrong-activation-derivative", HIDDEN,
          "The sigmoid's own value stands where its slope belongs.", SLOPE),
    Fault("derivative without h", "wrong-activation-derivative", HIDDEN,
          "A factor of the sigmoid's slope is left out.", SLOPE),
    Fault("derivative squared", "wrong-activation-derivative", HIDDEN,
          "The sigmoid's square stands where its slope belongs.", SLOPE),
    Fault("derivative one plus", "wrong-activation-derivative", HIDDEN,
          "A sign inside the sigmoid's slope is the wrong way round.", SLOPE),
    Fault("derivative of tanh", "wrong-activation-derivative", HIDDEN,
          "The slope of tanh stands where the sigmoid's belongs.", SLOPE),
    Fault("derivative of the pre-activation", "wrong-activation-derivative", HIDDEN,
          "The sigmoid's slope is computed from the pre-activation as if it were the sigmoid's output.", SLOPE),
    Fault("sigmoid applied twice", "wrong-activation-derivative", HIDDEN,
          "The sigmoid's slope is computed from a sigmoid of the layer's output: one sigmoid too many.", SLOPE),
    Fault("derivative of the relu", "wrong-activation-derivative", HIDDEN,
          "The slope of a relu stands where the sigmoid's belongs.", SLOPE),
    Fault("pre-activation for the derivative", "wrong-activation-derivative", HIDDEN,
          "The pre-activation itself stands where the sigmoid's slope belongs.", SLOPE),
    Fault("derivative of tanh at the pre-activation", "wrong-activation-derivative", HIDDEN,
          "The slope of tanh stands where the sigmoid's belongs.", SLOPE),
    Fault("derivative zero everywhere", "wrong-activation-derivative", HIDDEN,
          "The slope of the hidden layers is zero everywhere.",
          "Mind what is multiplied first: h*1-h is h less h, and not h times (1-h)."),
    *(
        Fault(f"{name} in layer {layer} only", "wrong-activation-derivative", of,
              f"In layer {layer}, something else stands where the sigmoid's slope belongs.", SLOPE)
        for name in SLOPES for layer, of in ((1, G1), (2, HIDDEN))
    ),
    Fault("w3 left out on the way back", "missing-upstream", HIDDEN, "w3 is left out on the way back.", CHAIN),
    Fault("w2 left out on the way back", "missing-upstream", G1, "w2 is left out on the way back.", CHAIN),
    Fault("x left out of dloss_dw1", "missing-upstream", ("dloss_dw1",), "The input x is left out.", CHAIN),
    Fault("h1 left out of dloss_dw2", "missing-upstream", ("dloss_dw2",),
          "The first layer's output is left out.", CHAIN),
    Fault("h2 left out of dloss_dw3", "missing-upstream", ("dloss_dw3",),
          "The second layer's output is left out.", CHAIN),
    Fault("pre-activation for the layer's output", "wrong-activation-derivative", ("dloss_dw2", "dloss_dw3"),
          "The pre-activation is used where the layer's output, after its sigmoid, is needed.", CHAIN),
    Fault("bias gradients zero", "bias", BIASES, "The bias's gradient is zero.", BIAS),
    Fault("bias gradients of one sample", "bias", BIASES, "The bias's gradient is the first sample's alone.", BIAS),
    Fault("bias gradients of the last sample", "bias", BIASES,
          "The bias's gradient is that of the last sample alone.", BIAS),
    Fault("residual without prediction", "missing-upstream", EVERY, "The prediction is left out of the error.", ERROR),
    Fault("residual without target", "missing-upstream", EVERY, "The target y_true is left out of the error.", ERROR),
    Fault("no residual", "missing-upstream", EVERY, "The error itself is left out.", ERROR),
)  # fmt: skip

ASSIGNMENT = Assignment(
    name="sigmoid_mlp",
    class_name="SigmoidMLP",
    title="Three layers of sigmoids",
    weights={"w1": ("H1", 1), "b1": ("H1", 1), "w2": ("H2", "H1"), "b2": ("H2", 1), "w3": (1, "H2"), "b3": (1, 1)},
    x=("N",),
    y=("N",),
    train_returns="losses",
    averages="mean",
    sizes={
        "one sample": {"N": 1, "H1": 4, "H2": 3},
        "few samples": {"N": 2, "H1": 5, "H2": 4},
        "many samples": {"N": 9, "H1": 3, "H2": 5},
        "one unit": {"N": 4, "H1": 3, "H2": 1},
        "square": {"N": 3, "H1": 3, "H2": 3},
    },
    draw=normal,
    rates={"tiny": 1e-6, "steady": 0.1, "diverging": 5.0},
    published=published,
    model=Model(predict, loss, gradients, intermediates),
    faults=FAULTS,
)
