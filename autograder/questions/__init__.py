"""Which questions are asked, what must come back, how far it may be off, who stands in for whom.

Reading order: drafts (all questions), method_drafts, loss_drafts and training_drafts (method by method), situations
(what is particular about their data), steps (those that tell a derivative from a difference), roughness (of their
answers), expected (the reference's answers and their tolerances), exam (all of it, with stand-ins), sealing (what may
enter the sandbox).
"""

from autograder.questions.exam import Exam, UnfitQuestion
from autograder.questions.expected import Expected
from autograder.questions.method_drafts import STYLE_OF
from autograder.questions.roughness import apart, has_its_digits, loses_its_digits
from autograder.questions.sealing import sealed
from autograder.questions.steps import LADDERS, LISTENED, NEXT_TO, RUNGS, SCREENED, next_to, screen

__all__ = [
    "LADDERS", "LISTENED", "NEXT_TO", "RUNGS", "SCREENED", "STYLE_OF", "Exam", "Expected", "UnfitQuestion", "apart",
    "has_its_digits", "loses_its_digits", "next_to", "screen", "sealed",
]  # fmt: skip
