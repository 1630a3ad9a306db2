"""What the options of several commands say alike."""

from __future__ import annotations

import argparse
from collections.abc import Callable

from autograder.cli.argument_parser import Parser

Add = Callable[..., Parser]
SHELLS = ("bash", "zsh", "fish")
ROSTER = (
    "a list of everybody: nbgrader's students.csv, a Canvas or Moodle export, or any list with our ids or e-mail "
    "addresses (default: the students in the gradebook)"
)
BAD = "bad input: a name, a file or an option that is not there, or that cannot be read"
CANNOT = "this machine cannot sandbox: autograder doctor says what is missing"


def count(text: str) -> int:
    """A whole number from 1 on."""
    try:
        value = int(text)
    except ValueError:
        value = 0
    if value < 1:
        raise argparse.ArgumentTypeError("a whole number from 1 on")
    return value
