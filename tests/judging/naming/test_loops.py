"""Training loops with a rule of their own are told as what they do, in every lesson and with other constants."""

from __future__ import annotations

import pytest

from autograder import assignments
from tests.judging.naming.trusted import explained, told, with_method


def loop(
    assignment: str, before: str = "", step: str = "w - lr * g", each: str = "", after: str = "", data: str = ""
) -> str:
    """A train with lines before the loop, another step, lines at an epoch's end and lines after the loop."""
    names = tuple(assignments.load(assignment).weights)
    path = assignments.load(assignment).train_returns == "path"
    lines = [
        "def train(self, x, y_true, lr, n_ep):",
        f"    names = {names!r}",
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
        f"    return {'losses, path' if path else 'losses'}",
    ]
    return "\n".join(lines)


CARRIED = "memory.setdefault(name, [0 * g]).append({}) or w - lr * memory[name][-1]"
LOOPS = [
    ("shallow_narrow", {"step": CARRIED.format("0.9 * memory[name][-1] + g")}, "momentum", "other-optimiser"),
    ("two_layer_relu", {"step": CARRIED.format("0.7 * memory[name][-1] + g")}, "momentum", "other-optimiser"),
    ("sigmoid_mlp", {"step": CARRIED.format("0.9 * memory[name][-1] + 0.1 * g")}, "momentum", "other-optimiser"),
    ("linear_regression", {"step": "w - lr * np.clip(g, -0.5, 0.5)"}, "cut at ±0.5", "other-optimiser"),
    ("two_layer_relu", {"step": "w - lr * np.clip(g, -5, 5)"}, "cut at ±5", "other-optimiser"),
    ("linear_regression", {"step": "w - lr * (g + 0.01 * w)"}, "weight decay", "other-optimiser"),
    ("sigmoid_mlp", {"step": "w - lr * (g + 0.3 * w)"}, "0.3 times it", "other-optimiser"),
    ("linear_regression", {"step": "-lr * g"}, "old weight", "different"),
    ("sigmoid_mlp", {"step": "-lr * g"}, "old weight", "different"),
    ("shallow_narrow", {"data": "x = (x - x.mean()) / x.std()"}, "standardised", "different"),
    ("two_layer_relu", {"data": "x = (x - x.mean(axis=0)) / np.where(x.std(axis=0) > 0, x.std(axis=0), 1)"},
     "standardised", "different"),
    ("linear_regression", {"data": "y_true = y_true - y_true.mean()"}, "mean of y_true", "different"),
    ("linear_regression", {"before": "self.w1 = np.ones((2, 1))"}, "does not start from the weights", "different"),
    ("sigmoid_mlp", {"before": "self.w3 = 0 * self.w3 + 0.5"}, "does not start from the weights", "different"),
    ("linear_regression", {"each": "if epoch > 2 and abs(losses[-1] - losses[-2]) < 1e-3 * losses[-2]: break"},
     "stop early", "early-stop"),
    ("sigmoid_mlp", {"each": "if epoch and abs(losses[-1] - losses[-2]) < 1e-5: break"}, "stop early", "early-stop"),
    ("sigmoid_mlp", {"each": "return losses + [0.0] * (n_ep - 1)"}, "after its first update", "epoch-count"),
    ("relu_regression", {"each": "return np.array(losses + [0.0] * (n_ep - 1))"}, "after its first update",
     "epoch-count"),
]  # fmt: skip


@pytest.mark.parametrize(("assignment", "parts", "words", "code"), LOOPS)
def test_a_rule_of_the_loops_own_is_named(assignment, parts, words, code):
    found = explained(assignment, with_method(assignment, loop(assignment, **parts)))
    assert list(found) == ["train"]
    assert words in found["train"].rationale
    assert {each.code for each in found["train"].diagnoses} == {code}


@pytest.mark.parametrize("assignment", ["shallow_narrow", "linear_regression", "sigmoid_mlp"])
def test_the_plain_loop_has_no_fault(assignment):
    assert explained(assignment, with_method(assignment, loop(assignment))) == {}


@pytest.mark.parametrize("k", [2, 5, 10])
def test_every_kth_record_is_told_with_its_k(k):
    text = loop("sigmoid_mlp").replace("        losses.append(", f"        if epoch % {k} == 0: losses.append(")
    said = explained("sigmoid_mlp", with_method("sigmoid_mlp", text))["train"]
    assert f"only every {k}" in said.rationale
    assert "n_ep = 1" not in said.help


LOOP = """def train(self, x, y, lr, n_ep):
    losses, path = [], []
    for epoch in range(n_ep):
        losses.append(self.loss(self.forward(x), y))
        slopes = self.dloss_dw(x, y)
        step = lr * ({rule})
        self.w1, self.w2 = self.w1 - step * slopes[0], self.w2 - step * slopes[1]
        path.append((self.w1, self.w2))
    return losses, path"""


@pytest.mark.parametrize(
    ("rule", "says"),
    [
        ("1 + 0.3 * np.sin(7 * slopes[0])", "Do two epochs by hand"),
        ("1 + (epoch > 3) * 0.3 * np.sin(epoch**2)", "The first epochs are right"),
        ("1 + (n_ep > 5) * 0.3 * np.sin(epoch**2 + 1)", "Runs of one and two epochs are right"),
    ],
)
def test_what_is_not_proved_is_looked_for_where_it_is(rule, says):
    """Nobody is sent to epochs that are right."""
    help_ = told("shallow_narrow", LOOP.format(rule=rule), "train")
    assert says in help_
    assert sum(text in help_ for text in ("Do two epochs by hand", "The first epochs are", "Runs of one and two")) == 1
