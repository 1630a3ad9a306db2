"""The questions of a salt tell the known faults from right methods, or are drawn again."""

from __future__ import annotations

import numpy as np
import pytest

from autograder.judging import salts
from autograder.judging.salts import DRAWS, UnprovedQuestions, Variant, proved_exam, shows, variants
from autograder.questions import Exam
from tests.judging.naming.trusted import exam_of


def test_every_known_fault_is_shown_by_the_usual_questions():
    exam = exam_of("shallow_narrow")
    assert [each.name for each in variants(exam.assignment) if not shows(exam, each)] == []


def shown_by(exam: Exam, wanted: int) -> bool:
    """Whether the first weight of the first question about forward has an even or odd last digit, as `wanted`."""
    return int(abs(float(exam.of("forward")[0].init[0])) * 1e6) % 2 == wanted


def test_questions_that_let_a_fault_pass_are_drawn_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of one method only, and as often as it takes."""
    usual = exam_of("shallow_narrow")
    salted = Exam(usual.assignment, usual.reference, "a salt")
    even = int(shown_by(salted, 1))  # a fault that the first draw of this salt does not show
    fault = Variant("by chance", "forward", lambda question, call: {})
    monkeypatch.setattr(salts, "variants", lambda assignment: iter((fault,)))
    monkeypatch.setattr(salts, "shows", lambda exam, variant: not exam.salt or shown_by(exam, 1 - even))
    proved = proved_exam(usual.assignment, usual.reference, "a salt")
    assert proved.draws["forward"] >= 1
    assert shown_by(proved, 1 - even)
    assert np.array_equal(proved.of("loss")[0].init, salted.of("loss")[0].init)
    again = proved_exam(usual.assignment, usual.reference, "a salt")
    assert again.digest == proved.digest


def test_a_salt_that_shows_less_than_the_usual_questions_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    usual = exam_of("shallow_narrow")
    fault = next(iter(variants(usual.assignment)))
    monkeypatch.setattr(salts, "variants", lambda assignment: iter((fault,)))
    asked: list[int] = []

    def never(exam: Exam, variant: Variant) -> bool:
        asked.append(sum(exam.draws.values()))
        return not exam.salt

    monkeypatch.setattr(salts, "shows", never)
    with pytest.raises(UnprovedQuestions, match=r"with the salt 'bad' .* choose another salt"):
        proved_exam(usual.assignment, usual.reference, "bad")
    assert max(asked) == DRAWS - 1
