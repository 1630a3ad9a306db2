"""The judge fails closed: a fault of ours is an internal error, never a zero and never a point."""

from __future__ import annotations

import gc
import itertools
import json
import weakref
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from autograder.callables import Evidence, Exam, Reference, judge, tried
from autograder.callables.judged import evidence as judged_evidence
from autograder.callables.judged import judge as judged_judge
from autograder.callables.judged.checks import test_callable
from autograder.core import CheckResult, Observation, Report
from autograder.judging import our_fault, packaged, run_checks, verdict
from autograder.notebooks import ClosedFile, Submission

SOLUTION = '''
import numpy as np

class Line:
    def __init__(self, w):
        self.w = np.array(w, dtype=float)

    def forward(self, x):
        """x (N, D) -> p (N,)"""
        return x @ self.w

    def loss(self, p, y):
        """p (N,), y (N,) -> L a number"""
        return float(np.mean((p - y) ** 2))

    def gradient(self, x, y):
        """x (N, D), y (N,) -> dw (D,)"""
        return 2 * x.T @ (self.forward(x) - y) / len(y)
'''
DECLARATION = """
w, x, p, y = draw.normal("D"), draw.normal("N", "D"), draw.normal("N"), draw.normal("N")
assignment(sizes=dict(N=(1, 4, 7), D=(3, 2, 4)), state=("w",))
rubric(Line.gradient, pure=0.3)
"""
POINTS = {"Line-forward": 2.0, "Line-loss": 1.0, "Line-gradient": 4.0}
TURNED = ("2 * x.T", "-2 * x.T")
SUMMED = ("np.mean((p - y) ** 2)", "np.sum((p - y) ** 2)")
SEVENTY_SEVEN = ("float(np.mean((p - y) ** 2))", "77.0")


@pytest.fixture(scope="module")
def exam() -> Exam:
    return Exam(Reference("line", SOLUTION, DECLARATION), ("Line.forward", "Line.loss", "Line.gradient"))


def evidence_on(exam: Exam, old: str = "", new: str = "", name: str = "x.ipynb") -> Evidence:
    """The evidence on the solution with one text in the place of another."""
    assert old in SOLUTION

    def fresh() -> dict[str, Any]:
        namespace: dict[str, Any] = {"__name__": "submission"}
        exec(SOLUTION.replace(old, new) if old else SOLUTION, namespace)
        return namespace

    return tried(exam, POINTS, packaged(), fresh, name)


CONFTEST = """
import pytest
from autograder.judging import EVIDENCE

def pytest_generate_tests(metafunc):
    metafunc.parametrize("evidence", metafunc.config.stash[EVIDENCE], ids=["0"])

def pytest_runtest_setup(item):
    item.callspec.params["evidence"].append(f"{item.originalname} is set up")

@pytest.fixture
def more():
    return "more"
"""
OWN_CHECKS = """
def test_alone(evidence):
    evidence.append("alone")

def test_with_more(evidence, more):
    evidence.append(more)

def test_that_fails(evidence):
    raise ValueError("a fault of ours")
"""


INTERRUPTED = """
import os, signal

def test_pressed(evidence):
    os.kill(os.getpid(), signal.SIGINT)
"""


def test_a_check_is_called_by_itself_unless_it_wants_more(tmp_path: Path) -> None:
    """Evidence alone needs no fixtures; what has any is run as pytest does; a verdict comes of each."""
    for name, text in (("pytest.ini", "[pytest]\n"), ("conftest.py", CONFTEST), ("test_own.py", OWN_CHECKS)):
        (tmp_path / name).write_text(text)

    def result_of(_: Any, item: Any, call: Any) -> CheckResult:
        return verdict({"id": item.originalname, "method": "m", "title": ""}, call, 1.0, str)

    seen: list[str] = []
    (results,) = run_checks(tmp_path, [seen], result_of)
    assert seen == ["alone", "test_with_more is set up", "more"]
    outcomes = {name: result.outcome for name, result in results.items()}
    assert outcomes == {"test_alone": "passed", "test_with_more": "passed", "test_that_fails": "internal_error"}


