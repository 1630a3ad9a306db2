"""What part of a check's points the findings earn, by the rubric."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

from autograder.judging.findings import Finding

RUBRIC = Path(__file__).parents[1] / "rubric.toml"


@cache
def rubric() -> dict[str, Any]:
    """The rubric as it stands in rubric.toml; raises ValueError when the shares of a method do not add up to 1."""
    with RUBRIC.open("rb") as file:
        read = tomllib.load(file)
    for method, shares in read["share"].items():
        if abs(sum(shares.values()) - 1.0) > 1e-9 or min(shares.values()) < 0.0:
            raise ValueError(f"{RUBRIC.name}: the shares of {method} do not add up to 1")
    return read


def earned(findings: tuple[Finding, ...], names: tuple[str, ...]) -> float:
    """From 0 to 1: equal parts for each array; 1 only when every finding on these arrays is right."""
    part = 0.0
    for name in names:
        own = [finding for finding in findings if finding.name == name]
        plain = [finding for finding in own if finding.question.plain]
        if own and all(finding.right for finding in own):
            part += 1.0
        elif plain and all(finding.right for finding in plain):
            part += float(rubric()["plain_part"])
    return part / len(names)
