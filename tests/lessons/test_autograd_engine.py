"""The eighth lesson: what its text says is what its code does, and what is graded is the student's own engine."""

from __future__ import annotations

import ast
import functools
import re
from pathlib import Path
from typing import Any

import nbformat
import numpy as np
import pytest

from autograder.assignments.assignment import read_assignment
from autograder.authoring import declared
from autograder.callables import Evidence, Exam, Reference, judge, tried
from autograder.callables.judged.explanation import explain
from autograder.core import CallAnswer, Failure, Observation, Report
from autograder.judging import rubric_of
from autograder.notebooks import Cell, Release, Submission, submission_in
from autograder.selfcheck import CheckFailed, same
from tests.lessons.autograd_engine_variants import BACKWARD, NAME, NET, RIGHT, SAME, SOURCE, TEXT, WRONG, but

ROOT = Path(__file__).parents[2]
CODE = declared.reference(SOURCE, NAME).partition("\nDECLARATION = ")[0]
POINTS = {
    c.metadata.nbgrader.grade_id: float(c.metadata.nbgrader.points)
    for c in SOURCE.cells
    if c.metadata.get("nbgrader", {}).get("grade")
}


@functools.cache
def exam() -> Exam:
    return Exam(Reference(NAME, CODE, declared.declaration(SOURCE) or ""), tuple(POINTS))


def space(*otherwise: str) -> dict[str, Any]:
    """The lesson's names, with methods of Value (first argument self) and functions written otherwise."""
    names: dict[str, Any] = {"__name__": "submission"}
    exec(CODE, names)
    for text in otherwise:
        before = dict(names)
        exec(text, names)
        for name in [each for each, value in names.items() if before.get(each) is not value]:
            if "(self" in text and f"def {name}(self" in text:
                setattr(names["Value"], name, names.pop(name))
                names.update({name: before[name]} if name in before else {})
    return names


def graded(*otherwise: str) -> Report:
    (report,) = judge([tried(exam(), POINTS, rubric_of(Path("nowhere")), lambda: space(*otherwise))])
    return report


def lost(report: Report) -> set[str]:
    assert report.verdict == "graded"
    return {name for name, part in report.methods.items() if part["score"] < part["max_score"] - 1e-9}


def unearned(*otherwise: str) -> set[str]:
    """The grade cells that do not earn all; no cause is looked for, which takes longer."""
    evidence = tried(exam(), POINTS, rubric_of(Path("nowhere")), lambda: space(*otherwise))
    return {item.id for item in evidence.items if evidence.best(item)[1] < 1.0}


@pytest.mark.parametrize("name", [pytest.param(n, marks=[] if n == "all of it" else pytest.mark.slow) for n in RIGHT])
def test_a_right_engine_earns_all(name: str) -> None:
    assert graded(*RIGHT[name]).score == pytest.approx(10.0)


@pytest.mark.slow
def test_a_wrong_part_costs_what_uses_it_and_nothing_else() -> None:
    """Its own cell always loses; of the others only those that run that part."""
    costs = {name: unearned(text) for name, (text, _) in WRONG.items()}
    assert {name: lost_ for name, lost_ in costs.items() if not lost_ <= WRONG[name][1]} == {}
    assert {name for name, lost_ in costs.items() if not lost_} == SAME


def test_what_is_not_written_costs_what_uses_it_alone() -> None:
    text = "def __mul__(self, other):\n    raise NotImplementedError"
    report = graded(text)
    assert lost(report) == {"product_step", NET}
    assert report.score == pytest.approx(7.5)


def test_what_is_still_to_be_written_is_told_by_its_own_name() -> None:
    """The functions that are graded are given: none of them is a stub."""
    course = _course()
    assignment, release = read_assignment(course.solution(NAME)), Release(course.release_notebook(NAME))
    submission = submission_in(course.release_notebook(NAME).read_bytes(), assignment, release, "ann", "a.ipynb")
    (cell,) = (each for each in submission.cells if "class Value" in each.source)
    line = next(n for n, text in enumerate(cell.source.splitlines(), 1) if "def backward" in text) + 3
    failure = Failure("NotImplementedError", "", f"cell {cell.index}, line {line}: raise NotImplementedError")
    answers = {each.id: (CallAnswer("raised", failure=failure),) for each in exam().of("chain_slopes")}
    points = {"chain_slopes": 1.0}
    evidence = Evidence(exam(), submission, Observation(answers), points, tuple(points), rubric_of(Path("nowhere")))
    (item,) = evidence.items
    told = explain(evidence, item)
    assert told.rationale == "Value.backward, which chain_slopes uses, is still to be written."
    assert [(each.code, each.of) for each in told.diagnoses] == [("not-implemented", "Value.backward")]


