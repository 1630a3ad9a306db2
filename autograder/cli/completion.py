"""Completion for a shell, made from the parser: commands, options, files, and the assignments of the course."""

from __future__ import annotations

import argparse
from typing import Any

import shtab

from autograder.cli.parser import parser

# The folders of the course that one stands in: asking the program itself would take a second for each key.
_LIST = "command ls source 2>/dev/null | command grep -v '[.]'"
_ASSIGNMENTS: dict[str, Any] = shtab.cmd(_LIST)  # type: ignore[assignment]
# Written into zsh's table as a command, the list would be that of the folder in which the shell was started.
_ASSIGNMENTS |= {
    "zsh": "_autograder_assignments",
    "preamble": {
        **_ASSIGNMENTS["preamble"],
        "zsh": f'_autograder_assignments() {{ compadd -- ${{(f)"$({_LIST})"}} }}',
    },
}
_BY_METAVAR = {
    "ASSIGNMENT": _ASSIGNMENTS,
    "A": _ASSIGNMENTS,
    "DIR": shtab.DIRECTORY,
    **dict.fromkeys(("CSV", "FILE", "NOTEBOOK", "PATH"), shtab.FILE),
}


def script(shell: str) -> str:
    """What `shell` (bash, zsh or fish) reads to complete this program's arguments."""
    whole = parser()
    for each in (whole, *_commands(whole)):
        for action in each._actions:
            if isinstance(action.metavar, str) and action.metavar in _BY_METAVAR:
                action.complete = _BY_METAVAR[action.metavar]  # type: ignore[attr-defined]
    return str(shtab.complete(whole, shell))


def _commands(whole: argparse.ArgumentParser) -> list[argparse.ArgumentParser]:
    """The parser of each command."""
    groups = [each for each in whole._actions if isinstance(each, argparse._SubParsersAction)]
    return [command for group in groups for command in group.choices.values()]
