"""The options of all commands, by what they are for: the course, grading, the marks, assignments of one's own."""

from __future__ import annotations

import argparse
from collections.abc import Callable

from autograder.cli import commands, grade, term_commands

EPILOG = """exit codes: 0 all is well; 1 a submission has no score or is not recorded, or a proof failed; 2 bad input,
nothing or not all was taken up; 3 this machine cannot sandbox (see 'autograder doctor'); 130 interrupted, what was
graded is kept"""


def _count(text: str) -> int:
    value = int(text)
    if value < 1:
        raise argparse.ArgumentTypeError("at least 1")
    return value


_ROSTER = (
    "a list of everybody: nbgrader's students.csv, a Canvas or Moodle export, or any list with our ids or e-mail "
    "addresses (default: the students in the gradebook)"
)

Add = Callable[..., argparse.ArgumentParser]


def parser() -> argparse.ArgumentParser:
    """The options of all commands."""
    whole = argparse.ArgumentParser(
        prog="autograder",
        description="Auto-graded coursework for neural networks from scratch in NumPy.",
        epilog=EPILOG,
    )
    whole.add_argument("--course", metavar="DIR", help="the course's folder (default: found upward from here)")
    subcommands = whole.add_subparsers(title="commands", required=True, metavar="COMMAND")

    def add(name: str, run: Callable[[argparse.Namespace], int], help: str, more: str = "") -> argparse.ArgumentParser:
        command = subcommands.add_parser(
            name, help=help, description=f"{help[0].upper()}{help[1:]}. {more}", epilog=EPILOG
        )
        command.add_argument("--course", metavar="DIR", default=argparse.SUPPRESS, help=argparse.SUPPRESS)
        command.set_defaults(run=run)
        return command

    _course_options(add)
    _grade_options(add)
    _judge_options(add)
    _report_options(add)
    _export_options(add)
    _hand_back_options(add)
    _assignment_options(add)
    return whole


def _course_options(add: Add) -> None:
    init = add(
        "init",
        term_commands.init,
        "lay down a course: configuration, rubric, lessons, a README",
        "Nothing that is there is touched. In an nbgrader course, what must be added to its configuration is shown "
        "and asked for.",
    )
    init.add_argument("folder", metavar="DIR", help="the course's folder, new or an nbgrader course; . for this one")
    init.add_argument("lesson", nargs="*", metavar="LESSON", help="default: all in a new course, none in one there")
    init.add_argument("--yes", action="store_true", help="add to the configuration without being asked")
    build = add(
        "build",
        commands.build,
        "make releases and references from the source notebooks, and prove them",
        "Proved are: the source earns full points, the release none, nothing of a solution or check is in the "
        "release, building twice gives the same bytes, description and solution agree, each gradient is the slope of "
        "the loss. Nothing is replaced unless all proofs hold.",
    )
    build.add_argument("assignment", nargs="*", metavar="ASSIGNMENT", help="default: all that have a source")
    collect = add(
        "collect",
        term_commands.collect,
        "lay out what an LMS gives to download",
        "PATH is a zip or a folder from Canvas, Moodle, Gradescope, GitHub Classroom, Blackboard or ILIAS, or a plain "
        "one with a folder or a file for each student. Shows who is matched to whom; writes only with --yes.",
    )
    collect.add_argument("path", metavar="PATH")
    collect.add_argument("--assignment", metavar="A", help="default: the course's, where it has only one")
    collect.add_argument("--roster", metavar="CSV", help=_ROSTER)
    collect.add_argument("--as-they-are", action="store_true", help="take who is unknown under the platform's own id")
    collect.add_argument("--yes", action="store_true", help="lay out what was shown")


