"""The eighth lesson: what its text says is what its code does, and what is graded is the student's own engine."""

from __future__ import annotations

import functools
import re
from pathlib import Path
from typing import Any

import nbformat
import numpy as np
import pytest

from autograder.assignments import Declared
from autograder.assignments.declared import read_declared
from autograder.authoring import declared
from autograder.callables import Exam, Reference, judge, tried
from autograder.callables.explanation import explain
from autograder.core import Report
from autograder.judging import rubric_of
from autograder.notebooks import Release, submission_in
from autograder.selfcheck import CheckFailed, SelfCheck

ROOT = Path(__file__).parents[2]
NAME = "autograd_engine"
SOURCE = nbformat.read(ROOT / "source" / NAME / f"{NAME}.ipynb", as_version=4)
TEXT = {cell.id: cell.source for cell in SOURCE.cells}
CODE = declared.reference(SOURCE, NAME).partition("\nDECLARATION = ")[0]
POINTS = {
    c.metadata.nbgrader.grade_id: float(c.metadata.nbgrader.points)
    for c in SOURCE.cells
    if c.metadata.get("nbgrader", {}).get("grade")
}
BACKWARD = {"chain_slopes", "shared_slopes", "ladder_slopes", "bias_slopes"}


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


def op(name: str, out: str, to_self: str, to_other: str = "") -> str:
    """An operation as a method: its result, and what it hands on."""
    other = "" if not to_other else ", other"
    pulls = f"(self, lambda slope: {to_self})" + (f", (other, lambda slope: {to_other})" if to_other else "")
    return f"def {name}(self{other}):\n    out = {out}\n    return Value(out, [{pulls}])\n"


TWO_SUMS = """
def unstretch(slope, shape):
    front = slope.ndim - len(shape)
    slope = slope.sum(axis=tuple(range(front)))
    return slope.sum(axis=tuple(k for k, length in enumerate(shape) if length == 1), keepdims=True)
"""
BY_RESHAPE = """
def unstretch(slope, shape):
    longer = (1,) * (slope.ndim - len(shape)) + tuple(shape)
    for axis in range(slope.ndim):
        if longer[axis] == 1 and slope.shape[axis] != 1:
            slope = np.sum(slope, axis=axis, keepdims=True)
    return np.reshape(slope, shape)
"""
STACK = """
def history(self):
    order, visited, stack = [], set(), [(self, False)]
    while stack:
        value, ready = stack.pop()
        if ready:
            order.append(value)
        elif id(value) not in visited:
            visited.add(id(value))
            stack.append((value, True))
            stack.extend((parent, False) for parent, pull in value.parents)
    return order
"""
NESTED = """
def __mul__(self, other):
    def to_self(slope):
        return np.multiply(other.data, slope)

    def to_other(slope):
        return np.multiply(self.data, slope)

    return Value(np.multiply(self.data, other.data), ((self, to_self), (other, to_other)))
"""
IN_A_TABLE = """
def backward(self):
    order = self.history()
    slopes = {value: np.zeros_like(value.data) for value in order}
    slopes[self] = np.ones_like(self.data)
    for value in order[::-1]:
        value.grad = slopes[value]
        for parent, pull in value.parents:
            slopes[parent] = slopes[parent] + unstretch(pull(slopes[value]), parent.data.shape)
"""
IN_PLACE = """
def backward(self):
    order = self.history()
    for value in order:
        value.grad = np.zeros_like(value.data)
    self.grad = self.grad + 1.0
    while order:
        value = order.pop()
        for parent, pull in value.parents:
            parent.grad += unstretch(pull(value.grad), np.shape(parent.data))
"""
OTHER_LOSS = """
def network_loss(w1, b1, w2, b2, w3, b3, x, y):
    below = sigmoid(b1 + w1 * x)
    above = sigmoid(b2 + w2 @ below)
    error = b3 + w3 @ above + -y
    return Value(1 / len(y.data)) * (error * error).sum()
"""
RIGHT = {
    "as published": (),
    "unstretch by two sums": (TWO_SUMS,),
    "unstretch by a reshape": (BY_RESHAPE,),
    "history with a stack": (STACK,),
    "the product with functions in it": (NESTED,),
    "slopes in a table": (IN_A_TABLE,),
    "slopes added in place": (IN_PLACE,),
    "the loss in other words": (OTHER_LOSS,),
    "relu by where": (op("relu", "np.where(self.data > 0, self.data, 0)", "np.where(self.data > 0, slope, 0.0)"),),
    "relu by its result": (op("relu", "np.clip(self.data, 0, None)", "slope * (out > 0)"),),
    "sum by full": (op("sum", "np.sum(self.data)", "np.full(self.data.shape, slope)"),),
    "exp computed again": (op("exp", "np.exp(self.data)", "np.exp(self.data) * slope"),),
    "all of it": (BY_RESHAPE, STACK, NESTED, IN_A_TABLE, OTHER_LOSS),
}
PRODUCT = ("__mul__", "self.data * other.data")
MATRIX = ("__matmul__", "self.data @ other.data")
BACK = TEXT["Value"][TEXT["Value"].index("    def backward") :].replace("\n    ", "\n").strip()
HISTORY = TEXT["Value"][TEXT["Value"].index("    def history") : TEXT["Value"].index("    def backward")]
HISTORY = HISTORY.replace("\n    ", "\n").strip()
FOLD, LOSS = TEXT["unstretch"], TEXT["network_loss"][TEXT["network_loss"].index("def network_loss") :]


