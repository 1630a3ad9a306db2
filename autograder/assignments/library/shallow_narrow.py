"""shallow_narrow: one neuron a layer, linear; two weights and a saddle."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from autograder.assignments.description import Array, Assignment, Data, Fault, Faults, Model, Published, normal


def published(rng: np.random.Generator) -> Published:
    """73 samples of y = 2x + noise of σ 0.2, x uniform on [0, 1); weights start at (1.4, −1.6)."""
    x = rng.uniform(0.0, 1.0, size=73)
    y = 2.0 * x + rng.normal(0.0, 0.2, size=73)
    return Published(Data((np.array(1.4), np.array(-1.6)), x, y), lr=0.02, n_ep=211)


def predict(weights: Sequence[Array], x: Array, faults: Faults) -> Array:
    """x (N,) -> prediction (N,)."""
    w1, w2 = weights
    if "forward without w1" in faults:
        return w2 * x
    if "forward without w2" in faults:
        return w1 * x
    if "forward adds the weights" in faults:
        return (w1 + w2) * x
    if "forward without x" in faults:
        return w1 * w2 * np.ones_like(x)
    if "forward squares w1" in faults:
        return w1 * w1 * x
    if "forward adds layers" in faults:
        return w1 * x + w2
    return w2 * w1 * x


def loss(prediction: Array, y: Array, faults: Faults) -> float:
    """Mean squared error of predictions (N,)."""
    return float(np.mean((y - prediction) ** 2))


def gradients(
    weights: Sequence[Array], x: Array, y: Array, faults: Faults, back: Sequence[Array] | None = None
) -> tuple[Array, ...]:
    """The gradients for w1 and w2, both of shape ()."""
    w1, w2 = weights
    residual = y - predict(weights, x, faults)
    if "residual without prediction" in faults:
        residual = y
    if "residual without target" in faults:
        residual = -predict(weights, x, faults)
    if "no residual" in faults:
        residual = np.ones_like(x)
    if "residual squared" in faults:
        residual = residual**2
    if "absolute residual" in faults:
        residual = np.abs(residual)
    w1, w2 = weights if back is None else back
    upstream1, upstream2 = (w1, w2) if "own weight for the other" in faults else (w2, w1)
    input1 = input2 = x
    if "no upstream weight" in faults:
        upstream1 = upstream2 = np.ones(())
    if "no input" in faults:
        input1 = input2 = np.ones_like(x)
    if "both weights upstream" in faults:
        upstream1 = upstream2 = w1 * w2
    if "upstream weight squared" in faults:
        upstream1, upstream2 = w2 * w2, w1 * w1
    if "means multiplied" in faults:
        means = -2.0 * np.mean(x) * np.mean(residual)
        return np.asarray(upstream1 * means), np.asarray(upstream2 * means)
    return (
        np.asarray(-2.0 * np.mean(residual * upstream1 * input1)),
        np.asarray(-2.0 * np.mean(residual * upstream2 * input2)),
    )


def intermediates(weights: Sequence[Array], x: Array) -> list[tuple[str, Array]]:
    """What a forward may keep: the hidden value and the prediction, both (N,)."""
    return [("N", weights[0] * x), ("N", weights[1] * weights[0] * x)]


BOTH = ("dloss_dw1", "dloss_dw2")
CHAIN = "Write the chain rule out for one sample: loss, then prediction, then the weight. Is every factor there once?"
FAULTS = (
    Fault("forward without w1", "missing-upstream", ("forward",), "The prediction does not depend on w1.",
          "Follow x through both layers: what does the first neuron do with it?"),
    Fault("forward without w2", "missing-upstream", ("forward",), "The prediction does not depend on w2.",
          "Follow x through both layers: what does the second neuron do with what the first one gives?"),
    Fault("forward adds the weights", "different", ("forward",), "Weights are added where layers follow each other.",
          "The output of the first layer is the input of the second: work one sample out by hand."),
    Fault("forward without x", "missing-upstream", ("forward",), "The prediction does not depend on x.",
          "Where does the input enter the first layer?"),
    Fault("forward squares w1", "different", ("forward",), "The same weight is used in both layers.",
          "Each layer has a weight of its own."),
    Fault("forward adds layers", "bias", ("forward",), "The second weight is added like a bias.",
          "This network has no bias: what does the second neuron do with its input?"),
    Fault("residual without prediction", "missing-upstream", BOTH, "The prediction is left out of the error.",
          "The derivative of a squared error keeps the error itself: target and prediction."),
    Fault("residual without target", "missing-upstream", BOTH, "The target y_true is left out of the error.",
          "The derivative of a squared error keeps the error itself: target and prediction."),
    Fault("no residual", "missing-upstream", BOTH, "The error itself is left out.",
          "What is the derivative of a square? The inner value does not vanish."),
    Fault("residual squared", "different", BOTH, "The error enters squared.",
          "What is the derivative of a square? Does the square survive it?"),
    Fault("absolute residual", "different", BOTH, "The error enters without its sign.",
          "A prediction that is too large must push the other way than one that is too small."),
    Fault("own weight for the other", "swapped", BOTH,
          "Each gradient carries its own weight where the other one's belongs.",
          "When you differentiate by w1, which weight is left standing beside it?"),
    Fault("no upstream weight", "missing-upstream", BOTH, "The other layer's weight is left out.", CHAIN),
    Fault("no input", "missing-upstream", BOTH, "The input x is left out.", CHAIN),
    Fault("both weights upstream", "different", BOTH, "Both weights stand in the gradient.",
          "When you differentiate a product by one of its factors, does that factor stay?"),
    Fault("upstream weight squared", "different", BOTH, "The other layer's weight enters squared.", CHAIN),
    Fault("means multiplied", "different", BOTH,
          "Means were taken one by one and multiplied; the mean of a product is another number.",
          "Watch what .mean() is applied to: form the product for each sample first."),
)  # fmt: skip

ASSIGNMENT = Assignment(
    name="shallow_narrow",
    class_name="ShallowNarrow",
    title="A shallow, narrow network",
    weights={"w1": (), "w2": ()},
    x=("N",),
    y=("N",),
    train_returns="path",
    averages="mean",
    sizes={"one sample": {"N": 1}, "few samples": {"N": 5}, "many samples": {"N": 31}},
    draw=normal,
    rates={"tiny": 1e-6, "steady": 0.05, "diverging": 3.0},
    published=published,
    model=Model(predict, loss, gradients, intermediates),
    faults=FAULTS,
)
