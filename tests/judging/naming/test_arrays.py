"""Wrong losses and gradients: the words follow the lesson, and twins of a fault are named alike."""

from __future__ import annotations

import pytest

from autograder import assignments
from autograder.core.report import Code, Diagnosis
from tests.judging.naming.trusted import told

SUM = "a sum was taken where the mean is asked"
MEAN = "a mean was taken where the sum is asked"
MEANS = ("shallow_narrow", "sigmoid_mlp")
SUMS = ("linear_regression", "relu_regression", "two_layer_relu")


def gradient(assignment: str, change: str, error: str = "y_true") -> str:
    """A dloss_dw that changes each right gradient g, or the targets that it is taken at."""
    return f"""def dloss_dw(self, x, y_true):
        n = len(x)
        weights = [getattr(self, name) for name in {tuple(assignments.load(assignment).weights)!r}]
        p = self.forward(x)
        return tuple({change} for g, w in zip(super().dloss_dw(x, {error}), weights))"""


def loss(change: str) -> str:
    return f"def loss(self, p, y):\n    return {change}"


@pytest.mark.parametrize("assignment", MEANS)
def test_where_the_mean_is_asked_a_sum_is_called_a_sum(assignment):
    assert SUM in told(assignment, gradient(assignment, "n * g"))
    said = told(assignment, loss("super().loss(p, y) / len(y)"))
    assert MEAN not in said
    assert "divided by it once more" in said


@pytest.mark.parametrize("assignment", SUMS)
def test_where_the_sum_is_asked_a_mean_is_called_a_mean(assignment):
    assert MEAN in told(assignment, gradient(assignment, "g / n"))
    said = told(assignment, loss("super().loss(p, y) * len(y)"))
    assert SUM not in said
    assert "too large by exactly the number of samples" in said
    assert "[factor]" in said


@pytest.mark.parametrize("assignment", [*MEANS, *SUMS])
def test_the_square_of_the_number_of_samples_is_told(assignment):
    assert "N times N" in told(assignment, gradient(assignment, "n * n * g"))


@pytest.mark.parametrize("assignment", MEANS)
def test_the_square_of_the_mean_error_has_no_second_fault(assignment):
    said = told(assignment, loss("np.mean(y - p) ** 2"))
    assert "square stands outside the mean" in said
    assert "Beside that" not in said


@pytest.mark.parametrize("assignment", ["linear_regression", "relu_regression", "sigmoid_mlp"])
def test_a_table_of_every_prediction_with_every_target_is_told_in_gradients(assignment):
    """Targets that turn the error p − y into the sum over a table's row."""
    said = told(assignment, gradient(assignment, "g", "p - (n * p - y_true.sum(axis=0))"))
    assert "every target" in said


@pytest.mark.parametrize("assignment", ["shallow_narrow", "linear_regression", "relu_regression", "sigmoid_mlp"])
@pytest.mark.parametrize(
    ("slope", "words"),
    [("1 / (1 + np.exp(-p)) / (1 + np.exp(p))", "sigmoid"), ("1 - np.tanh(p) ** 2", "tanh"), ("(p > 0)", "relu")],
)
def test_a_slope_on_the_linear_output_is_told(assignment, slope, words):
    said = told(assignment, gradient(assignment, "g", f"p - (p - y_true) * ({slope})"))
    assert words in said
    assert "output" in said
    assert "[wrong-activation-derivative]" in said


@pytest.mark.parametrize("assignment", [*MEANS, *SUMS])
@pytest.mark.parametrize("share", ["0.002", "0.1"])
def test_weight_decay_in_a_gradient_is_told_with_its_share(assignment, share):
    said = told(assignment, gradient(assignment, f"g + {share} * w"))
    assert f"multiple of the weight itself, {share} times it" in said


@pytest.mark.parametrize("assignment", ["linear_regression", "two_layer_relu"])
def test_a_clipped_gradient_is_told_with_its_limit(assignment):
    assert "cut at ±2" in told(assignment, gradient(assignment, "np.clip(g, -2, 2)"))


def test_a_slope_that_is_zero_everywhere_is_told_as_that():
    """h*1-h is zero: the hidden layers' gradients vanish."""
    zero = told(
        "sigmoid_mlp",
        """def dloss_dw(self, x, y_true):
        g = super().dloss_dw(x, y_true)
        return tuple(0 * each for each in g[:4]) + tuple(g[4:])""",
    )
    assert "slope of the hidden layers is zero everywhere" in zero
    assert "same answer whatever" not in zero
    assert "gradient is zero" not in zero


def test_a_number_far_too_large_is_told_in_times_not_in_percent():
    said = told("shallow_narrow", gradient("shallow_narrow", "g * 5e3 * (1 + 0.3 * np.sin(n * 7.0))"))
    assert "times too large" in said
    assert "100.0%" not in said


def test_a_code_that_is_none_is_refused():
    assert Diagnosis("sign", "loss").code == Code.SIGN
    with pytest.raises(ValueError, match="less-one"):
        Diagnosis("less-one", "loss")
