"""The sixth lesson: what its text says is what its code does, and its checks tell right from wrong."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from autograder.callables import Exam, Reference, judge, tried
from autograder.judging import rubric_of
from autograder.selfcheck import CheckFailed, same
from tests.courses.cases import written_otherwise
from tests.lessons.softmax_variants import RIGHT, WRONG
from tests.support.lessons import losing

ROOT = Path(__file__).parents[2]
NAME = "softmax_digits"
RAW = json.loads((ROOT / "source" / NAME / f"{NAME}.ipynb").read_text(encoding="utf-8"))
TEXT = {cell["id"]: "".join(cell["source"]) for cell in RAW["cells"]}
POINTS = {"forward": 1, "softmax": 2, "loss": 2, "dloss_dw": 3, "train": 2}
CELLS = {"numpy": "import numpy as np"} | {f"write-{name}": TEXT[f"write-{name}"] for name in POINTS}
NOTED = {
    "forward: probabilities": "Probabilities come back where scores are asked.",
    "softmax: minus in the exponent": "The highest score gets the smallest probability.",
    "loss: all pairs": "Every sample is paired with the labels of all samples.",
    "dloss_dw: all rows": "1 is subtracted in every row for the labels of all samples.",
    "dloss_dw: penalty on the bias": "The slope of the biases has a part of the penalty in it.",
    "train: first batch only": "Every step takes the first batch.",
    "train: batches overlap": "A batch takes the first sample of the next one, too.",
    "train: bias after the weights": "The biases move by a gradient that is taken after the weights have moved.",
}

FOUND = {  # by the kit's own changes of the solution
    "softmax: clipped scores": "scores is cut off at a bound first.",
    "loss: epsilon in the log": "More is done to a value than is asked.",
    "loss: mean over all elements": "A mean is taken over another number of things than is asked.",
    "train: weights restart each epoch": "What has to be kept from round to round counts in each round as it was "
    "before the loop.",
    "train: gradient of all data": "A whole array is used where a part of it is asked.",
    "train: gradient at the first weights": "An old value is used where the new one is asked.",
    "softmax: a number below": "A small number is added that is not asked.",
    "softmax: rounded": "At the end a result is rounded.",
    "dloss_dw: clipped": "What lies beyond a bound is cut off.",
    "train: rate falls": "lr falls from round to round.",
    "train: momentum": "Each update carries on with a part of those before it (momentum).",
    "train: step over the batch": "Each step is divided by a count, which is not asked.",
    "train: records of all data": "A whole array is used where a part of it is asked.",
    "train: moved weights not returned": (
        "What a loop moves is lost in the end: what comes is as it was before the loop."
    ),
}


def words(name):
    return " ".join(TEXT[name].split())


def namespace(cells=CELLS):
    space = {"__name__": "submission"}
    exec("\n\n".join(cells.values()), space)
    return space


@pytest.fixture(scope="module")
def exam():
    return Exam(Reference(NAME, "\n\n".join(CELLS.values()) + "\n", TEXT["declaration"]), tuple(POINTS))


@pytest.fixture(scope="module")
def space():
    """What the cells define, with the digits loaded and nothing drawn."""
    made = namespace()
    with np.load(ROOT / "source" / NAME / "digits.npz") as file:
        images, labels = file["images"], file["labels"].astype(int)
    made |= {"images": images, "labels": labels}
    lines = TEXT["data-code"].split("\n\n")[1]
    exec(lines, made)
    exec(TEXT["panels"], made)
    return made


@pytest.fixture(scope="module")
def run(space):
    return space["train_and_watch"](0.0, 0.5, 32, 30)


def evidence(exam, text):
    """What is seen of the solution with some of its functions written as in `text`."""
    cells = written_otherwise(CELLS, text) if text else CELLS
    return tried(exam, POINTS, rubric_of(Path("nowhere")), lambda: namespace(cells))


def graded(exam, text):
    """The report on it."""
    (report,) = judge([evidence(exam, text)])
    return report


def lost(report):
    assert report.verdict == "graded", report.verdict
    return {name for name, part in report.methods.items() if part["score"] < part["max_score"]}


# ---- what is graded ----------------------------------------------------------------------------------------------


def test_the_solution_earns_all_ten_points(exam):
    assert sum(POINTS.values()) == 10
    assert all(f"({points} point" in TEXT[f"{name}-check"] for name, points in POINTS.items())
    assert lost(graded(exam, "")) == set()


@pytest.mark.slow
@pytest.mark.parametrize("name", RIGHT)
def test_what_is_right_loses_nothing_however_it_is_written(exam, name):
    assert lost(graded(exam, RIGHT[name])) == set()


@pytest.mark.slow
def test_what_is_wrong_costs_its_own_function_only(exam):
    found = {name: losing(evidence(exam, text)) for name, text in WRONG.items()}
    assert {name: seen for name, seen in found.items() if seen != {name.partition(":")[0]}} == {}


@pytest.mark.slow
@pytest.mark.parametrize("name", NOTED)
def test_what_the_lesson_warns_of_is_told_in_its_own_words(exam, name):
    report = graded(exam, WRONG[name])
    assert lost(report) == {name.partition(":")[0]}
    assert NOTED[name] in [check.rationale for check in report.checks]


@pytest.mark.slow
@pytest.mark.parametrize("name", FOUND)
def test_what_students_do_is_found_among_the_changes_of_the_solution(exam, name):
    report = graded(exam, WRONG[name])
    assert lost(report) == {name.partition(":")[0]}
    assert FOUND[name] in [check.rationale for check in report.checks]


# ---- its numbers -------------------------------------------------------------------------------------------------


def example():
    ln2, ln5 = np.log(2.0), np.log(5.0)
    W = np.array([[0.0, 0.0, ln5], [ln2, -ln2, -ln5]])
    return np.array([[1.0, 0.0], [1.0, 1.0]]), np.array([1, 0]), W, np.array([0.0, ln2, 0.0])


def matrix(rows):
    body = r" \\ ".join(" & ".join(f"{v:.6g}" for v in row) for row in np.round(rows, 9) + 0.0)
    return rf"\begin{{pmatrix}} {body} \end{{pmatrix}}"


def test_the_small_example_is_worked_out_right():
    made = namespace()
    X, y, W, b = example()
    scores = made["forward"](X, W, b)
    P = made["softmax"](scores)
    assert matrix(np.exp(scores)) in TEXT["forward-text"]
    assert matrix(P) in TEXT["forward-text"]
    plain = made["loss"](scores, y, W, 0.0)
    assert f"= {plain:.6f}$" in TEXT["loss-text"]
    assert f"= {0.1 * np.sum(W**2):.6f}$" in TEXT["loss-text"]
    assert f"$L = {made['loss'](scores, y, W, 0.2):.6f}$" in TEXT["loss-text"]
    assert f"{np.log(10):.6f}" in TEXT["loss-text"]
    delta = (P - np.eye(3)[y]) / 2
    dW, db = made["dloss_dw"](X, y, W, b, 0.0)
    for array in (2 * delta, delta, dW, db[np.newaxis]):
        assert matrix(array) in TEXT["gradient-text"]
    moved = made["loss"](made["forward"](X, W, b + np.array([0.001, 0, 0])), y, W, 0.0)
    assert f"$({moved:.7f} - {plain:.7f}) / 0.001 = {(moved - plain) / 0.001:.3f}$" in TEXT["gradient-text"]
    assert f"${db[0]:.4f}$ was predicted" in TEXT["gradient-text"]


def test_the_digits_are_as_the_text_says(space):
    images, labels = space["images"], space["labels"]
    assert images.shape == (1797, 8, 8)
    assert (images.min(), images.max()) == (0, 16)
    assert set(labels) == set(range(10))
    assert (len(space["X_train"]), len(space["X_held"])) == (1200, 597)
    assert "1797 digits" in TEXT["data-text"]
    assert "The other 597" in TEXT["data-text"]
    assert (ROOT / "source" / NAME / "digits.npz").stat().st_size < 50_000


def test_the_labels_run_through_one_row_fourteen_times(space):
    row = "".join(map(str, space["labels"]))
    for part in ("3733466", "98417", "754472"):
        places = [place for place in range(len(row)) if row.startswith(part, place)]
        assert len(places) == 14
        assert np.mean(np.diff(places)) == pytest.approx(130, abs=3)
        first_unseen = next(place for place in places if place >= 1200)
        assert len(row) - first_unseen > 597 / 2
    assert "some 130 digits fourteen times" in words("data-text")


def test_digits_held_out_at_random_are_read_better_as_told(space):
    order = np.random.default_rng(0).permutation(1797)
    assert "`order = np.random.default_rng(0).permutation(1797)`" in TEXT["your-turn"]
    made = dict(space) | {"images": space["images"][order], "labels": space["labels"][order]}
    for cells in (*CELLS.values(), TEXT["data-code"].split("\n\n")[1], TEXT["panels"]):
        exec(cells, made)
    _, W, b, seen = made["train_and_watch"](0.0, 0.5, 32, 30)
    on = [
        made["loss"](made["forward"](made[f"X_{part}"], W, b), made[f"y_{part}"], W, 0.0) for part in ("train", "held")
    ]
    told = words("your-turn")
    assert f"Now {100 * seen[-1, 1]:.2f} % of the held-out part are right" in told
    assert f"the gap in the loss is {on[1] - on[0]:.3f}." in told


def test_a_training_that_leaves_out_the_short_last_batch_stops_at_the_example():
    step = "range(0, len(X), batch)"
    for drops in (False, True):
        made = {"same": same, "np": np, "CheckFailed": CheckFailed}
        for cell in (*CELLS, "checking-works", "forward-example", "train-example"):
            text = CELLS.get(cell) or TEXT[cell]
            if drops and cell == "write-train":
                assert step in text
                text = text.replace(step, "range(0, len(X) - batch + 1, batch)")
            if drops and cell == "train-example":
                with pytest.raises(CheckFailed, match="three samples in batches of two"):
                    exec(text, made)
            else:
                exec(text, made)


def test_the_figures_of_the_notebooks_own_run_are_right(space, run):
    losses, W, b, seen = run
    told = words("expect")
    assert f"The first loss is {losses[0]:.4f}" in told
    assert f"{len(losses)} steps" in told
    assert f"{100 * seen[-1, 0]:.2f} % of the training part and {100 * seen[-1, 1]:.2f} % of the held-out" in told
    on = [
        space["loss"](space["forward"](space[f"X_{part}"], W, b), space[f"y_{part}"], W, 0.0)
        for part in ("train", "held")
    ]
    assert f"the losses are {on[0]:.4f} and {on[1]:.4f}" in told
    assert on[1] > 3 * on[0]


def test_the_penalty_makes_weights_smaller_and_leaves_their_pattern(space, run):
    _, W, b, _ = run
    _, W_soft, b_soft, _ = space["train_and_watch"](0.01, 0.5, 32, 30)
    told = words("explore-weights-seen")
    assert f"the largest is {np.abs(W).max():.2f} without it and {np.abs(W_soft).max():.2f} with it" in told
    assert np.linalg.norm(W_soft) < np.linalg.norm(W) / 2
    assert np.sum(W * W_soft) > 0.95 * np.linalg.norm(W) * np.linalg.norm(W_soft)
    sure, less = (
        space["softmax"](space["forward"](space["X_held"], *each)).max(axis=1).mean()
        for each in ((W, b), (W_soft, b_soft))
    )
    assert less < sure - 0.1


def test_what_regularisation_does_is_as_told(space):
    sizes, gaps, right = [], [], []
    for reg in (0.0, 0.001, 0.01, 0.1):
        _, W, b, seen = space["train_and_watch"](reg, 0.5, 32, 30)
        sizes.append(np.linalg.norm(W))
        on = [
            space["loss"](space["forward"](space[f"X_{part}"], W, b), space[f"y_{part}"], W, 0.0)
            for part in ("train", "held")
        ]
        gaps.append(on[1] - on[0])
        right.append(seen[-1, 1])
    told = words("explore-reg-seen")
    assert "from {:.2f} to {:.2f}, {:.2f} and {:.2f}".format(*sizes) in told
    assert f"it is {gaps[0]:.3f} without the penalty and {gaps[-1]:.3f} at 0.1" in told
    assert f"only {100 * right[-1]:.2f} % of the held-out" in told
    assert right == sorted(right, reverse=True)


# ---- its form ----------------------------------------------------------------------------------------------------


def test_what_is_graded_reads_no_name_of_the_data():
    assert not any(name in "".join(CELLS.values()) for name in ("X_train", "X_held", "images", "labels["))
