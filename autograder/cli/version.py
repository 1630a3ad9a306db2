"""This kit's version, with those that a report depends on."""

from __future__ import annotations

import argparse
import platform
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from autograder import DISTRIBUTION
from autograder.cli.exits import OK


class Version(argparse.Action):
    """Prints the version when it is asked for: nothing is looked up before."""

    def __call__(self, parser: argparse.ArgumentParser, *_: Any) -> None:
        """One line, then exit."""
        print(version_line())
        parser.exit(OK)


def version_line() -> str:
    """This kit's version with those that a report depends on."""
    versions = {"Python": platform.python_version()}
    for name in ("NumPy", "nbgrader"):
        versions[name] = _installed(name.lower())
    return f"autograder {_installed(DISTRIBUTION)} ({', '.join(f'{name} {what}' for name, what in versions.items())})"


def _installed(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "of unknown version"
