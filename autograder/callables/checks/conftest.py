"""Where the checks get their evidence: from the grader's session, or from one submission named on the command line."""

from __future__ import annotations

from pathlib import Path

import pytest

from autograder.callables.evidence import Evidence
from autograder.judging import EVIDENCE


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("autograder", "checks on one submission")
    group.addoption("--submission", metavar="FILE", help="the notebook to check")
    group.addoption("--assignment", metavar="NAME", help="the assignment it is for")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """One test per check, grade cell and submission; whether a callable leaves alone what it reads is asked once."""
    if EVIDENCE not in metafunc.config.stash:
        metafunc.config.stash[EVIDENCE] = [_by_hand(metafunc.config)]
    given: list[Evidence] = metafunc.config.stash[EVIDENCE]
    pure_only = metafunc.function.__name__ == "test_pure"
    pairs = [
        (number, evidence, item)
        for number, evidence in enumerate(given)
        for item in evidence.items
        if item.pure or not pure_only
    ]
    metafunc.parametrize(
        ("evidence", "item"),
        [(evidence, item) for _, evidence, item in pairs],
        ids=[f"{number}-{item.id}" for number, _, item in pairs],
    )


def _by_hand(config: pytest.Config) -> Evidence:
    from autograder.core import Course, CourseError
    from autograder.grading import Grader, GradingError

    if not config.getoption("submission") or not config.getoption("assignment"):
        raise pytest.UsageError(
            "name the submission to check: "
            "python -m pytest autograder/callables/checks --submission FILE --assignment NAME"
        )
    try:
        path = Path(config.getoption("submission"))
        with Grader(Course.find()) as grader:
            found = grader.evidence(path, config.getoption("assignment"))
            if isinstance(found, Evidence):
                return found
            raise pytest.UsageError("these checks are for assignments of another form: see the other folder checks/")
    except (CourseError, GradingError) as error:
        raise pytest.UsageError(str(error)) from None
