"""The known faults and scalings that predict every number of an array."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence

import numpy as np

from autograder.assignments import Array, Assignment, Faults
from autograder.core import same_as
from autograder.judging.diagnosis.answered import case_of, tells
from autograder.judging.diagnosis.arrays.gradient_faults import error_fault, error_faults, with_wrong_error
from autograder.judging.diagnosis.arrays.loss_faults import WHOLE, fault_of, faulty_loss, loss_faults
from autograder.judging.diagnosis.claim import Predicted
from autograder.judging.diagnosis.fault_found import FaultFound
from autograder.judging.diagnosis.scaling import Scaling, scaling
from autograder.judging.diagnosis.sentences import scaled_by
from autograder.judging.findings import Finding
from autograder.questions import Exam


def exactly(
    exam: Exam, method: str, name: str, part: Sequence[Finding], findings: Sequence[Finding]
) -> list[FaultFound]:
    """A known fault that gives these very numbers; zeros have no scaling, but a fault may explain them."""
    if method != "dloss_dw" or any(np.any(each.actual) for each in part if each.actual is not None):
        return []
    zero = {of for of in exam.assignment.gradients if _all_zero(of, findings)}
    # What explains all the arrays that are zero comes before what explains this one alone.
    known = sorted(exam.assignment.faults, key=lambda fault: set(fault.of) != zero)
    for fault in known:
        if name in fault.of and "forward" not in fault.of:
            bases = [_base(exam, method, name, each, frozenset({fault.name})) for each in part]
            if all(
                each.actual is not None and same_as(each.actual, base) for each, base in zip(part, bases, strict=True)
            ):
                claim = _claim(exam, method, name, frozenset({fault.name}), None)
                return [FaultFound(fault.code, name, f"{name}: {fault.says}", fault.look, claim=claim)]
    return []


def _all_zero(name: str, findings: Sequence[Finding]) -> bool:
    arrays = [each.actual for each in findings if each.name == name]
    return bool(arrays) and not any(each is None or np.any(each) for each in arrays)


def numbers(exam: Exam, method: str, name: str, part: Sequence[Finding]) -> list[FaultFound]:
    """The simplest combination of faults and scaling that predicts every number."""
    assignment = exam.assignment
    finite = [each for each in part if each.actual is not None and np.all(np.isfinite(each.actual))]
    if not finite or not tells(finite) or not any(np.any(each.actual) for each in finite):
        return []  # zeros have no scaling
    cases = [case_of(each, assignment) for each in finite]
    best: tuple[int, list[FaultFound]] | None = None
    for faults in _candidates(assignment, name):
        if best is not None and best[0] <= 10 * len(faults):  # from here on none is simpler
            break
        if scaling(cases[:1], [_base(exam, method, name, finite[0], faults)], proof=False) is None:
            continue
        bases = [_base(exam, method, name, each, faults) for each in finite]
        if faults and all(same_as(base, each.wanted) for base, each in zip(bases, finite, strict=True)):
            continue
        scaled = scaling(cases, bases)
        if scaled is None or (not faults and not scaled.codes):
            continue
        if scaled.codes and len({case.samples for case in cases}) < 2 and len(part) < 3:
            continue  # one question proves no constant
        cost = 10 * (len(faults) + len(scaled.codes)) + (5 if "factor" in scaled.codes else 0)
        known = [error_fault(each) or fault_of(assignment, each) for each in sorted(faults)]
        claim = _claim(exam, method, name, faults, scaled)
        named = [FaultFound(fault.code, name, f"{name}: {fault.says}", fault.look, claim=claim) for fault in known]
        parts = scaled_by(scaled.codes, name, scaled.words, scaled.factor, assignment.averages, beside=bool(known))
        named += [FaultFound(code, name, text, look, claim=claim) for code, text, look in parts]
        if best is None or cost < best[0]:
            best = (cost, named)
    return best[1] if best else []


def _claim(exam: Exam, method: str, name: str, faults: Faults, scaled: Scaling | None) -> Predicted:
    """That every answer is what the model with these faults gives, times the scaling; of weights that moved, only
    where the model has none."""

    def predicts(finding: Finding) -> Array | None:
        if faults and finding.question.moved:
            return None
        base = _base(exam, method, name, finding, faults)
        return base if scaled is None else scaled.of(case_of(finding, exam.assignment), base)

    return Predicted(name, predicts)


def _candidates(assignment: Assignment, name: str) -> Iterator[Faults]:
    """No fault, single faults, pairs of faults that show in this array."""
    yield frozenset()
    known = tuple(fault.name for fault in assignment.faults if name in fault.of)
    if name == "loss" and assignment.squared:
        known += loss_faults()
    if name in assignment.gradients:
        known += error_faults(assignment)
    for single in known:
        yield frozenset({single})
    known = tuple(each for each in known if error_fault(each) is None)
    for pair in itertools.combinations(known, 2) if name != "loss" else ():
        yield frozenset(pair)


def _reduction(assignment: Assignment, y: Array) -> float:
    """What the loss makes of a sum of squares of this size: where no error is to be seen, it is asked about ones."""
    return assignment.model.loss(y + 1.0, y, frozenset()) / max(int(np.size(y)), 1)


def _base(exam: Exam, method: str, name: str, finding: Finding, faults: Faults) -> Array:
    """What the model with these faults would give where a finding was made."""
    if not faults:
        return finding.wanted
    call = finding.question.calls[finding.call]
    if method == "loss":
        (fault,) = faults  # losses are explained by one fault at a time
        if fault in loss_faults():
            errors = float(np.sum((call.y_prediction - call.y_true) ** 2))
            # The asked loss's own mean or half belongs to the fault's as well: only what is wrong is to be told.
            reduction = float(finding.wanted) / errors if errors > 0.0 else _reduction(exam.assignment, call.y_true)
            reduction = 1.0 if fault in WHOLE else reduction
            return faulty_loss(fault, call.y_prediction, call.y_true) * reduction
        with np.errstate(all="ignore"):
            return np.asarray(exam.assignment.model.loss(call.y_prediction, call.y_true, faults), dtype=float)
    key = (faults, method, finding.question.asks, finding.call)
    answers = exam.model_answers.get(key, lambda: _with_faults(exam.assignment, finding, faults))
    position = 0 if method == "forward" else exam.assignment.gradients.index(name)
    return np.asarray(answers[position], dtype=float)


def _with_faults(assignment: Assignment, finding: Finding, faults: Faults) -> tuple[Array, ...]:
    """What the model with these faults gives for the call of a finding: a prediction, or all gradients."""
    call, weights = finding.question.calls[finding.call], finding.question.weights_at(finding.call)
    with np.errstate(all="ignore"):
        if call.method == "forward":
            return (assignment.model.predict(weights, call.x, faults),)
        if len(faults) == 1 and error_fault(min(faults)) is not None:
            return tuple(with_wrong_error(assignment, min(faults), weights, call.args))
        return tuple(assignment.model.gradients(weights, call.x, call.y_true, faults))
