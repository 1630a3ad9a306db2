"""The command `grade`: what is to be graded, the run, what came of it."""

from __future__ import annotations

import argparse
import gc
import sys
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TextIO

from autograder.cli.exits import INTERRUPTED, OK, UNSCORED, USAGE
from autograder.cli.screen import PROSE, TABLE, colored, columns
from autograder.cli.subject import course_named, must_exist

if TYPE_CHECKING:
    from autograder.cli.progress import Progress
    from autograder.core import Course, Report
    from autograder.grading import Grader, Job, batch, discovery
    from autograder.reporting import Tally


def grade(arguments: argparse.Namespace) -> int:
    """Grade notebooks; UNSCORED when one has no score, USAGE when a path that was named could not be taken up."""
    with ExitStack() as stack:
        with _nothing_graded_yet():
            course = course_named(arguments)
            if arguments.dask is None:
                from autograder.observe import PROGRAM
                from autograder.sandbox import PACKAGES, shared

                # First of all: it takes its time, beside which all else is made ready.
                packages = (*PACKAGES, *course.packages)
                stack.enter_context(shared(PROGRAM, packages=packages, isolation=arguments.isolation))
        return _graded(course, arguments)


@contextmanager
def _nothing_graded_yet() -> Iterator[None]:
    """What is done before the first submission is looked at: whoever interrupts it is told that nothing is kept."""
    try:
        yield
    except KeyboardInterrupt:
        raise KeyboardInterrupt("interrupted before anything was graded: nothing was recorded") from None


def _graded(course: Course, arguments: argparse.Namespace) -> int:
    with _nothing_graded_yet():
        gc.disable()  # modules stay: a search for garbage among them finds none, again and again
        try:
            from autograder.grading import Grader, ordinary
        finally:
            gc.enable()
        nbgraders = ordinary(course) if _everything(arguments) else []
        theirs = [name for name in nbgraders if course.slots(name)]
    if arguments.assignment in nbgraders:
        return _by_nbgrader(course, [arguments.assignment])
    with Grader(course, salt=arguments.salt) as grader:  # to the end: workers are made ready with what it has read
        return _listed(grader, arguments, theirs)


def _listed(grader: Grader, arguments: argparse.Namespace, theirs: Sequence[str]) -> int:
    """Grade what there is, and then what is nbgrader's own."""
    with _nothing_graded_yet():
        from autograder.grading import Job

        course, work = grader.course, _worklist(grader, arguments)
    if not work.entries and theirs and not arguments.assignment:
        return max(_by_nbgrader(course, theirs), UNSCORED if work.left else OK)
    for sentence in (*work.remarks, *work.left, *work.problems):
        print(f"autograder: {sentence}", file=sys.stderr)
    if not work.entries:
        return UNSCORED if work.left else USAGE
    jobs = [Job(k, entry.task, entry.assignment) for k, entry in enumerate(work.entries)]
    came = _Came.of(jobs)
    outcome = _run(course, jobs, arguments, came)
    came.tell(outcome, sys.stderr if arguments.jsonl == "-" else sys.stdout)
    if outcome.interrupted:
        return INTERRUPTED
    failed = _by_nbgrader(course, theirs) if not arguments.assignment else OK
    if failed or came.lacking or outcome.left_out or outcome.untimed or work.left:
        return UNSCORED
    return USAGE if work.problems else OK


def _everything(arguments: argparse.Namespace) -> bool:
    """Whether what the course holds is to be graded and recorded, no files that were named."""
    return not arguments.path and not arguments.no_record


def _worklist(grader: Grader, arguments: argparse.Namespace) -> discovery.Worklist:
    """What is to be graded; raises GradingError for an assignment that is unknown or not built."""
    from autograder.grading import discovery

    if arguments.assignment is not None:
        must_exist(grader.course, arguments.assignment)
        grader.bench(arguments.assignment)
    if arguments.path:
        return discovery.from_paths(grader, arguments.path, arguments.assignment)
    return discovery.from_course(grader, arguments.assignment)


def _run(course: Course, jobs: Sequence[Job], arguments: argparse.Namespace, came: _Came) -> batch.Summary:
    """Grade the jobs, each report counted, written and shown as it is finished."""
    from autograder.cli.report_file import ReportFile
    from autograder.grading import Options, batch

    options = Options(
        jobs=arguments.jobs,
        salt=arguments.salt,
        isolation=arguments.isolation,
        force=arguments.force,
        record=not arguments.no_record,
        dask=arguments.dask,
    )
    with ReportFile(arguments.jsonl) as file, _progress(arguments, len(jobs)) as progress:

        def done(job: Job, report: Report, fresh: bool) -> None:
            came.add(job, report)
            file.add(job.index, report)
            progress.add(report, fresh)

        return batch.run(course, jobs, options, done, progress.begin)


def _progress(arguments: argparse.Namespace, total: int) -> AbstractContextManager[Progress]:
    from autograder.cli.progress import Progress

    return Progress(total, verbose=arguments.verbose, quiet=arguments.quiet or total == 1)


@dataclass
class _Came:
    """What came of a run so far: `said` has a line for each submission without a score or without points."""

    tallies: dict[str, Tally]
    total: int
    finished: int = 0
    unscored: int = 0
    last: Report | None = None
    said: list[str] = field(default_factory=list)

    @classmethod
    def of(cls, jobs: Sequence[Job]) -> _Came:
        """Nothing yet, with a table for each assignment."""
        from autograder.reporting import Tally

        return cls({name: Tally() for name in dict.fromkeys(job.assignment for job in jobs)}, len(jobs))

    @property
    def lacking(self) -> bool:
        """Whether somebody has no score."""
        return self.finished < self.total or self.unscored > 0

    def add(self, job: Job, report: Report) -> None:
        """One more submission is finished."""
        from autograder.reporting import plain

        self.last = report
        self.finished += 1
        self.unscored += report.score is None
        if report.verdict != "graded":
            what = "no score" if report.score is None else "no points"
            self.said.append(f"{what}: {plain(job.task.shown)}: {plain('; '.join(report.notes[:1]), lines=False)}")
        self.tallies[job.assignment].add(report, job.index)

    def tell(self, outcome: batch.Summary, shown: TextIO) -> None:
        """One submission in full, several as a table; the rest goes to standard error."""
        from autograder.reporting import plain, result

        color = colored(shown)
        if self.total == 1 and self.last is not None:
            print(result(self.last, width=columns(shown, PROSE), color=color), file=shown)
            for name, why in outcome.left_out:
                print(f"not all is recorded: {plain(name)}: {plain(why)}", file=sys.stderr)
            for line in outcome.warnings:
                print(plain(line), file=sys.stderr)
        else:
            for name, tally in self.tallies.items():
                if tally.count:
                    print(f"\n{name}\n{tally.text(width=columns(shown, TABLE), color=color)}", file=shown)
            print("\n".join([*self.said, str(outcome)]), file=sys.stderr)


def _by_nbgrader(course: Course, names: Sequence[str]) -> int:
    """Have nbgrader grade its own assignments, after ours; UNSCORED when it cannot grade somebody's work."""
    from autograder.grading import autograde_ordinary
    from autograder.reporting import plain

    code = OK
    for name in names:
        done = list(autograde_ordinary(course, name))
        print(f"{name}: {sum(not why for _, why in done)} graded by nbgrader, without the sandbox", file=sys.stderr)
        for student, why in done:
            if why:
                code = UNSCORED
                print(f"no score: {plain(student)}: {name}: {plain(why, lines=False)}", file=sys.stderr)
    return code
