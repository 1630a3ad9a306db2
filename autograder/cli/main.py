"""The command line: parses, calls, exits."""

from __future__ import annotations

import gc
import io
import os
import sys
from collections.abc import Sequence

from autograder.cli.exits import INTERRUPTED, NO_SANDBOX, OK, USAGE
from autograder.cli.parser import parser


def run() -> int:
    """What the shell starts: `main`, and then no search for garbage in what the process takes with it."""
    code = main()
    gc.freeze()
    return code


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit code."""
    _open_closed_streams()
    for stream in (sys.stdout, sys.stderr):  # a name that this terminal has no letters for stops nothing
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    arguments = parser().understood(argv)
    try:
        return int(arguments.run(arguments))
    except KeyboardInterrupt:
        print("interrupted", file=sys.stderr)
        return INTERRUPTED
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return OK
    except Exception as error:
        code = _expected(error)
        if code is None:
            raise
        print(f"autograder: {error}", file=sys.stderr)
        return code


def _open_closed_streams() -> None:
    """The null device for those of the standard streams that whoever started us has closed.

    Else the next file that is opened would get the number of one, and be written what was meant for it.
    """
    for number, name in enumerate(("stdin", "stdout", "stderr")):
        try:
            os.fstat(number)
        except OSError:
            os.set_inheritable(os.open(os.devnull, os.O_RDWR), True)  # the lowest number that is free: this one
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, "r" if name == "stdin" else "w"))  # noqa: SIM115 (to the end)


def _expected(error: Exception) -> int | None:
    """The exit code for an error that the user can do something about; None for a bug of ours."""
    from autograder.callables import NoReference, UnfitExam
    from autograder.core import AutograderError
    from autograder.sandbox import SandboxError

    if isinstance(error, AutograderError):
        return error.exit_code
    if isinstance(error, SandboxError):
        return NO_SANDBOX
    return USAGE if isinstance(error, (NoReference, UnfitExam, OSError)) else None
