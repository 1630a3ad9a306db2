"""What is not there: another class taken in its place, or what kept it from being made, as the student is told."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from autograder.callables import Evidence, judge
from autograder.core import Observation, Report
from autograder.grading.examination import examine
from autograder.judging import rubric_of
from autograder.notebooks.magics import below_magics
from autograder.notebooks.records import Cell, Submission
from autograder.observe import PROGRAM, exchange
from autograder.observe.probe.cells import take_others
from autograder.sandbox import Sandbox
from tests.callables.graded import exam

LINE = '''
class Line:
    def __init__(self, w):
        """w a number"""
        self.w = float(w)

    def forward(self, x):
        """x (N,) -> p (N,)"""
        return self.w * x

    def loss(self, p, y):
        """p (N,), y (N,) -> L a number"""
        return ((p - y) ** 2).mean()
'''
OF_LINE = """
w, x, y, p = draw.normal(), draw.normal("N"), draw.normal("N"), draw.normal("N")
assignment(sizes=dict(N=(1, 3, 5)), state=("w",))
"""
METHODS = {"Line": ["forward", "loss"]}


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(PROGRAM) as warm:
        yield warm


def report(sandbox: Sandbox, *sources: str) -> Report:
    """On cells as they were handed in."""
    notes: list[str] = []
    run = [Cell(k, below_magics(k, source, notes)) for k, source in enumerate(sources)]
    notebook = {"cells": [{"source": source.splitlines(keepends=True)} for source in sources]}
    submission = Submission("it", None, "it", tuple(cell for cell in run if cell.source), tuple(notes), "", notebook)
    made = exam(LINE, OF_LINE)
    points = {name.replace(".", "-"): 4.0 for name in made.asked}
    blank = Evidence(made, submission, Observation({}), points, tuple(points), rubric_of(Path("nowhere")))
    return judge([examine(sandbox, blank)])[0]


def told(report: Report) -> set[str]:
    """What is said of wrong answers, in whichever cell."""
    assert report.verdict == "graded", report.notes
    return {check.rationale for check in report.checks if check.id.endswith("/values") and check.outcome != "passed"}


@pytest.mark.parametrize(
    ("broken", "why"),
    [
        (
            LINE.replace("return self.w * x", "return self.w x"),
            "its cell raised SyntaxError: invalid syntax (<cell 0>, line 9) in line 9: return self.w x.",
        ),
        (
            LINE + "\n    slope = undefined_thing\n",
            "its cell raised NameError: name 'undefined_thing' is not defined in cell 0, line 15: "
            "slope = undefined_thing.",
        ),
        (LINE + "\n    while True: pass\n", "cell 0, which was to define it, did not end."),
        (
            "%%timeit\n" + LINE,
            "cell 0 begins with %%timeit, which runs a cell for its time and keeps nothing that it defines.",
        ),
        ("%%bash\n" + LINE, "cell 0 begins with %%bash, so it is not run as this notebook's Python."),
    ],
    ids=["syntax", "raised", "never ends", "timeit", "bash"],
)
def test_what_kept_a_class_from_being_made_is_told(
    broken: str, why: str, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With each of its methods, none of which can be asked: not that the class is still to be written."""
    monkeypatch.setattr(exchange, "CELL_S", 2.0)
    made = report(sandbox, broken, "x = 1")
    assert made.score == 0.0
    assert told(made) == {f"Line is not defined: {why}"}