def _grade_options(add: Add) -> None:
    command = add(
        "grade",
        grade.grade,
        "grade notebooks in the sandbox",
        "PATH is a notebook or a folder of them; without one, the course's submitted/ is graded and recorded "
        "in gradebook, autograded/ and feedback/. A second run grades only what has changed.",
    )
    command.add_argument("path", nargs="*", metavar="PATH")
    command.add_argument(
        "--assignment", metavar="A", help="the assignment (default: found by the class in each notebook)"
    )
    command.add_argument("--jobs", type=_count, metavar="N", help="worker processes (default: the cores)")
    command.add_argument("--jsonl", metavar="FILE", help="write one report a line, in order; - is standard output")
    command.add_argument("--force", action="store_true", help="grade again what is graded already")
    command.add_argument("--no-record", action="store_true", help="leave gradebook, autograded/ and feedback/ alone")
    command.add_argument("--salt", default="", metavar="TEXT", help="other questions than the usual ones, reproducibly")
    command.add_argument(
        "--isolation",
        choices=("namespaces", "user", "none"),
        default="namespaces",
        help="a weaker boundary, by name only; every report then says so",
    )
    command.add_argument("--dask", metavar="ADDRESS", help="grade on a running Dask cluster (pip install '.[dask]')")
    command.add_argument("-v", "--verbose", action="store_true", help="one line per finished submission")
    command.add_argument("-q", "--quiet", action="store_true", help="no progress")


def _export_options(add: Add) -> None:
    export = add(
        "export",
        commands.export,
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
    export.add_argument("--roster", metavar="CSV", help=_ROSTER)
    export.add_argument(
        "--max-column", metavar="TITLE", help="Moodle: the column of the largest mark; none if there is no such column"
    )
    export.add_argument(
        "--lock-column",
        metavar="TITLE",
        help="Moodle: the column that says yes or no to changes; none if there is none",
    )
    export.add_argument("--comments", action="store_true", help="fill Moodle's feedback comments too")
    export.add_argument("--skip-unscored", action="store_true", help="leave out who has no score instead of refusing")
    export.add_argument("-v", "--verbose", action="store_true", help="list every row")


def _judge_options(add: Add) -> None:
    regrade = add(
        "regrade",
        commands.regrade,
        "judge kept answers again after a check, tolerance or rubric changed",
        "Shows who would move, by how much and because of which check; writes only with --apply.",
    )
    regrade.add_argument("assignment", metavar="ASSIGNMENT")
    regrade.add_argument("--apply", action="store_true", help="write what was shown to journal and gradebook")
    regrade.add_argument("--never-lower", action="store_true", help="only raise marks")
    verify = add(
        "verify",
        commands.verify,
        "prove that the judge tells right from wrong",
        "Grades systematic mutants of the reference, known faults and a bank of right variants.",
    )
    verify.add_argument("assignment", nargs="*", metavar="ASSIGNMENT", help="default: all that are built")
    verify.add_argument("--jobs", type=_count, metavar="N", help="worker processes (default: the cores)")


def _report_options(add: Add) -> None:
    report = add("report", commands.report, "write the class page and a page for each student")
    report.add_argument("assignment", metavar="ASSIGNMENT")
    report.add_argument("--out", metavar="DIR", help="where to (default: build/report/ASSIGNMENT)")
    report.add_argument("--roster", metavar="CSV", help=_ROSTER)


def _hand_back_options(add: Add) -> None:
    back = add(
        "hand-back",
        term_commands.hand_back,
        "write everybody's feedback as an LMS or a mail program takes it",
        "moodle: the zip for “Upload multiple feedback files in a zip”; canvas: the zip for “Upload Submissions”, with "
        "the names that Canvas gave; mail: a folder of pages with a list for mail merge. What was collected with "
        "'autograder collect' is known by its names there.",
    )
    back.add_argument("to", choices=("moodle", "canvas", "mail"))
    back.add_argument("assignment", metavar="ASSIGNMENT")
    back.add_argument("--out", metavar="PATH", help="where to write (default: ASSIGNMENT-… here)")
    back.add_argument("--roster", metavar="CSV", help=_ROSTER)
    answers = add(
        "release-answers",
        term_commands.release_answers,
        "write the official answers and the reference as a notebook for students, after the deadline",
    )
    answers.add_argument("assignment", metavar="ASSIGNMENT")
    answers.add_argument("--out", metavar="FILE", help="where to (default: build/answers/ASSIGNMENT.ipynb)")


def _assignment_options(add: Add) -> None:
    new = add("new", commands.new, "lay down a working assignment to change into one of your own")
    new.add_argument("name", metavar="NAME", help="in lower case with underscores, e.g. softmax_regression")
    add("doctor", commands.doctor, "say what this machine can do, what is missing and how to get it")
