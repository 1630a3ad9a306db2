"""dloss_dw: every gradient is right and analytic, and nothing else changes."""

from __future__ import annotations

from autograder.judging.checks.claims import leaves_alone, values_right
from autograder.judging.evidence import Evidence


def test_values(evidence: Evidence) -> None:
    """the gradients are right"""
    values_right(evidence, "dloss_dw")


def test_pure(evidence: Evidence) -> None:
    """dloss_dw changes neither its arguments nor the weights"""
    leaves_alone(evidence, "dloss_dw")
