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
        done = int(arguments.run(arguments))
        _flush()
        return done
    except KeyboardInterrupt as stop:
        print(stop.args[0] if stop.args else "interrupted", file=sys.stderr)
        return INTERRUPTED
    except BrokenPipeError:
        _let_go_of_output()
        return OK
    except Exception as error:
        from autograder.core import in_words

        code = _expected(error)
        if code is None:
            raise
        print(f"autograder: {in_words(error) if isinstance(error, OSError) else error}", file=sys.stderr)
        return code


def _flush() -> None:
    """What was printed, out; raises NotWritten where it cannot be, BrokenPipeError where nobody wants it."""
    from autograder.core import NotWritten

    try:
        sys.stdout.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        _let_go_of_output()
        raise NotWritten(error.errno, error.strerror, "standard output") from error


def _let_go_of_output() -> None:
    """Nobody takes what standard output still holds."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


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
