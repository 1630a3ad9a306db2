"""Methods with a memory that are asked several times in a row, about other data each time."""

from __future__ import annotations

import itertools

import pytest

from autograder.callables import standstill
from tests.callables.graded import exam, graded, lost

STOPPING = (
    '''
class EarlyStopping:
    """Says when to stop."""

    def __init__(self, patience, min_delta):
        """patience a count, min_delta a number"""
        self.patience, self.min_delta = patience, min_delta
        self.best, self.wait = float("inf"), 0

    def update(self, val_loss):
        """val_loss a number -> stop a boolean"""
        if val_loss < self.best - self.min_delta:
            self.best = val_loss
            self.wait = 0
        else:
            self.wait += 1
        return self.wait >= self.patience
''',
    """patience, min_delta, val_loss = draw.one_of(1, 2, 3), draw.one_of(0.0, 0.2), draw.uniform(0, 1)
assignment(sizes=dict(N=(1,)), state=("best", "wait"))
repeats(EarlyStopping.update, 6)
""",
)
UNMARKED = STOPPING[1].replace("repeats(EarlyStopping.update, 6)\n", "").replace(', state=("best", "wait")', "")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("self.best - self.min_delta", "self.best"),
        ("self.wait = 0\n", "pass\n"),
        ("self.wait += 1", "self.wait += 1\n            self.best = val_loss"),
        (">= self.patience", "> self.patience"),
    ],
)
def test_what_shows_only_after_several_calls_about_other_data_loses_points(old: str, new: str) -> None:
    assert lost(graded(STOPPING, old, new)) == ["EarlyStopping-update"]


def test_another_way_to_count_loses_nothing() -> None:
    counted = "self.wait = 0 if val_loss < self.best - self.min_delta else self.wait + 1\n        if self.wait == 0:"
    old = "if val_loss < self.best - self.min_delta:"
    new = f"{counted}\n            self.best = val_loss\n        return self.wait >= self.patience\n        if False:"
    assert lost(graded(STOPPING, old, new)) == []


def test_each_call_of_a_method_is_about_other_data() -> None:
    rows = [each for each in exam(*STOPPING).of("EarlyStopping.update") if each.id.partition("/")[2][:8] == "repeated"]
    assert len(rows) > 1
    for each in rows:
        asked = [step.args[0]["v"] for step in each.calls if step.name == "EarlyStopping.update"]
        assert len(asked) == len(set(asked)) == 6
        assert each.situation == "asked 6 times in a row, about other data each time"


def test_a_method_that_shows_nothing_at_its_first_call_is_refused_with_what_to_write() -> None:
    (why,) = standstill(exam(STOPPING[0], UNMARKED))
    assert "ask it several times in a row, as in repeats(EarlyStopping.update, 6)" in why
    assert not list(standstill(exam(*STOPPING)))


def test_the_calls_in_a_row_go_many_ways() -> None:
    """Better than before, no better, and better after it was no better: chance alone would rarely ask that."""
    made, turned = exam(*STOPPING), []
    for each in made.of("EarlyStopping.update"):
        if each.id.partition("/")[2][:8] == "repeated":
            kept = [made.expected(each, call).arrays for call, step in enumerate(each.calls) if step.makes is None]
            turned.append(any(one["wait"] > 0 and two["wait"] == 0 for one, two in itertools.pairwise(kept)))
    assert sum(turned) >= len(turned) / 2
