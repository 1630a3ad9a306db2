"""The command that grades: what is to be graded taken up, graded, and what came of it printed."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from autograder.cli.commands import INTERRUPTED, OK, UNSCORED, USAGE, course_named

if TYPE_CHECKING:
    from autograder.core import Course, Report
    from autograder.grading import batch, discovery
    from autograder.reporting import Tally


def grade(arguments: argparse.Namespace) -> int:
    """Grade notebooks; UNSCORED when one has no score, USAGE when a path that was named could not be taken up."""
    from autograder.cli.report_file import ReportFile
    from autograder.grading import batch, ordinary
    from autograder.reporting import Tally

    course = course_named(arguments)
    theirs = [name for name in ordinary(course) if course.slots(name)] if _everything(arguments) else []
    if arguments.assignment in theirs:
        return _grade_ordinary(course, [arguments.assignment])
    work = _taken_up(arguments, course)
    if not work.entries and theirs and not arguments.assignment:
        return max(_grade_ordinary(course, theirs), UNSCORED if work.left else OK)
    for sentence in (*work.told, *work.left, *work.problems):
        print(f"autograder: {sentence}", file=sys.stderr)
    if not work.entries:
        return UNSCORED if work.left else USAGE
    jobs = [batch.Job(k, entry.task, entry.assignment) for k, entry in enumerate(work.entries)]
    graded = _Graded({name: Tally() for name in dict.fromkeys(job.assignment for job in jobs)})
    with ReportFile(arguments.jsonl) as file, _progress(arguments, len(jobs)) as progress:

        def done(job: batch.Job, report: Report, fresh: bool) -> None:
            graded.add(job, report)
            file.add(job.index, report)
            progress.add(report, fresh)

        outcome = batch.run(course, jobs, _options(arguments), done)
    _print(arguments, len(jobs), graded, outcome)
    if outcome.interrupted:
        return INTERRUPTED
    failed = _grade_ordinary(course, theirs) if not arguments.assignment else OK
    if failed or graded.finished < len(jobs) or graded.unscored or outcome.left_out or outcome.untimed or work.left:
        return UNSCORED
    return USAGE if work.problems else OK


@dataclass
class _Graded:
    """What is finished: a tally for each assignment, sentences on what has no points, the last report."""

    tallies: dict[str, Tally]
    said: list[str] = field(default_factory=list)
    last: Report | None = None
    finished: int = 0
    unscored: int = 0

    def add(self, job: batch.Job, report: Report) -> None:
        from autograder.reporting import plain

        self.last, self.finished = report, self.finished + 1
        self.unscored += report.score is None
        if report.verdict != "graded":
            what = "no score" if report.score is None else "no points"
            self.said.append(f"{what}: {plain(job.task.shown)}: {plain('; '.join(report.notes[:1]), lines=False)}")
        self.tallies[job.assignment].add(report, job.index)


def _taken_up(arguments: argparse.Namespace, course: Course) -> discovery.Worklist:
    """What is to be graded: the paths that were named, else what the course holds."""
    from autograder.grading import Grader, discovery

    with Grader(course, salt=arguments.salt) as grader:
        if arguments.assignment is not None:
            grader.bench(arguments.assignment)
        if arguments.path:
            return discovery.from_paths(grader, arguments.path, arguments.assignment)
        return discovery.from_course(grader, arguments.assignment)


def _options(arguments: argparse.Namespace) -> batch.Options:
    from autograder.grading import batch

    return batch.Options(
        jobs=arguments.jobs,
        salt=arguments.salt,
        isolation=arguments.isolation,
        force=arguments.force,
        record=not arguments.no_record,
        dask=arguments.dask,
    )


def _print(arguments: argparse.Namespace, count: int, graded: _Graded, outcome: batch.Summary) -> None:
    """One submission's result, or the class as a table, and what went wrong on the way."""
    from autograder.reporting import plain, result

    shown = sys.stderr if arguments.jsonl == "-" else sys.stdout
    color = shown.isatty() and "NO_COLOR" not in os.environ
    if count == 1 and graded.last is not None:
        print(result(graded.last, color=color), file=shown)
        for name, why in outcome.left_out:
            print(f"not all is recorded: {plain(name)}: {plain(why)}", file=sys.stderr)
        for line in outcome.warnings:
            print(plain(line), file=sys.stderr)
    elif graded.finished:
        for name, tally in graded.tallies.items():
            if tally.count:
                print(f"\n{name}\n{tally.text(color=color)}", file=shown)
        print("\n".join([*graded.said, str(outcome)]), file=sys.stderr)


def _everything(arguments: argparse.Namespace) -> bool:
    """Whether what the course holds is to be graded and recorded, no files that were named."""
    return not arguments.path and not arguments.no_record


def _grade_ordinary(course: Course, names: Sequence[str]) -> int:
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


def _progress(arguments: argparse.Namespace, total: int):  # type: ignore[no-untyped-def]
    from autograder.cli.progress import Progress

    return Progress(total, verbose=arguments.verbose, quiet=arguments.quiet or total == 1)
