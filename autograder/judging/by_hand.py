"""The checks run by hand: which submission is meant, and the evidence on it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest


def add_options(parser: pytest.Parser) -> None:
    """The options of pytest that name a submission."""
    group = parser.getgroup("autograder", "checks on one submission")
    group.addoption("--submission", metavar="FILE", help="the notebook to check")
    group.addoption(
        "--assignment", metavar="NAME", help="the assignment it is for (default: as its class or file says)"
    )


def evidence_by_hand(config: pytest.Config, checks: str) -> Any:
    """The evidence on the submission that was named, graded in the sandbox of the course that one stands in.

    Raises UsageError, which pytest prints as one line, where none is named or it cannot be graded; `checks` is the
    folder that it was asked in.
    """
    from autograder.core import Course, CourseError
    from autograder.grading import Grader, GradingError

    if not config.getoption("submission"):
        raise pytest.UsageError(
            f"name the submission to check: python -m pytest {checks} --submission FILE [--assignment NAME]"
        )
    try:
        with Grader(Course.find()) as grader:
            return grader.evidence(Path(config.getoption("submission")), config.getoption("assignment"))
    except (CourseError, GradingError) as error:
        raise pytest.UsageError(str(error)) from None
