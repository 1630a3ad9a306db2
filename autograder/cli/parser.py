"""The command line: all commands, with what holds for each of them."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import Any

from autograder.cli.argument_parser import Parser
from autograder.cli.exits import INTERRUPTED, NO_SANDBOX, OK, UNSCORED, USAGE
from autograder.cli.options import course, giving_back, machine, term
from autograder.cli.options.shared import CANNOT
from autograder.cli.version import Version


def parser() -> Parser:
    """The options of all commands."""
    whole = Parser(
        prog="autograder",
        description="Auto-graded coursework for neural networks from scratch in NumPy.",
        examples=(
            ("autograder init my-course", "lay down a course, with eight lessons in it"),
            ("autograder grade", "grade what students handed in"),
        ),
        exits={
            OK: "all is well",
            UNSCORED: "something is left over: no score, not recorded, not proved; what, is said",
            USAGE: "bad input",
            NO_SANDBOX: CANNOT,
            INTERRUPTED: "interrupted",
        },
    )
    whole.add_argument("--course", metavar="DIR", help="the course's folder (default: found upward from here)")
    whole.add_argument("--version", action=Version, nargs=0, help="say which version this is, and on what it runs")
    subcommands = whole.add_subparsers(title="commands", required=True, metavar="COMMAND")

    def add(name: str, run: Callable[[argparse.Namespace], int], help: str, more: str = "", **said: Any) -> Parser:
        command = subcommands.add_parser(
            name, help=help, description=f"{help[0].upper()}{help[1:]}. {more}".strip(), **said
        )
        command.add_argument("--course", metavar="DIR", default=argparse.SUPPRESS, help=argparse.SUPPRESS)
        command.set_defaults(run=run, parser=command)
        return command

    for group in (course, term, giving_back, machine):
        group.add_all(add)
    return whole
