"""A submission of a declared assignment in the sandbox: in how many processes it is asked."""

from __future__ import annotations

from pathlib import Path

import pytest

from autograder.callables import CallsQuestion, Evidence, Exam, Reference
from autograder.core import Observation
from autograder.grading import declared
from autograder.judging import rubric_of
from autograder.notebooks import Cell, Submission
from autograder.observe import PROGRAM
from autograder.sandbox import Job, Sandbox
from tests.callables.graded import exam
from tests.callables.test_numeric import BODY, DIFFERENCES, NET, OF_NET

NAME = "Net.gradients"
DIES = """
kept, calls = Net.gradients, []

def gradients(self, x, y):
    calls.append(1)
    if len(calls) > MOST:
        import os
        os._exit(1)
    return kept(self, x, y)

Net.gradients = gradients
"""


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[Job]:
    """The jobs that sandboxes start."""
    jobs: list[Job] = []
    start = Sandbox.start

    def heard(self: Sandbox, *args: object) -> Job:
        jobs.append(start(self, *args))  # type: ignore[arg-type]
        return jobs[-1]

    monkeypatch.setattr(Sandbox, "start", heard)
    return jobs


def examined(source: str, made: Exam | None = None) -> Evidence:
    """The evidence on a text, asked in a sandbox."""
    submission = Submission("a test", None, "it", (Cell(0, source),))
    points = {NAME: 4.0}
    blank = Evidence(exam(NET, OF_NET), submission, Observation({}), points, (NAME,), rubric_of(Path("nowhere")))
    with Sandbox(PROGRAM) as sandbox:
        return declared.examine(sandbox, blank)


def test_a_right_submission_is_asked_in_one_process(started: list[Job]) -> None:
    """What tells a derivative from a difference is asked in the one that answered all else."""
    evidence = examined(NET)
    (steps,) = evidence.exam.steps[NAME]
    assert len(started) == 1
    assert NAME in evidence.stands.right
    assert all(evidence.answers[question.id][-1].outcome == "returned" for question in steps.first)
    assert evidence.stands.numeric == {}


def test_slopes_by_differences_are_told_from_derivatives() -> None:
    evidence = examined(NET.replace(BODY, DIFFERENCES.replace("STEP", "1e-5")))
    (steps,) = evidence.exam.steps[NAME]
    assert all(question.id in evidence.answers for question in steps.others)
    assert (NAME, "dw") in evidence.stands.numeric


def test_who_dies_of_it_is_asked_in_a_process_of_its_own(started: list[Job]) -> None:
    """A process that was asked much may bear traces of it: only a fresh one shows whose fault it is."""
    asked = sum(c.name == NAME for q in exam(NET, OF_NET).questions.values() for c in q.calls)
    evidence = examined(NET + DIES.replace("MOST", str(asked)))
    (steps,) = evidence.exam.steps[NAME]
    assert len(started) == 2
    assert all(evidence.answers[question.id][-1].outcome == "returned" for question in steps.first)
    assert NAME in evidence.stands.right


def test_the_reference_is_asked_nothing_once_all_is_made_ready(monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither for a right submission nor for a wrong one: workers are copies of who made it ready."""
    made = Exam(Reference("it", NET, OF_NET), ("Net.forward", "Net.loss", NAME))
    declared.get_ready(made, several=True)
    asked: list[str] = []
    answers = Reference.answers

    def heard(self: Reference, question: CallsQuestion, *args: object) -> object:
        asked.append(question.id)
        return answers(self, question, *args)  # type: ignore[arg-type]

    monkeypatch.setattr(Reference, "answers", heard)
    assert examined(NET, made).stands.right == {*made.asked}
    assert NAME not in examined(NET.replace("2.0 * (h", "(h"), made).stands.right
    assert asked == []
    assert "families" in vars(made)
