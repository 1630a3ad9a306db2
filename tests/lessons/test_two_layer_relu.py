"""The fourth lesson: what its text says is what its code does."""

from __future__ import annotations

import re

import numpy as np
import pytest

from autograder.selfcheck import CheckFailed
from tests.support.lessons import LIMIT_S, POINTS, Form, Lesson, complaints, figures, numbers, printed, used_s

LESSON = Lesson("two_layer_relu", "TwoLayerReLU")
TEXT = LESSON.text
SEED = "default_rng(2023)"  # chosen because its loss rises at the beginning, as in more than half of all runs
X_EXAMPLE = np.array([[1.0, 2.0], [2.0, -1.0], [0.0, -1.0]])
Y_EXAMPLE = np.array([[1.0, 2.0], [5.0, -1.0], [-1.0, -2.0]])
START = (np.array([[1.0, -1.0, 2.0, 1.0], [1.0, 1.0, -3.0, -2.0]]), np.array([[1, 0], [-1, 2], [1, -1], [-1, 1.0]]))

BACKWARD = """
def dloss_dw(self, x, y_true):
    before = x @ self.w1
    RELU
    error = 2 * (after @ self.w2 - y_true)
    back = error @ self.w2.T
    MASK
    return x.T @ back, after.T @ error
"""
UNMASKED = BACKWARD.replace("RELU", "after = np.maximum(before, 0)").replace("MASK", "pass")
IN_PLACE = BACKWARD.replace("RELU", "after = before; after[after < 0] = 0").replace("MASK", "back[before < 0] = 0")
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
    right_line = "a.T @ b"
    wrong_line = "(a.T @ b).ravel()"


@pytest.fixture(scope="module")
def model_class():
    return LESSON.model()


def data(seed=2023):
    """(x, y, starting weights) of the lesson, drawn with this seed."""
    lines = TEXT["data-code"].split("\n\n")[0]
    assert SEED in lines
    space = {"np": np}
    exec(lines.replace(SEED, f"default_rng({seed})"), space)
    return space["x_train"], space["y_train"], [space["w1_start"], space["w2_start"]]


def trained(model_class, seed=2023, lr=1e-6, n_ep=500):
    """(model, losses) of the lesson's run with this seed."""
    x, y, start = data(seed)
    model = model_class(start)
    with np.errstate(over="ignore", invalid="ignore"):
        return model, model.train(x, y, lr, n_ep)


def moved(model, start):
    """How far both matrices are from their start, in % of its size."""
    return [
        100 * np.linalg.norm(now - w) / np.linalg.norm(w) for now, w in zip((model.w1, model.w2), start, strict=True)
    ]


def dead(model, x):
    """How many hidden units are off for every sample."""
    return int(np.all(x @ model.w1 <= 0, axis=0).sum())


def matrix(rows):
    """A matrix as the text has it."""
    body = r" \\ ".join(" & ".join(f"{v + 0.0:g}" for v in row) for row in rows)
    return rf"\begin{{pmatrix}} {body} \end{{pmatrix}}"


# ---- its numbers -------------------------------------------------------------------------------------------------


def test_the_small_example_is_worked_out_right(model_class):
    """Every matrix of sections 3 to 5, all of which the checks of section 7 use."""
    model = model_class(START)
    before = X_EXAMPLE @ START[0]
    prediction = model.forward(X_EXAMPLE)
    for array in (X_EXAMPLE, *START, before, np.maximum(before, 0), prediction):
        assert matrix(array) in TEXT["forward-text"]
    error = prediction - Y_EXAMPLE
    for array in (Y_EXAMPLE, error):
        assert matrix(array) in TEXT["loss-text"]
    assert model.loss(prediction, Y_EXAMPLE) == 11
    back = 2 * error @ START[1].T
    for array in (2 * error, back, back * (before > 0), before > 0, *model.dloss_dw(X_EXAMPLE, Y_EXAMPLE)):
        assert matrix(array) in TEXT["gradient-text"]


