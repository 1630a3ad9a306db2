"""A lesson's class given as text and graded in this process: what its report says, and the evidence behind it."""

from __future__ import annotations

import ast
import contextlib
import io
import re
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from autograder.callables import Evidence, Exam, Reference, judge, load, tried
from autograder.core import Report
from autograder.judging import packaged
from tests.support.methods import METHODS
from tests.support.notebooks import with_methods

SOLUTIONS = Path(__file__).resolve().parents[3] / "solutions"
POINTS = {"forward": 2.0, "loss": 1.0, "dloss_dw": 4.0, "train": 3.0}


@cache
def reference_of(lesson: str) -> Reference:
    """A lesson's solution with its declaration."""
    return load(SOLUTIONS / f"{lesson}.py", lesson)


def class_name(lesson: str) -> str:
    """The class that students fill in."""
    (name,) = (name for name in reference_of(lesson).signatures if name.endswith(".train"))
    return name.removesuffix(".train")


def exam_of(lesson: str, salt: str = "") -> Exam:
    """The exam of a lesson, made once."""
    return _exam(lesson, salt)


@cache
def _exam(lesson: str, salt: str) -> Exam:
    return Exam(reference_of(lesson), tuple(f"{class_name(lesson)}.{method}" for method in METHODS), salt)


@cache
def solution(lesson: str) -> str:
    """The solution's class and the functions before it, as a submission of its own: without the cells that draw."""
    text = reference_of(lesson).source
    lines, parts = text.splitlines(), []
    for node in ast.parse(text).body:
        if isinstance(node, ast.ClassDef | ast.FunctionDef):
            parts.append("\n".join(lines[node.lineno - 1 : node.end_lineno]))
        if isinstance(node, ast.ClassDef) and node.name == class_name(lesson):
            break
    return "\n\n\n".join(["import numpy as np", *parts]) + "\n"


def written(lesson: str, methods: str | dict[str, str]) -> str:
    """The solution's class with other methods, each the text of a whole `def`."""
    texts = {methods.partition("def ")[2].partition("(")[0]: methods} if isinstance(methods, str) else methods
    return with_methods(solution(lesson), texts)


def with_more(lesson: str, *lines: str) -> str:
    """The solution's class with more lines before the end of its constructor."""
    text = solution(lesson)
    last = re.findall(r"^        self\.\w+ = .*$", text.partition("    def forward")[0], re.MULTILINE)[-1]
    return text.replace(last, "\n".join([last, *(f"        {line}" for line in lines)]), 1)


def evidence_on(lesson: str, source: str, salt: str = "") -> Evidence:
    """The evidence on a class given as text."""

    def fresh() -> dict[str, Any]:
        space: dict[str, Any] = {"__name__": "submission"}
        with contextlib.redirect_stdout(io.StringIO()):
            exec(compile(source, "<cell 0>", "exec"), space)
        return space

    points = {f"{class_name(lesson)}-{method}": POINTS[method] for method in METHODS}
    with np.errstate(all="ignore"), contextlib.redirect_stdout(io.StringIO()):
        return tried(exam_of(lesson, salt), points, packaged(), fresh, "a trial", source)


def report_on(lesson: str, source: str) -> Report:
    """The report on a class given as text."""
    (report,) = judge([evidence_on(lesson, source)])
    assert report.verdict == "graded", report.notes
    return report


def losers(report: Report) -> list[str]:
    """The methods without full points."""
    short = [name for name, of in report.methods.items() if of["score"] < of["max_score"] - 1e-9]
    return [name.rpartition("-")[2] for name in short]


def points(report: Report, method: str) -> float:
    """What a method earned."""
    (score,) = (of["score"] for name, of in report.methods.items() if name.endswith(f"-{method}"))
    return round(float(score), 6)


def said(report: Report, method: str = "") -> str:
    """All that a student reads of a method, or of all, with its codes in brackets."""
    checks = [each for each in report.checks if each.method.endswith(f"-{method}") or not method]
    return "\n".join(
        f"{each.rationale} {each.help} {' '.join(f'[{d.code}]' for d in each.diagnoses)}" for each in checks
    )
