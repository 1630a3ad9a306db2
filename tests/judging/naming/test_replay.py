"""What the bank's wrong methods are told is measured again in what they answered."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import islice

import pytest

from autograder.callables import judge
from autograder.callables.judged.explanation import explain
from autograder.core import CheckResult
from tests.corpus.bank import cases, two_faults
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


@pytest.mark.slow
@pytest.mark.parametrize("lesson", LESSONS)
def test_what_is_told_beside_another_wrong_method_is_true(lesson: str) -> None:
    of_two = {case.name: complaints(lesson, case.source) for case in islice(two_faults(lesson), 4, None, 17)}
    assert len(of_two) > 5
    assert {name: said for name, said in of_two.items() if said} == {}


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
        ("def forward(self, x):\n    raise NotImplementedError\n    return self.w1 * x", r"line \d+", "line 2"),
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


OF_RECORDS = "With right results from what it calls, ShallowNarrow.train "
GOES_ON = "does one step right; the next one moves self.w1 and self.w2 "
MIDST = "asks once more in the midst of a step: self.w1 has been moved, and self.w2 not yet."
WRONG_LOSS = "def loss(self, y_prediction, y_true):\n    return 3.0 * np.mean(y_prediction)"


MIDST_TURNED = ("self.w1 has been moved, and self.w2", "self.w2 has been moved, and self.w1")
NEXT = f"{GOES_ON}0.9 times as far as it should."
LATE = "does 2 steps right; the next one moves self.w1 and self.w2 10 times as far as it should."
AS_WELL = f"{GOES_ON}by 0.5 times the step before as well."
TURNED = "moves self.w1 and self.w2 the other way in its first step."
SHAPE = "hands ShallowNarrow.dloss_dw x of shape (3,), where a right run hands it one of shape (5,)."
ANOTHER = "hands ShallowNarrow.dloss_dw another x than a right run does."
ONCE = (
    "losses[i] = self.loss(self.forward(x), y_true)",
    "p = self.forward(x) if not i else p\n        losses[i] = self.loss(p, y_true)",
)
OF_BEFORE = "asks ShallowNarrow.loss with self.w1 and self.w2 from after a step and y_prediction from before it."
SLOPES = "self.dloss_dw(x, y_true)"
ONE_BY_ONE = """dw1 = self.dloss_dw(x, y_true)[0]
        self.w1 -= lr * dw1
        dw2 = self.dloss_dw(x, y_true)[1]
        self.w1 += lr * dw1
"""


@pytest.mark.slow
@pytest.mark.parametrize(
    ("was", "becomes", "says", "instead"),
    [
        ("lr * dw", "0.9**i * lr * dw", NEXT, ("0.9", "0.8")),
        ("lr * dw", "(10 * lr if i == 2 else lr) * dw", LATE, ("2 steps", "1 steps")),
        ("lr * dw", "lr * 0.5 * old + lr * dw", AS_WELL, ("0.5", "0.6")),
        (f"dw1, dw2 = {SLOPES}\n", ONE_BY_ONE, MIDST, MIDST_TURNED),
        (SLOPES, "self.dloss_dw(x[:3], y_true[:3])", SHAPE, (r"(3,)", "(2,)")),
        (SLOPES, "self.dloss_dw(x + 1.0, y_true)", ANOTHER, ("dloss_dw another x", "loss another y_true")),
        (*ONCE, OF_BEFORE, ("_prediction from before", "_true from before")),
        ("lr * dw", "1.00002**i * lr * dw", NEXT.replace("0.9", "1.00002"), ("1.00002", "0.9")),
        ("lr * dw", "-1.0 * lr * dw", TURNED, ("self.w1 and self.w2", "self.w1 and self.w1")),
    ],
    ids=["rate", "late", "momentum", "midst", "shape", "argument", "once", "hardly", "turned"],
)  # fmt: skip
def test_how_a_run_leaves_the_right_one_is_told_and_measured(
    was: str, becomes: str, says: str, instead: tuple[str, str]
) -> None:
    """Beside a wrong loss, with recorded answers; what is said of another step, shape or argument is not borne out."""
    train = """def train(self, x, y_true, lr, n_ep):
    losses, weights, old1, old2 = np.zeros(n_ep), np.zeros((n_ep, 2)), 0.0, 0.0
    for i in range(n_ep):
        losses[i] = self.loss(self.forward(x), y_true)
        dw1, dw2 = self.dloss_dw(x, y_true)
        self.w1, self.w2, old1, old2 = self.w1 - (lr * dw1), self.w2 - (lr * dw2), dw1, dw2
        weights[i] = self.w1, self.w2
    return losses, weights
"""
    assert was in train
    one = rf"({becomes}\1)".replace("old", r"old\1")
    train = re.sub(r"\(lr \* dw(\d)\)", one, train) if was.endswith("dw") else train.replace(was, becomes)
    evidence = evidence_on("shallow_narrow", written("shallow_narrow", {"loss": WRONG_LOSS, "train": train}))
    (item,) = (each for each in evidence.items if each.id.endswith("train"))
    assert explain(evidence, item).rationale == f"{OF_RECORDS}{says}"

    def untrue_of(text: str) -> list[str]:
        return [*untrue(evidence, item, CheckResult("", item.id, "", "failed", 0.0, 1.0, f"{OF_RECORDS}{text}"), [])]

    assert untrue_of(says) == []
    assert untrue_of(says.replace(*instead)) != []


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
