"""The parent's side of a run: a submission and questions go into the sandbox, a checked observation comes out."""

from __future__ import annotations

import builtins
import re
import time
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np

from autograder import probe
from autograder.answers import MalformedReply, answer_from, told
from autograder.assignment import Assignment
from autograder.job import OVERLOAD, Job, Limits
from autograder.needed import Syntax
from autograder.questions import Call, Question
from autograder.records import CallAnswer, Cell, Failure, Observation, Submission
from autograder.sandbox import Sandbox
from autograder.seal import sealed

PROGRAM = Path(probe.__file__)
CELL_S = 10.0  # wall time for one cell
CELLS_S = 40.0  # wall time for all cells of one run together
SLOW_S = 1.0  # a call that took longer is asked whether it waited for a processor
METHOD_S = 40.0  # wall time for all calls of one method together
MOST_NOTES = 20  # about cells that raised or ended a run; of more, their number is told
PATIENCE, PATIENCE_S = 3, 60.0  # cells that ended a run, and seconds spent, before only definitions are run
MOST_SPARED_S = 120.0  # time in which a submission waited for a processor, and which does not count
MOST_RUNS = 12  # fresh sandboxes for one submission, each after a cell or a question that ended the last one


@dataclass
class Progress:
    """What is known so far of one submission, over all its runs."""

    answers: dict[str, list[CallAnswer]] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    reduced_cells: set[int] = field(default_factory=set)
    skipped_cells: set[int] = field(default_factory=set)
    lost_methods: set[str] = field(default_factory=set)
    cell_errors: dict[int, Failure] = field(default_factory=dict)
    cpu_s: float = 0.0
    wall_s: float = 0.0
    spent_s: dict[str, float] = field(default_factory=dict)  # by method
    spared_s: float = 0.0
    no_class: str = ""
    closed: bool = False  # recorded data are within its reach: what it says in words is not passed on

    def spare(self, job: Job, most_s: float = MOST_SPARED_S) -> float:
        """Seconds, since this was last asked, that the job waited for a processor, as far as they do not count."""
        spared = min(job.queued_s(), most_s, MOST_SPARED_S - self.spared_s)
        self.spared_s += spared
        return spared


def observe(
    sandbox: Sandbox,
    submission: Submission,
    assignment: Assignment,
    questions: Sequence[Question],
    limits: Limits | None = None,
) -> Observation:
    """Run the submission's cells and put the questions, in as many fresh sandboxes as it takes.

    A question that hangs, dies, floods or exhausts memory costs the method that was running: what was answered before
    is kept, no more of that method's questions are asked, the rest goes to a fresh sandbox. A cell that does so is
    left out of the next run. Raises SandboxError only for a fault of ours or of the machine.

    Where a question has stand-ins, what they answer with could be told in a warning or an exception, and would reach
    the report that way: then no text of the submission's is passed on but such as stands in its own source.
    """
    progress = Progress(closed=any(question.stand_in for question in questions))
    for _ in range(MOST_RUNS):
        waiting = [question for question in questions if _to_ask(question, progress)]
        cells = _cells(submission, progress)
        if not waiting or progress.no_class:
            break
        _run(sandbox, assignment, cells, waiting, progress, limits or Limits())
    if progress.no_class:
        failure = _why_no_class(submission, assignment, progress)
        answer = CallAnswer("missing") if failure is None else CallAnswer("raised", failure=failure, in_init=True)
        progress.answers = {question.id: [answer] for question in questions}
    if len(progress.cell_errors) > MOST_NOTES and not progress.closed:
        progress.notes.append(f"{len(progress.cell_errors)} cells raised; the first {MOST_NOTES} are told")
    answers = {key: tuple(given) for key, given in progress.answers.items()}
    return Observation(answers, tuple(dict.fromkeys(progress.notes)), progress.cpu_s, progress.wall_s)


def _cells(submission: Submission, progress: Progress) -> list[Cell]:
    """The cells to run. Of one that ended a run only what it defines is run again, and nothing if that ends a run too;
    after several of these, or a long time, the same goes for all: a notebook full of experiments still shows its class.
    """
    impatient = len(progress.reduced_cells) >= PATIENCE or progress.wall_s - progress.spared_s >= PATIENCE_S
    cells = []
    for cell in submission.cells:
        if cell.index in progress.skipped_cells:
            continue
        if impatient or cell.index in progress.reduced_cells:
            progress.reduced_cells.add(cell.index)
            cells.append(Cell(cell.index, Syntax(cell.source).definitions, cell.given))
        else:
            cells.append(cell)
    return cells


def _to_ask(question: Question, progress: Progress) -> bool:
    """Not answered yet, and none of its calls is of a method that already cost a run."""
    if question.id in progress.answers:
        return False
    return not any(call.method in progress.lost_methods for call in question.calls)


