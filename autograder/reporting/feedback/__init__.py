"""Reports made readable: pure functions of `autograder.core.report.Report`.

Reading order: text (what others typed, made safe), words (that all renderers share), method_words (what is said of a
method), mark_words (of a mark), verdicts (of a submission), terminal, cell, render (how pages are made), plots, curves,
student_page, needs (who needs help), item_analysis (is a question unfair), class_counts, class_page, course_page, site
(the only one that writes files).
"""

from autograder.reporting.feedback.cell import cell_html, cell_text
from autograder.reporting.feedback.site import write_course, write_pages
from autograder.reporting.feedback.terminal import Tally, result, summary

__all__ = ["Tally", "cell_html", "cell_text", "result", "summary", "write_course", "write_pages"]
