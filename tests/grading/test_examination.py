"""A submission of a declared assignment in the sandbox: in how many processes it is asked."""

from __future__ import annotations

from pathlib import Path

import pytest

from autograder.callables import CallsQuestion, Evidence, Exam, Reference
from autograder.core import Observation
from autograder.grading import examination
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
    asked = made or exam(NET, OF_NET)
    blank = Evidence(asked, submission, Observation({}), points, (NAME,), rubric_of(Path("nowhere")))
    with Sandbox(PROGRAM) as sandbox:
        return examination.examine(sandbox, blank)


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
    examination.get_ready(made, several=True)
    asked: list[str] = []
    answers = Reference.answers

    def heard(self: Reference, question: CallsQuestion, *args: object, **kwargs: object) -> object:
        asked.append(question.id)
        return answers(self, question, *args, **kwargs)  # type: ignore[arg-type]

    monkeypatch.setattr(Reference, "answers", heard)
    assert examined(NET, made).stands.right == {*made.asked}
    assert NAME not in examined(NET.replace("2.0 * (h", "(h"), made).stands.right
    assert asked == []
    assert "families" in vars(made)


FORWARD = "return np.tanh(x @ self.w) @ self.v"
CALLING = NET.replace("(h @ self.v - y)", "(self.forward(x) - y)")


def told(evidence: Evidence) -> list[str]:
    """The questions that were answered with recorded answers of others."""
    return [key for key in evidence.answers if key.endswith("(recorded)")]


def test_who_is_right_beside_another_that_is_wrong_is_asked_in_the_same_process(started: list[Job]) -> None:
    made = exam(CALLING, OF_NET)
    evidence = examined(CALLING.replace(FORWARD, f"{FORWARD} + 1.0"), made)
    assert len(started) == 1
    assert NAME not in evidence.stands.right
    assert len(told(evidence)) == len(made.repeated.standing(NAME))
    assert evidence.best(evidence.items[0]) == ("recorded", 1.0)


def test_who_has_a_fault_of_its_own_is_shown_to_be_wrong_anyway_in_the_same_process(started: list[Job]) -> None:
    """Everyday questions tell: the answers are those of the solution with that fault, whoever answers beside."""
    made = exam(CALLING, OF_NET)
    evidence = examined(CALLING.replace("2.0 * (self", "(self"), made)
    assert len(started) == 1
    assert told(evidence) == [each.id for each in made.repeated.standing(NAME) if each.plain]
    assert evidence.best(evidence.items[0]) == ("as it stands", 0.0)
    assert evidence.follow_ups() == ()


def test_what_a_process_bears_of_earlier_questions_costs_nobody_anything(started: list[Job]) -> None:
    """Beside a wrong forward, gradients that go wrong after so many calls of it: right in a fresh process."""
    made = exam(CALLING, OF_NET)
    asked = sum(c.name == NAME for q in made.questions.values() for c in q.calls)
    steps = sum(len((*each.first, *each.others)) for each in made.steps[NAME])
    tired = DIES.replace("import os\n        os._exit(1)", "return 0.0 * self.w, 0.0 * self.v")
    wrong = CALLING.replace(FORWARD, f"{FORWARD} + 1.0")
    evidence = examined(wrong + tired.replace("MOST", str(asked + steps + 1)), made)
    assert len(started) == 2
    assert evidence.best(evidence.items[0]) == ("recorded", 1.0)


def test_a_fault_that_no_change_of_the_solution_gives_is_asked_for_in_a_fresh_process(started: list[Job]) -> None:
    """And what comes late is not, where the everyday ones show that it can earn nothing."""
    made = exam(CALLING, OF_NET)
    evidence = examined(CALLING.replace("2.0 * (self", "(1.83 + 0.3 * np.sin(x.sum())) * (self"), made)
    assert len(started) == 2
    assert told(evidence) == [each.id for each in made.repeated.standing(NAME) if not each.late]
    assert len(told(evidence)) < len(made.repeated.standing(NAME))
    assert evidence.best(evidence.items[0]) == ("as it stands", 0.0)
