"""From a wrong training run to the fault that explains it: runs with one thing wrong, compared record by record."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from autograder.assignments import Assignment
from autograder.core import same_as
from autograder.judging.diagnosis.fault_found import FaultFound
from autograder.judging.diagnosis.scaling import Scaling
from autograder.judging.diagnosis.sentences import CODE_OF, in_lesson, listed, scaled_by, sentence
from autograder.judging.diagnosis.training.cases import Asked, asked_in_numbers
from autograder.judging.diagnosis.training.endings import by_own_rules
from autograder.judging.diagnosis.training.hypotheses import Hypothesis, hypotheses
from autograder.judging.diagnosis.training.predicted import RunAgain, predict
from autograder.judging.diagnosis.training.traces import effective_rates, mixed_steps, stopped_elsewhere
from autograder.judging.diagnosis.training.trial import Trial
from autograder.judging.diagnosis.training.unexplained import unexplained_run
from autograder.judging.findings import Finding
from autograder.questions import Exam


def explain_run(exam: Exam, findings: Sequence[Finding]) -> list[FaultFound]:
    """The faults of a run, over all its arrays; `different`, with the first epoch that is off, where none is proved."""
    assignment = exam.assignment
    asked = sorted(asked_in_numbers(assignment, findings), key=lambda each: each.work)
    wrong = {each.name for each in findings if not each.right}
    if not asked:
        return unexplained_run(assignment, findings, wrong)
    for simple in (_turned(asked, wrong), _constant(asked, wrong), by_own_rules(exam, asked, wrong)):
        if simple:
            return simple
    faults, left = _by_hypotheses(exam, asked, findings, wrong)
    if not left:
        return faults
    for look_into in (stopped_elsewhere, mixed_steps, effective_rates):
        more = look_into(exam, asked, left)
        if more:
            return faults + more
    return faults + unexplained_run(assignment, findings, left)


def _by_hypotheses(
    exam: Exam, asked: Sequence[Asked], findings: Sequence[Finding], wrong: set[str]
) -> tuple[list[FaultFound], set[str]]:
    """What the hypotheses explain, and the wrong arrays that none does.

    One loop gave all arrays: what explains a part of them must, together with what explains another, give both; and
    what explains all of them comes before what explains a part.
    """
    left = set(wrong)
    faults: list[FaultFound] = []
    believed = Hypothesis()
    for hypothesis in hypotheses(exam.assignment, asked):
        whole = _explained_by(exam, asked, hypothesis, wrong, wrong) if faults else None
        if whole is not None and whole[0] == wrong:
            alone = _claimed(RunAgain(exam, hypothesis, frozenset(wrong), whole[1]), hypothesis, whole[0], findings)
            if alone:
                return alone, set()
        explains = _explained_by(exam, asked, hypothesis, left, wrong)
        both = believed.beside(hypothesis)
        if explains is None or both is None:
            continue
        arrays, scaled = explains
        explained = frozenset((wrong - left) | arrays)
        together = _explained_by(exam, asked, both, set(explained), wrong) if faults else explains
        if together is None or not explained <= together[0]:
            continue
        more = _claimed(RunAgain(exam, both, explained, scaled), hypothesis, arrays, findings)
        if more:
            believed, left = both, left - arrays
            faults += more
        if not left:
            break
    return faults, left


def _claimed(
    claim: RunAgain, hypothesis: Hypothesis, arrays: set[str], findings: Sequence[Finding]
) -> list[FaultFound]:
    """What a hypothesis says of these arrays, with the claim; nothing where a recorded run speaks against it."""
    if not claim.holds(findings):
        return []
    named = _named(claim.exam.assignment, hypothesis, claim.scaled, frozenset(arrays))
    return [replace(each, claim=claim) for each in named]


def _explained_by(
    exam: Exam, asked: Sequence[Asked], hypothesis: Hypothesis, left: set[str], wrong: set[str]
) -> tuple[set[str], dict[str, Scaling]] | None:
    """The wrong arrays that a hypothesis predicts in every question, with the scaling of records that it takes.

    The cheapest questions come first, and a hypothesis is given up as soon as it explains nothing.
    """
    if any(fault.remembers for fault in hypothesis.loop) and not any(sum(_epochs(each)) > 2 for each in asked):
        return None  # the first step of such a rule is any rule's
    if _updates_are_recorded(asked, hypothesis) or _not_longer(asked, hypothesis):
        return None
    trial = Trial(hypothesis, left, wrong, exam.assignment.weights)
    for each in asked:
        predicted = predict(exam, each, hypothesis)
        if predicted is None or not trial.goes_on(each, predicted):
            return None
    return trial.outcome()


def _updates_are_recorded(asked: Sequence[Asked], hypothesis: Hypothesis) -> bool:
    """Whether updates that the hypothesis says are not made stand in the record of the weights, right to the last."""
    fewer = any(fault.updates_less for fault in hypothesis.loop)
    first = [f for each in asked for (call, name), f in each.findings.items() if call == 0 and name == "weight_records"]
    return fewer and bool(first) and all(finding.right for finding in first)


def _epochs(each: Asked) -> list[int]:
    return [call.n_ep for call in each.question.calls]


def _not_longer(asked: Sequence[Asked], hypothesis: Hypothesis) -> bool:
    """Whether records have no entry too many, of which the hypothesis says that they have."""
    records = [f for each in asked for (_, name), f in each.findings.items() if name.endswith("_records")]
    return any(fault.start_recorded for fault in hypothesis.loop) and not any(
        f.actual is not None and len(np.atleast_1d(f.actual)) > len(f.wanted) for f in records
    )


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
    if pairs and all(actual.ndim == 2 and same_as(actual.T, wanted) for actual, wanted in pairs):
        text, look = sentence("transposed", "weight_records")
        return [FaultFound("transposed", "weight_records", text, look, frozenset(wrong))]
    if pairs and all(actual.shape == wanted.shape and same_as(actual[:, ::-1], wanted) for actual, wanted in pairs):
        text = "weight_records holds the right weights in the wrong order."
        return [FaultFound("swapped", "weight_records", text, "Which weight belongs in column 0?", frozenset(wrong))]
    return []


def _constant(asked: Sequence[Asked], wrong: set[str]) -> list[FaultFound]:
    """Records that are one and the same number in every question."""
    faults = []
    for name in sorted(wrong):
        values = [each.findings[key].actual for each in asked for key in each.findings if key[1] == name]
        filled = [value for value in values if value is not None and value.size]
        if name.endswith("_records") and len(filled) > 2 and all(np.all(v == filled[0].flat[0]) for v in filled):
            text, look = f"{name} holds one and the same number throughout.", sentence("no-update", name)[1]
            faults.append(FaultFound("no-update", name, text, look, frozenset({name})))
    return faults if {each.of for each in faults} == wrong else []


def _named(
    assignment: Assignment, hypothesis: Hypothesis, scalings: Mapping[str, Scaling], arrays: frozenset[str]
) -> list[FaultFound]:
    faults = [FaultFound(fault.code, "train", f"train: {fault.says}", fault.look, arrays) for fault in hypothesis.loop]
    for name in sorted(hypothesis.gradient):
        fault = assignment.fault(name)
        text = f"train uses a gradient of its own, and there: {fault.says}"
        faults.append(FaultFound(fault.code, "train", text, fault.look, arrays))
    every = list(assignment.weights)
    if hypothesis.not_left:
        names = listed([every[k] for k in hypothesis.not_left])
        text = f"train: The run itself is right, but afterwards the object still has its old {names}."
        faults.append(
            FaultFound("no-update", "train", text, "The weights after the last update must stand on self.", arrays)
        )
    if hypothesis.scale is not None:
        code, factor, which = hypothesis.scale
        names = listed([every[k] for k in which])
        of = "the step" if len(which) == len(every) else f"the step of {names}"
        key = in_lesson(code, "the number of samples", assignment.averages)
        text, look = sentence(key, f"train: {of}", "the number of samples", factor)
        code = CODE_OF.get(key, key)
        if code == "no-update":
            text = f"train: {names} {'stays as it was' if len(which) == 1 else 'stay as they were'}."
        faults.append(FaultFound(code, "train", text, look, arrays))
    for name, scaled in scalings.items():
        for code, text, look in scaled_by(scaled.codes, name, scaled.words, scaled.factor, assignment.averages):
            faults.append(FaultFound(code, name, text, look, arrays))
    return faults
