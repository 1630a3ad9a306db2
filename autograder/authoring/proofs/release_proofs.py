"""What must hold of a release before students get it."""

from __future__ import annotations

import ast
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

from autograder.authoring.extraction import cell_text, is_note, lines_of, solution_cell
from autograder.authoring.proofs import leaks
from autograder.authoring.proofs.second_opinion import alternatives
from autograder.core import METHODS, AutograderError, Course, Report
from autograder.judging import checks
from autograder.notebooks import Release, is_by_hand, is_judged

NBGRADER_SCHEMA = 3
Grader = Callable[[Path, str, Course], Report]


class ProofError(AutograderError):
    """A release that must not be handed out; `problems` says why, one sentence each."""

    exit_code = 1

    def __init__(self, name: str, problems: list[str]) -> None:
        self.problems = problems
        shown = problems[:12] + ([f"… and {len(problems) - 12} more"] if len(problems) > 12 else [])
        super().__init__(f"{name}: not released, because\n" + "\n".join(f"  - {problem}" for problem in shown))


def same_bytes(first: Path, second: Path) -> list[str]:
    """Problems: files that differ between two builds of one release."""
    ones, others = tree(first), tree(second)
    return [
        f"building twice gives two versions of {name}"
        for name in sorted(ones.keys() | others.keys())
        if ones.get(name) != others.get(name)
    ]


def one_notebook(folder: Path, name: str) -> list[str]:
    """Problems: notebooks beside the assignment's own, which nbgrader would release and grade as well."""
    others = sorted(path.name for path in folder.glob("*.ipynb") if path != folder / f"{name}.ipynb")
    return [f"{other} lies beside {name}.ipynb: an assignment has one notebook" for other in others]


def tree(folder: Path) -> dict[str, bytes]:
    """Every file below a folder, by its relative name."""
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def structure(source: dict[str, Any], release: dict[str, Any]) -> list[str]:
    """Problems of the release's cells: the grade cells, the solution cell, the stubs, stale outputs."""
    problems: list[str] = []
    graded: dict[str, dict[str, Any]] = {}
    for number, cell in enumerate(release["cells"], start=1):
        meta = cell.get("metadata", {}).get("nbgrader")
        if is_note(cell):
            problems.append(f"cell {number} of the release is a note to instructors")
        if cell["cell_type"] == "code" and (cell.get("outputs") or cell.get("execution_count")):
            problems.append(f"cell {number} of the release has outputs")
        if meta is None:
            continue
        if meta.get("schema_version") != NBGRADER_SCHEMA:
            problems.append(f"cell {number} has nbgrader schema {meta.get('schema_version')}, not {NBGRADER_SCHEMA}")
        if meta.get("grade") or meta.get("task"):
            if meta["grade_id"] in graded:
                problems.append(f"two grade cells are called {meta['grade_id']}")
            graded[meta["grade_id"]] = meta
            problems += _grade_cell(cell["cell_type"], meta)
    missing = [name for name in METHODS if name not in graded]
    if missing:
        problems.append(f"there is no grade cell called {', '.join(missing)}: each method has one, with its points")
    elif not sum(float(graded[name].get("points", 0)) for name in METHODS) > 0:
        problems.append("the grade cells of the methods are worth nothing: give at least one of them points")
    problems += _stubs(source, release)
    return problems


def _grade_cell(cell_type: str, meta: dict[str, Any]) -> list[str]:
    """Problems of one cell that is worth points: a method's is judged, any other is graded by a person."""
    name, points = meta["grade_id"], meta.get("points", -1)
    problems = []
    if isinstance(points, bool) or not isinstance(points, int | float) or not 0 <= points < math.inf:
        problems.append(f"the grade cell {name} is worth {points!r}; points are a number from 0 on")
    if name in METHODS:
        if cell_type != "code" or not is_judged(meta) or not meta.get("locked"):
            problems.append(f"the grade cell {name} is not a locked cell of autograder tests")
    elif not is_by_hand(meta):
        problems.append(
            f"the grade cell {name} is a test of its own, which nobody runs: points are given for "
            f"{', '.join(METHODS)}, and by people (nbgrader's manually graded answer or task)"
        )
    return problems


