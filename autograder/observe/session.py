"""A submission's session in the sandbox: its cells are run and questions put, in as many processes as it takes."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from autograder.core import CallAnswer, Failure, Observation
from autograder.notebooks import NOT_RUN, Cell, Submission, Syntax, as_written, kept_from_running
from autograder.observe import probe
from autograder.observe.asked import AnyQuestion, Asked
from autograder.observe.exchange import (
    MOST_NOTES,
    MOST_RUNS,
    SUBMISSION_S,
    Progress,
    at_its_end,
    put_questions,
    run_cells,
)
from autograder.sandbox import Job, Limits, Sandbox

PROGRAM = Path(probe.__file__).parent
Sealed = Callable[[Any], bytes]  # a question as the probe reads it, without what it must not hold
# No exceptions' names: why a question has no answer.
TIME_USED_UP, NOT_ENDED, NOT_ASKED = "time used up", "cell not ended", "not asked"
PATIENCE, PATIENCE_S = 3, 60.0  # cells that ended a run, and seconds spent, before only definitions are run


class Session:
    """A submission in the sandbox. A context manager: its last process is kept for further questions until the end.

    `sealed` writes a question for the probe. `most_s` is the wall time that the submission may take in all, with
    whatever it starts. `cpu_s` and `wall_s` are what it took in all, the latter without the time that it was kept
    waiting; complete when it is closed.
    """

    def __init__(
        self,
        sandbox: Sandbox,
        submission: Submission,
        asked: Asked,
        sealed: Sealed,
        limits: Limits | None = None,
        most_s: float = SUBMISSION_S,
    ) -> None:
        self.sandbox, self.submission, self.asked = sandbox, submission, asked
        self.sealed, self.limits = sealed, limits or Limits()
        self.most_s = self._left_s = most_s
        self.cpu_s = self.wall_s = 0.0
        self._kept: Job | None = None
        self._cells: list[Cell] = []  # that were run in it
        self._waits_since = 0.0

    def __enter__(self) -> Session:
        return self

    def __exit__(self, *exc: object) -> None:
        self._let_go()

    def observe(self, questions: Sequence[AnyQuestion]) -> Observation:
        """Run the submission's cells and put the questions, in as many fresh sandboxes as it takes.

        A question that hangs, dies, floods or exhausts memory costs the method that was running: what was answered
        before is kept, no more of that method's questions are asked, the rest goes to a fresh sandbox. A cell that
        does so is left out of the next run. Raises SandboxError only for a fault of ours or of the machine.

        Where a question has stand-ins, what they answer with could be told in a warning or an exception, and would
        reach the report that way: then no text of the submission's is passed on but such as stands in its own source.
        """
        self._let_go()
        progress = self._progress(closed=any(question.stand_in for question in questions))
        for _ in range(MOST_RUNS):
            waiting = [question for question in questions if _to_ask(question, progress)]
            waiting.sort(key=lambda question: question.calls[-1].method not in progress.ended_once)
            cells = _cells(self.submission, progress)
            if not waiting or progress.given_up or not progress.left_s:
                break
            self._in_a_fresh_sandbox(cells, waiting, progress)
        self._left_s = progress.left_s
        if not self._left_s:
            self._give_up(questions, progress)
        if progress.given_up:
            answer = CallAnswer("missing", failure=Failure(NOT_ASKED, progress.given_up, ""))
            progress.answers = {question.id: [answer] for question in questions}
        self._tell_why_missing(questions, progress)
        if len(progress.cell_errors) > MOST_NOTES and not progress.closed:
            progress.notes.append(f"{len(progress.cell_errors)} cells raised; the first {MOST_NOTES} are told")
        return _observation(progress)

    def further(self, questions: Sequence[AnyQuestion]) -> Observation | None:
        """Put questions with stand-ins to the process that answered the last ones, if all went well there and here.

        None where anything did not: then only a fresh sandbox shows whose fault it is.
        """
        job, self._kept = self._kept, None
        if job is None:
            return None
        progress = self._progress(closed=True)
        self.wall_s -= time.monotonic() - self._waits_since
        whole = False
        try:
            if job.put(probe.joined([self.sealed(question) for question in questions])):
                whole = self._ask(job, questions, progress)
        finally:
            self._keep(job, whole)
            self._left_s = progress.left_s
        return _observation(progress) if whole else None

    def _progress(self, closed: bool) -> Progress:
        return Progress(closed=closed, end=time.monotonic() + self._left_s)

    def _give_up(self, questions: Sequence[AnyQuestion], progress: Progress) -> None:
        """What was not answered in the time of the whole submission is told as such, as no method's own limit."""
        unasked = [question for question in questions if _to_ask(question, progress)]
        if unasked and not progress.given_up:
            said = f"{self.most_s:g} s"
            answer = CallAnswer("raised", failure=Failure(TIME_USED_UP, said, ""))
            progress.answers |= {question.id: [answer] for question in unasked}
            progress.notes.append(f"the submission used up the {said} that it may take in all; not all could be asked")

    def _tell_why_missing(self, questions: Sequence[AnyQuestion], progress: Progress) -> None:
        """With what is missing, what kept it from being made."""
        whys: dict[str, Failure | None] = {}
        for question in questions:
            for k, answer in enumerate(progress.answers.get(question.id, ())):
                name = question.calls[k].method
                if answer.outcome == "missing" and answer.failure is None:
                    if name not in whys:
                        whys[name] = _why_missing(self.submission, name, progress)
                    progress.answers[question.id][k] = replace(answer, failure=whys[name])

    def _in_a_fresh_sandbox(self, cells: list[Cell], questions: Sequence[AnyQuestion], progress: Progress) -> None:
        head = {
            "cells": [{"index": cell.index, "source": cell.source} for cell in cells],
            **self.asked.head(),
        }
        request = probe.joined([probe.seal(head), *(self.sealed(question) for question in questions)])
        self._cells, before_s = cells, self.wall_s
        limits = replace(self.limits, wall_s=min(self.limits.wall_s, max(0.1, progress.left_s)))
        job = self.sandbox.start(request, limits)
        whole = False
        try:
            whole = run_cells(job, cells, self.asked, progress) and self._ask(job, questions, progress)
        finally:
            self._keep(job, whole)
        progress.wall_s += self.wall_s - before_s

    def _ask(self, job: Job, questions: Sequence[AnyQuestion], progress: Progress) -> bool:
        """Whether all questions were answered, and nothing was said beside."""
        return put_questions(job, self.asked, questions, progress, self._cells) and at_its_end(job)

    def _keep(self, job: Job, whole: bool) -> None:
        self._kept, self._waits_since = job, time.monotonic()
        if not whole:
            self._let_go()

    def _let_go(self) -> None:
        """End the process that is kept."""
        job, self._kept = self._kept, None
        if job is not None:
            self.wall_s -= time.monotonic() - self._waits_since
            ended = job.close()
            self.cpu_s += ended.cpu_s
            self.wall_s += ended.wall_s


