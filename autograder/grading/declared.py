"""A submission of a declared assignment in the sandbox: asked as it stands, then by the routes that it needs."""

from __future__ import annotations

from autograder import callables
from autograder.core import Course
from autograder.notebooks import Release
from autograder.observe import SUBMISSION_S, AskedCallables, Session, probe
from autograder.sandbox import Limits, Sandbox


def exam_of(course: Course, name: str, release: Release, salt: str) -> callables.Exam:
    """The exam of a declared assignment: of the callables that its grade cells name.

    Raises callables.NoReference, UnfitExam, or LookupError for a grade cell that names nothing.
    """
    reference = callables.load(course.solution(name), name)
    known = tuple(reference.signatures)
    asked = dict.fromkeys(callables.split(grade_id, known)[0] for grade_id in release.grade)
    exam = callables.Exam(reference, tuple(asked), salt)
    callables.items(tuple(release.grade), exam)
    return exam


def get_ready(exam: callables.Exam) -> None:
    """Compute what each submission needs and none changes."""
    for question in exam.questions.values():
        for call in question.scored:
            exam.expected(question, call)


def examine(
    sandbox: Sandbox, evidence: callables.Evidence, limits: Limits | None = None, most_s: float = SUBMISSION_S
) -> callables.Evidence:
    """Run a readable submission and hold its answers against the exam, with stand-ins where they are needed."""
    exam = evidence.exam
    with Session(sandbox, evidence.submission, AskedCallables(exam.known_replies), _sealed, limits, most_s) as session:
        evidence = evidence.with_more(session.observe(tuple(exam.questions.values())))
        asked: set[str] = set()
        while waiting := [question for question in evidence.follow_ups() if question.id not in asked]:
            asked.update(question.id for question in waiting)
            evidence = evidence.with_more(session.observe(waiting))
    return evidence.after(session.cpu_s, session.wall_s)


def _sealed(question: callables.CallsQuestion) -> bytes:
    """A question as the probe reads it. Its tables hold what others answered in the reference's run, never its own
    answers; nothing expected is in it."""
    return probe.pack(question.to_tree())
