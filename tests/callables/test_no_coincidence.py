"""Numbers that fit a fault by coincidence: what is said of them must be what was done, or nothing."""

from __future__ import annotations

from tests.callables.graded import graded, lost, said

ENTROPY = (
    '''
import numpy as np

def loss(z, A):
    """z (N, C), A (N, C) -> L a number, dz (N, C)"""
    P = np.exp(z) / np.sum(np.exp(z), axis=1, keepdims=True)
    logP = np.log(P)
    H = -np.sum(P * logP, axis=1)
    return np.sum(A * logP) - np.mean(H), A - P * np.sum(A, axis=1, keepdims=True) + P * (logP + H[:, None]) / len(z)
''',
    """z, A = draw.normal("N", "C"), draw.normal("N", "C")
assignment(sizes=dict(N=(1, 4, 6), C=(3, 2, 5)))
""",
)
CLIP = (
    '''
import numpy as np

def clip(grads, most):
    """grads a list of arrays, most a number -> norm a number; changes grads"""
    norm = np.sqrt(sum(np.sum(g**2) for g in grads))
    if norm > most:
        for g in grads:
            g *= most / norm
    return norm
''',
    """grads, most = draw.list(draw.normal("D", "H"), draw.normal("H"), draw.normal("N", "D")), draw.one_of(0.5, 100.0)
assignment(sizes=dict(N=(2, 4, 7), D=(3, 5, 2), H=(4, 2, 6)))
""",
)
MIXTURE = (
    '''
import numpy as np

def shares(X, weights, means):
    """X (N,), weights (K,), means (K,) -> R (N, K)"""
    R = weights * np.exp(-0.5 * (X[:, None] - means) ** 2)
    return R / np.sum(R, axis=1, keepdims=True)

def parameters(X, R):
    """X (N,), R (N, K) -> weights (K,), means (K,)"""
    return np.mean(R, axis=0), R.T @ X / np.sum(R, axis=0)

def fit(X, means, rounds):
    """X (N,), means (K,), rounds a count -> weights (K,), means (K,)"""
    weights = np.ones(len(means)) / len(means)
    for _ in range(rounds):
        weights, means = parameters(X, shares(X, weights, means))
    return weights, means
''',
    """X, means, weights, R = draw.normal("N"), draw.normal("K"), draw.simplex("K"), draw.simplex("N", "K")
rounds = draw.one_of(1, 2, 3)
assignment(sizes=dict(N=(5, 8, 9), K=(2, 3, 4)))
""",
)


def test_no_sign_is_told_of_where_none_is_written() -> None:
    report = graded(ENTROPY, "(logP + H[:, None])", "(logP + 1)")
    assert lost(report) == ["loss"]
    assert "sign function" not in said(report)


def test_a_sign_that_is_written_is_told_of() -> None:
    assert "The sign function is applied" in said(graded(ENTROPY, "np.sum(A * logP)", "np.sum(np.sign(A) * logP)"))


def test_what_fits_one_array_of_a_list_is_not_said_of_the_list() -> None:
    alone = "for g in grads:\n            norm = np.sqrt(np.sum(g**2))"
    report = graded(CLIP, "for g in grads:\n            g *=", f"{alone}\n            g *=")
    assert lost(report) == ["clip"]
    assert "Only the first round" not in said(report)


def test_what_fits_all_arrays_of_a_list_is_said_of_it() -> None:
    report = graded(CLIP, "g *= most / norm", "g *= 1 / norm")
    assert lost(report) == ["clip"]
    assert "differ" not in said(report)


def test_what_is_worked_out_anew_and_not_taken_is_named() -> None:
    report = graded(MIXTURE, "weights, means = parameters", "_, means = parameters")
    assert lost(report) == ["fit"]
    assert said(report).startswith("weights does not change where it should.")