def _run(
    sandbox: Sandbox,
    assignment: Assignment,
    cells: Sequence[Cell],
    questions: Sequence[Question],
    progress: Progress,
    limits: Limits,
) -> None:
    head = {
        "cells": [{"index": cell.index, "source": cell.source} for cell in cells],
        "class": assignment.class_name,
        "weights": list(assignment.weights),
    }
    request = probe.joined([probe.pack(head), *(sealed(question, assignment) for question in questions)])
    job = sandbox.start(request, limits)
    try:
        if _run_cells(job, cells, assignment, progress):
            _put_questions(job, assignment, questions, progress, cells)
    finally:
        ended = job.close()
        progress.cpu_s += ended.cpu_s
        progress.wall_s += ended.wall_s


def _run_cells(job: Job, cells: Sequence[Cell], assignment: Assignment, progress: Progress) -> bool:
    """Whether all cells ran and the class was found; else the culprit is left out of the next run."""
    deadline = time.monotonic() + CELLS_S
    for cell in cells:
        spared = progress.spared_s
        reply, how = _next(job, min(CELL_S, max(0.1, deadline - time.monotonic())), progress)
        deadline += progress.spared_s - spared
        if reply is not None and not _is(reply.get("cell"), cell.index):
            reply, how = None, "gave no account of itself"
        if reply is None:
            again = cell.index in progress.reduced_cells
            (progress.skipped_cells if again else progress.reduced_cells).add(cell.index)
            progress.notes.append(f"cell {cell.index} {how}; the rest of the notebook was run without it")
            if len(progress.skipped_cells) >= MOST_RUNS // 2:
                progress.no_class = "too many cells of the notebook do not end"
                progress.notes.append(progress.no_class)
            return False
        if isinstance(reply.get("error"), dict) and cell.index not in progress.cell_errors:
            failure = _failure(reply["error"])
            if progress.closed:
                failure = _own_words(failure, cells)
            progress.cell_errors[cell.index] = failure
            place = f" ({failure.place})" if failure.place else ""
            if len(progress.cell_errors) <= MOST_NOTES and not progress.closed:
                progress.notes.append(f"cell {cell.index} raised {failure.type}: {failure.text}{place}")
    return _class_found(job, assignment, progress)


def _class_found(job: Job, assignment: Assignment, progress: Progress) -> bool:
    """Whether the probe says that it found the class; what it says is not repeated but in our own words."""
    reply, how = _next(job, CELL_S, progress)
    says = None if reply is None else reply.get("class")
    other = re.fullmatch(TAKEN, says) if isinstance(says, str) else None
    if _is(says, f"no class {assignment.class_name} was defined"):
        progress.no_class = f"no class {assignment.class_name} was defined"
    elif other is None and not _is(says, ""):
        progress.no_class = f"the run {how or 'gave no account of itself'} after the last cell"
    if progress.no_class:
        progress.notes.append(progress.no_class)
        return False
    if progress.closed:
        return True
    if other is not None:
        progress.notes.append(f"the class {assignment.class_name} is missing; {other[1]} was taken in its place")
    warned = reply.get("warnings") if reply is not None else None
    if isinstance(warned, list):
        progress.notes += [f"a warning was printed: {told(text, 300)}" for text in warned[:5] if isinstance(text, str)]
    return True


def _put_questions(
    job: Job, assignment: Assignment, questions: Sequence[Question], progress: Progress, cells: Sequence[Cell]
) -> None:
    """Take the answers in order; the first call without one costs its method, and ends this run.

    A method whose calls all stay just below their time has a time for all of them together, too.
    """
    answered: dict[tuple[str, int], tuple[Question, int]] = {}
    for question in questions:
        given: list[CallAnswer] = []
        for position, call in enumerate(question.calls):
            spent = progress.spent_s.get(call.method, 0.0)
            start, spared = time.monotonic(), progress.spared_s
            reply, how = _next(job, min(question.time_s, max(0.1, METHOD_S - spent)), progress)
            took = time.monotonic() - start - (progress.spared_s - spared)
            if took > SLOW_S:
                took -= progress.spare(job, took)
            progress.spent_s[call.method] = spent + took
            twice = answered.get(_named(reply)) if reply is not None else None
            if twice is not None:
                # Two answers to one call: it forked, or forged one. That is the fault of that call's method.
                _answered_twice(*twice, progress, given if twice[0] is question else None)
                return
            try:
                if reply is None:
                    raise MalformedReply(how)
                if _named(reply) != (question.id, position):
                    raise MalformedReply("gave an answer to another question")
                answer = answer_from(reply, assignment, _room(question, call))
            except MalformedReply as fault:
                progress.notes.append(f"{call.method} {how if reply is None else f'gave no valid answer ({fault})'}")
                progress.lost_methods.add(call.method)
                given.append(CallAnswer("timed_out" if how == TOO_LONG else "died"))
                progress.answers[question.id] = given
                return
            if progress.closed and answer.failure is not None:
                answer = replace(answer, failure=_own_words(answer.failure, cells))
            given.append(answer)
            answered[question.id, position] = (question, position)
            if answer.outcome != "returned":
                break
        progress.answers[question.id] = given


