"""Under which code a fault is counted, by what a declaration and the flow of data say; no name here is a lesson's."""

from __future__ import annotations

import pytest

from tests.callables.graded import graded

LAYER = """
import numpy as np


class Layer:
    def __init__(self, start):
        V, c = start
        self.V, self.c = np.array(V, dtype=float), np.array(c, dtype=float)

    def answer(self, X):
        \"\"\"X (N, D) -> Y (N, K)\"\"\"
        return X @ self.V + self.c

    def cost(self, Y, T):
        \"\"\"Y (N, K), T (N, K) -> cost a number\"\"\"
        return float(np.mean((Y - T) ** 2))

    def slopes(self, X, T):
        \"\"\"X (N, D), T (N, K) -> dV (D, K), dc (K,)\"\"\"
        error = 2 * (self.answer(X) - T) / T.size
        return X.T @ error, error.sum(axis=0)

    def descend(self, X, T, pace, rounds):
        \"\"\"X (N, D), T (N, K), pace a number, rounds a count -> costs (rounds,)\"\"\"
        costs = np.zeros(rounds)
        for k in range(rounds):
            costs[k] = self.cost(self.answer(X), T)
            dV, dc = self.slopes(X, T)
            self.V -= pace * dV
            self.c -= pace * dc
        return costs
"""
OF_LAYER = """
start = draw.list(draw.normal("D", "K"), draw.normal("K"))
X, T, Y = draw.normal("N", "D"), draw.normal("N", "K"), draw.normal("N", "K")
pace, rounds = draw.one_of(0.1, 1.0, 0.01), draw.one_of(3, 1, 2, 7)
assignment(sizes=dict(N=(2, 3, 5), D=(3, 4, 2), K=(2, 3, 4)), state=("V", "c"))
slope(
    Layer.slopes, of=lambda start, X, T: (m := Layer(start)).cost(m.answer(X), T),
    by=("dV", "dc"), wrt=("start.0", "start.1"),
)
"""
STACKED = """
import numpy as np


def line(x, w):
    \"\"\"x (N, 1), w (2, 1) -> y (N, 1)\"\"\"
    ones = np.ones_like(x)
    return np.hstack([ones, x]) @ w


def error_slope(x, t, w):
    \"\"\"x (N, 1), t (N, 1), w (2, 1) -> dw (2, 1)\"\"\"
    columns = np.hstack([np.ones_like(x), x])
    error = columns @ w - t
    return columns.T @ error
"""
OF_STACKED = """
x, t, w = draw.normal("N", 1), draw.normal("N", 1), draw.normal(2, 1)
assignment(sizes=dict(N=(2, 3, 5)))
slope(error_slope, of=lambda x, t, w: 0.5 * np.sum((line(x, w) - t) ** 2), by="dw", wrt="w")
"""
HIDDEN = """
import numpy as np


def bent(x, u, w):
    \"\"\"x (N, D), u (D, H), w (H+1, 1) -> y (N, 1)\"\"\"
    h = np.maximum(x @ u, 0)
    return np.hstack([np.ones((len(x), 1)), h]) @ w


def bent_slopes(x, t, u, w):
    \"\"\"x (N, D), t (N, 1), u (D, H), w (H+1, 1) -> du (D, H), dw (H+1, 1)\"\"\"
    z = x @ u
    h = np.hstack([np.ones((len(x), 1)), np.maximum(z, 0)])
    error = h @ w - t
    return x.T @ ((error @ w[1:].T) * (z > 0)), h.T @ error
"""
OF_HIDDEN = """
x, t, u, w = draw.normal("N", "D"), draw.normal("N", 1), draw.normal("D", "H"), draw.normal("H+1", 1)
assignment(sizes=dict(N=(2, 3, 5), D=(3, 4, 2), H=(4, 3, 5)))
slope(
    bent_slopes, of=lambda x, t, u, w: 0.5 * np.sum((bent(x, u, w) - t) ** 2), by=("du", "dw"), wrt=("u", "w"),
)
"""
PLAIN = """
import numpy as np


def weighted(x, a):
    \"\"\"x (N, D), a (D,) -> y (N,)\"\"\"
    total = np.zeros(len(x))
    for k in range(x.shape[1]):
        total = total + x[:, k] * a[k]
    return total


def moved(x, a, by):
    \"\"\"x (N, D), a (D,), by a number -> z (N, D)\"\"\"
    return x * a + by
"""
OF_PLAIN = """
x, a, by = draw.normal("N", "D"), draw.normal("D"), draw.uniform(0.1, 2.0)
assignment(sizes=dict(N=(2, 3, 5), D=(3, 4, 2)))
"""
STEPS = "            self.V -= pace * dV\n            self.c -= pace * dc\n"
RECORD = "            costs[k] = self.cost(self.answer(X), T)\n"
TAKE = "            dV, dc = self.slopes(X, T)\n"


