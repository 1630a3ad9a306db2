"""Where no single small change gives all that came, what gives a part of it is told, and told as that."""

from __future__ import annotations

import pytest

from tests.callables.graded import graded, lost, said

ASSIGNMENT = (
    '''
import numpy as np

def farthest(S):
    """S (N, K) -> best (N,)"""
    return np.argmax(S, axis=1)

def another(E):
    """E (N, D) -> best (N,)"""
    S = E @ E.T
    np.fill_diagonal(S, -np.inf)
    return np.argmax(S, axis=1)

def back(d, x, a):
    """d (N, H), x (N, D), a (N, H) -> dw (D, H), db (H,)"""
    da = d * (a > 0)
    dw = x.T @ da
    db = np.sum(da, axis=0)
    return dw, db

def moved(w, dw, v, lr, mu):
    """w (D,), dw (D,), v (D,), lr, mu numbers -> w (D,), v (D,)"""
    v = mu * v - lr * dw
    w = w + v
    return w, v

def shares(Z):
    """Z (N, K) -> P (N, K)"""
    E = np.exp(Z - Z.max(axis=1, keepdims=True))
    return E / E.sum(axis=1, keepdims=True)

def weighed(Z, V, c):
    """Z (N, K), V (K, D), c (K,) -> out (N, D)"""
    S = Z / np.sqrt(len(V))
    P = shares(S + c)
    Q = shares(S)
    return (P + np.tanh(Q + c)) @ V

def apart(x, m):
    """x (N, D), m (D,) -> d (N,)"""
    return np.sum((x - m) ** 2, axis=1)

def states(xs, h):
    """xs (T, D), h (D,) -> hs (T, D)"""
    hs = []
    for x in xs:
        h = np.tanh(x + h)
        hs.append(h)
    return np.stack(hs)

def kept(x, labels, m):
    """x (N, D), labels (N,), m (K, D) -> J a number"""
    return np.sum((x - m[labels]) ** 2)

def chosen(x, m):
    """x (N, D), m (K, D) -> labels (N,)"""
    return np.argmin(np.sum((x[:, None] - m) ** 2, axis=2), axis=1)

def picked(Z, labels):
    """Z (N, K), labels (N,) -> mean a number"""
    return np.mean(Z[np.arange(len(labels)), labels])

def descended(w, x, y, lr, steps):
    """w (D,), x (N, D), y (N,), lr a number, steps a count -> w (D,)"""
    for _ in range(steps):
        for k in range(len(x)):
            w = w - lr * (x[k] @ w - y[k]) * x[k]
    return w
''',
    """
S, E, Z = draw.normal("N", "K"), draw.normal("N", "D"), draw.normal("N", "K")
V, c = draw.normal("K", "D"), draw.normal("K")
d, a, x, m = draw.normal("N", "H"), draw.normal("N", "H"), draw.normal("N", "D"), draw.normal("K", "D")
w, dw, v, y = draw.normal("D"), draw.normal("D"), draw.normal("D"), draw.normal("N")
lr, mu, steps = draw.one_of(0.1, 0.2), draw.one_of(0.9, 0.5), draw.one_of(1, 2)
xs, h, labels = draw.normal("T", "D"), draw.normal("D"), draw.labels("N", classes="K")
assignment(sizes=dict(N=(4, 6, 9), D=(3, 2, 5), K=(4, 3, 5), H=(2, 4, 3), T=(3, 4, 6)))
arguments(apart, m=draw.normal("D"))
""",
)
ARGMAX = "return np.argmax(S, axis=1)\n\ndef another"
SMALLEST = ARGMAX.replace("np.argmax(S, axis=1)", "S.shape[1] - 1 - np.argmin(S[:, ::-1], axis=1)")  # the last of ties
FILL = "    np.fill_diagonal(S, -np.inf)\n"
STEP = "    v = mu * v - lr * dw\n    w = w + v\n"
EACH = "            w = w - lr * (x[k] @ w - y[k]) * x[k]\n"
ONCE = "        for k in range(len(x)):\n" + EACH
TOGETHER = "        moves = 0\n" + ONCE.replace("w = w - ", "moves = moves + ") + "        w = w - moves\n"


@pytest.mark.parametrize(
    ("name", "old", "new", "says"),
    [
        pytest.param(
            "farthest", ARGMAX, SMALLEST,
            "The largest is taken where the smallest is asked, or the other way round.", id="but for ties",
        ),
        pytest.param(
            "back", "np.sum(da, axis=0)", "np.sum(d * (a < 0), axis=0)", "db: A comparison holds where it must not",
            id="one result by itself",
        ),
        pytest.param(
            "moved", STEP, "    v = mu * v + lr * dw\n    w = w - v\n", "A sign is turned.", id="two statements"
        ),
        pytest.param("another", FILL, "", "A step is left out.", id="as it is written"),
        pytest.param(
            "weighed", "shares(S)\n", "shares(Z) / np.sqrt(len(V))\n",
            "Something is multiplied or divided before a function is applied", id="a factor behind its function",
        ),
        pytest.param(
            "weighed", "(P + np.tanh(Q + c)) @ V", "np.tanh((P + Q + c) @ V)",
            "The tanh is applied at another place than is asked.", id="a function of the whole",
        ),
        pytest.param(
            "picked", "np.arange(len(labels)), labels", ":, labels", "Every row is paired with the entries of all rows",
            id="all pairs",
        ),
        pytest.param(
            "weighed", "np.tanh(Q + c)", "(np.tanh(Q) + c)", "Something is added before a function is applied",
            id="a function of a part",
        ),
        pytest.param(
            "back", "x.T @ da", "x.T[:, -1:] @ da[-1:]", "only the last part counts", id="the last part alone"
        ),
        pytest.param(
            "apart", "(x - m) ** 2", "x**2 - x * m + m**2", "is worked out in another way than is asked", id="a square"
        ),
        pytest.param("states", "h = np.tanh(x + h)", "h = h + np.tanh(x + h)", "added", id="what adds up"),
        pytest.param(
            "kept", "m[labels]", "m[chosen(x, m)]", "labels is worked out anew where the one that is handed in",
            id="an argument worked out anew",
        ),
        pytest.param(
            "descended", ONCE, TOGETHER,
            "The steps of a loop are added up and made at once at its end", id="all steps at once",
        ),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told(name: str, old: str, new: str, says: str) -> None:
    """In its own function alone."""
    report = graded(ASSIGNMENT, old, new)
    assert lost(report) == [name]
    assert says in said(report)


def test_what_gives_the_everyday_answers_alone_is_told_as_that() -> None:
    """It is right again where numbers are large."""
    at_times = "np.argmin(S, axis=1) if np.abs(S).max() < 10 else np.argmax(S, axis=1)"
    report = graded(ASSIGNMENT, ARGMAX, ARGMAX.replace("np.argmax(S, axis=1)", at_times))
    assert "This gives what comes in all everyday questions, though not in all others." in said(report)


def test_what_the_text_has_decides_between_changes_that_give_the_same() -> None:
    """The smallest of each row is where the diagonal was filled: without the step comes the same."""
    report = graded(
        ASSIGNMENT, "    return np.argmax(S, axis=1)\n\ndef back", "    return np.argmin(S, axis=1)\n\ndef back"
    )
    assert "A step is left out." not in said(report)
    assert "The largest is taken where the smallest is asked" in said(report)
