"""The rungs of a ladder: one array made larger from question to question, each asked next to itself."""

from __future__ import annotations

RUNGS = tuple(10.0**power for power in (0, 3, 6, 9, 12, 14, 16, 18))
NEXT_TO = 1e-9  # how far, relatively, the other questions of a rung lie from the first
# How many lie there: of two answers of a difference that has few digits left, both may be rounded to the same number.
BESIDE = 3
SCREENED = range(2, len(RUNGS), 2)  # of two rungs next to one another, behind the first, one is among these


def next_to(ladder: str, rung: int, of: str) -> tuple[str, ...]:
    """The ids of the questions on a rung: the first, and those that lie next to it; `of` is what is asked."""
    first = f"{of}/steps, {ladder} {rung}"
    return first, f"{first} again", *(f"{first} again {k}" for k in range(2, BESIDE + 1))
