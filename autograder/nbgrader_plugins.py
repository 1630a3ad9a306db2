"""What `nbgrader_config.py` names: courses hold copies of that file, so these addresses never change.

Wherever their code lies in the package, nbgrader finds its plugins and the hook here, under these names. The rooms'
doors do not hand them out: with them nbgrader would be loaded wherever anything is graded.
"""

from autograder.authoring.nbgrader_release import RemoveOfficialAnswers, SourceExporter, TidyRelease
from autograder.grading.nbgrader_steps.autograde import Grade, SaveGrades, SubmissionExporter, find_renamed
from autograder.grading.nbgrader_steps.feedback_notebook import ShowMark
from autograder.grading.nbgrader_steps.release_feedback import ReleaseFeedback

__all__ = [
    "Grade", "ReleaseFeedback", "RemoveOfficialAnswers", "SaveGrades", "ShowMark", "SourceExporter",
    "SubmissionExporter", "TidyRelease", "find_renamed",
]  # fmt: skip
