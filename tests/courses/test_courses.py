"""Ten assignments as courses word them: what is right earns all, what is wrong costs its own callable."""

from __future__ import annotations

import pytest

from tests.courses.cases import Course, courses
from tests.courses.judged import exam_of, judged

QUICK = "momentum"  # the one that is judged whole each time


@pytest.mark.parametrize("course", courses(), ids=lambda course: course.name)
def test_it_is_declared_in_a_few_lines_and_can_be_asked(course: Course) -> None:
    """At most 25 lines; everyday questions all fit to be asked, or building it would fail."""
    assert len(course.declaration.strip().split("\n")) <= 25
    assert exam_of(course).questions
    assert len(course.right) >= 4
    assert len(course.wrong) >= 12


@pytest.mark.parametrize(
    "course",
    [pytest.param(each, id=each.name, marks=[] if each.name == QUICK else [pytest.mark.slow]) for each in courses()],
)
def test_right_variants_earn_all_and_wrong_ones_cost_their_own_callable(course: Course) -> None:
    found = judged(course)
    assert (found.hurt, found.missed, found.elsewhere) == ([], [], [])
