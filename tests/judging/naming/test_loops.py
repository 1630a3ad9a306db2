"""Training loops with a rule of their own are told as what they do, and what is told of a run holds of all of it."""

from __future__ import annotations

from typing import Any

import pytest

from tests.judging.naming.submitted import exam_of, losers, report_on, said, written
from tests.support.demo import LATE_LOSS, ONE_WEIGHT

RECORDED = ("shallow_narrow", "linear_regression")  # whose train returns the weights as well


def loop(
    lesson: str, before: str = "", step: str = "w - lr * g", each: str = "", after: str = "", data: str = ""
) -> str:
    """A train with lines before the loop, another step, lines at an epoch's end and lines after the loop."""
    lines = [
        "def train(self, x, y_true, lr, n_ep):",
        f"    names = {exam_of(lesson).reference.declaration.state!r}",
        "    losses, path, memory = [], [], {}",
        *(f"    {line}" for line in (*before.splitlines(), *data.splitlines())),
        "    for epoch in range(n_ep):",
        "        losses.append(float(self.loss(self.forward(x), y_true)))",
        "        gradients = self.dloss_dw(x, y_true)",
        "        for name, g in zip(names, gradients):",
        "            w = getattr(self, name)",
        f"            setattr(self, name, {step})",
        "        path.append(np.concatenate([np.ravel(getattr(self, name)) for name in names]))",
        *(f"        {line}" for line in each.splitlines()),
        *(f"    {line}" for line in after.splitlines()),
        f"    return {'losses, path' if lesson in RECORDED else 'losses'}",
    ]
    return "\n".join(lines)


CARRIED = "memory.setdefault(name, [0 * g]).append({}) or w - lr * memory[name][-1]"
# Parts of a loop, what must be said of it, and what must not.
TOLD: dict[str, tuple[str, dict[str, Any], str, str]] = {
    "momentum": (
        "shallow_narrow", {"step": CARRIED.format("0.9 * memory[name][-1] + g")}, "(momentum)", "differ"),
    "a step against the one before": (
        "linear_regression", {"step": CARRIED.format("g - 0.5 * memory[name][-1]")},
        "by -0.5 times the step before as well", "momentum"),
    "cut gradients": (
        "linear_regression", {"step": "w - lr * np.clip(g, -0.5, 0.5)"}, "cut off at a bound", "decay"),
    "weight decay": ("linear_regression", {"step": "w - lr * (g + 0.01 * w)"}, "(weight decay)", "momentum"),
    "a multiple of the weight taken away": ("shallow_narrow", {"step": "w - lr * (g - 0.1 * w)"}, "", "decay"),
    "the step alone": (
        "linear_regression", {"step": "-lr * g"}, "What is updated is set to its step with the sign turned", "decay"),
    "targets about their mean": (
        "linear_regression", {"data": "y_true = y_true - y_true.mean()"}, "Its mean is taken off y_true first.", "x "
        "is"),
    "samples standardised": (
        "shallow_narrow", {"data": "x = (x - x.mean()) / x.std()"}, "x is standardised first.", "y_true"),
    "a start of its own": (
        "linear_regression", {"before": "self.w1 = np.ones((2, 1))"}, "does not start from what the object holds",
        "goes no further"),
    "every third epoch without a step": (
        "linear_regression", {"step": "w - lr * g * (epoch % 3 != 2)"}, "", "cut off at a bound"),
    "every second epoch without a step": (
        "shallow_narrow", {"step": "w - lr * g * (epoch % 2 == 0)"}, "right wherever n_ep is 1, and nowhere else",
        "goes no further"),
    "a limit of five": ("shallow_narrow", {"before": "n_ep = min(n_ep, 5)"}, "n_ep is cut off at a bound", "factor"),
    "a limit of a hundred": (
        "shallow_narrow", {"before": "n_ep = min(n_ep, 100)"}, "All its entries are right, and there are fewer",
        "factor"),
    "a limit of five hundred": (
        "shallow_narrow", {"before": "n_ep = min(n_ep, 500)"}, "has shape (500,) where (520,) is asked", "factor"),
    "half of the epochs": (
        "linear_regression", {"before": "n_ep //= 2"}, "has shape (3,) where (7,) is asked", "n_ep has no effect"),
    "a rate that grows up to lr": (
        "shallow_narrow", {"step": "w - lr * min(1, (epoch + 1) / 5) * g"}, "", "lr has no effect"),
    "a rate that drops once": (
        "shallow_narrow", {"step": "w - (lr if epoch < 100 else lr / 10) * g"},
        "does 100 steps right; the next one moves self.w1 and self.w2 0.1 times as far", "falls from"),
    "no rate above a tenth": ("shallow_narrow", {"before": "lr = min(lr, 0.1)"}, "lr = 3.0", "lr has no effect"),
    "every step from the start": (
        "linear_regression", {"before": "first = {n: np.copy(getattr(self, n)) for n in names}",
                              "step": "first[name] - lr * g"}, "begins at what there was before the loop", "momentum"),
    "no step in the first epoch": (
        "linear_regression", {"step": "w - lr * g * (epoch > 0)"}, "The first round makes no update.", "too many"),
}  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize(("lesson", "parts", "says", "never"), TOLD.values(), ids=TOLD.keys())
def test_what_is_said_of_a_loop_holds_of_all_its_runs(
    lesson: str, parts: dict[str, Any], says: str, never: str
) -> None:
    report = report_on(lesson, written(lesson, loop(lesson, **parts)))
    assert losers(report) == ["train"]
    told = said(report, "train")
    assert says in told
    assert never not in told


@pytest.mark.parametrize("lesson", ["shallow_narrow", "linear_regression"])
def test_the_plain_loop_has_no_fault(lesson: str) -> None:
    assert losers(report_on(lesson, written(lesson, loop(lesson)))) == []


@pytest.mark.slow
def test_the_plain_loop_over_six_weights_has_no_fault() -> None:
    assert losers(report_on("sigmoid_mlp", written("sigmoid_mlp", loop("sigmoid_mlp")))) == []


BESIDE = {  # a wrong forward, so that train is asked with recorded answers; what is said, and what is not
    "numbers beyond all bounds tell of no step": (
        "shallow_narrow", ONE_WEIGHT, LATE_LOSS, "is taken later than is asked", "from after a step"),
    "a first step that is too long is no second one": (
        "linear_regression",
        "def forward(self, x):\n    return np.maximum(np.hstack([np.ones_like(x), x]) @ self.w1, 0)",
        loop("linear_regression", step="w - 0.01 * g"), "", "times the step before"),
    "one round less is no step behind other data": (
        "linear_regression", "def forward(self, x):\n    return x**3 + 4",
        loop("linear_regression", before="n_ep -= 1"), "", "with x from after a step"),
}  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize(("lesson", "forward", "train", "says", "never"), BESIDE.values(), ids=BESIDE.keys())
def test_what_is_said_beside_a_wrong_forward_holds(
    lesson: str, forward: str, train: str, says: str, never: str
) -> None:
    report = report_on(lesson, written(lesson, {"forward": forward, "train": train}))
    assert losers(report) == ["forward", "train"]
    told = said(report, "train")
    assert says in told
    assert never not in told
