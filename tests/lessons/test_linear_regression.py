"""The second lesson: what its text says is what its code does."""

from __future__ import annotations

import re

import numpy as np
import pytest

from autograder.selfcheck import CheckFailed, same
from tests.support.lessons import (
    LIMIT_S,
    POINTS,
    Form,
    Lesson,
    MapOfTheLoss,
    complaints,
    figures,
    numbers,
    printed,
    used_s,
)

LESSON = Lesson("linear_regression", "LinearRegression")
TEXT = LESSON.text
X_EXAMPLE, Y_EXAMPLE = np.array([[0.0], [1.0], [3.0]]), np.array([[2.0], [1.0], [6.0]])


class TestForm(Form):
    lesson = LESSON
    right_line = "table.sum(axis=0).reshape(-1, 1)"
    wrong_line = "table.sum(axis=0)"


class TestMap(MapOfTheLoss):
    lesson = LESSON
    before = ("data-code", "LinearRegression", "panels", "run", "explore-plane-code")

    def loss_at(self, space, point):
        model = space["LinearRegression"]([np.reshape(point, (2, 1))])
        return model.loss(model.forward(space["x_train"]), space["y_train"])


@pytest.fixture(scope="module")
def model_class():
    return LESSON.model()


def trained(model_class, seed=2021, lr=1e-6, n_ep=10_000):
    """(model, losses, path, best loss, best bias, best slope) of the lesson's run with this seed."""
    data = LESSON.data(seed)
    x, y = data["x_train"], data["y_train"]
    model = model_class([data["w_start"]])
    losses, path = model.train(x, y, lr, n_ep)
    slope, bias = np.polyfit(x.ravel(), y.ravel(), 1)
    best = model_class([[[bias], [slope]]])
    return model, losses, path, best.loss(best.forward(x), y), bias, slope


# ---- its numbers -------------------------------------------------------------------------------------------------


def test_the_small_example_is_worked_out_right(model_class):
    """The figures of sections 3 to 6, all of which the checks of section 7 use."""
    model = model_class([[[1], [2]]])
    prediction = model.forward(X_EXAMPLE)
    assert prediction.tolist() == [[1], [3], [7]]
    assert (prediction - Y_EXAMPLE).tolist() == [[-1], [2], [1]]
    assert model.loss(prediction, Y_EXAMPLE) == 3
    (gradient,) = model.dloss_dw(X_EXAMPLE, Y_EXAMPLE)
    assert gradient.tolist() == [[2], [5]]
    moved = model_class([[[1], [2.001]]])
    assert f"{moved.loss(moved.forward(X_EXAMPLE), Y_EXAMPLE):.6f}" == "3.005005" in TEXT["gradient-text"]
    losses, path = model.train(X_EXAMPLE, Y_EXAMPLE, 0.1, 1)
    assert losses.tolist() == [3]
    assert path == pytest.approx(np.array([[0.8, 1.5]]))
    assert "(0.8,\\ 1.5)" in TEXT["train-text"]


def test_the_reference_agrees_with_central_differences(model_class):
    rng = np.random.default_rng(3)
    x, y, w = rng.normal(size=(9, 1)), rng.normal(size=(9, 1)), rng.normal(size=(2, 1))

    def loss(weights):
        model = model_class([weights])
        return model.loss(model.forward(x), y)

    (gradient,) = model_class([w]).dloss_dw(x, y)
    steps = [np.array(step).reshape(2, 1) for step in ((1e-4, 0), (0, 1e-4))]
    measured = np.array([[(loss(w + step) - loss(w - step)) / 2e-4] for step in steps])
    assert np.abs(gradient - measured).max() < 1e-7 * np.abs(measured).max()


def test_the_figures_of_the_notebooks_own_run_are_right(model_class):
    model, losses, path, best_loss, best_bias, best_slope = trained(model_class)
    told = numbers(TEXT["expect"].split("With\n200")[0])
    least = told[-1]
    seen = [losses[0], losses[-1], model.w1[0, 0], model.w1[1, 0], best_bias, best_slope, best_loss]
    assert told == pytest.approx([round(seen[0]), round(seen[1]), *np.round(seen[2:6], 2), round(seen[6])])
    assert losses[-1] / best_loss - 1 == pytest.approx(0.02, abs=0.005)  # question 2
    assert least / (700 * 0.5 * 10**2) == pytest.approx(3, abs=0.2)  # three times the noise
    assert path[:, 0].max() == pytest.approx(3, abs=0.3)  # the picture's alt text
    assert 150_000 < losses[400] < 165_000
    assert path[400, 1] == pytest.approx(14, abs=0.2)


