"""The ways in which a training run may be wrong, from the simplest on."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from autograder.assignments import NO_FAULTS, Array, Assignment, Faults
from autograder.judging.diagnosis.training.cases import Asked
from autograder.judging.diagnosis.training.faults import (
    OPTIMISERS,
    TRAIN_FAULTS,
    LoopFault,
    carried,
    clipped,
    decayed,
    dropped_rate,
    limited,
    stepped_rate,
)

NOT_ONE = 1e-3  # a factor nearer to one than this is told by no step's length


@dataclass(frozen=True, slots=True)
class Hypothesis:
    """A way in which a run may be wrong: loop faults, faults of an inlined gradient, scalings of each weight's step."""

    loop: tuple[LoopFault, ...] = ()
    gradient: Faults = NO_FAULTS
    scale: tuple[str, float, tuple[int, ...]] | None = None  # code, factor (0: by the samples), of which weights
    not_left: tuple[int, ...] = ()  # weights that the loop moves and of which self keeps the old ones

    def beside(self, other: Hypothesis) -> Hypothesis | None:
        """Both in one loop; None where they cannot be."""
        if (self.scale and other.scale) or (self.not_left and other.not_left):
            return None
        return Hypothesis(
            (*self.loop, *(fault for fault in other.loop if fault not in self.loop)),
            self.gradient | other.gradient,
            self.scale or other.scale,
            self.not_left or other.not_left,
        )


def hypotheses(assignment: Assignment, asked: Sequence[Asked]) -> Iterator[Hypothesis]:
    """From the simplest: no fault of the loop (a record may be scaled), one loop fault, a scaled step, a wrong
    gradient written into the loop, two loop faults."""
    yield Hypothesis()
    path = assignment.train_returns == "path"
    loops = [fault for fault in TRAIN_FAULTS if path or not fault.needs_path]
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
    for pair in itertools.combinations([fault for fault in loops if fault.tier < 3], 2):
        yield Hypothesis(pair)
    for fault in (fault for fault in loops if fault.tier == 1):
        for scale in scales[:4]:
            yield Hypothesis((fault,), scale=scale)
    yield Hypothesis((TRAIN_FAULTS[0],), scale=("sum-for-mean", 0.0, every))
    for fault in (*OPTIMISERS, *_measured(asked)):
        if not fault.needs_path or path:
            yield Hypothesis((fault,))
    period = _first_off(asked) - 1
    if period > 1:
        yield Hypothesis((limited(period),))
        longest = max(each.question.epochs for each in asked)
        for value in (0.5, 0.1, 0.9, 0.8, 0.75, 0.7, 0.2, 0.25, 0.95, 0.99, 2.0):
            if longest > 2 * period:
                yield Hypothesis((stepped_rate(period, value),))
            yield Hypothesis((dropped_rate(period, value),))


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
    """The first epoch whose recorded loss is off or missing, in the longest run; 0 where there is none."""
    longest = max(asked, key=lambda each: each.question.epochs)
    finding = longest.findings.get((0, "loss_records"))
    if finding is None or finding.actual is None or not finding.actual.ndim:
        return 0
    if finding.actual.shape[1:] != finding.wanted.shape[1:]:
        return 0
    if len(finding.actual) != len(finding.wanted):
        return len(finding.actual) + 1 if len(finding.actual) < len(finding.wanted) else 0
    with np.errstate(all="ignore"):
        return int(np.argmax(np.abs(finding.actual - finding.wanted) > finding.tolerance))


def _seen_rates(assignment: Assignment, asked: Sequence[Asked]) -> list[float]:
    """The factor by which a single step with lr = 1 was too long or too short, if there is one."""
    for each in asked:
        if each.question.asks != "train/one step":
            continue
        gradients, moved = each.gradient(each.question.init), _moved(each)
        if moved is not None:
            length = sum(float(np.sum(g * g)) for g in gradients)
            if length > 0.0:
                factor = sum(float(np.sum(m * g)) for m, g in zip(moved, gradients, strict=True)) / length
                return [factor] if np.isfinite(factor) and abs(factor) > 1e-12 and abs(factor - 1.0) > NOT_ONE else []
    return []


def _moved(each: Asked) -> list[Array] | None:
    """How far the weights went in a question's run, start less end, in order; None where that is not told."""
    named = [finding for (_, name), finding in each.findings.items() if not name.endswith("_records")]
    if any(finding.actual is None or not np.all(np.isfinite(finding.actual)) for finding in each.findings.values()):
        return None
    moved = [
        start - finding.actual
        for start, finding in zip(each.question.init, named, strict=False)
        if finding.actual is not None and finding.actual.shape == start.shape
    ]
    return moved if len(moved) == len(each.question.init) and len(each.question.calls) == 1 else None


def _measured(asked: Sequence[Asked]) -> Iterator[LoopFault]:
    """Rules with a number that the first steps tell: where gradients are cut, how much of the weights is added, how
    much of the step before is carried along."""
    seen: set[str] = set()
    for each in asked:
        lr, n_ep = each.question.calls[0].args[2:]
        moved = _moved(each)
        if moved is None or lr <= 0.0:
            continue
        with np.errstate(all="ignore"):
            for fault in _of_one_step(each, moved, lr) if n_ep == 1 else _of_two(each, moved, lr) if n_ep == 2 else ():
                if fault.name not in seen and len(seen) < 12:
                    seen.add(fault.name)
                    yield fault


def _of_one_step(each: Asked, moved: Sequence[Array], lr: float) -> Iterator[LoopFault]:
    start = list(each.question.init)
    gradients = each.gradient(start)
    steps = [change / lr for change in moved]
    largest = max(float(np.abs(step).max()) for step in steps)
    length = float(np.sqrt(sum(float(np.sum(step**2)) for step in steps)))
    off = max(float(np.abs(step - g).max()) for step, g in zip(steps, gradients, strict=True))
    if largest == 0.0 or off <= NOT_ONE * largest:
        return
    yield clipped(_round(largest), "")
    yield clipped(_round(length), "all")
    yield clipped(_round(max(float(np.sqrt(np.sum(step**2))) for step in steps)), "each")
    along = sum(float(np.sum((step - g) * w)) for step, g, w in zip(steps, gradients, start, strict=True))
    size = sum(float(np.sum(w * w)) for w in start)
    if size > 0.0 and np.isfinite(along / size):
        yield decayed(_round(along / size))


def _of_two(each: Asked, moved: Sequence[Array], lr: float) -> Iterator[LoopFault]:
    first = [lr * g for g in each.gradient(list(each.question.init))]
    second = each.gradient([w - step for w, step in zip(each.question.init, first, strict=True)])
    rest = [m - f - lr * s for m, f, s in zip(moved, first, second, strict=True)]
    size = sum(float(np.sum(f * f)) for f in first)
    if size > 0.0:
        beta = sum(float(np.sum(r * f)) for r, f in zip(rest, first, strict=True)) / size
        if np.isfinite(beta) and NOT_ONE < beta < 2.0:
            yield carried(_round(beta))


def _round(value: float) -> float:
    """A measured number as it was most probably written: to six digits."""
    return float(f"{value:.6g}")
