"""Proof that a gradient was found by numbers, as a difference of losses or with the complex step.

Context: such a gradient is right, and often to many digits. An accusation that is not true is worse than one that is
not made. Choice: two proofs, each of which no derivative gives, in whatever algebra, precision or style. A difference
grows rougher from rung to rung of a ladder (`questions.steps`) on which a derivative stays as smooth as it was; how
rough an answer is, is told by the answers alone, two next to one another, so that clipped, rounded or wrong gradients
are not concerned. Where every second rung is answered as the reference does, no ladder is rough, and the rest is not
asked. The complex step computes the loss with a tiny imaginary part that is the gradient. What a gradient
calls, builds, moves or is named like proves nothing. Cost: a difference of predictions with a step relative to the
weight is as exact as a derivative, and passes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

import numpy as np

from autograder.assignments import NO_FAULTS, Array, Assignment
from autograder.core import CallAnswer, Question
from autograder.judging.diagnosis.complex_step import SAME, carries, total_losses
from autograder.judging.evidence import Evidence
from autograder.judging.routes import AS_IT_STANDS
from autograder.observe import arrays_of, weights_left
from autograder.questions import (
    LADDERS,
    LISTENED,
    RUNGS,
    Exam,
    apart,
    has_its_digits,
    loses_its_digits,
    next_to,
    screen,
)

NEAR = 1e-2  # how near to the right one a gradient that was found by numbers is in everyday questions
UNMOVED = 1e-6  # a weight that was moved and put back is off by rounding
STEP = 1e-4  # of our own difference of losses along a prediction's imaginary part
Answered = Callable[[Question], dict[str, Array]]  # the gradients that came, by name
PROOFS = {
    "targets": "As the targets grow, it loses its digits one after the other, as a difference of losses does.",
    "last weights": "As the last weights grow, it loses its digits one after the other, as a difference does.",
    LISTENED: "While it ran, the loss was computed with a tiny imaginary part, which is the gradient (complex step).",
}


def found_by_numbers(evidence: Evidence) -> str:
    """The proof in a sentence, empty where there is none."""
    if not _near_the_right_one(evidence):
        return ""
    exam = evidence.exam
    ladder = ladder_that_shows(exam.assignment, exam.steps, lambda question: _answered(evidence, question))
    if ladder:
        return PROOFS[ladder]
    return PROOFS[LISTENED] if _complex_step(evidence) else ""


def ladder_that_shows(assignment: Assignment, steps: Sequence[Question], answered: Answered) -> str:
    """The ladder on which the answers grow rougher from rung to rung, as those of a difference do; "" for none."""
    by_id = {question.id: question for question in steps}
    for ladder in LADDERS:
        if any(loses_its_digits(each) for each in _roughness(assignment, by_id, answered, ladder)):
            return ladder
    return ""


def step_questions_for(evidence: Evidence) -> tuple[Question, ...]:
    """The next questions that tell a derivative from a difference, where one may have been taken; none elsewhere.

    A few at first; all others where these leave it open.
    """
    if not _near_the_right_one(evidence) or evidence.hangs("dloss_dw"):
        return ()
    answers, first = evidence.observation.answers, screen(evidence.exam.steps)
    if not any(question.id in answers for question in first):
        return first
    others = tuple(question for question in evidence.exam.steps if not any(question is each for each in first))
    if any(question.id in answers for question in others):
        return ()
    return () if has_all_digits(evidence.exam, first, lambda question: _answered(evidence, question)) else others


def has_all_digits(exam: Exam, questions: Sequence[Question], answered: Answered) -> bool:
    """Whether the gradients answered are the reference's, to more digits than a difference has that shows."""
    for question in questions:
        if question.id == LISTENED:
            continue
        gradients = answered(question)
        rights = exam.expected(question, 0).arrays
        if not all(has_its_digits(gradients.get(name), right) for name, right in rights.items()):
            return False
    return True


def _near_the_right_one(evidence: Evidence) -> bool:
    """Whether dloss_dw is right in everyday questions, as far as differences are; or may be but for its collaborators,
    which are not."""
    everyday = [each for each in evidence.routes["dloss_dw"][AS_IT_STANDS] if each.question.plain]
    if not everyday or any(each.difference is None for each in everyday):
        return False
    alone = evidence.right("forward") and evidence.right("loss")
    return not alone or all(each.difference is not None and each.difference.error < NEAR for each in everyday)


def _roughness(
    assignment: Assignment, steps: Mapping[str, Question], answered: Answered, ladder: str
) -> Iterator[list[float]]:
    """Per gradient, how far the answers on each rung are from the first one, relative to the largest."""
    rungs: list[list[dict[str, Array]]] = []
    for rung in range(len(RUNGS)):
        there = [answered(steps[name]) for name in next_to(ladder, rung) if name in steps]
        rungs.append([each for each in there if each])
    for name in assignment.gradients:
        yield [apart([each[name] for each in there if name in each]) for there in rungs]


def _answered(evidence: Evidence, question: Question) -> dict[str, Array]:
    """The gradients that were answered, by name; none where the weights did not stay what they were."""
    answers = evidence.observation.answers.get(question.id, ())
    if not answers or answers[0].outcome != "returned" or not _left_alone(evidence, question, answers[0]):
        return {}
    return arrays_of(evidence.exam.assignment, question, 0, answers[0])[0]


def _left_alone(evidence: Evidence, question: Question, answer: CallAnswer) -> bool:
    left = weights_left(evidence.exam.assignment, question, answer).values()
    return all(
        now is not None and now.shape == was.shape and bool(np.all(np.abs(now - was) <= UNMOVED * (1.0 + np.abs(was))))
        for now, was in zip(left, question.init, strict=True)
    )


def _complex_step(evidence: Evidence) -> bool:
    """Whether the loss came about with an imaginary part that is the same tiny step times each number answered."""
    question = next((each for each in evidence.exam.steps if each.id == LISTENED), None)
    if question is None:
        return False
    answers = _answered(evidence, question)
    numbers = [np.ravel(answers[name]) for name in evidence.exam.assignment.gradients if name in answers]
    return bool(numbers) and carries(np.concatenate(numbers), list(_losses(evidence, question)))


def _losses(evidence: Evidence, question: Question) -> Iterator[tuple[float, float]]:
    """Complex numbers seen whose real part is the loss: themselves, sums, means, or the losses of predictions."""
    model, (x, y) = evidence.exam.assignment.model, question.calls[0].args
    prediction = np.asarray(model.predict(question.init, x, NO_FAULTS), dtype=float)
    loss = model.loss(prediction, y, NO_FAULTS)
    for real, imaginary in evidence.observation.answers[question.id][0].complexes:
        yield from total_losses(real, imaginary, loss, {len(y)})
        size = float(np.abs(imaginary).max())
        if real.size == prediction.size and size > 0.0 and np.allclose(real.ravel(), prediction.ravel(), rtol=SAME):
            along = (imaginary / size).reshape(prediction.shape)
            ends = [model.loss(prediction + far * along, y, NO_FAULTS) for far in (STEP, -STEP)]
            yield loss, size * (ends[0] - ends[1]) / (2.0 * STEP)
