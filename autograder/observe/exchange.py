"""The parent's side of a run: what a job says of its cells and questions, checked, whoever there wrote it."""

from __future__ import annotations

import contextlib
import math
import re
import time
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

from autograder.core import CallAnswer, Failure
from autograder.notebooks import Cell
from autograder.observe import probe
from autograder.observe.asked import AnyQuestion, Asked
from autograder.observe.redaction import in_its_own_words
from autograder.observe.replies import MalformedReply, cut
from autograder.sandbox import OVERLOAD, Job

CELL_S = 10.0  # wall time for one cell
CELLS_S = 40.0  # wall time for all cells of one run together
SLOW_S = 1.0  # a call that took longer is asked whether it waited for a processor
END_S = 1.0  # for the word that all questions have been put
LULL_S = 0.0007  # in which answers gather: to wait for each would wake both sides as often as a call takes
METHOD_S = 40.0  # wall time for all calls of one method together
MOST_NOTES = 20  # about cells that raised or ended a run; of more, their number is told
MOST_SPARED_S = 120.0  # time in which a submission waited for a processor, and which does not count
SUBMISSION_S = 360.0  # wall time for one submission, all its runs and whatever they start together
MOST_RUNS = 12  # fresh sandboxes for one submission, each after a cell or a question that ended the last one


@dataclass
class Progress:
    """What is known so far of one submission, over all its runs."""

    answers: dict[str, list[CallAnswer]] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    reduced_cells: set[int] = field(default_factory=set)
    skipped_cells: set[int] = field(default_factory=set)
    lost_methods: set[str] = field(default_factory=set)
    ended_once: set[str] = field(default_factory=set)  # methods that ended a process which had run others before
    cell_errors: dict[int, Failure] = field(default_factory=dict)
    wall_s: float = 0.0  # of the runs that have ended
    spent_s: dict[str, float] = field(default_factory=dict)  # by method
    spared_s: float = 0.0
    given_up: str = ""  # why no run leads anywhere
    end: float = math.inf  # by `time.monotonic`: when the submission has used up all that it may take
    closed: bool = False  # recorded data are within its reach: what it says in words is not passed on

    def spare(self, job: Job, most_s: float = MOST_SPARED_S) -> float:
        """Seconds, since this was last asked, that the job waited for a processor, as far as they do not count."""
        spared = min(job.queued_s(), most_s, MOST_SPARED_S - self.spared_s)
        self.spared_s += spared
        self.end += spared
        return spared

    @property
    def left_s(self) -> float:
        """Seconds that the submission may still take."""
        return max(0.0, self.end - time.monotonic())


def run_cells(job: Job, cells: Sequence[Cell], asked: Asked, progress: Progress) -> bool:
    """Whether all cells ran; else the culprit is left out of the next run."""
    deadline = time.monotonic() + CELLS_S
    for cell in cells:
        spared = progress.spared_s
        reply, how = _next(job, min(CELL_S, max(0.1, deadline - time.monotonic())), progress)
        deadline += progress.spared_s - spared
        if reply is not None and not _is(reply.get("cell"), cell.index):
            reply, how = None, "gave no account of itself"
        if how == USED_UP:
            return False
        if reply is None:
            again = cell.index in progress.reduced_cells
            (progress.skipped_cells if again else progress.reduced_cells).add(cell.index)
            progress.notes.append(f"cell {cell.index} {how}; the rest of the notebook was run without it")
            if len(progress.skipped_cells) >= MOST_RUNS // 2:
                progress.given_up = "too many cells of the notebook do not end"
                progress.notes.append(progress.given_up)
            return False
        if isinstance(reply.get("error"), dict) and cell.index not in progress.cell_errors:
            failure = _failure(reply["error"])
            if progress.closed:
                failure = in_its_own_words(failure, cells)
            progress.cell_errors[cell.index] = failure
            place = f" ({failure.place})" if failure.place else ""
            if len(progress.cell_errors) <= MOST_NOTES and not progress.closed:
                progress.notes.append(f"cell {cell.index} raised {failure.type}: {failure.text}{place}")
    return _all_defined(job, asked, progress)


