"""Where the checks get their evidence: from the grader's session, or from one submission named on the command line."""

from __future__ import annotations

import pytest

from autograder.callables.judged.evidence import Evidence
from autograder.judging import EVIDENCE, add_options, evidence_by_hand


def pytest_addoption(parser: pytest.Parser) -> None:
    add_options(parser)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """One test per check, grade cell and submission; whether a callable leaves alone what it reads is asked once."""
    if EVIDENCE not in metafunc.config.stash:
        metafunc.config.stash[EVIDENCE] = [evidence_by_hand(metafunc.config, "autograder/callables/judged/checks")]
    every: list[Evidence] = metafunc.config.stash[EVIDENCE]
    pure_only = metafunc.function.__name__ == "test_pure"
    pairs = [
        (number, evidence, item)
        for number, evidence in enumerate(every)
        for item in evidence.items
        if item.pure or not pure_only
    ]
    metafunc.parametrize(
        ("evidence", "item"),
        [(evidence, item) for _, evidence, item in pairs],
        ids=[f"{number}-{item.id}" for number, _, item in pairs],
    )
