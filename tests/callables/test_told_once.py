"""One fault costs what it costs once, and a sentence speaks of the callable whose doing it is."""

from __future__ import annotations

import pytest

from tests.callables.graded import graded, lost, said

MOMENTUM = (
    '''import numpy as np

def momentum(w, dw, v, lr, mu):
    """w (D,), dw (D,), v (D,), lr a number, mu a number -> w_next (D,), v_next (D,)"""
    v_next = mu * v - lr * dw
    return w + v_next, v_next

def descend(X, y, w, v, lr, mu, rounds):
    """X (N, D), y (N,), w (D,), v (D,), lr a number, mu a number, rounds a count -> w_end (D,), losses (rounds,)"""
    losses = np.zeros(rounds)
    for k in range(rounds):
        error = X @ w - y
        losses[k] = np.mean(error**2)
        w, v = momentum(w, 2 * X.T @ error / len(X), v, lr, mu)
    return w, losses
''',
    """X, y, w, dw, v = draw.normal("N", "D"), draw.normal("N"), draw.normal("D"), draw.normal("D"), draw.normal("D")
lr, mu, rounds = draw.one_of(0.1, 0.02), draw.one_of(0.9, 0.5), draw.one_of(1, 4, 7)
assignment(sizes=dict(N=(1, 7, 9), D=(3, 5, 2)))
repeats(momentum, 4, w=0, v=1)
""",
)
SCORES = (
    '''import numpy as np

def softmax(A):
    """A (N, K) -> P (N, K)"""
    e = np.exp(A - A.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)

def weighted(Q, K, V, mask):
    """Q (N, D), K (M, D), V (M, D), mask (N, M) -> out (N, D), cache"""
    A = Q @ K.T
    if mask is not None:
        A = np.where(mask > 0, A, -1e9)
    P = softmax(A)
    return P @ V, (P, Q, K, V)

def weighted_backward(dout, cache):
    """dout (N, D), cache -> dQ (N, D), dV (M, D)"""
    P, Q, K, V = cache
    dP = dout @ V.T
    dA = P * (dP - (dP * P).sum(axis=1, keepdims=True))
    return dA @ K, P.T @ dout
''',
    """Q, K, V, dout = draw.normal("N", "D"), draw.normal("M", "D"), draw.normal("M", "D"), draw.normal("N", "D")
A, mask = draw.normal("N", "M"), draw.mask("N", "M")
assignment(sizes=dict(N=(1, 5, 6), M=(4, 3, 7), D=(3, 2, 4)))
follows(weighted_backward, weighted, by="cache")
""",
)


def several(assignment: tuple[str, str], *parts: tuple[str, str]) -> tuple[str, str, str]:
    """What `graded` takes for some texts in the place of others."""
    text = assignment[0]
    for old, new in parts:
        assert old in text
        text = text.replace(old, new)
    return assignment, assignment[0], text  # type: ignore[return-value]


def test_a_wrong_result_that_is_handed_back_does_not_cost_the_right_one_as_well() -> None:
    """`w_next` is right in each single call; the old `v` that is returned beside it leads the next ones astray."""
    report = graded(MOMENTUM, "return w + v_next, v_next", "return w + v_next, v")
    both = graded(MOMENTUM, "return w + v_next, v_next", "return w - v_next, v")
    assert lost(report) == ["momentum"]
    assert report.methods["momentum"]["score"] == pytest.approx(4.0 - 3.5 / 2)
    assert both.methods["momentum"]["score"] == 0.0


def test_who_is_wrong_only_when_results_come_back_loses_them() -> None:
    """It keeps the array that it was given first, and hands that on."""
    keeps = (
        "    KEPT.append(v)\n    v = KEPT[-2] if len(KEPT) > 1 and KEPT[-2].shape == v.shape else v\n    v_next = mu"
    )
    wrong = MOMENTUM[0].replace("def momentum(", "KEPT = []\n\ndef momentum(").replace("    v_next = mu", keeps)
    assert "momentum" in lost(graded(MOMENTUM, MOMENTUM[0], wrong))


