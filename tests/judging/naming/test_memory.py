"""Explaining wrong submissions takes bounded memory, however many there are."""

from __future__ import annotations

import pytest

from autograder.core import Conclusions, Recent
from tests.judging.naming.submitted import exam_of, report_on, said, written

WRONG = {
    "dloss_dw": """def dloss_dw(self, x, y_true):
    e = y_true - self.w2 * self.w1 * x
    return {a} * np.mean(-2 * e * self.w2 * x), {b} * np.mean(-2 * e * self.w1 * x) + {c}
""",
    "forward": """def forward(self, x):
    return {a} * self.w1 * np.tanh({b} * x) + {c} * self.w2
""",
    "loss": """def loss(self, y_prediction, y_true):
    return {a} * np.mean((y_prediction - y_true) ** 2) + {c}
""",
}
ROOM = 60_000


def different(k: int) -> str:
    """One of many wrong classes, none like another."""
    numbers = {"a": 1 + k / 7, "b": 2 + k / 11, "c": k / 13}
    return written("shallow_narrow", {name: text.format(**numbers) for name, text in WRONG.items()})


@pytest.mark.slow
def test_explaining_many_different_wrong_submissions_takes_no_more_than_the_bound(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """With room for a few submissions only, the caches stay within it, and what is said stays the same.

    A bound that a dozen submissions pass many times over shows what a thousand would do to the real one.
    """
    exam = exam_of("shallow_narrow")
    first = said(report_on("shallow_narrow", different(0)))
    candidates, families = exam.families.candidates, exam.families
    monkeypatch.setattr(candidates, "_tables", Recent(ROOM))
    monkeypatch.setattr(families, "_searched", Conclusions(ROOM, ROOM // 4))
    monkeypatch.setattr(exam, "conclusions", Conclusions(ROOM, ROOM // 4))
    for k in range(1, 8):
        assert said(report_on("shallow_narrow", different(k)))
        held = (candidates._tables, families._searched._held, exam.conclusions._held)
        assert all(each.bytes <= ROOM or len(each) == 1 for each in held)
    assert sum(map(len, held)) > 0
    assert said(report_on("shallow_narrow", different(0))) == first
