"""A submitted file, whatever its state, to the cells that must run.

Reading order: reading (bytes as data), script (a notebook saved as Python), records (the submission as text), tree (a
cell's syntax), magics (what %% cells come to), unread (functions that this Python cannot parse), plain_python (a cell
without its magics), by_hand (what a person grades), stubs (which definition of the class counts), dependencies (which
cells the class needs), release (what students were given), submission (repaired against the release).
"""

from autograder.notebooks.by_hand import is_by_hand, is_judged, meta_of
from autograder.notebooks.dependencies import Syntax
from autograder.notebooks.magics import NOT_RUN, kept_from_running
from autograder.notebooks.reading import (
    LARGEST_BYTES,
    ClosedFile,
    UnreadableNotebook,
    as_written,
    content,
    parse,
    read,
    trusted_notebook,
)
from autograder.notebooks.records import Cell, Submission
from autograder.notebooks.release import Release
from autograder.notebooks.stubs import defines, is_unwritten, is_worked
from autograder.notebooks.submission import class_in, read_submission, submission_in

__all__ = [
    "LARGEST_BYTES",
    "NOT_RUN",
    "Cell",
    "ClosedFile",
    "Release",
    "Submission",
    "Syntax",
    "UnreadableNotebook",
    "as_written",
    "class_in",
    "content",
    "defines",
    "is_by_hand",
    "is_judged",
    "is_unwritten", "is_worked",
    "kept_from_running",
    "meta_of",
    "parse",
    "read",
    "read_submission",
    "submission_in",
    "trusted_notebook",
]  # fmt: skip