def but(text: str, old: str, new: str) -> str:
    assert old in text
    return text.replace(old, new)


NET = "engine_gradients"
WRONG = {  # what is written otherwise, and all the grade cells that it may cost
    "+ hands on nothing to the second": (
        op("__add__", "self.data + other.data", "slope", "0 * slope"),
        {"addition_step", NET},
    ),
    "+ hands on the numbers": (
        op("__add__", "self.data + other.data", "slope * other.data", "slope * self.data"),
        {"addition_step", NET},
    ),
    "+ subtracts": (op("__add__", "self.data - other.data", "slope", "-slope"), {"addition_step", NET}),
    "+ with a sign on the way back": (
        op("__add__", "self.data + other.data", "slope", "-slope"),
        {"addition_step", NET},
    ),
    "* with its own factor": (op(*PRODUCT, "slope * self.data", "slope * other.data"), {"product_step", NET}),
    "* without the slope": (op(*PRODUCT, "other.data", "self.data"), {"product_step", NET}),
    "* without the factor": (op(*PRODUCT, "slope", "slope"), {"product_step", NET}),
    "* hands on to one": (
        "def __mul__(self, other):\n    return Value(self.data * other.data, [(self, lambda s: s * other.data)])",
        {"product_step", NET},
    ),
    "* not written": ("def __mul__(self, other):\n    raise NotImplementedError", {"product_step", NET}),
    "@ with the sides exchanged": (op(*MATRIX, "other.data.T @ slope", "slope @ self.data.T"), {"matrix_step", NET}),
    "@ with its own factor": (op(*MATRIX, "slope @ self.data.T", "other.data.T @ slope"), {"matrix_step", NET}),
    "@ with nothing transposed": (op(*MATRIX, "slope @ other.data", "self.data @ slope"), {"matrix_step", NET}),
    "@ without the slope to the second": (
        op(*MATRIX, "slope @ other.data.T", "self.data.T @ np.ones_like(slope)"),
        {"matrix_step", NET},
    ),
    "relu lets all through": (op("relu", "np.maximum(self.data, 0)", "slope"), {"relu_step"}),
    "relu without the slope": (op("relu", "np.maximum(self.data, 0)", "1.0 * (self.data > 0)"), {"relu_step"}),
    "relu the other way": (op("relu", "np.maximum(self.data, 0)", "slope * (self.data < 0)"), {"relu_step"}),
    "relu is the absolute value": (op("relu", "np.abs(self.data)", "slope * np.sign(self.data)"), {"relu_step"}),
    "exp with the number": (op("exp", "np.exp(self.data)", "slope * self.data"), {"exp_step", NET}),
    "exp without the slope": (op("exp", "np.exp(self.data)", "out"), {"exp_step", NET}),
    "exp handed on unchanged": (op("exp", "np.exp(self.data)", "slope"), {"exp_step", NET}),
    "sum hands on a number": (op("sum", "self.data.sum()", "slope"), {"sum_step", NET}),
    "sum shares the slope out": (
        op("sum", "self.data.sum()", "slope * np.ones(self.data.shape) / self.data.size"),
        {"sum_step", NET},
    ),
    "sum without the slope": (op("sum", "self.data.sum()", "np.ones(self.data.shape)"), {"sum_step", NET}),
    "sum is a mean": (op("sum", "self.data.mean()", "slope * np.ones(self.data.shape)"), {"sum_step", NET}),
    "history with repeats": (but(HISTORY, "if value not in visited:", "if True:"), {"ladder_history", *BACKWARD, NET}),
    "history with parents last": (
        but(HISTORY, "return order", "return order[::-1]"),
        {"ladder_history", *BACKWARD, NET},
    ),
    "history of the first parents alone": (
        but(HISTORY, "in value.parents:", "in value.parents[:1]:"),
        {"shared_slopes", "bias_slopes", NET},
    ),
    "history without the value itself": (
        but(HISTORY, "return order", "return order[:-1]"),
        {"ladder_history", *BACKWARD, NET},
    ),
    "backward replaces": (but(BACK, "parent.grad + unstretch", "unstretch"), {"shared_slopes", "ladder_slopes", NET}),
    "backward does not start afresh": (but(BACK, "value.grad = np.zeros(value.data.shape)", "pass"), {"shared_slopes"}),
    "backward starts with zero": (but(BACK, "np.ones(self.data.shape)", "np.zeros(self.data.shape)"), {*BACKWARD, NET}),
    "backward from the beginning": (but(BACK, "reversed(order)", "order"), {*BACKWARD, NET}),
    "backward does not unstretch": (
        but(BACK, "unstretch(pull(value.grad), parent.data.shape)", "pull(value.grad)"),
        {"bias_slopes", NET},
    ),
    "unstretch keeps the axes in front": (but(FOLD, "slope.sum(axis=0)", "slope.sum(axis=0, keepdims=True)[0]"), set()),
    "unstretch takes the mean": (but(FOLD, ".sum(", ".mean("), {"unstretched", "bias_slopes", NET}),
    "unstretch takes one copy": (
        but(FOLD, "slope.sum(axis=axis, keepdims=True)", "slope.take([0], axis=axis)"),
        {"unstretched", "bias_slopes", NET},
    ),
    "the loss is a sum": (but(LOSS, " * Value(1.0 / x.data.size)", ""), {NET}),
    "the loss is a half mean": (but(LOSS, "1.0 / x", "0.5 / x"), {NET}),
    "a layer without its sigmoid": (but(LOSS, "sigmoid(w2 @ h1 + b2)", "w2 @ h1 + b2"), {NET}),
    "a layer without its bias": (but(LOSS, "w2 @ h1 + b2", "w2 @ h1"), {NET}),
    "the last layer without its bias": (but(LOSS, "(w3 @ h2 + b3)", "w3 @ h2"), {NET}),
}
SAME = {"unstretch keeps the axes in front"}  # written otherwise, and right all the same


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
    assignment, release = read_declared(course.solution(NAME)), Release(course.release_notebook(NAME))
    assert isinstance(assignment, Declared)
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
    names = space() | {"np": np, "SelfCheck": SelfCheck, "CheckFailed": CheckFailed}
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
