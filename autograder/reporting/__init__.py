"""A report made readable, and brought to an LMS.

Reading order: feedback/ (words, terminal, pages, plots), export/ (people and rosters, plans, the sheets that are
filled).
"""

from autograder.reporting import export
from autograder.reporting.export import roster
from autograder.reporting.export.gradescope import failure, nothing_submitted, results
from autograder.reporting.export.people import Person
from autograder.reporting.export.plan import ExportError
from autograder.reporting.feedback import (
    Tally,
    mark_words,
    result,
    student_page,
    summary,
    words,
    write_course,
    write_pages,
)
from autograder.reporting.feedback.cell import cell_html, cell_text
from autograder.reporting.feedback.text import html, plain

__all__ = [
    "ExportError", "Person", "Tally", "cell_html", "cell_text", "export", "failure", "html", "mark_words",
    "nothing_submitted", "plain", "result", "results", "roster", "student_page", "summary", "words",
    "write_course", "write_pages",
]  # fmt: skip
