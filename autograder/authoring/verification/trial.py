"""Trials: classes given as text are graded as submissions are, without a notebook around them."""

from __future__ import annotations

import multiprocessing
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any

from autograder import assignments
from autograder.assignments import load_reference
from autograder.authoring.verification.tolerance_report import reached
from autograder.core import Observation, Report
from autograder.grading import examine
from autograder.judging import Evidence, Rubric, judge, packaged, proved_exam
from autograder.notebooks import Cell, Submission
from autograder.observe import PROGRAM
from autograder.sandbox import Sandbox

# The contract's points; a course's own stand in its notebooks, and no trial depends on them.
POINTS = {"forward": 2.0, "loss": 1.0, "dloss_dw": 4.0, "train": 3.0}
TOGETHER = 8  # classes judged in one pytest session


@dataclass(frozen=True, slots=True)
class Tried:
    """One class's report, the CPU time that judging it took in this process, how near it came (`margins.reached`)."""

    report: Report
    cpu_s: float
    reached: dict[str, float]


class Trial:
    """Grades class texts of one assignment in this process, in one warm sandbox. A context manager."""

    def __init__(
        self,
        assignment: str,
        reference: Path,
        salt: str = "",
        isolation: str = "namespaces",
        rubric: Rubric | None = None,
    ):
        described = assignments.described(assignment)
        self.assignment, self.isolation = assignment, isolation
        self.rubric = rubric or packaged()
        self.exam = proved_exam(described, load_reference(reference, described), salt)
        self.sandbox = Sandbox(PROGRAM, isolation=isolation)

    def __enter__(self) -> Trial:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.sandbox.close()

    def grade(self, sources: Sequence[str]) -> list[Tried]:
        """A report for each source, in order; raises SandboxError for a fault of ours or of the machine."""
        evidence, spent = [], []
        for k, source in enumerate(sources):
            submission = Submission(f"trial {k}", None, self.assignment, (Cell(0, source),))
            before = time.process_time()
            blank = Evidence(self.exam, submission, Observation({}), POINTS, self.isolation, self.rubric)
            evidence.append(examine(self.sandbox, blank))
            spent.append(time.process_time() - before)
        before = time.process_time()
        reports = judge(evidence)
        each = (time.process_time() - before) / max(len(sources), 1)
        near = [reached(one) for one in evidence]
        return [Tried(report, cpu + each, far) for report, cpu, far in zip(reports, spent, near, strict=True)]


def grade_all(
    assignment: str, reference: Path, sources: Sequence[str], jobs: int = 1, rubric: Rubric | None = None
) -> Iterator[Tried]:
    """Reports for many sources, in order, over `jobs` processes; `rubric` is the package's where none is given."""
    groups = [list(sources[k : k + TOGETHER]) for k in range(0, len(sources), TOGETHER)]
    if jobs <= 1 or len(groups) == 1:
        with Trial(assignment, reference, rubric=rubric) as trial:
            for group in groups:
                yield from trial.grade(group)
        return
    context = multiprocessing.get_context("spawn")
    with context.Pool(jobs, _start, (assignment, reference, assignments.looked_in(), rubric)) as pool:
        for tried in pool.imap(_grade, groups):
            yield from tried
        pool.close()
        pool.join()


_HERE: dict[str, Any] = {}


def _start(assignment: str, reference: Path, descriptions: Path | None, rubric: Rubric | None) -> None:
    from multiprocessing.util import Finalize

    if descriptions is not None:
        assignments.look_in(descriptions)
    trial = Trial(assignment, reference, rubric=rubric)
    _HERE["trial"] = trial
    Finalize(trial, trial.sandbox.close, exitpriority=10)


def _grade(group: list[str]) -> list[Tried]:
    tried: list[Tried] = _HERE["trial"].grade(group)
    return tried
