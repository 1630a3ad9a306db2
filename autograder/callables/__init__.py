"""Assignments of any functions and methods, declared in their own notebooks.

Reading order: signatures (what a callable takes and gives, from the solution's text), draws and declaration (what the
instructor's cell says), reference (the solution, run and watched), question, steps and situations (what is asked),
unsettled (decompositions answered otherwise), expected (answers and tolerances), standing (stand-ins, what is handed
on), fits (slopes by differences), exam (all of them), slopes (declared ones proved), standstill (results that never
change), facts (what students are told), findings and evidence (an answer held against it, by which route). Faults by
small changes of the reference: edits, functions, sites, operators/ (what may be changed), scopes, changes, compiled
(the reference with one change), generic, case (answers beside what is right), table, words (with words.toml), families
(what a wrong answer is called). Then raised (where an exception came from), explanation (in words), checks/ (pytest),
judge (which makes reports), trial (trusted code graded in this process), made_up (wrong solutions to look at), gaps
(changes that nothing asked tells).
"""

from autograder.callables.declaration import Declaration, DeclarationError
from autograder.callables.draws import DrawError
from autograder.callables.evidence import Evidence, items, split
from autograder.callables.exam import Exam, UnfitExam
from autograder.callables.expected import moody
from autograder.callables.facts import facts
from autograder.callables.gaps import Gap, gaps, idle_notes
from autograder.callables.judge import judge
from autograder.callables.made_up import MadeUp, made_up
from autograder.callables.question import CallsQuestion
from autograder.callables.reference import NoReference, Reference, load
from autograder.callables.signatures import Signature, signatures
from autograder.callables.slopes import slope_error
from autograder.callables.standstill import standstill
from autograder.callables.steps import NotDrawn
from autograder.callables.trial import tried

__all__ = [
    "CallsQuestion", "Declaration", "DeclarationError", "DrawError", "Evidence", "Exam", "Gap", "MadeUp",
    "NoReference", "NotDrawn", "Reference", "Signature", "UnfitExam", "facts", "gaps", "idle_notes", "items", "judge",
    "load", "made_up", "moody", "signatures", "slope_error", "split", "standstill", "tried",
]  # fmt: skip
