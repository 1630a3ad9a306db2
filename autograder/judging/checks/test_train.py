"""train: the records are right, the weights end where they must, and nothing else changes."""

from __future__ import annotations

from autograder.judging.checks.claims import leaves_alone, values_right
from autograder.judging.evidence import Evidence


def test_records(evidence: Evidence) -> None:
    """the records of the run are right"""
    values_right(evidence, "train", only=lambda name: name.endswith("_records"))


def test_weights(evidence: Evidence) -> None:
    """the weights left on the object are right"""
    values_right(evidence, "train", only=lambda name: not name.endswith("_records"))


def test_pure(evidence: Evidence) -> None:
    """train changes neither the data nor the starting weights it was given"""
    leaves_alone(evidence, "train")
