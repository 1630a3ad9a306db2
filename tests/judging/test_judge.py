"""The judge fails closed: a fault of ours is an internal error, never a zero and never a point."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from autograder import assignments
from autograder.assignments.reference import load_reference
from autograder.authoring.verification.trial import Trial
from autograder.core.contract import METHODS
from autograder.core.observation import Observation
from autograder.core.report import CheckResult, Report
from autograder.judging import pytest_session, rubric
from autograder.judging.checks import claims
from autograder.judging.evidence import Evidence
from autograder.judging.follow_ups import follow_ups, settled
from autograder.notebooks.reading import ClosedFile
from autograder.notebooks.records import Submission
from autograder.observe import probe
from autograder.observe.replies import answer_from
from autograder.questions.exam import Exam
from autograder.questions.expected import answers_of
from autograder.questions.sealing import sealed
from tests.corpus.bank import cases

ROOT = Path(__file__).parents[2]
POINTS = {"forward": 2.0, "loss": 1.0, "dloss_dw": 4.0, "train": 3.0}


@pytest.fixture(scope="module")
def exam() -> Exam:
    assignment = assignments.load("shallow_narrow")
    return Exam(assignment, load_reference(ROOT / "solutions" / "shallow_narrow.py", assignment))


def evidence_of(exam: Exam, cls: type) -> Evidence:
    """The evidence on a class of our own, asked in this process."""
    answers = answers_of(cls, tuple(exam.questions.values()), exam.assignment)
    return Evidence(exam, Submission("x.ipynb", "x", exam.assignment.name), Observation(answers), POINTS)


def recorded(exam: Exam, cls: type, evidence: Evidence) -> Observation:
    """What its train answers with recorded data."""
    answers = {}
    for question in evidence.stand_ins("train", "recorded"):
        replies: list[dict[str, Any]] = []
        message = probe.unpack(sealed(question, exam.assignment))
        probe.ask(cls, message, list(exam.assignment.weights), replies.append)
        answers[question.id] = tuple(answer_from(reply, exam.assignment) for reply in replies)
    return Observation(answers)


CONFTEST = """
import pytest
from autograder.judging.checks.verdict import EVIDENCE

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


def test_a_check_is_called_by_itself_unless_it_wants_more(tmp_path: Path) -> None:
    """Evidence alone needs no fixtures; what has any is run as pytest does; a verdict comes of each."""
    for name, text in (("pytest.ini", "[pytest]\n"), ("conftest.py", CONFTEST), ("test_own.py", OWN_CHECKS)):
        (tmp_path / name).write_text(text)

    def result_of(_: Any, item: Any, call: Any) -> CheckResult:
        return pytest_session.verdict({"id": item.originalname, "method": "m", "title": ""}, call, 1.0, str)

    seen: list[str] = []
    (results,) = pytest_session.run_checks(tmp_path, [seen], result_of)
    assert seen == ["alone", "test_with_more is set up", "more"]
    outcomes = {name: result.outcome for name, result in results.items()}
    assert outcomes == {"test_alone": "passed", "test_with_more": "passed", "test_that_fails": "internal_error"}


def test_the_reference_earns_full_points(exam: Exam) -> None:
    """The reference is just another submission."""
    (report,) = pytest_session.judge([evidence_of(exam, exam.reference)])
    assert (report.verdict, report.score) == ("graded", 10.0)


def test_no_answers_earn_nothing(exam: Exam) -> None:
    """Missing evidence earns nothing, in any check."""
    blank = Evidence(exam, Submission("x", None, "shallow_narrow"), Observation({}), POINTS)
    (report,) = pytest_session.judge([blank])
    assert (report.verdict, report.score) == ("graded", 0.0)
    assert all(check.outcome != "passed" for check in report.checks)


