"""One fault found in a method's answers: the record that all searches for explanations give."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class FaultFound:
    """A code, the array or method that it is `of`, what was seen and where to look.

    `arrays` are those that it explains, where these are several. `off` is how far an array differs whose fault was not
    proved, relative to its largest number.
    """

    code: str
    of: str
    says: str
    look: str
    arrays: frozenset[str] = frozenset()
    off: float | None = None
