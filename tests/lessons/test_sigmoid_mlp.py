"""The fifth lesson: what its text says is what its code does."""

from __future__ import annotations

import re
import warnings

import numpy as np
import pytest

from autograder.selfcheck import CheckFailed
from tests.support.lessons import LIMIT_S, POINTS, Form, Lesson, complaints, figures, numbers, printed, used_s


class SigmoidLesson(Lesson):
    """The lesson whose class uses a function of an earlier cell."""

    def model(self, **methods):
        model_class = super().model(**methods)
        for name in POINTS:
            exec(self.text["sigmoid"], getattr(model_class, name).__globals__)
        return model_class


LESSON = SigmoidLesson("sigmoid_mlp", "SigmoidMLP")
TEXT = LESSON.text
LN3 = np.log(3.0)
X_EXAMPLE, Y_EXAMPLE = np.array([0.0, 1.0]), np.array([2.0, 2.0])
START = (
    LN3 * np.array([[1.0], [-1.0], [-1.0]]),
    LN3 * np.array([[0.0], [1.0], [0.0]]),
    LN3 * np.array([[2.0, -1.0, -1.0], [-1.0, 1.0, 2.0]]),
    LN3 * np.array([[0.25], [-0.25]]),
    np.array([[4.0, -8.0]]),
    np.array([[5.0]]),
)
NAMES = ("w1", "b1", "w2", "b2", "w3", "b3")

BACKWARD = """
def dloss_dw(self, x, y_true):
    h1 = sigmoid(self.w1 @ x[np.newaxis] + self.b1)
    h2 = sigmoid(self.w2 @ h1 + self.b2)
    d3 = 2 * (self.w3 @ h2 + self.b3 - y_true) / MEAN
    d2 = SLOPE2 * (self.w3.T @ d3)
    d1 = h1 * (1 - h1) * (self.w2.T @ d2)
    return (d1 @ x[:, np.newaxis], d1.sum(1, keepdims=True), d2 @ h1.T, d2.sum(1, keepdims=True), d3 @ h2.T,
            d3.sum(1, keepdims=True))
"""
SUM = BACKWARD.replace("MEAN", "1").replace("SLOPE2", "h2 * (1 - h2)")
NO_SLOPE = BACKWARD.replace("MEAN", "x.size").replace("SLOPE2", "1")
SEQUENTIAL = """
def train(self, x, y_true, lr, n_ep):
    losses = np.empty(n_ep)
    for epoch in range(n_ep):
        losses[epoch] = self.loss(self.forward(x), y_true)
        self.w3 -= lr * self.dloss_dw(x, y_true)[4]
        for weight, gradient in zip((self.w1, self.b1, self.w2, self.b2), self.dloss_dw(x, y_true)):
            weight -= lr * gradient
        self.b3 -= lr * self.dloss_dw(x, y_true)[5]
    return losses
"""


class TestForm(Form):
    lesson = LESSON
    right_line = "table.sum(axis=1, keepdims=True)"
    wrong_line = "table.sum(axis=1)"


@pytest.fixture(scope="module")
def model_class():
    return LESSON.model()


def data(seed=2021):
    """(x, y, starting weights) of the lesson, drawn with this seed."""
    space = LESSON.data(seed)
    exec(TEXT["start-code"].split("\nprint(")[0], space)
    return space["x_train"], space["y_train"], space["start"]


def trained(model_class, seed=2021, lr=0.2, n_ep=5000, steeper=1.0):
    """(model, losses) of the lesson's run with this seed."""
    x, y, (w1, b1, *others) = data(seed)
    model = model_class([steeper * w1, steeper * b1, *others])
    with np.errstate(over="ignore", invalid="ignore"):
        return model, model.train(x, y, lr, n_ep)


def distance(model):
    """The mean squared distance from the wave itself."""
    x = data()[0]
    return np.mean((model.forward(x) - np.sin(x**2 + 1)) ** 2)


