"""A second solution of an instructor's, in cells tagged `alternative`, held against the first.

It is graded as a student's would be, in this process. Where the two do not agree one of them is wrong, and the build
cannot know which.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping
from typing import Any

from autograder import callables
from autograder.authoring.cells import cell_text, is_alternative
from autograder.core import Report
from autograder.judging import Rubric


def alternatives(notebook: Mapping[str, Any]) -> list[tuple[int, str]]:
    """The cells with a second solution: their numbers, counted from 1, and their texts."""
    return [(k, cell_text(cell)) for k, cell in enumerate(notebook["cells"], 1) if is_alternative(cell)]


def without(notebook: Mapping[str, Any]) -> dict[str, Any]:
    """The notebook without them."""
    return {**notebook, "cells": [cell for cell in notebook["cells"] if not is_alternative(cell)]}


def disagreements(
    exam: callables.Exam, points: Mapping[str, float], rubric: Rubric, notebook: Mapping[str, Any]
) -> Iterator[str]:
    """Where a second solution does not earn all points, a sentence for each function that loses some."""
    for number, text in alternatives(notebook):
        where = f"the alternative in cell {number}"
        try:
            known = callables.signatures(text)
            _namespace(exam.reference, text)
        except (Exception, SystemExit) as error:  # an author's slip, of any kind
            yield f"{where} cannot be run: {type(error).__name__}: {error}"
            continue
        if not known.keys() & exam.reference.signatures.keys():
            there = ", ".join(name for name in exam.reference.signatures if not name.endswith("__init__"))
            yield f"{where} defines no function of the solution: call it as there; there are: {there}"
            continue
        fresh = lambda text=text: _namespace(exam.reference, text)
        (report,) = callables.judge([callables.tried(exam, points, rubric, fresh, where)])
        yield from _lost(report, where, exam)


def _lost(report: Report, where: str, exam: callables.Exam) -> Iterator[str]:
    if report.score is None:
        yield f"{where} cannot be graded: {'; '.join(report.notes) or 'internal error'}"
        return
    named: set[str] = set()
    for grade_id, part in report.methods.items():
        name, _ = callables.split(grade_id, tuple(exam.reference.signatures))
        if part["score"] < part["max_score"] and name not in named:
            named.add(name)
            said = [check.rationale for check in report.checks if check.method == grade_id and check.rationale]
            yield (
                f"{where}: its {name} does not agree with the solution's, so one of them is wrong"
                f"{f': {said[0]}' if said else ''}"
            )


def _namespace(reference: callables.Reference, text: str) -> dict[str, Any]:
    """The solution with what the text defines in the place of its own; methods that a class does not repeat stay."""
    names = reference.fresh()
    before = copy.copy(names)
    exec(compile(text, "<the alternative>", "exec"), names)
    for name, new in names.items():
        old = before.get(name)
        if isinstance(new, type) and isinstance(old, type) and new is not old:
            for attribute, value in vars(old).items():
                if attribute not in vars(new) and attribute not in ("__dict__", "__weakref__"):
                    setattr(new, attribute, value)
    return names
