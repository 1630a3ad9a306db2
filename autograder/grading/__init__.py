"""One submission, then a class.

Reading order: grader (one submission), examination (in the sandbox), handed_in and discovery (what
counts, and where), job, batch and summary (a class), workers/ (parcels on processes or Dask), store/ (journal,
observations), recorder and student_folders (what is left behind), regrade and regrade_plan, absent (who handed in
nothing), collecting/ (what an LMS gives, laid out), nbgrader_steps/ (the same within nbgrader), versions (what a report
depends on).
"""

from autograder.grading import batch, collecting, discovery, handed_in
from autograder.grading.absent import absent, unmarked_work
from autograder.grading.batch import BatchError
from autograder.grading.examination import examine
from autograder.grading.grader import Grader, GradingError, grade_notebook, prepare
from autograder.grading.job import Job, Options
from autograder.grading.nbgrader_steps.captured import captured
from autograder.grading.nbgrader_steps.ordinary import autograde as autograde_ordinary
from autograder.grading.nbgrader_steps.ordinary import is_ordinary, ordinary
from autograder.grading.regrade import apply, plan
from autograder.grading.regrade_plan import describe, describe_applied
from autograder.grading.store.journal import JournalError, current
from autograder.grading.store.shared import worked_out
from autograder.grading.workers.executors import ExecutorError
from autograder.grading.workers.interrupts import told_to_stop

__all__ = [
    "BatchError", "ExecutorError", "Grader", "GradingError", "Job", "JournalError", "Options", "absent", "apply",
    "autograde_ordinary", "batch", "captured", "collecting", "current", "describe", "describe_applied", "discovery",
    "examine", "grade_notebook", "handed_in", "is_ordinary", "ordinary", "plan", "prepare", "told_to_stop",
    "unmarked_work", "worked_out",
]  # fmt: skip
