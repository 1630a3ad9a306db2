"""What students often write in a class that learns is told as what it is."""

from __future__ import annotations

import pytest

from tests.callables.graded import graded, lost, said

NET = (
    '''
import numpy as np

class Net:
    def __init__(self, weights):
        v, w = weights
        self.v, self.w = np.array(v), np.array(w)

    def forward(self, X):
        """X (N, D) -> p (N,)"""
        z = X @ self.v
        h = np.maximum(z, 0)
        return h @ self.w

    def loss(self, p, y):
        """p (N,), y (N,) -> L a number"""
        error = p - y
        return np.sum(0.5 * error**2)

    def gradients(self, X, y):
        """X (N, D), y (N,) -> dv (D, H), dw (H,)"""
        z = X @ self.v
        h = np.maximum(z, 0)
        error = h @ self.w - y
        dw = h.T @ error
        dv = X.T @ (np.outer(error, self.w) * (z > 0))
        return dv, dw

    def train(self, X, y, lr, n_ep):
        """X (N, D), y (N,), lr a number, n_ep a count -> losses (n_ep,)"""
        losses = np.empty(n_ep)
        for epoch in range(n_ep):
            losses[epoch] = self.loss(self.forward(X), y)
            dv, dw = self.gradients(X, y)
            self.v -= lr * dv
            self.w -= lr * dw
        return losses
''',
    """
weights = draw.list(draw.normal("D", "H"), draw.normal("H"))
X, y, p = draw.normal("N", "D"), draw.normal("N"), draw.normal("N")
lr, n_ep = draw.one_of(0.01, 0.03), draw.one_of(4, 1, 12)
assignment(sizes=dict(N=(1, 3, 8), D=(3, 4, 2), H=(4, 2, 5)), state=("v", "w"))
""",
)
GIVES = "return dv, dw"
PENALTY = "return dv + 0.002 * self.v, dw + 0.002 * self.w"
MOVED = "w = self.w - 0.013 * dw; dv = X.T @ (np.outer(error, w) * (z > 0)); return dv, dw"
SUM = "np.sum(0.5 * error**2)"
LOOP = NET[0][NET[0].index("        for epoch") : NET[0].index("        return losses")]
STEPS = "            self.v -= lr * dv\n            self.w -= lr * dw\n"
CALL = "            dv, dw = self.gradients(X, y)\n"
ADAM = """            for k, (name, g) in enumerate((("v", dv), ("w", dw))):
                m[k], s[k] = 0.9 * m[k] + 0.1 * g, 0.999 * s[k] + 0.001 * g**2
                far = m[k] / (1 - 0.9 ** (epoch + 1)) / (np.sqrt(s[k] / (1 - 0.999 ** (epoch + 1))) + 1e-8)
                setattr(self, name, getattr(self, name) - lr * far)
"""
BATCHES = """            for k in range(0, len(X), 2):
                dv, dw = self.gradients(X[k : k + 2], y[k : k + 2])
                self.v -= lr * dv
                self.w -= lr * dw
"""


@pytest.mark.parametrize(
    ("name", "old", "new", "says"),
    [
        ("loss", SUM, "0.5 * np.sum(y**2 - p**2)", "The difference of two squares stands where the square"),
        ("loss", SUM, "0.5 * np.sum(y - p)", "A power is left out."),
        ("loss", SUM, "np.max(error**2)", "A max stands where another way"),
        ("gradients", "* (z > 0)", "* h", "The slope of an activation is another function"),
        ("gradients", GIVES, PENALTY, "(regularisation)"),
        ("gradients", GIVES, MOVED, "changed by its own slope before another slope is worked out"),
        ("train", STEPS, STEPS.replace("-=", "=-"), "set to its step with the sign turned"),
        ("train", LOOP, "        self.v[:], self.w[:] = 0.3, 0.3\n" + LOOP, "It does not start from what"),
        ("train", LOOP, "        m, s = [0, 0], [0, 0]\n" + LOOP.replace(STEPS, ADAM), "(Adam)"),
        ("train", CALL + STEPS, BATCHES, "Several updates are made in one round, each with a part of the samples"),
    ],
)  # fmt: skip
def test_a_usual_fault_is_told_as_what_it_is(name: str, old: str, new: str, says: str) -> None:
    report = graded(NET, old, new)
    assert lost(report) == [f"Net-{name}"]
    assert says in said(report)


PULLS = (
    """
import numpy as np

def error(p, y):
    '''p (N,), y (N,) -> L a number'''
    r = y - p
    return np.mean(r**2)

def pulls(u, v, y):
    '''u (N,), v (N,), y (N,) -> du (N,), dv (N,)'''
    r = y - u * v
    d = -2 * r[:] / len(y)
    return d * v, d * u
""",
    """
u, v, y, p = draw.normal("N"), draw.normal("N"), draw.normal("N"), draw.normal("N")
assignment(sizes=dict(N=(1, 4, 9)))
""",
)


@pytest.mark.parametrize(
    ("name", "old", "new", "says"),
    [
        ("error", "np.mean(r**2)", "np.mean(r) ** 2", "Two functions are applied in another order than is asked."),
        (
            "pulls",
            "-2 * r[:]",
            "2 * np.ones(len(y))",
            "A factor is left out. Beside that: each result has the opposite",
        ),
    ],
)
def test_several_results_may_be_off_by_the_same(name: str, old: str, new: str, says: str) -> None:
    report = graded(PULLS, old, new)
    assert lost(report) == [name]
    assert says in said(report)