def _observation(progress: Progress) -> Observation:
    answers = {key: tuple(call_answers) for key, call_answers in progress.answers.items()}
    return Observation(answers, tuple(dict.fromkeys(progress.notes)))


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


def _to_ask(question: AnyQuestion, progress: Progress) -> bool:
    """Not answered yet, and none of its calls is of a method that already cost a run."""
    if question.id in progress.answers:
        return False
    return not any(call.method in progress.lost_methods for call in question.calls)


def _why_missing(submission: Submission, name: str, progress: Progress) -> Failure | None:
    """What kept a function, a class or a method from being made, where a cell that holds its text raised, never
    ended or was not run: of a class without one of its methods none that lacks that as well."""
    owner, _, method = name.partition(".")
    defines = r"^\s*(?:class|def|async\s+def)\s+{}\b"
    texts = [re.compile(defines.format(re.escape(each)), re.MULTILINE) for each in (owner, method) if each]
    for cell in submission.cells:
        if all(text.search(cell.source) for text in texts):
            if cell.index in progress.cell_errors:
                return progress.cell_errors[cell.index]
            if cell.index in progress.skipped_cells:
                return Failure(NOT_ENDED, f"cell {cell.index}", "")
    handed_in = submission.notebook["cells"] if submission.notebook is not None else []
    for index, note in kept_from_running(submission.notes).items():
        if all(text.search(as_written(handed_in[index])) for text in texts):
            return Failure(NOT_RUN, note, "")
    return None
