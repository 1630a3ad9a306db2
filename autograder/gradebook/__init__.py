"""Reports into nbgrader's database and notebooks, and final marks out of it.

Reading order: writing (a chunk recorded), rows (its marks), nbgrader_database (how it is opened), papers (what a worker
makes of a submission), autograded_notebook, safe_cells (what students' cells may show), formulas (which stay in
place), submission_time, final_marks (what people, dates and policies made of it), marked_report (a report with that),
absent (0 for nothing), enrolled (who takes part).
"""

from autograder.gradebook import final_marks, writing
from autograder.gradebook.absent import give_zero, take_back
from autograder.gradebook.autograded_notebook import VERDICT_ID, autograded, blank, marks
from autograder.gradebook.enrolled import enrolled
from autograder.gradebook.final_marks import is_known, is_there, names, with_marks
from autograder.gradebook.marked_report import with_mark
from autograder.gradebook.nbgrader_database import api as nbgrader_api
from autograder.gradebook.papers import Papers, page_of, papers_of, untouched
from autograder.gradebook.rows import GradebookError
from autograder.gradebook.submission_time import TIMESTAMP, UnknownTime, known_time, submission_time, time_in
from autograder.gradebook.writing import permissions, record, unsettled, unwritable

__all__ = [
    "TIMESTAMP", "VERDICT_ID", "GradebookError", "Papers", "UnknownTime", "autograded", "blank", "enrolled",
    "final_marks", "give_zero", "is_known", "is_there", "known_time", "marks", "names", "nbgrader_api", "page_of",
    "papers_of", "permissions", "record", "submission_time", "take_back", "time_in", "unsettled", "untouched",
    "unwritable", "with_mark", "with_marks", "writing",
]  # fmt: skip
