"""Grading: from submitted notebooks to reports, through sandbox and judge, for one process."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from types import TracebackType

from autograder import assignments
from autograder.assignments import Assignment
from autograder.callables import Evidence, Exam, NoReference, NotDrawn, UnfitExam, judge
from autograder.core import AutograderError, Course, Observation, Report
from autograder.grading.examination import exam_of, examine, get_ready
from autograder.grading.store.observations import Packed
from autograder.grading.store.shared import FOLDER, worked_out
from autograder.judging import internal_error, our_fault, rubric_of, unreadable
from autograder.notebooks import ClosedFile, Release, Submission, UnreadableNotebook, class_in, read_submission
from autograder.observe import PROGRAM, SUBMISSION_S
from autograder.sandbox import PACKAGES, Limits, Sandbox, SandboxError


class GradingError(AutograderError):
    """Grading cannot start; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Task:
    """One notebook to grade: where it is, how it was named by the user, whose it is, what is to be noted of it."""

    path: Path
    shown: str
    student: str | None
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Graded:
    """A submission with its report, and the observation that the report was made from (None if nothing was run)."""

    submission: Submission
    report: Report
    observation: Observation | None


@dataclass(frozen=True)
class Bench:
    """What grading one assignment needs: its reference's names, its release, its exam."""

    assignment: Assignment
    release: Release
    exam: Exam

    @cached_property
    def packed(self) -> Packed:
        """What is kept of the answers to the exam."""
        return Packed(self.exam.large)


