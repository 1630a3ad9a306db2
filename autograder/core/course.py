"""One course on disk: its folders, its nbgrader configuration, its submissions.

The course root is the folder that holds nbgrader_config.py. The configuration is read as nbgrader reads it (Jupyter's
configuration folders first, the course's own file last), so that a directory, a structure or a `db_url` configured
for nbgrader holds here as well.
"""

from __future__ import annotations

import glob
import logging
import math
import os
import re
import stat
from collections.abc import Collection
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from autograder.core.errors import AutograderError

CONFIG_NAME = "nbgrader_config"
DEFAULT_STRUCTURE = "{nbgrader_step}/{student_id}/{assignment_id}"
LEAST_S = 30  # for a submission in all: below, an honest one may run out of time on a slow machine
_SILENT = logging.getLogger(f"{__name__}.config")  # the loaders' own default tells nbgrader's users of itself
_NO_STUDENT = "."  # nbgrader's own stand-in where a path has no student: source/./a, release/./a


class CourseError(AutograderError):
    """Something about the course is not as it must be; the message says what to do about it."""


@dataclass(frozen=True, slots=True)
class Slot:
    """The folder of one student for one assignment; `closed` says why it cannot be looked into, "" where it can."""

    student: str
    folder: Path
    closed: str = ""


