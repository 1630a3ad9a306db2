"""own_softmax: one linear layer, a softmax, and the mean cross-entropy with one-hot targets."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from autograder.assignments.description import Array, Assignment, Data, Fault, Faults, Model, Published, Sizes, normal


def predict(weights: Sequence[Array], x: Array, faults: Faults) -> Array:
    """x (N, D) -> probabilities (N, K), rows that sum to 1."""
    w1, b1 = weights
    logits = x @ w1 + b1
    exponentials = np.exp(logits - logits.max(axis=1, keepdims=True))
    if "softmax over the samples" in faults:
        exponentials = np.exp(logits - logits.max(axis=0))
        return exponentials / exponentials.sum(axis=0)
    return exponentials / exponentials.sum(axis=1, keepdims=True)


def loss(prediction: Array, y: Array, faults: Faults) -> float:
    """Mean cross-entropy of probabilities (N, K) with one-hot targets."""
    if "squared error" in faults:
        return float(np.sum((prediction - y) ** 2) / len(y))
    if "wrong classes count too" in faults:
        return float(-np.sum(np.log(prediction)) / len(y))
    return float(-np.sum(np.log(prediction[y == 1.0])) / len(y))


def gradients(weights: Sequence[Array], x: Array, y: Array, faults: Faults) -> tuple[Array, ...]:
    """The gradients for w1 (D, K) and b1 (K,)."""
    probability = predict(weights, x, faults)
    signal = probability - y
    if "residual without target" in faults:
        signal = probability
    if "softmax derived twice" in faults:
        inner = np.sum(signal * probability, axis=1, keepdims=True)
        signal = probability * (signal - inner)
    signal = signal / len(x)
    return np.einsum("nd,nk->dk", x, signal), signal.sum(axis=0)


def draw(rng: np.random.Generator, assignment: Assignment, sizes: Sizes, style: str) -> Data:
    """As usual, with one-hot targets."""
    data = normal(rng, assignment, sizes, style)
    return Data(data.weights, data.x, one_hot(rng, (sizes["N"], sizes["K"])))


def one_hot(rng: np.random.Generator, shape: tuple[int, ...]) -> Array:
    """A class for each sample, as rows (N, K) with a single 1."""
    return np.eye(shape[1])[rng.integers(shape[1], size=shape[0])]


def probabilities(rng: np.random.Generator, y: Array) -> Array:
    """Probabilities that have nothing to do with the targets."""
    return rng.dirichlet(np.ones(y.shape[1]), size=len(y))


def nearly_sure(rng: np.random.Generator, y: Array) -> Array:
    """Probabilities of 0.97 for the right class."""
    return 0.97 * y + 0.03 * probabilities(rng, y)


def published(rng: np.random.Generator) -> Published:
    """150 points of three clouds in the plane; weights and biases start at zero; 100 epochs."""
    classes = np.arange(150) % 3
    x = np.array([[2.0, 0.0], [-1.0, 2.0], [-1.0, -2.0]])[classes] + rng.normal(size=(150, 2))
    return Published(Data((np.zeros((2, 3)), np.zeros(3)), x, np.eye(3)[classes]), lr=0.5, n_ep=100)


BOTH = ("dloss_dw1", "dloss_db1")
FAULTS = (
    Fault(
        "softmax over the samples",
        "different",
        ("forward",),
        "The softmax runs over the samples instead of the classes.",
        "Which numbers of the prediction must add up to 1?",
    ),
    Fault(
        "squared error",
        "different",
        ("loss",),
        "The loss is a squared error, where a cross-entropy is asked.",
        "What does the definition take the logarithm of?",
    ),
    Fault(
        "wrong classes count too",
        "missing-upstream",
        ("loss",),
        "The probabilities of all classes count, whatever the target is.",
        "Which probability of a row does the target select?",
    ),
    Fault(
        "residual without target",
        "missing-upstream",
        BOTH,
        "The target y_true is left out.",
        "Would the gradient vanish if every prediction were right?",
    ),
    Fault(
        "softmax derived twice",
        "wrong-activation-derivative",
        BOTH,
        "The derivative of the softmax stands there once more.",
        "The derivative by the logits has the softmax in it already: is it applied again?",
    ),
)

ASSIGNMENT = Assignment(
    name="own_softmax",
    class_name="OwnSoftmax",
    title="Own softmax",
    weights={"w1": ("D", "K"), "b1": ("K",)},
    x=("N", "D"),
    y=("N", "K"),
    train_returns="losses",
    averages="mean",
    squared=False,
    sizes={
        "one sample": {"N": 1, "D": 3, "K": 4},
        "few samples": {"N": 3, "D": 5, "K": 2},
        "many samples": {"N": 11, "D": 4, "K": 3},
        "more classes than inputs": {"N": 5, "D": 2, "K": 6},
    },
    draw=draw,
    styles=("zero", "negative", "large", "zeros"),
    predictions={"plain": probabilities, "nearly sure": nearly_sure},
    rates={"tiny": 1e-6, "steady": 0.2, "diverging": 10.0},
    published=published,
    model=Model(predict, loss, gradients),
    faults=FAULTS,
)
