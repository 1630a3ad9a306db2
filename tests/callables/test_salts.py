"""Questions drawn by a salt show what the usual ones show: what a fault costs is no matter of the draw."""

from __future__ import annotations

import pytest

from autograder.callables import Exam
from autograder.callables.built.gaps import _likely, _shows
from autograder.callables.faults.compiled import Changeable, quiet
from tests.judging.naming.submitted import class_name, exam_of

SALTS = ("seminar", "spring-2031")


def missed(exam: Exam, name: str) -> set[int]:
    """Which of a callable's own likely changes no question tells from the solution."""
    asked = [(each, exam.expected(each, each.scored[0])) for each in exam.nameable(name)]
    asked.sort(key=lambda pair: sum(pair[0].counts.values()))
    changeable = Changeable(exam.reference.source)
    likely = [change for change in exam.families.candidates.own(name) if _likely(change)]
    assert len(likely) > 20
    with quiet():
        return {k for k, each in enumerate(likely) if not _shows(changeable.tried(each), asked, changeable, exam)}


@pytest.mark.slow
@pytest.mark.parametrize("lesson", ["shallow_narrow", "linear_regression"])
def test_every_salt_shows_the_likely_changes_that_the_usual_questions_show(lesson: str) -> None:
    for method in ("forward", "loss", "dloss_dw", "train"):
        name = f"{class_name(lesson)}.{method}"
        usual = missed(exam_of(lesson), name)
        for salt in SALTS:
            assert missed(exam_of(lesson, salt), name) <= usual, (name, salt)


def test_a_salt_asks_the_same_sizes_with_other_numbers() -> None:
    usual, salted = exam_of("shallow_narrow"), exam_of("shallow_narrow", SALTS[0])
    assert usual.digest != salted.digest
    everyday = ([key for key in exam.questions if "/sizes " in key] for exam in (usual, salted))
    assert len({tuple(keys) for keys in everyday}) == 1