def _all_defined(job: Job, asked: Asked, progress: Progress) -> bool:
    """Whether the probe says what the cells have defined; what it says is not repeated but in our own words."""
    reply, how = _next(job, CELL_S, progress)
    taken = None if reply is None else reply.get("taken")
    if not isinstance(taken, dict) or not all(_may_be_taken(*pair, asked) for pair in taken.items()):
        progress.given_up = f"the run {how or 'gave no account of itself'} after the last cell"
        progress.notes.append(progress.given_up)
        return False
    if progress.closed:
        return True
    progress.notes += [f"the class {name} is missing; {other} was taken in its place" for name, other in taken.items()]
    warned = reply.get("warnings") if reply is not None else None
    if isinstance(warned, list):
        progress.notes += [f"a warning was printed: {cut(text, 300)}" for text in warned[:5] if isinstance(text, str)]
    return True


def _may_be_taken(name: Any, other: Any, asked: Asked) -> bool:
    """Whether these are a class that is asked for and the name of another."""
    return type(name) is str and name in asked.classes and type(other) is str and bool(re.fullmatch(TAKEN, other))


def put_questions(
    job: Job, asked: Asked, questions: Sequence[AnyQuestion], progress: Progress, cells: Sequence[Cell]
) -> bool:
    """Take the answers in order; the first call without one costs its method, and ends this run: False.

    Where other methods ran in this process before, the end may be their doing: the method is asked once more, as the
    first in a process of its own, unless it took its whole time. A method whose calls all stay just below their time
    has a time for all of them together, too.
    """
    answers = _Answers(job, asked, progress, cells)
    return all(answers.take(question) for question in questions)


class _Reply(NamedTuple):
    """A frame with the question and call that it says it answers; and the answer, where the same frame came before."""

    frame: bytes
    answers: tuple[str, int]
    known: CallAnswer | None
    tree: dict[str, Any]


class _Answers:
    """What one process answers, call by call."""

    def __init__(self, job: Job, asked: Asked, progress: Progress, cells: Sequence[Cell]):
        self.job, self.asked, self.progress, self.cells = job, asked, progress, cells
        self.answered: dict[tuple[str, int], tuple[AnyQuestion, int]] = {}

    def take(self, question: AnyQuestion) -> bool:
        """The answers to a question's calls, up to the first that does not return; False when the run is over."""
        progress, answers = self.progress, list[CallAnswer]()
        for position, call in enumerate(question.calls):
            reply, how = self._reply(question, call.method)
            if how == USED_UP:
                return False
            twice = self.answered.get(reply.answers) if reply is not None else None
            if twice is not None:
                # Two answers to one call: it forked, or forged one. That is the fault of that call's method.
                _answered_twice(*twice, progress, answers if twice[0] is question else None)
                return False
            try:
                answers.append(self._answer(reply, how, question, position))
            except MalformedReply as fault:
                if how == TOO_LONG or not self._may_be_asked_alone(call.method):
                    said = how if reply is None else f"gave no valid answer ({fault})"
                    progress.notes.append(f"{call.method} {said}")
                    progress.lost_methods.add(call.method)
                    answers.append(CallAnswer("timed_out" if how == TOO_LONG else "died"))
                    progress.answers[question.id] = answers
                return False
            self.answered[question.id, position] = (question, position)
            if answers[-1].outcome != "returned":
                break
        progress.answers[question.id] = answers
        return True

    def _reply(self, question: AnyQuestion, method: str) -> tuple[_Reply | None, str]:
        """The next reply, or None and what happened instead; the time that it took is the method's."""
        at_hand = self.job.at_hand()
        if at_hand is not None:
            return self._said(at_hand)
        progress = self.progress
        spent = progress.spent_s.get(method, 0.0)
        start, spared = time.monotonic(), progress.spared_s
        time.sleep(LULL_S)
        frame, how = _frame(self.job, min(question.time_s, max(0.1, METHOD_S - spent)), progress)
        if how == USED_UP:
            return None, how
        took = time.monotonic() - start - (progress.spared_s - spared)
        if took > SLOW_S:
            took -= progress.spare(self.job, took)
        progress.spent_s[method] = spent + took
        if frame is None:
            return None, how
        return self._said(frame)

    def _said(self, frame: bytes) -> tuple[_Reply | None, str]:
        """What a frame says, or None and what is wrong with it."""
        held = self.asked.known.held(frame)
        if held is not None:
            return _Reply(frame, *held, {}), ""
        tree, how = _read(frame)
        return (None, how) if tree is None else (_Reply(frame, _named(tree), None, tree), "")

    def _answer(self, reply: _Reply | None, how: str, question: AnyQuestion, position: int) -> CallAnswer:
        """Raises MalformedReply for what is no answer to this call."""
        if reply is None:
            raise MalformedReply(how)
        if reply.answers != (question.id, position):
            raise MalformedReply("gave an answer to another question")
        if reply.known is not None:
            return reply.known
        answer = self.asked.answer(reply.tree, question, question.calls[position])
        if self.progress.closed and answer.failure is not None:
            return replace(answer, failure=in_its_own_words(answer.failure, self.cells))
        if answer.failure is None:  # words are the submission's own
            self.asked.known.keep(reply.frame, (reply.answers, answer), 2 * len(reply.frame))
        return answer

    def _may_be_asked_alone(self, method: str) -> bool:
        """Whether the end may be the doing of other methods that ran here; it is then noted, for one more try."""
        others = {done.calls[at].method for done, at in self.answered.values()} - {method}
        if method in self.progress.ended_once or not others:
            return False
        self.progress.ended_once.add(method)
        return True