def matrix(rows):
    """A matrix as the text has it."""
    body = r" \\ ".join(" & ".join(f"{v:.6g}" for v in row) for row in rows)
    return rf"\begin{{pmatrix}} {body} \end{{pmatrix}}"


def tidy(array):
    """Rounded, so that 0.30000000000000004 reads as 0.3 and no zero has a sign."""
    return np.round(array, 9) + 0.0


# ---- its numbers -------------------------------------------------------------------------------------------------


def test_the_small_example_is_worked_out_right(model_class):
    """The figures of sections 3 to 5, all of which the checks of section 7 use."""
    w1, b1, w2, b2, w3, b3 = START
    z1 = w1 * X_EXAMPLE + b1
    h1 = 1 / (1 + np.exp(-z1))
    z2 = w2 @ h1 + b2
    h2 = 1 / (1 + np.exp(-z2))
    for array in (w1 / LN3, b1 / LN3, w2 / LN3, b2 / LN3, w3, b3, z1 / LN3, h1, z2 / LN3, h2):
        assert matrix(tidy(array)) in TEXT["forward-steps"]
    model = model_class(START)
    prediction = model.forward(X_EXAMPLE)
    assert prediction == pytest.approx(np.array([1, 4]))
    assert matrix(tidy(prediction[np.newaxis])) in TEXT["forward-steps"]
    assert model.loss(prediction, Y_EXAMPLE) == pytest.approx(2.5)
    d3 = (prediction - Y_EXAMPLE)[np.newaxis]  # N is 2, and so is the factor of the square
    d2 = (w3.T @ d3) * h2 * (1 - h2)
    d1 = (w2.T @ d2) * h1 * (1 - h1)
    g1, c1, g2, c2, g3, c3 = model.dloss_dw(X_EXAMPLE, Y_EXAMPLE)
    for array in (d3, g3, c3, w3.T @ d3, h2 * (1 - h2), d2, g2, c2, d1 / LN3, g1 / LN3, c1 / LN3):
        assert matrix(tidy(array)) in TEXT["gradient-text"]


def test_the_numbers_to_be_learned_add_up():
    sizes = [w.size for w in data()[2]]
    assert f"${' + '.join(map(str, sizes))} = {sum(sizes)}$ numbers to be learned" in TEXT["model"]


def test_the_measured_slope_is_right(model_class):
    moved = [w.copy() for w in START]
    moved[3][1, 0] += 0.001
    model = model_class(moved)
    prediction = model.forward(X_EXAMPLE)
    loss = model.loss(prediction, Y_EXAMPLE)
    assert rf"$({prediction[0]:.6f},\ {prediction[1]:.6f})$, and $L = {loss:.6f}$" in TEXT["gradient-text"]
    assert f"0.001 = {(loss - 2.5) / 0.001:.3f}$" in TEXT["gradient-text"]


def test_the_sequential_trap_is_worked_out_right(model_class):
    """delta 3 from before, w3 from after its update."""
    w1, b1, w2, b2, w3, _ = START
    gradients = model_class(START).dloss_dw(X_EXAMPLE, Y_EXAMPLE)
    h2 = 1 / (1 + np.exp(-(w2 @ (1 / (1 + np.exp(-(w1 * X_EXAMPLE + b1)))) + b2)))
    wrong = (((w3 - 0.1 * gradients[4]).T @ np.array([[-1.0, 2.0]])) * h2 * (1 - h2)).sum(axis=1)
    assert rf"it comes out as $({wrong[0]:.5g},\ {wrong[1]:.5g})$" in TEXT["train-text"]
    assert gradients[3].ravel() == pytest.approx([0.5, -2.5])


