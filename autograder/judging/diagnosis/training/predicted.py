"""The run that a hypothesis predicts for a question, held against the one that was recorded."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from autograder.assignments import Array, Assignment
from autograder.judging.diagnosis.claim import alike
from autograder.judging.diagnosis.scaling import Case, Scaling
from autograder.judging.diagnosis.training.cases import Asked, in_numbers
from autograder.judging.diagnosis.training.hypotheses import Hypothesis
from autograder.judging.diagnosis.training.run import run
from autograder.judging.findings import Finding
from autograder.questions import Exam


@dataclass(frozen=True)
class RunAgain:
    """That runs of all lengths are what a hypothesis makes of them: the longer ones as far as their first epochs."""

    exam: Exam
    hypothesis: Hypothesis
    arrays: frozenset[str]
    scaled: Mapping[str, Scaling]

    def holds(self, findings: Sequence[Finding]) -> bool:
        """Whether no run speaks against it, and a wrong one speaks for it."""
        seen = False
        for each in in_numbers(self.exam.assignment, findings):
            predicted = predict(self.exam, each, self.hypothesis) or {}
            for at, finding in each.findings.items():
                if at not in predicted or finding.name not in self.arrays or self._says_nothing(each, finding):
                    continue
                if not self._fits(each, finding, predicted[at]):
                    return False
                seen = seen or not finding.right
        return seen

    def _says_nothing(self, each: Asked, finding: Finding) -> bool:
        """Of a long run, where it ends is not known, nor its records where these begin later."""
        if each.first_epochs is None:
            return False
        late = any(fault.fills == "first" for fault in self.hypothesis.loop)
        return late or not finding.name.endswith("_records")

    def _fits(self, each: Asked, finding: Finding, base: Array) -> bool:
        assert finding.actual is not None
        actual = finding.actual if each.first_epochs is None else finding.actual[: len(base)]
        limits = [fault.most_updates for fault in self.hypothesis.loop if fault.most_updates is not None]
        if limits and finding.right and max(call.n_ep for call in each.question.calls) > min(limits):
            return False
        if finding.name in self.scaled:
            base = self.scaled[finding.name].of(Case(actual, each.samples, each.elements), base)
        return not np.all(np.isfinite(actual)) or alike(actual, base)


def predict(exam: Exam, each: Asked, hypothesis: Hypothesis) -> dict[tuple[int, str], Array] | None:
    """What the hypothesis gives for a question, by call and array; None where it says nothing."""
    arrays = exam.runs.get((each.question.id, hypothesis), lambda: _simulate(exam.assignment, each, hypothesis))
    return arrays and {at: _to_length(hypothesis, each.findings.get(at), array) for at, array in arrays.items()}


def _simulate(assignment: Assignment, each: Asked, hypothesis: Hypothesis) -> dict[tuple[int, str], Array] | None:
    data = next((fault.data for fault in hypothesis.loop if fault.data), "")
    with np.errstate(all="ignore"):
        functions = each.functions(hypothesis.gradient, data)
    if functions is None:
        return None  # made-up gradients have no such faults
    scales = [1.0] * len(assignment.weights)
    if hypothesis.scale is not None:
        code, factor, which = hypothesis.scale
        if code in ("sum-for-mean", "mean-for-sum"):
            factor = float(each.samples) if code == "sum-for-mean" else 1.0 / each.samples
        scales = [factor if k in which else 1.0 for k in range(len(scales))]
    weights: Sequence[Array] = each.question.init
    by_call: dict[tuple[int, str], Array] = {}
    first = each.first_epochs
    for position, call in enumerate(each.question.calls if first is None else each.question.calls[:1]):
        _, _, lr, n_ep = call.args
        with np.errstate(all="ignore"):
            arrays = run(assignment, weights, (lr, n_ep), functions, hypothesis.loop, scales, first)
        arrays |= {name: weights[k] for k, name in enumerate(assignment.weights) if k in hypothesis.not_left}
        for name, array in arrays.items():
            by_call[position, name] = array
        weights = [arrays[name] for name in assignment.weights]
    return by_call


def _to_length(hypothesis: Hypothesis, finding: Finding | None, array: Array) -> Array:
    """Where a fault leaves records unfilled, what stands in the unfilled place is taken from the answer itself."""
    if finding is None or finding.actual is None or not finding.name.endswith("_records") or not finding.actual.ndim:
        return array
    actual, wanted = finding.actual, len(finding.wanted)
    if any(fault.extra_updates > 0 for fault in hypothesis.loop):
        return array[: len(actual)]
    if actual.shape[1:] != array.shape[1:] or len(actual) != wanted or len(array) >= wanted:
        return array
    if not len(array):
        return np.full_like(actual, np.nan)  # nothing is predicted, so nothing is explained
    if any(fault.ends_early for fault in hypothesis.loop):
        return np.concatenate([array, actual[len(array) :]])
    if any(fault.fills == "first" for fault in hypothesis.loop):
        return np.concatenate([actual[: wanted - len(array)], array])
    return array
