"""What a command is about: the course, the assignment, its reports, the people."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from autograder.cli.argument_parser import meant

if TYPE_CHECKING:
    from autograder.core import Course, Report
    from autograder.reporting import Person


def course_named(arguments: argparse.Namespace) -> Course:
    """The course that a command is for, its assignments known; raises CourseError."""
    from autograder import assignments
    from autograder.core import Course

    course = Course.find(Path(arguments.course) if arguments.course else None)
    assignments.look_in(course.solutions)
    return course


def marked(course: Course, assignment: str) -> list[Report]:
    """The reports of an assignment with the gradebook's marks; raises GradingError where nothing is graded."""
    from autograder.grading import GradingError

    reports = graded_so_far(course, assignment)
    if not reports:
        raise GradingError(
            f"nothing of {assignment} is graded yet: run 'autograder grade --assignment {assignment}' first"
        )
    return reports


def graded_so_far(course: Course, assignment: str) -> list[Report]:
    """The reports of an assignment with the gradebook's marks, none where nothing is graded."""
    from autograder.gradebook import with_marks
    from autograder.grading import current

    return with_marks(course, assignment, current(course, assignment))


def unmarked_work(course: Course, assignment: str, reports: Sequence[Report]) -> list[str]:
    """Whose work lies in submitted/ without a report, since nothing there could be graded; a sentence each."""
    from autograder import grading

    return grading.unmarked_work(course, assignment, {report.student for report in reports if report.student})


def late_penalties_to_settle(course: Course, assignment: str) -> list[str]:
    """What is to be said of penalties for lateness that were set before the points or the due date changed."""
    from autograder.gradebook import GradebookError, unsettled

    try:
        penalties = unsettled(course, assignment)
    except GradebookError:  # one that cannot be written to is not settled by anybody here
        return []
    return [
        f"{one.student}: the penalty for lateness is {one.old:g} points, and would be {one.new:g} now: run autograder "
        "grade first"
        for one in penalties
    ]


def must_exist(course: Course, *names: str) -> None:
    """Raises GradingError for a name that none of our assignments has, or whose reference cannot be read."""
    from autograder import assignments
    from autograder.grading import GradingError, is_ordinary

    for name in names:
        if name not in assignments.names():
            if name in course.source_assignments() and is_ordinary(course, name):
                raise GradingError(f"{name} is nbgrader's own assignment, which this command does not take")
            raise _not_there(course, name, assignments.names())
        try:
            assignments.load(name)
        except LookupError as error:
            raise GradingError(str(error.args[0])) from None


def must_be_known(course: Course, name: str) -> None:
    """Raises GradingError for a name that neither one of our assignments has nor one of nbgrader's in the course."""
    from autograder import assignments
    from autograder.grading import ordinary

    if name not in assignments.names() and name not in (theirs := ordinary(course)):
        raise _not_there(course, name, [*assignments.names(), *theirs])
    if name in assignments.names():
        must_exist(course, name)


def must_have_source(course: Course, *names: str) -> None:
    """Raises GradingError for a name that no source notebook of the course has."""
    known = course.source_assignments()
    for name in names:
        if known and name not in known:
            raise _unknown(name, known)


def _not_there(course: Course, name: str, known: Iterable[str]) -> Exception:
    """Why a command has no assignment of that name: it has a source that is not built, or none at all."""
    from autograder.grading import GradingError

    if name in course.source_assignments():
        return GradingError(f"{name} is not built: run 'autograder build {name}' first")
    return _unknown(name, known)


def _unknown(name: str, known: Iterable[str]) -> Exception:
    from autograder.grading import GradingError
    from autograder.reporting import plain

    names = sorted(set(known))
    said = meant(name, names) or f"; there are: {', '.join(names) or 'none that are built'}"
    return GradingError(f"no assignment {plain(repr(name), lines=False)}{said}")


def people_of(course: Course, named: str | None, reports: Sequence[Report]) -> list[Person]:
    """The students as the gradebook lists them, with what the instructor's own list says of them."""
    from autograder.gradebook import enrolled
    from autograder.reporting import Person, roster

    known = {person.id: person for person in enrolled(course)}
    if named is None:
        return _also_known_as(course, list(known.values()))
    ours = dict.fromkeys(report.student for report in reports if report.student is not None)
    everybody = [*known.values(), *(Person(student) for student in ours if student not in known)]
    read = roster.read(named, everybody)
    print(read.how_read, file=sys.stderr)
    return _also_known_as(course, read.people)


def _also_known_as(course: Course, people: Sequence[Person]) -> list[Person]:
    """The students with the ids that the course's ids.csv gives them on other platforms."""
    from dataclasses import replace

    from autograder.grading import collecting

    others: dict[str, tuple[str, ...]] = {}
    for theirs, ours in collecting.id_map(course.root).items():
        others[ours] = (*others.get(ours, ()), theirs)
    return [replace(person, others=(*person.others, *others.get(person.id, ()))) for person in people]


def expected_students(people: Sequence[Person], named: str | None, reports: Sequence[Report]) -> dict[str, str] | None:
    """Names by id of all who should have submitted; None where nobody has ever said who they are.

    A gradebook that grading alone has filled lists exactly those who have handed in something: it is no roster.
    """
    from autograder.reporting import mark_words

    there = {report.student for report in mark_words.handed_in(reports)}
    is_known = named is not None or any(p.name or p.email or p.id not in there for p in people)
    return {person.id: person.name for person in people} if is_known else None
