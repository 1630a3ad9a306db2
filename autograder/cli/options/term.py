"""Work collected, graded, graded again: collect, grade, regrade."""

from __future__ import annotations

from autograder.cli import commands, term_commands
from autograder.cli.exits import INTERRUPTED, NO_SANDBOX, OK, UNSCORED, USAGE
from autograder.cli.grade import grade
from autograder.cli.options.shared import BAD, CANNOT, ROSTER, Add, count


def add_all(add: Add) -> None:
    """Its commands, in the order in which they are shown."""
    _collect(add)
    _grade(add)
    _regrade(add)


def _collect(add: Add) -> None:
    command = add(
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
            USAGE: BAD,
        },
    )
    command.add_argument("path", metavar="PATH", help="what was downloaded")
    command.add_argument("--assignment", metavar="A", help="default: the course's, where it has only one")
    command.add_argument("--roster", metavar="CSV", help=ROSTER)
    command.add_argument("--as-they-are", action="store_true", help="take who is unknown under the platform's own id")
    command.add_argument("--yes", action="store_true", help="lay out what was shown")


def _grade(add: Add) -> None:
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
            NO_SANDBOX: CANNOT,
            INTERRUPTED: "interrupted: what was graded is kept, and the next run goes on from there",
        },
    )
    command.add_argument("path", nargs="*", metavar="PATH", help="default: the course's submitted/")
    command.add_argument(
        "--assignment", metavar="A", help="the assignment (default: found by the class in each notebook)"
    )
    command.add_argument("--jobs", type=count, metavar="N", help="worker processes (default: the cores)")
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


def _regrade(add: Add) -> None:
    command = add(
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
            UNSCORED: "somebody could not be judged again, or not all could be recorded: who and why, is said",
            USAGE: BAD,
            INTERRUPTED: "interrupted",
        },
    )
    command.add_argument("assignment", metavar="ASSIGNMENT", help="one that was graded")
    command.add_argument("--apply", action="store_true", help="write what was shown to journal and gradebook")
    command.add_argument("--never-lower", action="store_true", help="only raise marks")
