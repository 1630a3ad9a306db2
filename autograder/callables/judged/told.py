"""What is told of an item: an explanation, and words that several of them have."""

from __future__ import annotations

from dataclasses import dataclass

from autograder.callables.judged.findings import Finding
from autograder.core import Diagnosis


@dataclass(frozen=True, slots=True)
class Explanation:
    """What went wrong, where to look, and the names of the faults; `outcome` is that of the check."""

    rationale: str
    help: str
    diagnoses: tuple[Diagnosis, ...]
    outcome: str = "failed"


def explained(text: str, look: str, code: str, of: str, outcome: str = "failed") -> Explanation:
    return Explanation(text, look, (Diagnosis(code, of, text[:200]),), outcome)


def asked_in_words(finding: Finding) -> str:
    """`asked with N = 3`, `asked twice …`."""
    situation = finding.question.situation
    return situation if situation.startswith("asked ") else f"asked with {situation}"
