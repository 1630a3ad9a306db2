"""The commands: each takes the parsed options, calls what does the work, prints what came of it, returns the exit code.

Their modules are imported where they are called, so that `--help` and small commands start at once.
"""

from __future__ import annotations

import argparse
import os
import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from autograder.cli.exits import NO_SANDBOX, OK, UNSCORED
from autograder.cli.screen import TABLE, colored, columns
from autograder.cli.subject import (
    course_named,
    expected_students,
    graded_so_far,
    late_penalties_to_settle,
    marked,
    must_be_known,
    must_exist,
    must_have_source,
    people_of,
    unmarked_work,
)

if TYPE_CHECKING:
    from autograder.core import Course, Report


def build(arguments: argparse.Namespace) -> int:
    """Make releases and references, prove them, and say which have changed."""
    from autograder.authoring import build as build_and_prove

    course = course_named(arguments)
    must_have_source(course, *arguments.assignment)
    for built in build_and_prove(course, arguments.assignment):
        if built.solution is None:
            print(f"{built.name}: made by nbgrader, nothing is proved ({os.path.relpath(built.release)})")
            continue
        what = "built and proved" if built.changed else "proved, nothing changed"
        print(f"{built.name}: {what} ({os.path.relpath(built.release)}, {os.path.relpath(built.solution)})")
        for note in built.notes:
            print(f"  note: {note}")
    return OK


def regrade(arguments: argparse.Namespace) -> int:
    """Judge kept answers again; says who would move, and writes with `--apply` only.

    UNSCORED where somebody could not be judged again, or not all was recorded.
    """
    from autograder.grading import apply, describe, describe_applied, plan

    course = course_named(arguments)
    must_exist(course, arguments.assignment)
    planned = plan(course, arguments.assignment)
    print(describe(planned))
    lacking = bool(planned.left)
    if arguments.apply:
        applied = apply(planned, never_lower=arguments.never_lower)
        print(describe_applied(applied))
        lacking |= bool(applied.left_out or applied.untimed)
    elif planned.moves:
        print("nothing is written yet: add --apply")
    return UNSCORED if lacking else OK


def verify(arguments: argparse.Namespace) -> int:
    """Prove built assignments again; UNSCORED when one does not hold."""
    from autograder import assignments
    from autograder.authoring import verify as prove
    from autograder.grading import GradingError

    course = course_named(arguments)
    must_exist(course, *arguments.assignment)
    if not assignments.names():
        raise GradingError("no assignment is built: run 'autograder build' first")
    return OK if prove(course, arguments.assignment, partial(print, flush=True)) else UNSCORED


def report(arguments: argparse.Namespace) -> int:
    """Write the class page and the students' pages; without an assignment those of all, with a page over them."""
    from datetime import datetime

    from autograder.reporting import summary, words, write_course, write_pages

    course = course_named(arguments)
    if arguments.assignment is not None:
        must_be_known(course, arguments.assignment)
    classes = _graded(course, arguments.assignment)
    every = [report for reports in classes.values() for report in reports]
    roster = expected_students(people_of(course, arguments.roster, every), arguments.roster, every)
    made = datetime.now().astimezone()
    place = course.root / "build" / "report"
    if arguments.assignment is None:
        pages = write_course(classes, Path(arguments.out or place), roster=roster, made=made)
    else:
        out = Path(arguments.out or place / arguments.assignment)
        pages = write_pages(every, out, assignment=arguments.assignment, roster=roster, made=made)
    for name, reports in classes.items():
        print(f"{name}\n{summary(reports, width=columns(sys.stdout, TABLE), color=colored(sys.stdout))}")
    students = f"{len(every)} {'page' if len(every) == 1 else 'pages'} of students"
    print(f"{os.path.relpath(pages[0])} (and {students})")
    for said in [said for name in classes for said in late_penalties_to_settle(course, name)]:
        print(said, file=sys.stderr)
    unmarked = [f"no mark: {_why(each)}" for each in every if each.withheld and not each.waiting]
    waiting = [f"waits: {_why(each)}" for each in every if each.withheld and each.waiting]
    for said in (*words.first(unmarked, "without a mark"), *words.first(waiting, "that wait for a person")):
        print(said, file=sys.stderr)
    return UNSCORED if any(each.score is None and not each.waiting for each in every) else OK


