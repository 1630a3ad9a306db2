"""A run whose fault is not proved: which array parts from a right run, where, how far, and where to look."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from autograder.assignments import Assignment
from autograder.judging.diagnosis.fault_found import FaultFound
from autograder.judging.diagnosis.sentences import sentence, share
from autograder.judging.findings import Finding, names_asked

LATER = "The first epochs are right: what changes later in a run? Look for a counter, a condition, a limit."
SITUATION = "Runs of one and two epochs are right: what is special about the run named here?"
TWO_EPOCHS = "Do two epochs by hand, on paper, with one sample and lr = 1, and compare weights and losses."


def unexplained_run(assignment: Assignment, findings: Sequence[Finding], left: set[str]) -> list[FaultFound]:
    """Where a run parts from the right one, array by array."""
    faults: list[FaultFound] = []
    off_by: dict[str, tuple[str, str, float]] = {}  # where, in which situation, by how much
    for name in names_asked(assignment, "train"):
        wrong_ones = [each for each in findings if each.name == name and not each.right and each.actual is not None]
        if name not in left or not wrong_ones:
            continue
        worst = wrong_ones[0]
        assert worst.actual is not None
        if worst.actual.shape != worst.wanted.shape:
            faults.append(_misshapen(name, worst))
            continue
        where = ""
        if name.endswith("_records"):
            with np.errstate(all="ignore"):
                off = np.abs(worst.actual - worst.wanted) > worst.tolerance
            rows = off.reshape(len(off), -1).any(axis=1)
            where = f" from epoch {int(np.argmax(rows))} on" if rows.any() else " where it is not finite"
        finite = [each for each in wrong_ones if each.actual is not None and np.all(np.isfinite(each.actual))]
        if not finite:
            text, look = sentence("not-finite", name)
            faults.append(FaultFound("not-finite", name, text, look, frozenset({name})))
            continue
        size = worst.difference.error if worst.difference is not None else np.inf
        off_by[name] = (where, worst.question.situation, size)
        faults.append(FaultFound("different", name, "", _where_to_look(findings), frozenset({name})))
    return [replace(each, says=_differs(each.of, off_by)) if each.of in off_by else each for each in faults]


def _where_to_look(findings: Sequence[Finding]) -> str:
    """At the first epochs, where these are wrong; else at what comes later, or at what is special about a run."""
    single = [each for each in findings if len(each.question.calls) == 1]
    short = [each for each in single if each.question.calls[0].n_ep <= 2]
    if any(not each.right for each in short) or not short:
        return TWO_EPOCHS
    longer = [each for each in single if each not in short and each.name == "loss_records" and not each.right]
    firsts = [each for each in longer if each.actual is not None and each.actual.shape == each.wanted.shape]
    late = bool(firsts) and all(
        np.all(np.abs(each.actual[:2] - each.wanted[:2]) <= each.tolerance[:2])
        for each in firsts
        if each.actual is not None
    )
    return LATER if late else SITUATION


def _differs(name: str, off_by: dict[str, tuple[str, str, float]]) -> str:
    """How far an array is off; of all that are so in the same place, how far at most, so that they are told as one."""
    where, situation, size = off_by[name]
    alike = [other for other in off_by.values() if other[:2] == (where, situation)]
    most = max(other[2] for other in alike)
    if not most < 1e3:
        return f"{name} differs from a right run{where}, beyond all bounds ({situation})."
    by = share(size) if len(alike) == 1 else f"up to {share(most)}"
    return f"{name} differs from a right run{where}, by {by} of its largest number ({situation})."


def _misshapen(name: str, finding: Finding) -> FaultFound:
    assert finding.actual is not None
    actual, wanted = finding.actual.shape, finding.wanted.shape
    if name.endswith("_records") and actual and actual[1:] == wanted[1:] and actual[0] != wanted[0]:
        text = f"{name} has {actual[0]} {'entry' if actual[0] == 1 else 'entries'} for n_ep = {wanted[0]}."
        look = f"Count by hand for n_ep = {wanted[0]}: how many records, and which are they?"
        return FaultFound("epoch-count", name, text, look, frozenset({name}))
    text, look = sentence("wrong-shape", name, f"{actual} where {wanted} is asked")
    return FaultFound("wrong-shape", name, text, look, frozenset({name}))
