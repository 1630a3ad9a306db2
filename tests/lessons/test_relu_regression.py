"""The third lesson: what its text says is what its code does."""

from __future__ import annotations

import numpy as np
import pytest

from autograder.selfcheck import CheckFailed
from tests.support.lessons import LIMIT_S, POINTS, Form, Lesson, complaints, figures, numbers, printed, used_s

LESSON = Lesson("relu_regression", "ReLURegression")
TEXT = LESSON.text
X_EXAMPLE, Y_EXAMPLE = np.array([[1.0], [2.0], [4.0]]), np.array([[6.0], [5.0], [13.0]])
START = ([[1, -3], [1, 1]], [[1], [2], [3]])

BACKWARD = """
def dloss_dw(self, x, y_true):
    ones = np.ones_like(x)
    inputs = np.hstack([ones, x])
    before = inputs @ self.w1
    RELU
    hidden = np.hstack([ones, after])
    error = hidden @ self.w2 - y_true
    back = error @ self.w2[1:].T
    MASK
    return inputs.T @ back, hidden.T @ error
"""
UNMASKED = BACKWARD.replace("RELU", "after = np.maximum(before, 0)").replace("MASK", "pass")
IN_PLACE = BACKWARD.replace("RELU", "before[before < 0] = 0; after = before").replace("MASK", "back[before < 0] = 0")
IN_PLACE_LUCKY = IN_PLACE.replace("back[before < 0] = 0", "back *= before > 0")
SEQUENTIAL = """
def train(self, x, y_true, lr, n_ep):
    losses = np.empty(n_ep)
    for epoch in range(n_ep):
        losses[epoch] = self.loss(self.forward(x), y_true)
        self.w1 -= lr * self.dloss_dw(x, y_true)[0]
        self.w2 -= lr * self.dloss_dw(x, y_true)[1]
    return losses
"""


class TestForm(Form):
    lesson = LESSON
    right_line = "a @ b.T"
    wrong_line = "(a @ b.T).T"


@pytest.fixture(scope="module")
def model_class():
    return LESSON.model()


def started(model_class, data):
    return model_class([data["w1_start"], data["w2_start"]])


def trained(model_class, seed=2021, lr=1e-6, n_ep=10_000):
    """(model, losses, data) of the lesson's run with this seed."""
    data = LESSON.data(seed)
    model = started(model_class, data)
    return model, model.train(data["x_train"], data["y_train"], lr, n_ep), data


def straight_line_loss(data):
    """The loss of the best straight line."""
    x, y = data["x_train"].ravel(), data["y_train"].ravel()
    return np.sum((np.polyval(np.polyfit(x, y, 1), x) - y) ** 2) / 2


def hinges(model):
    return -model.w1[0] / model.w1[1]


def among_the_data(model):
    return int(np.sum((hinges(model) > 0) & (hinges(model) < 5)))


def dead(model, x):
    """How many hidden units are off for every sample."""
    return int(np.all(np.hstack([np.ones_like(x), x]) @ model.w1 <= 0, axis=0).sum())


# ---- its numbers -------------------------------------------------------------------------------------------------


def test_the_small_example_is_worked_out_right(model_class):
    """The figures of sections 3 to 6, all of which the checks of section 7 use."""
    model = model_class(START)
    prediction = model.forward(X_EXAMPLE)
    assert prediction.tolist() == [[5], [7], [14]]
    assert model.loss(prediction, Y_EXAMPLE) == 3
    gradient1, gradient2 = model.dloss_dw(X_EXAMPLE, Y_EXAMPLE)
    assert gradient1.tolist() == [[4, 3], [14, 12]]
    assert gradient2.tolist() == [[2], [9], [1]]
    moved = model_class([[[1, -3], [1.001, 1]], START[1]])
    assert f"{moved.loss(moved.forward(X_EXAMPLE), Y_EXAMPLE):.6f}" == "3.014042" in TEXT["gradient-text"]
    assert model.train(X_EXAMPLE, Y_EXAMPLE, 0.01, 1).tolist() == [3]
    assert model.w1 == pytest.approx(np.array([[0.96, -3.03], [0.86, 0.88]]))
    right, wrong = (line.split("|")[2:4] for line in TEXT["train-text"].splitlines() if line[:4] in ("| ri", "| wr"))
    assert numbers(right[0]) == [2, 9, 1]
    assert numbers(right[1]) == pytest.approx(model.w2.ravel())
    late = model_class([model.w1, START[1]]).dloss_dw(X_EXAMPLE, Y_EXAMPLE)[1].ravel()
    assert numbers(wrong[0]) == pytest.approx(late)
    assert numbers(wrong[1]) == pytest.approx(np.array([1, 2, 3]) - 0.01 * late, abs=5e-5)


