"""nbgrader's own assignments beside ours: asserts, hidden tests, text, graded by nbgrader's own steps.

Context: a course is mixed, and our steps stand in the place of nbgrader's for all of it. Choice: an assignment that
says nothing to the autograder takes nbgrader's own steps, one after the other. Cost: its cells run as nbgrader runs
them, in a kernel of this user, without our sandbox; what a student's code may do there, nbgrader decides.
"""

from __future__ import annotations

import logging
import re
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from autograder import assignments
from autograder.core import Course
from autograder.gradebook import nbgrader_api
from autograder.grading.nbgrader_steps.captured import captured

OURS = ("selfcheck", '"autograder"')  # what the notebooks of our assignments say


def is_ordinary(course: Course, name: str) -> bool:
    """Whether an assignment is nbgrader's own: no reference, and no word of ours in its notebooks.

    One of ours that was never built is not: nbgrader would take its silent grade cells for full marks.
    """
    assignments.look_in(course.solutions)
    if name in assignments.names() or course.solution(name).is_file():
        return False
    notebooks = [path for step in (course.source, course.release) for path in _notebooks(course, step, name)]
    return bool(notebooks) and not any(word in _text(path) for path in notebooks for word in OURS)


def ordinary(course: Course) -> list[str]:
    """The course's ordinary assignments, sorted."""
    names = (path.name for path in course.source.glob("*") if path.is_dir() and not path.name.startswith("."))
    return sorted(name for name in names if is_ordinary(course, name))


def autograde(course: Course, name: str) -> Iterator[tuple[str, str]]:
    """Grades everybody's submission of an ordinary assignment by nbgrader: student, and what went wrong or ""."""
    nbgrader_api()
    from nbgrader.converters import Autograde
    from nbgrader.coursedir import CourseDirectory
    from sqlalchemy.exc import SAWarning
    from traitlets.config import Config

    for slot in course.slots(name):
        if slot.closed:
            yield slot.student, slot.closed
            continue
        if misnamed := _misnamed(course, name, slot.folder):
            yield slot.student, misnamed
            continue
        config = Config()
        config.merge(course.config)
        config.CourseDirectory.assignment_id, config.CourseDirectory.student_id = name, slot.student
        log = logging.Logger("autograder.nbgrader", logging.INFO)  # what is said is kept by `captured`
        log.addHandler(logging.NullHandler())
        app = Autograde(coursedir=CourseDirectory(config=config, root=str(course.root), log=log), config=config)
        app.log, app.force = log, True
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", SAWarning)  # remarks on nbgrader's own way with its gradebook
            result = captured(app)
        yield slot.student, "" if result["success"] else _words(result)


def sanitized(exporter: Any, notebook: Any, resources: Any) -> tuple[Any, Any]:
    """What nbgrader does first: outputs cleared, ids mended, the instructor's cells put back."""
    from nbgrader.preprocessors import ClearOutput, DeduplicateIds, OverwriteCells, OverwriteKernelspec

    return _through((ClearOutput, DeduplicateIds, OverwriteKernelspec, OverwriteCells), exporter, notebook, resources)


def executed(exporter: Any, notebook: Any, resources: Any) -> tuple[Any, Any]:
    """What nbgrader does next: the cells run in a kernel."""
    from nbgrader.preprocessors import Execute, IgnorePattern, LimitOutput

    return _through((Execute, IgnorePattern, LimitOutput), exporter, notebook, resources)


def saved(exporter: Any, notebook: Any, resources: Any) -> tuple[Any, Any]:
    """What nbgrader records of the outputs."""
    from nbgrader.preprocessors import SaveAutoGrades

    return _through((SaveAutoGrades,), exporter, notebook, resources)


def _through(steps: tuple[Any, ...], exporter: Any, notebook: Any, resources: Any) -> tuple[Any, Any]:
    for step in steps:
        made = step(parent=exporter)
        if made.enabled:
            notebook, resources = made.preprocess(notebook, resources)
    return notebook, resources


def _notebooks(course: Course, step: Path, name: str) -> list[Path]:
    return sorted(course.folder(step, ".", name).glob("*.ipynb"))


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8", errors="replace")


def expected_names(course: Course, name: str) -> set[str]:
    """The names under which nbgrader looks for an assignment's notebooks."""
    return {path.name for path in _notebooks(course, course.source, name) or _notebooks(course, course.release, name)}


def _misnamed(course: Course, name: str, folder: Path) -> str:
    """What is to be done about a folder in which nbgrader would find no notebook; "" where it finds one."""
    expected, there = expected_names(course, name), sorted(path.name for path in folder.glob("*"))
    if expected & set(there):
        return ""
    lies = ", ".join(there[:5]) + (", …" if len(there) > 5 else "") if there else "nothing"
    return f"nbgrader takes {' or '.join(sorted(expected))} only, and in {folder} lies {lies}: rename what is meant"


def _words(result: dict[str, Any]) -> str:
    """The last line of nbgrader's log that names an error, which tells more than those after it."""
    lines = [line.strip() for line in str(result.get("log", "")).splitlines()]
    named = [line for line in lines if re.match(r"[\w.]*(Error|Exception|Timeout)\w*: .", line)]
    other = [line for line in lines if "ERROR" in line and "above traceback" not in line]
    last = (named or other)[-1:]
    return last[0][-300:] if last else "nbgrader could not grade it; run nbgrader autograde to see why"