class Grader:
    """Grades notebooks of one course in this process; keeps one warm sandbox and each assignment's exam.

    A context manager; used by one thread. `salt` changes the questions, `isolation` names the boundary,
    `packages` what may be imported beside NumPy and matplotlib, `submission_s` how long a submission may take in all;
    the course's own configuration, where they are not given. `classes` are those of assignments whose references are
    not there, by which a notebook of theirs is known. Raises RubricError when the course's rubric is not as it
    must be.
    """

    def __init__(
        self,
        course: Course,
        *,
        salt: str = "",
        isolation: str = "namespaces",
        limits: Limits | None = None,
        packages: tuple[str, ...] | None = None,
        submission_s: float | None = None,
        classes: Mapping[str, tuple[str, ...]] | None = None,
    ):
        self.course, self.salt, self.isolation, self.limits = course, salt, isolation, limits or Limits()
        self.packages = course.packages if packages is None else packages
        self.submission_s = course.submission_s or SUBMISSION_S if submission_s is None else submission_s
        self.shared = course.state / FOLDER  # what is worked out of a solution stands there, for others as well
        self.rubric = rubric_of(course.root)
        assignments.look_in(course.solutions, classes)
        self._sandbox: Sandbox | None = None
        self._benches: dict[str, Bench] = {}

    def __enter__(self) -> Grader:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the warm sandbox."""
        if self._sandbox is not None:
            self._sandbox.close()
            self._sandbox = None

    @property
    def sandbox(self) -> Sandbox:
        """The warm sandbox, started when first used."""
        if self._sandbox is None:
            self._sandbox = Sandbox(PROGRAM, isolation=self.isolation, packages=(*PACKAGES, *self.packages))
        return self._sandbox

    def bench(self, name: str) -> Bench:
        """The assignment's bench; raises GradingError when it is unknown or not built."""
        if name not in self._benches:
            try:
                assignment = assignments.load(name)
                release = Release(self.course.release_notebook(name))
                exam = exam_of(
                    self.course,
                    name,
                    release,
                    self.salt,
                    worked_out(self.course, name, self.salt, self.packages, self.shared),
                )
                self._benches[name] = Bench(assignment, release, exam)
            except LookupError as error:
                raise GradingError(str(error.args[0])) from None
            except (UnreadableNotebook, ClosedFile) as error:
                place = self.course.release_notebook(name)
                raise GradingError(f"{name} is not built: {place}: {error}; run 'autograder build {name}'") from None
            except NoReference as error:
                raise GradingError(f"{name} is not built: {error}; run 'autograder build {name}'") from None
            except (UnfitExam, NotDrawn) as error:
                raise GradingError(f"{error}; change its declaration and build it again") from None
        return self._benches[name]

    def get_ready(self, name: str, several: bool) -> None:
        """Compute what each submission of the assignment needs and none changes, and for `several` what most classes do
        beside; raises what `bench` does."""
        get_ready(self.bench(name).exam, several)

    def assignment_of(self, path: Path, name: str | None) -> str:
        """The assignment that a notebook is for: as named, else by the class in it, else by its folder or name.

        Raises GradingError when nothing tells, ClosedFile when the file cannot be opened.
        """
        if name is not None:
            return name
        by_class = class_in(path, assignments.class_names())
        if by_class is not None:
            return by_class
        known = assignments.names()
        for part in (path.stem, path.parent.name):
            if part in known:
                return part
        raise GradingError(f"{path}: it does not tell which assignment it is for; name it with --assignment NAME")

    def read(self, task: Task, name: str) -> Submission:
        """The submission as text; raises ClosedFile."""
        bench = self.bench(name)
        return read_submission(task.path, bench.assignment, bench.release, task.student, task.shown, task.notes)

    def examine(self, submission: Submission) -> Evidence:
        """Run a readable submission and hold its answers against the exam, with stand-ins where they are needed."""
        blank = self.evidence_from(submission, Observation({}))
        return examine(self.sandbox, blank, self.limits, self.submission_s)

    def evidence_from(self, submission: Submission, observation: Observation) -> Evidence:
        """Evidence made from an observation, fresh or kept."""
        bench = self.bench(submission.assignment)
        points, judged = bench.release.points, tuple(bench.release.grade)
        return Evidence(bench.exam, submission, observation, points, judged, self.rubric, self.isolation)

    def evidence(self, path: Path, name: str | None = None) -> Evidence:
        """The evidence on one notebook; raises GradingError when it holds none, ClosedFile when it cannot be opened."""
        task = Task(path, str(path), self.course.student_of(path))
        submission = self.read(task, self.assignment_of(path, name))
        if submission.fault:
            raise GradingError(f"{path}: {submission.fault}")
        return self.examine(submission)

    def grade(self, tasks: Sequence[Task], name: str) -> list[Graded]:
        """Reports for notebooks of one assignment, in order, judged in one pytest session.

        One bad submission never stops the others: what we fail at becomes its `internal_error`. A SandboxError is
        raised: without a sandbox nothing can be graded.
        """
        points = self.bench(name).release.points
        evidence: dict[int, Evidence] = {}
        graded: dict[int, Graded] = {}
        for k, task in enumerate(tasks):
            submission = Submission(task.shown, task.student, name)
            try:
                submission = self.read(task, name)
                if submission.fault:
                    graded[k] = Graded(submission, unreadable(submission, points, self.isolation), None)
                else:
                    evidence[k] = self.examine(submission)
            except SandboxError:
                raise
            except Exception as error:
                reason = our_fault(error)
                graded[k] = Graded(submission, internal_error(submission, points, self.isolation, reason), None)
        reports = judge(list(evidence.values()))
        for (k, each), report in zip(evidence.items(), reports, strict=True):
            graded[k] = Graded(each.submission, report, each.observation)
        return [graded[k] for k in range(len(tasks))]


def prepare(course: Course, name: str) -> None:
    """Work out of a built assignment's solution what the first class would wait for; raises GradingError."""
    grader = Grader(course)
    grader.get_ready(name, several=True)
    exam = grader.bench(name).exam
    if exam.shared is not None:
        exam.families.try_likeliest()


def grade_notebook(path: Path, assignment: str, course: Course) -> Report:
    """The report of one notebook."""
    with Grader(course) as grader:
        task = Task(path, str(path), course.student_of(path))
        return grader.grade([task], assignment)[0].report
