"""The ten assignments judged, with their right and wrong variants, by the kit's own exam in this process."""

from __future__ import annotations

import re
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat

from autograder.callables import Evidence, Exam, Reference, judge, split, tried
from autograder.core import Report
from autograder.judging import rubric_of
from tests.courses.cases import Course, Variant

UNNAMED = re.compile(r" differs? when asked with")  # what is said where no cause is found


@dataclass(frozen=True)
class Judged:
    """What became of one assignment: its exam's questions, each variant's report, the seconds that it took."""

    course: Course
    questions: int
    reports: tuple[tuple[Variant, Report], ...]
    seconds: float

    @property
    def lines(self) -> int:
        """Lines of the declaration that say something."""
        return len([line for line in self.course.declaration.split("\n") if line.strip() and not line.startswith("#")])

    @property
    def hurt(self) -> list[str]:
        """Right variants that lost points."""
        return [variant.name for variant, report in self.reports if not variant.callable and lost(report)]

    @property
    def missed(self) -> list[str]:
        """Wrong variants that lost nothing."""
        return [variant.name for variant, report in self.reports if variant.callable and not lost(report)]

    @property
    def elsewhere(self) -> list[str]:
        """Wrong variants that cost another callable points."""
        return [v.name for v, report in self.reports if v.callable and lost(report) - {v.callable}]

    @property
    def unnamed(self) -> list[str]:
        """Wrong variants of which only the difference is told."""
        wrong = [(v, r) for v, r in self.reports if v.callable and lost(r)]
        return [v.name for v, r in wrong if any(UNNAMED.search(check.rationale) for check in r.checks)]


def lost(report: Report) -> set[str]:
    """The callables that lost points."""
    if report.verdict != "graded":
        return {report.verdict}
    ids = {name for name, part in report.methods.items() if part["score"] < part["max_score"] - 1e-9}
    return {split(name, tuple(_KNOWN))[0] for name in ids}


_KNOWN: dict[str, None] = {}  # full names of the callables of all assignments that were judged here


def points_of(course: Course) -> dict[str, float]:
    """The points of each grade cell that checks give."""
    notebook = nbformat.read(course.path, as_version=4)
    metas = [cell.metadata.get("nbgrader", {}) for cell in notebook.cells]
    return {meta["grade_id"]: float(meta["points"]) for meta in metas if meta.get("grade") and not meta.get("solution")}


def exam_of(course: Course) -> Exam:
    """The exam of an assignment, for its grade cells."""
    reference = Reference(course.name, course.source, course.declaration)
    known = tuple(reference.signatures)
    _KNOWN.update(dict.fromkeys(known))
    return Exam(reference, tuple(dict.fromkeys(split(name, known)[0] for name in points_of(course))))


def judged(course: Course) -> Judged:
    """All variants of one assignment."""
    began = time.monotonic()
    exam, points, rubric = exam_of(course), points_of(course), rubric_of(Path("nowhere"))
    variants = (course.solution, *course.right, *course.wrong)

    def evidence(variant: Variant) -> Evidence:
        def fresh() -> dict[str, Any]:
            namespace: dict[str, Any] = {"__name__": "submission"}
            exec(compile(variant.source, variant.name, "exec"), namespace)
            return namespace

        return tried(exam, points, rubric, fresh, variant.name, variant.source)

    reports = judge([evidence(variant) for variant in variants])
    pairs = tuple(zip(variants, reports, strict=True))
    return Judged(course, len(exam.questions), pairs, time.monotonic() - began)