def test_the_measured_slope_is_right_and_would_find_a_missing_mask(model_class):
    w1 = START[0].copy()
    w1[0, 1] += 0.001
    model = model_class([w1, START[1]])
    loss = model.loss(model.forward(X_EXAMPLE), Y_EXAMPLE)
    assert f"= {loss:.6f}$" in TEXT["gradient-text"]
    assert f"= {(loss - 11) / 0.001:.3f}$" in TEXT["gradient-text"]
    assert model_class(START).dloss_dw(X_EXAMPLE, Y_EXAMPLE)[0][0, 1] == -2
    unmasked = LESSON.model(dloss_dw=UNMASKED)(START).dloss_dw(X_EXAMPLE, Y_EXAMPLE)[0][0, 1]
    assert f"Without the mask it would say ${unmasked:g}$" in TEXT["gradient-text"]


def test_the_sequential_trap_is_worked_out_right(model_class):
    model = model_class(START)
    first, second = model.dloss_dw(X_EXAMPLE, Y_EXAMPLE)
    late = model_class([START[0] - 0.1 * first, START[1]]).dloss_dw(X_EXAMPLE, Y_EXAMPLE)[1][2, 0]
    right, wrong = (line.split("|")[2:4] for line in TEXT["train-text"].splitlines() if line[:4] in ("| ri", "| wr"))
    assert [numbers(cell)[0] for cell in right] == pytest.approx([second[2, 0], 1 - 0.1 * second[2, 0]])
    assert [numbers(cell)[0] for cell in wrong] == pytest.approx([late, 1 - 0.1 * late])
    x, y, (w1, w2) = data()
    first, second = model_class([w1, w2]).dloss_dw(x, y)
    late = model_class([w1 - 1e-6 * first, w2]).dloss_dw(x, y)[1]
    percent = 100 * np.linalg.norm(late - second) / np.linalg.norm(second)
    assert f"wrong by\n{percent:.0f} %" in TEXT["train-text"]


def test_the_reference_agrees_with_central_differences(model_class):
    rng = np.random.default_rng(3)
    x, y = rng.normal(size=(7, 3)), rng.normal(size=(7, 2))
    weights = [rng.normal(size=(3, 5)), rng.normal(size=(5, 2))]
    assert np.abs(x @ weights[0]).min() > 1e-3  # no kink within a step

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


@pytest.mark.slow
def test_the_figures_of_the_notebooks_own_run_are_right(model_class):
    model, losses = trained(model_class)
    told = TEXT["expect"].split("With 40")[0].replace("from epoch 1 to 3", "").replace("in epoch 99", "")
    start, highest, at_99, end = numbers(told)
    assert (losses[0] / 1e6, losses[:10].max() / 1e6) == pytest.approx((start, highest), abs=0.06)
    assert np.flatnonzero(np.diff(losses) > 0).tolist() == [1, 2]
    assert losses[99] == pytest.approx(at_99, abs=0.6)
    assert losses[-1] < end
    percents = moved(model, data()[2])
    assert f"w2 has moved by {percents[1]:.0f} per cent" in TEXT["goal"]
    assert f"w1 by {percents[0]:.0f} per cent" in TEXT["goal"]


@pytest.mark.slow
def test_the_ranges_hold_over_many_seeds(model_class):
    """The table of section 8, measured over 40 seeds; here 12 of them."""
    seen, rises = [], 0
    for seed in range(12):
        model, losses = trained(model_class, seed)
        seen.append((losses[0] / 1e6, losses[49] / 1e3, losses[99], *moved(model, data(seed)[2])))
        up = np.flatnonzero(np.diff(losses) > 0)
        rises += up.size > 0
        assert up.max(initial=0) < 10
        assert losses[-1] < 0.0002
    assert 5 <= rises <= 10  # 24 of 40
    rows = LESSON.rows("expect")
    assert len(rows) == 5
    for (name, narrow, wide), values in zip(rows, np.array(seen).T, strict=True):
        narrow, wide = narrow[-2:], wide[-2:]
        assert np.all((values >= wide[0]) & (values <= wide[1])), name
        assert np.mean((values >= narrow[0]) & (values <= narrow[1])) >= 0.7, name
        assert values.max() - values.min() >= 0.4 * (wide[1] - wide[0]), f"the range is too generous: {name}"


