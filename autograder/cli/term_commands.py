"""The commands of a term beside grading: a course laid down, work collected, feedback and answers given back."""

from __future__ import annotations

import argparse
import os
import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from autograder.cli.commands import OK, UNSCORED

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
    from autograder.cli.commands import course_named, must_exist, people_of
    from autograder.grading import collecting

    course = course_named(arguments)
    assignment = arguments.assignment or _only_assignment(course)
    must_exist(assignment)
    people = people_of(course, arguments.roster, [])
    found = collecting.plan(course, Path(arguments.path), assignment, people, as_they_are=arguments.as_they_are)
    print(collecting.describe_plan(found))
    if not arguments.yes:
        print("nothing is laid out yet: add --yes")
    else:
        print("\n".join(collecting.lay_out(found)))
    return UNSCORED if found.nobody or found.rest else OK


def _only_assignment(course: Course) -> str:
    """The course's assignment, where it has just one; raises CourseError."""
    from autograder.core import CourseError

    built = course.source_assignments()
    if len(built) == 1:
        return built[0]
    raise CourseError(f"which assignment is it for? Name it with --assignment; there are: {', '.join(built)}")