def test_the_reference_agrees_with_central_differences_and_the_complex_step(model_class):
    rng = np.random.default_rng(3)
    x, y = rng.normal(size=7), rng.normal(size=7)
    shapes = ((4, 1), (4, 1), (3, 4), (3, 1), (1, 3), (1, 1))
    weights = [rng.normal(size=shape) for shape in shapes]

    def loss(weights):
        model = model_class(weights)
        return model.loss(model.forward(x), y)

    def formula(weights):
        w1, b1, w2, b2, w3, b3 = weights
        h2 = 1 / (1 + np.exp(-(w2 @ (1 / (1 + np.exp(-(w1 * x + b1)))) + b2)))
        return np.mean((y - (w3 @ h2 + b3)[0]) ** 2)

    def moved(index, at, step):
        others = [w.astype(type(step)) for w in weights]
        others[index][at] += step
        return others

    for index, gradient in enumerate(model_class(weights).dloss_dw(x, y)):
        central, exact = np.empty(shapes[index]), np.empty(shapes[index])
        for at in np.ndindex(shapes[index]):
            central[at] = (loss(moved(index, at, 1e-4)) - loss(moved(index, at, -1e-4))) / 2e-4
            exact[at] = formula(moved(index, at, 1e-30j)).imag / 1e-30
        assert np.abs(gradient - central).max() < 1e-7 * np.abs(central).max()
        assert np.abs(gradient - exact).max() < 1e-14 * max(1, np.abs(exact).max())


def test_the_given_sigmoid_is_exact_and_silent():
    space = {"np": np}
    exec(TEXT["sigmoid"], space)
    z = np.linspace(-30, 30, 61)
    assert space["sigmoid"](z) == pytest.approx(1 / (1 + np.exp(-z)), rel=1e-15)
    with warnings.catch_warnings(), np.errstate(all="raise", under="ignore"):
        warnings.simplefilter("error")
        assert space["sigmoid"](np.array([-1e6, -1000.0, 1000.0, 1e6])).tolist() == [0, 0, 1, 1]


@pytest.mark.slow
def test_the_figures_of_the_notebooks_own_run_are_right(model_class):
    model, losses = trained(model_class)
    told = TEXT["expect"].replace("\n", " ")
    assert f"starts at {losses[0]:.3f} and ends at {losses[-1]:.4f}" in told
    assert f"distance of {distance(model):.4f} from the wave" in told
    low, peak = int(np.argmin(losses[:450])), int(np.argmax(losses[400:600])) + 400
    assert f"falls to {losses[low]:.3f} by epoch {low}, then it leaps up to {losses[peak]:.2f} in epoch {peak}" in told
    assert np.sum(np.diff(losses) > 0) > 2000  # question 6
    slower = trained(model_class, lr=0.1)[1]
    assert np.all(np.diff(slower) < 0)
    assert f"{slower[-1]:.4f}" in TEXT["why-jitter"]
    for name, percent in zip(("w1", "w2", "w3"), (6, 60, 130), strict=True):
        start = data()[2][NAMES.index(name)]
        moved = 100 * np.linalg.norm(getattr(model, name) - start) / np.linalg.norm(start)
        assert re.search(rf"{name} (moves away from its start )?by about {percent} per cent", TEXT["goal"])
        assert moved == pytest.approx(percent, rel=0.1)


@pytest.mark.slow
def test_the_ranges_hold_over_many_seeds(model_class):
    """The table of section 8, measured over 40 seeds; here 12 of them."""
    seen, leaps = [], 0
    for seed in range(12):
        model, losses = trained(model_class, seed)
        seen.append((losses[0], losses[999], losses[-1], distance(model)))
        leaps += bool(np.any(losses[5:] > 2 * np.minimum.accumulate(losses)[5:]))
    assert leaps >= 10  # 38 of 40
    rows = LESSON.rows("expect")
    assert len(rows) == 4
    for (name, narrow, wide), values in zip(rows, np.array(seen).T, strict=True):
        assert np.all((values >= wide[0]) & (values <= wide[1])), name
        assert np.mean((values >= narrow[0]) & (values <= narrow[1])) >= 0.7, name
        assert values.max() - values.min() >= 0.25 * (wide[1] - wide[0]), f"the range is too generous: {name}"


