"""The command line: `main` parses, calls and gives the exit code; `run` does so for the shell.

Reading order: main, parser with options/ (of each command, by what it is for), argument_parser, exits and version,
grade, commands and term_commands (what each does), subject (course, assignment, people), screen, progress, report_file,
completion, reference (the page of all options); gradescope_container is started by Gradescope alone.
"""

from autograder.cli.main import main, run

__all__ = [
    "main", "run",
]  # fmt: skip