def test_ctrl_c_ends_a_session_and_what_asked_for_it(tmp_path: Path) -> None:
    """pytest takes it for an end of the session alone, after which a mark would be made of the checks that ran."""
    for name, text in (("pytest.ini", "[pytest]\n"), ("conftest.py", CONFTEST), ("test_pressed.py", INTERRUPTED)):
        (tmp_path / name).write_text(text)
    with pytest.raises(KeyboardInterrupt):
        run_checks(tmp_path, [[]], lambda *_: CheckResult("check", "m", "", "passed", 1.0, 1.0))


def test_the_reference_earns_full_points(exam: Exam) -> None:
    """The reference is just another submission."""
    (report,) = judge([evidence_on(exam)])
    assert (report.verdict, report.score, report.max_score) == ("graded", 7.0, 7.0)


def test_the_points_of_a_cell_are_shared_out_among_its_checks(exam: Exam) -> None:
    """By the declaration, or else by the rubric; nothing is lost between them, and nothing is given twice."""
    (report,) = judge([evidence_on(exam, *TURNED)])
    by_cell = {name: [c.max_score for c in report.checks if c.method == name] for name in POINTS}
    assert {name: sum(shares) for name, shares in by_cell.items()} == pytest.approx(POINTS)
    assert by_cell["Line-gradient"] == pytest.approx([2.8, 1.2])
    assert by_cell["Line-forward"] == pytest.approx([2.0 * 0.875, 2.0 * 0.125])
    assert {name: of["max_score"] for name, of in report.methods.items()} == pytest.approx(POINTS)


def test_no_answers_earn_nothing(exam: Exam) -> None:
    """Missing evidence earns nothing, in any check."""
    blank = Evidence(exam, Submission("x", None, "line"), Observation({}), POINTS, tuple(POINTS), packaged())
    (report,) = judge([blank])
    assert (report.verdict, report.score) == ("graded", 0.0)
    assert len(report.checks) == 6
    assert all(check.outcome != "passed" for check in report.checks)


def test_a_fault_in_a_check_is_ours(exam: Exam, monkeypatch: pytest.MonkeyPatch) -> None:
    """A check that breaks makes the whole report an internal error without a score; its neighbour is graded."""
    real = judged_evidence.earned

    def broken(findings: Any, names: Any, rubric: Any) -> float:
        if any(finding.actual is not None and np.all(finding.actual == 77.0) for finding in findings):
            raise ZeroDivisionError("a bug of ours")
        return real(findings, names, rubric)

    monkeypatch.setattr(judged_evidence, "earned", broken)
    first, second = judge([evidence_on(exam, *SEVENTY_SEVEN), evidence_on(exam)])
    assert (first.verdict, first.score) == ("internal_error", None)
    assert "no mark was changed: the grader failed in Line-loss/" in first.notes[0]
    assert "ZeroDivisionError: a bug of ours" in first.notes[0]
    assert "grade it once more" in first.notes[0]
    assert second.score == 7.0


