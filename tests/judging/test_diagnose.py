"""Explanations claim what the numbers prove, and nothing more."""

from __future__ import annotations

import pytest

from autograder.core import Report
from tests.judging.naming.submitted import (
    class_name,
    losers,
    points,
    reference_of,
    report_on,
    said,
    solution,
    written,
)

NARROW = "shallow_narrow"
IN_PLACE = "def forward(self, x):\n    x *= self.w1 * self.w2\n    return x"
OUTER = "def forward(self, x):\n    return np.outer(x, x) * self.w1 * self.w2"
SIGN = """def dloss_dw(self, x, y_true):
    r = y_true - self.forward(x)
    return np.mean(2 * r * self.w2 * x), np.mean(2 * r * self.w1 * x)"""
SEQUENTIAL = """def train(self, x, y_true, lr, n_ep):
    losses, path = np.empty(n_ep), np.empty((n_ep, 2))
    for k in range(n_ep):
        losses[k] = self.loss(self.forward(x), y_true)
        self.w1 = self.w1 - lr * self.dloss_dw(x, y_true)[0]
        self.w2 = self.w2 - lr * self.dloss_dw(x, y_true)[1]
        path[k] = self.w1, self.w2
    return losses, path"""


def codes(report: Report, method: str) -> set[str]:
    """The codes that are told of a method."""
    checks = (check for check in report.checks if check.method.endswith(f"-{method}"))
    return {str(found.code) for check in checks for found in check.diagnoses}


def test_a_collaborators_fault_is_not_charged_again() -> None:
    """forward changes x: dloss_dw and train, which call it, are clean."""
    report = report_on(NARROW, written(NARROW, IN_PLACE))
    assert losers(report) == ["forward"]
    assert codes(report, "forward") == {"mutates-arguments"}
    assert not codes(report, "dloss_dw") | codes(report, "train") | codes(report, "loss")


def test_an_array_too_large_to_be_carried_is_told_by_its_shape_elsewhere() -> None:
    assert codes(report_on(NARROW, written(NARROW, OUTER)), "forward") == {"wrong-shape"}


def test_reports_state_no_solution() -> None:
    """Neither the reference's lines nor its numbers stand in a report."""
    lines = [line.strip() for line in reference_of(NARROW).source.splitlines()]
    secrets = [line for line in lines if "self.w2 * x" in line or "residual**2" in line or "self.w1 * x" in line]
    assert secrets
    for text in (SIGN, IN_PLACE, "def loss(self, p, y):\n    return np.sum((p - y) ** 2)"):
        report = report_on(NARROW, written(NARROW, text))
        assert losers(report)
        assert not any(secret in report.to_json() for secret in secrets)


@pytest.mark.slow
def test_updates_one_after_the_other_state_no_solution_either() -> None:
    report = report_on(NARROW, written(NARROW, SEQUENTIAL))
    assert codes(report, "train") == {"sequential-update"}
    assert "self.w1 -=" not in report.to_json()


def test_brackets_that_are_missing_have_words_of_their_own() -> None:
    report = report_on(NARROW, written(NARROW, "def loss(self, p, y):\n    return ((y - p) ** 2).mean"))
    assert "are the brackets missing, as in .mean for .mean()?" in said(report, "loss")
    assert losers(report) == ["loss"]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("lesson", "text", "told"),
    [
        (
            NARROW,
            "def forward(self, x):\n    out = np.zeros(len(x), dtype=int)\n"
            "    out[:] = self.w2 * self.w1 * x\n    return out",
            "lost what stands behind the decimal point",
        ),
        (
            NARROW,
            "def dloss_dw(self, x, y_true):\n    r = y_true - self.forward(x)\n"
            "    return -2 * self.w2 * x * r.mean(), -2 * self.w1 * x * r.mean()",
            "has shape (5,) where () is asked",
        ),
        (
            "linear_regression",
            "def loss(self, p, y):\n    return 0.5 * np.sum((p.ravel() - y) ** 2)",
            "An array stands on its side.",
        ),
    ],
)
def test_slips_with_numpy_have_words_of_their_own(lesson: str, text: str, told: str) -> None:
    report = report_on(lesson, written(lesson, text))
    method = text.partition("def ")[2].partition("(")[0]
    assert told in said(report, method)
    assert losers(report) == [method]


