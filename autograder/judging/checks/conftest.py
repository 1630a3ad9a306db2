"""Where the checks get their evidence: from the grader's session, or from one submission named on the command line.

By hand:  python -m pytest autograder/judging/checks --submission FILE --assignment NAME  [-k forward] [-x] [--pdb]
"""

from __future__ import annotations

import pytest

from autograder.judging.by_hand import add_options, evidence_by_hand
from autograder.judging.checks.verdict import EVIDENCE
from autograder.judging.evidence import Evidence


def pytest_addoption(parser: pytest.Parser) -> None:
    add_options(parser)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """One test per check and submission; each check takes its evidence as an argument."""
    if EVIDENCE not in metafunc.config.stash:
        metafunc.config.stash[EVIDENCE] = [evidence_by_hand(metafunc.config, Evidence, "autograder/judging/checks")]
    evidence = metafunc.config.stash[EVIDENCE]
    metafunc.parametrize("evidence", evidence, ids=[str(k) for k in range(len(evidence))])
