"""Explanations claim what the numbers prove, and nothing more."""

from __future__ import annotations

from pathlib import Path

import pytest

from autograder.authoring.verification.trial import Trial
from tests.corpus.bank import cases
from tests.support.notebooks import with_methods

SOLUTIONS = Path(__file__).parents[2] / "solutions"


@pytest.fixture(scope="module")
def trial():
    with Trial("shallow_narrow", SOLUTIONS / "shallow_narrow.py") as one:
        yield one


def _codes(trial, *names):
    """Per case, what was named in each method."""
    known = {case.name: case for case in cases("shallow_narrow")}
    found = []
    for tried in trial.grade([known[name].source for name in names]):
        assert tried.report.verdict == "graded"
        found.append(
            {
                method: {d.code for check in tried.report.checks if check.method == method for d in check.diagnoses}
                for method in tried.report.methods
            }
        )
    return found


def test_a_collaborators_fault_is_not_charged_again(trial):
    """forward changes x: dloss_dw and train, which call it, are clean."""
    (codes,) = _codes(trial, "forward: in place")
    assert codes["forward"] == {"mutates-arguments"}
    assert codes["dloss_dw"] == codes["train"] == codes["loss"] == set()


def test_a_loop_that_takes_part_of_the_data_does_not_ignore_the_rate(trial):
    """In this model every gradient points the same way, so a length alone proves nothing about lr."""
    half, fixed, decays = _codes(trial, "train: first half only", "train: fixed odd rate", "train: rate decays odd")
    assert half["train"] == {"different"}
    assert fixed["train"] == {"ignores-lr"}
    assert decays["train"] == {"ignores-lr"}


def test_a_run_beside_a_gradient_of_zeros_is_not_told_to_stand_still(trial):
    """The zeros are dloss_dw's; that it is called with a few samples at a time is train's own."""
    (codes,) = _codes(trial, "forward: last sample zero + dloss: zeros + train: minibatches")
    assert codes["dloss_dw"] == {"hard-coded"}
    assert codes["train"] == {"different"}


def test_an_array_too_large_to_be_carried_is_told_by_its_shape_elsewhere(trial):
    (codes,) = _codes(trial, "forward: outer")
    assert codes["forward"] == {"wrong-shape"}


def test_rounded_gradients_are_not_called_numerical(trial):
    rounded, numeric = _codes(trial, "dloss: rounded", "dloss: inlined differences")
    assert "numerical-gradient" not in rounded["dloss_dw"]
    assert numeric["dloss_dw"] == {"numerical-gradient"}


def test_records_are_told_by_their_length_and_order(trial):
    more, turned, back = _codes(
        trial, "train: final loss recorded too", "train: path transposed", "train: path backwards"
    )
    assert more["train"] == {"epoch-count"}
    assert turned["train"] == {"transposed"}
    assert back["train"] == {"swapped"}


def test_reports_state_no_solution(trial):
    """Neither the reference's lines nor its numbers stand in a report."""
    reference = (SOLUTIONS / "shallow_narrow.py").read_text()
    secrets = [line.strip() for line in reference.splitlines() if "self.w2 * x" in line or "residual**2" in line]
    known = {case.name: case for case in cases("shallow_narrow")}
    names = ["dloss: sign", "dloss: no x", "loss: half", "train: sequential", "forward: without w2"]
    for tried in trial.grade([known[name].source for name in names]):
        text = tried.report.to_json()
        assert not any(secret in text for secret in secrets)


@pytest.mark.parametrize(
    ("name", "methods", "told"),
    [
        ("shallow_narrow", {"loss": "def loss(self, p, y):\n    return ((y - p) ** 2).mean"}, "brackets missing"),
        (
            "shallow_narrow",
            {"forward": "def forward(self, x):\n    out = np.zeros(len(x), dtype=int)\n"
                        "    out[:] = self.w2 * self.w1 * x\n    return out"},
            "numbers that came are whole",
        ),
        (
            "shallow_narrow",
            {"dloss_dw": "def dloss_dw(self, x, y_true):\n    r = y_true - self.forward(x)\n"
                         "    return -2 * self.w2 * x * r.mean(), -2 * self.w1 * x * r.mean()"},
            "one number for each sample",
        ),
        (
            "linear_regression",
            {"loss": "def loss(self, p, y):\n    return 0.5 * np.sum((p.ravel() - y) ** 2)"},
            "became (n, n)",
        ),
    ],
)  # fmt: skip
def test_slips_with_numpy_have_words_of_their_own(name, methods, told):
    source = (SOLUTIONS / f"{name}.py").read_text()
    (method,) = methods
    with Trial(name, SOLUTIONS / f"{name}.py") as one:
        (tried,) = one.grade([with_methods(source, methods)])
    (check,) = (each for each in tried.report.checks if each.id == f"{method}/values")
    assert told in f"{check.rationale} {check.help}"
    assert [name for name, of in tried.report.methods.items() if of["score"] < of["max_score"]] == [method]


