"""The command line: `main` parses, calls and gives the exit code.

Reading order: main (calls and exit codes), parser (options), commands, grade and term_commands (what each does),
progress, report_file, reference (the page of all options); gradescope_container is started by Gradescope alone.
"""

from autograder.cli.main import main

__all__ = [
    "main",
]  # fmt: skip
