"""A number added inside a root that nobody wrote, a function taken of each part of a sum, a mean in a product."""

from __future__ import annotations

import pytest

from tests.callables.graded import graded, lost, said

FORMULAS = (
    '''
import numpy as np

def standard(a, eps):
    """a (N,), eps a number -> z (N,)"""
    return (a - np.mean(a)) / (np.std(a) + eps)

def unit(X, eps):
    """X (N, 2*D), eps a number -> U (N, 2*D)"""
    return X / (np.linalg.norm(X, axis=1, keepdims=True) + eps)

def length(parts):
    """parts a list of arrays -> l a number"""
    return np.sqrt(sum(np.sum(part**2) for part in parts))

def layer(X, W, b):
    """X (N, 2*D), W (D, 2, H), b (H,) -> S (N, H)"""
    return X @ W.reshape(-1, len(b)) + b
''',
    """a, eps, W, b = draw.normal("N"), draw.one_of(0.1, 0.5), draw.normal("D", 2, "H"), draw.normal("H")
X, parts = draw.normal("N", "2*D"), draw.list(draw.normal("N"), draw.normal("N", "D"))
assignment(sizes=dict(N=(2, 4, 6), D=(3, 2, 5), H=(2, 3, 4)))
""",
)
INSIDE = "Something is added before a function is applied where it is to be added after, or the other way round."


@pytest.mark.parametrize(
    ("name", "old", "new", "says"),
    [
        ("standard", "(np.std(a) + eps)", "np.sqrt(np.var(a) + eps)", INSIDE),
        ("unit", "(np.linalg.norm(X, axis=1, keepdims=True) + eps)",
         "np.sqrt(np.sum(X**2, axis=1, keepdims=True) + eps)", INSIDE),
        ("length", "np.sqrt(sum(np.sum(part**2) for part in parts))",
         "sum([np.linalg.norm(part) for part in parts])", "Two functions are applied in another order than is asked."),
        ("layer", "X @ W.reshape(-1, len(b)) + b",
         "np.mean(X[:, :, None] * W.reshape(-1, len(b)), axis=1) + b",
         "A part comes out divided by a size, as a mean is beside a sum."),
    ],
)  # fmt: skip
def test_it_is_named(name: str, old: str, new: str, says: str) -> None:
    report = graded(FORMULAS, old, new)
    assert lost(report) == [name]
    assert says in said(report)
