"""A callable: its results are right, and nothing else changes."""

from __future__ import annotations

from autograder.callables.judged.changed import changed
from autograder.callables.judged.evidence import Evidence
from autograder.callables.judged.explanation import (
    OUTCOMES,
    explain_with_numeric,
    unexplained,
)
from autograder.callables.judged.impurity import explain_ill_served, explain_impurity
from autograder.callables.judged.items import Item
from autograder.callables.judged.served import ill_served
from autograder.judging import CheckFailed, NothingToJudge


def test_values(evidence: Evidence, item: Item) -> None:
    """the results are right"""
    _, part = evidence.best(item)
    if part == 1.0:
        return
    try:
        explanation = explain_with_numeric(evidence, item)
    except Exception as error:  # the numbers are wrong whatever becomes of their explanation
        explanation = unexplained(item, error)
    outcome = OUTCOMES.get(explanation.outcome, explanation.outcome)
    raise CheckFailed(explanation.rationale, explanation.help, explanation.diagnoses, earned=part, outcome=outcome)


def test_pure(evidence: Evidence, item: Item) -> None:
    """what it must only read is left alone, and what it hands on serves others"""
    labels = changed(evidence, item.callable)
    if labels:
        explanation = explain_impurity(item, labels)
        raise CheckFailed(explanation.rationale, explanation.help, explanation.diagnoses)
    others = ill_served(evidence, item.callable)
    if others:
        explanation = explain_ill_served(item, others)
        raise CheckFailed(explanation.rationale, explanation.help, explanation.diagnoses)
    if evidence.best(item)[1] == 0.0:
        raise NothingToJudge(f"{item.id} gives no right answer yet")