def _why(report: Report) -> str:
    """Whose mark is withheld, and for what reason."""
    return f"{report.student}: {report.assignment}: {report.withheld}"


def _graded(course: Course, assignment: str | None) -> dict[str, list[Report]]:
    """The reports of an assignment, or of all of which something is graded; raises GradingError where nothing is."""
    from autograder import assignments
    from autograder.grading import GradingError, ordinary

    if assignment is not None:
        return {assignment: marked(course, assignment)}
    by_assignment = {name: graded_so_far(course, name) for name in [*assignments.names(), *ordinary(course)]}
    if not any(by_assignment.values()):
        raise GradingError("nothing is graded yet: run 'autograder grade' first")
    return {name: reports for name, reports in by_assignment.items() if reports}


def export(arguments: argparse.Namespace) -> int:
    """Fill an LMS's file, a CSV or a Gradescope package; UNSCORED when the plan is not ready."""
    from dataclasses import replace

    from autograder.reporting import export, mark_words, words

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
    flagged = tuple(
        f"{report.student}: graded by a person, and to be looked at again as the gradebook says: {words.listed(cells)}"
        for report in reports
        if (cells := mark_words.again(report))
    )
    unmarked = tuple(unmarked_work(course, arguments.assignment, every))
    late = late_penalties_to_settle(course, arguments.assignment)
    plan = replace(plan, warnings=(*plan.warnings, *unmarked, *flagged, *late))
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
    return UNSCORED if plan.duplicate or (unmarked and not arguments.skip_unscored) else OK


def completion(arguments: argparse.Namespace) -> int:
    """Print what makes a shell complete commands, options, files and the course's assignments."""
    from autograder.cli.completion import script

    print(script(arguments.shell))
    return OK


def new(arguments: argparse.Namespace) -> int:
    """Lay down an assignment to change, or one drafted from a notebook."""
    from autograder.authoring import create, draft

    if arguments.notebook is not None:
        made = draft(course_named(arguments), arguments.name, Path(arguments.notebook).expanduser())
        print("\n".join(os.path.relpath(path) for path in made.paths))
        print("\n".join(made.sentences))
        for problem in made.refused:
            print(f"the build would refuse it yet: {problem}")
        print(f"now: look at the marked lines; autograder try {arguments.name}; autograder build {arguments.name}")
        return OK
    for path in create(course_named(arguments), arguments.name):
        print(os.path.relpath(path))
    print(f"now: autograder build {arguments.name}")
    return OK


def try_out(arguments: argparse.Namespace) -> int:
    """Show what would be asked of a declared assignment and told; UNSCORED where that is not as it must be."""
    from autograder.authoring import preview
    from autograder.core import CourseError
    from autograder.judging import packaged, rubric_of

    notebook = Path(arguments.notebook)
    if notebook.suffix == ".ipynb":
        if not notebook.exists():
            raise CourseError(f"{notebook}: there is no such notebook; check the spelling")
        path, rubric = notebook, packaged()
    else:
        course = course_named(arguments)
        must_have_source(course, arguments.notebook)
        path, rubric = course.source_notebook(arguments.notebook), rubric_of(course.root)
    lines, problems = preview(path, path.stem, rubric)
    print("\n".join(lines).strip("\n"))
    for problem in problems:
        print(problem, file=sys.stderr)
    return UNSCORED if problems else OK


def doctor(arguments: argparse.Namespace) -> int:
    """Say what this machine can do; NO_SANDBOX when it cannot sandbox."""
    from autograder.sandbox import doctor

    findings = doctor.check()
    print(doctor.render(findings))
    return OK if doctor.ready(findings) else NO_SANDBOX
