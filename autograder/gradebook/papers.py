"""What a submission leaves behind on paper, made by whoever graded it: its grade cells' scores, notebook and page.

A worker makes them, so that the one process that records a class only writes what it is given. The page shows the mark
that the gradebook gives where nobody has changed anything; where it gives another, the page is made again.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from autograder.core import FinalMark, Part, Report
from autograder.gradebook.autograded_notebook import MarksError, answers, autograded, blank, marks, to_text
from autograder.gradebook.marked_report import with_mark
from autograder.notebooks import Submission, is_by_hand, is_judged
from autograder.reporting import student_page


@dataclass(frozen=True, slots=True)
class Papers:
    """What the gradebook is told, the autograded notebook as text, and the page.

    `scores` are the automatic ones by grade cell, None where a person gives the points. `blank` are the cells that are
    as they were given; `answers` is what stands in those that people grade, to be held against the grading before.
    `page` shows the mark whose digest is `shows`; both are "" where there is no page yet.
    """

    scores: Mapping[str, float | None]
    blank: Collection[str]
    answers: Mapping[str, str]
    notebook: str
    page: str = ""
    shows: str = ""


def papers_of(release: Mapping[str, Any], report: Report, submission: Submission) -> Papers | str:
    """Without a page; or the reason why there are none: a fault of ours keeps nobody else from theirs."""
    try:
        scores = marks(release, report)
        made = autograded(release, submission, report)
        return Papers(scores, blank(release, submission, made), answers(made), to_text(made))
    except MarksError as error:
        return str(error)
    except Exception as error:
        return f"the grader failed to write its notebook: {type(error).__name__}: {error}"[:300]


def page_of(report: Report, mark: FinalMark) -> tuple[str, str]:
    """The page that shows a mark, and the mark's digest; both "" where report and mark do not go together."""
    marked = with_mark(report, mark)
    if marked.mark is None or (marked.withheld and not marked.waiting):
        return "", ""
    return student_page.page(marked), mark.digest


def untouched(release: Mapping[str, Any], scores: Mapping[str, float | None], person: str) -> FinalMark:
    """The mark that the gradebook gives of these scores where no person, no date and no policy changed anything."""
    metas = [cell.get("metadata", {}).get("nbgrader", {}) for cell in release["cells"]]
    worth = {meta["grade_id"]: float(meta["points"]) for meta in metas if is_judged(meta) or is_by_hand(meta)}
    parts = tuple(Part(name, worth[name], scores[name]) for name in sorted(worth))
    total = math.fsum(score for score in scores.values() if score is not None)
    return FinalMark(parts, tidy(math.fsum(worth.values())), tidy(total), person=person)


def tidy(points: float) -> float:
    """A sum without the last digits, which depend on its order."""
    return round(points, 9)
