"""The bench is run by hand: that it starts, and splits the cost of a submission, is seen here."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from autograder.core.course import Course
from tests.bench import split
from tests.support import classroom

ROOT = Path(__file__).resolve().parents[2]


def test_it_starts() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tests.bench", "--help"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert "--memory" in done.stdout


@pytest.mark.slow
def test_each_stage_takes_time(tmp_path: Path) -> None:
    course = classroom.copy_course(tmp_path / "course", ["shallow_narrow"], ROOT)
    subprocess.run([sys.executable, "-m", "autograder", "build", "shallow_narrow"], cwd=course.root, check=True)
    classroom.make_class(course, "shallow_narrow", 2, seed=7)
    measured = split.measure(Course.find(course.root), "shallow_narrow", 2)
    assert min(measured.read, measured.sandbox, measured.checks, measured.recording, measured.plain) > 0.0
    assert split.describe(measured).count(" ms") == 8