@pytest.mark.slow
def test_the_ranges_hold_over_many_seeds(model_class):
    """The table of section 8, measured over 200 seeds; here 30 of them."""
    seen = []
    for seed in range(30):
        model, losses, _, best, _, _ = trained(model_class, seed)
        assert np.all(np.diff(losses) < 0)
        over = 100 * (losses[-1] / best - 1)
        seen.append((losses[0] / 1000, losses[-1] / 1000, over, model.w1[0, 0], model.w1[1, 0]))
    rows = LESSON.rows("expect")
    assert len(rows) == 5
    for (name, narrow, wide), values in zip(rows, np.array(seen).T, strict=True):
        assert np.all((values >= wide[0]) & (values <= wide[1])), name
        assert np.mean((values >= narrow[0]) & (values <= narrow[1])) >= 0.75, name
        assert values.max() - values.min() > 0.5 * (wide[1] - wide[0]), f"the range is too generous: {name}"


def test_the_learning_rates_behave_as_told(model_class):
    x = LESSON.data()["x_train"]
    columns = np.hstack([np.ones_like(x), x])
    flat, steep = np.linalg.eigvalsh(columns.T @ columns)
    assert f"{2 / steep * 1e4:.2f} \\cdot 10^{{-4}}" in TEXT["explore-lr-seen"]
    assert steep / flat == pytest.approx(40, abs=1)  # question 1
    with np.errstate(over="ignore", invalid="ignore"):
        runs = {lr: trained(model_class, lr=lr, n_ep=3000) for lr in (1e-8, 1e-4, 3.1e-4, 3.2e-4)}
    best = runs[1e-4][3]
    assert runs[1e-8][1][-1] / runs[1e-8][1][0] == pytest.approx(0.75, abs=0.02)
    assert f"from epoch {np.argmax(runs[1e-4][1] < 1.001 * best)} on" in TEXT["explore-lr-seen"]
    assert runs[3.1e-4][1][-1] < 1.001 * best
    assert runs[3.2e-4][1][-1] > 1e50


def test_scaled_inputs_arrive_when_the_text_says(model_class):
    data = LESSON.data()
    x, y = data["x_train"], data["y_train"]
    best = trained(model_class, n_ep=1)[3]
    for inputs, lr, told in (((x - x.mean()) / x.std(), 1e-3, "from epoch 7 on"), (x, 3e-4, "until epoch 135")):
        losses, _ = model_class([data["w_start"]]).train(inputs, y, lr, 300)
        assert str(np.argmax(losses < (1 + 1e-6) * best)) == told.split()[2]
        assert told in TEXT["explore-round-seen"]


def test_the_floor_of_the_valley_keeps_the_line_near_the_point_that_is_told():
    x = LESSON.data()["x_train"]
    columns = np.hstack([np.ones_like(x), x])
    bias, slope = np.linalg.eigh(columns.T @ columns)[1][:, 0]
    assert -bias / slope == pytest.approx(3.2, abs=0.05)


def test_along_the_valley_the_loss_rises_less_as_told(model_class):
    data = LESSON.data()
    x, y = data["x_train"], data["y_train"]
    told = numbers(TEXT["explore-slider"].split("Go to the end")[1].split("\n\n")[0])
    losses = []
    for bias, slope in ((-16, 21), (-6, 21), (-6, 18)):
        model = model_class([[[bias], [slope]]])
        losses.append(round(model.loss(model.forward(x), y)))
    assert told == [-16, 21, losses[0], 10, losses[1], 3, losses[2]]


def test_what_stands_between_has_the_shapes_of_the_table():
    """Section 1: every name of the code is one of the reference's own, with the shape that is told."""
    data = LESSON.data()
    space = {"np": np, "x": data["x_train"], "y_true": data["y_train"], "self": LESSON.model()([data["w_start"]])}
    space["y_prediction"] = space["self"].forward(space["x"])
    for line in ("inputs = ", "error = y_pred", "half_squares = "):
        (found,) = {each.strip() for each in TEXT["LinearRegression"].splitlines() if each.strip().startswith(line)}
        exec(found, space)
    rows = re.findall(r"\| `([\w.]+)` \| `(\(.+?\))` \|", TEXT["model"])
    assert len(rows) == 7
    for name, shape in rows:
        assert str(np.shape(eval(name, space))) == shape.replace("N", "700")


