"""A gradient in another's place, and a row of a gradient that is wrong by itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from autograder.assignments import Array, Assignment
from autograder.core import same_as
from autograder.judging.diagnosis.answered import case_of, misshapen, tells
from autograder.judging.diagnosis.claim import Predicted
from autograder.judging.diagnosis.fault_found import FaultFound
from autograder.judging.diagnosis.scaling import Scaling, scaling
from autograder.judging.diagnosis.sentences import scaled_by, sentence
from autograder.judging.findings import Finding


def swapped(
    assignment: Assignment, name: str, part: Sequence[Finding], findings: Sequence[Finding]
) -> list[FaultFound]:
    if name not in assignment.gradients:
        return []
    by_call = {(each.question.id, each.call, each.name): each for each in findings}
    for other in assignment.gradients:
        partners = [by_call.get((each.question.id, each.call, other)) for each in part]
        if other == name or any(partner is None or partner.expected is None for partner in partners):
            continue
        if all(partner is not None and partner.right for partner in partners):
            continue  # the other stands in its own place: this one is a copy, not an exchange
        pairs = [(each.actual, partner.wanted) for each, partner in zip(part, partners, strict=True) if partner]
        if all(actual is not None and same_as(actual, wanted) for actual, wanted in pairs) and tells(part):
            text, look = sentence("swapped", f"what is returned as {name} is {other}: it")
            claim = Predicted(name, lambda each, other=other: _expected(each, other))  # type: ignore[misc]
            return [FaultFound("swapped", name, text[0].upper() + text[1:], look, claim=claim)]
    return []


def _expected(finding: Finding, other: str) -> Array | None:
    """What is asked as another array of the same call."""
    return None if finding.expected is None else finding.expected.arrays[other]


def _of_rows(name: str, rows: slice, scaled: Scaling) -> Predicted:
    """That these rows are scaled, and the others right."""

    def predicts(finding: Finding) -> Array:
        predicted = finding.wanted.copy()
        predicted[rows] = scaled.of(case_of(finding), predicted[rows])
        return predicted

    return Predicted(name, predicts)


def by_rows(assignment: Assignment, name: str, part: Sequence[Finding]) -> list[FaultFound]:
    """One row of a gradient with a scaling of its own: a bias's row, or those of the inputs beside a right bias."""
    if name not in assignment.gradients or not tells(part) or misshapen(part):
        return []
    weight = dict(zip(assignment.gradients, assignment.weights, strict=True))[name]
    cases = [case_of(each) for each in part]
    if any(case.actual.ndim != 2 or len(case.actual) < 2 for case in cases):
        return []
    halves = (("[0]", slice(0, 1), slice(1, None)), ("[1:]", slice(1, None), slice(0, 1)))
    for of, wrong, right in halves:
        if not all(same_as(case.actual[right], each.wanted[right]) for case, each in zip(cases, part, strict=True)):
            continue
        scaled = scaling(
            [replace(case, actual=case.actual[wrong]) for case in cases], [each.wanted[wrong] for each in part]
        )
        if scaled is None or not scaled.codes:
            return []
        bias = weight in assignment.bias_rows
        parts = scaled_by(scaled.codes, f"{name}{of}", scaled.words, scaled.factor, assignment.averages)
        claim = _of_rows(name, wrong, scaled)
        named = [FaultFound(code, name, text, look, claim=claim) for code, text, look in parts]
        if bias and of == "[0]":
            text = f"Only the bias's row of {name} is wrong."
            named.insert(
                0,
                FaultFound(
                    "bias", name, text, "Row 0 belongs to the column of ones: what is summed up there?", claim=claim
                ),
            )
        return named
    return []