def _named(reply: dict[str, Any]) -> tuple[str, int]:
    """The question and the call that a reply says it answers; none of ours where it says something else."""
    question, call = reply.get("question"), reply.get("call")
    return (question, call) if type(question) is str and type(call) is int else ("", -1)


def _answered_twice(question: Question, position: int, progress: Progress, given: list[CallAnswer] | None) -> None:
    """Neither answer counts, and the method is lost; `given` are the answers to the question if it is still open."""
    method = question.calls[position].method
    progress.notes.append(f"{method} gave two answers to one call")
    progress.lost_methods.add(method)
    answers = progress.answers[question.id] if given is None else given
    answers[position] = CallAnswer("died")
    progress.answers[question.id] = answers


def _room(question: Question, call: Call) -> int:
    """Elements that an answer may have and still be kept: what is asked, several times over, and each sample with
    each. What is larger is wrong whatever its numbers are, and a class of such answers would fill the grader's memory.
    """
    sizes = [np.size(each) for each in (*question.init, *call.args)]
    epochs = call.args[3] if call.method == "train" else 1
    return 4096 + 4 * sum(sizes) * epochs + len(call.args[0]) ** 2


TAKEN = r"the class \w+ is missing; (\w{1,80}) was taken in its place"
TOO_LONG = "did not end in its time and was stopped"


def _next(job: Job, timeout_s: float, progress: Progress) -> tuple[dict | None, str]:
    """The next reply, or None and what happened instead, in words.

    On a machine with too much to do, time in which the job waited for a processor is given on top: sleeping costs
    time, being kept from running does not.
    """
    left, most = timeout_s, (OVERLOAD - 1.0) * timeout_s
    while True:
        try:
            frame = job.next_frame(left)
            break
        except TimeoutError:
            left = progress.spare(job, most)
            most -= left
            if left < 0.05 * timeout_s:
                job.kill()
                return None, TOO_LONG
    if frame is None:
        reason = job.ended.reason if job.ended else ""
        words = {
            "timed_out": TOO_LONG,
            "cpu_limit": TOO_LONG,
            "out_of_memory": "used up the memory it may have",
            "flooded": "sent back more than it may",
        }
        return None, words.get(reason, "ended the process")
    try:
        reply = probe.unpack(frame, probe.LONGEST_HEAD)
    except (ValueError, RecursionError):
        return None, "sent back something unreadable"
    return (reply, "") if isinstance(reply, dict) else (None, "sent back something unreadable")


def _is(said: Any, wanted: str | int) -> bool:
    """Whether a reply says just that; an array in its place would be compared element by element."""
    return type(said) is type(wanted) and said == wanted


def _failure(error: dict[str, Any]) -> Failure:
    """What a cell raised, as the probe tells it."""
    kind, text, place = (
        told(error[key], 300) if isinstance(error.get(key), str) else "" for key in ("type", "text", "place")
    )
    return Failure(kind or "an exception", text, place)


EXCEPTIONS = {name for name, each in vars(builtins).items() if isinstance(each, type) and issubclass(each, Exception)}
# What can be said of an exception without a word of the submission's own, and with one that stands in its source.
PHRASES = (
    "operands could not be broadcast together", "mismatch in its core dimension", "not aligned",
    "positional argument", "object has no attribute", "is not defined", "not subscriptable", "not callable",
)  # fmt: skip
NAMING = re.compile(r"name '(\w+)' is not defined|'(\w+)' object has no attribute '(\w+)'")


def _own_words(failure: Failure, cells: Sequence[Cell]) -> Failure:
    """The failure without anything that the submission could have made up while it ran."""
    kind = failure.type if failure.type in EXCEPTIONS or failure.type == probe.OffTheRecord.__name__ else "an exception"
    text = next((phrase for phrase in PHRASES if phrase in failure.text), "(its text is withheld)")
    naming = NAMING.fullmatch(failure.text)
    if naming is not None:
        words = frozenset().union(*(re.findall(r"\w+", cell.source) for cell in cells))
        if all(word in words for word in naming.groups() if word is not None):
            text = failure.text
    place = ""
    at = re.match(r"cell (\d+), line (\d+): ", failure.place)
    for cell in cells:
        if at is not None and cell.index == int(at[1]):
            line = "".join(cell.source.splitlines()[int(at[2]) - 1 : int(at[2])]).strip()
            place = told(f"cell {cell.index}, line {int(at[2])}: {line}", 300) if line else ""
    return Failure(kind, text, place)


def _why_no_class(submission: Submission, assignment: Assignment, progress: Progress) -> Failure | None:
    """What kept the class from being made, where a cell that holds its text raised or never ended."""
    for cell in submission.cells:
        if f"class {assignment.class_name}" in cell.source:
            if cell.index in progress.cell_errors:
                return progress.cell_errors[cell.index]
            if cell.index in progress.skipped_cells:
                return Failure("Timeout", "the cell that defines the class did not end", f"cell {cell.index}")
    return None
