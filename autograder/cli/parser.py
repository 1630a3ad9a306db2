"""The commands with their options, by what they are for: to begin, to grade, to give back, for the machine."""

from __future__ import annotations

import argparse
import platform
from collections.abc import Callable
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from autograder.cli import commands, term_commands
from autograder.cli.argument_parser import Parser
from autograder.cli.exits import INTERRUPTED, NO_SANDBOX, OK, UNSCORED, USAGE
from autograder.cli.grade import grade

DISTRIBUTION = "numpy-nn-autograder"
SHELLS = ("bash", "zsh", "fish")
_ROSTER = (
    "a list of everybody: nbgrader's students.csv, a Canvas or Moodle export, or any list with our ids or e-mail "
    "addresses (default: the students in the gradebook)"
)
_BAD = "bad input: a name, a file or an option that is not there, or that cannot be read"
_CANNOT = "this machine cannot sandbox: autograder doctor says what is missing"

Add = Callable[..., Parser]


def parser() -> Parser:
    """The options of all commands."""
    whole = Parser(
        prog="autograder",
        description="Auto-graded coursework for neural networks from scratch in NumPy.",
        examples=(
            ("autograder init my-course", "lay down a course, with six lessons in it"),
            ("autograder grade", "grade what students handed in"),
        ),
        exits={
            OK: "all is well",
            UNSCORED: "something is left over: no score, not recorded, not proved; what, is said",
            USAGE: "bad input",
            NO_SANDBOX: _CANNOT,
            INTERRUPTED: "interrupted",
        },
    )
    whole.add_argument("--course", metavar="DIR", help="the course's folder (default: found upward from here)")
    whole.add_argument("--version", action=_Version, nargs=0, help="say which version this is, and on what it runs")
    subcommands = whole.add_subparsers(title="commands", required=True, metavar="COMMAND")

    def add(name: str, run: Callable[[argparse.Namespace], int], help: str, more: str = "", **said: Any) -> Parser:
        command = subcommands.add_parser(
            name, help=help, description=f"{help[0].upper()}{help[1:]}. {more}".strip(), **said
        )
        command.add_argument("--course", metavar="DIR", default=argparse.SUPPRESS, help=argparse.SUPPRESS)
        command.set_defaults(run=run, parser=command)
        return command

    _begin(add)
    _term(add)
    _give_back(add)
    _machine(add)
    return whole


def _begin(add: Add) -> None:
    """A course and its assignments, before anything is handed in."""
    init = add(
        "init",
        term_commands.init,
        "lay down a course: configuration, rubric, lessons, a README",
        "Nothing that is there is touched. In an nbgrader course, what must be added to its configuration is shown "
        "and asked for.",
        examples=(
            ("autograder init my-course", "a new course with all lessons"),
            ("autograder init . shallow_narrow", "one lesson into the nbgrader course that you are in"),
        ),
        exits={
            OK: "the course lies there",
            UNSCORED: "you did not want it changed: nothing was",
            USAGE: _BAD,
        },
    )
    init.add_argument("folder", metavar="DIR", help="the course's folder, new or an nbgrader course; . for this one")
    init.add_argument("lesson", nargs="*", metavar="LESSON", help="default: all in a new course, none in one there")
    init.add_argument("--yes", action="store_true", help="add to the configuration without being asked")
    new = add(
        "new",
        commands.new,
        "lay down a working assignment to change into one of your own",
        "One notebook holds all of it: lesson, solution, grade cells, and a cell that tells the grader how to ask.",
        examples=(
            ("autograder new softmax_regression", "source/softmax_regression/softmax_regression.ipynb"),
            ("autograder new deep_sets --course ~/nn", "the same in another course"),
        ),
        exits={OK: "the assignment lies there", USAGE: _BAD},
    )
    new.add_argument("name", metavar="NAME", help="in lower case with underscores, e.g. softmax_regression")
    _try_options(add)
    build = add(
        "build",
        commands.build,
        "make releases and references from the source notebooks, and prove them",
        "Proved are: the source earns full points, the release none, nothing of a solution or check is in the "
        "release, building twice gives the same bytes, description and solution agree, each gradient is the slope of "
        "the loss. Nothing is replaced unless all proofs hold.",
        examples=(
            ("autograder build", "all assignments that have a source"),
            ("autograder build shallow_narrow", "one of them"),
        ),
        exits={
            OK: "all are built and proved",
            UNSCORED: "a proof failed: the release and the reference of before stay",
            USAGE: _BAD,
            NO_SANDBOX: _CANNOT,
            INTERRUPTED: "interrupted: what was built until then stays",
        },
    )
    build.add_argument("assignment", nargs="*", metavar="ASSIGNMENT", help="default: all that have a source")
    verify = add(
        "verify",
        commands.verify,
        "prove that the judge tells right from wrong",
        "Grades systematic mutants of the reference, known faults and a bank of right variants.",
        examples=(
            ("autograder verify", "all assignments that are built"),
            ("autograder verify shallow_narrow --jobs 2", "one of them, on two cores"),
        ),
        exits={
            OK: "every mutant and fault is told from what is right, and every right variant has full points",
            UNSCORED: "one is judged wrongly: it is named",
            USAGE: _BAD,
            NO_SANDBOX: _CANNOT,
            INTERRUPTED: "interrupted",
        },
    )
    verify.add_argument("assignment", nargs="*", metavar="ASSIGNMENT", help="default: all that are built")
    verify.add_argument("--jobs", type=_count, metavar="N", help="worker processes (default: the cores)")