@dataclass(frozen=True)
class Course:
    """The folders of a course, all absolute.

    `source`, `release`, `solutions`, `submitted`, `autograded`, `feedback` are the steps' folders; `state` holds what
    the grader keeps for itself. A course with other paths (`dataclasses.replace`) is how a build is proved before it
    is swapped in.
    """

    root: Path
    source: Path
    release: Path
    solutions: Path
    submitted: Path
    autograded: Path
    feedback: Path
    state: Path
    structure: str = DEFAULT_STRUCTURE

    @classmethod
    def find(cls, start: Path | None = None) -> Course:
        """The course that `start` (default: the working directory) lies in.

        Raises CourseError when no folder upward from there holds nbgrader_config.py, or when that file cannot be read.
        """
        first = Path(start) if start is not None else Path.cwd()
        if not first.exists():
            raise CourseError(f"{first}: no such folder; give the course's folder with --course DIR")
        here = Path(os.path.abspath(first))
        for folder in (here, *here.parents):
            if (folder / f"{CONFIG_NAME}.py").is_file():
                return cls.at(folder)
        raise CourseError(
            f"no {CONFIG_NAME}.py in {here} or above it; go to the course's folder or name it with --course DIR"
        )

    @classmethod
    def at(cls, root: Path) -> Course:
        """The course whose root is `root`; raises CourseError when its configuration cannot be read."""
        root = Path(os.path.abspath(root))
        asked = load_config(root).get("CourseDirectory", {})

        def folder(option: str, default: str) -> Path:
            return root / asked.get(option, default)

        return cls(
            root=root,
            source=folder("source_directory", "source"),
            release=folder("release_directory", "release"),
            solutions=root / "solutions",
            submitted=folder("submitted_directory", "submitted"),
            autograded=folder("autograded_directory", "autograded"),
            feedback=folder("feedback_directory", "feedback"),
            state=root / ".autograder",
            structure=asked.get("directory_structure", DEFAULT_STRUCTURE),
        )

    @cached_property
    def config(self) -> Any:
        """nbgrader's configuration of this course, a `traitlets.config.Config`.

        It names the gradebook in any case: nbgrader's own default breaks where the path has `?` or `%` in it.
        """
        merged = load_config(self.root)
        if not merged.get("CourseDirectory", {}).get("db_url", ""):
            merged.CourseDirectory.db_url = sqlite_url(self.root / "gradebook.db")
        return merged

    @property
    def course_id(self) -> str:
        """The course's name in the gradebook; nbgrader's own default where none is configured."""
        return str(self.config.get("CourseDirectory", {}).get("course_id", "")) or "default_course"

    @property
    def packages(self) -> tuple[str, ...]:
        """The packages that a submission may import beside NumPy and matplotlib: `c.Autograder.packages`."""
        asked = self.config.get("Autograder", {}).get("packages", ())
        if isinstance(asked, str) or not all(isinstance(name, str) for name in asked):
            raise CourseError(f'{CONFIG_NAME}.py: c.Autograder.packages is a list of names, e.g. ["scipy", "pandas"]')
        return tuple(dict.fromkeys(asked))

    @property
    def submission_s(self) -> float | None:
        """Seconds of wall time that one submission may take in all: `c.Autograder.submission_s`; None if not said."""
        asked = self.config.get("Autograder", {}).get("submission_s", None)
        if asked is None:
            return None
        if isinstance(asked, bool) or not isinstance(asked, int | float) or not LEAST_S <= asked < math.inf:
            raise CourseError(f"{CONFIG_NAME}.py: c.Autograder.submission_s is a number of seconds from {LEAST_S} on")
        return float(asked)

    @property
    def db_url(self) -> str:
        """The gradebook's SQLAlchemy URL: as configured, else nbgrader's default, gradebook.db in the root."""
        return str(self.config.CourseDirectory.db_url)

    def source_notebook(self, assignment: str) -> Path:
        """The instructor's notebook of an assignment."""
        return self.folder(self.source, _NO_STUDENT, assignment) / f"{assignment}.ipynb"

    def release_notebook(self, assignment: str) -> Path:
        """The students' notebook of an assignment."""
        return self.folder(self.release, _NO_STUDENT, assignment) / f"{assignment}.ipynb"

    def solution(self, assignment: str) -> Path:
        """The extracted reference of an assignment."""
        return self.solutions / f"{assignment}.py"

    def folder(self, step: Path, student: str, assignment: str) -> Path:
        """Where nbgrader keeps a student's work at one step: `submitted/<student>/<assignment>`."""
        place = self.structure.format(nbgrader_step=str(step), student_id=student, assignment_id=assignment)
        return Path(os.path.normpath(self.root / place))

    def noted(self, path: Path) -> str:
        """How a file is named in what the course keeps: from the root on, so that the course may be moved as a whole;
        absolute where it lies outside. `root / noted(path)` is the file in either case."""
        place = Path(os.path.abspath(path))
        return str(place.relative_to(self.root) if place.is_relative_to(self.root) else place)

    def student_of(self, path: Path) -> str | None:
        """The student whose submission `path` is, None for a path outside the submitted folders."""
        place = self.slot_of(path)
        return place[0] if place else None

    def slot_of(self, path: Path) -> tuple[str, str] | None:
        """The student and the assignment in whose submitted folder `path` lies, None outside these."""
        match = self._submitted_pattern.match(os.path.abspath(path))
        return (match["student"], match["assignment"]) if match else None

    def source_assignments(self) -> list[str]:
        """The assignments that have a source notebook, sorted."""
        if not self.source.is_dir():
            return []
        names = (entry.name for entry in self.source.iterdir() if not entry.name.startswith("."))
        return sorted(name for name in names if self.source_notebook(name).is_file())

    def slots(self, assignment: str) -> list[Slot]:
        """The folders in which students handed in an assignment, sorted by student; whatever is wrong with one is told
        there, and hides no other. Raises CourseError when the submitted folder itself cannot be looked into."""
        # The structure may put the student anywhere: everything before that part is one folder, with a name for each.
        mark = "\0student\0"
        parts = self.folder(self.submitted, mark, assignment).parts
        depth = next(k for k, part in enumerate(parts) if mark in part)
        parent = Path(*parts[:depth])
        name = re.compile(re.escape(parts[depth]).replace(re.escape(mark), "(.+)", 1))
        try:
            there = os.listdir(parent)
        except (FileNotFoundError, NotADirectoryError):
            return []
        except OSError as error:
            raise CourseError(f"{parent} may not be looked into ({error.strerror}); give permission") from error
        students = sorted(match[1] for entry in there if (match := name.fullmatch(entry)))
        slots = (self.slot(student, assignment) for student in students if not student.startswith("."))
        return [slot for slot in slots if slot is not None]

    def other_work(self, known: Collection[str]) -> list[tuple[str, Path]]:
        """The students' folders that stand for none of the `known` assignments, each with the name in its place."""
        root, submitted = glob.escape(str(self.root)), glob.escape(str(self.submitted))
        place = self.structure.format(nbgrader_step=submitted, student_id="*", assignment_id="*")
        work = []
        for path in glob.iglob(os.path.join(root, place)):
            slot = self.slot_of(Path(path, "any"))
            if slot is not None and slot[1] not in known and os.path.isdir(path):
                work.append((slot[1], Path(path)))
        return sorted(work)

    def slot(self, student: str, assignment: str) -> Slot | None:
        """The folder of one student for an assignment, None where there is none."""
        folder = self.folder(self.submitted, student, assignment)
        try:
            if not stat.S_ISDIR(os.stat(folder).st_mode):
                return None
        except (FileNotFoundError, NotADirectoryError):
            if not os.path.islink(folder):
                return None
            return Slot(student, folder, f"{folder} is a link that leads nowhere; put the folder itself there")
        except OSError as error:
            way = [each for each in reversed(folder.parents) if each.is_relative_to(self.submitted)]
            culprit = next((each for each in way if each.is_dir() and not os.access(each, os.X_OK)), folder)
            return Slot(student, folder, f"{culprit} may not be looked into ({error.strerror}); give permission")
        inside = os.path.relpath(folder, self.submitted)
        if os.path.realpath(folder) != os.path.join(os.path.realpath(self.submitted), inside):
            return Slot(student, folder, f"{folder} is reached over a link; put the folder itself there")
        return Slot(student, folder)

    @cached_property
    def _submitted_pattern(self) -> re.Pattern[str]:
        marks = {"student_id": "\0student\0", "assignment_id": "\0assignment\0"}
        place = self.structure.format(nbgrader_step=str(self.submitted), **marks)
        text = re.escape(os.path.normpath(os.path.join(self.root, place)))
        text = text.replace(re.escape("\0student\0"), r"(?P<student>[^/\\]+)", 1)
        text = text.replace(re.escape("\0assignment\0"), r"(?P<assignment>[^/\\]+)", 1)
        return re.compile(text + r"[/\\].")


