"""Lengths of arrays, as declarations and docstrings write them: sums, products, whole parts of quotients of sizes."""

from __future__ import annotations

import numpy as np
import pytest

from autograder import selfcheck
from autograder.authoring.proofs.shapes import otherwise_shaped
from autograder.callables import DrawError, Exam, Reference, length, signatures
from autograder.callables.declared.lengths import is_length, names_in
from tests.callables.graded import graded, lost

SIZES = {"H": 7, "K": 3, "P": 1, "S": 2}
LENGTHS = {"H": 7, "3": 3, "H+1": 8, "4*H": 28, "H-2*K+1": 2, "H//2": 3, "(H-K)//S+1": 3, "(H + 2*P - K)//S + 1": 4}
STRIDED = (
    '''
import numpy as np

def windows(x, K, S):
    """x (N, H), K a count, S a count -> out (N, (H-K)//S+1)"""
    return np.stack([x[:, i : i + K].sum(axis=1) for i in range(0, x.shape[1] - K + 1, S)], axis=1)

def windows_back(dout, x, K, S):
    """dout (N, (H-K)//S+1), x (N, H), K a count, S a count -> dx (N, H)"""
    dx = np.zeros_like(x)
    for j in range(dout.shape[1]):
        dx[:, j * S : j * S + K] += dout[:, j : j + 1]
    return dx
''',
    """
x, dout, K, S = draw.normal("N", "H"), draw.normal("N", "(H-K)//S+1"), draw.size("K"), draw.size("S")
assignment(sizes=dict(N=(1, 3, 4), H=(5, 8, 7), K=(2, 3, 2), S=(1, 2, 3)))
slope(windows_back, of=windows, by="dx", wrt="x", times="dout")
""",
)


@pytest.mark.parametrize("symbol", LENGTHS)
def test_a_length_is_worked_out_alike_by_the_grader_and_by_the_students_self_check(symbol: str) -> None:
    assert length(symbol, SIZES) == selfcheck._size(symbol, SIZES) == LENGTHS[symbol]


@pytest.mark.parametrize("text", ["rows", "N", "(H-K)//S+1", "4*H"])
def test_a_length_is_made_of_names_and_whole_numbers(text: str) -> None:
    assert is_length(text)


@pytest.mark.parametrize("text", ["", "H/2", "H**2", "2.5", "len(x)", "H+", "as X", "x[0]", "-H", "True"])
def test_other_words_are_no_length(text: str) -> None:
    assert not is_length(text)
    assert names_in([text]) == set()


@pytest.mark.parametrize(
    ("symbol", "why"),
    [
        ("H/2", "'H/2' is no size, and nothing worked out from sizes"),
        ("(H-Q)//S", "no size is called 'Q'; there are: H, K, P, S"),
        ("H//(P-1)", "'H//(P-1)' divides by zero"),
    ],
)
def test_what_cannot_be_worked_out_is_said(symbol: str, why: str) -> None:
    with pytest.raises(DrawError) as raised:
        length(symbol, SIZES)
    assert str(raised.value).startswith(why)


def test_a_docstrings_shape_may_have_brackets_in_it() -> None:
    shapes = signatures(STRIDED[0])["windows"].shapes
    assert shapes["out"] == ("N", "(H-K)//S+1")


def test_what_is_as_long_as_a_stride_says_is_drawn_and_held_against_the_docstring() -> None:
    reference = Reference("it", *STRIDED)
    assert not list(otherwise_shaped(Exam(reference, ("windows", "windows_back"))))
    otherwise = Reference("it", STRIDED[0].replace("-> out (N, (H-K)//S+1)", "-> out (N, (H-K)//S)"), STRIDED[1])
    (complaint,) = otherwise_shaped(Exam(otherwise, ("windows", "windows_back")))
    assert complaint.startswith(
        "windows: out has shape (3, 3) where its docstring says (N, (H-K)//S) with N = 3, H = 8"
    )


def test_a_stride_that_is_left_out_loses_what_every_day_asks() -> None:
    report = graded(STRIDED, "dx[:, j * S : j * S + K]", "dx[:, j : j + K]")
    assert lost(report) == ["windows_back"]
    assert np.isclose(report.methods["windows_back"]["score"], 0.0)
