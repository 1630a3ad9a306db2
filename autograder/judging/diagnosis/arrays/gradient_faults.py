"""What goes wrong in gradients of any model with a squared error: the error itself, or the finished gradient."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import numpy as np

from autograder.assignments import NO_FAULTS, Array, Assignment, Fault
from autograder.core import SAME, same_as
from autograder.judging.diagnosis.claim import Predicted
from autograder.judging.diagnosis.fault_found import FaultFound
from autograder.judging.diagnosis.training.faults import PLAIN
from autograder.judging.findings import Finding

TABLE = "Every prediction is held against every target: an array (n,) met an array (n, 1) and became a table (n, n)."
TABLE_LOOK = "Print the shape of the difference of prediction and target."
OUTPUT = "The slope of {of} is applied to the output, which is linear."
OUTPUT_LOOK = "Which layers have an activation, and which has none?"
ERROR = "What is the derivative of a squared error? It keeps the error itself, with its sign."
FAINT = 1e-7  # what is added to a gradient and smaller than this share of it is lost in rounding


def _sigmoid(z: Array) -> Array:
    return np.exp(-np.logaddexp(0.0, -z))


# The error that stands where prediction less target belongs, from both.
_ERRORS: dict[str, tuple[Fault, Callable[[Array, Array], Array]]] = {
    fault.name: (fault, function)
    for fault, function in (
        (Fault("a table summed over the targets", "different", (), TABLE, TABLE_LOOK),
         lambda p, y: len(p) * p - y.sum(axis=0)),
        (Fault("a table summed over the predictions", "different", (), TABLE, TABLE_LOOK),
         lambda p, y: p.sum(axis=0) - len(p) * y),
        (Fault("sigmoid slope on the output", "wrong-activation-derivative", (), OUTPUT.format(of="a sigmoid"),
               OUTPUT_LOOK), lambda p, y: (p - y) * _sigmoid(p) * _sigmoid(-p)),
        (Fault("sigmoid slope of the output", "wrong-activation-derivative", (), OUTPUT.format(of="a sigmoid"),
               OUTPUT_LOOK), lambda p, y: (p - y) * p * (1.0 - p)),
        (Fault("tanh slope on the output", "wrong-activation-derivative", (), OUTPUT.format(of="a tanh"),
               OUTPUT_LOOK), lambda p, y: (p - y) * (1.0 - np.tanh(p) ** 2)),
        (Fault("tanh slope of the output", "wrong-activation-derivative", (), OUTPUT.format(of="a tanh"),
               OUTPUT_LOOK), lambda p, y: (p - y) * (1.0 - p**2)),
        (Fault("relu slope on the output", "wrong-activation-derivative", (), OUTPUT.format(of="a relu"),
               OUTPUT_LOOK), lambda p, y: (p - y) * (p > 0.0)),
        (Fault("error squared", "different", (), "The error enters squared.", ERROR), lambda p, y: (p - y) ** 2),
        (Fault("error absolute", "different", (), "The error enters without its sign.", ERROR),
         lambda p, y: np.abs(p - y)),
        (Fault("sign of the error", "different", (), "Only the sign of the error enters, not its size.", ERROR),
         lambda p, y: np.sign(p - y)),
        (Fault("target added", "sign", (), "Prediction and target are added instead of subtracted.", ERROR),
         lambda p, y: p + y),
        (Fault("prediction added", "sign", (), "Prediction and target are added instead of subtracted.", ERROR),
         lambda p, y: -(p + y)),
        (Fault("mean error", "different", (), "Each sample gets the mean of all errors instead of its own.", ERROR),
         lambda p, y: np.broadcast_to((p - y).mean(axis=0), p.shape)),
    )
}  # fmt: skip


def error_faults(assignment: Assignment) -> tuple[str, ...]:
    """The names of the faults of the error that make sense for a model."""
    return tuple(_ERRORS) if assignment.squared else ()


def error_fault(name: str) -> Fault | None:
    """The fault of that name; None where it is not one of the error's."""
    return _ERRORS[name][0] if name in _ERRORS else None


def with_wrong_error(
    assignment: Assignment, name: str, weights: Sequence[Array], data: tuple[Array, ...]
) -> Sequence[Array]:
    """The gradients with another error: those at the targets that would give it, as the error enters as it stands."""
    x, y = data
    with np.errstate(all="ignore"):
        prediction = assignment.model.predict(weights, x, NO_FAULTS)
        error = _ERRORS[name][1](prediction, y)
        return assignment.model.gradients(weights, x, prediction - error, NO_FAULTS)


