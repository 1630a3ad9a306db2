"""What part of a check's points the findings earn, by the rubric."""

from __future__ import annotations

from autograder.judging.findings import Finding
from autograder.judging.rubric import Rubric


def earned(findings: tuple[Finding, ...], names: tuple[str, ...], rubric: Rubric) -> float:
    """From 0 to 1: equal parts for each array; 1 only when every finding on these arrays is right."""
    part = 0.0
    for name in names:
        own = [finding for finding in findings if finding.name == name]
        plain = [finding for finding in own if finding.question.plain]
        if own and all(finding.right for finding in own):
            part += 1.0
        elif plain and all(finding.right for finding in plain):
            part += rubric.plain_part
    return part / len(names)
