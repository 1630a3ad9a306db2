"""Which assignment a notebook is for, where nobody says it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from autograder.core.course import Course
from autograder.grading.grader import Grader, GradingError

EMPTY = json.dumps({"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5})


def told(path: Path) -> str:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(EMPTY)
    with Grader(Course.find(Path(__file__))) as grader:
        return grader.assignment_of(path, None)


@pytest.mark.parametrize("name", ["shallow_narrow", "softmax_digits"])
def test_its_own_name_or_its_folders_tells_lessons_of_both_forms(tmp_path: Path, name: str) -> None:
    assert told(tmp_path / f"{name}.ipynb") == name
    assert told(tmp_path / name / "homework final.ipynb") == name


def test_what_tells_nothing_is_asked_back_with_the_option_that_helps(tmp_path: Path) -> None:
    with pytest.raises(GradingError, match="name it with --assignment NAME"):
        told(tmp_path / "homework.ipynb")