def codes(assignment: tuple[str, str], old: str, new: str) -> dict[str, set[str]]:
    """By function or method, the codes of what it loses points for."""
    told: dict[str, set[str]] = {}
    for check in graded(assignment, old, new).checks:
        if check.diagnoses:
            told.setdefault(check.method, set()).update(str(each.code) for each in check.diagnoses)
    return told


@pytest.mark.slow
@pytest.mark.parametrize(
    ("method", "old", "new", "code"),
    [
        ("answer", "X @ self.V + self.c", "X @ self.V", "bias"),
        ("answer", "X @ self.V + self.c", "X @ self.V - self.c", "bias"),
        ("answer", "X @ self.V + self.c", "X @ self.V + self.c + self.c", "bias"),
        ("answer", "X @ self.V + self.c", "np.ones_like(X) @ self.V + self.c", "missing-upstream"),
        ("slopes", "error.sum(axis=0)", "error[-1]", "bias"),
        ("slopes", "X.T @ error", "np.ones_like(X).T @ error", "missing-upstream"),
        ("slopes", "(self.answer(X) - T)", "self.answer(X)", "missing-upstream"),
        ("cost", "(Y - T) ** 2", "Y ** 2", "missing-upstream"),
        ("cost", "(Y - T) ** 2", "(Y - T) ** 3", "different"),
        ("descend", STEPS, STEPS.replace("pace * ", ""), "ignores-lr"),
        ("descend", STEPS, STEPS.replace("pace * ", "pace * pace * "), "ignores-lr"),
        ("descend", "in range(rounds)", "in range(1, rounds)", "epoch-count"),
        ("descend", "    return costs", "        return costs", "epoch-count"),
        ("descend", "return costs", "return np.append(costs, self.cost(self.answer(X), T))", "epoch-count"),
        ("descend", RECORD + TAKE + STEPS, TAKE + STEPS + RECORD, "loss-after-update"),
        ("answer", "return X @ self.V", "self.c = self.c + 1.0\n        return X @ self.V", "mutates-weights"),
    ],
)  # fmt: skip
def test_the_field_has_a_code_for_it(method: str, old: str, new: str, code: str) -> None:
    assert code in codes((LAYER, OF_LAYER), old, new)[f"Layer-{method}"]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("new", "says"),
    [
        ("np.hstack([np.zeros_like(x), x])", "The column of ones that is put beside an array has no effect."),
        ("np.hstack([x, np.ones_like(x)])", "The column of ones stands at another place than is asked"),
        ("np.hstack([2 * np.ones_like(x), x])", "holds another number than one"),
    ],
)
def test_a_column_of_ones_is_a_bias(new: str, says: str) -> None:
    report = graded((STACKED, OF_STACKED), "np.hstack([ones, x])", new)
    (check,) = (each for each in report.checks if each.method == "line" and each.diagnoses)
    assert (check.diagnoses[0].code, says in check.rationale) == ("bias", True), check.rationale


@pytest.mark.slow
def test_the_row_that_meets_ones_is_a_bias() -> None:
    assert codes((HIDDEN, OF_HIDDEN), "w[1:]", "w[:-1]") == {"bent_slopes": {"bias"}}


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("weighted", "range(x.shape[1])", "range(1, x.shape[1])"),  # no round goes on with what an update left
        ("moved", "x * a + by", "x + by"),  # no slope is declared
        ("moved", "x * a + by", "x * a"),
    ],
)
def test_what_fits_lessons_alone_is_not_said_elsewhere(name: str, old: str, new: str) -> None:
    assert codes((PLAIN, OF_PLAIN), old, new) == {name: {"different"}}
