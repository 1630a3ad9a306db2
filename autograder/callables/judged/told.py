"""What is told of an item: an explanation of one fault, and words that several of them have."""

from __future__ import annotations

from autograder.callables.judged.findings import Finding
from autograder.core import Diagnosis
from autograder.judging import Explanation


def explained(text: str, look: str, code: str, of: str, outcome: str = "failed") -> Explanation:
    """`text` says what was seen, `look` where to look; `outcome` is that of the check."""
    return Explanation(text, look, (Diagnosis(code, of, text[:200]),), outcome)


def asked_in_words(finding: Finding) -> str:
    """`asked with N = 3`, `asked twice …`."""
    situation = finding.question.situation
    return situation if situation.startswith("asked ") else f"asked with {situation}"
