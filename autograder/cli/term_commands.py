"""The commands of a term beside grading: a course laid down, work collected, feedback and answers given back."""

from __future__ import annotations

import argparse
import os
import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from autograder.cli.exits import OK, UNSCORED
from autograder.cli.subject import (
    course_named,
    expected_students,
    late_penalties_to_settle,
    marked,
    must_be_known,
    must_have_source,
    people_of,
    unmarked_work,
)

if TYPE_CHECKING:
    from autograder.core import Course


def init(arguments: argparse.Namespace) -> int:
    """Lay down a course; what would change in a configuration that is there is shown and asked for."""
    from autograder.authoring import lay_down, planned

    plan = planned(Path(arguments.folder), arguments.lesson)
    if plan.diff:
        print(plan.diff)
        if not arguments.yes and not _agreed("Add this to the configuration?"):
            print("nothing was changed; to add it without being asked: --yes", file=sys.stderr)
            return UNSCORED
    for path in lay_down(plan):
        print(f"laid down: {os.path.relpath(path)}")
    for path in plan.kept:
        print(f"left as it is: {os.path.relpath(path)}")
    here = os.path.relpath(plan.root)
    go = "" if here == "." else f"cd {shlex.quote(here)} && "
    print(f"\nnow: {go}autograder doctor && autograder build\nthen: README.md there has the week's work")
    return OK


def _agreed(question: str) -> bool:
    """Whether whoever sits there says yes; nobody there says no."""
    if not sys.stdin.isatty():
        return False
    return input(f"{question} [y/N] ").strip().lower() in ("y", "yes")


def collect(arguments: argparse.Namespace) -> int:
    """Show whose each downloaded file is, and lay it out with `--yes`; UNSCORED when some belong to nobody."""
    from autograder.grading import collecting

    course = course_named(arguments)
    assignment = _only_assignment(course) if arguments.assignment is None else arguments.assignment
    must_be_known(course, assignment)
    people = people_of(course, arguments.roster, [])
    plan = collecting.plan(course, Path(arguments.path), assignment, people, as_they_are=arguments.as_they_are)
    print(collecting.describe_plan(plan))
    if not arguments.yes:
        print("nothing is laid out yet: add --yes")
    else:
        print("\n".join(collecting.lay_out(plan)))
    return UNSCORED if plan.nobody or plan.rest else OK


def _only_assignment(course: Course) -> str:
    """The course's assignment, where it has just one; raises CourseError."""
    from autograder.core import CourseError

    built = course.source_assignments()
    if len(built) == 1:
        return built[0]
    raise CourseError(f"which assignment is it for? Name it with --assignment; there are: {', '.join(built)}")


def absent(arguments: argparse.Namespace) -> int:
    """Show who handed in nothing; give them 0, or take those zeros back."""
    from autograder.core import CourseError
    from autograder.gradebook import final_marks, give_zero, take_back
    from autograder.grading import absent as looked_up
    from autograder.grading import current
    from autograder.reporting import plain

    course = course_named(arguments)
    name = arguments.assignment
    must_be_known(course, name)
    if arguments.take_back:
        gone, kept = take_back(course, name)
        print(f"taken back: {len(gone)}" + "".join(f"\n  {plain(student)}" for student in gone))
        for student in kept:
            print(f"kept: {plain(student)}: a person entered something in the gradebook", file=sys.stderr)
        return UNSCORED if kept else OK
    reports = current(course, name)
    people = people_of(course, arguments.roster, reports)
    if expected_students(people, arguments.roster, reports) is None:
        raise CourseError(
            "nobody has said who takes part: name a list with --roster, or run nbgrader db student import students.csv"
        )
    marked = {
        student for student, mark in final_marks.read(course, name).items() if any(not part.open for part in mark.parts)
    }
    absences = looked_up(course, name, people, marked)
    print(f"{name}: {len(absences.nothing)} of {len(people)} handed in nothing")
    for person in absences.nothing:
        print(f"  {plain(person.id)}" + (f" ({plain(person.name, lines=False)})" if person.name else ""))
    for student, why in absences.not_these:
        print(f"not 0: {plain(student)}: {plain(why, lines=False)}", file=sys.stderr)
    for said in absences.doubts:
        print(f"look first: {said}", file=sys.stderr)
    if not arguments.zero:
        print("nothing is recorded yet: add --zero")
        return OK
    zeroed = give_zero(course, name, absences.nothing)
    print(f"recorded: 0 for {len(zeroed)}; to take it back: autograder absent {name} --take-back")
    return UNSCORED if absences.not_these else OK


def hand_back(arguments: argparse.Namespace) -> int:
    """Write everybody's feedback as an LMS or a mail program takes it; UNSCORED when somebody's is left out."""
    from autograder.grading import collecting
    from autograder.reporting import export

    course = course_named(arguments)
    name = arguments.assignment
    must_be_known(course, name)
    reports = marked(course, name)
    if arguments.to == "mail":
        feedback = export.hand_back.for_mail(reports, people_of(course, arguments.roster, reports))
        written = export.hand_back.write_folder(feedback, Path(arguments.out or f"{name}-mail"))
    else:
        form = export.hand_back.for_moodle if arguments.to == "moodle" else export.hand_back.for_canvas
        feedback = form(reports, collecting.known_uploads(course, name))
        written = export.hand_back.write_zip(feedback, Path(arguments.out or f"{name}-{arguments.to}-feedback.zip"))
    pages = sum(each.endswith(".html") for each in feedback.files)
    print(f"written: {written}, with feedback for {pages} students")
    for said in late_penalties_to_settle(course, name):
        print(said, file=sys.stderr)
    for said in feedback.left_out:
        print(f"left out: {said}" if "the page is there" not in said else said, file=sys.stderr)
    unmarked = unmarked_work(course, name, reports)
    for said in unmarked:
        print(f"left out: {said}", file=sys.stderr)
    return UNSCORED if feedback.left_out or unmarked else OK


def release_answers(arguments: argparse.Namespace) -> int:
    """Write the official answers and the reference as a notebook for students."""
    from autograder.authoring import answers

    course = course_named(arguments)
    must_have_source(course, arguments.assignment)
    out = Path(arguments.out) if arguments.out else course.root / "build" / "answers" / f"{arguments.assignment}.ipynb"
    print(f"written: {os.path.relpath(answers.write(course, arguments.assignment, out))}")
    return OK