def test_to_write_into_an_argument_costs_the_same_beside_a_wrong_helper() -> None:
    """Recorded answers let it reach the questions about arrays that may not be written into."""
    into = ("    A = Q @ K.T\n", "    Q /= 2.0\n    A = 2.0 * Q @ K.T\n")
    alone = graded(*several(SCORES, into))
    beside = graded(*several(SCORES, into, ("e.sum(axis=1", "e.sum(axis=0")))
    assert lost(beside) == ["softmax", "weighted"]
    assert alone.methods["weighted"]["score"] == beside.methods["weighted"]["score"] == 3.5


@pytest.mark.parametrize("mask", ["-np.inf", "-1e10", "np.finfo(float).min"])
def test_what_stands_for_no_number_is_found_in_the_record(mask: str) -> None:
    """Softmax is wrong, so that recorded answers stand in for it."""
    wrong = (("e.sum(axis=1", "e.sum(axis=0"), ("-1e9", mask))
    assert lost(graded(*several(SCORES, *wrong))) == ["softmax"]


def test_beside_a_masked_number_all_others_must_be_those_asked() -> None:
    wrong = (("e.sum(axis=1", "e.sum(axis=0"), ("A = Q @ K.T", "A = Q @ K.T / 1.001"))
    assert lost(graded(*several(SCORES, *wrong))) == ["softmax", "weighted"]


def test_where_there_is_no_loop_no_round_is_spoken_of() -> None:
    report = graded(SCORES, "A = np.where(mask > 0, A, -1e9)", "pass")
    assert lost(report) == ["weighted"]
    assert "round" not in said(report)


def test_what_the_one_before_asks_is_not_told_of_the_one_after() -> None:
    """`weighted` hands softmax other scores; `weighted_backward`, which calls no softmax, has a factor of its own."""
    wrong = (("A = Q @ K.T", "A = -Q @ K.T"), ("return dA @ K,", "return 3 * dA @ K,"))
    report = graded(*several(SCORES, *wrong))
    assert lost(report) == ["weighted", "weighted_backward"]
    assert "weighted_backward hands" not in said(report)


def test_moments_that_begin_anew_are_not_told_as_slopes_taken_late() -> None:
    """In the second round `v` is what it was before the first, as it is where a step is asked twice in one round."""
    wrong = MOMENTUM[0].replace("        w, v = momentum(w,", "        w, _ = momentum(w,")
    text = said(
        graded(MOMENTUM, MOMENTUM[0], wrong.replace("return w + v_next, v_next", "return w + v_next, 2 * v_next"))
    )
    assert "midst" not in text
    assert "descend asks momentum with" in text


LAYERED = (
    '''import numpy as np

def scaled(x, gamma):
    """x (N, D), gamma (D,) -> out (N, D)"""
    return gamma * x / np.sqrt(np.mean(x**2, axis=1, keepdims=True) + 1.0)

def scaled_back(dout, x):
    """dout (N, D), x (N, D) -> dgamma (D,)"""
    return np.sum(dout * x / np.sqrt(np.mean(x**2, axis=1, keepdims=True) + 1.0), axis=0)

def cost(x, gamma, y):
    """x (N, D), gamma (D,), y (N, D) -> loss a number, dgamma (D,)"""
    error = scaled(x, gamma) - y
    return np.mean(np.sum(error**2, axis=1)), scaled_back(2.0 * error / len(x), x)
''',
    """x, y, dout = draw.normal("N", "D"), draw.normal("N", "D"), draw.normal("N", "D")
gamma = draw.normal("D")
assignment(sizes=dict(N=(1, 5, 6), D=(3, 2, 4)))
""",
)


def test_a_right_result_stays_right_where_another_one_asks_what_is_not_on_record() -> None:
    """`cost` forgets to divide its slopes, beside a wrong `scaled`: its loss is right with right answers of that."""
    forgotten = ("2.0 * error / len(x), x", "2.0 * error, x")
    alone = graded(*several(LAYERED, forgotten))
    beside = graded(*several(LAYERED, forgotten, ("return gamma * x / np.sqrt(", "return gamma * x * np.sqrt(")))
    assert lost(alone) == ["cost"]
    assert lost(beside) == ["scaled", "cost"]
    assert alone.methods["cost"]["score"] == beside.methods["cost"]["score"] > 0.5
    assert "nan" not in said(beside)
