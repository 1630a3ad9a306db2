"""What one callable answered, beside what is right: where the two differ, and whether that proves anything."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from autograder.callables.faults.generic import Sizes
from autograder.core import same_as

Array = np.ndarray
FEW = 6  # wrong labels and counts, as many as prove something
Answers = Mapping[str, Mapping[str, Array]]  # by question and result
Same = Callable[[str, str, Array, Array], bool]  # question, result, what came, what is right


@dataclass(frozen=True, slots=True)
class Case:
    """One callable's answers, as float arrays by question and result; `wrong` are the results that differ anywhere.

    `sizes` are the declared sizes of each question by their names.
    """

    questions: Sequence[str]
    answers: Mapping[str, dict[str, Array]]
    expected: Mapping[str, dict[str, Array]]
    same: Same
    sizes: Mapping[str, Sizes]
    wrong: tuple[str, ...]

    def right(self, name: str, question: str, array: Array | None) -> bool:
        """Whether an answer to a question is what came; for a result that is right everywhere, what is right."""
        if array is None or name not in self.answers[question]:
            return False
        if name in self.wrong:
            return same_as(array, self.answers[question][name])
        return self.same(question, name, array, self.expected[question][name])

    @property
    def even(self) -> bool:
        """Whether every wrong result is there in all questions; lists may be longer in some."""
        return all(name in self.expected[question] for name in self.wrong for question in self.questions)

    @property
    def proves(self) -> bool:
        """Whether finite wrong arrays are there for three questions, or for two of different sizes."""
        if self._labels_alone:
            return False
        wrong = [question for question in self.questions if self.differs_in(question)]
        sizes, every = ({self._size(question) for question in of} for of in (wrong, self.questions))
        return len(wrong) > 2 or (len(wrong) > 1 and len(sizes) >= min(2, len(every)))

    @property
    def differs(self) -> bool:
        """Whether some question has a finite wrong array."""
        return any(self.differs_in(question) for question in self.questions)

    def alone(self, name: str) -> Case:
        """The case of one wrong result, as if no other were asked."""
        expected = {question: {name: self.expected[question][name]} for question in self.questions}
        return replace(self, expected=expected, wrong=(name,))

    def differs_in(self, question: str) -> bool:
        """Whether a question has a finite wrong array."""
        answers, expected = self.answers[question], self.expected[question]
        return any(
            np.isfinite(answers[name]).any() and not same_as(answers[name], expected[name])
            for name in self.wrong
            if name in expected
        )

    def two_sided(self, name: str) -> bool:
        """Whether a result is made of zeros, ones and signs alone: much else gives the same of these as long as it need
        not give what they come from."""
        return all(np.isin(each, (-1.0, 0.0, 1.0)).all() for each in self.of(name)[1])

    def of(self, name: str) -> tuple[list[Array], list[Array]]:
        """What came and what is right of one result, question by question."""
        return [self.answers[q][name] for q in self.questions], [self.expected[q][name] for q in self.questions]

    def sizes_asked(self) -> list[Sizes]:
        """The declared sizes, question by question."""
        return [self.sizes.get(question, {}) for question in self.questions]

    def looked_up(self, question: str) -> list[tuple[str, Array]]:
        """What a change must answer to a question, result by result: what came, and what is right of the others."""
        expected, answers = self.expected[question], self.answers[question]
        return [(name, (answers if name in self.wrong else expected)[name]) for name in expected]

    @property
    def _labels_alone(self) -> bool:
        """Whether only whole numbers are wrong, and few of them: so little many a change gives by chance."""
        pairs = [
            (self.answers[question][name], self.expected[question][name])
            for name in self.wrong
            for question in self.questions
            if name in self.expected[question]
        ]
        if not all(np.array_equal(each, np.round(each)) for pair in pairs for each in pair):
            return False
        apart = [came != right if came.shape == right.shape else np.ones(came.size) for came, right in pairs]
        return sum(int(np.sum(each)) for each in apart) < FEW

    def _size(self, question: str) -> object:
        sizes = self.sizes.get(question)
        if sizes:
            return tuple(sorted(sizes.items()))
        return tuple(array.shape for array in self.expected[question].values())


def case_of(
    questions: Sequence[str], answers: Answers, expected: Answers, same: Same, sizes: Mapping[str, Sizes]
) -> Case | None:
    """The case of these answers; None where a result is missing that is asked for."""
    came = {question: numbers(answers.get(question, {})) for question in questions}
    asked = {question: numbers(expected[question]) for question in questions}
    if not questions or any(not came[question].keys() >= asked[question].keys() for question in questions):
        return None
    names = dict.fromkeys(name for question in questions for name in asked[question])
    wrong = tuple(
        name
        for name in names
        if any(not same(q, name, came[q][name], asked[q][name]) for q in questions if name in asked[q])
    )
    return Case(questions, came, asked, same, sizes, wrong)


def numbers(answer: Mapping[str, Array]) -> dict[str, Array]:
    """The results that are real numbers, as floats."""
    kept = {}
    for name, value in answer.items():
        try:
            kept[name] = np.asarray(value, dtype=np.float64)
        except (TypeError, ValueError):
            continue
    return kept
