"""The judge's four figures, on submissions as students write them."""

from __future__ import annotations

from pathlib import Path

import pytest

from autograder.core.course import Course
from tests.corpus.bank import Case, cases
from tests.corpus.networks import LESSONS
from tests.support.trial import Trial

REPOSITORY = Path(__file__).parents[2]
NAMED = 0.98
SALTS = ("", "seminar", "spring-2031")  # each asks other numbers
QUICK = ("shallow_narrow", "two_layer_relu")


def _figures(assignment: str, chosen: list[Case], salt: str) -> tuple[list[str], list[str], list[str], list[str], int]:
    """Right ones hurt, wrong methods kept, right methods hurt beside wrong ones, wrong methods without their name."""
    hurt, kept, unfair, unnamed, wrong = [], [], [], [], 0
    with Trial(Course.find(REPOSITORY), assignment, salt) as trial:
        reports = trial.grade([each.source for each in chosen])
    for case, report in zip(chosen, reports, strict=True):
        assert report.verdict == "graded", case.name
        assert not any("the grader failed" in check.rationale for check in report.checks), case.name
        for method, points in report.methods.items():
            full = points["score"] >= points["max_score"] - 1e-9
            codes = {found.code for check in report.checks if check.method == method for found in check.diagnoses}
            if method in case.wrong:
                wrong += 1
                if full:
                    kept.append(f"{case.name}: {method}")
                elif "*" not in case.wrong[method] and not codes & _accepted(case, method):
                    unnamed.append(f"{case.name}: {method} is {case.wrong[method]}, named {sorted(codes)}")
            elif not full:
                (unfair if case.wrong else hurt).append(f"{case.name}: {method} {sorted(codes)}")
    return hurt, kept, unfair, unnamed, wrong


def _accepted(case: Case, method: str) -> set[str]:
    """The codes of which one must be named, with those that came to be after the bank was written."""
    codes = set(case.wrong[method])
    if "different" in codes:
        codes |= {"other-optimiser", "early-stop"}
    if "sum-for-mean" in codes and case.assignment in ("linear_regression", "relu_regression", "two_layer_relu"):
        codes.add("factor")  # N times too large is no sum for a mean where the sum is asked
    return codes


def _assert_figures(assignment: str, chosen: list[Case], salt: str = "") -> None:
    hurt, kept, unfair, unnamed, wrong = _figures(assignment, chosen, salt)
    print(f"\n{assignment} {salt}: {len(chosen)} submissions, {wrong} wrong methods, {len(unnamed)} without their name")
    print("\n".join(unnamed))
    assert hurt == []
    assert kept == []
    assert unfair == []
    assert len(unnamed) <= (1.0 - NAMED) * wrong, unnamed


@pytest.mark.parametrize("assignment", QUICK)
def test_a_part_of_the_bank(assignment):
    chosen = [case for case in cases(assignment) if "timed-out" not in str(case.wrong) and "timeout" not in case.name]
    _assert_figures(assignment, chosen[::17])


@pytest.mark.slow
@pytest.mark.parametrize("assignment", LESSONS)
def test_a_third_of_the_bank(assignment):
    _assert_figures(assignment, list(cases(assignment))[::3])


@pytest.mark.proof
@pytest.mark.parametrize("salt", SALTS)
@pytest.mark.parametrize("assignment", LESSONS)
def test_the_whole_bank(assignment, salt):
    _assert_figures(assignment, list(cases(assignment)), salt)


def test_the_bank_is_large_enough():
    for assignment in LESSONS:
        own = list(cases(assignment))
        assert len([case for case in own if case.wrong]) >= 150
        assert len([case for case in own if not case.wrong]) >= 30
        assert len({case.source for case in own}) >= 0.97 * len(own)
