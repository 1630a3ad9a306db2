"""How a training run begins and ends by rules of its own: stopped early, best weights put back, records left out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from autograder.assignments import Array
from autograder.core import same_as
from autograder.judging.diagnosis.fault_found import FaultFound
from autograder.judging.diagnosis.training.cases import Asked
from autograder.judging.diagnosis.training.traces import run_trace, weights_of
from autograder.judging.findings import Finding
from autograder.questions import Exam

ALL_EPOCHS = "The loop makes exactly n_ep updates: which line ends it, or skips an update, before that?"
FIRST_ROUND = "Which line ends the loop in its first round: is a return or a break indented too far?"
LAST = "The weights after the last update must stand on self, whether they are the best or not."
EVERY_EPOCH = "Each epoch has a record of its own: under which condition is it made?"
START = "A run goes on from the weights on self: which line sets them before the first epoch?"
MOST_TIMES = 200
FLAT = 1e-9  # losses nearer to the smallest than this share of it are as small


def by_own_rules(exam: Exam, asked: Sequence[Asked], left: set[str]) -> list[FaultFound]:
    """The rule by which runs end, keep records or begin; nothing where it is not proved in all questions."""
    for look_into in (_every_kth, _best_put_back, _stopped, _own_start):
        faults = look_into(exam, asked, left)
        if faults:
            return faults
    return []


def _records(each: Asked) -> Iterator[tuple[Finding, Array]]:
    """The records of a question of a single call, with what came."""
    for (_, name), finding in each.findings.items():
        if name.endswith("_records") and finding.actual is not None and len(each.question.calls) == 1:
            yield finding, finding.actual


def _every_kth(exam: Exam, asked: Sequence[Asked], left: set[str]) -> list[FaultFound]:
    """Records of every k-th epoch alone, the others left out or left at zero."""
    faults = []
    for name in sorted(name for name in left if name.endswith("_records")):
        pairs = [(f.wanted, a) for each in asked for f, a in _records(each) if f.name == name]
        for k in range(2, MOST_TIMES + 1):
            if not any(len(wanted) > k for wanted, _ in pairs):
                break
            if any(all(_matches(wanted, actual, k, at) for wanted, actual in pairs) for at in (0, k - 1)):
                text = f"{name} holds only every {_ordinal(k)} epoch."
                faults.append(FaultFound("epoch-count", name, text, EVERY_EPOCH, frozenset({name})))
                break
    return faults if {each.of for each in faults} == left else []


def _matches(wanted: Array, actual: Array, k: int, at: int) -> bool:
    some = wanted[at::k]
    filled = np.zeros_like(wanted)
    filled[at::k] = some
    return same_as(actual, some) or same_as(actual, filled)


def _ordinal(k: int) -> str:
    ends = {1: "st", 2: "nd", 3: "rd"}
    return f"{k}{'th' if k % 100 in (11, 12, 13) else ends.get(k % 10, 'th')}"


def _stopped(exam: Exam, asked: Sequence[Asked], left: set[str]) -> list[FaultFound]:
    """Right runs, some of which end before n_ep epochs are done, at different epochs."""
    if not any(name.endswith("_records") for name in left):
        return []
    stops: list[tuple[int, int, str]] = []
    whole = 0  # epochs of the longest run that was made whole
    for each in asked:
        if len(each.question.calls) != 1:
            continue
        made = _epochs_made(exam, each)
        if made is None:
            return []
        n_ep = each.question.calls[0].n_ep
        if made < n_ep:
            stops.append((made, n_ep, each.question.situation))
        whole = max(whole, made if made == n_ep else 0)
    short = {n_ep - made for made, n_ep, _ in stops}
    if not stops or not whole or any(made == 0 for made, _, _ in stops):
        return []
    if len(stops) > 1 and whole <= 1 and all(made == 1 for made, _, _ in stops):
        text = "train: Every run ends after its first update, however large n_ep is."
        return [FaultFound("epoch-count", "train", text, FIRST_ROUND, frozenset(left))]
    if whole <= min(made for made, _, _ in stops) or (len(stops) > 1 and len(short) == 1):
        return []  # a count that is off by one, or a limit, is told as that
    made, n_ep, situation = max(stops, key=lambda stop: stop[1])
    updates = "1 update" if made == 1 else f"{made} updates"
    text = f"train: Some runs stop early, by a rule of their own: after {updates} where n_ep is {n_ep} ({situation})."
    return [FaultFound("early-stop", "train", text, ALL_EPOCHS, frozenset(left))]


def _epochs_made(exam: Exam, each: Asked) -> int | None:
    """How many updates of a right run were made: records and weights agree on it; None where they do not."""
    weights, trace = weights_of(exam, each), run_trace(exam, each)
    n_ep = each.question.calls[0].n_ep
    if weights is None:
        return None
    known = [
        k
        for k, now in enumerate(trace[: n_ep + 1])
        if all(same_as(weight, other) for weight, other in zip(weights, now, strict=True))
    ]
    if not known:
        return n_ep if all(finding.right for finding in each.findings.values()) else None
    for made in sorted(known, reverse=True):
        if all(_holds_up_to(actual, finding.wanted, made) for finding, actual in _records(each)):
            return made
    return None


def _holds_up_to(actual: Array, wanted: Array, made: int) -> bool:
    """Whether a record is right for the updates made; the one that ended the run may or may not be recorded, and the
    rest may be left out, or hold one and the same number."""
    if not actual.ndim or actual.shape[1:] != wanted.shape[1:] or not made <= len(actual) <= len(wanted):
        return False
    if not same_as(actual[:made], wanted[:made]):
        return False
    rest = actual[made:]
    ends = [rest, rest[1:]] if len(rest) and same_as(rest[:1], wanted[made : made + 1]) else [rest]
    return any(not len(end) or bool(np.all(end == end[:1])) or bool(np.all(np.isnan(end))) for end in ends)


def _best_put_back(exam: Exam, asked: Sequence[Asked], left: set[str]) -> list[FaultFound]:
    """Right records, and on the object the weights of the epoch with the smallest loss instead of the last ones.

    A second run on the object goes on from these, and its records are others.
    """
    if any(not finding.right for each in asked for finding, _ in _records(each)):
        return []
    earlier = False
    for each in asked:
        if len(each.question.calls) != 1:
            continue
        weights, trace = weights_of(exam, each), run_trace(exam, each)
        n_ep = each.question.calls[0].n_ep
        if weights is None or len(trace) <= n_ep:
            continue
        with np.errstate(all="ignore"):
            losses = np.array([each.plain.loss(now) for now in trace[: n_ep + 1]])
        least = [known <= known.min() * (1.0 + FLAT) for known in (losses[:n_ep], losses)]
        best = [int(k) for which in least for k in np.flatnonzero(which)]
        stands = [
            k for k in {*best, min(int(np.argmin(losses[:n_ep])) + 1, n_ep)} if all(map(same_as, weights, trace[k]))
        ]
        if not stands:
            return []
        earlier = earlier or (n_ep not in stands and any(k in best for k in stands))
    if not earlier:
        return []
    text = "train: The weights of the epoch with the smallest loss are put back; those after the last update are asked."
    return [FaultFound("early-stop", "train", text, LAST, frozenset(left))]


def _own_start(exam: Exam, asked: Sequence[Asked], left: set[str]) -> list[FaultFound]:
    """Runs that are right but for their start: from the weights left, step by step back to where they began.

    Steps of tiny length can be taken back; the losses recorded on the way must be those of the weights on it.
    """
    if not {"loss_records", *exam.assignment.weights} <= left:
        return []
    proved = 0
    for each in asked:
        weights = weights_of(exam, each)
        if weights is None or len(each.question.calls) != 1:
            continue
        lr, n_ep = each.question.calls[0].args[2:]
        if lr > 1e-4:
            continue
        way = _way_back(each, weights, lr, n_ep)
        records = [actual for finding, actual in _records(each) if finding.name == "loss_records"]
        if way is None or not records or not same_as(records[0], way[1]):
            return []
        if all(same_as(a, b) for a, b in zip(way[0], each.question.init, strict=True)):
            return []
        proved += 1
    if proved < 2:
        return []
    text = "train: The run does not start from the weights on the object: before the first epoch they are others."
    return [FaultFound("different", "train", text, START, frozenset(left))]


def _way_back(each: Asked, weights: Sequence[Array], lr: float, n_ep: int) -> tuple[list[Array], Array] | None:
    """Where a run of tiny steps began, and the losses on its way; None where it cannot be told."""
    now, losses = list(weights), []
    with np.errstate(all="ignore"):
        for _ in range(n_ep):
            before = now
            for _ in range(3):  # a fixed point: the weights from which a step leads to these
                before = [w + lr * g for w, g in zip(now, each.gradient(before), strict=True)]
            now = before
            losses.append(each.plain.loss(now))
    if not all(np.all(np.isfinite(weight)) for weight in now):
        return None
    return now, np.array(losses[::-1])
