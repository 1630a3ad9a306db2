"""A course of one small assignment, laid out in a temporary folder, for the tests of build and gradebook."""

from __future__ import annotations

import json
import shutil
import textwrap
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from autograder import selfcheck
from autograder.core.course import Course
from autograder.core.report import ByHand, CheckResult, Diagnosis, Report
from autograder.notebooks import Release, read
from autograder.notebooks.by_hand import unanswered

NAME = "shallow_narrow"
POINTS = {"forward": 2.0, "loss": 1.0, "dloss_dw": 4.0, "train": 3.0}
REPOSITORY = Path(__file__).resolve().parents[2]

CLASS = '''
    class ShallowNarrow:
        """One neuron a layer."""

        def __init__(self, init_weights):
            """init_weights a pair of numbers"""
            self.w1, self.w2 = (float(weight) for weight in init_weights)

        def forward(self, x):
            """x (N,) -> y_prediction (N,)"""
            # hint: first layer, then second
            ### BEGIN SOLUTION
            return self.w2 * (self.w1 * x)
            ### END SOLUTION

        def loss(self, y_prediction, y_true):
            """y_prediction (N,), y_true (N,) -> loss a number"""
            # hint: the mean square
            ### BEGIN SOLUTION
            # the residual goes into a mean over all of the samples
            return float(np.mean((y_true - y_prediction) ** 2))
            ### END SOLUTION

        def dloss_dw(self, x, y_true):
            """x (N,), y_true (N,) -> dloss_dw1 a number, dloss_dw2 a number"""
            # hint: the chain rule
            ### BEGIN SOLUTION
            residual = self.forward(x) - y_true
            dloss_dw1 = float(np.mean(2 * residual * self.w2 * x))
            dloss_dw2 = float(np.mean(2 * residual * self.w1 * x))
            return dloss_dw1, dloss_dw2
            ### END SOLUTION

        def train(self, x, y_true, lr, n_ep):
            """x (N,), y_true (N,), lr a number, n_ep a count -> losses (n_ep,), path (n_ep, 2); moves self.w1, self.w2

            The losses before each update, the weights after it.
            """
            # hint: both gradients before either update
            ### BEGIN SOLUTION
            loss_records, weight_records = np.zeros(n_ep), np.zeros((n_ep, 2))
            for epoch in range(n_ep):
                loss_records[epoch] = self.loss(self.forward(x), y_true)
                dloss_dw1, dloss_dw2 = self.dloss_dw(x, y_true)
                self.w1, self.w2 = self.w1 - lr * dloss_dw1, self.w2 - lr * dloss_dw2
                weight_records[epoch] = self.w1, self.w2
            return loss_records, weight_records
            ### END SOLUTION
'''
DECLARATION = """
    init_weights = draw.list(draw.normal(), draw.normal())
    x, y_prediction, y_true = draw.normal("N"), draw.normal("N"), draw.normal("N")
    lr, n_ep = draw.one_of(0.05), draw.one_of(3)
    assignment(sizes=dict(N=(3,)), state=("w1", "w2"))
"""


def markdown(text: str, **meta: Any) -> dict[str, Any]:
    """A markdown cell."""
    return {"cell_type": "markdown", "metadata": _meta(meta), "source": textwrap.dedent(text).strip()}


def code(text: str, **meta: Any) -> dict[str, Any]:
    """A code cell without outputs."""
    source = textwrap.dedent(text).strip()
    return {"cell_type": "code", "metadata": _meta(meta), "source": source, "outputs": [], "execution_count": None}


def source_notebook() -> dict[str, Any]:
    """A complete source notebook in which only the cells of nbgrader have ids of their own."""
    locked = {"locked": True}
    cells = [
        markdown("# A tiny lesson\n\nThe residual is what is left."),
        code("import math\n\nimport matplotlib.pyplot as plt\nimport numpy as np"),
        code("import selfcheck", grade_id="setup", **locked),
        code(CLASS, grade_id="ShallowNarrow", solution=True),
        *(code(f'check("ShallowNarrow.{name}")', grade_id=name, points=POINTS[name], **locked) for name in POINTS),
        code(DECLARATION) | {"metadata": {"tags": ["autograder"]}},
        markdown(
            """
            **Why** does the start (w, -w) end at the saddle?

            ### BEGIN SOLUTION
            Because both gradients have the same size there, the two weights shrink together.
            ### END SOLUTION
            """
        ),
        code("plt.plot([1, 2])\nmath.pi"),
    ]
    return {
        "cells": cells,
        "metadata": {
            "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
            "language_info": {"name": "python"},
            "celltoolbar": "Create Assignment",
        },
        "nbformat": 4,
        "nbformat_minor": 5,
    }