@pytest.mark.slow
def test_the_first_loss_is_what_question_1_says(model_class):
    firsts = []
    for seed in range(10):
        x, y, start = data(seed)
        model = model_class(start)
        firsts.append(model.loss(model.forward(x), y))
    assert np.mean(firsts) == pytest.approx(64 * 10 * 1000 * 100 / 2, rel=0.1)
    x, y, (w1, w2) = data()
    small = model_class([w1 * np.sqrt(2 / 1000), w2 * np.sqrt(1 / 100)])
    assert np.std(small.forward(x)) == pytest.approx(1, abs=0.15)


@pytest.mark.slow
def test_the_learning_rates_behave_as_told(model_class):
    x, y, _ = data()
    nothing = np.sum(y**2)
    model, losses = trained(model_class, lr=2e-6, n_ep=300)
    assert f"about\n{losses[-1]:.0f}, hardly better than the {nothing:.0f} of" in TEXT["explore-lr-seen"]
    assert f"pushed {dead(model, x)} of the 100" in TEXT["explore-lr-seen"]
    assert not np.isfinite(trained(model_class, lr=4e-6, n_ep=100)[1][-1])
    low, high = numbers(TEXT["explore-lr-seen"].split("between")[-1])[:2]
    counts = [dead(trained(model_class, seed, 2e-6, 300)[0], data(seed)[0]) for seed in (1, 6, 9, 17)]
    assert all(low <= count <= high for count in counts)
    assert max(counts) - min(counts) > 0.6 * (high - low)


@pytest.mark.slow
def test_a_little_noise_on_known_samples_makes_it_no_better_than_saying_0(model_class):
    """Section 9.2: at which noise, the mean of 20 draws."""
    model = trained(model_class)[0]
    x, y, _ = data()
    rng = np.random.default_rng(7)

    def times_nothing(level):
        losses = [model.loss(model.forward(x + level * rng.normal(size=x.shape)), y) for _ in range(20)]
        return np.mean(losses) / np.sum(y**2)

    assert "about 0.6 per cent" in TEXT["explore-memory-seen"]
    assert "at 1 per cent its loss is nearly three times that" in TEXT["explore-memory-seen"]
    assert times_nothing(0.005) < 0.85
    assert times_nothing(0.006) == pytest.approx(1, abs=0.1)
    assert 2.7 < times_nothing(0.01) < 3


@pytest.mark.slow
def test_a_network_of_ten_units_does_not_memorise_the_data(model_class):
    """Section 9.3: neither in the epochs of the notebook nor in six times as many."""
    x, y, _ = data()
    rng = np.random.default_rng(2023)
    model = model_class([rng.normal(size=(1000, 10)), rng.normal(size=(10, 10))])
    model.train(x, y, 1e-6, 12_000)
    assert f"to {model.loss(model.forward(x), y):.0f}." in TEXT["explore-width-seen"]


def test_all_weights_zero_is_a_dead_start(model_class):
    """Question 5."""
    x, y, start = data()
    model = model_class([np.zeros_like(w) for w in start])
    losses = model.train(x, y, 1e-6, 3)
    assert losses.tolist() == [np.sum(y**2)] * 3
    assert not model.w1.any()
    assert not model.w2.any()


# ---- its traps ---------------------------------------------------------------------------------------------------


def test_a_missing_mask_is_found_by_the_check():
    with pytest.raises(CheckFailed, match=r"(?s)slope of your own\s+loss.*dloss_dw2:\s+right"):
        LESSON.check("dloss_dw", dloss_dw=UNMASKED)


def test_a_relu_in_place_is_as_wrong_as_no_mask():
    with pytest.raises(CheckFailed, match=r"(?s)slope of your own\s+loss.*dloss_dw2:\s+right"):
        LESSON.check("dloss_dw", dloss_dw=IN_PLACE)
    answers = [LESSON.model(dloss_dw=way)(START).dloss_dw(X_EXAMPLE, Y_EXAMPLE)[0] for way in (IN_PLACE, UNMASKED)]
    assert np.array_equal(*answers)


