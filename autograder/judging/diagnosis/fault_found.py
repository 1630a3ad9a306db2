"""One fault found in a method's answers: the record that all searches for explanations give."""

from __future__ import annotations

from dataclasses import dataclass, field

from autograder.judging.diagnosis.claim import Claim


@dataclass(frozen=True, slots=True)
class FaultFound:
    """A code, the array or method that it is `of`, what was seen and where to look.

    `arrays` are those that it explains, where these are several. `off` is how far an array differs whose fault was not
    proved, relative to its largest number. `claim` is what is said, where that goes beyond the answers it was seen in.
    """

    code: str
    of: str
    says: str
    look: str
    arrays: frozenset[str] = frozenset()
    off: float | None = None
    claim: Claim | None = field(default=None, compare=False)
