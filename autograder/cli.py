"""The command line: parses, calls, exits."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

OK, UNSCORED, USAGE, NO_SANDBOX, INTERRUPTED = 0, 1, 2, 3, 130
EPILOG = """exit codes: 0 all is well; 1 a submission has no score, or a proof failed; 2 bad input, nothing or not all
was taken up; 3 this machine cannot sandbox (see 'autograder doctor'); 130 interrupted, what was graded is kept"""


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit code."""
    arguments = _parser().parse_args(argv)
    try:
        return int(arguments.run(arguments))
    except KeyboardInterrupt:
        print("interrupted", file=sys.stderr)
        return INTERRUPTED
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return OK
    except Exception as error:
        code = _expected(error)
        if code is None:
            raise
        print(f"autograder: {error}", file=sys.stderr)
        return code


def _expected(error: Exception) -> int | None:
    """The exit code for an error that the user can do something about; None for a bug of ours."""
    from autograder.batch import BatchError
    from autograder.build import BuildError
    from autograder.course import CourseError
    from autograder.executors import ExecutorError
    from autograder.export import ExportError
    from autograder.extraction import ExtractionError
    from autograder.gradebook import GradebookError
    from autograder.grading import GradingError
    from autograder.journal import JournalError
    from autograder.proofs import ProofError
    from autograder.reference import NoReference
    from autograder.sandbox import SandboxError

    if isinstance(error, SandboxError):
        return NO_SANDBOX
    if isinstance(error, (ProofError, BuildError, BatchError)):
        return UNSCORED
    expected = (
        CourseError,
        ExecutorError,
        ExportError,
        ExtractionError,
        GradebookError,
        GradingError,
        JournalError,
        NoReference,
        OSError,
    )
    return USAGE if isinstance(error, expected) else None


# ------------------------------------------------------------------------------------------------------- the commands


def _build(arguments: argparse.Namespace) -> int:
    from autograder.build import build

    for built in build(_course(arguments), arguments.assignment):
        what = "built and proved" if built.changed else "proved, nothing changed"
        print(f"{built.name}: {what} ({os.path.relpath(built.release)}, {os.path.relpath(built.solution)})")
    return OK


def _grade(arguments: argparse.Namespace) -> int:
    from autograder import batch, worklist
    from autograder.feedback import result, summary
    from autograder.grading import Grader
    from autograder.records import Report
    from autograder.reportfile import ReportFile

    course = _course(arguments)
    with Grader(course, salt=arguments.salt) as grader:
        if arguments.assignment is not None:
            grader.bench(arguments.assignment)
        if arguments.path:
            work = worklist.from_paths(grader, arguments.path, arguments.assignment)
        else:
            work = worklist.from_course(course, arguments.assignment)
        for name in dict.fromkeys(entry.assignment for entry in work.entries):
            grader.bench(name)
    for problem in work.problems:
        print(f"autograder: {problem}", file=sys.stderr)
    if not work.entries:
        return USAGE
    jobs = [batch.Job(k, entry.task, entry.assignment) for k, entry in enumerate(work.entries)]
    options = batch.Options(
        jobs=arguments.jobs,
        salt=arguments.salt,
        isolation=arguments.isolation,
        force=arguments.force,
        record=not arguments.no_record,
        dask=arguments.dask,
    )
    reports: dict[int, Report] = {}
    with ReportFile(arguments.jsonl) as file, _progress(arguments, len(jobs)) as progress:

        def done(job: batch.Job, report: Report, fresh: bool) -> None:
            # The summary needs no curves, and a class of thousands would fill the memory with them.
            reports[job.index] = report if len(jobs) == 1 else replace(report, evidence={})
            file.add(job.index, report)
            progress.add(report, fresh)

        outcome = batch.run(course, jobs, options, done)
    ordered = [reports[k] for k in sorted(reports)]
    shown = sys.stderr if arguments.jsonl == "-" else sys.stdout
    color = shown.isatty() and "NO_COLOR" not in os.environ
    if len(jobs) == 1 and ordered:
        print(result(ordered[0], color=color), file=shown)
    elif ordered:
        for name in dict.fromkeys(report.assignment for report in ordered):
            of_one = [report for report in ordered if report.assignment == name]
            print(f"\n{name}\n{summary(of_one, color=color)}", file=shown)
        print(outcome, file=sys.stderr)
    if outcome.interrupted:
        return INTERRUPTED
    if len(ordered) < len(jobs) or any(report.score is None for report in ordered):
        return UNSCORED
    missing_path = bool(arguments.path) and bool(work.problems)
    return USAGE if missing_path else OK


def _progress(arguments: argparse.Namespace, total: int):  # type: ignore[no-untyped-def]
    from autograder.progress import Progress

    return Progress(total, verbose=arguments.verbose, quiet=arguments.quiet or total == 1)


