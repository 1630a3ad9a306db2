"""What a report says is true of the program that it is about: one fault at a time, told as what it is."""

from __future__ import annotations

import pytest

from tests.judging.naming.submitted import losers, points, report_on, said, with_more, written

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


@pytest.mark.slow
@pytest.mark.parametrize("than", ["<", "<="])
def test_weights_put_back_are_not_told_as_a_run_that_stops(than: str) -> None:
    """Where the loss stands still, any epoch may hold the smallest one; a second run goes on from what was put back."""
    report = report_on("shallow_narrow", written("shallow_narrow", BEST_PUT_BACK.format(than=than)))
    assert losers(report) == ["train"]
    assert "the run goes no further" not in said(report)
    assert "loss_records" not in said(report)


@pytest.mark.slow
def test_weights_left_from_before_the_last_update_are_not_told_as_a_run_that_stops() -> None:
    text = """def train(self, x, y_true, lr, n_ep):
    losses, path = np.zeros(n_ep), np.zeros((n_ep, 2))
    for epoch in range(n_ep):
        losses[epoch] = self.loss(self.forward(x), y_true)
        old = self.w1, self.w2
        g1, g2 = self.dloss_dw(x, y_true)
        self.w1, self.w2 = path[epoch] = self.w1 - lr * g1, self.w2 - lr * g2
    self.w1, self.w2 = old
    return losses, path"""
    report = report_on("shallow_narrow", written("shallow_narrow", text))
    assert losers(report) == ["train"]
    assert "the run goes no further" not in said(report)
    assert "early-stop" not in said(report)


@pytest.mark.parametrize("line", ["self.weight = self.weight - lr * g1", "self.weight -= lr * g1"])
def test_an_attribute_that_only_reads_itself_is_told_as_never_set(line: str) -> None:
    text = f"""def train(self, x, y_true, lr, n_ep):
    for epoch in range(n_ep):
        g1, g2 = self.dloss_dw(x, y_true)
        {line}"""
    assert "No line sets self.weight before it is read." in said(
        report_on("shallow_narrow", written("shallow_narrow", text))
    )


@pytest.mark.slow
def test_weights_of_the_constructor_are_seen_beside_a_forward_that_keeps_them_too() -> None:
    """Who reads what the object was made with is wrong once its weights are set, whoever does it beside."""
    source = with_more("shallow_narrow", "self.first = self.w1, self.w2")
    methods = {
        "forward": "def forward(self, x):\n    a, b = self.first\n    return a * b * x",
        "dloss_dw": "def dloss_dw(self, x, y_true):\n    a, b = self.first\n    r = a * b * x - y_true\n"
        "    return float(2 * np.mean(r * b * x)), float(2 * np.mean(r * a * x))",
    }
    kept = written("shallow_narrow", methods).replace(*_grown(source))
    report = report_on("shallow_narrow", kept)
    assert {"forward", "dloss_dw"} <= {*losers(report)}


def _grown(source: str) -> tuple[str, str]:
    """The constructor's last line, and the same with the lines that `source` has more."""
    lines = source.splitlines()
    at = next(k for k, line in enumerate(lines) if "self.first" in line)
    return lines[at - 1], "\n".join(lines[at - 1 : at + 1])


@pytest.mark.slow
def test_a_part_of_the_samples_is_seen_beside_a_gradient_that_takes_it_too() -> None:
    """forward is off by a rounding step, and changes its argument; that hides no other method's fault."""
    report = report_on("two_layer_relu", written("two_layer_relu", {
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
    }))  # fmt: skip
    assert losers(report) == ["forward", "dloss_dw", "train"]
    assert points(report, "train") < 3.0
    assert points(report, "dloss_dw") < 4.0


@pytest.mark.slow
def test_a_sigmoid_that_is_cut_far_out_is_right() -> None:
    """At ±20 the slope is 2e-9 instead of less: no number that is asked tells the two apart."""
    cut = "1 / (1 + np.exp(-np.clip({}, -20, 20)))"
    one, two = cut.format("self.w1 * x + self.b1"), cut.format("self.w2 @ h1 + self.b2")
    report = report_on("sigmoid_mlp", written("sigmoid_mlp", {
        "forward": f"def forward(self, x):\n    h1 = {one}\n    h2 = {two}\n    return (self.w3 @ h2 + self.b3)[0]",
        "dloss_dw": f"""def dloss_dw(self, x, y_true):
            h1 = {one}
            h2 = {two}
            d3 = 2 * (self.w3 @ h2 + self.b3 - y_true) / len(x)
            d2 = self.w3.T @ d3 * h2 * (1 - h2)
            d1 = self.w2.T @ d2 * h1 * (1 - h1)
            s = lambda d: d.sum(axis=1, keepdims=True)
            return d1 @ x.reshape(-1, 1), s(d1), d2 @ h1.T, s(d2), d3 @ h2.T, s(d3)""",
    }))  # fmt: skip
    assert losers(report) == []
