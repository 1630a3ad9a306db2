"""A training run in plain NumPy, with faults of the loop or without: what it records, what it leaves behind."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np

from autograder.assignments import Array, Assignment
from autograder.judging.diagnosis.training.faults import LoopFault

Gradient = Callable[[Sequence[Array]], tuple[Array, ...]]
Loss = Callable[[Sequence[Array]], float]


@dataclass(frozen=True)
class Functions:
    """What a run is made of, at given data.

    `part(weights, first, last)` are the gradients of some samples, of which there are `samples`; `back(forward, back)`
    are the gradients with the way back at other weights than the way forward. None where there are no such.
    """

    loss: Loss
    gradient: Gradient
    back: Callable[[Sequence[Array], Sequence[Array]], tuple[Array, ...]] | None = None
    part: Callable[[Sequence[Array], int, int], tuple[Array, ...]] | None = None
    samples: int = 0


@dataclass
class _Run:
    """Where a run stands."""

    functions: Functions
    faults: Sequence[LoopFault]
    scales: Sequence[float]
    now: list[Array]
    once: tuple[Array, ...] | None = None
    memory: dict[str, list[Array]] = field(default_factory=dict)
    losses: list[float] = field(default_factory=list)
    path: list[Array] = field(default_factory=list)

    def rate(self, lr: float, epoch: int, n_ep: int) -> float:
        for fault in self.faults:
            lr = fault.rate(lr, epoch, n_ep) if fault.rate is not None else lr
        return lr

    def update(self, rate: float, epoch: int) -> None:
        """One epoch's update; where several faults say how, the first of them does."""
        order = next((fault for fault in self.faults if fault.order), None)
        batch = max((fault.batch for fault in self.faults), default=0)
        if order is not None:
            self._one_by_one(order, rate)
        elif batch and self.functions.part is not None:
            for first in range(0, self.functions.samples, batch):
                self._move(rate, self.functions.part(self.now, first, first + batch), epoch)
        elif all(fault.moves != "none" for fault in self.faults):
            self._move(rate, self.once if self.once is not None else self.functions.gradient(self.now), epoch)

    def _one_by_one(self, fault: LoopFault, rate: float) -> None:
        """Each step's error comes from its start where it is kept; what is read on the way back has moved already."""
        places = range(len(self.now)) if fault.order == "first" else reversed(range(len(self.now)))
        begin, back = list(self.now), self.functions.back
        for k in places:
            change = back(begin, self.now) if fault.keeps_error and back else self.functions.gradient(self.now)
            self.now[k] = self.now[k] - rate * self.scales[k] * change[k]

    def _move(self, rate: float, change: Sequence[Array], epoch: int) -> None:
        for fault in self.faults:
            if fault.step is not None:
                self.now = fault.step(self.now, list(change), rate, epoch, self.memory)
                return
        moving = {*range(len(self.now))}
        for fault in self.faults:
            moving &= {"first": {0}, "last": {len(self.now) - 1}}.get(fault.moves, moving)
        self.now = [
            w - rate * scale * g if k in moving else w
            for k, (w, g, scale) in enumerate(zip(self.now, change, self.scales, strict=True))
        ]


def run(
    assignment: Assignment,
    weights: Sequence[Array],
    settings: tuple[float, int],
    functions: Functions,
    faults: Sequence[LoopFault] = (),
    scales: Sequence[float] = (),
    first_epochs: int | None = None,
) -> dict[str, Array]:
    """Gradient descent with lr and n_ep as in `settings`: by name, the records and the weights left on the object.

    `scales` multiply each weight's step. No more than `first_epochs` updates are made.
    """
    lr, n_ep = settings
    start = [np.array(weight, dtype=float) for weight in weights]
    each = _Run(functions, faults, scales or [1.0] * len(start), list(start))
    if any(fault.gradient_once for fault in faults):
        each.once = functions.gradient(start)
    late = any(fault.records_at == "after" for fault in faults)
    first = any(fault.records_at == "first" for fault in faults)
    early_rows = any(fault.path_at == "before" for fault in faults)
    limits = [fault.most_updates for fault in faults if fault.most_updates is not None]
    updates = min([n_ep + sum(fault.extra_updates for fault in faults), *limits])
    updates = updates if first_epochs is None else min(updates, first_epochs)
    if any(fault.start_recorded for fault in faults):
        each.losses.append(functions.loss(start))
        each.path.append(_flat(start))
    for epoch in range(updates):
        if not late:
            each.losses.append(each.losses[0] if first and each.losses else functions.loss(each.now))
        if early_rows:
            each.path.append(_flat(each.now))
        each.update(each.rate(lr, epoch, n_ep), epoch)
        if late:
            each.losses.append(functions.loss(each.now))
        if not early_rows:
            each.path.append(_flat(each.now))
    return _arrays(assignment, each, start)


def _arrays(assignment: Assignment, each: _Run, start: Sequence[Array]) -> dict[str, Array]:
    """What came of a run, by name, with what its faults do to the finished records."""
    records = np.array(each.losses, dtype=float)
    rows = np.array(each.path, dtype=float).reshape(len(each.path), sum(weight.size for weight in start))
    for fault in each.faults:
        if fault.fills == "last":
            records, rows = records[:-1], rows[:-1]
        if fault.fills == "first":
            records, rows = records[1:], rows[1:]
        if fault.path_at == "last" and len(rows):
            rows = np.repeat(rows[-1:], len(rows), axis=0)
    left = each.now if all(fault.left for fault in each.faults) else start
    arrays = {"loss_records": records, **dict(zip(assignment.weights, left, strict=True))}
    if assignment.train_returns == "path":
        arrays["weight_records"] = rows
    return arrays


def _flat(weights: Sequence[Array]) -> Array:
    return np.concatenate([np.ravel(weight) for weight in weights])
