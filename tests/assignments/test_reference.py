"""The references' gradients are the slopes of their own losses."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from autograder import assignments
from autograder.assignments.reference import load_reference
from autograder.core.numeric import central_differences
from tests.support.complex_step import complex_step

ROOT = Path(__file__).parents[2]
NAMES = ("linear_regression", "relu_regression", "shallow_narrow", "sigmoid_mlp", "two_layer_relu")
MEASURED = 1e-7  # relative to the gradient's largest element; central differences of the third order give about 1e-10


def drawn(name: str):  # type: ignore[no-untyped-def]
    """The assignment, its reference and data of several samples, clear of any kink."""
    assignment = assignments.load(name)
    reference = load_reference(ROOT / "solutions" / f"{name}.py", assignment)
    sizes = max(assignment.sizes.values(), key=lambda sizes: sizes["N"])
    for seed in range(100):
        data = assignment.draw(np.random.default_rng(seed), assignment, sizes, "plain")
        if assignment.margin is None or assignment.margin(data.weights, data.x) > 1e-2:
            return assignment, reference, data
    raise AssertionError("no draw keeps clear of the kink")


@pytest.mark.parametrize("name", NAMES)
def test_gradients_agree_with_central_differences(name: str) -> None:
    """Relative error below 1e-7 for every weight."""
    _, reference, data = drawn(name)

    def loss(weights: Sequence[np.ndarray]) -> float:
        model = reference([float(w) if w.ndim == 0 else w for w in weights])
        return float(model.loss(model.forward(data.x), data.y))

    gradients = reference(list(data.weights)).dloss_dw(data.x, data.y)
    for analytic, numeric in zip(gradients, central_differences(loss, data.weights, step=1e-5), strict=True):
        assert np.abs(analytic - numeric).max() <= MEASURED * np.abs(numeric).max()


@pytest.mark.parametrize("name", ["linear_regression", "shallow_narrow"])
def test_gradients_agree_with_the_complex_step(name: str) -> None:
    """Where the model is analytic and the description computes with complex weights: to rounding."""
    assignment, reference, data = drawn(name)

    def loss(weights: Sequence[np.ndarray]) -> complex:
        residual = assignment.model.predict(weights, data.x, frozenset()) - data.y
        squares = np.sum(residual**2)
        return complex(squares / len(data.y) if assignment.averages == "mean" else squares / 2)

    gradients = reference(list(data.weights)).dloss_dw(data.x, data.y)
    for analytic, exact in zip(gradients, complex_step(loss, data.weights), strict=True):
        np.testing.assert_allclose(analytic, exact, rtol=1e-12, atol=1e-14)
