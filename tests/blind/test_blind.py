"""The four figures on submissions that were written from the contract alone, without a look at the judge.

`python -m tests.blind.grade_bank ASSIGNMENT FOLDER` grades all of a lesson (some 500); here is a fixed part of it.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.blind import cases as bank
from tests.blind import grade_bank

LESSONS = sorted(bank.LESSONS)
pytestmark = pytest.mark.slow


def part(assignment: str) -> list[bank.Case]:
    todo = list(bank.cases(assignment, rights=70))
    chosen = []
    for prefix, step, offset in (("right", 11, 0), ("wrong", 41, 7), ("several", 12, 3)):
        chosen += [c for c in todo if c.name.startswith(prefix) and c.name not in bank.KNOWN.get(assignment, ())][
            offset::step
        ]
    return chosen + list(bank.varied(assignment))[::9]


@pytest.mark.parametrize("assignment", LESSONS)
def test_figures(assignment: str, tmp_path: Path) -> None:
    course = tmp_path / "course"
    for folder in ("source", "release", "solutions"):
        shutil.copytree(bank.COURSE / folder, course / folder)
    shutil.copy(bank.COURSE / "nbgrader_config.py", course)
    todo = part(assignment)
    figures = grade_bank.count(todo, grade_bank.grade(assignment, todo, tmp_path, course=course))
    assert figures.right >= 8
    assert figures.wrong_methods >= 15
    assert figures.failed == []
    assert figures.hurt == []
    assert figures.kept == []
    assert figures.dragged == []
    assert figures.named >= 0.95, figures.unnamed


@pytest.mark.parametrize("assignment", LESSONS)
def test_labels(assignment: str) -> None:
    """Every right method agrees with the reference, every wrong one differs from it somewhere."""
    done = subprocess.run(
        [sys.executable, str(Path(__file__).with_name("check_texts.py")), assignment],
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
