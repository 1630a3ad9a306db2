"""What was worked out lately is kept, and no more of it than there is room for."""

from __future__ import annotations

import numpy as np

from autograder.core import Recent


def test_a_value_is_made_once_while_there_is_room() -> None:
    made: list[int] = []
    recent: Recent[int, np.ndarray] = Recent(most_bytes=1 << 20)
    for key in (1, 2, 1, 2, 1):
        recent.get(key, lambda key=key: (made.append(key), np.zeros(10))[1])
    assert made == [1, 2]


def test_the_longest_unused_goes_first() -> None:
    recent: Recent[str, np.ndarray] = Recent(most_bytes=30_000)
    for key in ("a", "b", "c"):
        recent.get(key, lambda: np.zeros(1_000))
    recent.get("a", lambda: np.ones(1))
    recent.get("d", lambda: np.zeros(1_000))
    assert recent.get("a", lambda: np.ones(1)).size == 1_000
    assert recent.get("b", lambda: np.ones(1)).size == 1


def test_a_thousand_values_take_no_more_than_they_may() -> None:
    recent: Recent[int, tuple[list[np.ndarray], dict[str, np.ndarray]]] = Recent(most_bytes=100_000)
    for key in range(1_000):
        recent.get(key, lambda: ([np.zeros(300)], {"w": np.zeros(200)}))
        assert recent.bytes <= 100_000
    assert 1 < len(recent) < 100


def test_a_value_larger_than_all_room_is_still_given() -> None:
    recent: Recent[int, np.ndarray] = Recent(most_bytes=10)
    assert recent.get(1, lambda: np.zeros(1_000)).size == 1_000
    assert len(recent) == 1