def _stubs(source: dict[str, Any], release: dict[str, Any]) -> list[str]:
    """Problems of the solution cell: one class in it, each of the four methods left to the student."""
    wanted, stub = cell_text(solution_cell(source)), cell_text(solution_cell(release))
    try:
        classes = [node for node in ast.parse(stub).body if isinstance(node, ast.ClassDef)]
    except SyntaxError as error:
        return [f"the class cell of the release is not valid Python: {error.msg} (line {error.lineno})"]
    if len(classes) != 1:
        return [f"the class cell of the release defines {len(classes)} classes; it must define one"]
    problems = []
    methods = {node.name: node for node in classes[0].body if isinstance(node, ast.FunctionDef)}
    if "__init__" not in methods:
        problems.append("the class of the release has no __init__, which students are given")
    elif any(isinstance(node, ast.Raise) for node in ast.walk(methods["__init__"])):
        problems.append("__init__ is left to the student; it must be given complete")
    for name in METHODS:
        if name not in methods:
            problems.append(f"the class of the release has no method {name}")
        elif not any(_raises_not_implemented(node) for node in methods[name].body):
            problems.append(f"{name} is not left to the student: its solution region was not replaced")
    if "BEGIN SOLUTION" not in wanted:
        problems.append("the class cell of the source has no solution region")
    stubs = sum(_raises_not_implemented(node) for node in ast.walk(classes[0]))
    if stubs != wanted.count("BEGIN SOLUTION"):
        problems.append(f"{wanted.count('BEGIN SOLUTION')} solution regions became {stubs} stubs")
    return problems


def _raises_not_implemented(node: ast.AST) -> bool:
    """`raise NotImplementedError("…")` with a text that is worth reading."""
    if not isinstance(node, ast.Raise) or not isinstance(node.exc, ast.Call):
        return False
    text = node.exc.args[0] if node.exc.args else None
    named = isinstance(node.exc.func, ast.Name) and node.exc.func.id == "NotImplementedError"
    return named and isinstance(text, ast.Constant) and isinstance(text.value, str) and len(text.value) >= 10


def nothing_leaks(source: dict[str, Any], release: Path, declaration: tuple[str, ...] = ()) -> list[str]:
    """Problems: lines of the solution, the declaration, the official answers or the checks that the release shows."""
    lines = lines_of(source)
    secrets = leaks.code_secrets("the solution", lines.solution)
    secrets += leaks.prose_secrets("an official answer", lines.answers)
    secrets += leaks.code_secrets("a hidden test", lines.hidden)
    secrets += leaks.code_secrets("a check", check_lines())
    secrets += leaks.code_secrets("the declaration", declaration)
    open_text = leaks.squeeze("\n".join(lines.open))
    second = [
        line for _, text in alternatives(source) for line in text.split("\n") if leaks.squeeze(line) not in open_text
    ]
    secrets += leaks.code_secrets("the alternative", second)
    return [str(leak) for leak in leaks.find(release, secrets, open_text)]


def check_lines() -> list[str]:
    """The lines of this package's checks that tell something: names of classes and functions do not."""
    folder = Path(checks.__file__).parent
    lines = [line for path in sorted(folder.glob("*.py")) for line in path.read_text("utf-8").split("\n")]
    telling = [line for line in lines if not line.lstrip().startswith(("class ", "def ", "@", "async def "))]
    return [line for line in telling if len(leaks.squeeze(line)) >= 2 * leaks.SHORTEST_PLUMBING]


def scores(course: Course, name: str, grade: Grader) -> list[str]:
    """Problems of the marks: the source must earn every point that is judged and the release none, by the kit's own
    grading. What a person grades counts in the maximum."""
    problems = []
    release = Release(course.release_notebook(name))
    points, total = {method: release.points[method] for method in METHODS}, release.max_score
    for path, wanted, what in (
        (course.source_notebook(name), points, "source"),
        (course.release_notebook(name), dict.fromkeys(METHODS, 0.0), "release"),
    ):
        report = grade(path, name, course)
        if report.score is None:
            problems.append(f"grading the {what} failed: {'; '.join(report.notes) or 'internal error'}")
            continue
        if not math.isclose(report.max_score, total, abs_tol=1e-6):
            problems.append(f"the {what} is graded out of {report.max_score:g}, the grade cells sum to {total:g}")
        earned = {method: report.methods.get(method, {}).get("score", math.nan) for method in METHODS}
        problems += [
            f"the {what} earns {earned[method]} of {points[method]:g} for {method}{_why(report, method)}"
            for method in METHODS
            if not math.isclose(earned[method], wanted[method], abs_tol=1e-6)  # NaN where it is not there
        ]
    return problems


def _why(report: Report, method: str) -> str:
    words = [f"{check.id}: {check.rationale or check.outcome}" for check in report.checks if check.method == method]
    return f" ({'; '.join(words)[:300]})" if words else ""
