"""Assignments of any functions and methods, declared in their own notebooks.

Reading order: declared/ (what a solution's callables take and give, what the instructor's cell says, the solution
loaded and watched), faults/ (small changes of the solution as a student makes them, and what a wrong answer is
called), asked/ (the questions, their answers, what stands in for a helper), judged/ (an answer held against the right
one, told in words, checked by pytest), built/ (what a build proves and writes into the release). Each imports from
those before it.
"""

from autograder.callables.asked.exam import Exam
from autograder.callables.asked.expected import TOSSES, moody
from autograder.callables.asked.fitting import UnfitExam
from autograder.callables.asked.question import CallsQuestion
from autograder.callables.asked.steps import NotDrawn
from autograder.callables.built.facts import facts
from autograder.callables.built.finite import finite_draws
from autograder.callables.built.gaps import Gap, gaps, idle_notes
from autograder.callables.built.invariants import invariants
from autograder.callables.built.made_up import MadeUp, made_up
from autograder.callables.built.negligible import negligible
from autograder.callables.built.slopes import slope_error
from autograder.callables.built.standstill import standstill
from autograder.callables.built.trial import tried
from autograder.callables.declared.cell import WORDS, DeclarationError
from autograder.callables.declared.declaration import Declaration
from autograder.callables.declared.lengths import DrawError, length, names_in
from autograder.callables.declared.reference import NoReference, Reference, load
from autograder.callables.declared.signatures import Signature, signatures
from autograder.callables.faults.candidates import Shared
from autograder.callables.judged.evidence import Evidence
from autograder.callables.judged.items import items, split
from autograder.callables.judged.judge import CHECKS, judge

__all__ = [
    "CHECKS", "TOSSES", "WORDS", "CallsQuestion", "Declaration", "DeclarationError", "DrawError", "Evidence",
    "Exam", "Gap", "MadeUp", "NoReference", "NotDrawn", "Reference", "Shared", "Signature", "UnfitExam", "facts",
    "finite_draws", "gaps", "idle_notes", "invariants", "items", "judge", "length", "load", "made_up", "moody",
    "names_in", "negligible", "signatures", "slope_error", "split", "standstill", "tried",
]  # fmt: skip