def lay_out(folder: Path, notebook: dict[str, Any] | None = None) -> Course:
    """A course in `folder` with the repository's own nbgrader_config.py and one source notebook."""
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copy(REPOSITORY / "nbgrader_config.py", folder)
    place = folder / "source" / NAME
    place.mkdir(parents=True)
    (place / f"{NAME}.ipynb").write_text(json.dumps(notebook or source_notebook()), encoding="utf-8")
    shutil.copy(str(selfcheck.__file__), place / "selfcheck.py")
    return Course.find(folder)


def with_questions(notebook: dict[str, Any], **points: float) -> dict[str, Any]:
    """The notebook with three cells that people grade: a text (3 points), code (1.5) and a task (2); `points` are
    other ones for methods."""
    for cell in notebook["cells"]:
        meta = cell["metadata"].get("nbgrader", {})
        if meta.get("grade_id") in points:
            meta["points"] = points[meta["grade_id"]]
    text = "Why does the loss fall?\n\n### BEGIN SOLUTION\nEach step goes down the slope of it.\n### END SOLUTION"
    program = "### BEGIN SOLUTION\nplt.semilogy([3, 2, 1])\n### END SOLUTION"
    task = "Draw something.\n\n=== BEGIN MARK SCHEME ===\nTwo for axes with names.\n=== END MARK SCHEME ==="
    notebook["cells"] += [
        markdown(text, grade_id="explain", points=3, solution=True),
        code(program, grade_id="draw", points=1.5, solution=True),
        markdown(task, grade_id="task", points=2) | {"metadata": {"nbgrader": {
            "grade_id": "task", "points": 2, "task": True, "grade": False, "solution": False, "locked": False,
            "schema_version": 3, "cell_type": "markdown",
        }}},
    ]  # fmt: skip
    return notebook


def report(
    path: Path | str,
    student: str | None,
    scores: Mapping[str, float],
    points: Mapping[str, float] = POINTS,
    **changes: Any,
) -> Report:
    """A report with one check for each method that has points."""
    checks = tuple(
        CheckResult(
            id=f"{method}/values",
            method=method,
            title=f"the answers of {method} are right",
            outcome="passed" if scores[method] == points[method] else "failed",
            score=scores[method],
            max_score=points[method],
            rationale="" if scores[method] == points[method] else f"{method} gives something else.",
            help="" if scores[method] == points[method] else "Look at the hint.",
            diagnoses=() if scores[method] == points[method] else (Diagnosis("different", method),),
        )
        for method in POINTS
        if method in points
    )
    fields: dict[str, Any] = {"verdict": "graded", "max_score": 10.0, "checks": checks, **changes}
    return Report(submission=str(path), student=student, assignment=NAME, **fields)


def by_reading(path: Path, name: str, course: Course) -> Report:
    """A stand-in for the kit's grading: a method whose stub is gone earns its points. It runs nothing."""
    text = Path(path).read_text("utf-8")
    stubs = text.count(r" raise NotImplementedError(\"replace this line")  # within the class
    release = Release(course.release_notebook(name))
    blank = unanswered(read(path), release.answers, release.texts, ("ShallowNarrow",))
    earned = release.points if stubs == 0 else dict.fromkeys(POINTS, 0.0)
    people = tuple(
        ByHand(cell, worth, cell not in blank) for cell, worth in release.points.items() if cell not in POINTS
    )
    changes = {"max_score": release.max_score, "by_hand": people}
    return report(path, course.student_of(path), earned, release.points, **changes)


def _meta(meta: dict[str, Any]) -> dict[str, Any]:
    if not meta:
        return {}
    base = {"schema_version": 3, "grade": "points" in meta, "locked": False, "solution": False}
    return {"nbgrader": {**base, **meta}}
