"""A question about training in numbers, with the functions that its runs are made of."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from autograder.assignment import Array, Faults
from autograder.findings import Finding
from autograder.questions import Question


@dataclass(frozen=True, slots=True)
class RunFault:
    """One fault of a training run, with the arrays that it explains."""

    code: str
    of: str
    says: str
    look: str
    arrays: frozenset[str]


@dataclass(frozen=True)
class Asked:
    """One question about training: its findings by call and array, and the functions that its runs are made of.

    `back(forward, back)` are the gradients with the way back at other weights than the way forward; None where the
    gradient is a made-up one.
    """

    question: Question
    findings: dict[tuple[int, str], Finding]
    loss: Callable[[Sequence[Array]], float]
    gradient: Callable[[Sequence[Array], Faults], tuple[Array, ...]]
    back: Callable[[Sequence[Array], Sequence[Array]], tuple[Array, ...]] | None
    per_sample: tuple[Callable[[Sequence[Array]], tuple[Array, ...]], ...]
    samples: int
    elements: int

    @property
    def work(self) -> int:
        """Epochs that a run takes; a single one tells too little to come first."""
        epochs = sum(call.args[3] for call in self.question.calls)
        return epochs if epochs > 1 else 10