def test_a_fault_in_what_is_said_of_a_verdict_stays_with_its_submission(
    exam: Exam, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The route is looked up after the check: what breaks there ends nobody else's checks."""
    real = Evidence.best

    def broken(self: Evidence, item: Any) -> tuple[str, float]:
        route, part = real(self, item)
        return ("a route without words" if self.submission.path == "odd" else route), part

    monkeypatch.setattr(Evidence, "best", broken)
    first, second = judge([evidence_on(exam, name="odd"), evidence_on(exam)])
    assert (first.verdict, first.score) == ("internal_error", None)
    assert "KeyError: 'a route without words'" in first.notes[0]
    assert second.score == 7.0


def test_pictures_that_fail_cost_no_one_the_score(exam: Exam, monkeypatch: pytest.MonkeyPatch) -> None:
    """What pages draw is no part of a mark."""

    def broken(evidence: Evidence) -> dict[str, Any]:
        raise ZeroDivisionError("a bug of ours")

    monkeypatch.setattr(judged_judge, "drawn", broken)
    (report,) = judge([evidence_on(exam, *TURNED)])
    assert (report.verdict, report.evidence) == ("graded", {})


@pytest.mark.parametrize(
    ("error", "says"),
    [
        (MemoryError(), "--jobs 1"),
        (OSError(28, "No space left on device", "/tmp/x"), "look after the disk"),
        (ValueError("two\nlines"), "two lines"),
        (ClosedFile("its permissions are closed; let the grader read it"), "let the grader read it"),
    ],
)
def test_a_fault_of_ours_is_told_in_one_line_that_says_what_to_do(error: Exception, says: str) -> None:
    """What failed, that no mark was changed, the remedy."""
    told = our_fault(error)
    assert told.startswith("not graded, no mark was changed: ")
    assert says in told
    assert "\n" not in told


def test_an_explanation_that_fails_costs_no_one_the_score(exam: Exam, monkeypatch: pytest.MonkeyPatch) -> None:
    """The numbers are wrong whatever becomes of their explanation, and earn what they earned with one."""
    (told,) = judge([evidence_on(exam, *TURNED)])

    def broken(*args: object) -> None:
        raise ZeroDivisionError("a bug of ours")

    monkeypatch.setattr(test_callable, "explain_with_numeric", broken)
    (untold,) = judge([evidence_on(exam, *TURNED)])
    assert told.methods["Line-gradient"]["score"] < 4.0
    assert (untold.verdict, untold.methods) == ("graded", told.methods)
    assert "the grader failed (ZeroDivisionError)" in str(untold.to_dict())


def test_a_check_that_did_not_run_is_ours(exam: Exam, monkeypatch: pytest.MonkeyPatch) -> None:
    """A report is never made of fewer checks than there are."""
    real = judged_judge._checks
    monkeypatch.setattr(judged_judge, "_checks", lambda item: [*real(item), f"{item.id}/momentum"])
    (report,) = judge([evidence_on(exam)])
    assert (report.verdict, report.score) == ("internal_error", None)
    assert "checks that did not run: Line-forward/momentum, Line-loss/momentum" in report.notes[0]


def test_a_check_too_few_is_ours(exam: Exam, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where a share is nobody's, the points do not add up to those of the cells, and no mark is given."""
    real = judged_judge._checks
    monkeypatch.setattr(judged_judge, "_checks", lambda item: real(item)[:1])
    (report,) = judge([evidence_on(exam)])
    assert (report.verdict, report.score) == ("internal_error", None)


def test_shares_that_do_not_add_up_are_ours(exam: Exam, monkeypatch: pytest.MonkeyPatch) -> None:
    shares = itertools.cycle([0.1, 0.2])
    monkeypatch.setattr(Evidence, "pure_share", lambda self, item: next(shares))
    (report,) = judge([evidence_on(exam)])
    assert (report.verdict, report.score) == ("internal_error", None)


def test_order_and_number_of_reports_are_those_of_the_evidence(exam: Exam) -> None:
    """Eleven submissions in one session: each gets its own report."""
    right, wrong = evidence_on(exam), evidence_on(exam, *SUMMED)
    reports = judge([replace(wrong if k % 3 == 0 else right, memo={}) for k in range(11)])
    scores = [report.methods["Line-loss"]["score"] for report in reports]
    assert [score == 1.0 for score in scores] == [k % 3 != 0 for k in range(11)]


def test_nothing_of_a_session_holds_the_evidence(exam: Exam, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is gone with its last user, whatever failed, so that a long batch needs no more memory than a short one."""

    def broken(*_: Any) -> None:
        raise ValueError("a fault of ours")

    monkeypatch.setattr(test_callable, "changed", broken)
    gc.collect()
    gc.disable()
    try:
        evidence = [replace(evidence_on(exam, *edit), memo={}) for edit in ((), SUMMED, TURNED)]
        watched = [weakref.ref(each) for each in evidence]
        assert [report.verdict for report in judge(evidence)] == ["internal_error"] * 3
        del evidence
        assert [each() for each in watched] == [None] * 3
    finally:
        gc.enable()


def test_no_evidence_makes_no_report() -> None:
    assert judge([]) == []


def test_the_same_observation_gives_the_same_bytes(exam: Exam) -> None:
    """No clock and no host name in a report; read back, it is the same."""
    reports = [judge([evidence_on(exam, *TURNED)])[0].to_json() for _ in range(2)]
    assert reports[0] == reports[1]
    assert Report.from_dict(json.loads(reports[0])).to_json() == reports[0]


def test_what_is_read_alone_earns_nothing_by_itself(exam: Exam) -> None:
    """Who gives no right answer has no points for leaving things alone: an empty body is not worth an eighth."""
    (report,) = judge([evidence_on(exam, "return x @ self.w", "pass")])
    assert report.methods["Line-forward"]["score"] == 0.0
    (pure,) = (check for check in report.checks if check.id == "Line-forward/pure")
    assert (pure.outcome, pure.rationale) == ("skipped", "Line-forward gives no right answer yet")
