"""Where our own cost goes: each stage of grading a submission, timed in one process."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from autograder import callables
from autograder.core.course import Course
from autograder.grading import handed_in
from autograder.grading.grader import Grader, Task
from autograder.notebooks.records import Submission
from autograder.observe import Asked
from autograder.observe.session import PROGRAM, Session
from autograder.sandbox.sandbox import Limits, Sandbox


@dataclass(frozen=True)
class Split:
    """Milliseconds for one submission, medians; `plain` is the same empty job without isolation.

    `held` is what grading takes beside cells and questions: answers held against the exam, faults named, and what is
    asked once more by other routes.
    """

    read: float
    sandbox: float
    cells: float
    questions: float
    held: float
    checks: float
    recording: float
    plain: float


def measure(course: Course, assignment: str, count: int) -> Split:
    """The stages over the first `count` submissions of an assignment; the gradebook is written to."""
    from autograder.gradebook.writing import record

    paths = handed_in.notebooks(course, assignment)[:count]
    with Grader(course) as grader:
        grader.get_ready(assignment, several=True)
        exam = grader.bench(assignment).exam
        questions = tuple(exam.questions.values())
        tasks = [Task(path, str(path), course.student_of(path)) for path in paths]
        submissions, read = _timed(lambda task: grader.read(task, assignment), tasks)
        _, whole = _timed(lambda one: _asked(grader.sandbox, one, exam, questions), submissions)
        _, cells = _timed(lambda one: _asked(grader.sandbox, one, exam, questions[:1]), submissions)
        _, empty = _timed(lambda _: _job(grader.sandbox), range(max(20, count)))
        evidence, examined = _timed(grader.examine, submissions)
    reports, judged = _timed(callables.judge, [evidence])
    pairs = list(zip(reports[0], submissions, strict=True))
    record(course, pairs)
    _, recorded = _timed(lambda each: record(course, each), [pairs])
    with Sandbox(PROGRAM, isolation="none") as plain:
        _, bare = _timed(lambda _: _job(plain), range(max(20, count)))
    return Split(
        read=read,
        sandbox=empty,
        cells=cells - empty,
        questions=whole - cells,
        held=examined - whole,
        checks=judged / len(paths),
        recording=recorded / len(paths),
        plain=bare,
    )


def _timed(work: Callable[[Any], Any], each: Iterable[Any]) -> tuple[list[Any], float]:
    """What the work makes of each, and the median of the milliseconds that it takes."""
    made, took = [], []
    for one in each:
        start = time.perf_counter()
        made.append(work(one))
        took.append(time.perf_counter() - start)
    return made, statistics.median(took) * 1e3


def _asked(
    sandbox: Sandbox, submission: Submission, exam: callables.Exam, questions: tuple[callables.CallsQuestion, ...]
) -> None:
    """A submission's cells run, and questions put as it stands."""
    with Session(sandbox, submission, Asked(exam.classes, exam.known_replies), exam.sealed) as session:
        session.observe(questions)


def _job(sandbox: Sandbox) -> None:
    """A job with nothing to do, from start to end: what each submission pays for its boundary."""
    from autograder.observe import probe

    job = sandbox.start(probe.joined([probe.seal({"cells": [], **Asked({}).head()})]), Limits())
    for _ in ("the cells are run", "the questions are put"):
        job.next_frame(10.0)
    job.close()


def describe(split: Split) -> str:
    """One line for each stage."""
    rows = [
        ("reading the notebook", split.read),
        ("a sandbox, from start to end", split.sandbox),
        ("  the same without isolation", split.plain),
        ("the student's cells", split.cells),
        ("the questions", split.questions),
        ("answers held against the exam", split.held),
        ("the checks", split.checks),
        ("gradebook and notebook", split.recording),
    ]
    return "\n".join(f"    {name:30} {value:8.1f} ms" for name, value in rows)
