"""A question about training in numbers, with the functions that its runs are made of."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from autograder.assignments import NO_FAULTS, Array, Faults
from autograder.core import Question
from autograder.judging.diagnosis.training.run import Functions
from autograder.judging.findings import Finding


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
        epochs = sum(call.args[3] for call in self.question.calls)
        return epochs if epochs > 1 else 10

    @property
    def plain(self) -> Functions:
        """What a right run is made of."""
        functions = self.functions(NO_FAULTS, "")
        assert functions is not None
        return functions

    def gradient(self, weights: Sequence[Array]) -> tuple[Array, ...]:
        """The right gradients."""
        return self.plain.gradient(weights)