def test_a_line_of_the_stub_that_is_left_is_told_as_that() -> None:
    """Whose work stands above it has begun; nothing is called unwritten."""
    work = ["class Value:", "    def backward(self):", "        self.slope = 1.0", "        raise NotImplementedError"]
    submission = Submission("a.ipynb", "ann", NAME, cells=(Cell(3, "\n".join(work)),))
    failure = Failure("NotImplementedError", "", "cell 3, line 4: raise NotImplementedError")
    answers = {each.id: (CallAnswer("raised", failure=failure),) for each in exam().of("chain_slopes")}
    points = {"chain_slopes": 1.0}
    evidence = Evidence(exam(), submission, Observation(answers), points, tuple(points), rubric_of(Path("nowhere")))
    (item,) = evidence.items
    told = explain(evidence, item)
    assert told.rationale.startswith(
        "Value.backward, which chain_slopes uses, stopped in cell 3, line 4: raise NotImplementedError (asked"
    )
    assert [(each.code, each.of) for each in told.diagnoses] == [("not-implemented", "Value.backward")]
    assert told.outcome == "failed"


def test_no_fault_is_looked_for_in_what_is_given() -> None:
    given = ast.literal_eval(re.search(r"^GIVEN = (.*)$", CODE, re.MULTILINE)[1])
    assert {"Value.__init__", "Value.reciprocal", "sigmoid", "one_step", "ladder"} <= set(given)
    assert not {"Value.__mul__", "Value.history", "unstretch", "network_loss"} & set(given)


NO_SLOPE = "The slopes of the inputs come out 0: nothing arrives there."
NAMED = {  # what is written otherwise, and what each of these cells is told
    "backward starts with zero": dict.fromkeys(BACKWARD, NO_SLOPE),
    "backward from the beginning": dict.fromkeys(BACKWARD, NO_SLOPE),
    "backward replaces": dict.fromkeys(
        ("shared_slopes", "ladder_slopes"), "Of several slopes that arrive at a value, only one counts."
    ),
    "backward does not start afresh": {
        "shared_slopes": "After a second call of backward, the slopes of the first are still counted."
    },
    "history with parents last": {
        "ladder_history": "In the history, values stand before their parents.",
        **dict.fromkeys(BACKWARD, NO_SLOPE),
    },
    "+ hands on nothing to the second": {"addition_step": "The second of two values that are added gets the slope 0."},
    "@ one parent": {"matrix_step": "The second of two values that are multiplied by @ gets the slope 0."},
    "backward by recursion": {"ladder_slopes": "The slopes are right, and pulls are called more often than once."},
    "backward pushes the sum so far": {
        "ladder_slopes": "A value hands on its slope before all of it has arrived, and then once more."
    },
    "history breadth first reversed": {
        "shared_slopes": "Where two ways lead back, what goes back on one of them is lost."
    },
    "history with repeats": {"ladder_history": "Values stand in the history more than once."},
    "unstretch takes one copy": {
        "unstretched": "Where an axis of length 1 was repeated, the slope of one copy counts, and not that of all."
    },
}


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMED)
def test_a_fault_of_the_engine_is_told_in_the_words_of_the_lesson(name: str) -> None:
    evidence = tried(exam(), POINTS, rubric_of(Path("nowhere")), lambda: space(WRONG[name][0]))
    told = {item.id: explain(evidence, item).rationale for item in evidence.items if item.id in NAMED[name]}
    assert told == NAMED[name]


def test_declared_slopes_are_those_of_central_differences() -> None:
    assert declared.problems(_course(), NAME) == []


def test_given_functions_that_were_written_otherwise_count_as_they_were_released() -> None:
    """Else somebody would be graded for formulas typed into them, with no engine at all."""
    course = _course()
    notebook = nbformat.read(course.release_notebook(NAME), as_version=4)
    for cell in notebook.cells:
        if cell.id == "tools":
            cell.source = but(
                cell.source, "return one_step(a * b, w, a, b)", "return float((w * a * b).sum()), w * b, w * a"
            )
    assignment, release = read_assignment(course.solution(NAME)), Release(course.release_notebook(NAME))
    submission = submission_in(nbformat.writes(notebook).encode(), assignment, release, "ann", "a.ipynb")
    assert submission.cells[-1].given
    assert any("product_step" in note and "released ones count" in note for note in submission.notes)
    assert any("return one_step(a * b, w, a, b)" in cell.source for cell in submission.cells if cell.given)
    plain = submission_in(course.release_notebook(NAME).read_bytes(), assignment, release, "ann", "a.ipynb")
    assert not any("released ones count" in note for note in plain.notes)


