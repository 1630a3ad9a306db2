"""The reference of all commands and settings, made from the parser: `python -m autograder.cli.reference FILE`."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from autograder.cli.parser import parser

HEAD = """# Commands and settings

Made from the program itself by `make docs-commands`; do not edit.
"""
SETTINGS = """
## Settings

| where | setting | what it does |
| --- | --- | --- |
| `nbgrader_config.py` | `c.CourseDirectory.course_id` | the course's name in the gradebook and the exchange |
| `nbgrader_config.py` | `c.CourseDirectory.db_url` | the gradebook, any SQLAlchemy URL (default: `gradebook.db`) |
| `nbgrader_config.py` | `c.Autograder.packages` | what submissions may import beside NumPy and matplotlib |
| `nbgrader_config.py` | `c.Autograder.submission_s` | seconds for a whole submission (default: 360) |
| environment | `AUTOGRADER_DB_URL` | as `db_url`, so that no password stands in a file |
| `rubric.toml` | `share.METHOD.CHECK` | the part of a method's points that a check is worth |
| `rubric.toml` | `pure_part` | of a declared function's points, the part for leaving alone what it only reads |
| `rubric.toml` | `plain_part` | what everyday questions alone keep of an array's part |
| `rubric.toml` | `numerical_part` | what a gradient found by differences keeps |
| `ids.csv` | two columns | a platform's id, ours |
"""


def text() -> str:
    """The page in Markdown."""
    whole = parser()
    subcommands = next(each for each in whole._actions if isinstance(each, argparse._SubParsersAction))
    parts = [HEAD]
    for name, command in subcommands.choices.items():
        parts.append(f"## autograder {name}\n\n{_line(command.description)}\n")
        rows = [_row(action) for action in command._actions if action.help != argparse.SUPPRESS]
        parts.append("\n".join(["| option | what it does |", "| --- | --- |", *rows]) + "\n")
        parts.append("```sh\n" + "\n".join(f"{call}   # {what}" for call, what in command.examples) + "\n```\n")
        parts.append("Exit codes: " + "; ".join(f"{code} {what}" for code, what in command.exits.items()) + ".\n")
    parts.append(SETTINGS.lstrip())
    return "\n".join(parts)


def _row(action: argparse.Action) -> str:
    names = ", ".join(f"`{name}`" for name in action.option_strings)
    value = action.metavar if isinstance(action.metavar, str) else ""
    if action.choices:
        value = " or ".join(str(choice) for choice in action.choices)
    shown = f"{names} `{value}`" if names and value else names or f"`{value or action.dest}`"
    return f"| {shown} | {_line(action.help)} |"


def _line(said: str | None) -> str:
    return " ".join((said or "").split()).replace("|", "\\|").replace("%%", "%").strip()


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(text(), encoding="utf-8")
