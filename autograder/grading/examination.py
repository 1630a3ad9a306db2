"""A submission in the sandbox: asked as it stands, then by the routes that it needs."""

from __future__ import annotations

from collections.abc import Hashable
from weakref import WeakValueDictionary

from autograder import callables
from autograder.core import Course
from autograder.grading.store.shared import Shared
from autograder.notebooks import Release
from autograder.observe import SUBMISSION_S, Asked, Session
from autograder.sandbox import Limits, Sandbox


def exam_of(course: Course, name: str, release: Release, salt: str, shared: Shared | None = None) -> callables.Exam:
    """The exam of an assignment: of the callables that its grade cells name. What it takes long to work out of the
    solution is `shared`; where it is, and somebody of this process holds the very same exam, it is that one.

    Raises callables.NoReference, UnfitExam, or LookupError for a grade cell that names nothing.
    """
    reference = callables.load(course.solution(name), name)
    if shared is None:
        return _made(reference, release, salt, shared)
    place = (shared.folder.absolute(), shared.about)
    key = (name, reference.source, reference.declared_text, tuple(release.grade), salt, *place)
    return _held.get(key) or _held.setdefault(key, _made(reference, release, salt, shared))


def _made(reference: callables.Reference, release: Release, salt: str, shared: Shared | None) -> callables.Exam:
    known = tuple(reference.signatures)
    asked = dict.fromkeys(callables.split(grade_id, known)[0] for grade_id in release.grade)
    exam = callables.Exam(reference, tuple(asked), salt, shared)
    callables.items(tuple(release.grade), exam)
    return exam


# Before a batch each assignment is looked at, to tell what is not built; then workers are made ready for it.
_held: WeakValueDictionary[tuple[Hashable, ...], callables.Exam] = WeakValueDictionary()


def get_ready(exam: callables.Exam, several: bool) -> None:
    """Compute what each submission needs and none changes; for `several`, what the wrong ones among them need as well:
    the changes of the reference by which faults are named."""
    for question in exam.questions.values():
        exam.sealed(question)
        led_up_to = range(len(question.calls)) if question.others else ()
        for call in (*question.scored, *(each for each in led_up_to if question.calls[each].makes is None)):
            exam.expected(question, call)
    for name in exam.asked:
        exam.repeated.partners(name)
        exam.still(name)
        exam.keeps_copies(name)
        for question in (*exam.repeated.standing(name), *exam.repeated.given(name)):
            exam.sealed(question)
        for steps in exam.steps.get(name, ()):
            for question in (*steps.first, *steps.others):
                exam.sealed(question)
    for name in exam.families.candidates.small if several else ():
        exam.families.candidates.stages(name)


def examine(
    sandbox: Sandbox, evidence: callables.Evidence, limits: Limits | None = None, most_s: float = SUBMISSION_S
) -> callables.Evidence:
    """Run a readable submission and hold its answers against the exam, with stand-ins where they are needed."""
    exam = evidence.exam
    asked_for = Asked(exam.classes, exam.known_replies)
    with Session(sandbox, evidence.submission, asked_for, exam.sealed, limits, most_s) as session:
        evidence = evidence.with_more(session.observe(tuple(exam.questions.values())))
        for _ in range(2):  # a few, and then, where these leave it open, all others
            if steps := evidence.stands.steps_to_ask():
                # The process that is there answers them, where all went well, before anything recorded is in its reach.
                evidence = evidence.with_more(session.further(steps) or session.observe(steps))
        evidence = _at_once(session, evidence)
        put: set[str] = set()
        while waiting := evidence.follow_ups(put):
            # Late questions come behind the others of their route, in the process that answered these.
            more = session.further(waiting) if put and all(question.late for question in waiting) else None
            put.update(question.id for question in waiting)
            evidence = evidence.with_more(more or session.observe(waiting))
    return evidence.after(session.cpu_s, session.wall_s)


def _at_once(session: Session, evidence: callables.Evidence) -> callables.Evidence:
    """The evidence with answers by the simplest routes, from the process that is still there, where these settle it.

    Most often they do: who is wrong beside another that is, is right by them; and who is wrong by a known fault of its
    own, answers the same by them. Answers that do neither are not looked at, as the process may bear traces of the
    questions before: a fresh sandbox tells then, of those behind as well.
    """
    for name in evidence.in_doubt():
        tried = evidence
        for questions in filter(None, evidence.to_settle(name)):
            more = session.further(questions)
            if more is None or not (tried := tried.with_more(more)).settled(name):
                return evidence
        if tried is evidence and any(evidence.exam.repeated.simplest(name)):
            return evidence
        evidence = tried
    return evidence
