"""What the parent makes of replies, whoever in the sandbox wrote them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from autograder.callables.asked.question import CallsQuestion, Step
from autograder.core import CallAnswer, Failure, Observation
from autograder.notebooks.records import Cell, Submission
from autograder.observe import NOT_ASKED, Asked, probe
from autograder.observe.exchange import MOST_SPARED_S, TOO_LONG, Progress, _next
from autograder.observe.session import Session

PREAMBLE = [{"cell": 0, "error": None}, {"taken": {}, "warnings": []}]
END = {"end": True}
SUBMISSION = Submission("s", None, "it", (Cell(0, "class A: ...", False),))
FUNCTIONS = Asked({})


@dataclass
class Replies:
    """A sandbox whose jobs answer with what was written for them, one list a job."""

    jobs: list[list[Any]]
    further: list[list[Any]] = field(default_factory=list)
    ended: Any = None
    current: list[Any] = field(default_factory=list)
    requests: list[bytes] = field(default_factory=list)

    def start(self, request: bytes, limits: Any) -> Replies:
        self.requests.append(request)
        self.current = self.jobs.pop(0)
        return self

    def at_hand(self) -> bytes | None:
        return None

    def next_frame(self, timeout_s: float) -> bytes | None:
        return probe.pack(self.current.pop(0)) if self.current else None

    def put(self, request: bytes) -> bool:
        if not self.further:
            return False
        self.current += self.further.pop(0)
        return True

    def close(self) -> Any:
        return SimpleNamespace(cpu_s=0.0, wall_s=0.0, reason="")

    def asked(self, number: int) -> list[str]:
        """The ids of the questions that one job was given."""
        return [probe.unseal(each)["id"] for each in probe.parted(self.requests[number])[1:]]


def answer(question: str, value: float, call: int = 0) -> dict[str, Any]:
    described = {"kind": "array", "dtype": "float64", "array": np.array([value])}
    return {"question": question, "call": call, "outcome": "returned", "mutated": [], "parts": {"0": described}}


def raised(question: str, **said: str) -> dict[str, Any]:
    error = {"type": "ValueError", "text": "shapes", "place": "cell 0, line 1: class A: ...", **said}
    return {"question": question, "call": 0, "outcome": "raised", "error": error}


def asked(name: str, method: str, **more: Any) -> CallsQuestion:
    x = np.zeros((1, 2))
    return CallsQuestion(name, method, "", (Step(method, ("p", "y"), (x, x)),), **more)


def session(replies: Replies, asked_for: Asked = FUNCTIONS, submission: Submission = SUBMISSION) -> Session:
    def sealed(question: CallsQuestion) -> bytes:
        return probe.seal(question.to_tree())

    return Session(replies, submission, asked_for, sealed)  # type: ignore[arg-type]


def observed(
    jobs: list[list[Any]], questions: Sequence[CallsQuestion], asked_for: Asked = FUNCTIONS
) -> tuple[Observation, Replies]:
    """What is made of these replies, one list a job that starts with the preamble; and all that the jobs were sent."""
    replies = Replies([[*PREAMBLE, *job] for job in jobs])
    told = session(replies, asked_for).observe(questions)
    assert not replies.jobs
    return told, replies


def number(told: Observation | None, question: str, call: int = 0) -> float:
    assert told is not None
    array = told.answers[question][call].parts["0"].array
    assert array is not None
    return float(array[0])


# --- whose fault it is that there is no answer


def test_a_copy_that_answers_late_costs_the_method_that_forked() -> None:
    """Its second answer comes while another method is asked: that one is asked again, and keeps its points."""
    questions = [asked("l", "loss"), asked("f1", "forward"), asked("f2", "forward")]
    jobs = [[answer("l", 1.0), answer("f1", 1.0), answer("l", 1.0)], [answer("f2", 2.0)]]
    told, _ = observed(jobs, questions)
    assert [told.answers[name][0].outcome for name in ("l", "f1", "f2")] == ["died", "returned", "returned"]
    assert told.notes == ("loss gave two answers to one call",)


def test_an_answer_given_twice_within_one_question_costs_the_call_that_was_answered() -> None:
    """The first call of a question is answered again in the place of its second."""
    x = np.zeros(2)
    question = CallsQuestion("l", "loss", "", (Step("loss", ("p",), (x,)), Step("loss", ("p",), (x,))))
    told, _ = observed([[answer("l", 1.0), answer("l", 1.0), answer("l", 2.0, 1)]], [question])
    assert told.answers["l"] == (CallAnswer("died"),)
    assert told.notes == ("loss gave two answers to one call",)


def test_an_answer_to_a_question_never_put_costs_the_method_that_is_asked() -> None:
    """Nothing else can be told from it."""
    told, _ = observed([[answer("g", 1.0)]], [asked("l", "loss")])
    assert told.answers["l"][0].outcome == "died"
    assert "another question" in told.notes[0]


def test_a_method_that_ends_a_process_where_others_ran_is_asked_once_more_alone_and_first() -> None:
    """The end may be the doing of those: alone it answers, and is not blamed."""
    questions = [asked("l", "loss"), asked("f", "forward"), asked("g", "forward"), asked("t", "train")]
    jobs = [[answer("l", 1.0)], [answer("f", 2.0), answer("g", 3.0), answer("t", 4.0)]]
    told, replies = observed(jobs, questions)
    assert [number(told, name) for name in "lfgt"] == [1.0, 2.0, 3.0, 4.0]
    assert [replies.asked(k) for k in range(2)] == [["l", "f", "g", "t"], ["f", "g", "t"]]


def test_a_method_that_ends_the_process_alone_too_has_done_it_itself() -> None:
    """It is asked no more; the others keep what they answered, and are asked the rest."""
    questions = [asked("l", "loss"), asked("f", "forward"), asked("t", "train"), asked("g", "forward")]
    told, replies = observed([[answer("l", 1.0)], [], [answer("t", 4.0)]], questions)
    assert [told.answers[name][0].outcome for name in "lft"] == ["returned", "died", "returned"]
    assert "g" not in told.answers
    assert replies.asked(1) == ["f", "g", "t"]  # it comes first
    assert replies.asked(2) == ["t"]
    assert told.notes == ("forward ended the process",)


@pytest.mark.parametrize(
    "reply",
    [
        {},
        [],
        7,
        {"question": "l"},
        {**answer("l", 1.0), "question": np.zeros(1)},
        {**answer("l", 1.0), "call": True},
        {**answer("l", 1.0), "call": 0.0},
        {**answer("l", 1.0), "outcome": "died"},
        {**answer("l", 1.0), "outcome": ["returned"]},
        {**answer("l", 1.0), "mutated": ["w9"]},
        {**answer("l", 1.0), "mutated": ["p"] * 17},
        {**answer("l", 1.0), "lent": ["init"]},
        {**answer("l", 1.0), "complexes": [np.zeros(3)]},
        {**answer("l", 1.0), "parts": [1.0]},
        {**answer("l", 1.0), "parts": {"0": 1.0}},
        {**answer("l", 1.0), "parts": {"0": {"kind": "array"}}},
        {**answer("l", 1.0), "parts": {"0": {"kind": "none", "array": np.zeros(1)}}},
        {**answer("l", 1.0), "parts": {"0": {"kind": "right", "dtype": ""}}},
        {**answer("l", 1.0), "parts": {"0": {"kind": "none", "dtype": "<script>"}}},
        {**answer("l", 1.0), "parts": {str(k): {"kind": "none"} for k in range(257)}},
        {**answer("l", 1.0), "outcome": "raised", "error": None},
        {**answer("l", 1.0), "outcome": "raised", "error": {"type": "E", "text": 1, "place": ""}},
        {**raised("l"), "unrecorded": ["forward"]},
        {**raised("l"), "unrecorded": {"of": 1, "parts": {}}},
        {**raised("l"), "unrecorded": {"of": "forward"}},
        {**raised("l"), "unrecorded": {"of": "forward", "parts": {"x": 1.0}}},
        {**raised("l"), "unrecorded": {"of": "forward", "parts": {str(k): {"kind": "none"} for k in range(257)}}},
    ],
    ids=repr,
)
def test_a_malformed_reply_costs_the_method_that_is_asked(reply: Any) -> None:
    """No such reply is the probe's; the method is the first here, so that nobody else can have done it."""
    told, _ = observed([[reply]], [asked("l", "loss"), asked("m", "loss")])
    assert told.answers == {"l": (CallAnswer("died"),)}
    assert told.notes[0].startswith(("loss gave no valid answer", "loss sent back something unreadable"))


