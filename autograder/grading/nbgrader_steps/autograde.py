"""`nbgrader autograde` through this package: what nbgrader_config.py puts in the place of nbgrader's own steps.

nbgrader reads each submission with nbformat, runs it in a kernel with its tests and takes the cells' outputs for
points. Here the exporter reads it as data and repairs it, `Grade` asks the sandboxed grader for a report and fills the
grade cells from it, `SaveGrades` records it. Neither this process nor a kernel of it runs anything that a student
wrote. A fault of the grader raises, so that nbgrader reports the submission as failed and exits non-zero; it is never
a score.
"""

from __future__ import annotations

import os
import weakref
from dataclasses import replace
from pathlib import Path
from typing import Any

import nbformat
from nbconvert.exporters import NotebookExporter
from nbconvert.preprocessors import Preprocessor
from traitlets import Bool
from traitlets.config import Config

from autograder.core import Course
from autograder.gradebook import autograded, blank, known_time, marks
from autograder.gradebook import writing as gradebook
from autograder.grading import handed_in
from autograder.grading.grader import Grader, Task
from autograder.grading.nbgrader_steps import ordinary
from autograder.notebooks import ClosedFile


class NoScore(Exception):
    """The grader could not grade a submission; the message says whose and why."""


def open_grader(course: Course) -> Grader:
    """The grader that one run of nbgrader uses for all its submissions."""
    return Grader(course)


# Automatic scores that stood in the gradebook before nbgrader put zeros there: for a renamed notebook it finds
# "no submitted file" and records zero before anything is graded.
_zeroed: dict[tuple[str, str], dict[str, tuple[float | None, bool]]] = {}


def find_renamed(assignment: str, student: str, notebooks: list[str]) -> None:
    """nbgrader's pre_convert_hook: where no notebook has the assignment's name, stands the expected name in.

    nbgrader would skip a renamed notebook as unknown. `notebooks` is the converter's own list, so what is put there
    is what it converts; `SubmissionExporter` then finds the file that is meant. `student` may be a glob.
    """
    wanted = f"{assignment}.ipynb"
    if not notebooks:
        return
    folder = os.path.dirname(notebooks[0])
    if ordinary.is_ordinary(Course.find(Path(folder)), assignment):
        return
    if any(os.path.basename(path) == wanted for path in notebooks):
        notebooks[:] = [os.path.join(folder, wanted)]
        return
    course = Course.find(Path(folder))
    name = course.student_of(Path(folder) / wanted)
    if name is not None:
        _zeroed[name, assignment] = _automatic(course, name, assignment)
    notebooks[:] = [os.path.join(folder, wanted)]


class SubmissionExporter(NotebookExporter):
    """Reads a submission as data, whatever state it is in, and repairs it against the release."""

    grader: Grader | None = None
    ordinary = False  # whether the assignment at hand is nbgrader's own

    def from_filename(self, filename: str, resources: Any = None, **kw: Any) -> tuple[Any, dict[str, Any]]:
        """First pass: a submission, repaired. Second pass: the file that the first pass wrote."""
        about, converter = resources["nbgrader"], self._converter()
        self.ordinary = ordinary.is_ordinary(course_of(converter.coursedir), about["assignment"])
        if self.ordinary:
            return self._as_nbgrader_does(Path(filename), resources, **kw)
        if getattr(converter, "_sanitizing", True):
            course = course_of(converter.coursedir)
            if self.grader is None:
                self.grader = open_grader(course)
                weakref.finalize(self, self.grader.close)  # nbgrader has no step at the end of a run
            try:
                self.task = _task(Path(filename), about["assignment"], about["student"])
                self.submission = self.grader.read(self.task, about["assignment"])
            except BaseException as error:
                _undo_zeros(course, about["student"], about["assignment"])
                if isinstance(error, ClosedFile):
                    raise NoScore(f"{about['student']}: not graded, no mark was changed: {error}") from error
                raise
            self.release = gradebook.read_release(course, about["assignment"])
            _remove_links(course, about["student"], about["assignment"])
        notebook = autograded(self.release, self.submission, None)
        resources["metadata"] = {"name": about["notebook"], "path": os.path.dirname(filename)}
        return self.from_notebook_node(nbformat.from_dict(notebook), resources=resources, **kw)

    def _as_nbgrader_does(self, path: Path, resources: Any, **kw: Any) -> tuple[Any, dict[str, Any]]:
        """An assignment that is not ours, read and cleaned by nbgrader's own steps."""
        notebook = nbformat.read(path, as_version=4)
        resources["metadata"] = {"name": path.stem, "path": str(path.parent)}
        if getattr(self._converter(), "_sanitizing", True):
            notebook, resources = ordinary.sanitized(self, notebook, resources)
        return self.from_notebook_node(notebook, resources=resources, **kw)

    def _converter(self) -> Any:
        """nbgrader's Autograde, which made this exporter."""
        return self.parent


