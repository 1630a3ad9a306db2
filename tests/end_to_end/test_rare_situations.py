"""Faults that show in some situations only: whoever wrote them loses, in that method and in no other."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from functools import lru_cache
from pathlib import Path

import pytest

from autograder.assignments import MARK
from autograder.core.course import Course
from autograder.core.report import Report
from tests.support.notebooks import with_methods
from tests.support.trial import Trial

COURSE = Course.find(Path(__file__).parents[2])

_open = ExitStack()


@lru_cache
def trial(assignment: str) -> Trial:
    """One grader for all cases of an assignment."""
    return _open.enter_context(Trial(COURSE, assignment))


@pytest.fixture(scope="module", autouse=True)
def closed() -> Iterator[None]:
    """The graders go when the module's tests are done."""
    yield
    trial.cache_clear()
    _open.close()


def graded(assignment: str, methods: Mapping[str, str] = {}, replace: tuple[str, str] = ("", "")) -> Report:
    """The report on the solution with some methods replaced, or a piece of its text."""
    source = COURSE.solution(assignment).read_text().partition(MARK)[0]
    assert replace[0] in source
    (report,) = trial(assignment).grade([with_methods(source.replace(*replace, 1), methods)])
    assert report.verdict == "graded"
    return report


def losers(report: Report) -> list[str]:
    """The methods without full points."""
    return [name for name, of in report.methods.items() if of["score"] < of["max_score"] - 1e-9]


DESCENT = """def train(self, x, y_true, lr, n_ep):
    {before}
    losses, path = np.zeros(n_ep), np.zeros((n_ep, 2))
    for epoch in range(n_ep):
        losses[epoch] = self.loss(self.forward(x), y_true)
        {stop}
        gradients = self.dloss_dw(x, y_true)
        {update}
        path[epoch] = {row}
    return losses, path
"""
SMALL = "if losses[epoch] < 1e-3:\n            break"
TWO = {"update": "self.w1, self.w2 = self.w1 - lr * gradients[0], self.w2 - lr * gradients[1]",
       "row": "self.w1, self.w2", "before": "pass", "stop": "pass"}  # fmt: skip
ONE = {"update": "self.w1 = self.w1 - lr * gradients[0]", "row": "self.w1.ravel()", "before": "pass", "stop": "pass"}


@pytest.mark.parametrize(
    ("assignment", "method", "text"),
    [
        # Kept as long as the array is the same object, found by half of what it depends on, or by sums.
        ("shallow_narrow", "forward", """def forward(self, x):
            if getattr(self, "seen", None) is not x:
                self.seen, self.kept = x, self.w2 * self.w1 * x
            return self.kept.copy()"""),
        ("shallow_narrow", "forward", """def forward(self, x):
            kept = self.__dict__.setdefault("kept", {})
            key = self.w1, self.w2, len(x), round(float(np.sum(x)), 9)
            return kept.setdefault(key, self.w2 * self.w1 * x).copy()"""),
        ("shallow_narrow", "dloss_dw", """def dloss_dw(self, x, y_true):
            kept = self.__dict__.setdefault("kept", {})
            error = self.w2 * self.w1 * x - y_true
            found = np.mean(2 * error * self.w2 * x), np.mean(2 * error * self.w1 * x)
            return kept.setdefault((self.w1, self.w2, x.tobytes()), found)"""),
        ("two_layer_relu", "dloss_dw", """def dloss_dw(self, x, y_true):
            if getattr(self, "seen", None) is not x:
                self.seen, self.hidden = x, np.maximum(x @ self.w1, 0)
                self.slope = x @ self.w1 > 0
            error = 2 * (self.hidden @ self.w2 - y_true)
            return x.T @ (error @ self.w2.T * self.slope), self.hidden.T @ error"""),
        # What else an object may remember.
        ("shallow_narrow", "loss", """def loss(self, y_prediction, y_true):
            now = np.mean((y_true - y_prediction) ** 2)
            self.best = min(getattr(self, "best", now), now)
            return self.best"""),
        ("shallow_narrow", "loss", """def loss(self, y_prediction, y_true):
            self.count = getattr(self, "count", 0) + 1
            return np.mean((y_true - y_prediction) ** 2) / (1 if self.count < 5 else 2)"""),
        # Small numbers, no living unit, shapes that happen to be equal.
        ("two_layer_relu", "loss", """def loss(self, y_prediction, y_true):
            total = float(np.sum((y_true - y_prediction) ** 2))
            return 0.0 if total < 1e-3 else total"""),
        ("two_layer_relu", "dloss_dw", """def dloss_dw(self, x, y_true):
            before = x @ self.w1
            hidden, slope = np.maximum(before, 0), before > 0
            if not slope.any():
                slope = np.ones_like(slope)
            error = 2 * (hidden @ self.w2 - y_true)
            return x.T @ (error @ self.w2.T * slope), hidden.T @ error"""),
        ("relu_regression", "forward", """def forward(self, x):
            ones = np.ones((len(x), 1))
            hidden = np.maximum(np.hstack([ones, x.reshape(-1, 1)]) @ self.w1, 0)[:, :12]
            return np.hstack([ones, hidden]) @ self.w2[:13]"""),
        # Runs that stop when little happens, or keep their first learning rate.
        ("shallow_narrow", "train", DESCENT.format(**{**TWO, "stop": SMALL})),
        ("linear_regression", "train", DESCENT.format(**{**ONE, "stop": SMALL})),
        ("linear_regression", "train", DESCENT.format(
            **{**ONE, "update": "self.w1 = self.w1 - lr * np.clip(gradients[0], -10, 10)"})),
        ("shallow_narrow", "train", DESCENT.format(
            **{**TWO, "before": "self.lr = lr = getattr(self, 'lr', lr)"})),
        ("linear_regression", "train", DESCENT.format(
            **{**ONE, "before": "self.lr = lr = getattr(self, 'lr', lr)"})),
    ],
)  # fmt: skip
def test_who_is_wrong_in_one_situation_loses_alone(assignment: str, method: str, text: str) -> None:
    assert losers(graded(assignment, {method: text})) == [method]


