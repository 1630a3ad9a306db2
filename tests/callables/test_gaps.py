"""Every change of a solution loses points, or nothing that can be asked tells it; else the declaration has a gap."""

from __future__ import annotations

import pytest

from tests.authoring.refusals import CELLS, DECLARATION, SOLUTION, UNASKED, UNASKED_DECLARATION, gaps_of


def test_where_every_change_shows_there_is_no_gap() -> None:
    assert gaps_of(SOLUTION, DECLARATION, *CELLS) == []


def test_an_argument_left_at_its_default_is_a_gap_with_its_remedy() -> None:
    """With reg = 0.0 alone, a solution without the term of reg would lose nothing."""
    said = gaps_of(UNASKED, UNASKED_DECLARATION, "loss")
    assert said
    assert all(line.endswith("with reg = 0.5; draw it as well, as in reg = draw.one_of(0.0, 0.5)") for line in said)
    drawn = UNASKED_DECLARATION + "reg = draw.one_of(0.0, 0.5)\n"
    assert gaps_of(UNASKED, drawn, "loss") == []


@pytest.mark.parametrize(
    ("batch", "gap"), [("2, 4", True), ("2, 3", False)], ids=["batches that fit", "a batch that is left"]
)
def test_sizes_that_hide_a_rest_are_a_gap(batch: str, gap: bool) -> None:
    """Where all batches fit, a solution that leaves out what is left of the samples loses nothing."""
    solution = '''import numpy as np


def sums(x, batch):
    """x (N,), batch a count -> s a number"""
    s = 0.0
    for k in range((len(x) + batch - 1) // batch):
        s = 0.5 * s + np.sum(x[k * batch : (k + 1) * batch])
    return s
'''
    declaration = f'x, batch = draw.normal("N"), draw.one_of({batch})\nassignment(sizes=dict(N=(4, 8, 12)))'
    assert any(" with N = " in line or "batch = 3" in line for line in gaps_of(solution, declaration, "sums")) is gap


def test_what_no_numbers_tell_is_no_gap() -> None:
    """Statements in another order, a constant that is multiplied by nothing: they change nothing, and need no list."""
    solution = '''import numpy as np


def scaled(x):
    """x (N,) -> z (N,)"""
    low = np.min(x)
    high = np.max(x)
    return np.maximum((x - low) / (high - low + 1e-12), 0.0)
'''
    assert gaps_of(solution, 'x = draw.normal("N")\nassignment(sizes=dict(N=(3, 7, 5)))', "scaled") == []