@pytest.mark.slow
def test_the_learning_rates_behave_as_told(model_class):
    for seed in (2021, 0, 1, 2):
        assert trained(model_class, seed, 0.2, 2000)[1][-1] < 0.04
        assert trained(model_class, seed, 1.0, 2000)[1][-1] > 10
        assert np.isnan(trained(model_class, seed, 2.0, 2000)[1][-1])
    assert f"down to {trained(model_class, lr=0.002, n_ep=2000)[1][-1]:.2f} only" in TEXT["explore-lr-seen"]
    assert f"stays at about {trained(model_class, lr=1.0, n_ep=2000)[1][-1]:.0f}." in TEXT["explore-lr-seen"]


@pytest.mark.slow
def test_at_learning_rate_1_only_b3_flips_and_a_smaller_rate_learns_again(model_class):
    """Section 9.1: what holds the loss up, and what it does after that."""
    x, y, _ = data()
    told = TEXT["explore-lr-seen"]
    model, _ = trained(model_class, lr=1.0, n_ep=2000)
    h1 = 1 / (1 + np.exp(-(model.w1 * x + model.b1)))
    assert (1 / (1 + np.exp(-(model.w2 @ h1 + model.b2)))).max() < 0.001
    low = model.b3.item()
    model.train(x, y, 1.0, 1)
    assert f"between about {model.b3.item():.1f} and −{-low:.1f}" in told
    model.train(x, y, 1.0, 1)
    assert model.b3.item() == pytest.approx(low, abs=1e-3)
    loss = model.train(x, y, 0.1, 501)[-1]
    assert f"is {loss:.2f}, that of the best constant" in told.replace("\n", " ")
    assert loss == pytest.approx(np.var(y), abs=0.001)
    for seed in (0, 1):
        other, _ = trained(model_class, seed, 1.0, 2000)
        assert other.train(*data(seed)[:2], 0.1, 5000)[-1] < 0.06


def test_all_weights_zero_ends_at_the_mean_as_told(model_class):
    """Section 9.2: b3 and w3 move, the first two layers hardly do."""
    x, y, start = data()
    model = model_class([np.zeros_like(w) for w in start])
    losses = model.train(x, y, 0.1, 2000)
    assert losses[-1] == pytest.approx(np.var(y), abs=1e-4)
    assert f"about {np.mean(model.forward(x)):.2f}," in TEXT["explore-start-seen"]
    assert np.mean(y) == pytest.approx(np.mean(model.forward(x)), abs=0.005)
    assert min(model.b3.item(), model.w3.min()) > 0.05
    assert np.ptp(model.w3) < 1e-12
    assert max(np.abs(w).max() for w in (model.w1, model.b1, model.w2, model.b2)) < 0.002


def test_the_gradients_shrink_on_the_way_back_as_told(model_class):
    """Question 3."""
    x, y, start = data()
    gradients = dict(zip(NAMES, model_class(start).dloss_dw(x, y), strict=True))
    told = numbers(TEXT["why-vanish"].split("$w_3$ is about")[1])[0]
    assert np.abs(gradients["w3"]).max() == pytest.approx(told, abs=0.05)
    assert np.abs(gradients["w2"]).max() == pytest.approx(0.4, abs=0.05)
    assert np.abs(gradients["w1"]).max() == pytest.approx(0.12, abs=0.01)


def test_weights_between_0_and_1_saturate_layer_2(model_class):
    """Question 2: its pre-activations, and the constant that is left."""
    x, y, start = data()
    for seed in range(4):
        rng = np.random.default_rng(seed)
        weights = [rng.uniform(0.0, 1.0, size=w.shape) for w in start]
        h1 = 1 / (1 + np.exp(-(weights[0] * x + weights[1])))
        z2 = weights[2] @ h1 + weights[3]
        assert 12 < z2.min() < z2.max() < 26
        losses = model_class(weights).train(x, y, 0.1, 300)
        assert losses[-1] == pytest.approx(np.var(y), rel=1e-4)
    assert f"{np.var(y):.3f}" in TEXT["why-flat"]