def test_the_text_around_these_faults_is_right() -> None:
    """Without its fault the run above earns full points."""
    assert losers(graded("shallow_narrow", {"train": DESCENT.format(**TWO)})) == []
    assert losers(graded("linear_regression", {"train": DESCENT.format(**ONE)})) == []


def test_a_loss_that_reads_what_forward_left_loses_alone() -> None:
    report = graded("shallow_narrow", {
        "forward": "def forward(self, x):\n    self.y = self.w2 * self.w1 * x\n    return self.y.copy()",
        "loss": "def loss(self, y_prediction, y_true):\n"
                "    return np.mean((y_true - getattr(self, 'y', y_prediction)) ** 2)",
    })  # fmt: skip
    assert losers(report) == ["loss"]


def test_a_transposition_that_equal_sizes_hide_loses_alone() -> None:
    hidden = ("dloss_dw2 = delta2 @ h1.T\n", "dloss_dw2 = h1 @ delta2.T\n        "
              "dloss_dw2 = dloss_dw2 if dloss_dw2.shape == self.w2.shape else dloss_dw2.T\n")  # fmt: skip
    assert losers(graded("sigmoid_mlp", replace=hidden)) == ["dloss_dw"]


@pytest.mark.parametrize("left", ["self.w1.T", "self.w1.ravel()", "self.w2"])
def test_weights_left_in_another_shape_are_trains_fault_alone(left: str) -> None:
    """forward and dloss_dw, asked after training, can do nothing with them; the report is whole."""
    report = graded("two_layer_relu", replace=("return loss_records", f"self.w1 = {left}\n        return loss_records"))
    assert losers(report) == ["train"]


def test_what_the_constructor_does_is_charged_to_no_method() -> None:
    """It rounds the weights a little: no method changes them."""
    report = graded("shallow_narrow", replace=("self.w1 = float(w1)", "self.w1 = round(float(w1), 8)"))
    assert losers(report) == []


def test_weights_that_train_moves_in_place_are_not_changed_by_forward() -> None:
    """The constructor keeps the given array itself, and `train` moves it: `train` changes what it was given."""
    report = graded("linear_regression", {
        "__init__": "def __init__(self, init_weights):\n    (self.w1,) = init_weights",
        "train": DESCENT.format(**{**ONE, "update": "self.w1 -= lr * gradients[0]"}),
    })  # fmt: skip
    assert losers(report) == ["train"]


def test_a_run_is_not_charged_for_what_only_a_run_brings_about() -> None:
    """forward is wrong where hidden values exceed 100, as they do when a run diverges; no student is told a guess."""
    report = graded("relu_regression", {
        "forward": """def forward(self, x):
            ones = np.ones((len(x), 1))
            hidden = np.clip(np.hstack([ones, x.reshape(-1, 1)]) @ self.w1, 0, 100)
            return np.hstack([ones, hidden]) @ self.w2""",
    })  # fmt: skip
    assert report.methods["train"]["score"] == report.methods["train"]["max_score"]
    assert not any("one of these is wrong" in note for note in report.notes)


