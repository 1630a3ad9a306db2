"""What a callable takes and gives, read from the solution's text."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from autograder.callables import Exam, Reference, UnfitExam, judge, slope_error, split, tried
from autograder.callables.declared.signatures import signatures
from autograder.judging import rubric_of
from tests.callables.graded import graded, lost, said

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


RETURNED = """x = draw.normal("N")
assignment(sizes=dict(N=(2, 3)))
"""


@pytest.mark.parametrize(
    ("words", "returned", "names"),
    [
        ("(loss, dx)", "x.sum(), 2 * x", ("loss", "dx")),
        ("(loss a number, dx (N,))", "x.sum(), 2 * x", ("loss", "dx")),
        ("(N,)", "2 * x", ("f",)),
        ("y (N,), 1 or more", "2 * x", ("y",)),
        ("y (N,), 1 or more, z", "2 * x, x", ("y", "z")),
        ("loss, (a, b)", "x.sum(), (2 * x, x)", None),
        ("loss, (a, b)", "x.sum(), 2 * x, x", None),
        ("(a, b), loss", "(2 * x, x), x.sum()", None),
        ("loss, {a, b}", "x.sum(), dict(a=x, b=2 * x)", None),
        ("2 numbers", "x.sum(), x.max()", None),
    ],
)
def test_a_result_without_a_name_is_refused_where_names_would_be_made_up(
    words: str, returned: str, names: tuple[str, ...] | None
) -> None:
    """`loss.0` and `loss.1` are what no author meant; a shape or a remark alone does no harm."""
    reference = Reference("it", f'def f(x):\n    """x (N,) -> {words}"""\n    return {returned}\n', RETURNED)
    exam = Exam(reference, ("f",))
    if names is not None:
        assert exam.names("f") == names
        return
    nameless = next(part for part in ("(a, b)", "{a, b}", "2 numbers") if part in words)
    with pytest.raises(UnfitExam, match=re.escape(f"the docstring of f has `{nameless}` after `->` without a name")):
        _ = exam.questions


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


def test_what_a_class_has_from_another_is_its_own():
    """Inherited methods and constructors are asked, followed, stood in for and named as any."""
    solution = '''
import numpy as np

class Layer:
    """A layer of one weight for each feature."""

    def __init__(self, w):
        """w (D,)"""
        self.w = np.array(w)

    def bent(self, a):
        """a (N, D) -> h (N, D)"""
        raise NotImplementedError

    def forward(self, x):
        """x (N, D) -> out (N, D)"""
        self.x = x
        return self.bent(x * self.w)

    def half(self, x):
        """x (N, D) -> h (N, D)"""
        return 0.5 * x

    @property
    def size(self):
        """-> size a count"""
        return 2 * self.w.size

    @classmethod
    def of_ones(cls, D):
        """D a count -> layer"""
        return cls(np.ones(D))

class Tanh(Layer):
    """The layer, bent by a tanh."""

    def bent(self, a):
        """a (N, D) -> h (N, D)"""
        return np.tanh(a)

    def backward(self, dout):
        """dout (N, D) -> dx (N, D), dw (D,)"""
        h = self.bent(self.x * self.w)
        da = dout * (1 - h**2)
        return da * self.w, np.sum(da * self.x, axis=0)

class Halved(Layer):
    """Half of it."""

    def forward(self, x):
        """x (N, D) -> out (N, D)"""
        return super().half(x) + self.half(self.w)

class Doubled(Tanh):
    """Twice that."""

    def forward(self, x):
        """x (N, D) -> out (N, D)"""
        return 2 * super().forward(x)
'''
    declared = """
w, x, a, dout = draw.normal("D"), draw.normal("N", "D"), draw.normal("N", "D"), draw.normal("N", "D")
assignment(sizes=dict(N=(1, 4, 6), D=(3, 2, 5)))
follows(Tanh.backward, Tanh.forward)
slope(Tanh.backward, of=Tanh.forward, by=("dx", "dw"), wrt=("x", "w"), times="dout")
"""
    cells = (
        "Tanh.size",
        "Tanh.bent",
        "Tanh.forward",
        "Tanh.backward",
        "Doubled.forward",
        "Tanh.half",
        "Halved.forward",
    )
    reference = Reference("it", solution, declared)
    made = Exam(reference, cells)
    assert made.repeated.uses["Tanh.forward"] == ("Tanh.bent",)
    assert (
        max(slope_error(made, reference.declaration.slopes[0], by, wrt, 1e-6) for by, wrt in (("dx", "x"), ("dw", "w")))
        < 1e-6
    )

    def told(old: str, new: str) -> tuple[list[str], str]:
        assert old in solution

        def fresh() -> dict:
            names: dict = {"__name__": "submission"}
            exec(solution.replace(old, new), names)
            return names

        points = {name.replace(".", "-"): 4.0 for name in cells}
        report = judge([tried(made, points, rubric_of(Path("nowhere")), fresh)])[0]
        return lost(report), said(report)

    assert told("def bent(self, a):", "def bent(self, a, *more):") == ([], "")
    assert told("return self.bent(x * self.w)", "return self.bent(x + self.w)")[0] == ["Tanh-forward"]
    assert "The tanh is left out." in told("return np.tanh(a)", "return a")[1]
    assert told("(1 - h**2)", "(1 - h)")[0] == ["Tanh-backward"]
    assert told("0.5 * x", "0.25 * x")[0] == ["Tanh-half"]  # Halved has it from Layer as well, and is judged by itself
    assert told("2 * self.w.size", "self.w.size")[0] == ["Tanh-size"]
    assert told("    @property\n    def size(self):", "    def size(self):")[0] == ["Tanh-size"]
    with pytest.raises(LookupError, match=r"there are: .*Tanh-forward"):
        split("Tanh-forwards", tuple(reference.signatures))


def test_what_sets_a_property_is_not_the_property():
    """Its getter is what is read, with the getter's own docstring."""
    source = '''
class Rate:
    @property
    def lr(self):
        """-> lr a number"""
        return self._lr

    @lr.setter
    def lr(self, value):
        self._lr = value
'''
    (found,) = signatures(source).values()
    assert found.read
    assert (found.arguments, found.results) == ((), ("lr",))
