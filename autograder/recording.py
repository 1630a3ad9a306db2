"""What a batch leaves behind for each student: the gradebook's rows, the autograded notebook, the feedback page.

A chunk is recorded in one transaction after its reports have reached the journal, then marked in the journal as
recorded. A run that ends in between is mended by the next one, from the journal and the submitted files: recording is
idempotent.
"""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from autograder import assignments
from autograder.course import Course
from autograder.feedback import student_page
from autograder.feedback.site import write_atomically
from autograder.grading import Task
from autograder.journal import Entry, Journal, who
from autograder.notebook import ClosedFile, UnreadableNotebook, content
from autograder.records import Report, Submission
from autograder.submission import Release, submission_in

CHUNK = 32  # submissions of one transaction when earlier reports are recorded


@dataclass(frozen=True, slots=True)
class Held:
    """A report with its key and the file that it is of, to be read again when it is recorded."""

    task: Task
    key: str
    report: Report


class Recorder:
    """Records reports of one run; `key_of(assignment, raw, notes)` is the key of a file's bytes.

    Without `enabled` only the journal is kept right. `problem` is what the gradebook or the disk last said, "" if
    nothing; then reports wait for `finish` or for the next run. `left_out` is what cannot be recorded, with reasons.
    """

    def __init__(
        self,
        course: Course,
        journal: Journal,
        key_of: Callable[[str, bytes, tuple[str, ...]], str],
        *,
        enabled: bool,
    ):
        self.course, self.journal, self.enabled = course, journal, enabled
        self.problem = ""
        self.left_out: list[tuple[str, str]] = []
        self._key_of = key_of
        self._held: list[Held] = []
        self._releases: dict[str, Release] = {}
        self._gradebook_there = _gradebook_there(course) if enabled else True
        if enabled:
            _sweep(course)

    def get_ready(self) -> None:
        """Something is being graded, which will be recorded."""
        if self.enabled:
            from autograder import gradebook

            gradebook.get_ready()

    def add_fresh(self, graded: Sequence[tuple[Task, str, Report, Submission]]) -> None:
        """Reports that were just made, in the journal already, each with its key and its submission."""
        now: list[tuple[str, Report, Submission]] = []
        for task, key, report, submission in graded:
            if self.enabled and report.student is not None and report.score is not None:
                if self.problem:
                    self._held.append(Held(task, key, report))
                else:
                    now.append((key, report, submission))
        held = {id(report): task for task, _, report, _ in graded}
        if now and not self._record(now):
            self._held += [Held(held[id(report)], key, report) for key, report, _ in now]

    def add_served(self, task: Task, entry: Entry) -> None:
        """A report that the journal had; it becomes current, and is recorded if it is not yet."""
        self._settle(Held(task, entry.key, entry.report), entry)

    def finish(self) -> None:
        """Record what waits; `problem` says what still cannot be."""
        self.problem = ""
        while self._held and not self.problem:
            self._record_chunk()

    def record_held(self) -> None:
        """Record a chunk of what waits, once there is one."""
        if len(self._held) >= CHUNK and not self.problem:
            self._record_chunk()

    def _record_chunk(self) -> None:
        chunk, self._held = self._held[:CHUNK], self._held[CHUNK:]
        read = [(held.key, held.report, submission) for held in chunk if (submission := self._read(held)) is not None]
        if not self._record(read):
            self._held = chunk + self._held

    def _settle(self, held: Held, entry: Entry) -> None:
        whose = who(held.report)
        if self.journal.current_key(whose) != held.key:
            self.journal.append([entry])
        if self.enabled and held.report.student is not None and not self._is_recorded(held):
            self._held.append(held)

    def _is_recorded(self, held: Held) -> bool:
        whose = (held.report.student or "", held.report.assignment)
        return (
            self._gradebook_there
            and self.journal.recorded_key(who(held.report)) == held.key
            and (self.course.folder(self.course.autograded, *whose) / f"{whose[1]}.ipynb").exists()
            and self.page_path(*whose).exists()
        )

    def page_path(self, student: str, assignment: str) -> Path:
        """Where nbgrader keeps a student's feedback, so that `nbgrader release_feedback` hands the page out."""
        return self.course.folder(self.course.feedback, student, assignment) / f"{assignment}.html"

    def _write_page(self, report: Report, path: Path) -> bool:
        """A student's page, and whether it stands there; one that fails keeps nobody else from theirs.

        Raises OSError when no page at all can be written.
        """
        from autograder.gradebook import unwritable

        try:
            page = student_page.page(report)
        except Exception as error:
            self.left_out.append((report.submission, f"no page: the grader failed: {type(error).__name__}: {error}"))
            return True  # the mark is recorded; a page that cannot be made would be tried in every run
        try:
            write_atomically(path, page.encode("utf-8"))
        except OSError as error:
            if not os.access(self.course.feedback, os.W_OK) or error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EROFS):
                raise
            self.left_out.append((report.submission, unwritable(path, error)))
            return False
        return True

    def _read(self, held: Held) -> Submission | None:
        """The submission once more; None when the file is another one by now, which the next run will grade."""
        name = held.report.assignment
        if name not in self._releases:
            self._releases[name] = Release(self.course.release_notebook(name))
        try:
            raw = content(held.task.path)
        except UnreadableNotebook as error:
            return Submission(held.task.shown, held.task.student, name, notes=held.task.notes, fault=str(error))
        except ClosedFile as error:
            self.left_out.append((held.task.shown, str(error)))
            return None
        if self._key_of(name, raw, held.task.notes) != held.key:
            self.left_out.append((held.task.shown, "it changed while it was graded; run the command again"))
            return None
        task = held.task
        return submission_in(raw, assignments.load(name), self._releases[name], task.student, task.shown, task.notes)

    def _record(self, graded: list[tuple[str, Report, Submission]]) -> bool:
        """Gradebook and notebooks in one transaction, then pages, then marks; whether all went well."""
        from autograder.gradebook import GradebookError, record

        keys = {(report.student or "", report.assignment): (key, report) for key, report, _ in graded}
        try:
            found = record(self.course, [(report, submission) for _, report, submission in graded])
            recorded = [whose for whose in found.recorded if self._write_page(keys[whose][1], self.page_path(*whose))]
        except GradebookError as error:
            self.problem = str(error)
            return False
        except OSError as error:
            self.problem = (
                f"{self.course.feedback} cannot be written ({error.strerror or error}); make room or give permission, "
                "then run the command again"
            )
            return False
        self.left_out += [(report.submission, reason) for report, reason in found.left_out]
        self.journal.mark_recorded([(who(keys[whose][1]), keys[whose][0]) for whose in recorded])
        return True


def _sweep(course: Course) -> None:
    """Take away what a killed run was writing aside; the journal's lock says that no other run is writing now."""
    for path in course.autograded.glob(".partial-*"):
        shutil.rmtree(path, ignore_errors=True)
    if course.feedback.is_dir():
        for folder, _, names in os.walk(course.feedback):
            for name in names:
                if name.startswith(".new-"):
                    Path(folder, name).unlink(missing_ok=True)


def _gradebook_there(course: Course) -> bool:
    """Whether a gradebook on this disk is still there; one elsewhere is believed to be."""
    prefix = "sqlite:///"
    url = course.db_url
    return not url.startswith(prefix) or Path(url.removeprefix(prefix)).is_file()
