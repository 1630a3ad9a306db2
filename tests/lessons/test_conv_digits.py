"""The seventh lesson: what its text says is what its code does, and its marks are just."""

from __future__ import annotations

import json
import re
import time
from typing import Any

import numpy as np
import pytest

from autograder.callables import Evidence, Exam, judge, load, tried
from autograder.judging import rubric_of
from autograder.selfcheck import CheckFailed, same
from tests.courses.cases import written_otherwise
from tests.lessons.conv_digits_variants import RIGHT, WRONG
from tests.support.lessons import ROOT, losing, numbers

NAME = "conv_digits"
PATH = ROOT / "source" / NAME / f"{NAME}.ipynb"
RAW: dict[str, Any] = json.loads(PATH.read_text(encoding="utf-8"))
TEXT = {cell["id"]: "".join(cell["source"]) for cell in RAW["cells"]}
META = {cell["id"]: cell["metadata"].get("nbgrader", {}) for cell in RAW["cells"]}
CODE = {name: TEXT[name] for name in ("softmax_cross_entropy", "convolutions", "backward", "network", "training")}
EXAMPLES = ("checking-works", "conv-example", "backward-example", "network-example", "training-example")
POINTS = {
    "conv_loops": 1, "conv": 1, "conv_backward-dk": 1, "conv_backward-db": 1, "conv_backward-dx": 2, "forward": 1,
    "loss": 1, "dloss_dw": 1, "train": 1,
}  # fmt: skip


def run(*cells: str) -> dict[str, Any]:
    """What the solution and some more cells define."""
    space: dict[str, Any] = {"np": np, "same": same, "CheckFailed": CheckFailed}
    for text in (*CODE.values(), *(TEXT[cell] for cell in cells)):
        exec(text, space)
    return space


# ---- its numbers -------------------------------------------------------------------------------------------------


def test_the_examples_that_the_cells_compare_come_out():
    """The figures of sections 2 to 6 stand in these cells, too."""
    run(*EXAMPLES)


def test_a_training_that_leaves_out_the_short_last_minibatch_stops_at_the_example(monkeypatch):
    whole = CODE["training"].replace("range(0, len(x), batch)", "range(0, len(x) - batch + 1, batch)")
    assert whole != CODE["training"]
    monkeypatch.setitem(CODE, "training", whole)
    with pytest.raises(CheckFailed, match="three images in minibatches of two"):
        run(*EXAMPLES)


def test_kernels_that_start_alike_stay_alike_only_behind_equal_weights():
    """The two starts of section 9.4."""
    space = run()
    draw = np.random.default_rng(7)
    x, y = draw.normal(size=(20, 5, 5)), draw.integers(0, 3, 20)
    k, v = np.tile(draw.normal(size=(1, 3, 3)), (4, 1, 1)), draw.normal(size=(36, 3))

    def apart(v):
        _, after, *_ = space["train"](x, y, k, np.zeros(4), v, np.zeros(3), lr=0.1, batch=5, n_ep=3)
        return np.abs(after - after[:1]).max()

    assert apart(v) > 0.01
    assert apart(np.tile(v[:9], (4, 1))) < 1e-12


def test_the_measured_slope_and_the_sizes_of_the_text_are_right():
    space = run("checking-works", "conv-example")
    g, x, k = np.array([[1.0, -1.0], [2.0, 3.0]]), space["x_example"], space["k_example"].copy()
    heights = []
    for weight in (-1.0, -0.999):
        k[0, 0, 1] = weight
        heights.append(float(np.sum(g * space["conv"](x, k, space["b_example"]))))
    assert heights == pytest.approx([-10, -9.987])
    assert "$L = -9.987$" in TEXT["gradient-text"]
    assert 8 * 9 + 8 == 80
    assert 36 * 9 == 324
    assert 324 // 64 == 5
    assert "$36 \\cdot 9 = 324$ numbers of the 64 pixels of an image, five times as many" in TEXT["windows-text"]
    assert 64 * 288 + 288 == 18720
    assert "18\\,720" in TEXT["model"]