def _course() -> Any:
    from autograder.core.course import Course

    return Course.find(ROOT)


# ---- its numbers ---------------------------------------------------------------------------------------------


def test_the_first_example_is_worked_out_right() -> None:
    """Numbers and slopes of section 1, by the engine itself."""
    Value = space()["Value"]
    a, b, c = Value(2.0), Value(3.0), Value(-1.0)
    u = a * b
    v = u + c
    r = v.relu()
    L = a * r
    L.backward()
    values = {"a": a, "b": b, "c": c, "u": u, "v": v, "r": r, "L": L}
    for name, value in values.items():
        assert re.search(rf'"{name}": \([\d., ]+, {value.data:g}, {value.grad:g}\)', TEXT["graph-code"]), name
    assert r"$5 + 6 = 11$" in TEXT["slopes-back"]
    assert a.grad == 11


def test_every_small_example_holds_for_the_reference() -> None:
    """All comparisons of section 7, with the solution in the place of the student's code."""
    names = space() | {"np": np, "same": same, "CheckFailed": CheckFailed}
    exec(TEXT["checking-works"], names)
    done = 0
    for cell_id, text in TEXT.items():
        if cell_id.endswith("-example"):
            exec(text, names)
            done += 1
    assert done == len(POINTS)


@pytest.mark.parametrize("number", range(1, 6))
def test_gradients_of_the_earlier_lessons_fall_out(number: int) -> None:
    """The losses of section 8.1, against the references of those lessons."""
    names = space()
    exec(TEXT["lessons-code"].split("\n\n\ndice = ")[0], names)
    rng = np.random.default_rng(number)
    x, y = rng.normal(size=(2, 6)) if number in (1, 5) else rng.normal(size=(2, 6, 1))
    if number == 4:
        x, y = rng.normal(size=(6, 3)), rng.normal(size=(6, 2))
    shapes = {1: [(), ()], 2: [(2, 1)], 3: [(2, 4), (5, 1)], 4: [(3, 5), (5, 2)],
              5: [(4, 1), (4, 1), (3, 4), (3, 1), (1, 3), (1, 1)]}[number]  # fmt: skip
    weights = [np.asarray(rng.normal(size=shape)) for shape in shapes]
    lesson = ("shallow_narrow", "linear_regression", "relu_regression", "two_layer_relu", "sigmoid_mlp")[number - 1]
    theirs: dict[str, Any] = {}
    exec((ROOT / "solutions" / f"{lesson}.py").read_text(encoding="utf-8"), theirs)
    (model_class,) = (v for v in theirs.values() if isinstance(v, type) and hasattr(v, "dloss_dw"))
    model = model_class(weights)
    wanted = [np.asarray(each) for each in model.dloss_dw(x, y)]
    if number in (2, 3):  # the bias is row 0 of the weights there
        weights = [part for w in weights for part in (w[:1], w[1:])]
        wanted = [part for w in wanted for part in (w[:1], w[1:])]
    loss = names["network_loss"] if number == 5 else names[f"lesson{number}"]
    value, gradients = names["slopes_of"](loss, weights, x, y)
    assert value == pytest.approx(model.loss(model.forward(x), y))
    for one, two in zip(gradients, wanted, strict=True):
        np.testing.assert_allclose(one, two, rtol=1e-9, atol=1e-12)


def test_the_run_starts_as_lesson_5_does_through_as_many_values_as_it_says() -> None:
    """The first loss, the number of values and of weights."""
    names = space()
    exec(TEXT["run"].split("\n\n\ndef train")[0], names)
    values = [names["Value"](w) for w in names["start"]]
    L = names["network_loss"](*values, names["Value"](names["x_train"]), names["Value"](names["y_train"]))
    assert f"starts at {float(L.data):.3f}" in TEXT["expect"]
    assert f"has {len(L.history())} values" in TEXT["expect"]
    assert sum(w.size for w in names["start"]) == 361


def test_the_sum_so_far_on_a_ladder_with_two_rungs_comes_to_what_is_answered() -> None:
    """Question 2: a value that pushes at once whatever has arrived, and again with each part."""
    names = space()
    values = names["ladder"](np.array(1.0), 2, [])
    values[-1].backward()
    right = float(values[0].grad)

    def push(value: Any) -> None:
        for parent, pull in value.parents:
            parent.grad = parent.grad + pull(value.grad)
            push(parent)

    for value in values:
        value.grad = np.zeros(())
    values[-1].grad = np.ones(())
    push(values[-1])
    assert f"= {float(values[0].grad):.2f}$ arrives instead of $0.8 \\cdot 0.8 = {right:.2f}$" in TEXT["why-order"]
