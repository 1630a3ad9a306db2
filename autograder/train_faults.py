"""Training loops with one thing wrong: what a run would give if a student had made that mistake."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from autograder.assignment import Array, Assignment

Gradient = Callable[[Sequence[Array]], tuple[Array, ...]]
Loss = Callable[[Sequence[Array]], float]


@dataclass(frozen=True, slots=True)
class TrainFault:
    """One thing that goes wrong in training loops; `rate` maps the learning rate to what is used in epoch i."""

    name: str
    code: str
    says: str
    look: str
    rate: Callable[[float, int, int], float] | None = None


UPDATE = "Look at the update: which way must a weight go so that the loss falls, and by how much?"
ORDER = "Take all gradients of a step first; only then change weights."
RECORD = "What is recorded at epoch i, and when: before or after the update?"
BEFORE_UPDATE = "weights recorded before the update"  # where weights are recorded at all
COUNT = "Count by hand for n_ep = 1: how many updates, how many records?"


def _always(value: float) -> Callable[[float, int, int], float]:
    return lambda lr, i, n: value


def _geometric(value: float) -> Callable[[float, int, int], float]:
    return lambda lr, i, n: lr * value**i


def _harmonic(value: float) -> Callable[[float, int, int], float]:
    return lambda lr, i, n: lr / (1 + value * i)


TRAIN_FAULTS = (
    TrainFault("ascends", "ascends", "The weights move up the gradient: the loss grows instead of falling.", UPDATE,
               lambda lr, i, n: -lr),
    TrainFault("sequential", "sequential-update",
               "Later gradients of a step were taken after earlier weights of the same step had moved.", ORDER),
    TrainFault("sequential from the last", "sequential-update",
               "Later gradients of a step were taken after earlier weights of the same step had moved.", ORDER),
    TrainFault("loss after the update", "loss-after-update",
               "Each recorded loss is the one after the update, a step too late.", RECORD),
    TrainFault("one update too many", "epoch-count", "One update too many is made.", COUNT),
    TrainFault("one update too few", "epoch-count", "One update too few is made.", COUNT),
    TrainFault("last record missing", "epoch-count", "The last epoch's record is not filled in.", COUNT),
    TrainFault("first record missing", "epoch-count", "The first epoch's record is not filled in.", COUNT),
    TrainFault(BEFORE_UPDATE, "epoch-count",
               "weight_records holds the weights before each update, a step too early.", RECORD),
    TrainFault("start recorded, one row more", "epoch-count", "The records have one entry too many.", COUNT),
    TrainFault("no update", "no-update", "The weights never change.",
               "Does the update reach self, or only a local variable?"),
    TrainFault("weights not left on the object", "no-update",
               "The run itself is right, but afterwards the object still has its old weights.",
               "The weights after the last update must stand on self."),
    TrainFault("only the first weight is updated", "no-update", "Only the first weight is updated.",
               "Every weight needs its own update."),
    TrainFault("only the last weight is updated", "no-update", "Only the last weight is updated.",
               "Every weight needs its own update."),
    TrainFault("every row is the last", "no-update",
               "All rows of weight_records show the last weights: the same array was stored each time.",
               "An array that is changed in place changes in every list that holds it: store a copy."),
    TrainFault("every record is the first", "no-update", "The recorded losses never change: all are the first one.",
               "Is the prediction computed again in every epoch?"),
    TrainFault("gradient taken once", "different", "The gradient is computed once, before the loop, and never again.",
               "The weights move in every epoch, and the gradient with them."),
    TrainFault("one sample at a time", "different", "The weights are moved after every single sample.",
               "Full-batch gradient descent makes one update an epoch, from all samples together."),
    TrainFault("momentum", "different", "Earlier gradients are carried along (a momentum).",
               "Plain gradient descent uses the gradient of this epoch alone."),
    TrainFault("gradient normalised", "different", "The gradient is divided by its own length.",
               "Plain gradient descent uses the gradient as it is."),
    TrainFault("one epoch alone", "epoch-count", "The run ends after its first epoch.",
               "Does a return stand inside the loop, by its indentation?"),
    TrainFault("sequential, error kept", "sequential-update",
               "Later gradients of a step were taken after earlier weights of the same step had moved.", ORDER),
    TrainFault("sequential from the last, error kept", "sequential-update",
               "Later gradients of a step were taken after earlier weights of the same step had moved.", ORDER),
    *(
        TrainFault(f"rate {value:g}", "ignores-lr", f"The learning rate {value:g} is used whatever lr is.",
                   "lr is an argument: is it the one in the update?", _always(value))
        for value in (1.0, 0.5, 0.2, 0.1, 0.05, 0.03, 0.02, 0.01, 0.005, 0.003, 0.002, 0.001, 1e-4, 1e-5, 1e-6)
    ),
    TrainFault("rate squared", "ignores-lr", "The learning rate enters twice.", UPDATE, lambda lr, i, n: lr * lr),
    TrainFault("rate over n_ep", "ignores-lr", "The learning rate is divided by the number of epochs.", UPDATE,
               lambda lr, i, n: lr / n),
    TrainFault("rate times epoch", "ignores-lr", "The learning rate grows from epoch to epoch.",
               "lr stays the same in every epoch.", lambda lr, i, n: lr * (i + 1)),
    TrainFault("over the rate", "ignores-lr", "The step is divided by the learning rate.", UPDATE,
               lambda lr, i, n: 1.0 / lr if lr else np.inf),
    TrainFault("rate over epoch", "ignores-lr", "The learning rate shrinks from epoch to epoch.",
               "lr stays the same in every epoch.", lambda lr, i, n: lr / (i + 1)),
    TrainFault("rate decays to nothing", "ignores-lr", "The learning rate shrinks from epoch to epoch.",
               "lr stays the same in every epoch.", lambda lr, i, n: lr * (1 - i / n)),
    *(
        TrainFault(f"rate decays by {value:g}", "ignores-lr", "The learning rate shrinks from epoch to epoch.",
                   "lr stays the same in every epoch.", _geometric(value))
        for value in (0.999, 0.995, 0.99, 0.98, 0.95, 0.9, 0.5)
    ),
    *(
        TrainFault(f"rate decays with {value:g}", "ignores-lr", "The learning rate shrinks from epoch to epoch.",
                   "lr stays the same in every epoch.", _harmonic(value))
        for value in (0.1, 0.01, 0.001)
    ),
)  # fmt: skip


def stepped_rate(period: int, value: float) -> TrainFault:
    """The learning rate multiplied by `value` every `period` epochs."""
    says = f"The learning rate is multiplied by {value:g} every {period} epochs."
    look = "lr stays the same in every epoch."
    return TrainFault(
        f"rate times {value:g} every {period}", "ignores-lr", says, look, lambda lr, i, n: lr * value ** (i // period)
    )


def run(
    assignment: Assignment,
    weights: Sequence[Array],
    lr: float,
    n_ep: int,
    loss: Loss,
    gradient: Gradient,
    faults: Sequence[TrainFault] = (),
    per_sample: Sequence[Gradient] = (),
    scales: Sequence[float] = (),
    back: Callable[[Sequence[Array], Sequence[Array]], tuple[Array, ...]] | None = None,
) -> dict[str, Array]:
    """Gradient descent with faults, or without any: by name, the records and the weights left on the object.

    `per_sample` are the gradients of the single samples; `scales` multiply each weight's step;
    `back(forward, back)` are the gradients with the way back at other weights than the way forward.
    """
    names = {fault.name for fault in faults}
    rates = [fault.rate for fault in faults if fault.rate is not None]
    scales = scales or [1.0] * len(weights)
    sequential = names & {"sequential", "sequential from the last"}
    kept = names & {"sequential, error kept", "sequential from the last, error kept"}
    late = bool(names & {"loss after the update", "start recorded, one row more"})
    start = [np.array(weight, dtype=float) for weight in weights]
    now = [weight.copy() for weight in start]
    first = gradient(now) if "gradient taken once" in names else None
    velocity = [np.zeros_like(weight) for weight in now]
    losses: list[float] = []
    path: list[Array] = []
    updates = (
        1 if "one epoch alone" in names else n_ep + ("one update too many" in names) - ("one update too few" in names)
    )
    if "start recorded, one row more" in names:
        losses.append(loss(now))
        path.append(_flat(now))
    for i in range(updates):
        if not late:
            losses.append(losses[0] if "every record is the first" in names and losses else loss(now))
        if BEFORE_UPDATE in names:
            path.append(_flat(now))
        rate = lr
        for changed in rates:
            rate = changed(rate, i, n_ep)
        if sequential:
            order = range(len(now))
            for k in order if "sequential" in names else reversed(order):
                now[k] = now[k] - rate * scales[k] * gradient(now)[k]
        elif kept:
            # Each step's error comes from its start; what is read on the way back has moved already.
            order, begin = range(len(now)), list(now)
            for k in order if "sequential, error kept" in names else reversed(order):
                now[k] = now[k] - rate * scales[k] * (back(begin, now) if back else gradient(now))[k]
        elif "one sample at a time" in names:
            for each in per_sample:
                now = [weight - rate * change for weight, change in zip(now, each(now), strict=True)]
        elif "no update" not in names:
            change = first if first is not None else gradient(now)
            if "momentum" in names:
                velocity = [0.9 * old + new for old, new in zip(velocity, change, strict=True)]
                change = tuple(velocity)
            if "gradient normalised" in names:
                length = np.sqrt(sum(float(np.sum(each**2)) for each in change))
                change = tuple(each / length for each in change)
            moving = set(range(len(now)))
            if "only the first weight is updated" in names:
                moving = {0}
            if "only the last weight is updated" in names:
                moving = {len(now) - 1}
            now = [
                w - rate * scale * g if k in moving else w
                for k, (w, g, scale) in enumerate(zip(now, change, scales, strict=True))
            ]
        if late:
            losses.append(loss(now))
        if BEFORE_UPDATE not in names:
            path.append(_flat(now))
    records = np.array(losses, dtype=float)
    rows = np.array(path, dtype=float).reshape(len(path), sum(weight.size for weight in start))
    if "last record missing" in names and len(records):
        records, rows = records[:-1], rows[:-1]
    if "first record missing" in names and len(records):
        records, rows = records[1:], rows[1:]
    if "every row is the last" in names and len(rows):
        rows = np.repeat(rows[-1:], len(rows), axis=0)
    left = start if "weights not left on the object" in names else now
    arrays = {"loss_records": records, **dict(zip(assignment.weights, left, strict=True))}
    if assignment.train_returns == "path":
        arrays["weight_records"] = rows
    return arrays


def _flat(weights: Sequence[Array]) -> Array:
    return np.concatenate([np.ravel(weight) for weight in weights])
