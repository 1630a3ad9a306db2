"""The ways in which a training run may be wrong, from the simplest on."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from autograder.assignment import NO_FAULTS, Assignment, Faults
from autograder.run_asked import Asked
from autograder.train_faults import BEFORE_UPDATE, TRAIN_FAULTS, TrainFault, stepped_rate

NOT_ONE = 1e-3  # a factor nearer to one than this is told by no step's length


@dataclass(frozen=True, slots=True)
class Hypothesis:
    """A way in which a run may be wrong: loop faults, faults of an inlined gradient, scalings of each weight's step."""

    loop: tuple[TrainFault, ...] = ()
    gradient: Faults = NO_FAULTS
    scale: tuple[str, float, tuple[int, ...]] | None = None  # code, factor (0: by the samples), of which weights
    not_left: tuple[int, ...] = ()  # weights that the loop moves and of which self keeps the old ones


def hypotheses(assignment: Assignment, asked: Sequence[Asked]) -> Iterator[Hypothesis]:
    """From the simplest: no fault of the loop (a record may be scaled), one loop fault, a scaled step, a wrong
    gradient written into the loop, two loop faults."""
    yield Hypothesis()
    path = assignment.train_returns == "path"
    loops = [fault for fault in TRAIN_FAULTS if path or fault.name != BEFORE_UPDATE]
    for fault in loops:
        yield Hypothesis((fault,))
    every = tuple(range(len(assignment.weights)))
    scales: list[tuple[str, float, tuple[int, ...]]] = [("sum-for-mean", 0.0, every), ("mean-for-sum", 0.0, every)]
    scales += [
        ("factor", factor, every) for factor in (2.0, 0.5, 4.0, 0.25, 3.0, 10.0, 0.1, *_seen_rates(assignment, asked))
    ]
    stuck = _stuck(assignment, asked)
    if 0 < len(stuck) < len(every):
        yield Hypothesis(not_left=stuck)
        scales.append(("no-update", 0.0, stuck))
    for k in every if len(every) > 1 else ():
        scales += [("sign", -1.0, (k,)), ("factor", 2.0, (k,)), ("factor", 0.5, (k,)), ("sum-for-mean", 0.0, (k,))]
        scales += [("mean-for-sum", 0.0, (k,)), ("no-update", 0.0, (k,))]
    for scale in scales:
        yield Hypothesis(scale=scale)
    for gradient_fault in assignment.faults:
        if gradient_fault.of[0] != "forward":
            yield Hypothesis(gradient=frozenset({gradient_fault.name}))
    for pair in itertools.combinations([fault for fault in TRAIN_FAULTS[:23] if fault in loops], 2):
        yield Hypothesis(pair)
    for fault in (fault for fault in TRAIN_FAULTS[:10] if fault in loops):
        for scale in scales[:4]:
            yield Hypothesis((fault,), scale=scale)
    yield Hypothesis((TRAIN_FAULTS[0],), scale=("sum-for-mean", 0.0, every))
    period = _first_off(asked) - 1
    if period > 1:
        for value in (0.5, 0.1, 0.9, 0.8, 0.75, 0.7, 0.2, 0.25, 0.95, 0.99, 0.0, 2.0):
            yield Hypothesis((stepped_rate(period, value),))


def _stuck(assignment: Assignment, asked: Sequence[Asked]) -> tuple[int, ...]:
    """The weights that no run moved at all, by their place."""
    return tuple(
        k
        for k, name in enumerate(assignment.weights)
        if all(
            finding.actual is not None and np.array_equal(finding.actual, each.question.init[k])
            for each in asked
            for (_, of), finding in each.findings.items()
            if of == name
        )
    )


def _first_off(asked: Sequence[Asked]) -> int:
    """The first epoch whose recorded loss is off, in the longest run; 0 where there is none."""
    longest = max(asked, key=lambda each: sum(call.args[3] for call in each.question.calls))
    finding = longest.findings.get((0, "loss_records"))
    if finding is None or finding.actual is None or finding.actual.shape != finding.wanted.shape:
        return 0
    with np.errstate(all="ignore"):
        return int(np.argmax(np.abs(finding.actual - finding.wanted) > finding.tolerance))


def _seen_rates(assignment: Assignment, asked: Sequence[Asked]) -> list[float]:
    """The factor by which a single step with lr = 1 was too long or too short, if there is one."""
    for each in asked:
        if each.question.asks != "train/one step":
            continue
        gradients = each.gradient(each.question.init, NO_FAULTS)
        if not all(
            finding.actual is not None and np.all(np.isfinite(finding.actual)) for finding in each.findings.values()
        ):
            continue
        left = {name: each.findings[0, name].actual for name in assignment.weights if (0, name) in each.findings}
        moved = [
            start - weight
            for start, weight in zip(each.question.init, left.values(), strict=False)
            if weight is not None and weight.shape == start.shape
        ]
        if len(moved) == len(gradients):
            length = sum(float(np.sum(g * g)) for g in gradients)
            if length > 0.0:
                factor = sum(float(np.sum(m * g)) for m, g in zip(moved, gradients, strict=True)) / length
                return [factor] if np.isfinite(factor) and abs(factor) > 1e-12 and abs(factor - 1.0) > NOT_ONE else []
    return []
