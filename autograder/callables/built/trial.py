"""A TRUSTED namespace graded in this process: the solution itself, alternatives, and changes of it. No sandbox."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from autograder.callables.asked.exam import Exam
from autograder.callables.asked.question import CallsQuestion
from autograder.callables.judged.evidence import Evidence
from autograder.core import CallAnswer, Observation
from autograder.judging import Rubric
from autograder.notebooks import Cell, Submission
from autograder.observe import Asked, ask_trusted

Fresh = Callable[[], dict[str, Any]]  # a namespace in which nothing was called yet


def tried(
    exam: Exam, points: Mapping[str, float], rubric: Rubric, fresh: Fresh, name: str = "a trial", source: str = ""
) -> Evidence:
    """The evidence on a trusted namespace, by all the routes that a submission's would be judged by; `source` is what
    gives it."""
    submission = Submission(name, None, exam.reference.name, (Cell(0, source),) if source else ())
    questions = tuple(exam.questions.values())
    evidence = Evidence(exam, submission, observed(questions, fresh()), points, tuple(points), rubric)
    while further := evidence.follow_ups():
        evidence = evidence.with_more(observed(further, fresh()))
    return evidence


def observed(questions: Sequence[CallsQuestion], namespace: dict[str, Any]) -> Observation:
    """What a trusted namespace answers, as an observation."""
    asked = Asked({})
    answers: dict[str, tuple[CallAnswer, ...]] = {}
    for question in questions:
        with np.errstate(all="ignore"):
            replies = ask_trusted(namespace, question.to_tree())
        steps = zip(replies, question.calls, strict=False)
        answers[question.id] = tuple(asked.answer(reply, question, step) for reply, step in steps)
    return Observation(answers)
