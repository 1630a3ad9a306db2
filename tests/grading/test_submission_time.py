"""One submission takes no more than the time that a course allows it in all; what that leaves out is told as such."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from autograder.core import Course, CourseError, Report
from autograder.grading import Grader
from autograder.grading.grader import Task
from autograder.grading.workers.kit import Kit, observation_key
from autograder.observe import SUBMISSION_S

ROOT = Path(__file__).parents[2]
NAME = "shallow_narrow"


def course_with(folder: Path, line: str) -> Course:
    (folder / "nbgrader_config.py").write_text(f"c = get_config()\n{line}\n", encoding="utf-8")
    return Course.at(folder)


def test_a_course_says_how_long_a_submission_may_take(tmp_path: Path) -> None:
    assert course_with(tmp_path, "c.Autograder.submission_s = 90").submission_s == 90.0
    assert Grader(course_with(tmp_path, "c.Autograder.submission_s = 90")).submission_s == 90.0
    assert Grader(course_with(tmp_path, "")).submission_s == SUBMISSION_S


@pytest.mark.parametrize("value", ['"90"', "True", "5", "float('nan')", "float('inf')", "[600]"])
def test_what_is_no_time_is_said(tmp_path: Path, value: str) -> None:
    with pytest.raises(CourseError, match="a number of seconds from 30 on"):
        _ = course_with(tmp_path, f"c.Autograder.submission_s = {value}").submission_s


def test_reports_and_observations_under_another_time_are_others() -> None:
    one, two = (Kit("a", b"", b"", "", "namespaces", "", (), seconds) for seconds in (90.0, 360.0))
    assert one.digest != two.digest
    assert observation_key(one, "x") != observation_key(two, "x")


SPINS = """
import os, time
if os.fork() == 0:
    while True: pass
"""


def _graded(folder: Path, source: str, seconds: float, name: str = NAME) -> Report:
    """The report of a right solution below which a cell holds `source`."""
    notebook = json.loads((ROOT / f"source/{name}/{name}.ipynb").read_text("utf-8"))
    own = {"cell_type": "code", "id": "own", "metadata": {}, "execution_count": None, "outputs": [], "source": source}
    notebook["cells"].append(own)
    path = folder / f"{name}.ipynb"
    path.write_text(json.dumps(notebook), encoding="utf-8")
    with Grader(Course.at(ROOT), submission_s=seconds) as grader:
        (graded,) = grader.grade([Task(path, str(path), None)], name)
    return graded.report


@pytest.mark.slow
def test_what_a_submission_has_no_time_left_for_is_told_as_such(tmp_path: Path) -> None:
    """A cell that sleeps in every run, below its own limit: no method is told to be slow."""
    report = _graded(tmp_path, f"{SPINS}\ntime.sleep(60)\n", 3.0)
    assert report.score == 0.0
    notes, texts = " ".join(report.notes), [check.rationale for check in report.checks]
    assert "used up the 3 s that it may take in all" in notes
    assert any("had used up its time, 3 s, before ShallowNarrow.loss had answered" in (text or "") for text in texts)
    assert not any("no answer within its time" in (text or "") for text in texts)


@pytest.mark.slow
def test_a_declared_function_that_no_time_was_left_for_is_told_as_such(tmp_path: Path) -> None:
    """No exception of the student's."""
    report = _graded(tmp_path, f"{SPINS}\ntime.sleep(60)\n", 3.0, "softmax_digits")
    texts = " ".join(check.rationale or "" for check in report.checks)
    assert report.score == 0.0
    assert "had used up its time, 3 s, before softmax had answered all that is asked of it" in texts
    assert "raised" not in texts


@pytest.mark.slow
def test_a_child_that_spins_beside_a_right_class_costs_nothing(tmp_path: Path) -> None:
    report = _graded(tmp_path, SPINS, 30.0)
    assert report.score == 10.0
