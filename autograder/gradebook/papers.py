"""What a submission leaves behind on paper, made by whoever graded it: its grade cells' scores, notebook and page.

A worker makes them, so that the one process that records a class only writes what it is given. The page shows the mark
that the gradebook gives where nobody has changed anything; where it gives another, the page is made again.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from autograder.core import FinalMark, Part, Report
from autograder.gradebook.autograded_notebook import MarksError, answered, autograded, marks, to_text
from autograder.notebooks import Submission
from autograder.reporting import student_page


@dataclass(frozen=True, slots=True)
class Papers:
    """Points by grade cell, whether the class cell was worked on, the autograded notebook as text, and the page.

    `page` shows the mark whose digest is `shows`; both are "" where there is no page yet.
    """

    scores: Mapping[str, float]
    answered: bool
    notebook: str
    page: str = ""
    shows: str = ""


def papers_of(release: Mapping[str, Any], report: Report, submission: Submission) -> Papers | str:
    """Without a page; or the reason why there are none: a fault of ours keeps nobody else from theirs."""
    try:
        scores = marks(release, report)
        notebook = autograded(release, submission, report)
        return Papers(scores, answered(release, notebook), to_text(notebook))
    except MarksError as error:
        return str(error)
    except Exception as error:
        return f"the grader failed to write its notebook: {type(error).__name__}: {error}"[:300]


def page_of(report: Report, mark: FinalMark) -> tuple[str, str]:
    """The page that shows a mark, and the mark's digest."""
    return student_page.page(replace(report, mark=mark)), mark.digest


def untouched(release: Mapping[str, Any], scores: Mapping[str, float], person: str) -> FinalMark:
    """The mark that the gradebook gives of these scores where no person, no date and no policy changed anything."""
    worth = {
        meta["grade_id"]: float(meta["points"])
        for cell in release["cells"]
        if (meta := cell.get("metadata", {}).get("nbgrader", {})).get("grade")
    }
    parts = tuple(Part(name, worth[name], scores[name]) for name in sorted(scores))
    return FinalMark(parts, tidy(math.fsum(worth.values())), tidy(math.fsum(scores.values())), person=person)


def tidy(points: float) -> float:
    """A sum without the last digits, which depend on its order."""
    return round(points, 9)
