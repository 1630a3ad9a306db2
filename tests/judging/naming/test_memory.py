"""Explaining wrong submissions takes bounded memory, however many there are."""

from __future__ import annotations

import pytest

from autograder.core import Recent
from tests.judging.naming.trusted import exam_of, explained, with_method

WRONG = """
def dloss_dw(self, x, y_true):
    e = y_true - self.w2 * self.w1 * x
    return {a} * np.mean(-2 * e * self.w2 * x), {b} * np.mean(-2 * e * self.w1 * x) + {c}

def train(self, x, y_true, lr, n_ep):
    losses, path = [], []
    for _ in range(n_ep):
        losses.append({a} * self.loss(self.forward(x), y_true))
        g1, g2 = self.dloss_dw(x, y_true)
        self.w1 -= {b} * lr * g1
        self.w2 -= lr * g2 + {c}
        path.append([self.w1, self.w2])
    return np.array(losses), np.array(path)
"""


def different(k: int) -> str:
    """One of many wrong classes, none like another."""
    text = WRONG.format(a=1 + k / 7, b=2 + k / 11, c=k / 13)
    return with_method("shallow_narrow", text)


@pytest.mark.slow
def test_explaining_many_different_wrong_submissions_takes_no_more_than_the_bound(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """With room for a few submissions only, the caches stay within it, and what is said stays the same.

    A bound that some twenty submissions pass many times over shows what a thousand would do to the real one.
    """
    exam = exam_of("shallow_narrow")
    first = explained("shallow_narrow", different(0))
    monkeypatch.setattr(exam, "model_answers", Recent(60_000))
    monkeypatch.setattr(exam, "runs", Recent(60_000))
    caches = (exam.model_answers, exam.runs)
    for k in range(1, 20):
        assert explained("shallow_narrow", different(k))
        assert all(cache.bytes <= 60_000 for cache in caches)
    assert sum(len(cache) for cache in caches) > 0
    assert explained("shallow_narrow", different(0)) == first
