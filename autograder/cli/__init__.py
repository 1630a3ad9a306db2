"""The command line: `main` parses, calls and gives the exit code.

Reading order: main, parser (the options of all commands) with argument_parser and exits, grade, commands and
term_commands (what each does), subject (course, assignment, people), screen, progress, report_file, completion,
reference (the page of all options); gradescope_container is started by Gradescope alone.
"""

from autograder.cli.main import main

__all__ = [
    "main",
]  # fmt: skip
