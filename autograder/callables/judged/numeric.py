"""Proof that slopes were found by numbers: on the ladders of their answers, or by the complex step.

What a callable calls, builds or moves proves nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from autograder.callables.asked.ladders import Ladder, Steps
from autograder.callables.asked.question import CallsQuestion
from autograder.callables.asked.roughness import apart, has_its_digits, loses_its_digits
from autograder.callables.declared.reference import Reference
from autograder.callables.judged.complex_step import carries, moves_what_leads_to_it, total_losses
from autograder.callables.judged.findings import Finding
from autograder.core import CallAnswer
from autograder.observe import arrays_in

Array = np.ndarray
NEAR = 1e-2  # how near to the right one a slope that was found by numbers is in everyday questions
COMPLEX = "While it ran, the number was computed with a tiny imaginary part, which is the slope (complex step)."
ON_THE_WAY = (
    "While it ran, a value on the way was computed with a tiny imaginary part, which is its slope (complex step)."
)
UNMOVED = 1e-6  # a weight that was moved and put back is off by rounding


@dataclass(frozen=True)
class Answered:
    """What a submission answered to the steps of one slope."""

    reference: Reference
    steps: Steps
    answers: Mapping[str, tuple[CallAnswer, ...]]

    def waiting(self) -> tuple[CallsQuestion, ...]:
        """The next questions that tell a derivative from a difference: a few at first, all others where these leave
        it open."""
        if not any(question.id in self.answers for question in self.steps.first):
            return self.steps.first
        if self._has_all_digits() or any(question.id in self.answers for question in self.steps.others):
            return ()
        return self.steps.others

    def proof(self) -> str:
        """What shows that a number trick gave the slopes, in a sentence; empty where nothing does."""
        if not all(self._left_alone(key, right) for key, right in self.steps.rights.items()):
            return ""
        for ladder in self.steps.ladders:
            for name in self.steps.by:
                if loses_its_digits(self._rough(ladder, name)):
                    return (
                        f"As {ladder.label} grows, {name} loses its digits one after the other, as a difference does."
                    )
        if self._complex_step():
            return COMPLEX
        return ON_THE_WAY if self._complex_on_the_way() else ""

    def _arrays(self, question: str) -> dict[str, Array]:
        answers = self.answers.get(question, ())
        if not answers or answers[-1].outcome != "returned":
            return {}
        return arrays_in(self.reference.signature(self.steps.callable).results, answers[-1].parts)

    def _rough(self, ladder: Ladder, name: str) -> list[float]:
        """How rough a slope is on each rung."""
        rough = []
        for rung in ladder.rungs:
            arrays = [self._arrays(question.id) for question in rung]
            rough.append(apart([each[name] for each in arrays if name in each]))
        return rough

    def _has_all_digits(self) -> bool:
        return all(
            has_its_digits(arrays.get(name), right[name])
            for key, right in self.steps.rights.items()
            for arrays in (self._arrays(key),)
            for name in self.steps.by
        )

    def _left_alone(self, key: str, right: Mapping[str, Array]) -> bool:
        """Whether the object's state is afterwards what the reference leaves, as far as it is told."""
        arrays = self._arrays(key)
        of_state = {*self.reference.declaration.state} - {*self.reference.signature(self.steps.callable).results}
        state = [name for name in right if name.partition(".")[0] in of_state and name in arrays]
        return all(
            arrays[name].shape == right[name].shape
            and bool(np.all(np.abs(arrays[name] - right[name]) <= UNMOVED * (1.0 + np.abs(right[name]))))
            for name in state
        )

    def _complex_step(self) -> bool:
        """Whether the number came about with an imaginary part that is a tiny step times each slope answered."""
        key = self.steps.listened.question.id
        arrays = self._arrays(key)
        slopes = [np.ravel(arrays[name]) for name in self.steps.by if name in arrays]
        if not slopes:
            return False
        return carries(np.concatenate(slopes), list(self._numbers(key)))

    def _complex_on_the_way(self) -> bool:
        """The same of what leads to the number, a prediction say."""
        listened = self.steps.listened
        answers = self.answers.get(listened.question.id, ())
        if not answers or answers[-1].outcome != "returned":
            return False
        return moves_what_leads_to_it(self.reference, listened, answers[-1].complexes)

    def _numbers(self, key: str) -> Iterator[tuple[float, float]]:
        counts = {*self.steps.listened.question.counts.values()}
        for real, imaginary in self.answers[key][-1].complexes:
            yield from total_losses(real, imaginary, self.steps.listened.number, counts)


def near_the_right_one(steps: Steps, findings: Sequence[Finding], alone: bool) -> bool:
    """Whether the slopes are right in everyday questions, as far as differences are; or may be but for those that the
    callable leans on, where not it `alone` may be wrong."""
    everyday = [each for each in findings if each.question.plain and each.name in steps.by]
    if not everyday or any(each.difference is None for each in everyday):
        return False
    return not alone or all(each.difference is not None and each.difference.error < NEAR for each in everyday)
