"""The claims that checks make about a method, whatever the method."""

from __future__ import annotations

from collections.abc import Callable

from autograder.core import Diagnosis
from autograder.judging.checks.scoring import earned
from autograder.judging.checks.verdict import CheckFailed, NothingToJudge
from autograder.judging.diagnosis.explain import explain, explain_impurity, numerical_gradient, unexplained
from autograder.judging.evidence import Evidence
from autograder.judging.findings import names_asked

OUTCOMES = {"raised": "errored", "timed_out": "timed_out", "died": "errored"}


def values_right(evidence: Evidence, method: str, only: Callable[[str], bool] = lambda name: True) -> None:
    """Every array that the method is asked for is right, by the best of the routes."""
    names = tuple(name for name in names_asked(evidence.exam.assignment, method) if only(name))
    numeric = numerical_gradient(evidence) if method == "dloss_dw" else None
    if numeric:
        raise CheckFailed(numeric.rationale, numeric.help, numeric.diagnoses, earned=evidence.rubric.numerical_part)
    part = max(earned(findings, names, evidence.rubric) for findings in evidence.judged(method).values())
    if part == 1.0:
        return
    try:
        explanation = explain(evidence, method, names)
    except Exception as error:  # the numbers are wrong whatever becomes of their explanation
        explanation = unexplained(method, names, error)
    raise CheckFailed(
        explanation.rationale,
        explanation.help,
        explanation.diagnoses,
        earned=part,
        outcome=OUTCOMES.get(explanation.outcome, "failed"),
    )


def leaves_alone(evidence: Evidence, method: str) -> None:
    """The method changes nothing that it must only read; nothing is earned by a method that earns nothing else."""
    names = names_asked(evidence.exam.assignment, method)
    impurities = evidence.impure(method)
    if (
        not impurities
        and max(earned(findings, names, evidence.rubric) for findings in evidence.judged(method).values()) == 0.0
    ):
        raise NothingToJudge(f"{method} gives no right answer yet")
    if impurities:
        explanation = explain_impurity(evidence, method, impurities)
        raise CheckFailed(explanation.rationale, explanation.help, explanation.diagnoses)


__all__ = ["CheckFailed", "Diagnosis", "leaves_alone", "values_right"]