@pytest.mark.slow
def test_the_figures_of_the_notebooks_own_run_are_right(monkeypatch):
    import matplotlib.pyplot as plt

    monkeypatch.chdir(PATH.parent)
    said: list[str] = []
    space = run()
    space |= {"plt": plt, "print": lambda *words, end="\n": said.append(" ".join(map(str, words)) + end)}
    space |= {"time": time, "GREY": "grey", "BLUE": "blue"}
    with plt.rc_context({"backend": "Agg"}):
        for cell in ("data-code", "timing", "run", "gain", "shift"):
            exec(TEXT[cell], space)
        plt.close("all")
    printed = "".join(said)
    first, last = re.search(r"first loss ([\d.]+), mean of the last epoch ([\d.]+)", printed).groups()
    assert f"The first loss is {first}," in TEXT["expect"]
    assert float(last) == pytest.approx(numbers(TEXT["expect"])[3], rel=0.02)
    shares = [float(found) for found in re.findall(r"([\d.]+)%", printed)]
    train, held = re.search(r"gets ([\d.]+) % of the training digits right and\n([\d.]+) %", TEXT["expect"]).groups()
    assert [float(train), float(held)] == pytest.approx(shares[:2], abs=0.4)
    linear, fixed, learned = re.search(
        r"gets ([\d.]+) % right, .*? ([\d.]+) %, and .*? ([\d.]+) %", TEXT["gain-seen"]
    ).groups()
    assert [float(linear), float(fixed), float(learned)] == pytest.approx([shares[3], shares[5], shares[7]], abs=0.4)
    lesson_6 = (ROOT / "source" / "softmax_digits" / "softmax_digits.ipynb").read_text(encoding="utf-8")
    there = float(re.search(r"and ([\d.]+) % of the held-out", lesson_6)[1])
    assert f"Lesson 6 came to {there:.1f} %" in TEXT["gain-seen"]
    assert float(re.search(r"only ([\d.]+) %", TEXT["shift-seen"])[1]) == pytest.approx(shares[8], abs=1)


# ---- its marks ---------------------------------------------------------------------------------------------------

NAMED = (
    ("conv", "axes never moved"), ("dloss_dw", "no mask"), ("conv_backward", "db over the images only"),
    ("conv", "kernels flattened without a turn"), ("conv_backward", "dx not moved"),
    ("dloss_dw", "a mask of the slopes"),
)  # fmt: skip


@pytest.fixture(scope="module")
def evidence():
    """The evidence on a text."""
    asked = tuple(dict.fromkeys(name.partition("-")[0] for name in POINTS))
    exam = Exam(load(ROOT / "solutions" / f"{NAME}.py", NAME), asked)
    rubric, points = rubric_of(ROOT / "nowhere"), {name: float(each) for name, each in POINTS.items()}

    def of(text: str) -> Evidence:
        source = "import numpy as np\n\n\n" + "\n\n\n".join(written_otherwise(CODE, text).values())

        def fresh() -> dict[str, Any]:
            space: dict[str, Any] = {"__name__": "submission"}
            exec(compile(source, NAME, "exec"), space)
            return space

        return tried(exam, points, rubric, fresh, NAME)

    return of


@pytest.mark.slow
def test_right_variants_earn_all(evidence):
    assert len(RIGHT) >= 8
    reports = judge([evidence(text) for text in RIGHT.values()])
    assert [(name, report.score) for name, report in zip(RIGHT, reports, strict=True) if report.score != 10] == []


@pytest.mark.slow
def test_wrong_variants_lose_in_their_own_callable_alone(evidence):
    assert len(WRONG) >= 25
    assert {key: lost for key, text in WRONG.items() if (lost := losing(evidence(text))) != {key[0]}} == {}


@pytest.mark.slow
def test_common_faults_are_named(evidence):
    reports = judge([evidence(WRONG[key]) for key in NAMED])
    told = {
        key: " ".join(check.rationale for check in report.checks) for key, report in zip(NAMED, reports, strict=True)
    }
    assert {key: words for key, words in told.items() if re.search(r" differs? when asked with", words)} == {}
    for (name, _), report in zip(NAMED, reports, strict=True):
        lost = {n.partition("-")[0] for n, part in report.methods.items() if part["score"] < part["max_score"]}
        assert lost == {name}
