"""Assignments of any functions: what they are, and which faults a reference's small changes name.

Reading order: signatures; edits, functions, sites, operators/ (what may be changed), scopes, changes, compiled (the
reference with one change), generic, table, words (with words.toml), families (what a wrong answer is called).
"""

from autograder.callables.changes import Note, changes
from autograder.callables.edits import Change, Edit
from autograder.callables.families import Families
from autograder.callables.signatures import Signature
from autograder.callables.words import Named

__all__ = ["Change", "Edit", "Families", "Named", "Note", "Signature", "changes"]
