"""The machine, and the terminal: doctor, completion."""

from __future__ import annotations

from autograder.cli import commands
from autograder.cli.exits import NO_SANDBOX, OK, USAGE
from autograder.cli.options.shared import SHELLS, Add


def add_all(add: Add) -> None:
    """Its commands, in the order in which they are shown."""
    _doctor(add)
    _completion(add)


def _doctor(add: Add) -> None:
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


def _completion(add: Add) -> None:
    command = add(
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
    command.add_argument("shell", choices=SHELLS, help="your shell")
