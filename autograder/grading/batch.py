"""Many submissions: graded by workers, journaled and recorded by this process alone.

A submission's bytes are read once, here; what is hashed is what is graded. Reports come back in chunks, each with its
notebook and page; a chunk reaches gradebook, notebooks, pages and the journal, and only then is it said to be done. So
the grader may be killed at any moment: the next run serves what the journal has, records what was not recorded, grades
the rest.

A worker that dies takes a chunk with it, whose submissions are then tried one by one; one that kills its worker alone
as well, or fails twice for want of a sandbox, is an `internal_error`, which the journal never serves.
"""

from __future__ import annotations

import os
import threading
import time
from collections import Counter, deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, wait
from contextlib import ExitStack
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from tempfile import TemporaryDirectory

from autograder import assignments
from autograder.core import AutograderError, Course, Report
from autograder.gradebook import is_known, names
from autograder.grading.grader import GradingError
from autograder.grading.job import Job, Options
from autograder.grading.recorder import Fresh, Recorder
from autograder.grading.store import journal as journals
from autograder.grading.store import shared
from autograder.grading.store.journal import Entry, Journal, JournalBusy, JournalClosed, JournalError, who
from autograder.grading.store.observations import Shelf
from autograder.grading.summary import Summary
from autograder.grading.versions import digest
from autograder.grading.workers import memory
from autograder.grading.workers.executors import ExecutorError, Place, cores, place
from autograder.grading.workers.interrupts import told_to_stop
from autograder.grading.workers.kit import Kit, kit_of, observation_key, report_key, unread
from autograder.grading.workers.packing import Packing
from autograder.grading.workers.parcel import Done, Item, Parcel
from autograder.grading.workers.worker import papers_for
from autograder.judging import internal_error, our_fault, unreadable
from autograder.notebooks import ClosedFile, Release, Submission, UnreadableNotebook, content
from autograder.sandbox import SandboxError, own_folder

TICK_S = 0.2  # how soon Ctrl-C is noticed

__all__ = ["BatchError", "ExecutorError", "JournalError", "Summary", "run"]


class BatchError(AutograderError):
    """Not everything could be recorded; what was graded is in the journal. The message names the remedy."""

    exit_code = 1


def run(
    course: Course,
    jobs: Sequence[Job],
    options: Options,
    done: Callable[[Job, Report, bool], None],
    begun: Callable[[], None] = lambda: None,
) -> Summary:
    """Grade the jobs; `done(job, report, fresh)` is called for each as it is finished, from this thread. `fresh` is
    false for one that stands as it was graded before this run.

    `begun()` is called once there are workers, if any are needed. Before that this process should have no thread but
    the one that calls: workers are then forked from it, else they are started anew, which takes longer.

    Ctrl-C and SIGTERM end it early, with what is finished kept. Raises GradingError when an assignment is not built,
    SandboxError when this machine has no sandbox, ExecutorError without workers, JournalError when the journal is in
    use or cannot be written, BatchError when the gradebook could not be written.
    """
    memory.keep_flat()
    kits = {
        name: kit_of(course, name, options.salt, options.isolation)
        for name in dict.fromkeys(job.assignment for job in jobs)
    }
    with told_to_stop() as stop, ExitStack() as stack:
        try:
            journal = stack.enter_context(journals.opened(course))
        except (JournalBusy, JournalClosed):
            if options.record and any(job.task.student is not None for job in jobs):
                raise
            # Nothing is to be recorded: beside another run, or where a course cannot be written to, this one keeps its
            # journal to itself, for this once.
            course = replace(course, state=Path(stack.enter_context(TemporaryDirectory(dir=own_folder()))))
            journal = stack.enter_context(journals.opened(course))
        return _Batch(course, jobs, options, kits, journal, _Caller(done, begun), stop).run()


@dataclass(frozen=True)
class _Caller:
    """What is called while a batch runs: `done` for each submission, `begun` once there are workers."""

    done: Callable[[Job, Report, bool], None]
    begun: Callable[[], None]


