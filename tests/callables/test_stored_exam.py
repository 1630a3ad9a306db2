"""An exam that was kept is the one that was drawn, to the bit."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from autograder.callables import Exam, Reference
from autograder.callables.asked import stored
from autograder.callables.asked.question import CallsQuestion
from autograder.callables.judged.findings import find
from autograder.core import CallAnswer, Course
from autograder.grading.examination import exam_of
from autograder.notebooks import Release
from autograder.observe import probe
from tests.callables.test_neighbours import NET

REPOSITORY = Path(__file__).parents[2]


class Store:
    """Bytes by name; which of them had to be made."""

    def __init__(self) -> None:
        self.kept: dict[str, bytes] = {}
        self.made: list[str] = []

    def get(self, name: str, make: Callable[[], bytes]) -> bytes:
        if name not in self.kept:
            self.made.append(name)
            self.kept[name] = make()
        return self.kept[name]


def every(exam: Exam) -> list[CallsQuestion]:
    """All questions of an exam, by whichever route."""
    routes = [q for name in exam.asked for q in (*exam.repeated.standing(name), *exam.repeated.given(name))]
    steps = [q for several in exam.steps.values() for each in several for q in (*each.first, *each.others)]
    return [*exam.questions.values(), *routes, *steps]


def exam_of_it(of: str, store: Store | None) -> Exam:
    """A fresh exam of two methods of a net, or of a lesson."""
    if of == "a net":
        return Exam(Reference("it", *NET), ("Net.forward", "Net.gradients", "Net.train"), "", store)
    course = Course.find(REPOSITORY)
    exam = exam_of(course, of, Release(course.release_notebook(of)), "")
    return Exam(exam.reference, exam.asked, "", store)


@pytest.mark.slow
@pytest.mark.parametrize("of", ["a net", "shallow_narrow", "conv_digits"])
def test_what_is_kept_is_what_was_drawn(of: str) -> None:
    store = Store()
    drawn, first, second = exam_of_it(of, None), exam_of_it(of, store), exam_of_it(of, store)
    questions, made = every(drawn), every(first)
    count = len(store.made)
    kept = every(second)
    assert count >= 3
    assert len(store.made) == count
    assert second.left_out == first.left_out == drawn.left_out
    assert second.digest == first.digest == drawn.digest
    for one, *others in zip(questions, made, kept, strict=True):
        for other in others:
            assert probe.pack(one.to_tree()) == probe.pack(other.to_tree())
            assert (one.situation, one.counts, one.plain, one.late, one.scored) == (
                other.situation, other.counts, other.plain, other.late, other.scored)  # fmt: skip
            assert (one.asks, one.scores, one.others, one.method) == (
                other.asks,
                other.scores,
                other.others,
                other.method,
            )
    for question in drawn.questions.values():
        for call in question.scored if question.scores else ():
            right, again = drawn.expected(question, call), second.expected(second.questions[question.id], call)
            assert list(right.arrays) == list(again.arrays)
            assert all(np.array_equal(right.arrays[name], again.arrays[name], equal_nan=True) for name in right.arrays)
            assert all(np.array_equal(right.tolerance[name], again.tolerance[name]) for name in right.arrays)
            assert (right.unsettled, right.others, right.tied, right.absent, right.vanishing) == (
                again.unsettled, again.others, again.tied, again.absent, again.vanishing)  # fmt: skip


def test_no_answer_is_held_against_a_kept_exam_as_against_any() -> None:
    store = Store()
    names = ("Net.loss",)
    for exam in (Exam(Reference("it", *NET), names, "", store) for _ in range(2)):
        question = next(iter(exam.questions.values()))
        assert not any(each.right for each in find(exam, [question], {question.id: (CallAnswer("died"),)}))


def test_what_no_message_holds_is_taken_as_it_was_made() -> None:
    store = Store()
    made = stored.Drawn({}, {}, {"left out": object()})  # type: ignore[dict-item]
    assert stored.drawn(store, "drawn", lambda: made) is made
    assert store.kept == {}
