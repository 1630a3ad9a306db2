"""What the grader's Python cannot parse costs no more than the function or the statement that it stands in."""

from __future__ import annotations

import platform
import sys

import pytest

from autograder.notebooks.unread import Patience, readable
from autograder.observe.probe.cells import run_cell

CELL = """import math
class Model:
    def forward(self, x):
        return x

    def train(self, x):
        for n in range(3):
            {line}
        return n

    def loss(self):
        return 5
after = 7
"""


@pytest.mark.parametrize(
    "line",
    [
        "x = f'{n +}'",
        "print((1, 2)",
        "a = [1, 2",
        "a = 'not closed",
        'a = """not closed',
        "1 = n",
        "a b c",
        "if n:",
        "type = match case",
        "return = 2",
    ],
)
def test_a_line_that_cannot_be_read_costs_its_own_function(line: str) -> None:
    """The others run, on their own lines; called, the function raises the syntax error with the student's line."""
    notes: list[str] = []
    source = CELL.format(line=line)
    space: dict[str, object] = {"__name__": "__main__"}
    assert run_cell(space, 4, readable(4, source, notes)) is None
    model = space["Model"]()  # type: ignore[operator]
    assert (model.forward(2), model.loss(), space["after"]) == (2, 5, 7)
    with pytest.raises(SyntaxError, match="which grades this, cannot read it") as caught:
        model.train(1)
    assert caught.value.filename == "<cell 4>"
    assert caught.value.text
    assert caught.value.text in source
    assert notes == [
        f"cell 4: Python {platform.python_version()}, which grades this, cannot read train; "
        "the rest of the cell was run without"
    ]


def test_the_line_that_is_told_is_the_students_own() -> None:
    """Not the stub that stands in its place."""
    space: dict[str, object] = {"__name__": "__main__"}
    source = "def f(x):\n    return x\nf.y = 1\ndef g():\n    a = 1\n    print(f'{a +}')\n\nvalue = 3\n"
    run_cell(space, 9, readable(9, source, []))
    failure = run_cell(space, 10, "g()")
    assert failure is not None
    assert failure["place"] == "cell 9, line 6: print(f'{a +}')"


def test_a_cell_that_can_be_read_stays_as_it_is() -> None:
    notes: list[str] = []
    assert readable(1, CELL.format(line="pass"), notes) == CELL.format(line="pass")
    assert notes == []


@pytest.mark.parametrize("source", ["def f(:", "x = (", "class A\n    def f(self):\n        pass\n", "1 +"])
def test_what_leaving_functions_out_does_not_mend_stays_as_it_is(source: str) -> None:
    """Its syntax error is told when it is run; a note says nothing untrue."""
    notes: list[str] = []
    made = readable(1, source, notes)
    assert made == source or notes


def test_two_functions_are_left_out_where_two_cannot_be_read() -> None:
    notes: list[str] = []
    source = (
        "class A:\n    def f(self):\n        1 = 2\n    def g(self):\n        a b\n    def h(self):\n        return 4\n"
    )
    space: dict[str, object] = {"__name__": "__main__"}
    assert run_cell(space, 1, readable(1, source, notes)) is None
    assert space["A"]().h() == 4  # type: ignore[operator]
    assert "cannot read f, g" in notes[0]


MODEL = "class Model:\n    def forward(self, x):\n        return 2 * x\n"
NO_PYTHON = {
    "a statement": "x = = 3",
    "in a block": "for k in range(3):\n    y = = k\n    z = k",
    "over several lines": "show(\n    a b,\n)\nx = 1",
    "a handler": "try:\n    x\nexcept ValueError as:\n    pass",
    "two": "a = = 1\nb = 2\nc = = 3",
    "a bracket": "x = [1,\n2",
    "with": "with open('x') as f:\n    y = = f",
    "a branch": "if True:\n    v = = 1\nelse:\n    v = 3",
    "a helper": "def helper(x):\n    return = x",
}
NEWER = {  # the Python that has it, and what it is
    "type statement": ((3, 12), "type Vector = list[float]"),
    "quotes in an f-string": ((3, 12), "d = {'a': 1}\ns = f'{d['a']}'"),
    "a backslash in an f-string": ((3, 12), "s = f\"{'\\n'.join(['a'])}\""),
    "type parameters": (
        (3, 12),
        "def first[T](xs: list[T]) -> T:\n    return xs[0]\nclass Box[T = int, *Ts]:\n    pass",
    ),
    "template string": ((3, 14), "s = t'hello {1}'"),
    "except without brackets": ((3, 14), "try:\n    x = 1\nexcept ValueError, TypeError:\n    pass"),
    "lazy import": ((3, 15), "lazy import json\nlazy from math import pi"),
    "unpacking in a comprehension": ((3, 15), "flat = [*a for a in [[1], [2]]]"),
}