def load_config(root: Path) -> Any:
    """nbgrader's configuration for a course at `root`, lowest priority first, as a `traitlets.config.Config`."""
    from jupyter_core.paths import jupyter_config_path
    from traitlets.config.loader import Config, ConfigFileNotFound, JSONFileConfigLoader, PyFileConfigLoader

    merged = Config()
    for folder in [*reversed(jupyter_config_path()), str(root)]:
        for loader, suffix in ((PyFileConfigLoader, ".py"), (JSONFileConfigLoader, ".json")):
            try:
                merged.merge(loader(CONFIG_NAME + suffix, path=folder, log=_SILENT).load_config())
            except ConfigFileNotFound:
                continue
            except Exception as error:
                place = Path(folder) / (CONFIG_NAME + suffix)
                raise CourseError(f"{place}: cannot be read ({type(error).__name__}: {error}); mend it") from error
    return merged


def sqlite_url(path: Path) -> str:
    """The SQLAlchemy URL of an SQLite file, also where its path has `?`, `%`, `#`, blanks or quotes in it."""
    if "?" not in str(path) and "%" not in str(path):
        return f"sqlite:///{path}"
    from sqlalchemy import URL  # here: to import it takes longer than all else that is read of a course

    return URL.create("sqlite", database=str(path)).render_as_string(hide_password=False)
