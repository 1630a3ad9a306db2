"""The command line: `main` parses, calls and gives the exit code.

Reading order: main (options and exit codes), commands (what each does), progress, report_file.
"""

from autograder.cli.main import main

__all__ = ["main"]
