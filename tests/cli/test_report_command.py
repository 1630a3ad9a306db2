"""`autograder report` at the command line: one class, or all with a page over them."""

from __future__ import annotations

from pathlib import Path

import pytest

from autograder.cli.main import main
from autograder.core.course import Course
from tests.cli.test_export_command import NAME, course  # noqa: F401 (a fixture)
from tests.reporting.test_feedback import Reader


def test_one_class_stands_alone(course: Course, tmp_path: Path) -> None:  # noqa: F811
    """Its page and those of its students; no link to a page that is not there."""
    assert main(["--course", str(course.root), "report", NAME, "--out", str(tmp_path)]) == 0
    page = (tmp_path / "index.html").read_text("utf-8")
    assert "As the gradebook had it on" in page
    assert "All assignments" not in page
    assert (tmp_path / "students" / "anna.html").is_file()


def test_without_a_name_all_that_is_graded_is_written(
    course: Course,  # noqa: F811
    capsys: pytest.CaptureFixture[str],
) -> None:
    """build/report holds the course's page, and a folder for each assignment, who has handed in nothing named."""
    roster = course.root / "everybody.csv"
    roster.write_text("id,last_name,first_name\nanna,Abel,Anna\nbo,Bohr,Bo\ncem,Cantor,Cem\n")
    assert main(["--course", str(course.root), "report", "--roster", str(roster)]) == 0
    out = course.root / "build" / "report"
    text = Reader((out / "index.html").read_text("utf-8")).text
    assert "1 assignment" in text
    assert "nothing handed in for" in text
    assert "Cem" in text
    assert "All assignments" in (out / NAME / "index.html").read_text("utf-8")
    assert "index.html" in capsys.readouterr().out


def test_where_nothing_is_graded_it_says_what_to_run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Exit 2, one sentence."""
    (tmp_path / "nbgrader_config.py").write_text("c = get_config()\n")
    assert main(["--course", str(tmp_path), "report"]) == 2
    assert len(capsys.readouterr().err.splitlines()) == 1
