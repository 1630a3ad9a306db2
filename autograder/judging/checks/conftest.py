"""Where the checks get their evidence: from the grader's session, or from one submission named on the command line.

By hand:  python -m pytest autograder/judging/checks --submission FILE --assignment NAME  [-k forward] [-x] [--pdb]
"""

from __future__ import annotations

from pathlib import Path

import pytest

from autograder.judging.checks.verdict import EVIDENCE
from autograder.judging.evidence import Evidence


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("autograder", "checks on one submission")
    group.addoption("--submission", metavar="FILE", help="the notebook to check")
    group.addoption("--assignment", metavar="NAME", help="the assignment it is for (default: found by its class)")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """One test per check and submission; each check takes its evidence as an argument."""
    if EVIDENCE not in metafunc.config.stash:
        metafunc.config.stash[EVIDENCE] = [_by_hand(metafunc.config)]
    evidence = metafunc.config.stash[EVIDENCE]
    metafunc.parametrize("evidence", evidence, ids=[str(k) for k in range(len(evidence))])


def _by_hand(config: pytest.Config) -> Evidence:
    from autograder.core import Course, CourseError
    from autograder.grading import Grader, GradingError

    if not config.getoption("submission"):
        raise pytest.UsageError(
            "name the submission to check: "
            "python -m pytest autograder/judging/checks --submission FILE [--assignment NAME]"
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
