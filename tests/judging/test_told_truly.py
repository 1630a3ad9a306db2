"""What a report says is true of the program that it is about: one fault at a time, told as what it is."""

from __future__ import annotations

import pytest

from autograder.core.report import Report
from tests.end_to_end.test_rare_situations import graded, losers


def said(report: Report) -> str:
    return "\n".join(f"{check.rationale} {check.help}" for check in report.checks)


BEST_PUT_BACK = """def train(self, x, y_true, lr, n_ep):
    losses, path, best = np.zeros(n_ep), np.zeros((n_ep, 2)), None
    for epoch in range(n_ep):
        losses[epoch] = self.loss(self.forward(x), y_true)
        if best is None or losses[epoch] {than} best[0]:
            best = losses[epoch], self.w1, self.w2
        g1, g2 = self.dloss_dw(x, y_true)
        self.w1, self.w2 = self.w1 - lr * g1, self.w2 - lr * g2
        path[epoch] = self.w1, self.w2
    self.w1, self.w2 = best[1:]
    return losses, path"""


@pytest.mark.parametrize("than", ["<", "<="])
def test_weights_put_back_are_not_told_as_a_run_that_stops(than):
    """Where the loss stands still, any epoch may hold the smallest one; a second run goes on from what was put back."""
    report = graded("shallow_narrow", {"train": BEST_PUT_BACK.format(than=than)})
    assert losers(report) == ["train"]
    assert "the smallest loss are put back" in said(report)
    assert "stops" not in said(report)


@pytest.mark.parametrize("line", ["self.weight = self.weight - lr * g1", "self.weight -= lr * g1"])
def test_an_attribute_that_only_reads_itself_is_told_as_never_set(line):
    report = graded("shallow_narrow", {"train": f"""def train(self, x, y_true, lr, n_ep):
            for epoch in range(n_ep):
                g1, g2 = self.dloss_dw(x, y_true)
                {line}"""})  # fmt: skip
    assert "No line sets self.weight before it is read." in said(report)
    assert "Any method may be called first" not in said(report)


OLD_WEIGHTS = ("self.w2 = float(w2)", "self.w2 = float(w2)\n        self.first = self.w1, self.w2")


def test_weights_of_the_constructor_are_seen_beside_a_forward_that_keeps_them_too():
    report = graded("shallow_narrow", {
        "forward": "def forward(self, x):\n    a, b = self.first\n    return a * b * x",
        "dloss_dw": "def dloss_dw(self, x, y_true):\n    a, b = self.first\n    r = a * b * x - y_true\n"
                    "    return float(2 * np.mean(r * b * x)), float(2 * np.mean(r * a * x))",
        "train": """def train(self, x, y_true, lr, n_ep):
            losses, path, a, b = np.zeros(n_ep), np.zeros((n_ep, 2)), self.w1, self.w2
            for epoch in range(n_ep):
                r = a * b * x - y_true
                losses[epoch], g = np.mean(r**2), 2 * np.mean(r * x)
                a, b = a - lr * g * b, b - lr * g * a
                path[epoch] = a, b
            self.w1, self.w2 = float(a), float(b)
            return losses, path""",
    }, OLD_WEIGHTS)  # fmt: skip
    assert report.methods["dloss_dw"]["score"] == pytest.approx(2.25)
    assert "forward" in losers(report)
    assert "At other weights" in said(report)
    assert "second batch" not in said(report)


def test_a_part_of_the_samples_is_seen_beside_a_gradient_that_takes_it_too():
    """forward is off by a rounding step, and changes its argument; that hides no other method's fault."""
    report = graded("two_layer_relu", {
        "forward": "def forward(self, x):\n    out = np.maximum(x @ self.w1, 0) @ self.w2\n"
                   "    x[-1, -1] = np.nextafter(x[-1, -1], 9)\n    return out",
        "dloss_dw": """def dloss_dw(self, x, y_true):
            x, y_true = x[:40], y_true[:40]
            h = np.maximum(x @ self.w1, 0)
            e = 2 * (h @ self.w2 - y_true)
            return x.T @ ((e @ self.w2.T) * (h > 0)), h.T @ e""",
        "train": """def train(self, x, y_true, lr, n_ep):
            x, y_true, losses = x[:40].copy(), y_true[:40], []
            for _ in range(n_ep):
                losses.append(self.loss(self.forward(x.copy()), y_true))
                g1, g2 = self.dloss_dw(x, y_true)
                self.w1, self.w2 = self.w1 - lr * g1, self.w2 - lr * g2
            return np.array(losses)""",
    })  # fmt: skip
    assert report.methods["train"]["score"] == 0.0
    assert report.methods["dloss_dw"]["score"] <= 0.5


def test_a_sigmoid_that_is_cut_far_out_is_right():
    """At ±20 the slope is 2e-9 instead of less: no number that is asked tells the two apart."""
    cut = "1 / (1 + np.exp(-np.clip({}, -20, 20)))"
    one, two = cut.format("self.w1 * x + self.b1"), cut.format("self.w2 @ h1 + self.b2")
    report = graded("sigmoid_mlp", {
        "forward": f"def forward(self, x):\n    h1 = {one}\n    h2 = {two}\n    return (self.w3 @ h2 + self.b3)[0]",
        "dloss_dw": f"""def dloss_dw(self, x, y_true):
            h1 = {one}
            h2 = {two}
            d3 = 2 * (self.w3 @ h2 + self.b3 - y_true) / len(x)
            d2 = self.w3.T @ d3 * h2 * (1 - h2)
            d1 = self.w2.T @ d2 * h1 * (1 - h1)
            s = lambda d: d.sum(axis=1, keepdims=True)
            return d1 @ x.reshape(-1, 1), s(d1), d2 @ h1.T, s(d2), d3 @ h2.T, s(d3)""",
    })  # fmt: skip
    assert report.score == 10.0


def test_weights_left_from_before_the_last_update_are_not_told_as_a_run_that_stops():
    report = graded("shallow_narrow", {"train": """def train(self, x, y_true, lr, n_ep):
            losses, path = np.zeros(n_ep), np.zeros((n_ep, 2))
            for epoch in range(n_ep):
                losses[epoch] = self.loss(self.forward(x), y_true)
                old = self.w1, self.w2
                g1, g2 = self.dloss_dw(x, y_true)
                self.w1, self.w2 = path[epoch] = self.w1 - lr * g1, self.w2 - lr * g2
            self.w1, self.w2 = old
            return losses, path"""})  # fmt: skip
    assert losers(report) == ["train"]
    assert "those of an earlier epoch" in said(report)
    assert "stops" not in said(report)