def at_its_end(job: Job) -> bool:
    """Whether the program says, and nothing else, that it has put all questions: only then is it kept for more."""
    with contextlib.suppress(TimeoutError, ValueError, RecursionError):
        frame = job.next_frame(END_S)
        said = None if frame is None else probe.unpack(frame, probe.LONGEST_HEAD)
        return isinstance(said, dict) and list(said) == ["end"] and said["end"] is True
    return False


def _named(reply: dict[str, Any]) -> tuple[str, int]:
    """The question and the call that a reply says it answers; none of ours where it says something else."""
    question, call = reply.get("question"), reply.get("call")
    return (question, call) if type(question) is str and type(call) is int else ("", -1)


def _answered_twice(
    question: AnyQuestion, position: int, progress: Progress, answers_so_far: list[CallAnswer] | None
) -> None:
    """Neither answer counts, and the method is lost; `given` are the answers to the question if it is still open."""
    method = question.calls[position].method
    progress.notes.append(f"{method} gave two answers to one call")
    progress.lost_methods.add(method)
    answers = progress.answers[question.id] if answers_so_far is None else answers_so_far
    answers[position] = CallAnswer("died")
    progress.answers[question.id] = answers


TAKEN = r"\w{1,80}"
TOO_LONG = "did not end in its time and was stopped"
USED_UP = "was running when the time for the whole submission was over"


def _next(job: Job, timeout_s: float, progress: Progress) -> tuple[dict | None, str]:
    """The next reply, or None and what happened instead, in words."""
    frame, how = _frame(job, timeout_s, progress)
    return (None, how) if frame is None else _read(frame)


def _read(frame: bytes) -> tuple[dict | None, str]:
    """What a frame says, or None and what is wrong with it."""
    try:
        reply = probe.unpack(frame, probe.LONGEST_HEAD)
    except (ValueError, RecursionError):
        return None, "sent back something unreadable"
    return (reply, "") if isinstance(reply, dict) else (None, "sent back something unreadable")


def _frame(job: Job, timeout_s: float, progress: Progress) -> tuple[bytes | None, str]:
    """The next frame, or None and what happened instead, in words.

    On a machine with too much to do, time in which the job waited for a processor is given on top: sleeping costs
    time, being kept from running does not.
    """
    left, most = min(timeout_s, progress.left_s), (OVERLOAD - 1.0) * timeout_s
    while True:
        try:
            frame = job.next_frame(left)
            break
        except TimeoutError:
            left = progress.spare(job, most)
            most -= left
            if left < 0.05 * timeout_s:
                job.kill()
                return None, USED_UP if progress.left_s <= 0 else TOO_LONG
    if frame is None:
        reason = job.ended.reason if job.ended else ""
        if reason == "timed_out" and progress.left_s <= 0:
            return None, USED_UP
        words = {
            "timed_out": TOO_LONG,
            "cpu_limit": TOO_LONG,
            "out_of_memory": "used up the memory it may have",
            "flooded": "sent back more than it may",
        }
        return None, words.get(reason, "ended the process")
    return frame, ""


def _is(said: Any, wanted: str | int) -> bool:
    """Whether a reply says just that; an array in its place would be compared element by element."""
    return type(said) is type(wanted) and said == wanted


def _failure(error: dict[str, Any]) -> Failure:
    """What a cell raised, as the probe tells it."""
    kind, text, place = (
        cut(error[key], 300) if isinstance(error.get(key), str) else "" for key in ("type", "text", "place")
    )
    return Failure(kind or "an exception", text, place)
