"""Sentences that the answers prove, of faults that no everyday question shows or no single place makes."""

from __future__ import annotations

import pytest

from tests.callables.graded import graded
from tests.callables.test_codes import LAYER, OF_LAYER, OF_STACKED, RECORD, STACKED

NET = """
import numpy as np


def squash(z):
    return 1 / (1 + np.exp(-z))


class Net:
    def __init__(self, start):
        p, q, r = start
        self.p, self.q, self.r = (np.array(each, dtype=float) for each in (p, q, r))

    def guess(self, x):
        \"\"\"x (N,) -> y (N,)\"\"\"
        h = squash(self.p * x)
        g = squash(self.q @ h)
        return (self.r @ g)[0]

    def cost(self, y, t):
        \"\"\"y (N,), t (N,) -> cost a number\"\"\"
        return float(np.mean((y - t) ** 2))

    def slopes(self, x, t):
        \"\"\"x (N,), t (N,) -> dp (H, 1), dq (G, H), dr (1, G)\"\"\"
        h = squash(self.p * x)
        g = squash(self.q @ h)
        y = (self.r @ g)[0]
        error = y - t
        d3 = 2 * error[np.newaxis, :] / len(x)
        d2 = (self.r.T @ d3) * g * (1 - g)
        d1 = (self.q.T @ d2) * h * (1 - h)
        return d1 @ x[:, np.newaxis], d2 @ h.T, d3 @ g.T
"""
OF_NET = """
start = draw.list(draw.normal("H", 1), draw.normal("G", "H"), draw.normal(1, "G"))
x, y, t, z = draw.normal("N"), draw.normal("N"), draw.normal("N"), draw.normal("N")
assignment(sizes=dict(N=(2, 3, 6), H=(4, 3, 5), G=(3, 4, 2)), state=("p", "q", "r"))
slope(
    Net.slopes, of=lambda start, x, t: (m := Net(start)).cost(m.guess(x), t),
    by=("dp", "dq", "dr"), wrt=("start.0", "start.1", "start.2"),
)
"""
LAYERS, STACKS, NETS = (LAYER, OF_LAYER), (STACKED, OF_STACKED), (NET, OF_NET)
PATIENT = "            if k > 2 and costs[k] > costs[k - 1]:\n                break\n"
SLOPES = ("d2 = (self.r.T @ d3) * g * (1 - g)\n        d1 = (self.q.T @ d2) * h * (1 - h)",
          "d2 = (self.r.T @ d3) * {0}\n        d1 = (self.q.T @ d2) * {1}")  # fmt: skip
TANH = SLOPES[1].format("(1 - np.tanh(self.q @ h) ** 2)", "(1 - np.tanh(self.p * x) ** 2)")
AT_OUTPUT = "d3 = 2 * error[np.newaxis, :] / len(x)"
FORWARD = "h = squash(self.p * x)\n        g = squash(self.q @ h)\n        return"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("assignment", "method", "old", "new", "code", "says"),
    [
        (LAYERS, "descend", RECORD, RECORD + PATIENT, "early-stop", "rounds come to when asked with"),
        (LAYERS, "answer", "return X @ self.V + self.c", "return np.clip(X @ self.V + self.c, -1e6, 1e6)", "different",
         "There it stays at 1e+06 where numbers farther from 0 are asked"),
        (LAYERS, "answer", "return X @ self.V + self.c", "return np.tile(X[:, :1] ** 3 + 4, len(self.c))",
         "hard-coded", "Y comes the same, number for number, when other numbers are set as V and c"),
        (STACKS, "error_slope", "error = columns @ w - t\n    return columns.T @ error",
         "e = (columns @ w).ravel() - t\n    return np.array([[e.sum()], [(e * x[:, 0]).sum()]])",
         "different", "make a table by broadcasting"),
        (NETS, "slopes", SLOPES[0], TANH, "wrong-activation-derivative",
         "The slope of an activation is another function, or is taken of another value"),
        (NETS, "slopes", AT_OUTPUT, f"{AT_OUTPUT} * squash(y) * (1 - squash(y))", "wrong-activation-derivative",
         "for a value, such as an output, that goes through none"),
        (NETS, "slopes", AT_OUTPUT, AT_OUTPUT.replace("2 * error[np.newaxis, :]", "-2 * error[np.newaxis, :] ** 2"),
         "different", "A difference is squared where it is asked as it is."),
        (NETS, "cost", "np.mean((y - t) ** 2)", "np.mean((y - t) * np.abs(y - t))", "different",
         "What is squared keeps its sign."),
        (NETS, "guess", FORWARD, FORWARD.replace("squash(", "squash(-(").replace("x)", "x))").replace("h)", "h))"),
         "sign", "A sign is turned."),
    ],
)  # fmt: skip
def test_what_the_answers_prove_is_said(
    assignment: tuple[str, str], method: str, old: str, new: str, code: str, says: str
) -> None:
    report = graded(assignment, old, new)
    checks = [each for each in report.checks if each.method.rpartition("-")[2] == method and each.diagnoses]
    assert says in " ".join(each.rationale for each in checks), [each.rationale for each in checks]
    assert code in {str(each.code) for check in checks for each in check.diagnoses}


ONE_IN_A_TUPLE = """
import numpy as np

def slopes(w, x, y):
    '''w (D,), x (N, D), y (N,) -> dw'''
    return (x.T @ (x @ w - y),)
"""
OF_ONE = """
w, x, y = draw.normal("D"), draw.normal("N", "D"), draw.normal("N")
assignment(sizes=dict(N=(1, 4, 7), D=(3, 2, 4)))
"""


def test_a_bare_array_where_one_in_a_tuple_is_asked_is_told_as_that() -> None:
    report = graded((ONE_IN_A_TUPLE, OF_ONE), "return (x.T @ (x @ w - y),)", "return x.T @ (x @ w - y)")
    (check,) = (each for each in report.checks if each.diagnoses)
    assert "where a tuple or a list is asked, with one array of shape (" in check.rationale
    assert [each.code for each in check.diagnoses] == ["wrong-type"]
