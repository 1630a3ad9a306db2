"""A course and its assignments, before anything is handed in: init, new, try, build, verify."""

from __future__ import annotations

from autograder.cli import commands, term_commands
from autograder.cli.exits import INTERRUPTED, NO_SANDBOX, OK, UNSCORED, USAGE
from autograder.cli.options.shared import BAD, CANNOT, Add


def add_all(add: Add) -> None:
    """Its commands, in the order in which they are shown."""
    _init(add)
    _new(add)
    _try(add)
    _build(add)
    _verify(add)


def _init(add: Add) -> None:
    command = add(
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
            USAGE: BAD,
        },
    )
    command.add_argument("folder", metavar="DIR", help="the course's folder, new or an nbgrader course; . for this one")
    command.add_argument("lesson", nargs="*", metavar="LESSON", help="default: all in a new course, none in one there")
    command.add_argument("--yes", action="store_true", help="add to the configuration without being asked")


def _new(add: Add) -> None:
    command = add(
        "new",
        commands.new,
        "lay down a working assignment to change into one of your own, or one drafted from a notebook that you have",
        "One notebook holds all of it: lesson, solution, grade cells, and a cell that tells the grader how to ask. "
        "With --from, that cell is drafted from your nbgrader notebook: its signatures, docstrings and defaults, and a "
        "run of it in the sandbox. What is a guess is marked as one, with what to check; your notebook stays as it is.",
        examples=(
            ("autograder new softmax_regression", "source/softmax_regression/softmax_regression.ipynb"),
            ("autograder new kmeans --from ~/old/hw3.ipynb", "the same folder, its notebook drafted from hw3.ipynb"),
        ),
        exits={
            OK: "the assignment lies there",
            USAGE: f"{BAD}; or a notebook that nothing can be drafted from: why, is said",
        },
    )
    command.add_argument("name", metavar="NAME", help="in lower case with underscores, e.g. softmax_regression")
    command.add_argument(
        "--from", dest="notebook", metavar="NOTEBOOK", help="an existing nbgrader notebook with solutions, any version"
    )


def _try(add: Add) -> None:
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
            UNSCORED: "the build would refuse it, or the grader itself failed: why, is said",
            USAGE: f"{BAD}; or a declaration that cannot be asked at all: where and why, is said",
        },
    )
    command.add_argument("notebook", metavar="NOTEBOOK", help="a notebook, or the name of an assignment of the course")


def _build(add: Add) -> None:
    command = add(
        "build",
        commands.build,
        "make releases and references from the source notebooks, and prove them",
        "Proved are: the source earns full points, the release none, nothing of a solution or check is in the "
        "release, building twice gives the same bytes, each declared slope is what small differences say, and small "
        "changes of the solution lose points or change nothing. Nothing is replaced unless all proofs hold.",
        examples=(
            ("autograder build", "all assignments that have a source"),
            ("autograder build shallow_narrow", "one of them"),
        ),
        exits={
            OK: "all are built and proved",
            UNSCORED: "a proof failed: the release and the reference of before stay",
            USAGE: BAD,
            NO_SANDBOX: CANNOT,
            INTERRUPTED: "interrupted: what was built until then stays",
        },
    )
    command.add_argument("assignment", nargs="*", metavar="ASSIGNMENT", help="default: all that have a source")


def _verify(add: Add) -> None:
    command = add(
        "verify",
        commands.verify,
        "prove built assignments once more",
        "Does what a build proves on what is built: slopes against differences, second solutions, and small changes of "
        "the solution, each of which must lose points or change nothing.",
        examples=(
            ("autograder verify", "all assignments that are built"),
            ("autograder verify shallow_narrow", "one of them"),
        ),
        exits={
            OK: "everything holds",
            UNSCORED: "something does not hold: it is told in a sentence",
            USAGE: BAD,
            INTERRUPTED: "interrupted",
        },
    )
    command.add_argument("assignment", nargs="*", metavar="ASSIGNMENT", help="default: all that are built")
