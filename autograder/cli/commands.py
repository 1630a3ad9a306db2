"""The commands: each takes the parsed options, calls what does the work, prints what came of it, returns the exit code.

Their modules are imported where they are called, so that `--help` and small commands start at once.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from autograder.core import Course, Report
    from autograder.reporting import Person

OK, UNSCORED, USAGE, NO_SANDBOX, INTERRUPTED = 0, 1, 2, 3, 130


def build(arguments: argparse.Namespace) -> int:
    """Make releases and references, prove them, and say which have changed."""
    from autograder.authoring import build as build_and_prove

    for built in build_and_prove(course_named(arguments), arguments.assignment):
        if built.solution is None:
            print(f"{built.name}: made by nbgrader, nothing is proved ({os.path.relpath(built.release)})")
            continue
        what = "built and proved" if built.changed else "proved, nothing changed"
        print(f"{built.name}: {what} ({os.path.relpath(built.release)}, {os.path.relpath(built.solution)})")
    return OK


def regrade(arguments: argparse.Namespace) -> int:
    """Judge kept answers again; says who would move, and writes with `--apply` only."""
    from autograder.grading import apply, describe, describe_applied, plan

    course = course_named(arguments)
    must_exist(arguments.assignment)
    planned = plan(course, arguments.assignment)
    print(describe(planned))
    if arguments.apply:
        print(describe_applied(apply(planned, never_lower=arguments.never_lower)))
    elif planned.moves:
        print("nothing is written yet: add --apply")
    return OK


def verify(arguments: argparse.Namespace) -> int:
    """Grade mutants, known faults and right variants; UNSCORED when one is judged wrongly."""
    from autograder.authoring import run

    course = course_named(arguments)
    must_exist(*arguments.assignment)
    return run(course, arguments.assignment, jobs=arguments.jobs, out=lambda line: print(line, flush=True))


def report(arguments: argparse.Namespace) -> int:
    """Write the class page and the students' pages of what the journal holds."""
    from autograder.reporting import summary, write_pages

    course = course_named(arguments)
    must_be_known(course, arguments.assignment)
    reports = marked(course, arguments.assignment)
    out = Path(arguments.out) if arguments.out else course.root / "build" / "report" / arguments.assignment
    roster = _expected_students(people_of(course, arguments.roster, reports), arguments.roster, reports)
    pages = write_pages(reports, out, assignment=arguments.assignment, roster=roster)
    print(summary(reports))
    print(f"{os.path.relpath(pages[0])} (and {len(pages) - 1} pages of students)")
    for each in reports:
        if each.withheld:
            print(f"no mark: {each.student}: {each.withheld}", file=sys.stderr)
    return UNSCORED if any(each.score is None for each in reports) else OK


def export(arguments: argparse.Namespace) -> int:
    """Fill an LMS's file, a CSV or a Gradescope package; UNSCORED when the plan is not ready."""
    from dataclasses import replace

    from autograder.reporting import export

    course = course_named(arguments)
    must_be_known(course, arguments.assignment)
    if arguments.to == "gradescope":
        out = Path(arguments.out or f"{arguments.assignment}-gradescope.zip")
        print(export.gradescope.build(course.root, arguments.assignment, out))
        return OK
    every = marked(course, arguments.assignment)
    reports = [report for report in every if not report.withheld]
    choices = export.Choices(
        column=arguments.column,
        by=arguments.by,
        scale=arguments.scale,
        skip_unscored=arguments.skip_unscored,
        comments=arguments.comments,
        max_column=arguments.max_column,
        lock_column=arguments.lock_column,
    )
    people = people_of(course, arguments.roster, reports)
    if arguments.to == "csv":
        plan = export.csv_table.dry_run(reports, choices, people=people)
    elif not arguments.sheet:
        raise export.ExportError(
            f"name the file that you downloaded from {arguments.to.capitalize()}: "
            f"autograder export {arguments.to} {arguments.assignment} --sheet FILE"
        )
    else:
        filler = export.canvas if arguments.to == "canvas" else export.moodle
        plan = filler.dry_run(reports, arguments.sheet, choices, people=people)
    withheld = tuple(f"{report.student} is left out: {report.withheld}" for report in every if report.withheld)
    if arguments.skip_unscored:
        plan = replace(plan, warnings=plan.warnings + withheld)
    else:
        plan = replace(plan, problems=plan.problems + withheld)
    print(export.describe(plan, every=arguments.verbose))
    if not plan.ready:
        return UNSCORED
    if arguments.out:
        print(f"written: {export.write(plan, arguments.out)}")
    else:
        print("this was a dry run: name the file to write with --out FILE")
    return UNSCORED if plan.duplicate else OK


def new(arguments: argparse.Namespace) -> int:
    """Lay down an assignment to change."""
    from autograder.authoring import create

    for path in create(course_named(arguments), arguments.name):
        print(os.path.relpath(path))
    print(f"now: autograder build {arguments.name}")
    return OK


def doctor(arguments: argparse.Namespace) -> int:
    """Say what this machine can do; NO_SANDBOX when it cannot sandbox."""
    from autograder.sandbox import doctor

    findings = doctor.check()
    print(doctor.render(findings))
    return OK if doctor.ready(findings) else NO_SANDBOX


def course_named(arguments: argparse.Namespace) -> Course:
    """The course that a command is for, its own descriptions of assignments known; raises CourseError."""
    from autograder import assignments
    from autograder.core import Course

    course = Course.find(Path(arguments.course) if arguments.course else None)
    assignments.look_in(course.source)
    return course


def marked(course: Course, assignment: str) -> list[Report]:
    """The reports of an assignment with the gradebook's marks; raises GradingError where nothing is graded."""
    from autograder.gradebook import with_marks
    from autograder.grading import current

    reports = with_marks(course, assignment, current(course, assignment))
    if not reports:
        raise _nothing_graded(assignment)
    return reports


def must_exist(*names: str) -> None:
    """Raises GradingError for a name that no assignment has, or whose description does not work."""
    from autograder import assignments
    from autograder.grading import GradingError

    for name in names:
        try:
            assignments.load(name)
        except LookupError as error:
            raise GradingError(str(error.args[0])) from None


def must_be_known(course: Course, name: str) -> None:
    """Raises GradingError for a name that neither one of our assignments has nor one of nbgrader's in the course."""
    from autograder.grading import is_ordinary

    if not is_ordinary(course, name):
        must_exist(name)


def _nothing_graded(assignment: str) -> Exception:
    from autograder.grading import GradingError

    return GradingError(
        f"nothing of {assignment} is graded yet: run 'autograder grade --assignment {assignment}' first"
    )


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
    print(read.told, file=sys.stderr)
    return _also_known_as(course, read.people)


def _also_known_as(course: Course, people: Sequence[Person]) -> list[Person]:
    """The students with the ids that the course's ids.csv gives them on other platforms."""
    from dataclasses import replace

    from autograder.grading import collecting

    others: dict[str, tuple[str, ...]] = {}
    for theirs, ours in collecting.id_map(course.root).items():
        others[ours] = (*others.get(ours, ()), theirs)
    return [replace(person, others=(*person.others, *others.get(person.id, ()))) for person in people]


def _expected_students(people: Sequence[Person], named: str | None, reports: Sequence[Report]) -> dict[str, str] | None:
    """Names by id of all who should have submitted; None where nobody has ever said who they are.

    A gradebook that grading alone has filled lists exactly those who have handed in something: it is no roster.
    """
    there = {report.student for report in reports}
    told = named is not None or any(p.name or p.email or p.id not in there for p in people)
    return {person.id: person.name for person in people} if told else None