def changed_gradient(assignment: Assignment, name: str, part: Sequence[Finding]) -> list[FaultFound]:
    """A right gradient to which something is done: a multiple of the weight added, its numbers or its length cut."""
    if name not in assignment.gradients or any(each.actual is None for each in part):
        return []
    pairs = [(each, each.actual) for each in part if each.actual is not None]
    if len(pairs) < 3 or any(a.shape != each.wanted.shape or not np.all(np.isfinite(a)) for each, a in pairs):
        return []
    added = _added(assignment, name, pairs)
    if added is not None:
        share, text = added
        return [FaultFound("other-optimiser", name, text, PLAIN, claim=Predicted(name, share))]
    for how, cut in _limits(pairs):
        claim = Predicted(name, lambda each, cut=cut: cut(each.wanted))  # type: ignore[misc]
        return [FaultFound("other-optimiser", name, f"{name} is clipped: {how}.", PLAIN, claim=claim)]
    return []


def _added(
    assignment: Assignment, name: str, pairs: Sequence[tuple[Finding, Array]]
) -> tuple[Callable[[Finding], Array | None], str] | None:
    """What comes where a share of the weight is added, and that in words; None where that is not what differs."""
    k = assignment.gradients.index(name)
    shares: list[tuple[float, int]] = []
    for each, actual in pairs:
        if each.question.moved:
            continue
        weight, rest = each.question.weights_at(each.call)[k], actual - each.wanted
        largest, size = float(np.abs(each.wanted).max()), float(np.sum(weight * weight))
        if size == 0.0:
            continue
        share = float(np.sum(rest * weight)) / size
        if abs(share) * float(np.abs(weight).max()) <= FAINT * largest:
            continue
        room = SAME * float(np.abs(rest).max()) + 1e-11 * largest
        if not np.all(np.abs(rest - share * weight) <= room):
            return None
        shares.append((share, len(each.question.calls[each.call].x)))
    for power, words in ((0, ""), (-1, " over the number of samples"), (1, " times the number of samples")):
        constants = [share / float(samples) ** power for share, samples in shares]
        if len({samples for _, samples in shares}) > 1 and np.ptp(constants) <= 1e-3 * abs(constants[0]):
            how_much = f"{abs(constants[0]):.3g}{words} times it"
            text = f"A multiple of the weight itself, {how_much}, is added to {name} (weight decay)."
            if constants[0] < 0.0:
                text = f"A multiple of the weight itself, {how_much}, is taken away from {name}."
            return _with_share(k, constants[0], power), text
    return None


def _with_share(k: int, constant: float, power: int) -> Callable[[Finding], Array | None]:
    def predicts(finding: Finding) -> Array | None:
        if finding.question.moved:
            return None
        samples = float(len(finding.question.calls[finding.call].x))
        return finding.wanted + constant * samples**power * finding.question.weights_at(finding.call)[k]

    return predicts


def _limits(pairs: Sequence[tuple[Finding, Array]]) -> Iterator[tuple[str, Callable[[Array], Array]]]:
    """A limit at which all answers are cut, in numbers or in length; one that is reached once is no limit."""
    limit = max(float(np.abs(actual).max()) for _, actual in pairs)
    cut = sum(bool(np.any(np.abs(each.wanted) > limit)) for each, _ in pairs)
    if limit > 0.0 and cut > 1 and all(same_as(actual, np.clip(each.wanted, -limit, limit)) for each, actual in pairs):
        yield f"its numbers are cut at ±{limit:.3g}", lambda wanted: np.clip(wanted, -limit, limit)
    longest = max(float(np.linalg.norm(actual)) for _, actual in pairs)
    shortened = sum(float(np.linalg.norm(each.wanted)) > longest for each, _ in pairs)
    if (
        longest > 0.0
        and shortened > 1
        and all(same_as(actual, _shortened(each.wanted, longest)) for each, actual in pairs)
    ):
        how = f"what is longer than {longest:.3g} is shortened to that length"
        yield how, lambda wanted: _shortened(wanted, longest)


def _shortened(wanted: Array, longest: float) -> Array:
    return wanted * min(1.0, longest / max(float(np.linalg.norm(wanted)), 1e-300))
