"""The questions: seeded, discriminating, clear of kinks."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from autograder import assignments
from autograder.assignments.reference import load_reference
from autograder.core.contract import METHODS
from autograder.core.question import PUBLISHED
from autograder.questions.exam import Exam
from autograder.questions.expected import LOOSEST
from autograder.questions.situations import MARGIN
from tests.support.notebooks import LESSONS

SOLUTIONS = Path(__file__).parents[2] / "solutions"


@pytest.fixture(scope="module", params=LESSONS)
def exam(request):
    assignment = assignments.load(request.param)
    return Exam(assignment, load_reference(SOLUTIONS / f"{request.param}.py", assignment))


def test_the_same_salt_gives_the_same_questions(exam):
    again = Exam(exam.assignment, exam.reference)
    assert again.digest == exam.digest
    assert Exam(exam.assignment, exam.reference, "another").digest != exam.digest


def test_every_method_is_asked_in_many_situations(exam):
    for method in METHODS:
        assert len(exam.of(method)) >= 6
        assert any(question.plain for question in exam.of(method))


def test_one_sample_and_several_numbers_of_samples_are_asked(exam):
    for method in METHODS:
        counts = {len(question.calls[k].args[0]) for question in exam.of(method) for k in question.scored}
        assert 1 in counts
        assert len(counts) >= 3


def test_no_question_is_too_loose_to_tell_right_from_wrong(exam):
    for question in exam.questions.values():
        for call in question.scored:
            expected = exam.expected(question, call)
            for name, array in expected.arrays.items():
                largest = float(np.abs(array).max())
                assert np.all(np.isfinite(array))
                assert largest == 0.0 or float(expected.tolerance[name].max()) <= LOOSEST * largest


def test_random_inputs_keep_clear_of_the_kink(exam):
    margin = exam.assignment.margin
    if margin is None:
        pytest.skip("no kink in this model")
    near, clear = 0, 0
    for question in exam.questions.values():
        if question.situation != PUBLISHED:
            for call in question.calls:
                if call.method != "loss" and call.weights is None and not call.on:
                    distance = margin(question.init, call.args[0])
                    near, clear = near + (distance < MARGIN), clear + (distance >= MARGIN)
                    assert distance >= MARGIN or question.kink, question.id
    assert clear > near > 0, "some questions are put near the kink on purpose"


def test_training_is_asked_at_several_rates_and_lengths(exam):
    calls = [call for question in exam.of("train") for call in question.calls if call.method == "train"]
    assert {1.0, exam.assignment.rates["tiny"], exam.assignment.rates["diverging"]} <= {call.args[2] for call in calls}
    assert {1, 2} <= {call.args[3] for call in calls}
    assert max(call.args[3] for call in calls) > 10
    assert len({call.args[0].shape for call in calls if call.args[2:] == (1.0, 1)}) > 1