# ---- its traps ---------------------------------------------------------------------------------------------------


def test_a_sum_for_the_mean_is_found_by_the_check():
    with pytest.raises(CheckFailed, match=r"(?s)dloss_db3 .*, times N\..*do not\s+fit either"):
        LESSON.check("dloss_dw", dloss_dw=SUM)


def test_a_sigmoids_slope_left_out_is_found_by_the_check():
    with pytest.raises(CheckFailed, match=r"(?s)dloss_dw3 and\s+dloss_db3: right"):
        LESSON.check("dloss_dw", dloss_dw=NO_SLOPE)


def test_moving_w3_first_is_found_by_the_check():
    with pytest.raises(CheckFailed, match=r"(?s)w3:\s+right.*Are\s+all\s+slopes\s+taken\s+before\s+anything\s+moves"):
        LESSON.check("train", train=SEQUENTIAL)


def test_the_loop_over_single_samples_gives_the_same_gradient(model_class):
    x, y, start = data()
    model = model_class(start)
    singles = [model.dloss_dw(x[i : i + 1], y[i : i + 1]) for i in range(x.size)]
    for batch, parts in zip(model.dloss_dw(x, y), zip(*singles, strict=True), strict=True):
        assert np.mean(parts, axis=0) == pytest.approx(batch, abs=1e-13)


# ---- as a student runs it ----------------------------------------------------------------------------------------


@pytest.mark.slow
def test_the_solved_notebook_runs_in_a_real_kernel_without_error_or_warning(tmp_path):
    outputs = LESSON.run(tmp_path, LESSON.solved_release())
    assert 1 < used_s(outputs) < LIMIT_S
    assert complaints(outputs) == []
    for method in POINTS:
        assert printed(outputs[method]).startswith(f"{LESSON.class_name}.{method}: nothing wrong was found.\n  [ok] ")
    assert "fails on purpose" in printed(outputs["checking-works"])
    assert "nan" in printed(outputs["overflow-trap"])
    explored = [f"explore-{name}-code" for name in ("lr", "start", "inside", "steep")]
    assert figures(outputs) == ["data-picture", "sigmoid-plot", "run", *explored, "playground"]

    starts = re.findall(r"last loss ([\d.]+), .*: (\S+)\n", printed(outputs["explore-start-code"]))
    (spread, apart), (uniform, _), (equal, same), (zero, _) = ((float(a), float(b)) for a, b in starts)
    variance = numbers(printed(outputs["explore-start-code"]))[-1]
    assert spread < 0.02 < 0.3 < equal < 0.35
    assert (uniform, zero) == pytest.approx((variance, variance), abs=1e-4)
    assert same < 1e-12 < 0.1 < apart

    steep = re.findall(r"last loss ([\d.]+), .* ([\d.]+)\n", printed(outputs["explore-steep-code"]))
    (gentle, far), (usual, near), (steepest, off) = ((float(a), float(b)) for a, b in steep)
    noise = numbers(printed(outputs["explore-steep-code"]))[-1]
    assert steepest < noise < usual * 1.05 < gentle  # the steepest is below what the wave itself has
    assert near < off < far
    assert off == pytest.approx(3 * near, rel=0.15)
    assert "times as long" in printed(outputs["explore-timing-code"])


@pytest.mark.slow
def test_the_release_as_it_is_says_what_is_not_written_yet(tmp_path):
    outputs = LESSON.run(tmp_path, LESSON.release(), errors=True)
    told = dict(complaints(outputs))
    for method in POINTS:
        assert told[method].startswith("CheckFailed: ")
        assert "is not written yet" in told[method]
    given = {"setup", "checking-works", "data-code", "data-picture", "overflow-trap", "sigmoid", "sigmoid-plot"}
    given |= {"start-code", "panels"}
    assert not given & told.keys()
