"""Three lessons judge what students do beside the lessons' own variants, and say truly what it is."""

from __future__ import annotations

import functools
from pathlib import Path

import nbformat
import pytest

from autograder.authoring import declared
from autograder.callables import Exam, Reference, judge, load, tried
from autograder.core import Report
from autograder.judging import rubric_of
from tests.lessons.edited import EDITED, applied

ROOT = Path(__file__).parents[2]
WRONG = [(lesson, name) for lesson, of in EDITED.items() for name in of if not name.startswith("right")]
RIGHT = [(lesson, name) for lesson, of in EDITED.items() for name in of if name.startswith("right")]
OF_ENGINE = {"backward", "unstretch"}  # parts of the engine that no callable stands for alone
ORDER = "Rows, columns or elements stand in another order than is asked."
BEFORE = "What has to be kept from round to round counts in each round as it was before the loop."
TOLD = {
    ("softmax_digits", "forward: scores clipped"): "What lies beyond a bound is cut off.",
    ("softmax_digits", "softmax: probabilities clipped"): "What lies beyond a bound is cut off.",
    ("softmax_digits", "softmax: clipped scores"): "scores is cut off at a bound first.",
    ("softmax_digits", "softmax: half the scores"): "More is done to a value than is asked.",
    ("softmax_digits", "softmax: a sigmoid"): "The sigmoid stands where another function is asked.",
    ("softmax_digits", "softmax: the highest score alone"): (
        "The one-hot vector of the largest number stands where another function is asked."
    ),
    ("softmax_digits", "loss: probability of the true class"): "The logarithm is left out.",
    ("softmax_digits", "loss: squared error"): "The squared error stands where another function is asked.",
    ("softmax_digits", "dloss_dw: slope of a sigmoid as well"): (
        "The slope of an activation is there where it is not asked."
    ),
    ("softmax_digits", "dloss_dw: the true classes alone"): (
        "Only the elements that one step changes count; all others are 0."
    ),
    ("softmax_digits", "dloss_dw: the sign of the weights"): "The sign function is applied where it is not asked.",
    ("softmax_digits", "train: shuffled by a seed"): "Rows are put into another order by chance, which is not asked.",
    ("softmax_digits", "train: the weights of the best batch"): (
        "What comes back is kept from the best round, where the last one is asked."
    ),
    ("softmax_digits", "softmax: epsilon below"): "A small number is added that is not asked.",
    ("softmax_digits", "loss: epsilon in the log"): "A small number is added that is not asked.",
    ("softmax_digits", "loss: epsilon beside the probability"): "A small number is added that is not asked.",
    ("softmax_digits", "loss: probabilities clipped"): "Numbers are cut off at a bound that is not asked.",
    ("softmax_digits", "dloss_dw: gradient clipped"): "What lies beyond a bound is cut off.",
    ("softmax_digits", "train: weights restart"): BEFORE,
    ("softmax_digits", "train: a step for each epoch"): "A step is done once that is asked in every round.",
    ("conv_digits", "conv_loops: kernel transposed"): "An array stands on its side.",
    ("conv_digits", "conv_loops: kernel mirrored"): ORDER,
    ("conv_digits", "conv: kernel mirrored"): ORDER,
    ("conv_digits", "conv: kernel transposed"): "An array stands on its side.",
    ("conv_digits", "conv_backward: dk turned"): (
        "dk: It lies the other way round: what is asked first along an axis comes last."
    ),
    ("conv_digits", "conv_backward: dx kernels mirrored"): ORDER,
    ("conv_digits", "forward: clipped"): "What lies beyond a bound is cut off.",
    ("conv_digits", "dloss_dw: clipped"): "What lies beyond a bound is cut off.",
    ("conv_digits", "train: weights restart"): BEFORE,
    ("conv_digits", "conv: maps transposed"): "It holds the right numbers, in other places than they belong.",
    ("conv_digits", "forward: relu up to two"): "The capped relu stands where another function is asked.",
    ("conv_digits", "forward: relu six"): "The capped relu stands where another function is asked.",
    ("conv_digits", "dloss_dw: leaky with its slope"): "The leaky relu stands where another function is asked.",
    ("conv_digits", "dloss_dw: no relu at all"): "The relu is left out. The slope of the relu is left out.",
    ("conv_digits", "train: starts from zero"): "Something that is handed in is set to zero first.",
    ("conv_digits", "train: no rate for the kernels"): "lr has no effect where it should multiply or divide.",
    ("autograd_engine", "relu_step: six"): "The capped relu stands where another function is asked.",
    ("autograd_engine", "relu_step: mask of ones only back"): ("Only what should be 0 is wrong."),
}


@functools.cache
def read(lesson: str) -> tuple[str, Exam, dict[str, float]]:
    """A lesson's solution, its exam, its points."""
    source = nbformat.read(ROOT / "source" / lesson / f"{lesson}.ipynb", as_version=4)
    code = declared.reference(source, lesson).partition("\nDECLARATION = ")[0]
    graded = [cell.metadata.nbgrader for cell in source.cells if cell.metadata.get("nbgrader", {}).get("grade")]
    points = {each.grade_id: float(each.points) for each in graded}
    asked = tuple(dict.fromkeys(name.partition("-")[0] for name in points))
    kept = ROOT / "solutions" / f"{lesson}.py"
    reference = load(kept, lesson) if kept.is_file() else Reference(lesson, code, declared.declaration(source) or "")
    return code, Exam(reference, asked), points


def report(lesson: str, name: str) -> Report:
    """The report on an edit."""
    code, exam, points = read(lesson)

    source = applied(code, EDITED[lesson][name])

    def fresh() -> dict[str, object]:
        namespace: dict[str, object] = {"__name__": "submission"}
        exec(source, namespace)
        return namespace

    (made,) = judge([tried(exam, points, rubric_of(Path("nowhere")), fresh, name, source)])
    assert made.verdict == "graded"
    return made


def lost(made: Report) -> set[str]:
    """The callables that lost points."""
    short = [name for name, part in made.methods.items() if part["score"] < part["max_score"] - 1e-9]
    return {name.partition("-")[0] for name in short}


@pytest.mark.slow
@pytest.mark.parametrize(("lesson", "name"), RIGHT)
def test_what_is_right_loses_nothing(lesson: str, name: str) -> None:
    """However it is written."""
    assert lost(report(lesson, name)) == set()


@pytest.mark.slow
@pytest.mark.parametrize(("lesson", "name"), WRONG)
def test_what_is_wrong_costs_its_own_function_and_is_told_truly(lesson: str, name: str) -> None:
    """The whole engine is the eighth lesson's last callable, which every part of it costs, too."""
    made, own = report(lesson, name), name.partition(":")[0]
    if lesson == "autograd_engine":
        assert lost(made) if own in OF_ENGINE else own in lost(made)
    else:
        assert lost(made) == {own}
    told = [check.rationale for check in made.checks]
    assert (lesson, name) not in TOLD or TOLD[lesson, name] in told