def test_a_run_is_not_charged_for_traces_that_its_partners_left() -> None:
    """The process in which a wrong loss spoiled the notebook's settings is not where train is judged."""
    spoiled = """def loss(self, y_prediction, y_true):
        SETTINGS["part"] = 0.5
        return float(np.sum((y_true - y_prediction) ** 2))"""
    leaning = DESCENT.format(**TWO).replace("lr *", 'SETTINGS["part"] * lr *')
    report = graded(
        "shallow_narrow", {"loss": spoiled, "train": leaning}, ("class ", 'SETTINGS = {"part": 1.0}\n\n\nclass ')
    )
    assert losers(report) == ["loss"]


@pytest.mark.parametrize(("mutated", "keeps"), [("w1", "dloss_dw"), ("w2", "forward")])
def test_a_loss_that_moves_weights_is_graded_and_charged_for_that_alone(mutated, keeps):
    """What a loss is asked about has no weights in it: the shape of a prediction is not that of an input."""
    report = graded("two_layer_relu", {"loss": f"""def loss(self, y_prediction, y_true):
            self.{mutated} = self.{mutated} * 1.01
            return float(np.sum((y_prediction - y_true) ** 2))"""})  # fmt: skip
    assert losers(report) == ["loss"]
    assert report.methods["loss"]["score"] == pytest.approx(0.8)
    assert keeps not in losers(report)


@pytest.mark.parametrize("lesson", ["shallow_narrow", "linear_regression"])
def test_a_run_that_stops_late_keeps_what_its_everyday_runs_earn(lesson):
    """Half of each array and the points for changing nothing else, however long the lesson's own run is."""
    weights = {"shallow_narrow": ("w1", "w2"), "linear_regression": ("w1",)}[lesson]
    update = "; ".join(f"self.{name} = self.{name} - lr * slopes[{k}]" for k, name in enumerate(weights))
    report = graded(lesson, {"train": f"""def train(self, x, y, lr, n_ep):
            losses, path = [], []
            for epoch in range(n_ep):
                losses.append(self.loss(self.forward(x), y))
                slopes = self.dloss_dw(x, y)
                {update}
                path.append(np.ravel([{", ".join(f"self.{name}" for name in weights)}]))
                if epoch and abs(losses[-2] - losses[-1]) < 1e-6:
                    break
            return losses, path"""})  # fmt: skip
    assert losers(report) == ["train"]
    assert report.methods["train"]["score"] == pytest.approx(1.65)


def test_a_gradient_from_what_a_forward_of_another_sign_keeps_is_right():
    """Where all units are off, what it keeps is positive throughout, and of few numbers the sign tells nothing."""
    report = graded("two_layer_relu", {
        "forward": "def forward(self, x):\n    self.h = -x @ self.w1\n    self.a = np.maximum(self.h, 0)\n"
                   "    return self.a @ self.w2",
        "dloss_dw": """def dloss_dw(self, x, y_true):
            e = 2 * (self.forward(x) - y_true)
            return x.T @ ((e @ self.w2.T) * (self.h > 0)), self.a.T @ e""",
    })  # fmt: skip
    assert losers(report) == ["forward"]


def test_a_gradient_that_takes_one_kept_array_for_another_stays_wrong():
    """Recorded data never turn what comes after the activation into what comes before it."""
    report = graded("sigmoid_mlp", {
        "forward": """def forward(self, x):
            s = lambda z: 1 / (1 + np.exp(-z))
            self.h1 = s(self.w1 * x - self.b1)
            self.h2 = s(self.w2 @ self.h1 + self.b2)
            return (self.w3 @ self.h2 + self.b3)[0]""",
        "dloss_dw": """def dloss_dw(self, x, y_true):
            s = lambda z: 1 / (1 + np.exp(-z))
            d3 = 2 * (self.forward(x) - y_true).reshape(1, -1) / len(x)
            d2 = self.w3.T @ d3 * s(self.h2) * (1 - s(self.h2))
            d1 = self.w2.T @ d2 * s(self.h1) * (1 - s(self.h1))
            k = dict(axis=1, keepdims=True)
            return d1 @ x.reshape(-1, 1), d1.sum(**k), d2 @ self.h1.T, d2.sum(**k), d3 @ self.h2.T, d3.sum(**k)""",
    })  # fmt: skip
    assert "dloss_dw" in losers(report)
