"""What the bank's wrong methods are told is measured again in what they answered."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import islice

import pytest

from autograder.callables import judge
from autograder.core import CheckResult
from tests.corpus.bank import cases
from tests.judging.naming.replay import Heard, Told, listening, untrue
from tests.judging.naming.submitted import evidence_on, exam_of, written
from tests.support.methods import METHODS
from tests.support.notebooks import LESSONS


def complaints(lesson: str, source: str, *rewrite: str) -> list[str]:
    """The sentences on a class that its own answers do not bear out, with one text of them in another's place."""
    evidence = evidence_on(lesson, source)
    with listening() as heard:
        (report,) = judge([evidence])
    assert report.verdict == "graded", report.notes
    items = {item.id: item for item in evidence.items}
    found = []
    for check in report.checks:
        if check.diagnoses:
            told = re.sub(*rewrite, check.rationale) if rewrite else check.rationale
            assert not rewrite or told != check.rationale
            found += untrue(evidence, items[check.method], replace(check, rationale=told), heard)
    return found


def replayed(lesson: str, first: int, every: int, methods: tuple[str, ...] = METHODS) -> dict[str, list[str]]:
    """By case of the bank that is wrong in some of these methods alone, what is not true of it."""
    wrong = (
        case for case in cases(lesson) if not case.name.startswith("right:") and "timed-out" not in str(case.wrong)
    )
    found = {case.name: complaints(lesson, case.source) for case in islice(wrong, first, None, every)}
    assert len(found) > 5
    return {name: said for name, said in found.items() if said}


def test_what_a_narrow_net_is_told_is_true_of_it() -> None:
    assert replayed("shallow_narrow", 3, 16, ("forward", "loss")) == {}


@pytest.mark.slow
@pytest.mark.parametrize("lesson", LESSONS)
def test_what_the_bank_is_told_is_true_of_it(lesson: str) -> None:
    assert replayed(lesson, 5, 13) == {}


@pytest.mark.parametrize(
    ("text", "says", "instead"),
    [
        ("def forward(self, x):\n    return -self.w1 * self.w2 * x", "has the opposite sign",
         "is off by one and the same constant factor"),
        ("def loss(self, p, y):\n    return np.sum((p - y) ** 2)", "multiplied by N", "divided by N"),
        ("def forward(self, x):\n    return np.outer(x, x)", r"\(5, 5\)", "(5, 4)"),
        ("def forward(self, x):\n    return np.sin(37 * x) + self.w1", r"[\d.]+ %", "3.21 %"),
        ("def loss(self, p, y):\n    return 0.0", "It is zero", "It has the opposite sign. It is zero"),
        ("def forward(self, x):\n    return self.w1 * x", "$", " Only the first number is wrong."),
    ],
)  # fmt: skip
def test_a_sentence_with_another_claim_is_not_borne_out(text: str, says: str, instead: str) -> None:
    """The ruler is held against sentences that are not true."""
    source = written("shallow_narrow", text)
    assert complaints("shallow_narrow", source) == []
    assert complaints("shallow_narrow", source, says, instead)


@pytest.mark.parametrize(("rate", "borne_out"), [("lr * 0.9**i", True), ("0.9 * lr", False), ("lr", False)])
def test_that_later_rounds_alone_go_another_way_is_run_again(rate: str, borne_out: bool) -> None:
    """Of a rate that is wrong from the first round on it is not true, nor of one that is right."""
    train = f"""def train(self, x, y_true, lr, n_ep):
    losses, weights = np.zeros(n_ep), np.zeros((n_ep, 2))
    for i in range(n_ep):
        losses[i] = self.loss(self.forward(x), y_true)
        dw1, dw2 = self.dloss_dw(x, y_true)
        self.w1, self.w2 = self.w1 - {rate} * dw1, self.w2 - {rate} * dw2
        weights[i] = self.w1, self.w2
    return losses, weights
"""
    loss = "def loss(self, y_prediction, y_true):\n    return 3.0 * np.mean(y_prediction)"
    evidence = evidence_on("shallow_narrow", written("shallow_narrow", {"loss": loss, "train": train}))
    (item,) = (each for each in evidence.items if each.id.endswith("train"))
    says = "With right results from what it calls, ShallowNarrow.train does one round right; in later ones it goes "
    check = CheckResult("", item.id, "", "failed", 0.0, 1.0, f"{says}another way.")
    assert (list(untrue(evidence, item, check, [])) == []) == borne_out


def test_another_change_of_the_solution_is_not_borne_out() -> None:
    """Of who takes w1 twice it is not true that a factor is left out, though that is a change of the solution, too."""
    exam = exam_of("shallow_narrow")
    own = exam.families.candidates.own("ShallowNarrow.forward")
    evidence = evidence_on("shallow_narrow", written("shallow_narrow", "def forward(self, x):\n    return self.w1 * x"))
    (item,) = (each for each in evidence.items if each.id.endswith("forward"))
    told = Told(evidence, item, evidence.stands.findings[item.callable])
    left_out = [change for change in own if change.kind == "factor left out"]
    twice = [change for change in own if change.kind == "factor twice"]
    says = "A factor is left out."
    assert any(Heard(item.callable, (change,), says).bears_out(told, told.wrong, says) for change in left_out)
    says = "A factor is counted twice."
    assert twice
    assert not any(Heard(item.callable, (change,), says).bears_out(told, told.wrong, says) for change in twice)