def test_a_fault_in_a_check_is_ours(exam: Exam, monkeypatch: pytest.MonkeyPatch) -> None:
    """A check that breaks makes the whole report an internal error without a score; its neighbour is graded."""
    real = claims.earned

    def broken(findings, names, rubric):  # type: ignore[no-untyped-def]
        if any(finding.actual is not None and np.all(finding.actual == 77.0) for finding in findings):
            raise ZeroDivisionError("a bug of ours")
        return real(findings, names, rubric)

    monkeypatch.setattr(claims, "earned", broken)

    class Odd(exam.reference):  # type: ignore[name-defined, misc]
        def loss(self, y_prediction, y_true):  # type: ignore[no-untyped-def]
            return 77.0

    first, second = pytest_session.judge([evidence_of(exam, Odd), evidence_of(exam, exam.reference)])
    assert (first.verdict, first.score) == ("internal_error", None)
    assert "no mark was changed: the grader failed in loss/" in first.notes[0]
    assert "ZeroDivisionError: a bug of ours" in first.notes[0]
    assert "grade it once more" in first.notes[0]
    assert second.score == 10.0


def test_a_fault_in_what_is_said_of_a_verdict_stays_with_its_submission(
    exam: Exam, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The route is looked up after the check: what breaks there ends nobody else's checks."""
    real = Evidence.best

    def broken(self: Evidence, method: str) -> object:
        route, findings = real(self, method)
        return ("a route without words" if self.submission.path == "odd" else route), findings

    monkeypatch.setattr(Evidence, "best", broken)
    odd = evidence_of(exam, exam.reference)
    odd = replace(odd, submission=replace(odd.submission, path="odd"))
    first, second = pytest_session.judge([odd, evidence_of(exam, exam.reference)])
    assert (first.verdict, first.score) == ("internal_error", None)
    assert "KeyError: 'a route without words'" in first.notes[0]
    assert second.score == 10.0


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
    told = pytest_session.our_fault(error)
    assert told.startswith("not graded, no mark was changed: ")
    assert says in told
    assert "\n" not in told


def test_one_route_is_enough_only_while_it_settles_the_matter(exam: Exam) -> None:
    """Judged again with recorded answers that do not pass any more, a submission is asked by all other routes."""

    class Odd(exam.reference):  # type: ignore[name-defined, misc]
        def loss(self, y_prediction, y_true):  # type: ignore[no-untyped-def]
            return float(np.sum((y_true - y_prediction) ** 2))

    alone = evidence_of(exam, Odd)
    wanted = follow_ups(alone, "train")
    assert wanted
    right = alone.with_more(recorded(exam, Odd, alone))
    assert settled(right, "train")
    assert follow_ups(right, "train") == ()

    class Off(Odd):
        def train(self, x, y_true, lr, n_ep):  # type: ignore[no-untyped-def]
            losses, path = super().train(x, y_true, lr, n_ep)
            return 1.1 * losses, path

    wrong = alone.with_more(recorded(exam, Off, alone))
    assert not settled(wrong, "train")
    assert {question.id for question in follow_ups(wrong, "train")} == {question.id for question in wanted}


def test_an_explanation_that_fails_costs_no_one_the_score(exam: Exam, monkeypatch: pytest.MonkeyPatch) -> None:
    """The numbers are wrong whatever becomes of their explanation, and earn what they earned with one."""

    class Odd(exam.reference):  # type: ignore[name-defined, misc]
        def dloss_dw(self, x, y_true):  # type: ignore[no-untyped-def]
            first, second = super().dloss_dw(x, y_true)
            return -first, second

    (told,) = pytest_session.judge([evidence_of(exam, Odd)])

    def broken(*args: object) -> None:
        raise ZeroDivisionError("a bug of ours")

    monkeypatch.setattr(claims, "explain", broken)
    (untold,) = pytest_session.judge([evidence_of(exam, Odd)])
    assert (untold.verdict, untold.methods) == ("graded", told.methods)
    assert "the grader failed (ZeroDivisionError)" in str(untold.to_dict())


def test_a_check_that_did_not_run_is_ours(exam: Exam) -> None:
    """A report is never made of fewer checks than there are."""
    usual = rubric.packaged()
    train = {**usual.share["train"], "records": 0.3, "momentum": 0.1}
    other = replace(usual, share={**usual.share, "train": train})
    (report,) = pytest_session.judge([replace(evidence_of(exam, exam.reference), rubric=other)])
    assert (report.verdict, report.score) == ("internal_error", None)


def test_order_and_number_of_reports_are_those_of_the_evidence(exam: Exam) -> None:
    """Eleven submissions in one session: each gets its own report."""

    class Wrong(exam.reference):  # type: ignore[name-defined, misc]
        def loss(self, y_prediction, y_true):  # type: ignore[no-untyped-def]
            return float(np.sum((y_true - y_prediction) ** 2))

    classes = [Wrong if k % 3 == 0 else exam.reference for k in range(11)]
    reports = pytest_session.judge([evidence_of(exam, cls) for cls in classes])
    assert [report.methods["loss"]["score"] for report in reports] == [0.0 if k % 3 == 0 else 1.0 for k in range(11)]


def test_the_rubric_shares_out_all_points() -> None:
    """Every point of a method belongs to one of its checks."""
    assert sorted(rubric.packaged().share) == sorted(METHODS)
    for shares in rubric.packaged().share.values():
        assert sum(shares.values()) == pytest.approx(1.0)


def test_the_same_observation_gives_the_same_bytes(exam: Exam) -> None:
    """No clock and no host name in a report."""
    reports = [pytest_session.judge([evidence_of(exam, exam.reference)])[0].to_json() for _ in range(2)]
    assert reports[0] == reports[1]
    assert Report.from_dict(__import__("json").loads(reports[0])).to_json() == reports[0]


def test_a_made_up_run_follows_its_closed_form(exam: Exam) -> None:
    """With a linear gradient g(w) = M w − t the weights after k steps are those of the iterated map: the reference
    under stand-ins agrees with that matrix, not only with itself."""
    questions = exam.stand_ins("train", "made up")
    question = next(each for each in questions if each.asks == "train/steady")
    assert question.stand_in is not None
    run = question.stand_in.linear
    assert run is not None
    lr, n_ep = question.calls[0].args[2:]
    matrix = np.array([[1.0, run.coupling], [run.coupling, 1.0]])
    fixed = np.linalg.solve(matrix, np.full(2, run.target))
    start = np.array([float(weight) for weight in question.init])
    values, vectors = np.linalg.eigh(matrix)
    end = fixed + vectors @ ((1 - lr * values) ** n_ep * (vectors.T @ (start - fixed)))
    expected = exam.expected(question, 0).arrays
    np.testing.assert_allclose([expected["w1"], expected["w2"]], end, rtol=1e-12)


def _by_trial(names: tuple[str, ...], times: int) -> list[list[Report]]:
    """Cases of the bank graded `times` over by one grader."""
    known = {case.name: case.source for case in cases("shallow_narrow")}
    with Trial("shallow_narrow", ROOT / "solutions" / "shallow_narrow.py") as trial:
        return [[each.report for each in trial.grade([known[name] for name in names])] for _ in range(times)]


def test_who_comes_after_others_with_the_same_answers_is_told_the_same() -> None:
    """What is read, found and explained once for a class says of each what it would say of it alone."""
    names = ("dloss: sign", "train: sequential", "loss: half", "forward: outer", "right: as it is")
    first, again = _by_trial(names, 2)
    alone = [report for name in reversed(names) for (report,) in _by_trial((name,), 1)][::-1]
    for reports in (first, again):
        assert [report.checks for report in reports] == [report.checks for report in alone]
        assert [report.evidence for report in reports] == [report.evidence for report in alone]


def test_the_pages_are_given_a_curve_and_how_exact_gradients_are(exam: Exam) -> None:
    (report,) = pytest_session.judge([evidence_of(exam, exam.reference)])
    curve = report.evidence["curves"]["train"]
    assert curve["parts_at"] is None
    assert len(curve["values"]) == len(curve["low"]) == len(curve["high"])
    assert curve["uses"] == ["forward", "loss", "dloss_dw"]
    assert max(report.evidence["gradient_errors"]["dloss_dw"].values()) < 1e-12
