"""A conclusion is drawn once from the same premises, and from no others."""

from __future__ import annotations

import numpy as np
import pytest

from autograder.core import CallAnswer, Conclusions
from autograder.core import conclusions as conclusions_module


def test_a_conclusion_is_drawn_once_from_the_very_same_objects() -> None:
    conclusions, drawn = Conclusions(), list[str]()

    def draw(name: str, *premises: object) -> str:
        return conclusions.drawn((name,), premises, lambda: (drawn.append(name), f"{name} {len(drawn)}")[1], ())

    first, same_numbers = np.ones(3), np.ones(3)
    assert draw("a", first) == draw("a", first) == "a 1"
    assert draw("a", same_numbers) == "a 2"
    assert draw("b", first) == "b 3"
    assert draw("a", first, same_numbers) == "a 4"
    assert drawn == ["a", "a", "b", "a"]


def test_no_later_object_is_taken_for_a_premise_that_is_gone() -> None:
    """Most of these arrays lie where one lay before, by whose number something is known."""
    conclusions, numbers = Conclusions(), set[int]()
    for number in range(2_000):
        premises = [np.array([float(number)])]
        numbers.add(id(premises[0]))
        assert conclusions.drawn(("of",), premises, lambda premises=premises: float(premises[0][0]), ()) == number
        premises.clear()
    assert len(numbers) < 100


def test_not_even_where_nobody_says_that_the_premise_is_gone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(conclusions_module, "_note", lambda *args: None)
    test_no_later_object_is_taken_for_a_premise_that_is_gone()


def test_a_conclusion_is_held_as_long_as_its_premises() -> None:
    """A conclusion that holds one of them itself stays, as long as there is room."""
    conclusions = Conclusions()
    stays, goes = CallAnswer("returned"), CallAnswer("raised")
    for premises in ((stays,), (stays, goes), (goes,)):
        conclusions.drawn(("of",), premises, lambda: 1, ())
    kept = [np.ones(1)]
    conclusions.drawn(("itself",), kept, lambda: list(kept), ())
    assert len(conclusions) == 4
    del premises, goes
    kept.clear()
    assert len(conclusions) == 2


def test_large_premises_are_not_held() -> None:
    conclusions = Conclusions(most_bytes=10_000, largest=2_000)
    large = np.zeros(1_000)
    assert [conclusions.drawn((), (large,), lambda: 1, (large,)) for _ in range(2)] == [1, 1]
    assert len(conclusions) == 0
    for number in range(100):
        small = np.zeros(100)
        conclusions.drawn((number,), (small,), lambda: 1, (small,))
    assert 0 < len(conclusions) < 10
