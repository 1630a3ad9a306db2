"""What a training run's own weights tell: after which epoch it stands, and how long its steps were."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import Any

import numpy as np

from autograder.assignments import Array
from autograder.core import ROUND, same_as
from autograder.judging.diagnosis.fault_found import FaultFound
from autograder.judging.diagnosis.sentences import CODE_OF, in_lesson, sentence
from autograder.judging.diagnosis.training.cases import Asked
from autograder.questions import Exam

LONGEST = 260  # epochs up to which a right run is followed
MARGIN = 12  # epochs beyond those asked
MOST_MIXED = 6  # weights of which all sets are tried
FLAT = 1e-9  # a step shorter than this share of its weights tells nothing of its direction
RATE = "lr is an argument: is it the one in the update, in every epoch?"


def stopped_elsewhere(exam: Exam, asked: Sequence[Asked], left: set[str]) -> list[FaultFound]:
    """Whether the weights are those of a right run after another number of epochs than asked, in every question."""
    epochs: list[tuple[int, int]] = []
    samples: list[int] = []
    stood: list[tuple[Asked, int]] = []
    if not left & set(exam.assignment.weights):
        return []
    for each in asked:
        if len(each.question.calls) != 1:
            continue
        weights = weights_of(exam, each)
        if weights is None:
            return []
        n_ep = each.question.calls[0].n_ep
        known = [k for k, now in enumerate(run_trace(exam, each)) if _equal(weights, now)]
        if not known and n_ep <= MARGIN:
            return []
        if len(known) != 1:
            continue  # with a tiny rate, or near the best weights, one epoch is like another
        epochs.append((known[0], n_ep))
        stood.append((each, known[0]))
        samples.append(each.samples)
    # Further on, a run that parts from a right one comes near to another of its epochs by chance.
    made = {k for k, n_ep in epochs if k != n_ep and n_ep <= MARGIN}
    if not made or len({n_ep for _, n_ep in epochs}) < 2:
        return []
    if {k for k, _ in epochs} == {0}:
        _, look = sentence("no-update", "train")
        text = "train: The weights left on the object are those that it had at the start."
        return [FaultFound("no-update", "train", text, look, frozenset(left))]
    recorded = [
        finding
        for each in asked
        for (_, name), finding in each.findings.items()
        if name.endswith("_records") and len(each.question.calls) == 1
    ]
    if all(finding.right for finding in recorded):  # of first runs: a second one goes on from the weights left
        some = "in some runs " if any(k == n_ep for k, n_ep in epochs) else ""
        text = f"The run is recorded as it must be, but {some}the weights left are those of an earlier epoch."
        look = "Which weights stand on self when train returns? The last update's belong there."
        return [FaultFound("different", "train", f"train: {text}", look, frozenset(left))]
    text = _made(epochs, all(_records_stop(each, k) for each, k in stood))
    an_epoch = sorted((count, k / n_ep) for (k, n_ep), count in zip(epochs, samples, strict=True))
    rates = [rate for _, rate in an_epoch]
    if all(rate >= 1.0 and rate == int(rate) for rate in rates):
        text = "Several updates are made in an epoch"
        text += ", the more the more samples there are." if rates == sorted(rates) and rates[0] < rates[-1] else "."
        if len(set(rates)) == 1:
            text = f"{int(rates[0])} updates are made in each epoch."
        look = "Full-batch gradient descent makes one update an epoch, from all samples together."
        return [FaultFound("different", "train", f"train: {text}", look, frozenset(left))]
    look = "n_ep is an argument: does the loop make exactly that many rounds, with one update in each?"
    return [FaultFound("epoch-count", "train", f"train: {text}", look, frozenset(left))]


def _made(epochs: Sequence[tuple[int, int]], stops: bool) -> str:
    """What runs that stand after k of n_ep epochs say of how many are made; `stops`: their records end there too."""
    counts, off = {k for k, _ in epochs}, {k - n_ep for k, n_ep in epochs}
    most = max(counts)
    if len(counts) == 1:
        return f"The run makes {most} epoch{'s' * (most > 1)}, whatever n_ep says."
    if len(off) == 1:
        by = off.pop()
        updates = f"{abs(by)} update{'s' * (abs(by) > 1)}"
        return f"{updates} too {'many' if by > 0 else 'few'} {'are' if abs(by) > 1 else 'is'} made."
    if stops and all(k == min(n_ep, most) for k, n_ep in epochs):
        return f"No run makes more than {most} updates, whatever n_ep says."
    if stops and all(k < n_ep for k, n_ep in epochs):
        return "The run stops before n_ep epochs are done."
    if stops and all(k <= n_ep for k, n_ep in epochs):
        return "Some runs stop before n_ep epochs are done."
    return "The run does not make one update in each of n_ep epochs."


def _records_stop(each: Asked, made: int) -> bool:
    """Whether all records are right as far as the updates that were made."""
    records = [f for (_, name), f in each.findings.items() if name.endswith("_records")]
    return not made or all(f.actual is not None and same_as(f.actual[:made], f.wanted[:made]) for f in records)


def mixed_steps(exam: Exam, asked: Sequence[Asked], left: set[str]) -> list[FaultFound]:
    """Whether each weight of a single step moved along its gradient, taken where some others had moved already.

    In which order they move is not asked: of each weight, all sets of others are tried that may have moved before it.
    The way forward may lie at the start, with only the way back at moved weights.
    """
    ones = [each for each in asked if _epochs(each) == 1]
    if not ones or not left & set(exam.assignment.weights):
        return []
    mixed = False
    for each in ones:
        mixed_here = _mixed(exam, each)
        if mixed_here is None:
            return []
        mixed = mixed or mixed_here
    if not mixed:
        return []
    text = "Later gradients of a step were taken after earlier weights of the same step had moved."
    look = "Take all gradients of a step first; only then change weights."
    return [FaultFound("sequential-update", "train", f"train: {text}", look, frozenset(left))]


def _mixed(exam: Exam, each: Asked) -> bool | None:
    """Whether some gradient of a single step was taken at moved weights; None where that explains not all of them."""
    start, end = list(each.question.init), weights_of(exam, each)
    if end is None or not all(np.all(np.isfinite(weight)) for weight in end):
        return None
    parts = _parts(start)
    waiting = set(range(len(parts)))
    if len(parts) > MOST_MIXED:
        return None
    for size in range(len(parts)):
        for before in itertools.combinations(range(len(parts)), size):
            places = [weight.copy() for weight in start]
            for k, at in (parts[number] for number in before):
                places[k][at] = end[k][at]
            with np.errstate(all="ignore"):
                taken = [each.gradient(places)]
                if each.plain.back is not None and before:
                    taken.append(each.plain.back(start, places))
            for number in sorted(waiting - set(before)):
                k, at = parts[number]
                moved = (start[k] - end[k])[at]
                scale = max(float(np.abs(moved).max()), FLAT * float(np.abs(start[k]).max())) * ROUND
                if any(np.all(np.abs(moved - _lr(each) * g[k][at]) <= scale) for g in taken):
                    waiting.discard(number)
            if not waiting:
                return size > 0
    return None


def _parts(start: Sequence[Array]) -> list[tuple[int, Any]]:
    """What may move by itself: each weight, or, where there is one alone, each of its rows."""
    if len(start) == 1 and start[0].ndim:
        return [(0, row) for row in range(len(start[0]))]
    return [(k, ...) for k in range(len(start))]


def effective_rates(exam: Exam, asked: Sequence[Asked], left: set[str]) -> list[FaultFound]:
    """Whether steps go along the right gradient, for all weights or some, but by another length than lr says."""
    names, averages = list(exam.assignment.weights), exam.assignment.averages
    ones = [each for each in asked if _epochs(each) == 1]
    if not ones or not left & set(names):
        return []
    joint = [_rate(exam, each, range(len(names))) for each in ones]
    longer = "" if len(ones) == len(asked) else " of the first epoch"  # a constant one is a hypothesis of its own
    if all(rate is not None for rate in joint):
        faults = _by_rates(ones, [rate for rate in joint if rate is not None], f"the step{longer}", left, averages)
        return faults or _later(exam, asked, left)
    named: list[FaultFound] = []
    for k, at in _parts(ones[0].question.init):
        name = names[k] if at is ... else f"{names[k]}[{at}]"
        rates = [_rate(exam, each, [k], at) for each in ones]
        if len(rates) < 3 or any(rate is None for rate in rates):
            return []
        of = f"the step of {name}{' in the first epoch' if longer else ''}"
        faults = _by_rates(ones, [rate for rate in rates if rate is not None], of, left, averages)
        if not faults and any(
            abs((rate or 0.0) / _lr(each) - 1.0) > ROUND for rate, each in zip(rates, ones, strict=True)
        ):
            return []
        named += faults
    return named


def _by_rates(
    ones: Sequence[Asked], rates: Sequence[float], of: str, left: set[str], averages: str
) -> list[FaultFound]:
    """What single steps tell by their lengths; nothing when they are right, or too few to prove it."""
    ratios = [rate / _lr(each) for rate, each in zip(rates, ones, strict=True)]
    several = len({_lr(each) for each in ones}) > 1
    arrays = frozenset(left)
    if all(abs(ratio - 1.0) < ROUND for ratio in ratios) or not several:
        return []
    if all(rate == 0.0 for rate in rates):
        text, (_, look) = f"train: {of} is zero: a single epoch changes nothing.", sentence("no-update", of)
        return [FaultFound("no-update", "train", text, look, arrays)]
    for power, code in ((0, "factor"), (1, "sum-for-mean"), (-1, "mean-for-sum")):
        rest = [ratio / each.samples**power for ratio, each in zip(ratios, ones, strict=True)]
        if all(abs(each - rest[0]) < ROUND * abs(rest[0]) for each in rest):
            if abs(rest[0] + 1.0) < ROUND and not power:
                text = f"train: {of} goes up the gradient."
                return [FaultFound("ascends", "train", text, "Which way must a weight go?", arrays)]
            key = in_lesson(code, "the number of samples", averages)
            text, look = sentence(key, f"train: {of}", "the number of samples", rest[0])
            return [FaultFound(CODE_OF.get(key, key), "train", text, look, arrays)]
    fixed = all(abs(rate - rates[0]) < ROUND * abs(rates[0]) for rate in rates)
    most = max(rates)
    how = "its length is not the one that lr gives it"
    if fixed:
        how = "the same rate is used whatever lr is"
    elif all(abs(rate - min(_lr(each), most)) < ROUND * most for rate, each in zip(rates, ones, strict=True)):
        how = f"no rate above {most:.3g} is used"
    elif any(abs(ratio - 1.0) < ROUND for ratio in ratios):
        how = "its length is not always the one that lr gives it"
    if not fixed and not _same_for_same(ones, rates):
        return []  # something of the data is in it
    return [FaultFound("ignores-lr", "train", f"train: {of} goes along the gradient, but {how}.", RATE, arrays)]


def _same_for_same(ones: Sequence[Asked], rates: Sequence[float]) -> bool:
    """Whether questions with the same lr, and different data, have the same rate; some must have."""
    groups: dict[float, list[float]] = {}
    for each, rate in zip(ones, rates, strict=True):
        groups.setdefault(_lr(each), []).append(rate)
    several = [group for group in groups.values() if len(group) > 1]
    return bool(several) and all(abs(rate - group[0]) < ROUND * abs(group[0]) for group in several for rate in group)


def _later(exam: Exam, asked: Sequence[Asked], left: set[str]) -> list[FaultFound]:
    """Whether, after a right first epoch, the second one goes along the gradient by another length."""
    ratios = []
    for each in asked:
        weights = weights_of(exam, each)
        if _epochs(each) != 2 or weights is None or len(run_trace(exam, each)) < 2:
            continue
        start = run_trace(exam, each)[1]
        rate = _along(start, weights, each.gradient(start))
        if rate is None:
            return []
        ratios.append(rate / _lr(each))
    if len(ratios) < 2 or all(abs(ratio - 1.0) < ROUND for ratio in ratios):
        return []
    how = "shrinks" if max(ratios) < 1.0 else "changes"
    text = f"train: the learning rate {how} from epoch to epoch."
    return [FaultFound("ignores-lr", "train", text, RATE, frozenset(left))]


def _lr(each: Asked) -> float:
    return each.question.calls[0].lr


def _epochs(each: Asked) -> int:
    return each.question.calls[0].n_ep if len(each.question.calls) == 1 else 0


def _equal(weights: Sequence[Array], others: Sequence[Array]) -> bool:
    return all(same_as(weight, other) for weight, other in zip(weights, others, strict=True))


def weights_of(exam: Exam, each: Asked) -> list[Array] | None:
    """The weights left on the object, None where there are none of the right shape."""
    findings = [each.findings.get((0, name)) for name in exam.assignment.weights]
    weights = [finding.actual for finding in findings if finding is not None and finding.actual is not None]
    if len(weights) != len(findings) or any(
        w.shape != s.shape for w, s in zip(weights, each.question.init, strict=True)
    ):
        return None
    return weights


def run_trace(exam: Exam, each: Asked) -> list[list[Array]]:
    """The weights of a right run, epoch by epoch, from the start; as far as they are finite."""
    return exam.traces.get(each.question.id, lambda: _right_run(each))


def _right_run(each: Asked) -> list[list[Array]]:
    now = [np.array(weight, dtype=float) for weight in each.question.init]
    trace = [now]
    with np.errstate(all="ignore"):
        for _ in range(max(_epochs(each) + MARGIN, LONGEST)):
            now = [w - _lr(each) * g for w, g in zip(now, each.gradient(now), strict=True)]
            if not all(np.all(np.abs(weight) < 1e100) for weight in now):
                break
            trace.append(now)
    return trace


def _rate(exam: Exam, each: Asked, which: Sequence[int], at: Any = ...) -> float | None:
    weights = weights_of(exam, each)
    if weights is None:
        return None
    start = list(each.question.init)
    gradients = each.gradient(start)
    return _along([start[k][at] for k in which], [weights[k][at] for k in which], [gradients[k][at] for k in which])


def _along(start: Sequence[Array], end: Sequence[Array], gradients: Sequence[Array]) -> float | None:
    """The rate r with end = start − r · gradient; None where there is none, or nothing to see it by."""
    with np.errstate(all="ignore"):
        moved = np.concatenate([np.ravel(s - e) for s, e in zip(start, end, strict=True)])
        along = np.concatenate([np.ravel(gradient) for gradient in gradients])
        length = float(np.sum(along * along))
        if not np.isfinite(length) or length == 0.0 or not np.all(np.isfinite(moved)):
            return None
        rate = float(np.sum(moved * along)) / length
        size = max(float(np.abs(moved).max()), FLAT * max(float(np.abs(w).max()) for w in start))
        return rate if np.all(np.abs(moved - rate * along) <= ROUND * size) else None