def test_moving_w1_first_is_found_by_the_check():
    with pytest.raises(CheckFailed, match=r"(?s)w1: right.*before\s+anything\s+moves"):
        LESSON.check("train", train=SEQUENTIAL)


def test_a_gradient_without_the_mask_still_goes_down(model_class):
    """Question 2: the angle to the right one."""
    x, y, start = data()
    right, wrong = (cls(start).dloss_dw(x, y)[0] for cls in (model_class, LESSON.model(dloss_dw=UNMASKED)))
    cosine = np.sum(right * wrong) / np.linalg.norm(right) / np.linalg.norm(wrong)
    assert cosine == pytest.approx(numbers(TEXT["why-mask"].split("between the two is")[1])[0], abs=0.02)


@pytest.mark.slow
def test_without_the_mask_a_network_of_few_inputs_stops_far_too_high(model_class):
    """Question 2: where the missing mask does harm."""
    right, wrong = (numbers(part)[:2] for part in TEXT["why-mask"].split("three runs")[1].split("without the mask"))
    rng = np.random.default_rng(2)
    x, w1, w2 = rng.normal(size=(64, 10)), rng.normal(size=(10, 100)), rng.normal(size=(100, 10))
    y = rng.normal(size=(64, 10))
    for cls, (low, high) in ((model_class, right), (LESSON.model(dloss_dw=UNMASKED), wrong)):
        assert low <= cls([w1, w2]).train(x, y, 1e-5, 6000)[-1] <= high


@pytest.mark.slow
def test_few_units_change_between_on_and_off(model_class):
    """Question 4."""
    x, _, start = data()
    model = trained(model_class)[0]
    changed = np.mean((x @ start[0] > 0) != (x @ model.w1 > 0))
    assert f"only {100 * changed:.0f} % of the hidden values" in TEXT["why-near"]


@pytest.mark.slow
def test_the_curves_of_the_wrong_gradient_look_as_well_as_told(model_class):
    """Section 5: on the notebook's data the right one ends lower, on the other data of the picture the wrong one."""
    wrong = LESSON.model(dloss_dw=UNMASKED)
    ends = {seed: (trained(model_class, seed)[1][-1], trained(wrong, seed)[1][-1]) for seed in (2023, 3)}
    assert ends[2023][0] < ends[2023][1] < 0.001
    assert ends[3][1] < ends[3][0] < 0.001


# ---- as a student runs it ----------------------------------------------------------------------------------------


@pytest.mark.slow
def test_the_solved_notebook_runs_in_a_real_kernel_without_error_or_warning(tmp_path):
    outputs = LESSON.run(tmp_path, LESSON.solved_release())
    assert 1 < used_s(outputs) < LIMIT_S
    assert complaints(outputs) == []
    for method in POINTS:
        assert printed(outputs[method]).startswith(f"{LESSON.class_name}.{method}: nothing wrong was found.\n  [ok] ")
    assert "fails on purpose" in printed(outputs["checking-works"])
    explored = ["explore-lr-code", "explore-memory-code"]
    assert figures(outputs) == ["data-picture", "run", *explored, "playground"]
    said = printed(outputs["explore-memory-code"])
    found = re.findall(r"(?:new samples|predicting 0|deviation of):? ([\d.e+]+)", said)
    new, nothing, spread = (float(number) for number in found)
    assert new / 1e6 == pytest.approx(numbers(TEXT["explore-memory-seen"])[0], abs=0.05)
    assert new > 10_000 * nothing
    assert spread > 100
    widths = [numbers(line) for line in printed(outputs["explore-width-code"]).splitlines()]
    assert [line[0] for line in widths] == [1, 10, 30]
    assert all(0.3 * line[-1] < line[2] < line[-1] for line in widths)


@pytest.mark.slow
def test_the_release_as_it_is_says_what_is_not_written_yet(tmp_path):
    outputs = LESSON.run(tmp_path, LESSON.release(), errors=True)
    told = dict(complaints(outputs))
    for method in POINTS:
        assert told[method].startswith("CheckFailed: ")
        assert "is not written yet" in told[method]
    assert not {"setup", "checking-works", "data-code", "data-picture", "in-place-trap", "panels"} & told.keys()
