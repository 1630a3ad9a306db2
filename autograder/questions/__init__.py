"""Which questions are asked, what must come back, how far it may be off, who stands in for whom.

Reading order: drafts (everyday questions, method by method), situations (the particular ones), exam (with the
reference's answers and tolerances), sealing (what may enter the sandbox).
"""

from autograder.questions.drafts import STYLE_OF
from autograder.questions.exam import Exam, Expected, UnfitQuestion
from autograder.questions.sealing import sealed

__all__ = [
    "STYLE_OF", "Exam", "Expected", "UnfitQuestion", "sealed",
]  # fmt: skip  # fmt: skip  # fmt: skip  # fmt: skip  # fmt: skip
