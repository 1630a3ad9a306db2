"""What is told of an item: an explanation of one fault, and words that several of them have."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from autograder.callables.judged.findings import Finding
from autograder.core import Diagnosis


@dataclass(frozen=True, slots=True)
class Explanation:
    """A failed check in words: what was seen, what to look at, the diagnoses; `outcome` is the check's."""

    rationale: str
    help: str
    diagnoses: tuple[Diagnosis, ...]
    outcome: str = "failed"


def explained(text: str, look: str, code: str, of: str, outcome: str = "failed") -> Explanation:
    """`text` says what was seen, `look` where to look; `outcome` is that of the check."""
    return Explanation(text, look, (Diagnosis(code, of, text[:200]),), outcome)


def asked_in_words(finding: Finding) -> str:
    """`asked with N = 3`, `asked twice …`."""
    situation = finding.question.situation
    return situation if situation.startswith("asked ") else f"asked with {situation}"


def listed(names: Sequence[str]) -> str:
    """One or several names as a part of a sentence."""
    return f"{', '.join(names[:-1])} and {names[-1]}" if len(names) > 1 else names[0]
