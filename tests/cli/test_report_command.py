"""`autograder report` at the command line: one class, or all with a page over them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from autograder.cli import commands
from autograder.cli.main import main
from autograder.core.course import Course
from tests.cli.test_export_command import NAME, course  # noqa: F401 (a fixture)
from tests.reporting.test_feedback import Reader
from tests.support import sample_reports as samples


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


def test_of_many_whose_mark_waits_the_first_are_named(
    course: Course,  # noqa: F811
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """And the others counted; those who have no mark for another reason stand first, for they need something done."""
    waiting = [replace(samples.waiting(samples.report(f"s{k}"), 2.0), assignment=NAME) for k in range(22)]
    stale = samples.report("zoe", withheld="the gradebook has no mark of it")
    monkeypatch.setattr(commands, "marked", lambda *_: [*waiting, stale])
    assert main(["--course", str(course.root), "report", NAME]) == 1
    lines = [line for line in capsys.readouterr().err.splitlines() if line]
    assert lines[0] == f"no mark: zoe: {NAME}: the gradebook has no mark of it"
    assert [line.partition(":")[0] for line in lines[1:21]] == ["waits"] * 20
    assert lines[21:] == ["… and 2 more that wait for a person"]


def test_where_nothing_is_graded_it_says_what_to_run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Exit 2, one sentence."""
    (tmp_path / "nbgrader_config.py").write_text("c = get_config()\n")
    assert main(["--course", str(tmp_path), "report"]) == 2
    assert len(capsys.readouterr().err.splitlines()) == 1
