"""The list of submissions to grade, from what the user named on the command line."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from autograder import assignments
from autograder.course import Course
from autograder.grading import Grader, GradingError, Task


@dataclass(frozen=True, slots=True)
class Entry:
    """One submission and the assignment that it is for."""

    task: Task
    assignment: str


@dataclass(frozen=True, slots=True)
class Worklist:
    """What is to be graded, in order, and in one line each what could not be taken up."""

    entries: tuple[Entry, ...]
    problems: tuple[str, ...]


def from_paths(grader: Grader, paths: Sequence[str], assignment: str | None) -> Worklist:
    """Notebooks and folders of notebooks, in the order given, folders sorted. Without `assignment` each notebook's own
    content tells which one it is for. Only what lies in the course's submitted folder is a student's.
    """
    entries: list[Entry] = []
    problems: list[str] = []
    for given in paths:
        path = Path(given)
        if not os.path.lexists(path):
            problems.append(f"{given}: there is no such file or folder; check the spelling")
            continue
        found = _notebooks(path) if path.is_dir() and path.suffix != ".ipynb" else [path]
        if not found:
            problems.append(f"{given}: there is no notebook (*.ipynb) in this folder")
        for notebook in found:
            try:
                name = grader.assignment_of(notebook, assignment)
            except GradingError as error:
                problems.append(str(error))
                continue
            entries.append(Entry(Task(notebook, str(notebook), grader.course.student_of(notebook)), name))
    return Worklist(tuple(entries), tuple(problems))


def from_course(course: Course, assignment: str | None) -> Worklist:
    """All that stands in the course's submitted folder, for one assignment or for all that are built."""
    names = (assignment,) if assignment is not None else assignments.names()
    entries: list[Entry] = []
    problems: list[str] = []
    for name in names:
        for path in course.submissions(name):
            entries.append(Entry(Task(path, os.path.relpath(path, course.root), course.student_of(path)), name))
        problems += [
            f"{student}: nothing handed in for {name} (the folder is empty)" for student in course.missing(name)
        ]
    if not entries and not problems:
        what = f" for {assignment}" if assignment else ""
        problems.append(
            f"nothing to grade{what}: put notebooks under {os.path.relpath(course.submitted)}/<student>/<assignment>/, "
            "or name a notebook or a folder"
        )
    return Worklist(tuple(entries), tuple(problems))


def _notebooks(folder: Path) -> list[Path]:
    """All notebooks below a folder, sorted; hidden folders and checkpoints left out, links to folders not followed."""
    found: list[Path] = []
    for place, folders, files in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith(".") and not name.endswith(".ipynb"))
        entries = [name for name in os.listdir(place) if name.lower().endswith(".ipynb") and not name.startswith(".")]
        found += [Path(place, name) for name in sorted({*entries, *(f for f in files if f in entries)})]
    return sorted(found)