# ---- its traps ---------------------------------------------------------------------------------------------------


def test_beside_a_mean_loss_the_sums_gradient_is_not_called_wrong():
    mean = "def loss(self, y_prediction, y_true):\n    return float(np.mean(0.5 * (y_prediction - y_true) ** 2))"
    with pytest.raises(CheckFailed, match=r"dloss_dw cannot be checked yet: mend LinearRegression\.loss\s+first"):
        LESSON.check("dloss_dw", loss=mean)
    with pytest.raises(CheckFailed, match=r"the same N twice over leaves loss as it is; here\s+that\s+doubles\s+it"):
        LESSON.check("loss", loss=mean)


def test_a_flat_prediction_is_told_by_its_shape():
    flat = "def forward(self, x):\n    return self.w1[0, 0] + self.w1[1, 0] * x.ravel()"
    with pytest.raises(CheckFailed, match=r"y_prediction has the shape \(1,\); \(1, 1\) was expected"):
        LESSON.check("forward", forward=flat)


def test_a_gradient_without_its_tuple_is_right_and_stops_at_the_example():
    """The grading takes it; in section 6 the training unpacks a tuple."""
    bare = (
        "def dloss_dw(self, x, y_true):\n"
        "    X = np.hstack([np.ones_like(x), x])\n    return X.T @ (self.forward(x) - y_true)"
    )
    LESSON.check("dloss_dw", dloss_dw=bare)
    space = {"np": np, "same": same, "LinearRegression": LESSON.model(dloss_dw=bare)}
    with pytest.raises(CheckFailed, match=r"the number of gradients: not the same yet"):
        exec("\n".join(TEXT[f"{name}-example"] for name in ("forward", "loss", "dloss_dw")), space)


def test_records_that_keep_one_array_are_found():
    kept = """
    def train(self, x, y_true, lr, n_ep):
        losses, path = [], []
        for _ in range(n_ep):
            losses.append(self.loss(self.forward(x), y_true))
            self.w1 -= lr * self.dloss_dw(x, y_true)[0]
            path.append(self.w1.reshape(2))
        return losses, path
    """
    with pytest.raises(CheckFailed, match=r"all rows of weight_records are equal"):
        LESSON.check("train", train=kept)


# ---- as a student runs it ----------------------------------------------------------------------------------------


@pytest.mark.slow
def test_the_solved_notebook_runs_in_a_real_kernel_without_error_or_warning(tmp_path):
    outputs = LESSON.run(tmp_path, LESSON.solved_release())
    assert 1 < used_s(outputs) < LIMIT_S
    assert complaints(outputs) == []
    for method in POINTS:
        assert printed(outputs[method]).startswith(f"{LESSON.class_name}.{method}: nothing wrong was found.\n  [ok] ")
    assert "fails on purpose" in printed(outputs["checking-works"])
    explored = ["explore-lr-code", "explore-plane-code", "explore-round-code"]
    assert figures(outputs) == ["data-picture", "run", *explored, "playground"]
    first, last, *_ = numbers(printed(outputs["run"]))
    assert (first, last) == tuple(numbers(TEXT["expect"])[:2])
    fast, slow, ratio, *_ = numbers(printed(outputs["explore-speed-code"]))
    assert ratio == pytest.approx(slow / fast, rel=0.1)
    assert ratio > 100
    assert "from epoch 7\n" in printed(outputs["explore-round-code"])


@pytest.mark.slow
def test_the_release_as_it_is_says_what_is_not_written_yet(tmp_path):
    outputs = LESSON.run(tmp_path, LESSON.release(), errors=True)
    told = dict(complaints(outputs))
    for method in POINTS:
        assert told[method].startswith("CheckFailed: ")
        assert "is not written yet" in told[method]
    given = {"setup", "checking-works", "data-code", "data-picture", "shape-trap", "alias-trap", "panels"}
    assert not given & told.keys()
