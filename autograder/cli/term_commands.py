"""The commands of a term beside grading: a course laid down, work collected, feedback and answers given back."""

from __future__ import annotations

import argparse
import os
import shlex
import sys
from pathlib import Path

from autograder.cli.commands import OK, UNSCORED


def init(arguments: argparse.Namespace) -> int:
    """Lay down a course; what would change in a configuration that is there is shown and asked for."""
    from autograder.authoring import lay_down, planned

    plan = planned(Path(arguments.folder), arguments.lesson)
    if plan.diff:
        print(plan.diff)
        if not arguments.yes and not _agreed("Add this to the configuration?"):
            print("nothing was changed; to add it without being asked: --yes", file=sys.stderr)
            return UNSCORED
    for path in lay_down(plan):
        print(f"laid down: {os.path.relpath(path)}")
    for path in plan.kept:
        print(f"left as it is: {os.path.relpath(path)}")
    here = os.path.relpath(plan.root)
    go = "" if here == "." else f"cd {shlex.quote(here)} && "
    print(f"\nnow: {go}autograder doctor && autograder build\nthen: README.md there has the week's work")
    return OK


def _agreed(question: str) -> bool:
    """Whether whoever sits there says yes; nobody there says no."""
    if not sys.stdin.isatty():
        return False
    return input(f"{question} [y/N] ").strip().lower() in ("y", "yes")
