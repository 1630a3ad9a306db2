"""What the parent makes of replies, whoever in the sandbox wrote them."""

from __future__ import annotations

from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from autograder.assignments import load
from autograder.core.question import Call, Question
from autograder.notebooks.records import Cell, Submission
from autograder.observe import AskedClass, probe
from autograder.observe.exchange import MOST_SPARED_S, TOO_LONG, Progress, _next
from autograder.observe.session import Session
from autograder.questions.sealing import sealed

NAME = "linear_regression"


def seal(question: Question) -> bytes:
    return sealed(question, load(NAME))


@dataclass
class Replies:
    """A sandbox whose jobs answer with what was written for them, one list a job."""

    jobs: list[list[Any]]
    further: list[list[Any]] = field(default_factory=list)
    ended: Any = None
    current: list[Any] = field(default_factory=list)

    def start(self, request: bytes, limits: Any) -> Replies:
        self.current = self.jobs.pop(0)
        return self

    def next_frame(self, timeout_s: float) -> bytes | None:
        return probe.pack(self.current.pop(0)) if self.current else None

    def put(self, request: bytes) -> bool:
        if not self.further:
            return False
        self.current += self.further.pop(0)
        return True

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
    told = Session(Replies([first, second]), submission, AskedClass(load(NAME)), seal).observe(questions)  # type: ignore[arg-type]
    assert [told.answers[name][0].outcome for name in ("l", "f1", "f2")] == ["died", "returned", "returned"]
    assert told.notes == ("loss gave two answers to one call",)


def test_an_answer_to_a_question_never_put_costs_the_method_that_is_asked() -> None:
    """Nothing else can be told from it."""
    preamble = [{"cell": 0, "error": None}, {"class": "", "warnings": []}]
    submission = Submission("s", None, NAME, (Cell(0, "class A: ...", False),))
    jobs = [[*preamble, answer("g", 1.0)]]
    told = Session(Replies(jobs), submission, AskedClass(load(NAME)), seal).observe([asked("l", "loss")])  # type: ignore[arg-type]
    assert told.answers["l"][0].outcome == "died"
    assert "another question" in told.notes[0]


PREAMBLE = [{"cell": 0, "error": None}, {"class": "", "warnings": []}]
END = {"end": True}
FORGED = answer("m", 9.0)


@pytest.mark.parametrize(
    ("first", "further", "believed"),
    [
        ([answer("l", 1.0), END], [answer("m", 2.0), END], True),
        # It said more than it was asked before it was asked more, or has ended.
        ([answer("l", 1.0), FORGED, END], [answer("m", 2.0), END], False),
        ([answer("l", 1.0), {"end": 1}], [answer("m", 2.0), END], False),
        ([answer("l", 1.0)], [answer("m", 2.0), END], False),
        ([answer("l", 1.0), END], [], False),
        # What it says to further questions is not what was asked, or not all, or twice.
        ([answer("l", 1.0), END], [answer("l", 1.0), answer("m", 2.0), END], False),
        ([answer("l", 1.0), END, END], [answer("m", 2.0), END], False),
        ([answer("l", 1.0), END], [answer("m", 2.0)], False),
        ([answer("l", 1.0), END], [answer("m", 2.0), answer("m", 2.0), END], False),
    ],
)
def test_a_process_is_asked_more_only_while_all_is_in_order(
    first: list[Any], further: list[Any], believed: bool
) -> None:
    """Whatever else it says, its answers to further questions are not looked at."""
    submission = Submission("s", None, NAME, (Cell(0, "class A: ...", False),))
    replies = Replies([[*PREAMBLE, *first]], [further] if further else [])
    with Session(replies, submission, AskedClass(load(NAME)), seal) as session:  # type: ignore[arg-type]
        assert session.observe([asked("l", "loss")]).answers["l"][0].outcome == "returned"
        told = session.further([asked("m", "loss")])
        assert (told is not None) == believed
        if told is None:
            assert session.further([asked("m", "loss")]) is None
        else:
            value = told.answers["m"][0].value
            assert value is not None
            assert value.array == 2.0


