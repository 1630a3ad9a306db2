"""Functions that the grader's Python cannot parse cost no more than themselves."""

from __future__ import annotations

import platform

import pytest

from autograder.notebooks.unread import readable
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