def _try_options(add: Add) -> None:
    command = add(
        "try",
        commands.try_out,
        "look at an assignment of your own while you write it: what is asked, and what wrong solutions are told",
        "For a notebook with a cell tagged 'autograder'. In seconds, without a sandbox, and without writing anything: "
        "for each function its points, how its arguments are drawn, what it is asked, what it calls, which faults are "
        "known; your solution's marks; and three wrong solutions, made up from yours, with what they lose and what a "
        "student would read. Your notebook's code runs in this process.",
        examples=(
            ("autograder try softmax_regression", "the course's source/softmax_regression/softmax_regression.ipynb"),
            ("autograder try drafts/deep_sets.ipynb", "a notebook that lies anywhere"),
        ),
        exits={
            OK: "it can be asked, and your solution earns all points",
            UNSCORED: "the build would refuse it: why, is said",
            USAGE: f"{_BAD}; or a declaration that cannot be asked at all: where and why, is said",
        },
    )
    command.add_argument("notebook", metavar="NOTEBOOK", help="a notebook, or the name of an assignment of the course")


def _term(add: Add) -> None:
    """Work collected, graded, graded again."""
    collect = add(
        "collect",
        term_commands.collect,
        "lay out what an LMS gives to download",
        "PATH is a zip or a folder from Canvas, Moodle, Gradescope, GitHub Classroom, Blackboard or ILIAS, or a plain "
        "one with a folder or a file for each student. Shows who is matched to whom; writes only with --yes.",
        examples=(
            ("autograder collect submissions.zip --assignment shallow_narrow", "show whose each file is"),
            ("autograder collect submissions.zip --assignment shallow_narrow --yes", "lay them out in submitted/"),
        ),
        exits={
            OK: "everybody's work has its place",
            UNSCORED: "some of it belongs to nobody that is known",
            USAGE: _BAD,
        },
    )
    collect.add_argument("path", metavar="PATH", help="what was downloaded")
    collect.add_argument("--assignment", metavar="A", help="default: the course's, where it has only one")
    collect.add_argument("--roster", metavar="CSV", help=_ROSTER)
    collect.add_argument("--as-they-are", action="store_true", help="take who is unknown under the platform's own id")
    collect.add_argument("--yes", action="store_true", help="lay out what was shown")
    _grade_options(add)
    regrade = add(
        "regrade",
        commands.regrade,
        "judge kept answers again after a check, tolerance or rubric changed",
        "Shows who would move, by how much and because of which check; writes only with --apply.",
        examples=(
            ("autograder regrade shallow_narrow", "show who would move"),
            ("autograder regrade shallow_narrow --apply --never-lower", "write it, for those who gain by it"),
        ),
        exits={
            OK: "what would move, or has moved, is shown",
            UNSCORED: "not all could be written: the journal has the new reports, the gradebook does not",
            USAGE: _BAD,
            INTERRUPTED: "interrupted",
        },
    )
    regrade.add_argument("assignment", metavar="ASSIGNMENT", help="one that was graded")
    regrade.add_argument("--apply", action="store_true", help="write what was shown to journal and gradebook")
    regrade.add_argument("--never-lower", action="store_true", help="only raise marks")


