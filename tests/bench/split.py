"""Where our own cost goes: each stage of grading a submission, timed in one process."""

from __future__ import annotations

import statistics
import time
from dataclasses import dataclass

from autograder.core.course import Course
from autograder.core.question import Question
from autograder.grading import handed_in
from autograder.grading.grader import Grader, Task
from autograder.judging.pytest_session import judge
from autograder.notebooks.records import Submission
from autograder.observe import AskedClass
from autograder.observe.session import PROGRAM, Session
from autograder.questions.sealing import sealed
from autograder.sandbox.sandbox import Limits, Sandbox


@dataclass(frozen=True)
class Split:
    """Milliseconds for one submission, medians; `plain` is the same empty job without isolation."""

    read: float
    sandbox: float
    cells: float
    questions: float
    checks: float
    recording: float
    plain: float


def measure(course: Course, assignment: str, count: int) -> Split:
    """The stages over the first `count` submissions of an assignment; the gradebook is written to."""
    from autograder.gradebook.writing import record

    paths = handed_in.notebooks(course, assignment)[:count]
    with Grader(course) as grader:
        bench = grader.bench(assignment)
        questions = tuple(bench.exam.questions.values())
        read, submissions = [], []
        for path in paths:
            start = time.perf_counter()
            submissions.append(grader.read(Task(path, str(path), course.student_of(path)), assignment))
            read.append(time.perf_counter() - start)
        runs = {name: _runs(grader.sandbox, submissions, bench.assignment, asked)
                for name, asked in (("questions", questions), ("cells", questions[:1]))}  # fmt: skip
        empty = [_job(grader.sandbox) for _ in range(max(20, count))]
        evidence = [grader.examine(submission) for submission in submissions]
    start = time.perf_counter()
    reports = judge(evidence)
    checks = (time.perf_counter() - start) / len(evidence)
    pairs = list(zip(reports, submissions, strict=True))
    record(course, pairs)
    start = time.perf_counter()
    record(course, pairs)
    recording = (time.perf_counter() - start) / len(evidence)
    with Sandbox(PROGRAM, isolation="none") as plain:
        bare = [_job(plain) for _ in range(max(20, count))]
    start_ms = statistics.median(empty) * 1e3
    cells_ms = statistics.median(runs["cells"]) * 1e3
    return Split(
        statistics.median(read) * 1e3,
        start_ms,
        cells_ms - start_ms,
        statistics.median(runs["questions"]) * 1e3 - cells_ms,
        checks * 1e3,
        recording * 1e3,
        statistics.median(bare) * 1e3,
    )


def _runs(sandbox: Sandbox, submissions: list[Submission], about, questions: tuple[Question, ...]) -> list[float]:  # type: ignore[no-untyped-def]
    found = []
    for submission in submissions:
        start = time.perf_counter()
        with Session(sandbox, submission, AskedClass(about), lambda question: sealed(question, about)) as session:
            session.observe(questions)
        found.append(time.perf_counter() - start)
    return found


def _job(sandbox: Sandbox) -> float:
    """A job with nothing to do, from start to end: what each submission pays for its boundary."""
    from autograder.observe import probe

    request = probe.joined([probe.pack({"cells": [], "class": "Nothing", "weights": []})])
    start = time.perf_counter()
    job = sandbox.start(request, Limits())
    while job.next_frame(10.0) is not None:
        pass
    job.close()
    return time.perf_counter() - start


def describe(split: Split) -> str:
    """One line for each stage."""
    rows = [
        ("reading the notebook", split.read),
        ("a sandbox, from start to end", split.sandbox),
        ("  the same without isolation", split.plain),
        ("the student's cells", split.cells),
        ("the questions", split.questions),
        ("the checks", split.checks),
        ("gradebook and notebook", split.recording),
    ]
    return "\n".join(f"    {name:30} {value:8.1f} ms" for name, value in rows)
