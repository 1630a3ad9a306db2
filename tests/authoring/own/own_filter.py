"""own_filter: one kernel and a bias slide along a signal; a convolutional layer in one dimension."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from autograder.assignments.description import Array, Assignment, Data, Fault, Faults, Model, Published, normal


def windows(x: Array, width: int) -> Array:
    """x (N, M+K-1) -> all windows of the kernel's width, (N, M, K)."""
    return np.lib.stride_tricks.sliding_window_view(x, width, axis=1)


def predict(weights: Sequence[Array], x: Array, faults: Faults) -> Array:
    """x (N, M+K-1) -> prediction (N, M)."""
    w1, b1 = weights
    kernel = w1[::-1] if "kernel turned round" in faults else w1
    return windows(x, len(w1)) @ kernel + b1


def loss(prediction: Array, y: Array, faults: Faults) -> float:
    """Squared errors, summed over samples and places; both (N, M)."""
    return float(np.sum((prediction - y) ** 2))


def gradients(weights: Sequence[Array], x: Array, y: Array, faults: Faults) -> tuple[Array, ...]:
    """The gradients for w1 (K,) and b1 ()."""
    w1, _ = weights
    signal = 2.0 * (predict(weights, x, faults & {"kernel turned round"}) - y)
    gradient = np.einsum("nmk,nm->k", windows(x, len(w1)), signal)
    if "gradient turned round" in faults or "kernel turned round" in faults:
        gradient = gradient[::-1]
    return gradient, np.asarray(signal.sum())


def published(rng: np.random.Generator) -> Published:
    """20 signals of 32 places; a smoothed difference is to be found; the start is small; 60 epochs."""
    x = rng.normal(size=(20, 32))
    y = windows(x, 3) @ np.array([-0.5, 0.0, 0.5]) + 0.2 + rng.normal(0.0, 0.1, size=(20, 30))
    return Published(Data((rng.normal(0.0, 0.1, size=3), np.array(0.0)), x, y), lr=2e-4, n_ep=60)


FAULTS = (
    Fault(
        "kernel turned round",
        "swapped",
        ("forward", "dloss_dw1"),
        "The kernel runs backwards.",
        "Which entry of the kernel meets the first place of a window?",
    ),
    Fault(
        "gradient turned round",
        "swapped",
        ("dloss_dw1",),
        "The gradient stands there from back to front.",
        "Which entry of the kernel does each shifted copy of the signal belong to?",
    ),
)

ASSIGNMENT = Assignment(
    name="own_filter",
    class_name="OwnFilter",
    title="Own filter",
    weights={"w1": ("K",), "b1": ()},
    x=("N", "M+K-1"),
    y=("N", "M"),
    train_returns="path",
    averages="sum",
    sizes={
        "one sample": {"N": 1, "M": 6, "K": 3},
        "few samples": {"N": 2, "M": 5, "K": 4},
        "many samples": {"N": 9, "M": 4, "K": 3},
        "one place": {"N": 5, "M": 1, "K": 4},
        "a kernel of width one": {"N": 4, "M": 6, "K": 1},
    },
    draw=normal,
    rates={"tiny": 1e-6, "steady": 0.003, "diverging": 0.1},
    published=published,
    model=Model(predict, loss, gradients),
    faults=FAULTS,
)