@pytest.mark.parametrize(
    "others",
    [
        (),
        ("raise ValueError('of another cell')",),
        ("%%timeit\nclass Other:\n    def forward(self, x): ...",),
        ("class Outline:\n    1 / 0", "while True: pass"),
    ],
    ids=["nothing", "raised", "timeit", "never ends"],
)
def test_a_class_that_was_never_written_has_no_other_cell_to_blame(
    others: tuple[str, ...], sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What raised, hung or was not run elsewhere has nothing to do with it."""
    monkeypatch.setattr(exchange, "CELL_S", 2.0)
    assert told(report(sandbox, "x = 1", *others)) == {
        f"The class Line is not defined, so that Line.{method} cannot be asked." for method in METHODS["Line"]
    }


@pytest.mark.parametrize("below", ["", "print(undefined_thing)", "\n%%timeit"], ids=["nothing", "raised", "timeit"])
def test_a_method_that_was_never_written_is_not_blamed_on_the_cell_of_its_class(below: str, sandbox: Sandbox) -> None:
    """The class was made, so whatever its cell raised afterwards did not keep the method from being there."""
    cells = [LINE.replace("def loss", "def lost") + "\n" + below]
    if "%%" in below:
        cells = [LINE.replace("def loss", "def lost"), "%%timeit\ndef tried(): ..."]
    made = report(sandbox, *cells)
    assert told(made) == {"Line.loss is not defined."}
    assert made.methods["Line-forward"]["score"] == 4.0


def test_a_method_that_its_cell_could_not_add_is_told(sandbox: Sandbox) -> None:
    """Classes may be written over several cells, each of which takes up the last one's class."""
    first, _, second = LINE.partition("    def loss")
    added = f"class Line(Line):\n    def loss{second}    1 / 0\n"
    assert told(report(sandbox, first, added)) == {
        "Line.loss is not defined: its cell raised ZeroDivisionError: division by zero in cell 1, line 5: 1 / 0."
    }


@pytest.mark.parametrize(
    ("cells", "why"),
    [
        (
            (LINE, "import sys, os\nsys.modules['program'].take_others = lambda *args: os._exit(0)"),
            "the run ended the process after the last cell",
        ),
        (
            (LINE, *["def never():\n    ...\nwhile True: pass\nclass A:\n    while True: pass"] * 6),
            "too many cells of the notebook do not end",
        ),
    ],
    ids=["ended", "never ends"],
)
def test_a_class_that_is_there_and_could_not_be_asked_is_not_called_missing(
    cells: tuple[str, ...], why: str, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The run was given up: what the submission defines is not known."""
    monkeypatch.setattr(exchange, "CELL_S", 0.5)
    assert told(report(sandbox, *cells)) == {f"Line.{method} could not be asked: {why}." for method in METHODS["Line"]}


def test_a_class_of_another_name_is_asked_in_the_place_of_the_missing_one(sandbox: Sandbox) -> None:
    """It earns what it would have earned, and the note says what was done."""
    made = report(sandbox, LINE.replace("class Line", "class Straight"))
    assert made.score == made.max_score
    assert "the class Line is missing; Straight was taken in its place" in made.notes


# --- which other class may be taken

SPACE = "import collections\nfrom collections import OrderedDict\n"
GOOD = "class {}:\n    def forward(self): ...\n    def loss(self): ...\n"
HALF = "class {}:\n    def forward(self): ...\n"


@pytest.mark.parametrize(
    ("source", "taken"),
    [
        (GOOD.format("Straight"), {"Line": "Straight"}),
        (GOOD.format("Straight") + "line = LINE = Straight\n", {"Line": "Straight"}),  # one class of several names
        (GOOD.format("Straight") + HALF.format("Half"), {"Line": "Straight"}),
        (GOOD.format("Straight") + "Line = 7\n", {"Line": "Straight"}),
        (GOOD.format("Straight") + "Line = Straight([]) if False else None\n", {"Line": "Straight"}),
        (GOOD.format("Line") + GOOD.format("Straight"), {}),  # it is there
        (GOOD.format("Straight") + GOOD.format("Curve"), {}),  # which of the two is meant is not to be guessed
        (HALF.format("Half"), {}),
        ("def Line(): ...", {}),
        ("", {}),
    ],
)
def test_the_only_other_class_is_taken(source: str, taken: dict[str, str]) -> None:
    """One with two of the methods at least, made in the notebook itself."""
    space: dict[str, Any] = {"__name__": "__main__"}
    exec(SPACE + source, space)
    assert take_others(space, METHODS) == taken
    assert {name: space[name].__name__ for name in taken} == taken


def test_a_class_that_was_imported_is_never_taken() -> None:
    space: dict[str, Any] = {"__name__": "elsewhere"}
    exec(GOOD.format("Straight"), space)
    assert take_others(space, METHODS) == {}
    assert "Line" not in space


def test_a_class_that_is_asked_for_itself_stands_for_no_other() -> None:
    """Two classes are asked for, and one is missing: the other is none in its place."""
    space: dict[str, Any] = {"__name__": "__main__"}
    exec(GOOD.format("Curve"), space)
    assert take_others(space, {**METHODS, "Curve": ["forward", "loss"]}) == {}
