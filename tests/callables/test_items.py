"""What a grade cell scores, by its id: a callable or one of its results, a method by its own name where one class has
it."""

from __future__ import annotations

from pathlib import Path

import pytest

from autograder.callables import Exam, Reference, facts, items, judge, split, tried
from autograder.core import Report
from autograder.judging import rubric_of
from autograder.selfcheck import CheckFailed, FunctionCheck

NET = '''
import numpy as np

class Net:
    """A line through zero."""

    def __init__(self, w):
        """w (D,)"""
        self.w = np.array(w)

    def forward(self, x):
        """x (N, D) -> z (N,)"""
        return x @ self.w

    def gradients(self, x, dz):
        """x (N, D), dz (N,) -> dw (D,), dx (N, D)"""
        return x.T @ dz, dz[:, None] * self.w

def loss(z):
    """z (N,) -> L a number"""
    return np.sum(z**2)
'''
OTHER = '''
class Other:
    """Something else that goes forward."""

    def forward(self, x):
        """x (N, D) -> z (N,)"""
        return x.sum(axis=1)
'''
DECLARATION = """
w, x, dz, z = draw.normal("D"), draw.normal("N", "D"), draw.normal("N"), draw.normal("N")
assignment(sizes=dict(N=(1, 3, 5), D=(3, 2, 4)), state=("w",))
"""
NAMES = ("Net.__init__", "Net.forward", "Net.gradients", "loss")


@pytest.mark.parametrize(
    ("grade_id", "meant"),
    [
        ("forward", ("Net.forward", "")),
        ("Net-forward", ("Net.forward", "")),
        ("gradients-dw", ("Net.gradients", "dw")),
        ("loss", ("loss", "")),
        ("loss-L", ("loss", "L")),
    ],
)
def test_a_method_of_one_class_alone_needs_no_class_before_it(grade_id: str, meant: tuple[str, str]) -> None:
    assert split(grade_id, NAMES) == meant


def test_a_function_of_that_name_comes_first() -> None:
    assert split("forward", (*NAMES, "forward")) == ("forward", "")


@pytest.mark.parametrize(
    ("grade_id", "says"),
    [
        (
            "forward",
            "the grade cell forward: Net and Other have a method forward; call the cell Net-forward or Other-forward",
        ),
        (
            "forward-z",
            "the grade cell forward-z: Net and Other have a method forward; call the cell Net-forward-z or "
            "Other-forward-z",
        ),
        (
            "__init__",
            "the grade cell __init__ names no function or method of the solution; there are: Net-forward, "
            "Net-gradients, loss, Other-forward",
        ),
    ],
)
def test_a_method_of_several_classes_is_refused_with_what_to_write(grade_id: str, says: str) -> None:
    with pytest.raises(LookupError) as caught:
        split(grade_id, (*NAMES, "Other.__init__", "Other.forward"))
    assert caught.value.args[0] == says


def test_two_cells_that_score_the_same_are_refused() -> None:
    made = Exam(Reference("net", NET, DECLARATION), ("Net.forward",))
    with pytest.raises(LookupError, match="the grade cells forward and Net-forward score the same; keep one of them"):
        items(("forward", "Net-forward"), made)


def graded(points: dict[str, float], old: str, new: str) -> Report:
    """The report on the net with one text in the place of another."""
    reference = Reference("net", NET, DECLARATION)
    made = Exam(reference, tuple(dict.fromkeys(split(each, tuple(reference.signatures))[0] for each in points)))
    assert old in NET

    def fresh() -> dict:
        namespace: dict = {"__name__": "submission"}
        exec(NET.replace(old, new), namespace)
        return namespace

    return judge([tried(made, points, rubric_of(Path("nowhere")), fresh)])[0]


def test_a_report_names_a_method_as_its_cell_does() -> None:
    """The points are those of the full name; what is said of it names the class."""
    points = {"forward": 4.0, "gradients-dw": 2.0, "gradients": 2.0}
    full = {"Net-forward": 4.0, "Net-gradients-dw": 2.0, "Net-gradients": 2.0}
    change = ("return x @ self.w", "return 2 * x @ self.w")
    report, same = graded(points, *change), graded(full, *change)
    assert [*report.methods] == [*points]
    assert [part["score"] for part in report.methods.values()] == [part["score"] for part in same.methods.values()]
    assert report.methods["forward"]["score"] < 4.0
    titles = {check.id: check.title for check in report.checks}
    assert titles["forward/values"] == "what Net.forward gives is right"
    assert titles["forward/pure"] == "Net.forward leaves alone what it must only read"
    assert titles["gradients-dw/values"] == "dw of Net.gradients: right"
    wrong = graded(points, "x.T @ dz", "-x.T @ dz")
    assert [name for name, part in wrong.methods.items() if part["score"] < part["max_score"]] == ["gradients-dw"]


def test_the_self_check_takes_the_method_alone(capsys: pytest.CaptureFixture[str]) -> None:
    names: dict = {}
    exec(NET + OTHER, names)
    of_one = facts(Reference("net", NET, DECLARATION), NET, ("Net.forward",))
    FunctionCheck(names, of_one)("forward")
    assert capsys.readouterr().out.startswith("forward: nothing wrong was found.")
    of_two = facts(Reference("net", NET + OTHER, DECLARATION), NET + OTHER, ("Net.forward", "Other.forward"))
    with pytest.raises(CheckFailed, match="forward cannot be checked"):
        FunctionCheck(names, of_two)("forward")
