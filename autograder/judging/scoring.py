"""What part of a check's points the findings earn, by the rubric."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

from autograder.judging.rubric import Rubric


class Scored(Protocol):
    """A finding on an array; `question.plain`: of an everyday question."""

    @property
    def name(self) -> str: ...
    @property
    def right(self) -> bool: ...
    @property
    def question(self) -> Any: ...


def earned(findings: Sequence[Scored], names: tuple[str, ...], rubric: Rubric) -> float:
    """From 0 to 1: equal parts for each array; 1 only when every finding on these arrays is right.

    Of an array that is right in everyday questions only, the rubric's part.
    """
    part = 0.0
    for name in names:
        of_name = [finding for finding in findings if finding.name == name]
        plain = [finding for finding in of_name if finding.question.plain]
        if of_name and all(finding.right for finding in of_name):
            part += 1.0
        elif plain and all(finding.right for finding in plain):
            part += rubric.plain_part
    return part / len(names)
