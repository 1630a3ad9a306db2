"""The four figures on submissions that were written from the contract alone, without a look at the judge.

`python -m tests.corpus.blind.grade_bank ASSIGNMENT FOLDER` grades all of a lesson (some 500); here
is a fixed part of it.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.corpus.blind import cases as bank
from tests.corpus.blind import grade_bank

LESSONS = sorted(bank.LESSONS)
pytestmark = pytest.mark.slow


def part(assignment: str) -> list[bank.Case]:
    todo = list(bank.cases(assignment, rights=70))
    slow = 3 if assignment == "two_layer_relu" else 1  # its data are the largest by far
    chosen = []
    for prefix, step, offset in (("right", 14, 0), ("wrong", 83, 7), ("several", 14, 3)):
        chosen += [c for c in todo if c.name.startswith(prefix) and not c.learnt][offset :: step * slow]
    return chosen + list(bank.varied(assignment))[1 :: 11 * slow]


def graded(assignment: str, todo: list[bank.Case], folder: Path) -> grade_bank.Figures:
    course = folder / "course"
    for name in ("source", "release", "solutions"):
        shutil.copytree(bank.COURSE / name, course / name)
    shutil.copy(bank.COURSE / "nbgrader_config.py", course)
    return grade_bank.count(todo, grade_bank.grade(assignment, todo, folder, course=course))


@pytest.mark.parametrize("assignment", LESSONS)
def test_figures(assignment: str, tmp_path: Path) -> None:
    """Of a part of it, and of all that was once missed and is seen now, to a name where it can have one."""
    todo = part(assignment)
    learnt = [c for c in bank.cases(assignment, rights=70) if c.name.startswith("wrong") and c.learnt]
    figures = graded(assignment, [*todo, *learnt], tmp_path)
    assert figures.right >= 2
    assert figures.wrong_methods >= 5
    assert figures.failed == []
    assert figures.hurt == []
    assert figures.kept == []
    assert figures.dragged == []
    known = {case.name for case in learnt}
    assert not [each for each in figures.unnamed if each.partition(" | ")[0] in known], figures.unnamed
    assert len(figures.unnamed) <= 1, figures.unnamed  # 95 % of some twenty


@pytest.mark.parametrize("assignment", LESSONS)
def test_labels(assignment: str) -> None:
    """Every right method agrees with the reference, every wrong one differs from it somewhere."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.corpus.blind.check_texts", assignment],
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]


@pytest.mark.parametrize("assignment", LESSONS)
def test_size(assignment: str) -> None:
    todo = list(bank.cases(assignment, rights=70))
    assert sum(not c.wrong and not c.open for c in todo) >= 60
    assert sum(bool(c.wrong) for c in todo) >= 100