# --- what is said beside numbers


def test_warnings_are_told_and_cut() -> None:
    """Five at most, none without end."""
    replies = Replies([[PREAMBLE[0], {"taken": {}, "warnings": ["x" * 1000, 7, *"abcdef"]}, answer("l", 1.0)]])
    told = session(replies).observe([asked("l", "loss")])
    assert told.notes == tuple(f"a warning was printed: {text}" for text in ("x" * 300, "a", "b", "c"))


def test_what_a_cell_raised_is_told() -> None:
    """With its place, in its own words."""
    error = {"type": "KeyError", "text": "'w'", "place": "cell 0, line 1: class A: ..."}
    replies = Replies([[{"cell": 0, "error": error}, PREAMBLE[1], answer("l", 1.0)]])
    told = session(replies).observe([asked("l", "loss")])
    assert told.notes == ("cell 0 raised KeyError: 'w' (cell 0, line 1: class A: ...)",)


def test_where_recorded_answers_are_within_reach_nothing_made_up_is_passed_on() -> None:
    """No warning, no name of a class, no exception's text; a line of its own source may stand there."""
    first = {"cell": 0, "error": {"type": "Stolen", "text": "0.25", "place": "cell 0, line 1: 0.25"}}
    second = {"taken": {"Line": "Stolen"}, "warnings": ["0.25"]}
    replies = Replies([[first, second, raised("l", type="Stolen", text="0.25", place="cell 0, line 1: 0.25")]])
    stand_in = {"forward": {"labels": [], "rows": []}}
    told = session(replies, Asked({"Line": ["forward"]})).observe([asked("l", "loss", stand_in=stand_in)])
    failure = told.answers["l"][0].failure
    assert failure is not None
    assert (failure.type, failure.text) == ("an exception", "(its text is withheld)")
    assert failure.place == "cell 0, line 1: class A: ..."
    assert told.notes == ()


