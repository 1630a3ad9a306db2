"""What a declaration says, and each mistake in it told with its line."""

from __future__ import annotations

import numpy as np
import pytest

from autograder.callables import DeclarationError, Reference
from autograder.callables.asked.steps import drawn

SOLUTION = '''
import numpy as np

def loss_of(W, X, y):
    """-> loss, dW"""
    e = X @ W - y
    return (e ** 2).sum(), 2 * X.T @ e

def step(w, dw, v, mu):
    """-> w, v"""
    v = mu * v - dw
    return w + v, v
'''
GOOD = """
W, X, y = draw.normal("D"), draw.normal("N", "D"), draw.normal("N")
w, dw, v, mu = draw.normal("D"), draw.normal("D"), draw.normal("D"), draw.one_of(0.0, 0.9)
assignment(sizes=dict(N=(1, 5), D=(3, 2)))
"""


def said(cell: str) -> str:
    """What a declaration is refused with."""
    with pytest.raises(DeclarationError) as caught:
        Reference("squares", SOLUTION, cell)
    return str(caught.value)


@pytest.mark.parametrize(
    ("more", "words"),
    [
        (
            'slope(loss_of, of="los", by="dW", wrt="W")',
            "line 5: slope(loss_of): it has no result 'los'; it has loss, dW",
        ),
        ('slope(loss_of, of="loss", by=("dW", "dX"), wrt="W")', "2 in `by` and 1 in `wrt`"),
        ("repeats(step, 5, w=0, z=1)", "line 5: repeats(step): it has no argument 'z'"),
        ("repeats(step, 5, w=2)", "no result number 2, counted from 0"),
        ('follows(step, loss_of, by="dw")', "line 5: follows(step): loss_of has no result 'dw'"),
        ("own(loss_of, X=1, y=2)", "line 5: own(loss_of): it needs W as well"),
        ("own(loss_of, X=1, y=2, W=3, b=4)", "has no argument b"),
        ('slope("lossof", of="loss", by="dW", wrt="W")', "'lossof' is no function or method of the solution"),
        ('z = draw.normal("N")', "draws z, and nothing in the solution has an argument of that name"),
        ("assignment(sizes=dict(N=(1, 2), D=(3,)))", "N has 2, D has 1"),
        ("1 / 0", "line 5: ZeroDivisionError"),
        (
            'note(loss_of, replace="e ** 2", by="e", says="A power.", code="banana-peel")',
            "line 5: note(…) has no 'code'; it has callable, replace, by, says, look",
        ),
        ('mu = draw.normal("N", scal=2)', "line 5: draw.normal(…) has no 'scal'; it has shape, scale"),
        ("draw.nomal(3)", "line 5: there is no draw.nomal; is draw.normal meant?"),
        ("if", "line 5: invalid syntax"),
        ("mu = draw.one_of()", "line 5: one_of needs at least one value"),
        ('W = draw.normal("K")', "`sizes` lacks K, which draws use"),
    ],
)
def test_each_mistake_is_told_with_its_line_and_the_remedy(more: str, words: str) -> None:
    assert words in said(GOOD + more + "\n")


def test_a_declaration_without_sizes_is_told() -> None:
    assert "needs assignment(sizes=" in said('W = draw.normal("D")\n')


def test_every_class_is_among_the_labels_where_there_is_room() -> None:
    solution = "def f(y, m, p, h, s, k, d):\n    return 0.0\n"
    cell = """
y, m, p = draw.labels("N", classes="C"), draw.mask("N", 3), draw.simplex("N", "C")
h, s, k = draw.one_hot("N", "C"), draw.signs("N"), draw.integers(2, 4)
d = draw.dict(W=draw.normal("C"), b=draw.normal())
assignment(sizes=dict(N=(6,), C=(4,)))
"""
    reference = Reference("kinds", solution, cell)
    for seed in range(20):
        values = drawn(reference, np.random.default_rng(seed), reference.declaration.sizes[0])
        assert set(values["y"]) == {0, 1, 2, 3}
        assert values["y"].dtype.kind == "i"
        assert set(values["m"].ravel()) == {0.0, 1.0}
        assert np.allclose(values["p"].sum(axis=1), 1.0)
        assert (values["p"] > 0).all()
        assert (values["h"].sum(axis=1) == 1.0).all()
        assert set(values["s"]) <= {-1.0, 1.0}
        assert values["k"] in (2, 3, 4)
        assert values["d"]["W"].shape == (4,)
        assert type(values["d"]["b"]) is float
