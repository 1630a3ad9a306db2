"""The self-checks of lessons 1 to 5 pass what is right, see what is wrong, and say it legibly."""

from __future__ import annotations

import re
import time

import pytest

from autograder.selfcheck import WIDTH, CheckFailed
from tests.corpus.bank import Case, cases
from tests.support.lessons import POINTS, Lesson

LESSONS = {
    name: Lesson(name, class_name)
    for name, class_name in {
        "shallow_narrow": "ShallowNarrow",
        "linear_regression": "LinearRegression",
        "relu_regression": "ReLURegression",
        "two_layer_relu": "TwoLayerReLU",
        "sigmoid_mlp": "SigmoidMLP",
    }.items()
}
EVERY = 6
# What nothing can tell that holds a student's code against itself: slopes that are measured fit, and minibatches that
# are larger than all batches of the check are the whole batch.
UNSEEN = ("numerical-gradient",)
BEYOND = {"train: minibatches"}

pytestmark = pytest.mark.parametrize("lesson", LESSONS.values(), ids=LESSONS)


def failures(lesson: Lesson, source: str) -> dict[str, CheckFailed]:
    """By method, what the check of the release says against a class."""
    found = {}
    for method in POINTS:
        try:
            lesson.checked(source, method)
        except CheckFailed as failure:
            found[method] = failure
    return found


def some(lesson: Lesson) -> list[Case]:
    """Every sixth program of the bank; who waits for one that never ends sees that without a check."""
    return [case for case in list(cases(lesson.name))[::EVERY] if "timed-out" not in codes(case)]


def codes(case: Case) -> set[str]:
    return {code for of in case.wrong.values() for code in of}


def test_what_is_right_passes_and_what_is_wrong_is_seen(lesson: Lesson) -> None:
    alarmed, unseen = {}, set()
    for case in some(lesson):
        found = failures(lesson, case.source)
        if not case.wrong and found:
            alarmed[case.name] = found
        if case.wrong and not found and not codes(case) <= {*UNSEEN}:
            unseen.add(case.name)
    assert alarmed == {}
    assert unseen <= BEYOND


def test_a_failure_is_told_in_few_lines_and_in_numbers_that_read_well(lesson: Lesson) -> None:
    """Within the width of nbgrader's feedback; no minus zero, no "1 times"."""
    for case in some(lesson):
        for failure in failures(lesson, case.source).values() if case.wrong else ():
            lines = str(failure).splitlines()
            assert max(map(len, lines)) <= WIDTH + 2, case.name
            assert len(lines) <= 16, case.name
            flat = re.sub(r"\s+", " ", str(failure))
            assert not re.search(r"(?<![\w.])-0(\.0*)?(?![\w.])|(?<![\w.])1 times|: -0\b", flat), flat


def test_the_reference_passes_quickly_and_reads_what_was_looked_at(lesson: Lesson) -> None:
    for method in POINTS:
        started = time.process_time()
        first, *lines = lesson.check(method).splitlines()
        assert time.process_time() - started < 0.5
        assert first == f"{lesson.class_name}.{method}: nothing wrong was found."
        assert sum(line.startswith("  [ok] ") for line in lines) >= 4
        assert max(map(len, lines)) <= WIDTH + 2
