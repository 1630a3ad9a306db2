"""How a check speaks: it passes, or raises what it found wrong."""

from __future__ import annotations

from typing import Any

import pytest

from autograder.core import Diagnosis

# Where a session's evidence lies, one piece a submission; the judge puts it there.
EVIDENCE = pytest.StashKey[list[Any]]()


class CheckFailed(AssertionError):
    """A claim that does not hold: `earned` is the part of the check's points that is earned all the same."""

    def __init__(
        self,
        rationale: str,
        help: str,
        diagnoses: tuple[Diagnosis, ...],
        earned: float = 0.0,
        outcome: str = "failed",
    ):
        super().__init__(f"{rationale}\n    look at: {help}")
        if not 0.0 <= earned < 1.0:
            raise ValueError(f"a failed check cannot earn {earned}")
        self.rationale, self.help, self.diagnoses, self.earned = rationale, help, diagnoses, earned
        self.outcome = "partial" if earned > 0.0 and outcome == "failed" else outcome


class NothingToJudge(Exception):
    """The check has nothing to look at, because another check of the method already failed on it; it earns nothing."""
