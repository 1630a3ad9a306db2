"""Everyday runs show what everybody must get right, and no rare situation."""

from __future__ import annotations

import numpy as np
import pytest

from autograder.questions import Exam
from autograder.questions.exam import STILL
from tests.judging.naming.trusted import exam_of


@pytest.mark.parametrize("salt", ["", "spring-2031", "s2"])
@pytest.mark.parametrize("lesson", ["shallow_narrow", "linear_regression"])
def test_their_losses_never_stand_still(lesson: str, salt: str) -> None:
    """Who stops at a small change of the loss stops where that is asked on purpose."""
    usual = exam_of(lesson)
    exam = Exam(usual.assignment, usual.reference, salt)
    for question in exam.of("train"):
        if question.plain:
            losses = exam.expected(question, 0).arrays["loss_records"]
            assert np.all(np.abs(np.diff(losses)) >= STILL * losses.max())
