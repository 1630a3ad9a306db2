"""The questions of an assignment: seeded situations, method by method, for every submission and the reference alike."""

from __future__ import annotations

import zlib
from collections.abc import Iterator

import numpy as np

from autograder.assignments import Assignment
from autograder.core import AFTER_TRAINING, LABELS, PUBLISHED, Question
from autograder.questions.loss_drafts import of_loss
from autograder.questions.method_drafts import of_method
from autograder.questions.situations import MARGIN, Draft
from autograder.questions.training_drafts import of_train

ATTEMPTS = 500


def drafts(assignment: Assignment) -> Iterator[tuple[str, Draft]]:
    """Question ids, each with a function that draws the question; a draw that turns out badly is repeated."""
    last = []
    for method in LABELS:
        for name, draft in _METHODS[method](assignment):
            if name == AFTER_TRAINING:  # when the methods were called by hundreds: some go wrong only then
                last.append((f"{method}/{name}", draft))
            else:
                yield f"{method}/{name}", draft
    yield from last


def generator(seed_text: str, attempt: int) -> np.random.Generator:
    """The random numbers of one question; the text names the salt and the question."""
    return np.random.default_rng([zlib.crc32(seed_text.encode()), attempt])


def near_kink(assignment: Assignment, question: Question) -> bool:
    """Whether any input of the question lies within MARGIN of a kink at the weights that its object was given."""
    if assignment.margin is None or question.situation == PUBLISHED or question.kink:
        return False
    return any(
        assignment.margin(question.weights_at(k), call.x) < MARGIN
        for k, call in enumerate(question.calls)
        if call.method != "loss"
    )


_METHODS = {
    "forward": of_method("forward"),
    "loss": of_loss,
    "dloss_dw": of_method("dloss_dw"),
    "train": of_train,
}
