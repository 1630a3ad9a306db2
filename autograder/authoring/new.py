"""A new assignment of one's own, laid down as a working one to change.

Context: an instructor knows the model, not this kit. Choice: what is laid down is a complete small assignment in one
notebook (the one in templates/, under the new name), so that there is something that works after every change.
"""

from __future__ import annotations

import os
import re
import shutil
from pathlib import Path

from autograder import assignments
from autograder.authoring.students import lay_selfcheck
from autograder.core import Course, CourseError, in_words

TEMPLATES = Path(__file__).parent / "templates"
TEMPLATE_NAME, TEMPLATE_TITLE = "linear_model", "# Linear model"
LONGEST = 40  # characters; the name stands in file names and gradebook columns
_NAME = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")


def create(course: Course, name: str) -> list[Path]:
    """Lays down the assignment's source notebook and its self-check; returns their paths.

    Raises CourseError, having changed nothing, for a name that will not do or is taken and for a place that cannot be
    written to.
    """
    text = (TEMPLATES / f"{TEMPLATE_NAME}.ipynb").read_text(encoding="utf-8")
    title = f"# {name.replace('_', ' ').capitalize()}"
    return lay_down(course, name, text.replace(TEMPLATE_TITLE, title).replace(TEMPLATE_NAME, name))


def lay_down(course: Course, name: str, notebook: str) -> list[Path]:
    """Writes a notebook's text as the source of a new assignment, its self-check beside it; raises as `create`."""
    must_be_free(course, name)
    source = course.source_notebook(name)
    try:
        source.parent.mkdir(parents=True)
        with source.open("x", encoding="utf-8", newline="\n") as file:
            file.write(notebook)
        selfcheck = lay_selfcheck(course, source.parent)
    except OSError as error:
        shutil.rmtree(source.parent, ignore_errors=True)
        raise CourseError(f"{in_words(error)}; nothing was laid down") from error
    return [source, selfcheck]


def must_be_free(course: Course, name: str) -> None:
    """Raises CourseError for a name that will not do or is taken."""
    _must_do(name)
    place = course.source_notebook(name).parent
    if os.path.lexists(place):
        raise CourseError(f"{place} is there already: choose another name, or remove it first")
    assignments.look_in(course.solutions)
    if name in assignments.names():
        raise CourseError(f"there is an assignment {name} already: choose another name")


def _must_do(name: str) -> None:
    """Raises CourseError for a name that will not do, with a better one where there is one."""
    if not _NAME.fullmatch(name):
        wanted = re.sub(r"[^a-z0-9]+", "_", re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()).strip("_0123456789")
        hint = f"; would {wanted} do?" if _NAME.fullmatch(wanted) else ""
        raise CourseError(f"{name!r} is no name for an assignment: use lower case letters, digits and _{hint}")
    if len(name) > LONGEST:
        raise CourseError(f"{name!r} is too long for a name: {len(name)} characters, {LONGEST} at most")