def _regrade(arguments: argparse.Namespace) -> int:
    from autograder import regrade

    course = _course(arguments)
    plan = regrade.plan(course, arguments.assignment)
    print(regrade.describe(plan))
    if arguments.apply:
        print(regrade.describe_applied(regrade.apply(plan, never_lower=arguments.never_lower)))
    elif plan.moves:
        print("nothing is written yet: add --apply")
    return OK


def _verify(arguments: argparse.Namespace) -> int:
    from autograder import verify

    return verify.run(
        _course(arguments), arguments.assignment, jobs=arguments.jobs, out=lambda line: print(line, flush=True)
    )


def _report(arguments: argparse.Namespace) -> int:
    from autograder.feedback import write_pages
    from autograder.journal import current

    course = _course(arguments)
    reports = current(course, arguments.assignment)
    if not reports:
        raise _nothing_graded(arguments.assignment)
    out = Path(arguments.out) if arguments.out else course.root / "build" / "report" / arguments.assignment
    roster = _roster(Path(arguments.roster)) if arguments.roster else None
    pages = write_pages(reports, out, assignment=arguments.assignment, roster=roster)
    print(f"{os.path.relpath(pages[0])} (and {len(pages) - 1} pages of students)")
    return OK


def _export(arguments: argparse.Namespace) -> int:
    from autograder import export
    from autograder.journal import current

    course = _course(arguments)
    if arguments.to == "gradescope":
        out = Path(arguments.out or f"{arguments.assignment}-gradescope.zip")
        print(export.gradescope.build(course.root, arguments.assignment, out))
        return OK
    reports = current(course, arguments.assignment)
    if not reports:
        raise _nothing_graded(arguments.assignment)
    if arguments.to == "csv":
        plan = export.csv_table.dry_run(reports, skip_unscored=arguments.skip_unscored)
    else:
        if not arguments.sheet:
            raise export.ExportError(
                f"name the file that you downloaded from {arguments.to.capitalize()}: "
                f"autograder export {arguments.to} {arguments.assignment} --sheet FILE"
            )
        filler = export.canvas if arguments.to == "canvas" else export.moodle
        more = {"comments": arguments.comments} if arguments.to == "moodle" else {}
        plan = filler.dry_run(
            reports,
            arguments.sheet,
            column=arguments.column,
            by=arguments.by,
            scale=arguments.scale,
            skip_unscored=arguments.skip_unscored,
            **more,
        )
    print(export.describe(plan, every=arguments.verbose))
    if not plan.ready:
        return UNSCORED
    if arguments.out:
        print(f"written: {export.write(plan, arguments.out)}")
    else:
        print("this was a dry run: name the file to write with --out FILE")
    return OK


def _new(arguments: argparse.Namespace) -> int:
    from autograder import new

    for path in new.create(_course(arguments), arguments.name):
        print(os.path.relpath(path))
    print(f"now: autograder build {arguments.name}")
    return OK


def _doctor(arguments: argparse.Namespace) -> int:
    from autograder import doctor

    findings = doctor.check()
    print(doctor.render(findings))
    return OK if doctor.ready(findings) else NO_SANDBOX


# -------------------------------------------------------------------------------------------------------- the parsing


def _course(arguments: argparse.Namespace):  # type: ignore[no-untyped-def]
    from autograder.course import Course

    return Course.find(Path(arguments.course) if arguments.course else None)


def _nothing_graded(assignment: str) -> Exception:
    from autograder.grading import GradingError

    return GradingError(
        f"nothing of {assignment} is graded yet: run 'autograder grade --assignment {assignment}' first"
    )


def _roster(path: Path) -> dict[str, str]:
    """Student ids and names from a CSV whose first two columns they are; a header line is optional."""
    import csv

    with path.open(newline="", encoding="utf-8-sig") as file:
        rows = [row for row in csv.reader(file) if row and row[0].strip()]
    if rows and rows[0][0].strip().lower() in ("id", "student", "student_id", "username"):
        rows = rows[1:]
    return {row[0].strip(): (row[1].strip() if len(row) > 1 else "") for row in rows}


def _count(text: str) -> int:
    value = int(text)
    if value < 1:
        raise argparse.ArgumentTypeError("at least 1")
    return value


