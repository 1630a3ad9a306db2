"""What the parent makes of replies, whoever in the sandbox wrote them."""

from __future__ import annotations

from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import numpy as np

from autograder import probe
from autograder.assignments import load
from autograder.observe import observe
from autograder.questions import Call, Question
from autograder.records import Cell, Submission

NAME = "linear_regression"


@dataclass
class Replies:
    """A sandbox whose jobs answer with what was written for them, one list a job."""

    jobs: list[list[Any]]
    ended: Any = None
    current: list[Any] = field(default_factory=list)

    def start(self, request: bytes, limits: Any) -> Replies:
        self.current = self.jobs.pop(0)
        return self

    def next_frame(self, timeout_s: float) -> bytes | None:
        return probe.pack(self.current.pop(0)) if self.current else None

    def close(self) -> Any:
        return SimpleNamespace(cpu_s=0.0, wall_s=0.0, reason="")


def answer(question: str, value: float) -> dict[str, Any]:
    described = {"kind": "array", "dtype": "float64", "array": np.array([value])}
    return {"question": question, "call": 0, "outcome": "returned", "value": described, "mutated": [], "weights": {}}


def asked(name: str, method: str) -> Question:
    x = np.zeros((1, 2))
    args = (x,) if method == "forward" else (x, x)
    return Question(name, method, "", (np.zeros((2, 1)),), (Call(method, args),))


def test_a_copy_that_answers_late_costs_the_method_that_forked() -> None:
    """Its second answer comes while another method is asked: that one is asked again, and keeps its points."""
    preamble = [{"cell": 0, "error": None}, {"class": "", "warnings": []}]
    first = [*preamble, answer("l", 1.0), answer("f1", 1.0), answer("l", 1.0)]
    second = [*preamble, answer("f2", 2.0)]
    questions = [asked("l", "loss"), asked("f1", "forward"), asked("f2", "forward")]
    submission = Submission("s", None, NAME, (Cell(0, "class A: ...", False),))
    told = observe(Replies([first, second]), submission, load(NAME), questions)  # type: ignore[arg-type]
    assert [told.answers[name][0].outcome for name in ("l", "f1", "f2")] == ["died", "returned", "returned"]
    assert told.notes == ("loss gave two answers to one call",)


def test_an_answer_to_a_question_never_put_costs_the_method_that_is_asked() -> None:
    """Nothing else can be told from it."""
    preamble = [{"cell": 0, "error": None}, {"class": "", "warnings": []}]
    submission = Submission("s", None, NAME, (Cell(0, "class A: ...", False),))
    jobs = [[*preamble, answer("g", 1.0)]]
    told = observe(Replies(jobs), submission, load(NAME), [asked("l", "loss")])  # type: ignore[arg-type]
    assert told.answers["l"][0].outcome == "died"
    assert "another question" in told.notes[0]