@pytest.mark.slow
@pytest.mark.parametrize("stuck", [("b2",), ("w1", "b1"), ("b1", "b2", "b3")])
def test_weights_that_train_forgets_are_no_fault_of_others(stuck: tuple[str, ...]) -> None:
    """One fault: it is train's, and none is told about gradients, which are right."""
    source = solution("sigmoid_mlp")
    for name in stuck:
        update = f"self.{name} -= lr * dloss_d{name}"
        assert update in source
        source = source.replace(update, "pass")
    report = report_on("sigmoid_mlp", source)
    assert losers(report) == ["train"]
    assert 0.0 <= points(report, "train") < 3.0
    assert codes(report, "train") <= {"no-update", "different"}


LOOP_ON_COPIES = """def train(self, x, y_true, lr, n_ep):
    names = ("w1", "b1", "w2", "b2", "w3", "b3")
    weights, losses = [getattr(self, name).copy() for name in names], []
    for epoch in range(n_ep):
        net = type(self)(weights)
        losses.append(net.loss(net.forward(x), y_true))
        weights = [w - lr * g for w, g in zip(weights, net.dloss_dw(x, y_true))]
    self.w1, self.b1, self.w3, self.b3 = weights[0], weights[1], weights[4], weights[5]
    return np.array(losses)"""


@pytest.mark.slow
def test_weights_that_a_run_does_not_leave_on_the_object_cost_their_own_share() -> None:
    """The loop is right, on copies, and writes two of three layers back: the records are right, and say so."""
    report = report_on("sigmoid_mlp", written("sigmoid_mlp", LOOP_ON_COPIES))
    assert losers(report) == ["train"]
    assert 0.0 < points(report, "train") < 3.0
    told = said(report, "train")
    assert "w2" in told
    assert "loss_records" not in told


KEPT = [
    (NARROW, "forward", "x", "self.kept = self.w2 * self.w1 * x", "return self.kept"),
    (NARROW, "loss", "y_prediction, y_true", "self.kept = y_true.copy()",
     "return np.mean((self.kept - y_prediction) ** 2)"),
    ("linear_regression", "dloss_dw", "x, y_true", "self.kept = self.forward(x) - y_true",
     "return (np.hstack([np.ones_like(x), x]).T @ self.kept,)"),
    ("linear_regression", "train", "x, y_true, lr, n_ep", "self.kept = np.hstack([np.ones_like(x), x])",
     "losses, path = [], []\nfor _ in range(n_ep):\n    error = self.kept @ self.w1 - y_true\n"
     "    losses.append(0.5 * np.sum(error**2))\n    self.w1 = self.w1 - lr * self.kept.T @ error\n"
     "    path.append(self.w1.ravel())\nreturn losses, path"),
]  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize(("lesson", "method", "arguments", "kept", "rest"), KEPT)
def test_what_is_kept_until_the_size_changes_is_seen(
    lesson: str, method: str, arguments: str, kept: str, rest: str
) -> None:
    """A second batch of the first one's size gets its own answer."""
    first = arguments.partition(",")[0]
    text = f"def {method}(self, {arguments}):\n"
    text += f"    if not hasattr(self, 'kept') or len(self.kept) != len({first}):\n        {kept}\n"
    text += "".join(f"    {line}\n" for line in rest.splitlines())
    report = report_on(lesson, written(lesson, text))
    assert losers(report) == [method]
    assert codes(report, method) == {"different"}


@pytest.mark.slow
@pytest.mark.parametrize(
    ("method", "arguments", "kept", "rest"),
    [
        ("forward", "x", "self.w2 * self.w1 * x", "self.kept.copy()"),
        (
            "dloss_dw",
            "x, y_true",
            "y_true - self.w2 * self.w1 * x",
            "np.mean(-2 * self.kept * self.w2 * x), np.mean(-2 * self.kept * self.w1 * x)",
        ),
    ],
)
def test_what_is_kept_while_the_batch_stays_the_same_is_seen(method: str, arguments: str, kept: str, rest: str) -> None:
    """After training, the same batch has another answer. `train`, which calls who kept the old one, loses nothing."""
    text = f"""def {method}(self, {arguments}):
    if not hasattr(self, "seen") or not np.array_equal(self.seen, x):
        self.seen, self.kept = x.copy(), {kept}
    return {rest}
"""
    assert losers(report_on(NARROW, written(NARROW, text))) == [method]


def test_a_class_by_its_name_is_told_by_that() -> None:
    """What is told names the method as the notebook does."""
    report = report_on(NARROW, written(NARROW, IN_PLACE))
    assert f"{class_name(NARROW)}.forward changes its argument `x`." in said(report, "forward")