def test_a_class_that_was_taken_in_the_place_of_a_missing_one_is_told() -> None:
    """By the name that it has."""
    replies = Replies([[PREAMBLE[0], {"taken": {"Line": "Straight"}, "warnings": []}, answer("l", 1.0)]])
    told = session(replies, Asked({"Line": ["forward", "loss"]})).observe([asked("l", "loss")])
    assert told.notes == ("the class Line is missing; Straight was taken in its place",)
    assert number(told, "l") == 1.0


@pytest.mark.parametrize(
    "taken",
    [
        {"Other": "Straight"},  # was not asked for
        {"Line": "Straight", "Other": "Straight"},
        {"Line": "x = 1; full marks"},
        {"Line": ""},
        {"Line": "x" * 81},
        {"Line": 7},
        {"Line": None},
        {"Line": np.zeros(1)},
        ["Line"],
        "Line",
        None,
    ],
    ids=repr,
)
def test_a_forged_word_on_what_was_taken_is_refused(taken: Any) -> None:
    """Whoever wrote it is believed in nothing else either."""
    replies = Replies([[PREAMBLE[0], {"taken": taken, "warnings": ["x"]}, answer("l", 1.0)]])
    told = session(replies, Asked({"Line": ["forward", "loss"]})).observe([asked("l", "loss")])
    why = "the run gave no account of itself after the last cell"
    assert told.answers["l"] == (CallAnswer("missing", failure=Failure(NOT_ASKED, why, "")),)
    assert told.notes == (why,)