class Grade(Preprocessor):
    """Takes the place of nbgrader's Execute: grades in the sandbox and fills the grade cells' outputs."""

    enabled = Bool(True).tag(config=True)

    def preprocess(self, notebook: Any, resources: Any) -> tuple[Any, Any]:
        """The autograded notebook; raises NoScore when the fault is the grader's."""
        exporter: Any = self.parent
        if exporter.ordinary:
            return ordinary.executed(exporter, notebook, resources)
        student, assignment = resources["nbgrader"]["student"], resources["nbgrader"]["assignment"]
        try:
            report = exporter.grader.grade([exporter.task], assignment)[0].report
            if report.score is None:
                raise NoScore(f"{student}: the grader itself failed, so there is no score: {'; '.join(report.notes)}")
            made = autograded(exporter.release, exporter.submission, report)
            scores = marks(exporter.release, report)
        except BaseException:
            _undo_zeros(course_of(exporter.parent.coursedir), student, assignment)
            raise
        resources["autograder"] = {"scores": scores, "blank": blank(exporter.release, exporter.submission, made)}
        for note in report.notes:
            self.log.warning("%s: %s", student, note)
        return nbformat.from_dict(made), resources


class SaveGrades(Preprocessor):
    """Takes the place of nbgrader's SaveAutoGrades: the same rows, manual grades left as they are."""

    enabled = Bool(True).tag(config=True)

    def preprocess(self, notebook: Any, resources: Any) -> tuple[Any, Any]:
        """Records what `Grade` found; raises GradebookError when the database refuses."""
        exporter: Any = self.parent
        if exporter.ordinary:
            return ordinary.saved(exporter, notebook, resources)
        about, ours = resources["nbgrader"], resources["autograder"]
        course = course_of(exporter.parent.coursedir)
        key = (about["student"], about["assignment"])
        entry = gradebook.Entry(
            *key,
            ours["scores"],
            ours["blank"],
            timestamp=known_time(course.folder(course.submitted, *key) / "timestamp.txt"),
            before=_zeroed.pop(key, {}),
        )
        gradebook.write(course, [entry])
        return notebook, resources


def course_of(coursedir: Any) -> Course:
    """The course as nbgrader was told of it, options of its command line included."""
    course = Course.at(Path(coursedir.root))
    course = replace(
        course,
        submitted=course.root / coursedir.submitted_directory,
        autograded=course.root / coursedir.autograded_directory,
        release=course.root / coursedir.release_directory,
        source=course.root / coursedir.source_directory,
        feedback=course.root / coursedir.feedback_directory,
        structure=coursedir.directory_structure,
    )
    config = Config(coursedir.config)
    config.CourseDirectory.merge({"db_url": coursedir.db_url, "course_id": coursedir.course_id})
    vars(course)["config"] = config  # in the place of what Course.config would read from the files alone
    return course


def _task(expected: Path, assignment: str, student: str) -> Task:
    """What counts of the folder that holds the expected file; raises NoScore when that cannot be told."""
    try:
        handed = handed_in.look(expected.parent, assignment)
    except handed_in.Undecided as error:
        raise NoScore(f"{student}: not graded, no mark was changed: {error}") from error
    if handed.chosen is None:
        raise NoScore(f"{student}: no notebook for {assignment} in {expected.parent}, only: {handed.instead}")
    return Task(handed.chosen, str(handed.chosen), student, handed.notes)


def _remove_links(course: Course, student: str, assignment: str) -> None:
    """Deletes from autograded/ what nbgrader copied through a symbolic link in the submission.

    nbgrader copies every other file that was handed in, links followed, and generate_feedback hands them back to the
    student: a link to the solutions would come back as the solutions.
    """
    handed_in = course.folder(course.submitted, student, assignment)
    copied = course.folder(course.autograded, student, assignment)
    source = course.source_notebook(assignment).parent
    for path in sorted(copied.rglob("*")):
        name = path.relative_to(copied)
        if (handed_in / name).is_symlink() and not (source / name).exists():
            path.unlink()


def _automatic(course: Course, student: str, assignment: str) -> dict[str, tuple[float | None, bool]]:
    """The automatic scores and flags of a submission as the gradebook has them; empty when it has none."""
    from nbgrader.api import Gradebook, MissingEntry

    with Gradebook(course.db_url, course.course_id) as book:
        try:
            notebook = book.find_submission_notebook(assignment, assignment, student)
        except MissingEntry:
            return {}
        return {mark.name: (mark.auto_score, mark.needs_manual_grade) for mark in notebook.grades}


def _undo_zeros(course: Course, student: str, assignment: str) -> None:
    """Takes back the zeros that nbgrader recorded for a renamed notebook which then could not be graded."""
    from nbgrader.api import Gradebook

    if (student, assignment) not in _zeroed:
        return
    before = _zeroed.pop((student, assignment))
    with Gradebook(course.db_url, course.course_id) as book:
        for mark in book.find_submission_notebook(assignment, assignment, student).grades:
            mark.auto_score, mark.needs_manual_grade = before.get(mark.name, (None, True))
        book.db.commit()