@dataclass
class Busy:
    """A job that answers at `answers_at`, where of each second `queued` are spent waiting for a processor."""

    answers_at: float
    queued: float
    now: float = 0.0
    told: float = 0.0
    killed: bool = False

    def next_frame(self, timeout_s: float) -> bytes:
        if self.now + timeout_s < self.answers_at:
            self.now += timeout_s
            raise TimeoutError
        return probe.pack({"question": "l"})

    def queued_s(self) -> float:
        since, self.told = self.now - self.told, self.now
        return since * self.queued

    def kill(self) -> None:
        self.killed = True


def test_time_without_a_processor_does_not_count() -> None:
    """An answer that is late only because the machine had too much to do is waited for."""
    job, progress = Busy(answers_at=12.0, queued=0.75), Progress()
    assert _next(job, 4.0, progress)[0] == {"question": "l"}  # type: ignore[arg-type]
    assert progress.spared_s > 8.0


def test_sleeping_does_count_and_patience_ends() -> None:
    """A call that sleeps is stopped at its time; one that is always kept from running, at five times that."""
    for queued, spared, latest in ((0.0, 0.0, 4.0), (0.01, 0.0, 4.1), (1.0, 0.0, 20.0), (1.0, MOST_SPARED_S, 4.0)):
        job = Busy(answers_at=1e9, queued=queued)
        assert _next(job, 4.0, Progress(spared_s=spared)) == (None, TOO_LONG)  # type: ignore[arg-type]
        assert job.killed
        assert 4.0 <= job.now <= latest + 1e-9


def _told(asked_class: AskedClass, answers: list[dict[str, Any]], method: str = "loss") -> Any:
    submission = Submission("s", None, NAME, (Cell(0, "class A: ...", False),))
    questions = [asked(name, method) for name in dict.fromkeys(each["question"] for each in answers)]
    return Session(Replies([[*PREAMBLE, *answers]]), submission, asked_class, seal).observe(questions)  # type: ignore[arg-type]


def test_an_answer_that_came_before_to_the_last_bit_is_read_once() -> None:
    asked_class = AskedClass(load(NAME))
    first, same, other = (_told(asked_class, [answer("l", value)]).answers["l"][0] for value in (1.0, 1.0, 1.0 + 1e-15))
    assert same is first
    assert other is not first
    assert (first.value.array, other.value.array) == (1.0, 1.0 + 1e-15)
    with pytest.raises(ValueError, match="read-only"):
        first.value.array[0] = 2.0  # it may be another submission's as well


def test_an_answer_known_from_another_submission_is_no_answer_to_another_question() -> None:
    asked_class = AskedClass(load(NAME))
    _told(asked_class, [answer("l", 1.0)])
    submission = Submission("s", None, NAME, (Cell(0, "class A: ...", False),))
    jobs = [[*PREAMBLE, answer("l", 1.0)]]
    told = Session(Replies(jobs), submission, asked_class, seal).observe([asked("m", "loss")])  # type: ignore[arg-type]
    assert told.answers["m"][0].outcome == "died"
    twice = _told(asked_class, [answer("l", 1.0), answer("l", 1.0)])
    assert twice.answers["l"][0].outcome == "returned"  # the second was never asked for


def test_what_was_raised_is_each_submissions_own() -> None:
    asked_class = AskedClass(load(NAME))
    error = {"type": "ValueError", "text": "shapes", "place": "cell 0, line 1: x"}
    raised = {"question": "l", "call": 0, "outcome": "raised", "error": error, "mutated": [], "weights": {}}
    first, second = (_told(asked_class, [raised]).answers["l"][0] for _ in range(2))
    assert first == second
    assert first is not second