def _grade_options(add: Add) -> None:
    command = add(
        "grade",
        grade,
        "grade notebooks in the sandbox",
        "PATH is a notebook or a folder of them; without one, the course's submitted/ is graded and recorded "
        "in gradebook, autograded/ and feedback/. A second run grades only what has changed.",
        examples=(
            ("autograder grade", "all that lies in submitted/ and is new or changed"),
            ("autograder grade --assignment shallow_narrow work.ipynb", "one notebook, with its feedback shown here"),
        ),
        exits={
            OK: "every submission has a score and is recorded",
            UNSCORED: "one has no score, or is not recorded: which, is said",
            USAGE: "bad input: nothing of what was named, or not all, was taken up",
            NO_SANDBOX: _CANNOT,
            INTERRUPTED: "interrupted: what was graded is kept, and the next run goes on from there",
        },
    )
    command.add_argument("path", nargs="*", metavar="PATH", help="default: the course's submitted/")
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


def _give_back(add: Add) -> None:
    """Marks looked at, and brought to students."""
    report = add(
        "report",
        commands.report,
        "write the class page and a page for each student",
        "Without ASSIGNMENT, those of every assignment that is graded, and a page over them all.",
        examples=(
            ("autograder report shallow_narrow", "build/report/shallow_narrow/index.html"),
            ("autograder report --roster students.csv", "all assignments, with everybody's name and who is missing"),
        ),
        exits={OK: "the pages are written", UNSCORED: "they are, and somebody has no mark: who, is said", USAGE: _BAD},
    )
    report.add_argument("assignment", nargs="?", metavar="ASSIGNMENT", help="default: all that are graded")
    report.add_argument("--out", metavar="DIR", help="where to (default: build/report/ASSIGNMENT, or build/report)")
    report.add_argument("--roster", metavar="CSV", help=_ROSTER)
    _export_options(add)
    back = add(
        "hand-back",
        term_commands.hand_back,
        "write everybody's feedback as an LMS or a mail program takes it",
        "moodle: the zip for “Upload multiple feedback files in a zip”; canvas: the zip for “Upload Submissions”, with "
        "the names that Canvas gave; mail: a folder of pages with a list for mail merge. What was collected with "
        "'autograder collect' is known by its names there.",
        examples=(
            ("autograder hand-back moodle shallow_narrow", "shallow_narrow-moodle-feedback.zip, to be uploaded"),
            ("autograder hand-back mail shallow_narrow --out mail", "a folder with the pages and mail.csv"),
        ),
        exits={OK: "everybody's feedback is in it", UNSCORED: "somebody's is left out: whose, is said", USAGE: _BAD},
    )
    back.add_argument("to", choices=("moodle", "canvas", "mail"), help="who takes it")
    back.add_argument("assignment", metavar="ASSIGNMENT", help="one that was graded")
    back.add_argument("--out", metavar="PATH", help="where to write (default: ASSIGNMENT-… here)")
    back.add_argument("--roster", metavar="CSV", help=_ROSTER)
    absent = add(
        "absent",
        term_commands.absent,
        "say who handed in nothing, and give them 0 on request",
        "Shows who is on the list and handed in nothing; --zero records 0 for them in the gradebook, --take-back "
        "removes those zeros. Nobody whose work exists gets one; work graded later counts instead.",
        examples=(
            ("autograder absent shallow_narrow", "who handed in nothing; nothing is recorded"),
            ("autograder absent shallow_narrow --zero", "0 for them in the gradebook; --take-back removes it again"),
        ),
        exits={OK: "all is as shown", UNSCORED: "somebody's is left as it was: whose, is said", USAGE: _BAD},
    )
    absent.add_argument("assignment", metavar="ASSIGNMENT", help="one that is built")
    way = absent.add_mutually_exclusive_group()
    way.add_argument("--zero", action="store_true", help="record 0 for those who were shown")
    way.add_argument("--take-back", action="store_true", help="remove the zeros that --zero recorded")
    absent.add_argument("--roster", metavar="CSV", help=_ROSTER)
    answers = add(
        "release-answers",
        term_commands.release_answers,
        "write the official answers and the reference as a notebook for students, after the deadline",
        examples=(
            ("autograder release-answers shallow_narrow", "build/answers/shallow_narrow.ipynb"),
            ("autograder release-answers shallow_narrow --out answers.ipynb", "where you want it"),
        ),
        exits={OK: "the notebook is written", USAGE: _BAD},
    )
    answers.add_argument("assignment", metavar="ASSIGNMENT", help="one that has a source notebook")
    answers.add_argument("--out", metavar="FILE", help="where to (default: build/answers/ASSIGNMENT.ipynb)")


