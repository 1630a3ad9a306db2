"""The same class as stock nbgrader and Otter want it: their own notebooks, tests of the same worth, their commands."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import textwrap
import venv
from pathlib import Path
from typing import Any

METHODS = {"forward": 2, "loss": 1, "dloss_dw": 4, "train": 3}

# What an instructor would write: the reference's formulas once more, held against the student's answers.
CHECKS = {
    "shallow_narrow": {
        "setup": """
            rng = np.random.default_rng(5)
            x, y = rng.normal(size=7), rng.normal(size=7)
            w1, w2 = 0.7, -1.3
            model = ShallowNarrow([w1, w2])
        """,
        "forward": "assert np.allclose(model.forward(x), w2 * w1 * x)",
        "loss": "assert np.isclose(model.loss(w2 * w1 * x, y), np.mean((y - w2 * w1 * x) ** 2))",
        "dloss_dw": """
            found = model.dloss_dw(x, y)
            residual = y - w2 * w1 * x
            assert np.isclose(found[0], np.mean(-2 * residual * w2 * x))
            assert np.isclose(found[1], np.mean(-2 * residual * w1 * x))
        """,
        "train": """
            losses, path = ShallowNarrow([1.4, -1.6]).train(x, y, 0.02, 211)
            a, b, wanted = 1.4, -1.6, []
            for epoch in range(211):
                residual = y - b * a * x
                wanted.append(np.mean(residual ** 2))
                a, b = a - 0.02 * np.mean(-2 * residual * b * x), b - 0.02 * np.mean(-2 * residual * a * x)
            assert np.allclose(losses, wanted)
            assert np.allclose(path[-1], (a, b))
        """,
    },
    "two_layer_relu": {
        "setup": """
            rng = np.random.default_rng(5)
            x, y = rng.normal(size=(64, 1000)), rng.normal(size=(64, 10))
            w1, w2 = rng.normal(size=(1000, 100)), rng.normal(size=(100, 10))
            model = TwoLayerReLU([w1, w2])
            hidden = np.maximum(x @ w1, 0)
        """,
        "forward": "assert np.allclose(model.forward(x), hidden @ w2)",
        "loss": "assert np.isclose(model.loss(hidden @ w2, y), np.sum((hidden @ w2 - y) ** 2))",
        "dloss_dw": """
            found = model.dloss_dw(x, y)
            error = 2 * (hidden @ w2 - y)
            assert np.allclose(found[1], hidden.T @ error)
            assert np.allclose(found[0], x.T @ ((error @ w2.T) * (x @ w1 > 0)))
        """,
        "train": """
            losses = TwoLayerReLU([w1, w2]).train(x, y, 1e-6, 500)
            a, b, wanted = w1.copy(), w2.copy(), []
            for epoch in range(500):
                z = x @ a
                h = np.maximum(z, 0)
                error = h @ b - y
                wanted.append(np.sum(error ** 2))
                a, b = a - 1e-6 * (x.T @ ((2 * error @ b.T) * (z > 0))), b - 1e-6 * (h.T @ (2 * error))
            assert np.allclose(losses, wanted, rtol=1e-4)
        """,
    },
}


def code(source: str, **meta: Any) -> dict[str, Any]:
    """A code cell."""
    made: dict[str, Any] = {"cell_type": "code", "metadata": {}, "source": textwrap.dedent(source).strip()}
    if meta:
        base = {"schema_version": 3, "grade": False, "locked": False, "solution": False}
        made["metadata"]["nbgrader"] = base | meta
    return made | {"outputs": [], "execution_count": None, "id": meta.get("grade_id", f"c{abs(hash(source)) % 10**8}")}


def notebook(cells: list[dict[str, Any]]) -> dict[str, Any]:
    """A notebook of these cells."""
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    return {"cells": cells, "metadata": {"kernelspec": kernel}, "nbformat": 4, "nbformat_minor": 5}


def student_cells(submission: Path) -> tuple[str, str]:
    """The class and the drawing cell that a student of the made-up class wrote."""
    cells = json.loads(submission.read_text("utf-8"))["cells"]
    written = next(cell["source"] for cell in cells if cell["metadata"].get("nbgrader", {}).get("solution"))
    return "".join(written), "".join(cells[-1]["source"])


IMPORTS = "import matplotlib.pyplot as plt\nimport numpy as np"


def nbgrader_course(folder: Path, assignment: str, submissions: dict[str, Path]) -> None:
    """A stock course: nbgrader's own Execute, the tests in the notebook's grade cells."""
    shutil.rmtree(folder, ignore_errors=True)
    checks = CHECKS[assignment]
    folder.mkdir(parents=True)
    (folder / "nbgrader_config.py").write_text("c = get_config()\nc.CourseDirectory.course_id = 'bench'\n")

    def cells(source: str, drawing: str) -> list[dict[str, Any]]:
        graded = [
            code(textwrap.dedent(checks["setup"] if name == "forward" else "").strip() + "\n"
                 + textwrap.dedent(checks[name]).strip(), grade_id=name, grade=True, points=points, locked=True)
            for name, points in METHODS.items()
        ]  # fmt: skip
        own = [code(drawing)] if drawing else []
        return [code(IMPORTS), code(source, grade_id="model", solution=True), *graded, *own]

    source = folder / "source" / assignment
    source.mkdir(parents=True)
    (source / f"{assignment}.ipynb").write_text(json.dumps(notebook(cells("pass", ""))))
    made = [sys.executable, "-m", "nbgrader", "generate_assignment", assignment]
    subprocess.run(made, cwd=folder, check=True, capture_output=True)
    for student, path in submissions.items():
        place = folder / "submitted" / student / assignment
        place.mkdir(parents=True)
        (place / f"{assignment}.ipynb").write_text(json.dumps(notebook(cells(*student_cells(path)))))


def nbgrader_commands(assignment: str) -> list[list[str]]:
    """Grades, then feedback."""
    return [[sys.executable, "-m", "nbgrader", step, assignment] for step in ("autograde", "generate_feedback")]


def otter(folder: Path) -> Path | None:
    """`otter` in a virtual environment of its own, installed when it is not there; None when that fails."""
    place = folder / "otter-venv"
    program = place / "bin" / "otter"
    if not program.exists():
        venv.create(place, with_pip=True, clear=True)
        packages = ["otter-grader", "numpy", "matplotlib", "ipykernel"]
        done = subprocess.run([place / "bin" / "pip", "install", "-q", *packages], capture_output=True, text=True)
        if done.returncode:
            shutil.rmtree(place)
            print(f"Otter cannot be installed here: {done.stderr.strip().splitlines()[-1:]}")
            return None
    return program


def otter_class(folder: Path, assignment: str, submissions: dict[str, Path], program: Path) -> list[list[str]]:
    """Otter's autograder and its notebooks; the commands that grade them, one each, as `otter run` does it."""
    shutil.rmtree(folder, ignore_errors=True)
    checks = CHECKS[assignment]
    (folder / "tests").mkdir(parents=True)
    for name, points in METHODS.items():
        lines = textwrap.dedent(checks["setup"]).strip() + "\n" + textwrap.dedent(checks[name]).strip()
        test = {"name": name, "points": points, "suites": [
            {"type": "doctest", "scored": True, "cases": [{"code": _doctest(lines), "hidden": False, "locked": False}]}
        ]}  # fmt: skip
        (folder / "tests" / f"{name}.py").write_text(f"OK_FORMAT = True\n\ntest = {test!r}\n")
    made = [str(program), "generate", "-t", "tests", "-o", "autograder.zip", "--no-environment", "--no-requirements"]
    subprocess.run(made, cwd=folder, check=True, capture_output=True)
    commands = []
    for student, path in submissions.items():
        source, drawing = student_cells(path)
        (folder / f"{student}.ipynb").write_text(json.dumps(notebook([code(IMPORTS), code(source), code(drawing)])))
        out = folder / f"out-{student}"
        out.mkdir()
        commands.append([str(program), "run", "-a", "autograder.zip", "-o", str(out), f"{student}.ipynb"])
    return commands


def _doctest(lines: str) -> str:
    """Statements as a doctest: continuation lines marked, an empty one after each block."""
    out = []
    for line in lines.splitlines():
        out.append(("... " if line.startswith((" ", "\t")) else ">>> ") + line)
    marked = []
    for k, line in enumerate(out):
        marked.append(line)
        if line.startswith("...") and (k + 1 == len(out) or not out[k + 1].startswith("...")):
            marked.append("... ")
    return "\n".join(marked)
