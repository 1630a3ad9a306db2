"""What a callable takes and gives, read from the solution's text."""

from __future__ import annotations

import pytest

from autograder.callables.declared.signatures import signatures

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
