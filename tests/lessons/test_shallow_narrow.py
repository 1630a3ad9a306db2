"""The first lesson: what its text says is what its code does."""

from __future__ import annotations

import numpy as np
import pytest

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
    unreadable_formulas,
    used_s,
)

LESSON = Lesson("shallow_narrow", "ShallowNarrow")
TEXT = LESSON.text


@pytest.fixture(scope="module")
def model_class():
    return LESSON.model()


def data(seed):
    """The lesson's data, drawn with another seed."""
    drawn = LESSON.data(seed)
    return drawn["x_train"], drawn["y_train"]


class TestForm(Form):
    lesson = LESSON
    right_line = "np.mean(a * b)"
    wrong_line = "a * b"


class TestMap(MapOfTheLoss):
    lesson = LESSON
    before = ("data-code", "ShallowNarrow", "panels", "run", "explore-plane-code")

    def loss_at(self, space, point):
        model = space["ShallowNarrow"](point)
        return model.loss(model.forward(space["x_train"]), space["y_train"])


def test_a_formula_that_some_program_does_not_show_is_found():
    for text in (
        "$ x$",
        "$x",
        r"$\require{x}$",
        r"$\R$",
        "$$\n\\begin{align}x\\end{align}\n$$",
        r"costs $x$5",
        "a $$x$$ b",
    ):
        assert unreadable_formulas(text), text


# ---- its numbers -------------------------------------------------------------------------------------------------


def test_the_small_example_is_worked_out_right(model_class):
    """The figures of sections 3 to 6, all of which the checks of section 7 use."""
    x, y = np.array([1.0, 2.0]), np.array([5.0, 14.0])
    model = model_class([2, 3])
    assert model.forward(x).tolist() == [6, 12]
    assert model.loss(model.forward(x), y) == 2.5
    assert model.dloss_dw(x, y) == (-9, -6)
    moved = model_class([2.001, 3])
    assert f"{moved.loss(moved.forward(x), y):.7f}" == "2.4910225" in TEXT["gradient-text"]
    slope = (moved.loss(moved.forward(x), y) - 2.5) / 0.001
    assert f"{slope:.2f}" == "-8.98" in TEXT["gradient-text"]
    losses, path = model.train(x, y, 0.1, 1)
    assert losses.tolist() == [2.5]
    assert path == pytest.approx(np.array([[2.9, 3.6]]))
    late = model_class([2.9, 3]).dloss_dw(x, y)[1]
    assert late == pytest.approx(30.45)
    assert 3 - 0.1 * late == pytest.approx(-0.045)
    assert "$+30.45$" in TEXT["train-text"]
    assert "$-0.045$" in TEXT["train-text"]


def test_the_figures_of_the_notebooks_own_run_are_right(model_class):
    x, y = data(2021)
    model = model_class([1.4, -1.6])
    losses, path = model.train(x, y, 0.02, 211)
    told = TEXT["expect"].split("With 1000")[0].replace("w_1 w_2", "").replace("w_1", "")
    first, last, slope, epoch = numbers(told)
    assert losses[0] == pytest.approx(first, abs=0.006)
    assert losses[-1] == pytest.approx(last, abs=0.00006)
    assert model.w1 * model.w2 == pytest.approx(slope, abs=0.006)
    assert int(np.argmax(path[:, 0] < 0)) == epoch
    assert int(np.argmax(losses < 0.1)) == numbers(TEXT["explore-saddle"])[-1]
    assert path[int(epoch), 1] == pytest.approx(-0.75, abs=0.01)  # the shoulder of question 1
    assert np.mean(y**2) == pytest.approx(1.3, abs=0.05)


@pytest.mark.slow
def test_the_ranges_hold_over_many_seeds(model_class):
    """The table of section 8: every run within the wide range, nine in ten within the narrow one."""
    seen = []
    for seed in range(1000):
        x, y = data(seed)
        model = model_class([1.4, -1.6])
        losses, path = model.train(x, y, 0.02, 211)
        assert np.all(np.diff(losses) < 0)
        seen.append((losses[0], losses[-1], model.w1 * model.w2, np.argmax(path[:, 0] < 0)))
    rows = [line for line in TEXT["expect"].splitlines() if line.startswith("|") and " to " in line]
    assert len(rows) == 4
    for row, values in zip(rows, np.array(seen).T, strict=True):
        narrow, wide = (numbers(cell) for cell in row.split("|")[2:4])
        assert np.all((values >= wide[0]) & (values <= wide[1])), row
        assert 0.84 <= np.mean((values >= narrow[0]) & (values <= narrow[1])) <= 0.97, row
        assert values.max() - values.min() > 0.9 * (wide[1] - wide[0]), f"the range is too generous: {row}"


@pytest.mark.slow
def test_the_learning_rates_behave_as_told(model_class):
    def last_losses(lr):
        with np.errstate(over="ignore", invalid="ignore"):
            return np.array([model_class([1.4, -1.6]).train(*data(seed), lr, 211)[0][-1] for seed in range(200)])

    assert np.all(last_losses(0.5) < 0.1)
    assert not np.any(last_losses(1.0) < 0.1)
    losses = model_class([1.4, -1.6]).train(*data(2021), 0.3, 211)[0]
    assert f"below 0.1 in epoch {np.argmax(losses < 0.1)}." in TEXT["explore-lr-seen"]
    assert model_class([1.4, -1.6]).train(*data(2021), 0.0002, 211)[0][-1] > 4


def test_the_saddle_holds_what_starts_on_its_diagonal(model_class):
    x, y = data(2021)
    for start, leaves in (((1.4, -1.4), False), ((0, 0), False), ((1.4, -1.401), True)):
        model = model_class(start)
        model.train(x, y, 0.02, 2000)
        assert (abs(model.w1 * model.w2) > 1) is leaves


# ---- as a student runs it ----------------------------------------------------------------------------------------


@pytest.mark.slow
def test_the_solved_notebook_runs_in_a_real_kernel_without_error_or_warning(tmp_path):
    outputs = LESSON.run(tmp_path, LESSON.solved_release())
    assert 1 < used_s(outputs) < LIMIT_S
    assert complaints(outputs) == []
    for method in POINTS:
        assert printed(outputs[method]).startswith(f"{LESSON.class_name}.{method}: nothing wrong was found.\n  [ok] ")
    assert "fails on purpose" in printed(outputs["checking-works"])
    assert figures(outputs) == ["data-picture", "run", "explore-lr-code", "explore-plane-code", "playground"]
