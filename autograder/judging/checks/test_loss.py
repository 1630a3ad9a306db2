"""loss: the number is right, and nothing else changes."""

from __future__ import annotations

from autograder.judging.checks.claims import leaves_alone, values_right
from autograder.judging.evidence import Evidence


def test_values(evidence: Evidence) -> None:
    """the loss is right"""
    values_right(evidence, "loss")


def test_pure(evidence: Evidence) -> None:
    """loss changes neither its arguments nor the weights"""
    leaves_alone(evidence, "loss")
