"""Where an exception was raised, and what is said of it."""

from __future__ import annotations

import pytest

from autograder.callables.judged.raised import function_of, is_begun, look_at
from autograder.core import Failure
from autograder.notebooks import Cell

CELL = Cell(
    4,
    """
def plain(a):
    def inner():
        raise NotImplementedError
    return inner()

class Value:
    def backward(self):
        raise NotImplementedError

plain(1)
""",
)


@pytest.mark.parametrize(
    ("place", "name"),
    [
        ("cell 4, line 4: raise NotImplementedError", "plain"),
        ("cell 4, line 9: raise NotImplementedError", "Value.backward"),
        ("cell 4, line 11: plain(1)", ""),
        ("cell 5, line 4: raise NotImplementedError", ""),
        ("", ""),
    ],
)
def test_the_function_is_that_around_the_line(place: str, name: str) -> None:
    assert function_of(Failure("NotImplementedError", "", place), [CELL]) == name


def test_a_cell_that_cannot_be_read_tells_no_function() -> None:
    failure = Failure("NotImplementedError", "", "cell 1, line 1: def")
    assert function_of(failure, [Cell(1, "def :")]) == ""


@pytest.mark.parametrize(
    ("body", "begun"),
    [
        ("raise NotImplementedError('see the hint')", False),
        ("'y (N,)'\n    ...\n    raise NotImplementedError", False),
        ("p = x @ w\n    return p\n    raise NotImplementedError", True),
        ("if len(x) == 1:\n        raise NotImplementedError\n    return x @ w", True),
    ],
)
def test_who_has_written_more_than_a_stub_has_begun(body: str, begun: bool) -> None:
    """What raises is then perhaps only what was left of it."""
    source = f"def forward(x, w):\n    {body}\n"
    line = next(n for n, text in enumerate(source.splitlines(), 1) if "raise" in text)
    failure = Failure("NotImplementedError", "", f"cell 2, line {line}: raise NotImplementedError")
    assert is_begun(failure, [Cell(2, source)]) == begun
    assert not is_begun(failure, [])


@pytest.mark.parametrize(
    ("kind", "text", "word"),
    [
        ("ValueError", "output array is read-only", "write into an array"),
        ("AttributeError", "'NoneType' object has no attribute 'parents'", "None stands there"),
        ("TypeError", "'NoneType' object is not subscriptable", "None stands there"),
        ("NameError", "name 'X_train' is not defined", "Which name"),
        ("RecursionError", "maximum recursion depth exceeded", "calls itself"),
        ("ValueError", "operands could not be broadcast together", "shapes"),
    ],
)
def test_where_to_look_fits_the_exception(kind: str, text: str, word: str) -> None:
    assert word in look_at(Failure(kind, text, ""))
