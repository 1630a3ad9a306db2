"""What a batch leaves behind for each student: the gradebook's rows, the autograded notebook, the feedback page.

A chunk is recorded in the gradebook in one transaction, its notebooks and pages are put in their places, and then its
reports reach the journal, together with the note that they are recorded. A run that is killed before grades that chunk
again, which gives the same; what could not be recorded is in the journal without that note, and the next run records
it from there and from the submitted files. Recording is idempotent.
"""

from __future__ import annotations

import contextlib
import os
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from autograder import assignments
from autograder.core import ASIDE, Course, Report, write_whole
from autograder.gradebook import TIMESTAMP, Papers, UnknownTime, submission_time, with_mark
from autograder.grading.grader import Task
from autograder.grading.store.journal import Entry, Journal, Who, who
from autograder.grading.student_folders import carry_over, page_path, shows, write_page
from autograder.notebooks import ClosedFile, Release, Submission, UnreadableNotebook, content, submission_in
from autograder.reporting import words

CHUNK = 32  # submissions of one transaction when earlier reports are recorded


@dataclass(frozen=True, slots=True)
class Fresh:
    """A report that was just made, as the journal will have it, with the papers made of it, or why there are none."""

    task: Task
    entry: Entry
    papers: Papers | str


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
    `untimed` is whose time of submission cannot be read, with reasons; `notes` tell of penalties that changed.
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
        self.untimed: list[tuple[str, str]] = []
        self.notes: list[str] = []
        self._differing: list[str] = []
        self._standing: dict[str, dict[str, tuple[str, str]]] = {}  # recorded before: assignment, student, key and path
        self._key_of = key_of
        self._held: list[Held] = []
        self._releases: dict[str, Release] = {}
        self._gradebook_there = True
        if enabled:
            from autograder.gradebook import is_there

            self._gradebook_there = is_there(course)
            _sweep(course)

    def get_ready(self) -> None:
        """Something is being graded, which will be recorded."""
        if self.enabled:
            from autograder.gradebook import writing as gradebook

            gradebook.get_ready()

    def add_fresh(self, graded: Sequence[Fresh]) -> None:
        """Reports that were just made: recorded, then journaled; what cannot be recorded is journaled all the same."""
        to_record = [
            each
            for each in graded
            if self.enabled and each.entry.report.student is not None and each.entry.report.score is not None
        ]
        done: list[tuple[Who, str]] | None = None
        try:
            if to_record and not self.problem:
                done = self._record([(each.entry.key, each.entry.report, each.papers) for each in to_record])
        finally:
            self.journal.append([each.entry for each in graded], {whose for whose, _ in done or ()})
        if done is None:
            self._held += [Held(each.task, each.entry.key, each.entry.report) for each in to_record]

    def add_served(self, task: Task, entry: Entry) -> None:
        """A report that the journal had; it becomes current, and is recorded if it is not yet."""
        self._settle(Held(task, entry.key, entry.report), entry)

    def finish(self) -> None:
        """Record what waits; `problem` says what still cannot be."""
        self.problem = ""
        while self._held and not self.problem:
            self._record_chunk()
        if not self.problem:
            self._settle_standing()
        self.notes += words.first(self._differing, "marks that are not the autograder's alone")

    def record_held(self) -> None:
        """Record a chunk of what waits, once there is one."""
        if len(self._held) >= CHUNK and not self.problem:
            self._record_chunk()

    def _record_chunk(self) -> None:
        chunk, self._held = self._held[:CHUNK], self._held[CHUNK:]
        read = [(held.key, held.report, submission) for held in chunk if (submission := self._read(held)) is not None]
        done = self._record(read)
        if done is None:
            self._held = chunk + self._held
        else:
            self.journal.mark_recorded(done)

    def _settle(self, held: Held, entry: Entry) -> None:
        whose = who(held.report)
        if self.journal.current_key(whose) != held.key:
            self.journal.append([entry])
        if not self.enabled or held.report.student is None:
            return
        if self._is_recorded(held):
            self._standing.setdefault(whose[0], {})[held.report.student] = (held.key, held.task.shown)
        else:
            self._held.append(held)

    def _is_recorded(self, held: Held) -> bool:
        whose = (held.report.student or "", held.report.assignment)
        return (
            self._gradebook_there
            and self.journal.recorded_key(who(held.report)) == held.key
            and (self.course.folder(self.course.autograded, *whose) / f"{whose[1]}.ipynb").exists()
        )

    def _settle_standing(self) -> None:
        """What changed without anything to grade: due dates, penalties, times of submission, marks given by hand."""
        from autograder.gradebook import final_marks
        from autograder.gradebook import writing as gradebook

        for assignment, students in self._standing.items():
            try:
                times = {student: self._time(student, assignment) for student in students}
                moved = gradebook.settle(self.course, assignment, times)
                marks = final_marks.read(self.course, assignment)
            except gradebook.GradebookError as error:
                self.problem = str(error)
                return
            self.notes += [
                f"{one.student}: the late penalty of {assignment} is {one.new:g} points now, it was {one.old:g}"
                for one in moved
            ]
            for student, (key, shown) in students.items():
                entry = self.journal.find(key)
                if entry is not None:
                    report = replace(entry.report, student=student, submission=shown)
                    self._publish(with_mark(report, marks.get(student)))

    def _time(self, student: str, assignment: str) -> datetime | None:
        """The time of submission; one that cannot be read is told, and the gradebook keeps what it has."""
        try:
            return submission_time(self.course.folder(self.course.submitted, student, assignment) / TIMESTAMP)
        except UnknownTime as error:
            self._tell_untimed(student, assignment, error)
            return None

    def _tell_untimed(self, student: str, assignment: str, error: UnknownTime) -> None:
        path = self.course.folder(self.course.submitted, student, assignment) / TIMESTAMP
        self.untimed.append((student, f"{os.path.relpath(path, self.course.root)}: {error}"))

    def _publish(self, report: Report, papers: Papers | None = None) -> None:
        """Page and exchange files of a recorded submission; one that we fail to make keeps nobody else from theirs.

        A page that a worker made is put there where it shows the mark that counts.
        """
        from autograder.gradebook import unwritable

        whose = (report.student or "", report.assignment)
        path = page_path(self.course, *whose)
        if report.mark is not None and not _as_expected(report):
            self._differing.append(
                f"{report.student}: {report.mark.total:g} of {report.mark.max_score:g} points in the gradebook, "
                f"where the autograder gave {report.mark.auto:g}"
            )
        try:
            if report.withheld and not report.waiting:
                self.left_out.append((report.submission, f"no page: {report.withheld}"))
                path.unlink(missing_ok=True)  # it would show a mark that no longer holds
            elif papers is not None and report.mark is not None and papers.shows == report.mark.digest:
                write_whole(path, papers.page.encode("utf-8"))
            elif not shows(path, report):
                write_page(self.course, report, path)
            carry_over(self.course, *whose)
        except OSError as error:
            self.left_out.append((report.submission, unwritable(Path(error.filename or path), error)))
        except Exception as error:
            self.left_out.append((report.submission, f"no page: the grader failed: {type(error).__name__}: {error}"))

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

    def _record(self, graded: Sequence[tuple[str, Report, Submission | Papers | str]]) -> list[tuple[Who, str]] | None:
        """Gradebook and notebooks in one transaction, then pages; what is recorded, by key, None where nothing was."""
        from autograder.gradebook import GradebookError, final_marks, record

        of = {
            (report.student or "", report.assignment): (key, report, papers_or_reason)
            for key, report, papers_or_reason in graded
        }
        try:
            recorded = record(self.course, [(report, papers_or_reason) for _, report, papers_or_reason in graded])
            whose: dict[str, list[str]] = {}
            for student, name in recorded.recorded:
                whose.setdefault(name, []).append(student)
            marks = {name: final_marks.read(self.course, name, students) for name, students in whose.items()}
        except GradebookError as error:
            self.problem = str(error)
            return None
        for student, name in recorded.recorded:
            if (student, name) in recorded.untimed:
                self._tell_untimed(student, name, recorded.untimed[student, name])
            _, report, papers_or_reason = of[student, name]
            path = page_path(self.course, student, name)
            with contextlib.suppress(OSError):
                path.unlink()  # of the grading before
            papers = papers_or_reason if isinstance(papers_or_reason, Papers) else None
            self._publish(with_mark(report, marks[name].get(student)), papers)
        self.left_out += [(report.submission, reason) for report, reason in recorded.left_out]
        return [(who(of[key][1]), of[key][0]) for key in recorded.recorded]


def _as_expected(report: Report) -> bool:
    """Whether the mark is what the autograder gave, with what people gave where it gives nothing."""
    mark = report.mark
    if mark is None or report.auto_score is None:
        return False
    people = sum(part.manual for part in mark.parts if part.auto is None and part.manual is not None)
    return abs(mark.total - report.auto_score - people) < 1e-6


def _sweep(course: Course) -> None:
    """Take away what a killed run was writing aside; the journal's lock says that no other run is writing now."""
    for path in course.autograded.glob(".partial-*"):
        shutil.rmtree(path, ignore_errors=True)
    if course.feedback.is_dir():
        for folder, _, names in os.walk(course.feedback):
            for name in names:
                if name.startswith(ASIDE):
                    Path(folder, name).unlink(missing_ok=True)