class _Batch:
    """One run: which submissions wait, which are with a worker, what came back."""

    def __init__(
        self,
        course: Course,
        jobs: Sequence[Job],
        options: Options,
        kits: dict[str, Kit],
        journal: Journal,
        caller: _Caller,
        stop: threading.Event,
    ):
        self.course, self.jobs, self.options, self.kits = course, jobs, options, kits
        self.journal, self.caller, self.stop = journal, caller, stop
        self.shelf = Shelf(course.state / "observations")
        self.keys: dict[int, str] = {}  # of submissions that are with a worker or wait for one, by number
        self.contents: dict[int, str] = {}
        self.failures: Counter[int] = Counter()
        self.again: deque[Parcel] = deque()
        self.with_workers: dict[Future[list[Done]], Parcel] = {}
        self.fresh = self.served = self.alike = 0
        self.counts: Counter[str] = Counter()
        self.notes: list[str] = []
        self.left_out: list[tuple[str, str]] = []
        self.points: dict[str, dict[str, float]] = {}
        self.place: Place | None = None
        self.workers = max(1, options.jobs if options.jobs is not None else cores())

    def run(self) -> Summary:
        """Until all is done, or stop is asked for."""
        start = time.monotonic()
        waiting = self._parcels()
        try:
            while not self.stop.is_set():
                self._hand_out(waiting)
                if not self.with_workers:
                    break
                finished, _ = wait(self.with_workers, timeout=TICK_S, return_when=FIRST_COMPLETED)
                for future in [each for each in self.with_workers if each in finished]:  # in the order of the class
                    self._take(future)
                if self.place is not None:
                    self.place.check()
            if self.stop.is_set():
                for future in [each for each in self.with_workers if each.done()]:
                    self._take(future)
        finally:
            if self.place is not None:
                self.notes += self.place.notes()
                self.place.close(bool(self.with_workers))
        interrupted = self.stop.is_set() and self.fresh + self.served + self.alike < len(self.jobs)
        if not interrupted:
            self.recorder.finish()
        if self.fresh:
            self.shelf.trim()
            Shelf(self.course.state / shared.FOLDER).trim(shared.MOST)
        if self.recorder.problem:
            raise BatchError(f"{self.recorder.problem} (graded: {self.fresh}, all of it kept in the journal)")
        return Summary(
            len(self.jobs), self.fresh, self.served, dict(self.counts), time.monotonic() - start, interrupted,
            (*self.left_out, *self.recorder.left_out), tuple(self.recorder.untimed),
            tuple(dict.fromkeys((*self.notes, *self.recorder.notes))), self.alike,
        )  # fmt: skip

    @cached_property
    def names(self) -> dict[str, str]:
        """The students' names in the gradebook; raises BatchError where it does not know what is to be recorded."""
        if not self.options.record:
            return {}
        recorded = {job.assignment for job in self.jobs if job.task.student is not None}
        if unknown := sorted(name for name in recorded if not is_known(self.course, name)):
            raise BatchError(
                f"the gradebook does not know {', '.join(unknown)}; note it there: autograder build "
                f"{' '.join(unknown)} (nothing was graded; --no-record grades without the gradebook)"
            )
        return names(self.course)

    @cached_property
    def recorder(self) -> Recorder:
        """Made once the gradebook knows what is to be recorded."""
        _ = self.names
        return Recorder(self.course, self.journal, self._key, enabled=self.options.record)

    # -------------------------------------------------------------------------------------------------- handing out

    def _hand_out(self, waiting: Iterator[Parcel]) -> None:
        """Keep each worker busy with one parcel, and one more at hand."""
        while not self.stop.is_set() and (self.place is None or len(self.with_workers) < 2 * self.place.slots()):
            parcel = self.again.popleft() if self.again else next(waiting, None)
            if parcel is None:
                return
            if self.place is None:
                try:
                    self.place = place(self.options.dask, min(self.workers, len(self.jobs)), tuple(self.kits.values()))
                finally:  # to make workers ready, assignments were looked for in the kits alone
                    assignments.look_in(self.course.solutions)
                _ = self.names  # while workers get ready: to import what asks the gradebook takes as long
                self.caller.begun()
                self.recorder.get_ready()
            self.with_workers[self.place.submit(self._with_names(parcel))] = parcel

    def _parcels(self) -> Iterator[Parcel]:
        """What must be graded, as parcels of one assignment; what the journal has is served on the way."""
        packing = Packing(self.kits, self.options.chunk, self.workers, papers=self.options.record)
        for number, job in enumerate(self.jobs):
            if self.stop.is_set():
                return
            try:
                raw = content(job.task.path)
            except ClosedFile as error:
                self._take_closed(number, error)
                continue
            except UnreadableNotebook as error:
                self._take_unreadable(number, str(error))
                continue
            key = self._key(job.assignment, raw, job.task.notes)
            entry = None if self.options.force else self.journal.find(key)
            if entry is not None:
                self._serve(number, entry)
                continue
            self.keys[number] = key
            self.contents[number] = digest(raw)
            task = job.task
            item = Item(number, task.shown, task.student, raw, notes=task.notes)
            yield from packing.add(job.assignment, item, after=len(self.jobs) - number - 1)
        yield from packing.rest()

    def _with_names(self, parcel: Parcel) -> Parcel:
        """With the students' names in the gradebook, which their pages say."""
        return replace(parcel, items=tuple(replace(item, person=self._person(item.student)) for item in parcel.items))

    def _person(self, student: str | None) -> str:
        return self.names.get(student or "", "")

    def _key(self, assignment: str, raw: bytes, notes: tuple[str, ...] = ()) -> str:
        return report_key(self.kits[assignment], raw, notes)

    def _serve(self, number: int, entry: Entry) -> None:
        task = self.jobs[number].task
        report = replace(entry.report, submission=task.shown, student=task.student)
        entry = replace(entry, report=report, line="", file=self.course.noted(task.path))
        before = self.journal.holds(who(report), entry.key)
        self.recorder.add_served(task, entry)
        self.recorder.record_held()
        self.served += before
        self.alike += not before
        self._finished(number, report, fresh=not before)

    # -------------------------------------------------------------------------------------------------- taking back

    def _take(self, future: Future[list[Done]]) -> None:
        """What a worker gave, into the journal and the gradebook; what it did not get to, back into the queue."""
        parcel = self.with_workers.pop(future)
        try:
            outcomes = future.result()
        except GradingError:
            raise
        except Exception as error:
            self._take_failure(parcel, error)
            return
        self._take_outcomes(outcomes)
        rest = parcel.items[len(outcomes) :]
        if rest:
            self.again.append(replace(parcel, items=rest))

    def _take_outcomes(self, outcomes: Sequence[Done]) -> None:
        for each in outcomes:
            if each.kept is not None:
                try:
                    kit = self.kits[self.jobs[each.number].assignment]
                    self.shelf.put(observation_key(kit, self.contents[each.number]), each.kept)
                except OSError as error:
                    self.notes.append(f"some observations were not kept ({error.strerror}): a regrade runs those again")
        self.recorder.add_fresh(
            [Fresh(self.jobs[each.number].task, self._entry(each), each.papers) for each in outcomes]
        )
        for each in outcomes:
            del self.keys[each.number]
            self.contents.pop(each.number, None)
            self.fresh += 1
            self._finished(each.number, each.report, fresh=True)

    def _entry(self, done: Done) -> Entry:
        content_hash = self.contents.get(done.number, "")
        file = self.course.noted(self.jobs[done.number].task.path)
        took = (done.cpu_s, done.wall_s)
        return Entry(self.keys[done.number], done.report, *took, content_hash, file, self.options.salt, done.line)

    def _take_failure(self, parcel: Parcel, error: Exception) -> None:
        """A worker that died or had no sandbox: its submissions one by one; the second time alone, no more."""
        assert self.place is not None
        self.place.check()
        for item in parcel.items:
            self.failures[item.number] += 1
            if self.failures[item.number] < 2 or len(parcel.items) > 1:
                self.again.append(replace(parcel, items=(item,)))
                continue
            if isinstance(error, SandboxError) and not self.fresh:
                raise error
            reason = our_fault(error, "failed twice")
            name = self.jobs[item.number].assignment
            submission = Submission(item.shown, item.student, name)
            report = internal_error(submission, self._points(name), self.options.isolation, reason)
            self._take_outcomes([Done(item.number, report)])

    def _take_closed(self, number: int, fault: ClosedFile) -> None:
        """A file that the grader cannot get at: no score, not a line in the journal, so the mark stays as it is."""
        job = self.jobs[number]
        submission = Submission(job.task.shown, job.task.student, job.assignment)
        points = self._points(job.assignment)
        self.left_out.append((os.path.abspath(job.task.path), str(fault)))
        self.fresh += 1
        self._finished(number, internal_error(submission, points, self.options.isolation, our_fault(fault)), fresh=True)

    def _take_unreadable(self, number: int, fault: str) -> None:
        """A file that is too large to be read; its fault stands for its bytes."""
        job = self.jobs[number]
        key = self._key(job.assignment, unread(fault), job.task.notes)
        entry = None if self.options.force else self.journal.find(key)
        if entry is not None:
            self._serve(number, entry)
            return
        submission = Submission(job.task.shown, job.task.student, job.assignment, notes=job.task.notes, fault=fault)
        report = unreadable(submission, self._points(job.assignment), self.options.isolation)
        self.keys[number] = key
        papers = papers_for(self.kits[job.assignment], report, submission, self._person(job.task.student))
        self._take_outcomes([Done(number, report, papers=papers)])

    def _points(self, assignment: str) -> dict[str, float]:
        if assignment not in self.points:
            self.points[assignment] = Release(self.course.release_notebook(assignment)).points
        return self.points[assignment]

    def _finished(self, number: int, report: Report, *, fresh: bool) -> None:
        self.counts[report.verdict] += 1
        self.caller.done(self.jobs[number], report, fresh)