def test_the_reference_agrees_with_central_differences(model_class):
    rng = np.random.default_rng(3)
    x, y = rng.normal(size=(9, 1)), rng.normal(size=(9, 1))
    weights = [rng.normal(size=(2, 4)), rng.normal(size=(5, 1))]
    assert np.abs(np.hstack([np.ones_like(x), x]) @ weights[0]).min() > 1e-3  # no kink within a step

    def loss():
        model = model_class(weights)
        return model.loss(model.forward(x), y)

    for weight, gradient in zip(weights, model_class(weights).dloss_dw(x, y), strict=True):
        measured = np.empty_like(weight)
        for at in np.ndindex(weight.shape):
            sides = []
            for step in (1e-4, -2e-4):
                weight[at] += step
                sides.append(loss())
            weight[at] += 1e-4
            measured[at] = (sides[0] - sides[1]) / 2e-4
        assert np.abs(gradient - measured).max() < 1e-7 * np.abs(measured).max()


def test_the_data_are_those_of_the_lesson_before():
    other = Lesson("linear_regression", "LinearRegression").data()
    assert np.array_equal(LESSON.data()["y_train"], other["y_train"])


@pytest.mark.slow
def test_the_figures_of_the_notebooks_own_run_are_right(model_class):
    model, losses, data = trained(model_class)
    told = [f"starts at {losses[0]:.0f} and ends at {losses[-1]:.0f}.", f"is {losses[0] / 700:.1f} and"]
    told += [f"and {losses[-1] / 700:.2f}, where", f"line has {straight_line_loss(data) / 700:.1f}."]
    assert [words for words in told if words not in TEXT["expect"]] == []
    assert losses[100] == pytest.approx(150_000, abs=5_000)  # from here on: the picture's alt text
    for values, low, high in ((model.w1[0], -8, 1), (model.w1[1], 0, 3), (model.w2[1:], 0, 8)):
        assert low - 0.5 < values.min() < values.max() < high + 0.5
    assert among_the_data(model) == 7  # section 9.2: seven hinges, three units always on
    x, y = data["x_train"], data["y_train"]
    assert int(np.all(np.hstack([np.ones_like(x), x]) @ model.w1 > 0, axis=0).sum()) == 3
    cubic = np.sum((x**3 + 4 - y) ** 2) / 2 / 700
    assert f"on these data {cubic:.2f}" in TEXT["why-noise"]


@pytest.mark.slow
def test_the_ranges_hold_over_many_seeds(model_class):
    """The table of section 8, measured over 100 seeds; here 12 of them."""
    seen, rises = [], 0
    for seed in range(12):
        model, losses, data = trained(model_class, seed)
        better = np.argmax(losses < straight_line_loss(data))
        off = dead(model, data["x_train"])
        seen.append((losses[0] / 700, losses[-1] / 700, better, among_the_data(model), off))
        rises += bool(np.any(np.diff(losses) > 0))
        assert np.max(np.diff(losses) / losses[:-1]) < 1e-5
    assert 6 <= rises <= 11
    rows = LESSON.rows("expect")
    assert len(rows) == 5
    for (name, narrow, wide), values in zip(rows, np.array(seen).T, strict=True):
        assert np.all((values >= wide[0]) & (values <= wide[1])), name
        assert np.mean((values >= narrow[0]) & (values <= narrow[1])) >= 0.7, name
        assert values.max() - values.min() >= 0.4 * (wide[1] - wide[0]), f"the range is too generous: {name}"


@pytest.mark.slow
def test_the_learning_rates_behave_as_told(model_class):
    seen = {}
    for lr in (1e-8, 1e-6, 1e-5, 5e-5):
        model, losses, data = trained(model_class, lr=lr, n_ep=2000)
        seen[lr] = dead(model, data["x_train"]), losses, among_the_data(model)
    assert [seen[lr][0] for lr in seen] == [0, 0, 0, 10]
    assert seen[1e-8][2] == 0  # still a straight line
    assert seen[1e-5][1][-1] > seen[1e-6][1][-1]
    assert 0.4 < np.mean(np.diff(seen[1e-5][1]) > 0) < 0.5  # nearly every other epoch
    losses = seen[5e-5][1]
    assert losses[1] / losses[0] == pytest.approx(20, abs=1)
    assert losses[-1] / 700 == pytest.approx(np.var(data["y_train"]) / 2, abs=0.01)
    assert f"{losses[-1] / 700:.0f}" == "677" in TEXT["explore-lr-seen"]
    after = [dead(trained(model_class, lr=5e-5, n_ep=n)[0], data["x_train"]) for n in (1, 2)]
    assert after == [0, 10]


@pytest.mark.slow
def test_the_hinges_move_as_told(model_class):
    data = LESSON.data()
    assert np.all(hinges(started(model_class, data)) < 0)
    assert among_the_data(trained(model_class, n_ep=30)[0]) == 0
    straight = trained(model_class, n_ep=100)[0].forward(data["x_train"]).ravel()
    line = np.polyval(np.polyfit(data["x_train"].ravel(), straight, 1), data["x_train"].ravel())
    assert np.abs(straight - line).max() < 0.05
    assert "eight of them within the first 300 epochs" in TEXT["explore-hinges-seen"]
    assert among_the_data(trained(model_class, n_ep=300)[0]) == 8


