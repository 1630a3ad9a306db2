"""How checks are run, speak and are counted, whatever they check.

Reading order: outcomes (passed, or what was found wrong), rubric (with rubric.toml) and scoring (the part of the
points), pictures (what pages draw), pytest_session (which makes reports), by_hand (one submission, for pytest's own
command line).
"""

from autograder.judging import pictures
from autograder.judging.by_hand import add_options, evidence_by_hand
from autograder.judging.outcomes import EVIDENCE, CheckFailed, NothingToJudge
from autograder.judging.pytest_session import internal_error, our_fault, report_of, run_checks, unreadable, verdict
from autograder.judging.rubric import FILE_NAME, PACKAGED, Rubric, RubricError, packaged, rubric_of
from autograder.judging.scoring import earned

__all__ = [
    "EVIDENCE", "FILE_NAME", "PACKAGED", "CheckFailed", "NothingToJudge", "Rubric", "RubricError", "add_options",
    "earned", "evidence_by_hand", "internal_error", "our_fault", "packaged", "pictures", "report_of", "rubric_of",
    "run_checks", "unreadable", "verdict",
]  # fmt: skip
