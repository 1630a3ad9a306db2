"""What a callable takes and gives, read from the solution's text."""

from __future__ import annotations

import pytest

from autograder.callables.declared.signatures import signatures
from tests.callables.graded import graded, lost

SOURCE = '''
def softmax_loss(W, X, y, reg=0.0):
    """X (N, D), W (D, C), y (N,) labels, reg a number -> loss a number, dW (D, C)

    More words -> nothing of it counts.
    """
    return 1.0, W

def sgd(W, X):
    """-> losses; changes W"""
    return []

def plain(a, b):
    return a + b

def named(a):
    mean, spread = a, a
    return mean, spread

def unlike(a):
    if a:
        return a, a
    return a

class Net:
    def __init__(self, W): self.W = W
    def forward(self, x):
        """x (N, D) -> out (N, H+1)"""
        return x
    @staticmethod
    def loss(p, y): return 0.0
'''


@pytest.mark.parametrize(
    ("name", "arguments", "results", "changes"),
    [
        ("softmax_loss", ("W", "X", "y", "reg"), ("loss", "dW"), ()),
        ("sgd", ("W", "X"), ("losses",), ("W",)),
        ("plain", ("a", "b"), ("plain",), ()),
        ("named", ("a",), ("mean", "spread"), ()),
        ("unlike", ("a",), ("unlike",), ()),
        ("Net.__init__", ("W",), ("__init__",), ()),
        ("Net.forward", ("x",), ("out",), ()),
        ("Net.loss", ("p", "y"), ("loss",), ()),
    ],
)
def test_names_come_from_the_docstring_else_from_the_return_statement(
    name: str, arguments: tuple[str, ...], results: tuple[str, ...], changes: tuple[str, ...]
) -> None:
    found = signatures(SOURCE)[name]
    assert (found.arguments, found.results, found.changes) == (arguments, results, changes)


def test_shapes_are_read_where_they_are_said() -> None:
    found = signatures(SOURCE)
    takes = {"X": ("N", "D"), "W": ("D", "C"), "y": ("N",), "reg": ()}
    assert found["softmax_loss"].shapes == takes | {"loss": (), "dW": ("D", "C")}
    assert found["Net.forward"].shapes == {"x": ("N", "D"), "out": ("N", "H+1")}
    assert found["softmax_loss"].defaults == ("reg",)


@pytest.mark.parametrize(
    ("words", "results"),
    [
        ("x (N,) -> losses (epochs,); moves self.W, self.b", ("losses",)),
        ("x -> h (H,); keeps z and h on self", ("h",)),
        ("x -> loss; dW (D, C)", ("loss", "dW")),
        ("x -> loss a number; dW the slope, db", ("loss", "dW", "db")),
    ],
)
def test_a_remark_behind_a_semicolon_is_no_result(words: str, results: tuple[str, ...]) -> None:
    assert signatures(f'def f(x):\n    """{words}"""\n    return 1')["f"].results == results


def test_arguments_that_must_be_named_are_asked_by_their_names():
    """A function and a constructor with arguments behind a `*` are asked, graded and named as any."""
    solution = '''
class Decay:
    """A rate that falls."""

    def __init__(self, *, base):
        """base a number"""
        self.base = base

    def at(self, step, *, half=2.0):
        """step a number, half a number -> rate a number"""
        return self.base * 0.5 ** (step / half)

def clipped(x, *, low, high=1.0):
    """x (N,), low a number, high a number -> z (N,)"""
    return np.minimum(np.maximum(x, low), high)
'''
    declared = """
x, low, high = draw.normal("N"), draw.uniform(-2, -1), draw.uniform(0.1, 0.5)
base, step, half = draw.positive(), draw.positive(), draw.positive()
assignment(sizes=dict(N=(1, 4, 7)))
"""
    assignment = ("import numpy as np\n" + solution, declared)
    assert lost(graded(assignment, "*, low, high=1.0", "*, high=1.0, low")) == []  # named, so in any order
    assert lost(graded(assignment, "*, low, high=1.0", "low, high=1.0")) == []
    assert lost(graded(assignment, "np.maximum(x, low)", "x")) == ["clipped"]
    assert lost(graded(assignment, "self.base * 0.5", "0.5")) == ["Decay-at"]
