"""Which questions are asked, what must come back, how far it may be off, who stands in for whom.

Reading order: drafts (all questions), method_drafts, loss_drafts and training_drafts (method by method), situations
(what is particular about their data), steps (those that tell a derivative from a difference), expected (the
reference's answers and their tolerances), exam (all of it, with stand-ins), sealing (what may enter the sandbox).
"""

from autograder.questions.exam import Exam, UnfitQuestion
from autograder.questions.expected import Expected
from autograder.questions.method_drafts import STYLE_OF
from autograder.questions.sealing import sealed
from autograder.questions.steps import LADDERS, LISTENED, RUNGS, next_to, screen

__all__ = [
    "LADDERS", "LISTENED", "RUNGS", "STYLE_OF", "Exam", "Expected", "UnfitQuestion", "next_to", "screen", "sealed",
]  # fmt: skip