def test_a_cell_that_speaks_for_another_one_is_left_out() -> None:
    """Its account is of another cell: what it has written is no answer, and in the next run its definitions stay."""
    forged = [{"cell": 1, "error": None}, {"taken": {}, "warnings": []}, answer("l", 9.0)]
    replies = Replies([forged, [*PREAMBLE, answer("l", 1.0)]])
    told = session(replies).observe([asked("l", "loss")])
    assert number(told, "l") == 1.0
    assert told.notes == ("cell 0 gave no account of itself; the rest of the notebook was run without it",)


# --- further questions to the same process


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
    replies = Replies([[*PREAMBLE, *first]], [further] if further else [])
    with session(replies) as sitting:
        assert sitting.observe([asked("l", "loss")]).answers["l"][0].outcome == "returned"
        told = sitting.further([asked("m", "loss")])
        assert (told is not None) == believed
        if told is None:
            assert sitting.further([asked("m", "loss")]) is None
        else:
            assert number(told, "m") == 2.0


def test_a_process_that_was_not_whole_is_asked_no_more() -> None:
    """A method has ended one process: what the next one is asked further, a fresh sandbox is."""
    replies = Replies([[*PREAMBLE], [*PREAMBLE, answer("f", 1.0), END]], [[answer("m", 2.0), END]])
    with session(replies) as sitting:
        told = sitting.observe([asked("l", "loss"), asked("f", "forward")])
        assert [told.answers[name][0].outcome for name in "lf"] == ["died", "returned"]
        assert number(sitting.further([asked("m", "forward")]), "m") == 2.0  # the second was whole
    replies = Replies([[*PREAMBLE, answer("f", 1.0)], [*PREAMBLE]], [[answer("m", 2.0), END]])
    with session(replies) as sitting:
        told = sitting.observe([asked("f", "forward"), asked("l", "loss")])
        assert [told.answers[name][0].outcome for name in "fl"] == ["returned", "died"]
        assert sitting.further([asked("m", "forward")]) is None


# --- clocks


@dataclass
class Busy:
    """A job that answers at `answers_at`, where of each second `queued` are spent waiting for a processor."""

    answers_at: float
    queued: float
    now: float = 0.0
    told: float = 0.0
    killed: bool = False

    def at_hand(self) -> bytes | None:
        return None

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


# --- answers that come again


def _told(asked_for: Asked, answers: list[dict[str, Any]]) -> Observation:
    questions = [asked(name, "loss") for name in dict.fromkeys(each["question"] for each in answers)]
    return observed([answers], questions, asked_for)[0]


def test_an_answer_that_came_before_to_the_last_bit_is_read_once() -> None:
    asked_for = Asked({})
    first, same, other = (_told(asked_for, [answer("l", value)]).answers["l"][0] for value in (1.0, 1.0, 1.0 + 1e-15))
    assert same is first
    assert other is not first
    assert (first.parts["0"].array, other.parts["0"].array) == (1.0, 1.0 + 1e-15)
    with pytest.raises(ValueError, match="read-only"):
        first.parts["0"].array[0] = 2.0  # type: ignore[index]  # it may be another submission's as well


def test_an_answer_known_from_another_submission_is_no_answer_to_another_question() -> None:
    asked_for = Asked({})
    _told(asked_for, [answer("l", 1.0)])
    told, _ = observed([[answer("l", 1.0)]], [asked("m", "loss")], asked_for)
    assert told.answers["m"][0].outcome == "died"
    twice = _told(asked_for, [answer("l", 1.0), answer("l", 1.0)])
    assert twice.answers["l"][0].outcome == "returned"  # the second was never asked for


def test_what_was_raised_is_each_submissions_own() -> None:
    asked_for = Asked({})
    first, second = (_told(asked_for, [raised("l")]).answers["l"][0] for _ in range(2))
    assert first == second
    assert first is not second