@pytest.mark.parametrize("line", NO_PYTHON.values(), ids=NO_PYTHON)
@pytest.mark.parametrize("above", [True, False])
def test_a_statement_that_cannot_be_read_costs_itself(line: str, above: bool) -> None:
    """Above the class or below it: the class is there, the note names the Python and what was left out."""
    notes: list[str] = []
    space: dict[str, object] = {"__name__": "__main__", "show": print}
    run_cell(space, 3, readable(3, f"{line}\n{MODEL}" if above else f"{MODEL}{line}\n", notes))
    assert space["Model"]().forward(3) == 6  # type: ignore[operator]
    assert notes[0].startswith(f"cell 3: Python {platform.python_version()}, which grades this, cannot read ")


@pytest.mark.parametrize(("since", "line"), NEWER.values(), ids=NEWER)
def test_what_a_newer_python_knows_costs_no_method(since: tuple[int, int], line: str) -> None:
    """Where the grader's Python knows it, nothing is said; else it is told, and the class is there."""
    notes: list[str] = []
    space: dict[str, object] = {"__name__": "__main__"}
    run_cell(space, 3, readable(3, f"{line}\n{MODEL}", notes))
    assert space["Model"]().forward(3) == 6  # type: ignore[operator]
    assert bool(notes) == (sys.version_info[:2] < since)
    assert all(f"Python {platform.python_version()}, which grades this," in note for note in notes)


@pytest.mark.skipif(sys.version_info >= (3, 12), reason="this Python knows type parameters")
def test_type_parameters_cost_not_even_their_function() -> None:
    """They make no difference when a method runs."""
    notes: list[str] = []
    space: dict[str, object] = {"__name__": "__main__"}
    source = MODEL.replace("class Model", "class Model[T: (int, list[int])]").replace("forward", "forward[U]")
    assert run_cell(space, 1, readable(1, source, notes)) is None
    assert space["Model"]().forward(3) == 6  # type: ignore[operator]
    assert notes[0].endswith("does not know type parameters; it was run without")


def test_a_line_of_the_class_itself_costs_itself() -> None:
    notes: list[str] = []
    space: dict[str, object] = {"__name__": "__main__"}
    source = MODEL.replace("    def", "    rate = = 3\n    size = 2\n    def", 1)
    assert run_cell(space, 1, readable(1, source, notes)) is None
    assert (space["Model"]().forward(3), space["Model"].size) == (6, 2)  # type: ignore[operator, attr-defined]
    assert "cannot read line 2 (rate = = 3)" in notes[0]


@pytest.mark.parametrize("source", ["This is prose, not code.", "pip install torch", "x = = 3\n# no more\n"])
def test_a_cell_of_nothing_else_stays_as_it_is(source: str) -> None:
    """Its syntax error is told when it is run."""
    notes: list[str] = []
    assert (readable(1, source, notes), notes) == (source, [])


def test_all_cells_of_a_submission_share_the_patience() -> None:
    """A notebook that is made to be tried for hours is not; once patience is spent, a cell stays as it is."""
    patience = Patience(2_000)
    source = "".join(f"def f{k}(x):\n    return {k}\n" for k in range(9)) + "a = = 1\n"
    for _ in range(9):
        last = readable(1, source, [], patience)
    assert last == source
    assert readable(1, source, []) != source
    assert patience.characters > -20 * len(source)
