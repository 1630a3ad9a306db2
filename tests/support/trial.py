"""Trials: classes given as text are graded as submissions are, without a notebook around them."""

from __future__ import annotations

from collections.abc import Sequence
from types import TracebackType

from autograder import callables
from autograder.core.course import Course
from autograder.core.report import Report
from autograder.grading.grader import Grader
from autograder.notebooks.records import Cell, Submission

TOGETHER = 8  # classes judged in one pytest session


class Trial:
    """Grades class texts of one assignment in this process, in one warm sandbox. A context manager.

    The course must be built; `salt` changes the questions.
    """

    def __init__(self, course: Course, assignment: str, salt: str = ""):
        self.assignment, self.grader = assignment, Grader(course, salt=salt)

    def __enter__(self) -> Trial:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.grader.close()

    def grade(self, sources: Sequence[str]) -> list[Report]:
        """A report for each source, in order; raises SandboxError for a fault of ours or of the machine."""
        groups = [sources[k : k + TOGETHER] for k in range(0, len(sources), TOGETHER)]
        return [report for group in groups for report in callables.judge([self.examined(each) for each in group])]

    def examined(self, source: str) -> callables.Evidence:
        """The evidence on one class."""
        return self.grader.examine(Submission("a trial", None, self.assignment, (Cell(0, source),)))