def _export_options(add: Add) -> None:
    export = add(
        "export",
        commands.export,
        "bring marks into an LMS",
        "Canvas and Moodle: the file that you downloaded there is filled. First a dry run; --out writes.",
        examples=(
            ("autograder export canvas shallow_narrow --sheet grades.csv", "show what would be filled in"),
            ("autograder export csv shallow_narrow --out marks.csv", "a plain list of marks"),
        ),
        exits={
            OK: "all is filled in, or would be",
            UNSCORED: "somebody has no mark or no place there, and nothing was written; or stands there twice",
            USAGE: _BAD,
        },
    )
    export.add_argument("to", choices=("canvas", "moodle", "csv", "gradescope"), help="who takes the marks")
    export.add_argument(
        "assignment", metavar="ASSIGNMENT", help="one that was graded; for gradescope, one that is built"
    )
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


def _machine(add: Add) -> None:
    """The machine, and the terminal."""
    add(
        "doctor",
        commands.doctor,
        "say what this machine can do, what is missing and how to get it",
        examples=(
            ("autograder doctor", "can this machine grade?"),
            ("autograder doctor && autograder grade", "grade if it can"),
        ),
        exits={
            OK: "it can sandbox",
            USAGE: "an option that is not there",
            NO_SANDBOX: "it cannot: what is missing, is said",
        },
    )
    shell = add(
        "completion",
        commands.completion,
        "print what makes a shell complete commands, options, files and assignments",
        examples=(
            (
                'eval "$(autograder completion bash)"',
                "a line for ~/.bashrc; the same with zsh for ~/.zshrc",
            ),
            ("autograder completion fish > ~/.config/fish/completions/autograder.fish", "once, for fish"),
        ),
        exits={OK: "it is printed", USAGE: "a shell that is not known"},
    )
    shell.add_argument("shell", choices=SHELLS, help="your shell")


def _count(text: str) -> int:
    value = int(text)
    if value < 1:
        raise argparse.ArgumentTypeError("at least 1")
    return value


class _Version(argparse.Action):
    """Prints the version when it is asked for: nothing is looked up before."""

    def __call__(self, parser: argparse.ArgumentParser, *_: Any) -> None:
        """One line, then exit."""
        print(version_line())
        parser.exit(OK)


def version_line() -> str:
    """This kit's version with those that a report depends on."""
    own = {"Python": platform.python_version()}
    for name in ("NumPy", "nbgrader"):
        own[name] = _installed(name.lower())
    return f"autograder {_installed(DISTRIBUTION)} ({', '.join(f'{name} {what}' for name, what in own.items())})"


def _installed(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "of unknown version"
