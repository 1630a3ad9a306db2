"""A new assignment of one's own, laid down as a working one to change.

Context: an instructor knows the model, not this kit. Choice: what is laid down is a complete small assignment (the
files in templates/, under the new name), so that there is something that works after every change. Its description
lies in the course, beside the source notebook's folder: nothing inside that folder could hold it, since all that lies
there is released to students. Cost: an assignment is a folder with a file beside it.
"""

from __future__ import annotations

import builtins
import keyword
import os
import re
import shutil
from pathlib import Path

from autograder import assignments
from autograder.assignments import library
from autograder.authoring.students import lay_selfcheck
from autograder.core import Course, CourseError

TEMPLATES = Path(__file__).parent / "templates"
TEMPLATE_NAME, TEMPLATE_CLASS, TEMPLATE_TITLE = "linear_layer", "LinearLayer", "Linear layer"
LONGEST = 40  # characters; the name stands in file names, class names and gradebook columns
_NAME = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")
_TAKEN = frozenset(dir(builtins)) | {"SelfCheck", "CheckFailed"}  # classes that the notebook or Python has already


def create(course: Course, name: str, descriptions: Path | None = None) -> list[Path]:
    """Lays down the assignment's source notebook, its self-check and its description; returns their paths.

    `descriptions` is the folder of the assignments' descriptions (default: the course's source/). Raises CourseError,
    having changed nothing, for a name that will not do or is taken and for a place that cannot be written to.
    """
    folder = descriptions if descriptions is not None else course.source
    class_name = _class_name(name)
    source = course.source_notebook(name)
    description = folder / f"{name}.py"
    _must_be_free(name, class_name, source.parent, description, folder)
    words = {TEMPLATE_NAME: name, TEMPLATE_CLASS: class_name, TEMPLATE_TITLE: _title(name)}
    made: list[Path] = []
    try:
        source.parent.mkdir(parents=True)
        made.append(source.parent)
        _write(source, _filled(TEMPLATES / f"{TEMPLATE_NAME}.ipynb", words))
        selfcheck = lay_selfcheck(course, source.parent)
        made.append(description)
        _write(description, _filled(TEMPLATES / f"{TEMPLATE_NAME}.py", words))
    except OSError as error:
        for path in made:
            shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)
        raise CourseError(f"{error.filename or source.parent}: {error.strerror}; nothing was laid down") from error
    assignments.described.cache_clear()
    return [source, selfcheck, description]


def _class_name(name: str) -> str:
    """`softmax_regression` -> `SoftmaxRegression`; raises CourseError for a name that will not do."""
    if not _NAME.fullmatch(name):
        wanted = re.sub(r"[^a-z0-9]+", "_", re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()).strip("_0123456789")
        hint = f"; would {wanted} do?" if _NAME.fullmatch(wanted) else ""
        raise CourseError(f"{name!r} is no name for an assignment: use lower case letters, digits and _{hint}")
    if len(name) > LONGEST:
        raise CourseError(f"{name!r} is too long for a name: {len(name)} characters, {LONGEST} at most")
    class_name = "".join(part.capitalize() for part in name.split("_"))
    if keyword.iskeyword(name) or class_name in _TAKEN or keyword.iskeyword(class_name):
        raise CourseError(f"{name!r} means something in Python or in the notebook; name the model in two words")
    return class_name


def _must_be_free(name: str, class_name: str, source: Path, description: Path, folder: Path) -> None:
    """Raises CourseError where the assignment, its class or one of its files is there already."""
    for path in (description, source):
        if os.path.lexists(path):
            raise CourseError(f"{path} is there already: choose another name, or remove it first")
    for other in sorted([*folder.glob("*.py"), *Path(library.__file__).parent.glob("*.py")]):
        if re.search(rf"class_name=[\"']{class_name}[\"']", other.read_text(encoding="utf-8")):
            raise CourseError(f"the class of {other.stem} is called {class_name} already: choose another name")


def _filled(template: Path, words: dict[str, str]) -> str:
    """A template's text with the new names in the place of its own."""
    text = template.read_text(encoding="utf-8")
    for old, new in words.items():
        text = text.replace(old, new)
    return text


def _title(name: str) -> str:
    return name.replace("_", " ").capitalize()


def _write(path: Path, text: str) -> None:
    with path.open("x", encoding="utf-8", newline="\n") as file:
        file.write(text)