@pytest.mark.slow
def test_the_starts_behave_as_told(model_class):
    data = LESSON.data()
    x, y = data["x_train"], data["y_train"]
    equal = model_class([np.full((2, 10), 0.5), np.full((11, 1), 0.5)])
    equal_loss = equal.train(x, y, 1e-6, 3000)[-1]
    assert np.ptp(equal.w1, axis=1).max() < 1e-9
    one_bend = equal_loss / 700
    assert 60 < one_bend < 75
    nothing = model_class([np.zeros((2, 10)), np.zeros((11, 1))])
    nothing.train(x, y, 1e-6, 3000)
    assert not nothing.w1.any()
    assert not nothing.w2[1:].any()
    assert nothing.w2[0, 0] > 25
    w2_zero = model_class([data["w1_start"], np.zeros((11, 1))])
    assert w2_zero.train(x, y, 1e-6, 3000)[-1] / 700 < 55


@pytest.mark.slow
def test_two_units_come_close_and_thirty_do_no_better(model_class):
    """Question 6, with the data of the lesson and weights of other sizes."""
    data = LESSON.data()
    last = {}
    for units in (2, 30):
        rng = np.random.default_rng(5)
        model = model_class([rng.uniform(size=(2, units)), rng.uniform(size=(units + 1, 1))])
        last[units] = model.train(data["x_train"], data["y_train"], 1e-6, 10_000)[-1] / 700
    assert 50 < last[2] < 56
    assert 49 < last[30] < 50


# ---- its traps ---------------------------------------------------------------------------------------------------


def test_a_missing_mask_is_found_by_the_check():
    with pytest.raises(CheckFailed, match=r"(?s)slope of your own\s+loss.*dloss_dw2:\s+right"):
        LESSON.check("dloss_dw", dloss_dw=UNMASKED)


def test_a_relu_in_place_is_as_wrong_as_no_mask_and_the_lucky_mask_is_right():
    """Section 5: where was it negative finds nothing any more; where is it positive still works."""
    with pytest.raises(CheckFailed, match=r"(?s)slope of your own\s+loss.*dloss_dw2:\s+right"):
        LESSON.check("dloss_dw", dloss_dw=IN_PLACE)
    LESSON.check("dloss_dw", dloss_dw=IN_PLACE_LUCKY)
    answers = [LESSON.model(dloss_dw=way)(START).dloss_dw(X_EXAMPLE, Y_EXAMPLE)[0] for way in (IN_PLACE, UNMASKED)]
    assert np.array_equal(*answers)


def test_moving_w1_first_is_found_by_the_check():
    with pytest.raises(CheckFailed, match=r"(?s)w1: right.*before\s+anything\s+moves"):
        LESSON.check("train", train=SEQUENTIAL)


@pytest.mark.slow
def test_the_curves_of_the_wrong_ones_look_as_well_as_told():
    """Questions 4 and 5: neither fault shows in the curve."""
    _, unmasked, data = trained(LESSON.model(dloss_dw=UNMASKED))
    assert f"to {unmasked[-1] / 700:.2f} per sample" in TEXT["why-mask"]
    assert unmasked[-1] < 0.7 * straight_line_loss(data)
    sequential = [trained(LESSON.model(train=SEQUENTIAL), seed)[1][-1] / 700 for seed in (2021, 0)]
    own = [trained(LESSON.model(), seed)[1][-1] / 700 for seed in (2021, 0)]
    assert f"at {sequential[0]:.2f} per sample where you have {own[0]:.2f}" in TEXT["why-sequential"]
    assert sequential[0] < own[0]
    assert sequential[1] > own[1]  # the other way round


# ---- as a student runs it ----------------------------------------------------------------------------------------


@pytest.mark.slow
def test_the_solved_notebook_runs_in_a_real_kernel_without_error_or_warning(tmp_path):
    outputs = LESSON.run(tmp_path, LESSON.solved_release())
    assert 1 < used_s(outputs) < LIMIT_S
    assert complaints(outputs) == []
    for method in POINTS:
        assert printed(outputs[method]).startswith(f"{LESSON.class_name}.{method}: nothing wrong was found.\n  [ok] ")
    assert "fails on purpose" in printed(outputs["checking-works"])
    explored = ["explore-lr-code", "explore-hinges-code", "explore-starts-code"]
    assert figures(outputs) == ["data-picture", "run", *explored, "playground"]
    first, last, *_ = numbers(printed(outputs["run"]))
    assert (first, last) == tuple(numbers(TEXT["expect"])[:2])


@pytest.mark.slow
def test_the_release_as_it_is_says_what_is_not_written_yet(tmp_path):
    outputs = LESSON.run(tmp_path, LESSON.release(), errors=True)
    told = dict(complaints(outputs))
    for method in POINTS:
        assert told[method].startswith("CheckFailed: ")
        assert "is not written yet" in told[method]
    assert not {"setup", "checking-works", "data-code", "data-picture", "in-place-trap", "panels"} & told.keys()