@pytest.mark.parametrize(
    ("stuck", "told"),
    [
        (("b2",), "train: b2 stays as it was."),
        (("w1", "b1"), "train: w1 and b1 stay as they were."),
        (("b1", "b2", "b3"), "train: b1, b2 and b3 stay as they were."),
    ],
)
def test_weights_that_train_forgets_are_told_together(stuck, told):
    """One fault, one sentence: not one for each weight, and none about gradients, which are right."""
    source = (SOLUTIONS / "sigmoid_mlp.py").read_text()
    for name in stuck:
        update = f"self.{name} -= lr * dloss_d{name}"
        assert update in source
        source = source.replace(update, "pass")
    with Trial("sigmoid_mlp", SOLUTIONS / "sigmoid_mlp.py") as one:
        (tried,) = one.grade([source])
    wrong = [check for check in tried.report.checks if check.outcome == "failed"]
    assert [check.rationale for check in wrong] == [told, told]


def test_weights_that_a_run_does_not_leave_on_the_object_are_told_as_such():
    """The loop is right, on copies, and writes two of three layers back."""
    told = "train: The run itself is right, but afterwards the object still has its old w2 and b2."
    source = (SOLUTIONS / "sigmoid_mlp.py").read_text()
    body = """def train(self, x, y_true, lr, n_ep):
        names = ("w1", "b1", "w2", "b2", "w3", "b3")
        weights, losses = [getattr(self, name).copy() for name in names], []
        for epoch in range(n_ep):
            net = type(self)(weights)
            losses.append(net.loss(net.forward(x), y_true))
            weights = [w - lr * g for w, g in zip(weights, net.dloss_dw(x, y_true))]
        self.w1, self.b1, self.w3, self.b3 = weights[0], weights[1], weights[4], weights[5]
        return np.array(losses)"""
    with Trial("sigmoid_mlp", SOLUTIONS / "sigmoid_mlp.py") as one:
        (tried,) = one.grade([with_methods(source, {"train": body})])
    wrong = [check for check in tried.report.checks if check.outcome == "partial"]
    assert [check.rationale for check in wrong] == [told, told]


@pytest.mark.parametrize(
    ("name", "method", "kept", "rest"),
    [
        ("shallow_narrow", "forward", "self.kept = self.w2 * self.w1 * x", "return self.kept"),
        ("shallow_narrow", "loss", "self.kept = y_true.copy()", "return np.mean((self.kept - y_prediction) ** 2)"),
        (
            "linear_regression",
            "dloss_dw",
            "self.kept = self.forward(x) - y_true",
            "return (np.hstack([np.ones_like(x), x]).T @ self.kept,)",
        ),
        (
            "linear_regression",
            "train",
            "self.kept = np.hstack([np.ones_like(x), x])",
            "losses, path = [], []\nfor _ in range(n_ep):\n    error = self.kept @ self.w1 - y_true\n"
            "    losses.append(0.5 * np.sum(error**2))\n    self.w1 = self.w1 - lr * self.kept.T @ error\n"
            "    path.append(self.w1.ravel())\nreturn losses, path",
        ),
    ],
)
def test_what_is_kept_until_the_size_changes_is_seen(name, method, kept, rest):
    """A second batch of the first one's size gets its own answer."""
    source = (SOLUTIONS / f"{name}.py").read_text()
    arguments = {
        "forward": "x",
        "loss": "y_prediction, y_true",
        "dloss_dw": "x, y_true",
        "train": "x, y_true, lr, n_ep",
    }
    first = arguments[method].split(",")[0]
    text = f"def {method}(self, {arguments[method]}):\n"
    text += f"    if not hasattr(self, 'kept') or len(self.kept) != len({first}):\n        {kept}\n"
    text += "".join(f"    {line}\n" for line in rest.splitlines())
    with Trial(name, SOLUTIONS / f"{name}.py") as one:
        (tried,) = one.grade([with_methods(source, {method: text})])
    lost = [each for each, of in tried.report.methods.items() if of["score"] < of["max_score"] - 1e-9]
    assert lost == [method]
    assert {d.code for check in tried.report.checks for d in check.diagnoses} == {"different"}


@pytest.mark.parametrize(
    ("method", "kept", "rest"),
    [
        ("forward", "self.w2 * self.w1 * x", "self.kept.copy()"),
        (
            "dloss_dw",
            "y_true - self.w2 * self.w1 * x",
            "np.mean(-2 * self.kept * self.w2 * x), np.mean(-2 * self.kept * self.w1 * x)",
        ),
    ],
)
def test_what_is_kept_while_the_batch_stays_the_same_is_seen(method, kept, rest):
    """After training, the same batch has another answer. `train`, which calls who kept the old one, loses nothing."""
    arguments = {"forward": "x", "dloss_dw": "x, y_true"}[method]
    text = f"""def {method}(self, {arguments}):
    if not hasattr(self, "seen") or not np.array_equal(self.seen, x):
        self.seen, self.kept = x.copy(), {kept}
    return {rest}
"""
    reference = SOLUTIONS / "shallow_narrow.py"
    with Trial("shallow_narrow", reference) as one:
        (tried,) = one.grade([with_methods(reference.read_text(), {method: text})])
    assert [each for each, of in tried.report.methods.items() if of["score"] < of["max_score"] - 1e-9] == [method]
