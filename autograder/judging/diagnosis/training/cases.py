"""A question about training in numbers, with the functions that its runs are made of."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

import numpy as np

from autograder.assignments import NO_FAULTS, Array, Assignment, Faults
from autograder.core import Question
from autograder.judging.diagnosis.training.data import CHANGES
from autograder.judging.diagnosis.training.run import Functions
from autograder.judging.findings import Finding
from autograder.observe import probe


@dataclass(frozen=True)
class Asked:
    """One question about training: its findings by call and array, and what its runs are made of.

    `functions(faults, data)` are those of a run with faults in its gradient and with something done to the data first
    (a name of `train_data.CHANGES`); None where that says nothing, as with a made-up gradient.
    """

    question: Question
    findings: dict[tuple[int, str], Finding]
    functions: Callable[[Faults, str], Functions | None]
    samples: int
    elements: int

    @property
    def work(self) -> int:
        """Epochs that a run takes; a single one tells too little to come first."""
        epochs = self.question.epochs
        return epochs if epochs > 1 else 10

    @property
    def first_epochs(self) -> int | None:
        """Of a run that is too long to be made again for every fault: how many of its epochs are looked at at most."""
        size = sum(weight.size for weight in self.question.init)
        if size * self.question.epochs <= MOST_WORK:
            return None
        return max(LEAST_EPOCHS, min(MOST_EPOCHS, MOST_WORK // size))

    @property
    def plain(self) -> Functions:
        """What a right run is made of."""
        functions = self.functions(NO_FAULTS, "")
        assert functions is not None
        return functions

    def gradient(self, weights: Sequence[Array]) -> tuple[Array, ...]:
        """The right gradients."""
        return self.plain.gradient(weights)


MOST_WORK = 4_000  # epochs times weights of a run that is repeated for every fault
# Epochs of longer runs: further on, a run that is not stable makes much of little.
LEAST_EPOCHS, MOST_EPOCHS = 3, 60


def asked_in_numbers(assignment: Assignment, findings: Sequence[Finding]) -> Iterator[Asked]:
    """The questions small enough to be run again for every hypothesis, and answered in numbers."""
    return (each for each in in_numbers(assignment, findings) if each.first_epochs is None)


def in_numbers(assignment: Assignment, findings: Sequence[Finding]) -> Iterator[Asked]:
    """The questions that were answered in numbers."""
    by_question: dict[str, list[Finding]] = {}
    for each in findings:
        by_question.setdefault(each.question.id, []).append(each)
    for of_question in by_question.values():
        question = of_question[0].question
        if (
            not question.one_run
            or question.asks == "train/diverging"
            or any(each.actual is None for each in of_question)
        ):
            continue
        yield _with_functions(assignment, question, {(each.call, each.name): each for each in of_question})


def _with_functions(assignment: Assignment, question: Question, findings: dict[tuple[int, str], Finding]) -> Asked:
    x, y = question.calls[0].x, question.calls[0].y_true
    stand_in = question.stand_in
    made_up = _made_up(assignment, question) if stand_in is not None and stand_in.mode == "made up" else None

    def functions(faults: Faults, data: str) -> Functions | None:
        if made_up is not None:
            return None if faults or data else made_up
        used = CHANGES[data](x, y) if data else (x, y)
        return of_model(assignment, used[0], used[1], faults)

    return Asked(question, findings, functions, len(x), int(np.size(y)))


def of_model(assignment: Assignment, x: Array, y: Array, faults: Faults) -> Functions:
    """What runs on these data are made of, with faults in the gradient."""
    model = assignment.model
    return Functions(
        loss=lambda weights: model.loss(model.predict(weights, x, NO_FAULTS), y, NO_FAULTS),
        gradient=lambda weights: model.gradients(weights, x, y, faults),
        back=lambda forward, moved: model.gradients_on_the_way_back(forward, moved, x, y),
        part=lambda weights, first, last: model.gradients(weights, x[first:last], y[first:last], NO_FAULTS),
        samples=len(x),
    )


def _made_up(assignment: Assignment, question: Question) -> Functions:
    """The functions of a made-up run, which know nothing of samples."""
    x, y = question.calls[0].x, question.calls[0].y_true
    assert question.stand_in is not None
    made_up = probe.MadeUp(question.stand_in.to_tree(), list(assignment.weights))

    def holder(weights: Sequence[Array]) -> Any:
        return SimpleNamespace(**dict(zip(assignment.weights, weights, strict=True)))

    def gradient(weights: Sequence[Array]) -> tuple[Array, ...]:
        answer = made_up.dloss_dw(holder(weights))
        return tuple(np.asarray(each) for each in (answer if isinstance(answer, (tuple, list)) else [answer]))

    return Functions(lambda weights: float(made_up.loss(None, made_up.forward(holder(weights), x), y)), gradient)
