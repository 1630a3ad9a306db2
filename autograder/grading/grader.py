"""Grading: from submitted notebooks to reports, through sandbox and judge, for one process."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from types import TracebackType

from autograder import assignments, callables
from autograder.assignments import AnyAssignment, Declared, NoReference, load_reference
from autograder.core import METHODS, AutograderError, Course, Observation, Question, Report
from autograder.grading import declared
from autograder.judging import (
    ROUTES,
    Evidence,
    UnprovedQuestions,
    follow_ups,
    internal_error,
    judge,
    our_fault,
    proved_exam,
    rubric_of,
    settled,
    step_questions_for,
    unreadable,
    untried,
)
from autograder.notebooks import ClosedFile, Release, Submission, UnreadableNotebook, class_in, read_submission
from autograder.observe import PROGRAM, SUBMISSION_S, AskedClass, Session
from autograder.questions import Exam, sealed
from autograder.sandbox import PACKAGES, Limits, Sandbox, SandboxError


class GradingError(AutograderError):
    """Grading cannot start; the message says why and what to do."""


AnyEvidence = Evidence | callables.Evidence


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
    """What grading one assignment needs: its description, its release, its exam."""

    assignment: AnyAssignment
    release: Release
    exam: Exam | callables.Exam


class Grader:
    """Grades notebooks of one course in this process; keeps one warm sandbox and each assignment's exam.

    A context manager; used by one thread. `salt` changes the questions, `isolation` names the boundary,
    `packages` what may be imported beside NumPy and matplotlib, `submission_s` how long a submission may take in all;
    the course's own configuration, where they are not given. Raises RubricError when the course's rubric is not as it
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
    ):
        self.course, self.salt, self.isolation, self.limits = course, salt, isolation, limits or Limits()
        self.packages = course.packages if packages is None else packages
        self.submission_s = course.submission_s or SUBMISSION_S if submission_s is None else submission_s
        self.rubric = rubric_of(course.root)
        assignments.look_in(course.source, course.solutions)
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
                self._benches[name] = Bench(assignment, release, self._exam(name, assignment, release))
            except LookupError as error:
                raise GradingError(str(error.args[0])) from None
            except (UnreadableNotebook, ClosedFile) as error:
                place = self.course.release_notebook(name)
                raise GradingError(f"{name} is not built: {place}: {error}; run 'autograder build {name}'") from None
            except (NoReference, callables.NoReference) as error:
                raise GradingError(f"{name} is not built: {error}; run 'autograder build {name}'") from None
            except (callables.UnfitExam, callables.NotDrawn) as error:
                raise GradingError(f"{error}; change its declaration and build it again") from None
            except UnprovedQuestions as error:
                raise GradingError(str(error)) from None
        return self._benches[name]

    def _exam(self, name: str, assignment: AnyAssignment, release: Release) -> Exam | callables.Exam:
        if isinstance(assignment, Declared):
            return declared.exam_of(self.course, name, release, self.salt)
        missing = [method for method in METHODS if method not in release.grade]
        if missing:
            raise UnreadableNotebook(f"the release has no grade cell called {', '.join(missing)}")
        return proved_exam(assignment, load_reference(self.course.solution(name), assignment), self.salt)

    def get_ready(self, name: str, several: bool) -> None:
        """Compute what each submission of the assignment needs and none changes, and for `several` what most classes do
        beside; raises what `bench` does."""
        exam = self.bench(name).exam
        if isinstance(exam, callables.Exam):
            declared.get_ready(exam, several)
            return
        beside = (question for method, routes in ROUTES.items() for question in exam.stand_ins(method, routes[0]))
        for question in (*exam.questions.values(), *exam.steps, *beside):
            sealed(question, exam.assignment)
        for question in exam.questions.values():
            for call in question.scored:
                exam.expected(question, call)

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

    def examine(self, submission: Submission) -> AnyEvidence:
        """Run a readable submission and hold its answers against the exam, with stand-ins where they are needed."""
        blank = self.evidence_from(submission, Observation({}))
        if isinstance(blank, callables.Evidence):
            return declared.examine(self.sandbox, blank, self.limits, self.submission_s)
        return examine(self.sandbox, blank, self.limits, self.submission_s)

    def evidence_from(self, submission: Submission, observation: Observation) -> AnyEvidence:
        """Evidence made from an observation, fresh or kept."""
        bench = self.bench(submission.assignment)
        if isinstance(bench.exam, callables.Exam):
            points, judged = bench.release.points, tuple(bench.release.grade)
            return callables.Evidence(bench.exam, submission, observation, points, judged, self.rubric, self.isolation)
        return Evidence(bench.exam, submission, observation, bench.release.points, self.isolation, self.rubric)

    def evidence(self, path: Path, name: str | None = None) -> AnyEvidence:
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
        evidence: dict[int, AnyEvidence] = {}
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
        reports = judged(list(evidence.values()))
        for (k, each), report in zip(evidence.items(), reports, strict=True):
            graded[k] = Graded(each.submission, report, each.observation)
        return [graded[k] for k in range(len(tasks))]


def judged(evidence: Sequence[AnyEvidence]) -> list[Report]:
    """A report for each piece of evidence on submissions of one assignment, in order, from one pytest session."""
    calls = [each for each in evidence if isinstance(each, callables.Evidence)]
    return callables.judge(calls) if calls else judge([each for each in evidence if isinstance(each, Evidence)])


def examine(sandbox: Sandbox, blank: Evidence, limits: Limits | None = None, most_s: float = SUBMISSION_S) -> Evidence:
    """Run a readable submission and hold its answers against the exam, with stand-ins where they are needed.

    `blank` is the evidence on it before anything was asked; `most_s` is the wall time that it may take in all.
    """
    exam = blank.exam

    def seal(question: Question) -> bytes:
        return sealed(question, exam.assignment)

    asked_class = AskedClass(exam.assignment, exam.known_replies)
    with Session(sandbox, blank.submission, asked_class, seal, limits, most_s) as session:
        evidence = replace(blank, observation=session.observe(tuple(exam.questions.values())))
        for _ in range(2):  # a few, and then, where these leave it open, all others
            if steps := step_questions_for(evidence):  # what goes wrong in these is no one's to hear of
                more = session.further(steps) or session.observe(steps)
                evidence = evidence.with_more(replace(more, notes=()))
        # dloss_dw is sealed before train's recorded gradients are handed out, so nothing can be copied from them.
        for method in ROUTES:
            asked: set[str] = set()
            while questions := follow_ups(evidence, method):
                if asked.issuperset(question.id for question in questions):
                    break  # there was no answer to be had
                asked.update(question.id for question in questions)
                evidence = _at_once(session, evidence, method) or evidence.with_more(session.observe(questions))
    return evidence.after(session.cpu_s, session.wall_s)


def _at_once(session: Session, evidence: Evidence, method: str) -> Evidence | None:
    """The evidence with the simplest route's answers, from the process that is still there, where these settle it.

    Most often they do: the method is right, and its partners are not. What a fresh sandbox would tell is not asked
    then. Where they do not, for whatever reason, they are not looked at: the process may bear traces of the others.
    """
    if not untried(evidence, method):
        return None
    more = session.further(evidence.stand_ins(method, ROUTES[method][0]))
    with_more = evidence.with_more(more) if more is not None else None
    return with_more if with_more is not None and settled(with_more, method) else None


def grade_notebook(path: Path, assignment: str, course: Course) -> Report:
    """The report of one notebook."""
    with Grader(course) as grader:
        task = Task(path, str(path), course.student_of(path))
        return grader.grade([task], assignment)[0].report
