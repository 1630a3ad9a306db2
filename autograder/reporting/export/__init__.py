"""Marks on their way to a learning platform.

Reading order: plan (looked at, then written), people and roster (whose row is whose), sheet (a file kept byte for
byte), fill (one column of it), canvas, moodle with moodle_words, csv_table, hand_back (feedback), gradescope.

`canvas`, `moodle` and `csv_table` each have a `dry_run`, whose plan is looked at (`describe`) and then written
(`write`); `gradescope` builds a zip that grades there. `hand_back` takes the feedback to the students.
"""

from autograder.reporting.export import canvas, csv_table, gradescope, hand_back, moodle, roster
from autograder.reporting.export.fill import Choices
from autograder.reporting.export.people import Person
from autograder.reporting.export.plan import ExportError, Mark, Plan, describe, write

__all__ = [
    "Choices",
    "ExportError",
    "Mark",
    "Person",
    "Plan",
    "canvas",
    "csv_table",
    "describe",
    "gradescope",
    "hand_back",
    "moodle",
    "roster",
    "write",
]
