"""Who handed in nothing for an assignment, and of whom that cannot be said."""

from __future__ import annotations

import os
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from autograder.core import Course
from autograder.gradebook import TIMESTAMP
from autograder.grading.collecting import unmatched_uploads
from autograder.grading.store import journal as journals
from autograder.grading.student_folders import SECRET
from autograder.reporting import Person, plain


@dataclass(frozen=True)
class Absent:
    """`nothing` are those of whom there is no work anywhere. `not_these` are others who have no mark, each with the
    reason. `doubts` is what may be the work of one of them, in a sentence each."""

    nothing: tuple[Person, ...]
    not_these: tuple[tuple[str, str], ...] = ()
    doubts: tuple[str, ...] = ()


def absent(course: Course, assignment: str, people: Sequence[Person], marked: Collection[str]) -> Absent:
    """Of `people`, those who handed in nothing; `marked` are who have points in the gradebook.

    Whoever has a file in submitted/, or a report of the autograder, has handed in, whatever came of it. Raises
    CourseError and JournalError where that cannot be looked up.
    """
    graded = {report.student for report in journals.current(course, assignment)}
    slots = {slot.student: slot for slot in course.slots(assignment)}
    nothing, not_these = [], []
    for person in people:
        if person.id in marked:
            continue
        slot = slots.get(person.id) or course.slot(person.id, assignment)
        reason = "it was graded, and has no mark in the gradebook: run autograder grade" if person.id in graded else ""
        if slot is not None:
            reason = slot.closed or reason or _work_in(str(slot.folder))
        if reason:
            not_these.append((person.id, reason))
        else:
            nothing.append(person)
    listed = {person.id for person in people}
    doubts = [
        f"submitted/ has work of {plain(student, lines=False)}, who is on no list: is it one of theirs?"
        for student in sorted(slots)
        if student not in listed
    ]
    doubts += [
        f"of the last download, nobody's: {plain(said, lines=False)}" for said in unmatched_uploads(course, assignment)
    ]
    return Absent(tuple(nothing), tuple(not_these), tuple(doubts))


def unmarked_work(course: Course, assignment: str, marked: Collection[str]) -> list[str]:
    """Of those who are not `marked`, who has something in submitted/, in a sentence each; raises CourseError."""
    reasons = ((slot.student, slot.closed or _work_in(str(slot.folder))) for slot in course.slots(assignment))
    return [f"{student}: {why}" for student, why in reasons if why and student not in marked]


def _work_in(folder: str) -> str:
    """What says that somebody handed in: any file in their folder but what the exchange puts there."""
    for place, _, names in os.walk(folder):
        for name in names:
            if name not in (TIMESTAMP, SECRET):
                shown = os.path.relpath(os.path.join(place, name), folder)
                return f"something lies in the folder ({shown}) and has no mark: autograder grade says why"
    return ""
