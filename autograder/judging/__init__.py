"""Answers held against the exam, faults named, points given.

Reading order: findings (what is right and what is not), routes (how a method is judged apart from its collaborators),
charges (what is whose fault), evidence (all of one submission), follow_ups (what is still to be asked), diagnosis/ (why
an answer is wrong), salts (whose questions tell wrong from right), rubric (with rubric.toml), checks/ (pytest),
pictures (what pages draw), pytest_session (which makes reports), by_hand (one submission, for pytest's own command
line).
"""

from autograder.judging import checks, pictures
from autograder.judging.by_hand import add_options, evidence_by_hand
from autograder.judging.checks.scoring import earned
from autograder.judging.checks.verdict import EVIDENCE, CheckFailed, NothingToJudge
from autograder.judging.diagnosis.arrays import loss_faults
from autograder.judging.diagnosis.complex_step import carries, total_losses
from autograder.judging.diagnosis.environment_faults import by_environment, misspelled
from autograder.judging.diagnosis.explain import Explanation
from autograder.judging.diagnosis.numerical_gradient import step_questions_for
from autograder.judging.diagnosis.sentences import listed, sentence
from autograder.judging.diagnosis.training import faults, run, step_rules
from autograder.judging.evidence import Evidence
from autograder.judging.findings import names_asked
from autograder.judging.follow_ups import follow_ups, settled, untried
from autograder.judging.pytest_session import (
    internal_error,
    judge,
    our_fault,
    report_of,
    run_checks,
    unreadable,
    verdict,
)
from autograder.judging.routes import AS_IT_STANDS, ROUTES
from autograder.judging.rubric import FILE_NAME, PACKAGED, Rubric, RubricError, packaged, rubric_of
from autograder.judging.salts import UnprovedQuestions, proved_exam

__all__ = [
    "AS_IT_STANDS",
    "EVIDENCE",
    "FILE_NAME",
    "PACKAGED",
    "ROUTES",
    "CheckFailed",
    "Evidence",
    "Explanation",
    "NothingToJudge",
    "Rubric",
    "RubricError",
    "UnprovedQuestions",
    "add_options",
    "by_environment",
    "carries",
    "checks",
    "earned",
    "evidence_by_hand",
    "faults",
    "follow_ups",
    "internal_error",
    "judge",
    "listed",
    "loss_faults",
    "misspelled",
    "names_asked",
    "our_fault",
    "packaged",
    "pictures",
    "proved_exam",
    "report_of",
    "rubric_of",
    "run",
    "run_checks",
    "sentence",
    "settled",
    "step_questions_for",
    "step_rules",
    "total_losses",
    "unreadable",
    "untried",
    "verdict",
]  # fmt: skip
