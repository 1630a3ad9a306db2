"""The mark of one submission as nbgrader's gradebook has it."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import Any

ABSENT = "Nothing was handed in."  # the automatic comment by which a mark of 0 for absence is known


@dataclass(frozen=True, slots=True)
class Part:
    """One graded cell: what the autograder gave, what a person put in its place, what was added; None is not given."""

    name: str
    max_score: float
    auto: float | None
    manual: float | None = None
    extra: float = 0.0
    again: bool = False  # the gradebook says that a person is to look at it again

    @property
    def open(self) -> bool:
        """Whether nobody and nothing has given it points."""
        return self.auto is None and self.manual is None


@dataclass(frozen=True, slots=True)
class FinalMark:
    """All that makes up a mark, in points.

    `score` is the sum before `penalty` (for lateness), as nbgrader computes it. `comments` are what a person wrote,
    each with the cell that it stands beside. `person` is the student's name in the gradebook, "" where it has none.
    `absent`: nothing was handed in, and the zeros say so. `tested`: what no person gave comes from the tests in the
    notebook, and not from this kit.
    """

    parts: tuple[Part, ...]
    max_score: float
    score: float
    penalty: float = 0.0
    comments: tuple[tuple[str, str], ...] = ()
    person: str = ""
    absent: bool = False
    tested: bool = False

    @property
    def total(self) -> float:
        """What counts, as `nbgrader export` writes it: never below 0."""
        return round(max(0.0, self.score - self.penalty), 6)

    @property
    def auto(self) -> float:
        """What the autograder gave."""
        return round(sum(part.auto or 0.0 for part in self.parts), 6)

    @property
    def extra(self) -> float:
        """What a person added."""
        return round(sum(part.extra for part in self.parts), 6)

    @property
    def changed(self) -> tuple[Part, ...]:
        """The cells in which a person's points stand in place of the autograder's."""
        return tuple(part for part in self.parts if part.manual is not None and part.manual != part.auto)

    @property
    def overruled(self) -> tuple[Part, ...]:
        """Of the changed cells those for which the autograder gives points of its own."""
        return tuple(part for part in self.changed if part.auto is not None)

    @property
    def entered(self) -> bool:
        """Whether a person gave points for anything."""
        return any(part.manual is not None or part.extra for part in self.parts)

    @property
    def waiting(self) -> dict[str, float]:
        """The cells that have no points yet, with what each is worth."""
        return {part.name: part.max_score for part in self.parts if part.max_score and part.open}

    @property
    def settled(self) -> bool:
        """Whether every cell that is worth points has been given some."""
        return not self.waiting

    @property
    def by_hand(self) -> bool:
        """Whether a person gave all of the points, so that the autograder's do not matter."""
        worth = [part for part in self.parts if part.max_score]
        return bool(worth) and all(part.manual is not None for part in worth)

    @property
    def digest(self) -> str:
        """Changes with anything that a page shows of the mark."""
        shown = _fields(self) | {"parts": [_fields(part) for part in self.parts]}
        return hashlib.sha256(json.dumps(shown, sort_keys=True).encode()).hexdigest()[:24]


def _fields(of: Part | FinalMark) -> dict[str, Any]:
    """By name, as they are: dataclasses.asdict copies what lies in them, which takes ten times as long."""
    return {name: getattr(of, name) for name in of.__slots__}
