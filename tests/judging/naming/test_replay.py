"""Every number in what the bank's wrong methods are told is measured again in what they answered."""

from __future__ import annotations

import re
from itertools import islice

import pytest

from autograder.core.contract import METHODS
from autograder.judging.diagnosis.explain import explain
from autograder.judging.findings import names_asked
from tests.corpus.bank import cases
from tests.judging.naming.replay import untrue
from tests.judging.naming.trusted import evidence_on, with_method
from tests.support.notebooks import LESSONS


def complaints(lesson: str, source: str) -> list[str]:
    """The sentences on a class that its own answers do not bear out."""
    evidence, found = evidence_on(lesson, source), []
    for method in METHODS:
        wrong = {each.name for each in evidence.best(method)[1] if not each.right}
        if wrong:
            names = tuple(name for name in names_asked(evidence.exam.assignment, method) if name in wrong)
            found += untrue(evidence, method, explain(evidence, method, names).rationale)
    return found


def replayed(lesson: str, first: int, every: int) -> dict[str, list[str]]:
    """By case of the bank, what is not true of it."""
    found = {}
    for case in islice(cases(lesson), first, None, every):
        if not case.name.startswith("right:") and "timed-out" not in str(case.wrong):
            found[case.name] = complaints(lesson, case.source)
    assert len(found) > 5
    return {name: said for name, said in found.items() if said}


def test_what_a_narrow_net_is_told_is_true_of_it():
    assert replayed("shallow_narrow", 7, 41) == {}


@pytest.mark.slow
@pytest.mark.parametrize("lesson", LESSONS)
def test_what_the_bank_is_told_is_true_of_it(lesson):
    assert replayed(lesson, 3, 11) == {}


@pytest.mark.parametrize(
    ("says", "instead"), [("twice", "half of"), ("twice", "2.1 times"), ("right answer", "right answer 7 times")]
)
def test_a_sentence_with_another_number_is_not_borne_out(says, instead):
    text = with_method("shallow_narrow", """def dloss_dw(self, x, y_true):
        return tuple(2 * each for each in super().dloss_dw(x, y_true))""")  # fmt: skip
    evidence = evidence_on("shallow_narrow", text)
    told = explain(evidence, "dloss_dw", names_asked(evidence.exam.assignment, "dloss_dw")).rationale
    assert not list(untrue(evidence, "dloss_dw", told))
    assert list(untrue(evidence, "dloss_dw", re.sub(says, instead, told)))