Add = Callable[..., argparse.ArgumentParser]


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="autograder",
        description="Auto-graded coursework for neural networks from scratch in NumPy.",
        epilog=EPILOG,
    )
    parser.add_argument("--course", metavar="DIR", help="the course's folder (default: found upward from here)")
    commands = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")

    def add(name: str, run: Callable[[argparse.Namespace], int], help: str, more: str = "") -> argparse.ArgumentParser:
        command = commands.add_parser(
            name, help=help, description=f"{help[0].upper()}{help[1:]}. {more}", epilog=EPILOG
        )
        command.add_argument("--course", metavar="DIR", default=argparse.SUPPRESS, help=argparse.SUPPRESS)
        command.set_defaults(run=run)
        return command

    build = add(
        "build",
        _build,
        "make releases and references from the source notebooks, and prove them",
        "Proved are: the source earns full points, the release none, nothing of a solution or check is in the "
        "release, building twice gives the same bytes, description and solution agree, each gradient is the slope of "
        "the loss. Nothing is replaced unless all proofs hold.",
    )
    build.add_argument("assignment", nargs="*", metavar="ASSIGNMENT", help="default: all that have a source")
    _grade_options(add)
    regrade = add(
        "regrade",
        _regrade,
        "judge kept answers again after a check, tolerance or rubric changed",
        "Shows who would move, by how much and because of which check; writes only with --apply.",
    )
    regrade.add_argument("assignment", metavar="ASSIGNMENT")
    regrade.add_argument("--apply", action="store_true", help="write what was shown to journal and gradebook")
    regrade.add_argument("--never-lower", action="store_true", help="only raise marks")
    verify = add(
        "verify",
        _verify,
        "prove that the judge tells right from wrong",
        "Grades systematic mutants of the reference, known faults and a bank of right variants.",
    )
    verify.add_argument("assignment", nargs="*", metavar="ASSIGNMENT", help="default: all that are built")
    verify.add_argument("--jobs", type=_count, metavar="N", help="worker processes (default: the cores)")
    report = add("report", _report, "write the class page and a page for each student")
    report.add_argument("assignment", metavar="ASSIGNMENT")
    report.add_argument("--out", metavar="DIR", help="where to (default: build/report/ASSIGNMENT)")
    report.add_argument("--roster", metavar="CSV", help="id and name of everybody, so that who is missing is listed")
    _export_options(add)
    new = add("new", _new, "lay down a working assignment to change into one of your own")
    new.add_argument("name", metavar="NAME", help="in lower case with underscores, e.g. softmax_regression")
    add("doctor", _doctor, "say what this machine can do, what is missing and how to get it")
    return parser


def _grade_options(add: Add) -> None:
    grade = add(
        "grade",
        _grade,
        "grade notebooks in the sandbox",
        "PATH is a notebook or a folder of them; without one, the course's submitted/ is graded and recorded "
        "in gradebook, autograded/ and feedback/. A second run grades only what has changed.",
    )
    grade.add_argument("path", nargs="*", metavar="PATH")
    grade.add_argument(
        "--assignment", metavar="A", help="the assignment (default: found by the class in each notebook)"
    )
    grade.add_argument("--jobs", type=_count, metavar="N", help="worker processes (default: the cores)")
    grade.add_argument("--jsonl", metavar="FILE", help="write one report a line, in order; - is standard output")
    grade.add_argument("--force", action="store_true", help="grade again what is graded already")
    grade.add_argument("--no-record", action="store_true", help="leave gradebook, autograded/ and feedback/ alone")
    grade.add_argument("--salt", default="", metavar="TEXT", help="other questions than the usual ones, reproducibly")
    grade.add_argument(
        "--isolation",
        choices=("namespaces", "user", "none"),
        default="namespaces",
        help="a weaker boundary, by name only; every report then says so",
    )
    grade.add_argument("--dask", metavar="ADDRESS", help="grade on a running Dask cluster (pip install '.[dask]')")
    grade.add_argument("-v", "--verbose", action="store_true", help="one line per finished submission")
    grade.add_argument("-q", "--quiet", action="store_true", help="no progress")


def _export_options(add: Add) -> None:
    export = add(
        "export",
        _export,
        "bring marks into an LMS",
        "Canvas and Moodle: the file that you downloaded there is filled. First a dry run; --out writes.",
    )
    export.add_argument("to", choices=("canvas", "moodle", "csv", "gradescope"))
    export.add_argument("assignment", metavar="ASSIGNMENT")
    export.add_argument("--sheet", metavar="FILE", help="the Canvas export or Moodle worksheet to fill")
    export.add_argument("--out", metavar="FILE", help="where to write")
    export.add_argument("--column", metavar="TITLE", help="the column to fill (default: the assignment's)")
    export.add_argument("--by", metavar="COLUMN", help="the column that identifies students (default: the best match)")
    export.add_argument(
        "--scale",
        action=argparse.BooleanOptionalAction,
        help="scale to the points possible there, or write points as they are (default: refuse if they differ)",
    )
    export.add_argument("--comments", action="store_true", help="fill Moodle's feedback comments too")
    export.add_argument("--skip-unscored", action="store_true", help="leave out who has no score instead of refusing")
    export.add_argument("-v", "--verbose", action="store_true", help="list every row")


if __name__ == "__main__":
    sys.exit(main())
