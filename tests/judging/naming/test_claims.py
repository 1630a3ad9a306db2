"""What is said of a run or of an array holds of that program: in its longer runs, in its other arrays, in all words."""

from __future__ import annotations

from typing import Any

import pytest

from tests.judging.naming.test_loops import CARRIED, loop
from tests.judging.naming.trusted import told

# Parts of a loop, what must be said of it, and what must not.
TOLD: dict[str, tuple[str, dict[str, Any], str, str]] = {
    "a rate that grows up to lr": (
        "shallow_narrow", {"step": "w - lr * min(1, (epoch + 1) / 5) * g"},
        "the step of the first epoch is 0.2 times", "train: the step is"),
    "every second epoch without a step": (
        "shallow_narrow", {"step": "w - lr * g * (epoch % 2 == 0)"}, "one update in each", "stops"),
    "every third epoch without a step": (
        "linear_regression", {"step": "w - lr * g * (epoch % 3 != 2)"}, "one update in each", "stops"),
    "a limit of five": ("shallow_narrow", {"before": "n_ep = min(n_ep, 5)"}, "more than 5 updates", "before n_ep"),
    "a limit of a hundred": ("shallow_narrow", {"before": "n_ep = min(n_ep, 100)"}, "more than 100 updates", "factor"),
    "a limit of five hundred": (
        "shallow_narrow", {"before": "n_ep = min(n_ep, 500)"}, "more than 500 updates", "factor"),
    "two updates too many": ("sigmoid_mlp", {"before": "n_ep += 2"}, "2 updates too many are made", "stops"),
    "half of the epochs": ("linear_regression", {"before": "n_ep //= 2"}, "stops before n_ep epochs", "whatever n_ep"),
    "a rate that drops once": (
        "shallow_narrow", {"step": "w - (lr if epoch < 100 else lr / 10) * g"}, "From epoch 100 on", "every 100"),
    "a rate that drops again and again": (
        "shallow_narrow", {"step": "w - lr * 0.5 ** (epoch // 50) * g"}, "every 50 epochs", "From epoch"),
    "a rate that drops late": (
        "shallow_narrow", {"step": "w - (lr if epoch < 150 else lr / 2) * g"}, "From epoch 150 on", "update in each"),
    "no rate above a tenth": ("shallow_narrow", {"before": "lr = min(lr, 0.1)"}, "no rate above 0.1", "whatever lr"),
    "a multiple of the weight taken away": (
        "shallow_narrow", {"step": "w - lr * (g - 0.1 * w)"}, "0.1 times it, is taken away", "decay"),
    "a step against the one before": (
        "linear_regression", {"step": CARRIED.format("g - 0.5 * memory[name][-1]")}, "differs", "momentum"),
    "every step from the start": (
        "linear_regression", {"before": "first = {n: np.copy(getattr(self, n)) for n in names}",
                              "step": "first[name] - lr * g"}, "from the starting weights", "momentum"),
    "two steps an epoch, each with its gradient": (
        "shallow_narrow", {"each": "for name, g in zip(names, self.dloss_dw(x, y_true)):\n"
                                   "    setattr(self, name, getattr(self, name) - lr * g)"},
        "2 updates are made in each epoch", "the more"),
    "no step in the first epoch": (
        "linear_regression", {"step": "w - lr * g * (epoch > 0)"}, "first epoch makes no update", "entry too many"),
}  # fmt: skip


@pytest.mark.parametrize(("lesson", "parts", "says", "never"), TOLD.values(), ids=TOLD.keys())
def test_what_is_said_of_a_loop_holds_of_all_its_runs(lesson, parts, says, never):
    said = told(lesson, loop(lesson, **parts), "train")
    assert says in said
    assert never not in said
