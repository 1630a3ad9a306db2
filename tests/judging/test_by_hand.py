"""The checks run by hand, one notebook at a time, by pytest's own command."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from autograder.callables import CHECKS

ROOT = Path(__file__).parents[2]


def checked(course: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """What `python -m pytest CHECKS …` says in a course's folder."""
    return subprocess.run(
        [sys.executable, "-m", "pytest", str(CHECKS), "-c", str(CHECKS / "pytest.ini"), "-q", *arguments],
        cwd=course,
        env={**os.environ, "PYTHONPATH": str(ROOT), "PYTEST_ADDOPTS": "-p no:cacheprovider"},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


def course(folder: Path) -> Path:
    """A course of one built lesson."""
    shutil.copytree(ROOT / "release" / "shallow_narrow", folder / "release" / "shallow_narrow")
    (folder / "solutions").mkdir()
    shutil.copy(ROOT / "solutions" / "shallow_narrow.py", folder / "solutions")
    shutil.copy(ROOT / "nbgrader_config.py", folder)
    return folder


def test_without_a_submission_it_says_how_one_is_named(tmp_path: Path) -> None:
    ran = checked(tmp_path)
    assert ran.returncode == pytest.ExitCode.INTERRUPTED
    assert "name the submission to check: python -m pytest" in ran.stdout
    assert "--submission FILE [--assignment NAME]" in ran.stdout


@pytest.mark.slow
def test_a_notebook_is_checked_cell_by_cell(tmp_path: Path) -> None:
    """What is handed out fails each check on results, with the words that its student would read."""
    notebook = course(tmp_path) / "release" / "shallow_narrow" / "shallow_narrow.ipynb"
    ran = checked(tmp_path, "--submission", str(notebook), "--assignment", "shallow_narrow", "-k", "loss and not dloss")
    assert ran.returncode == pytest.ExitCode.TESTS_FAILED, ran.stdout + ran.stderr
    assert "test_values[0-" in ran.stdout
    assert "is still to be written" in ran.stdout


@pytest.mark.slow
def test_what_cannot_be_graded_is_one_line(tmp_path: Path) -> None:
    folder = course(tmp_path)
    (folder / "torn.ipynb").write_text("{")
    ran = checked(folder, "--submission", str(folder / "torn.ipynb"), "--assignment", "shallow_narrow")
    assert ran.returncode == pytest.ExitCode.INTERRUPTED
    assert "torn.ipynb: " in ran.stdout
    assert "Traceback" not in ran.stdout + ran.stderr
