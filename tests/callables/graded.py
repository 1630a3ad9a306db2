"""A solution graded with one text of it in the place of another, in this process."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from autograder.callables import Exam, Reference, judge, tried
from autograder.core import Report
from autograder.judging import rubric_of


@cache
def exam(solution: str, declaration: str) -> Exam:
    """The exam of all callables of a solution."""
    reference = Reference("it", solution, declaration)
    return Exam(reference, tuple(name for name in reference.signatures if not name.endswith("__init__")))


def graded(assignment: tuple[str, str], old: str, new: str) -> Report:
    """The report on the solution with one text in the place of another."""
    solution, declaration = assignment
    made = exam(solution, declaration)
    assert old in solution

    def fresh() -> dict:
        namespace: dict = {"__name__": "submission"}
        exec(solution.replace(old, new), namespace)
        return namespace

    points = {name.replace(".", "-"): 4.0 for name in made.asked}
    return judge([tried(made, points, rubric_of(Path("nowhere")), fresh, "", solution.replace(old, new))])[0]


def lost(report: Report) -> list[str]:
    """The callables that lost points."""
    assert report.verdict == "graded", report.notes
    return [name for name, part in report.methods.items() if part["score"] < part["max_score"]]


def said(report: Report) -> str:
    """All that is told."""
    return " ".join(check.rationale for check in report.checks if check.rationale)
