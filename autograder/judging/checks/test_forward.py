"""forward: the predictions are right, and nothing else changes."""

from __future__ import annotations

from autograder.judging.checks.claims import leaves_alone, values_right
from autograder.judging.evidence import Evidence


def test_values(evidence: Evidence) -> None:
    """the predictions are right"""
    values_right(evidence, "forward")


def test_pure(evidence: Evidence) -> None:
    """forward changes neither its argument nor the weights"""
    leaves_alone(evidence, "forward")
