"""Marks looked at, and brought to students: report, export, hand-back, absent, release-answers."""

from __future__ import annotations

import argparse

from autograder.cli import commands, term_commands
from autograder.cli.exits import OK, UNSCORED, USAGE
from autograder.cli.options.shared import BAD, ROSTER, Add


def add_all(add: Add) -> None:
    """Its commands, in the order in which they are shown."""
    _report(add)
    _export(add)
    _hand_back(add)
    _absent(add)
    _release_answers(add)


def _report(add: Add) -> None:
    command = add(
        "report",
        commands.report,
        "write the class page and a page for each student",
        "Without ASSIGNMENT, those of every assignment that is graded, and a page over them all.",
        examples=(
            ("autograder report shallow_narrow", "build/report/shallow_narrow/index.html"),
            ("autograder report --roster students.csv", "all assignments, with everybody's name and who is missing"),
        ),
        exits={OK: "the pages are written", UNSCORED: "they are, and somebody has no mark: who, is said", USAGE: BAD},
    )
    command.add_argument("assignment", nargs="?", metavar="ASSIGNMENT", help="default: all that are graded")
    command.add_argument("--out", metavar="DIR", help="where to (default: build/report/ASSIGNMENT, or build/report)")
    command.add_argument("--roster", metavar="CSV", help=ROSTER)


def _export(add: Add) -> None:
    command = add(
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
            UNSCORED: "somebody has no mark or no place there, and nothing was written; or stands there twice, or "
            "handed in what could not be graded",
            USAGE: BAD,
        },
    )
    command.add_argument("to", choices=("canvas", "moodle", "csv", "gradescope"), help="who takes the marks")
    command.add_argument(
        "assignment", metavar="ASSIGNMENT", help="one that was graded; for gradescope, one that is built"
    )
    command.add_argument("--sheet", metavar="FILE", help="the Canvas export or Moodle worksheet to fill")
    command.add_argument("--out", metavar="FILE", help="where to write")
    command.add_argument("--column", metavar="TITLE", help="the column to fill (default: the assignment's)")
    command.add_argument("--by", metavar="COLUMN", help="the column that identifies students (default: the best match)")
    command.add_argument(
        "--scale",
        action=argparse.BooleanOptionalAction,
        help="scale to the points possible there, or write points as they are (default: refuse if they differ)",
    )
    command.add_argument("--roster", metavar="CSV", help=ROSTER)
    command.add_argument(
        "--max-column", metavar="TITLE", help="Moodle: the column of the largest mark; none if there is no such column"
    )
    command.add_argument(
        "--lock-column",
        metavar="TITLE",
        help="Moodle: the column that says yes or no to changes; none if there is none",
    )
    command.add_argument("--comments", action="store_true", help="fill Moodle's feedback comments too")
    command.add_argument("--skip-unscored", action="store_true", help="leave out who has no score instead of refusing")
    command.add_argument("-v", "--verbose", action="store_true", help="list every row")


def _hand_back(add: Add) -> None:
    command = add(
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
        exits={OK: "everybody's feedback is in it", UNSCORED: "somebody's is left out: whose, is said", USAGE: BAD},
    )
    command.add_argument("to", choices=("moodle", "canvas", "mail"), help="who takes it")
    command.add_argument("assignment", metavar="ASSIGNMENT", help="one that was graded")
    command.add_argument("--out", metavar="PATH", help="where to write (default: ASSIGNMENT-… here)")
    command.add_argument("--roster", metavar="CSV", help=ROSTER)


def _absent(add: Add) -> None:
    command = add(
        "absent",
        term_commands.absent,
        "say who handed in nothing, and give them 0 on request",
        "Shows who is on the list and handed in nothing; --zero records 0 for them in the gradebook, --take-back "
        "removes those zeros. Nobody whose work exists gets one; work graded later counts instead.",
        examples=(
            ("autograder absent shallow_narrow", "who handed in nothing; nothing is recorded"),
            ("autograder absent shallow_narrow --zero", "0 for them in the gradebook; --take-back removes it again"),
        ),
        exits={OK: "all is as shown", UNSCORED: "somebody's is left as it was: whose, is said", USAGE: BAD},
    )
    command.add_argument("assignment", metavar="ASSIGNMENT", help="one that is built")
    way = command.add_mutually_exclusive_group()
    way.add_argument("--zero", action="store_true", help="record 0 for those who were shown")
    way.add_argument("--take-back", action="store_true", help="remove the zeros that --zero recorded")
    command.add_argument("--roster", metavar="CSV", help=ROSTER)


def _release_answers(add: Add) -> None:
    command = add(
        "release-answers",
        term_commands.release_answers,
        "write the official answers and the reference as a notebook for students, after the deadline",
        examples=(
            ("autograder release-answers shallow_narrow", "build/answers/shallow_narrow.ipynb"),
            ("autograder release-answers shallow_narrow --out answers.ipynb", "where you want it"),
        ),
        exits={OK: "the notebook is written", USAGE: BAD},
    )
    command.add_argument("assignment", metavar="ASSIGNMENT", help="one that has a source notebook")
    command.add_argument("--out", metavar="FILE", help="where to (default: build/answers/ASSIGNMENT.ipynb)")
