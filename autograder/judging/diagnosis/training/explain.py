"""From a wrong training run to the fault that explains it: runs with one thing wrong, compared record by record."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from autograder.assignments import Array, Assignment
from autograder.judging.diagnosis.fault_found import FaultFound
from autograder.judging.diagnosis.scaling import Case, same, scaling
from autograder.judging.diagnosis.sentences import CODE_OF, in_lesson, listed, scaled_by, sentence
from autograder.judging.diagnosis.training.cases import Asked, asked_in_numbers
from autograder.judging.diagnosis.training.endings import by_own_rules
from autograder.judging.diagnosis.training.hypotheses import Hypothesis, hypotheses
from autograder.judging.diagnosis.training.run import run
from autograder.judging.diagnosis.training.traces import effective_rates, mixed_steps, stopped_elsewhere
from autograder.judging.diagnosis.training.unexplained import unexplained_run
from autograder.judging.evidence import Evidence
from autograder.judging.findings import Finding
from autograder.questions import Exam


def explain_run(evidence: Evidence, findings: Sequence[Finding]) -> list[FaultFound]:
    """The faults of a run, over all its arrays; `different`, with the first epoch that is off, where none is proved."""
    assignment = evidence.exam.assignment
    asked = sorted(asked_in_numbers(assignment, findings), key=lambda each: each.work)
    wrong = {each.name for each in findings if not each.right}
    if not asked:
        return unexplained_run(assignment, findings, wrong)
    for simple in (_turned(asked, wrong), _constant(asked, wrong), by_own_rules(evidence.exam, asked, wrong)):
        if simple:
            return simple
    left = set(wrong)
    found: list[FaultFound] = []
    for hypothesis in hypotheses(assignment, asked):
        told = _told(evidence.exam, asked, hypothesis, left, wrong)
        if told is None:
            continue
        arrays, scaled = told
        found += _named(assignment, hypothesis, scaled, frozenset(arrays))
        left -= arrays
        if not left:
            return found
    for look_into in (stopped_elsewhere, mixed_steps, effective_rates):
        more = look_into(evidence.exam, asked, left)
        if more:
            return found + more
    return found + unexplained_run(assignment, findings, left)


def _told(
    exam: Exam, asked: Sequence[Asked], hypothesis: Hypothesis, left: set[str], wrong: set[str]
) -> tuple[set[str], dict[str, Any]] | None:
    """The wrong arrays that a hypothesis predicts in every question, with the scaling of records that it takes.

    The cheapest questions come first, and a hypothesis is given up as soon as it explains nothing.
    """
    if any(fault.remembers for fault in hypothesis.loop) and not any(sum(_epochs(each)) > 2 for each in asked):
        return None  # the first step of such a rule is any rule's
    if _updates_are_recorded(asked, hypothesis):
        return None
    explained = set(left)
    # Records follow the weights: a loop that does not explain these explains nothing.
    needed = left & set(exam.assignment.weights) if hypothesis.loop else set()
    scaled = {"loss_records"} & left if not hypothesis.scale and not hypothesis.not_left else set()
    told: set[str] = set()
    cases: list[Case] = []
    bases: list[Array] = []
    for each in asked:
        predicted = _predict(exam, each, hypothesis)
        if predicted is None:
            return None
        for (position, name), finding in each.findings.items():
            if finding.actual is None:
                continue
            base = predicted.get((position, name))
            if name not in wrong and (base is None or not same(finding.actual, base)):
                return None  # what is right must come out right
            if name not in explained | scaled:
                continue
            if not finding.right and base is not None and name in explained:
                told.add(name)
            if base is None or not same(finding.actual, base):
                explained.discard(name)
                if name in needed:
                    return None
            if name in scaled:
                cases.append(Case(finding.actual, each.samples, each.elements))
                bases.append(base if base is not None else np.empty(0))
                if scaling(cases[-1:], bases[-1:], proof=False) is None:
                    scaled.discard(name)
        if not explained and not scaled:
            return None
    explained &= told
    if not needed <= explained:
        return None
    if hypothesis.not_left and explained != left:
        return None  # that the run itself is right is said of all of it
    scalings: dict[str, Any] = {}
    if scaled - explained:
        found = scaling(cases, bases)
        if found is not None and found.codes:
            explained |= scaled
            scalings["loss_records"] = found
    if not explained or (hypothesis == Hypothesis() and not scalings):
        return None
    return explained, scalings


def _updates_are_recorded(asked: Sequence[Asked], hypothesis: Hypothesis) -> bool:
    """Whether updates that the hypothesis says are not made stand in the record of the weights, right to the last."""
    fewer = any(
        fault.extra_updates < 0 or fault.most_updates is not None or fault.ends_early for fault in hypothesis.loop
    )
    first = [f for each in asked for (call, name), f in each.findings.items() if call == 0 and name == "weight_records"]
    return fewer and bool(first) and all(finding.right for finding in first)


def _epochs(each: Asked) -> list[int]:
    return [call.args[3] for call in each.question.calls]


def _predict(exam: Exam, each: Asked, hypothesis: Hypothesis) -> dict[tuple[int, str], Array] | None:
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
    found: dict[tuple[int, str], Array] = {}
    for position, call in enumerate(each.question.calls):
        _, _, lr, n_ep = call.args
        with np.errstate(all="ignore"):
            arrays = run(assignment, weights, (lr, n_ep), functions, hypothesis.loop, scales)
        arrays |= {name: weights[k] for k, name in enumerate(assignment.weights) if k in hypothesis.not_left}
        for name, array in arrays.items():
            found[position, name] = array
        weights = [arrays[name] for name in assignment.weights]
    return found


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


def _turned(asked: Sequence[Asked], wrong: set[str]) -> list[FaultFound]:
    """weight_records with the axes or the columns in another order, where nothing else is wrong."""
    if wrong != {"weight_records"}:
        return []
    pairs = [
        (finding.actual, finding.wanted)
        for each in asked
        for (_, name), finding in each.findings.items()
        if name == "weight_records" and finding.actual is not None
    ]
    if pairs and all(actual.ndim == 2 and same(actual.T, wanted) for actual, wanted in pairs):
        says, look = sentence("transposed", "weight_records")
        return [FaultFound("transposed", "weight_records", says, look, frozenset(wrong))]
    if pairs and all(actual.shape == wanted.shape and same(actual[:, ::-1], wanted) for actual, wanted in pairs):
        says = "weight_records holds the right weights in the wrong order."
        return [FaultFound("swapped", "weight_records", says, "Which weight belongs in column 0?", frozenset(wrong))]
    return []


def _constant(asked: Sequence[Asked], wrong: set[str]) -> list[FaultFound]:
    """Records that are one and the same number in every question."""
    found = []
    for name in sorted(wrong):
        values = [each.findings[key].actual for each in asked for key in each.findings if key[1] == name]
        filled = [value for value in values if value is not None and value.size]
        if name.endswith("_records") and len(filled) > 2 and all(np.all(v == filled[0].flat[0]) for v in filled):
            says, look = f"{name} holds one and the same number throughout.", sentence("no-update", name)[1]
            found.append(FaultFound("no-update", name, says, look, frozenset({name})))
    return found if {each.of for each in found} == wrong else []


def _named(
    assignment: Assignment, hypothesis: Hypothesis, scalings: dict[str, Any], arrays: frozenset[str]
) -> list[FaultFound]:
    found = [FaultFound(fault.code, "train", f"train: {fault.says}", fault.look, arrays) for fault in hypothesis.loop]
    for name in sorted(hypothesis.gradient):
        fault = assignment.fault(name)
        says = f"train uses a gradient of its own, and there: {fault.says}"
        found.append(FaultFound(fault.code, "train", says, fault.look, arrays))
    every = list(assignment.weights)
    if hypothesis.not_left:
        names = listed([every[k] for k in hypothesis.not_left])
        says = f"train: The run itself is right, but afterwards the object still has its old {names}."
        found.append(
            FaultFound("no-update", "train", says, "The weights after the last update must stand on self.", arrays)
        )
    if hypothesis.scale is not None:
        code, factor, which = hypothesis.scale
        names = listed([every[k] for k in which])
        of = "the step" if len(which) == len(every) else f"the step of {names}"
        key = in_lesson(code, "the number of samples", assignment.averages)
        says, look = sentence(key, f"train: {of}", "the number of samples", factor)
        code = CODE_OF.get(key, key)
        if code == "no-update":
            says = f"train: {names} {'stays as it was' if len(which) == 1 else 'stay as they were'}."
        found.append(FaultFound(code, "train", says, look, arrays))
    for name, scaled in scalings.items():
        for code, says, look in scaled_by(scaled.codes, name, scaled.words, scaled.factor, assignment.averages):
            found.append(FaultFound(code, name, says, look, arrays))
    return found
