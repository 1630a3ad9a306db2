"""What real students put in the place of a squared error."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from autograder.assignments import Array, Assignment, Fault

LOOK = "Write the loss down for one sample first: what is squared, and what is done with the squares?"
PAIRS = "Every prediction is held against every target: an array (n,) met an array (n, 1) and became (n, n)."
BROADCAST = "Print the shape of the difference, before it is squared."


def _pairs(prediction: Array, y: Array) -> Array:
    return (prediction.reshape(-1, 1) - y.reshape(1, -1)) ** 2


_LOSSES: dict[str, tuple[Fault, Callable[[Array, Array], float]]] = {
    fault.name: (fault, function)
    for fault, function in (
        (Fault("absolute error", "different", ("loss",), "Errors are taken absolutely instead of squared.", LOOK),
         lambda p, y: np.abs(p - y).sum()),
        (Fault("error not squared", "different", ("loss",), "The square is missing: errors of different sign cancel.",
               LOOK), lambda p, y: (p - y).sum()),
        (Fault("square of the summed error", "different", ("loss",),
               "The square stands outside the sum: errors of different sign cancel.", LOOK),
         lambda p, y: (p - y).sum() ** 2),
        (Fault("square of the mean error", "different", ("loss",),
               "The square stands outside the mean: errors of different sign cancel.", LOOK),
         lambda p, y: (p - y).mean() ** 2),
        (Fault("root of the loss", "different", ("loss",), "A root is taken of the squared error.", LOOK),
         lambda p, y: np.sqrt(((p - y) ** 2).sum())),
        (Fault("root of the mean", "different", ("loss",), "A root is taken of the mean squared error.", LOOK),
         lambda p, y: np.sqrt(((p - y) ** 2).mean())),
        (Fault("fourth power", "different", ("loss",), "The error is raised to more than the second power.", LOOK),
         lambda p, y: ((p - y) ** 4).sum()),
        (Fault("cubed error", "different", ("loss",), "The error is raised to more than the second power.", LOOK),
         lambda p, y: (np.abs(p - y) ** 3).sum()),
        (Fault("difference of squares", "different", ("loss",),
               "Prediction and target are squared one by one; the square belongs around their difference.", LOOK),
         lambda p, y: (p**2 - y**2).sum()),
        (Fault("sum for difference", "sign", ("loss",), "Prediction and target are added instead of subtracted.", LOOK),
         lambda p, y: ((p + y) ** 2).sum()),
        (Fault("target left out", "missing-upstream", ("loss",), "The target does not enter the loss.", LOOK),
         lambda p, y: (p**2).sum()),
        (Fault("prediction left out", "missing-upstream", ("loss",), "The prediction does not enter the loss.", LOOK),
         lambda p, y: (y**2).sum()),
        (Fault("all pairs", "different", ("loss",), PAIRS, BROADCAST),
         lambda p, y: _pairs(p, y).sum()),
        (Fault("all pairs averaged", "different", ("loss",), PAIRS, BROADCAST),
         lambda p, y: _pairs(p, y).sum() / len(p)),
        (Fault("largest error", "different", ("loss",), "Only the largest error counts.", LOOK),
         lambda p, y: ((p - y) ** 2).max()),
        (Fault("first sample alone", "different", ("loss",), "Only the first sample counts.", LOOK),
         lambda p, y: ((p[0] - y[0]) ** 2).sum()),
        (Fault("last sample alone", "different", ("loss",), "Only the last sample counts.", LOOK),
         lambda p, y: ((p[-1] - y[-1]) ** 2).sum()),
    )
}  # fmt: skip


# What these make of the errors is whole: the asked loss's own mean or half is no part of it.
WHOLE = ("root of the loss", "root of the mean", "square of the mean error")


def loss_faults() -> tuple[str, ...]:
    """The names of all of them."""
    return tuple(_LOSSES)


def faulty_loss(name: str, prediction: Array, y: Array) -> Array:
    """What the loss would be with that fault, up to a scaling; shape ()."""
    return np.asarray(_LOSSES[name][1](prediction, y), dtype=float)


def fault_of(assignment: Assignment, name: str) -> Fault:
    """A fault by its name, of the loss or of the assignment's model."""
    return _LOSSES[name][0] if name in _LOSSES else assignment.fault(name)
