"""An assignment looked at while it is written: what is asked, what wrong solutions are told; nothing is written."""

from __future__ import annotations

import ast
import json
from pathlib import Path
from typing import Any

import pytest

from autograder.authoring.preview import preview
from autograder.callables.judged.evidence import Evidence
from autograder.cli import main
from autograder.core import AutograderError
from autograder.judging import packaged

SOLUTION = '''import numpy as np


def half(x):
    """x (N,) -> h (N,)"""
    ### BEGIN SOLUTION
    return x / 2
    ### END SOLUTION


def loss(w, x):
    """w (N,), x (N,) -> L a number, dw (N,)"""
    ### BEGIN SOLUTION
    h = half(x)
    return np.sum(w**2 * h), 2 * w * h
    ### END SOLUTION
'''
DECLARATION = """w, x = draw.normal("N"), draw.normal("N")
assignment(sizes=dict(N=(1, 4, 3)))
slope(loss, of="L", by="dw", wrt="w")
"""


def cell(kind: str, source: str, **metadata: Any) -> dict[str, Any]:
    return {"cell_type": kind, "source": source, "metadata": metadata, **({"outputs": []} if kind == "code" else {})}


def of_nbgrader(grade_id: str, points: float | None = None) -> dict[str, Any]:
    graded = points is not None
    meta = {"grade_id": grade_id, "grade": graded, "solution": not graded, "locked": graded, "schema_version": 3}
    return {**meta, "task": False} | ({"points": points} if graded else {})


def notebook(folder: Path, solution: str = SOLUTION, declaration: str = DECLARATION) -> Path:
    """A source notebook with that solution and declaration."""
    cells = [
        cell("markdown", "# Halves"),
        cell("code", solution, nbgrader=of_nbgrader("code")),
        *(
            cell("code", f'check("{name}")', nbgrader=of_nbgrader(name, points))
            for name, points in (("half", 1), ("loss", 2), ("loss-dw", 3))
        ),
        cell("code", declaration, tags=["autograder"]),
    ]
    path = folder / "halves.ipynb"
    path.write_text(json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 4}), encoding="utf-8")
    return path


def told(path: Path) -> tuple[str, list[str]]:
    lines, problems = preview(path, path.stem, packaged())
    return "\n".join(lines), problems


def test_points_arguments_questions_and_calls_are_told(tmp_path: Path) -> None:
    """Of every function that a grade cell scores."""
    said, problems = told(notebook(tmp_path))
    assert problems == []
    assert "loss(w, x) -> L, dw\n  points     loss 2 (L); loss-dw 3 (dw)\n" in said
    assert "  arguments  w normal (N,); x normal (N,)\n" in said
    assert "times: N = 1; N = 4; N = 3; large; small; negative; w zero; x zero;" in said
    assert "  calls      half; judged, where that is wrong, with its recorded answers" in said
    assert "small changes of" in said
    assert "your solution earns 6 of 6 points" in said


def test_three_wrong_solutions_are_shown_with_their_lines_marks_and_words(tmp_path: Path) -> None:
    """Each loses points, and its line is where the notebook has it."""
    path = notebook(tmp_path)
    said, _ = told(path)
    made = said.split("wrong solution ")[1:]
    assert len(made) == 3
    lines = json.loads(path.read_text(encoding="utf-8"))["cells"][1]["source"].split("\n")
    for each in made:
        head, before, after, *rest = each.split("\n")
        line = int(head.rpartition("line ")[2])
        assert ast.unparse(ast.parse(lines[line - 1].strip())) == before.strip()
        assert after.startswith("  → ")
        assert "A student reads:" in rest[0]
        assert "loses nothing" not in each


def test_the_command_writes_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """And ends well where the build would be content with it."""
    path = notebook(tmp_path)
    before = path.read_bytes()
    assert main(["try", str(path)]) == 0
    assert capsys.readouterr().out.startswith("half(x) -> h")
    assert [each.name for each in tmp_path.iterdir()] == ["halves.ipynb"]
    assert path.read_bytes() == before


def test_a_wrong_slope_is_told_as_the_build_would(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = notebook(tmp_path, SOLUTION.replace("2 * w * h", "w * h"))
    assert main(["try", str(path)]) == 1
    said = capsys.readouterr().err
    assert "the build would refuse it: slope(loss, by='dw', wrt='w'): dw is not the slope by w: it is off by" in said


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('x = draw.normal("N"), draw.normal("N")', 'x = draw.normal("N"), 3', "half has an argument 'x' that the decl"),
        ("assignment(", "asignment(", "the declaration, line 2: NameError: name 'asignment' is not defined"),
        ('by="dw"', 'by="dx"', "slope(loss, by='dx'): loss has no result 'dx'; it has L, dw"),
        ('of="L"', 'of="loss"', "the declaration, line 3: slope(loss): it has no result 'loss'; it has L, dw"),
    ],
)
def test_a_slip_in_the_declaration_is_told_in_the_words_of_the_build(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], old: str, new: str, says: str
) -> None:
    assert DECLARATION.count(old) == 1
    assert main(["try", str(notebook(tmp_path, declaration=DECLARATION.replace(old, new)))]) in (1, 2)
    assert says in capsys.readouterr().err


def test_what_is_no_declared_assignment_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = notebook(tmp_path)
    path.write_text(path.read_text(encoding="utf-8").replace('"autograder"', '"other"'), encoding="utf-8")
    with pytest.raises(AutograderError, match="has no cell tagged `autograder`"):
        told(path)
    assert main(["try", str(tmp_path / "nowhere.ipynb")]) == 2
    assert "there is no such notebook" in capsys.readouterr().err


@pytest.mark.parametrize("of_solution", [False, True])
def test_a_judge_that_fails_is_told_as_that(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, of_solution: bool
) -> None:
    """Whether on a wrong solution that was made up or on the author's own; nobody is charged with it."""

    def broken(evidence: Evidence, _: str) -> tuple[str, ...]:
        if (evidence.submission.path == "the solution") is of_solution:
            raise ZeroDivisionError("by nothing")
        return ()

    monkeypatch.setattr("autograder.callables.judged.checks.test_callable.changed", broken)
    path = notebook(tmp_path)
    assert main(["try", str(path)]) == 1
    out, err = capsys.readouterr()
    failed = "the grader itself failed (half/pure: ZeroDivisionError: by nothing"
    whose = (
        ["your solution: ", "the build would refuse it: the solution is not judged: "]
        if of_solution
        else ["\n  ", "wrong solution 1, made up, is not judged: "]
    )
    assert whose[0] + failed in out
    assert whose[1] + failed in err
    assert "points. A student reads:" not in out
