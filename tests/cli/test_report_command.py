"""`autograder report` at the command line: one class, or all with a page over them."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Any

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


@pytest.mark.parametrize(
    "command",
    [
        "report {} --roster FILE", "export csv {} --roster FILE", "export canvas {} --sheet FILE",
        "hand-back mail {} --roster FILE", "absent {} --roster FILE", "collect FILE --assignment {}",
        "new other --from FILE", "try FILE",
    ],
)  # fmt: skip
@pytest.mark.parametrize("what", ["/dev/zero", "a pipe"])
def test_what_has_no_end_is_not_read(
    course: Course,  # noqa: F811
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    command: str,
    what: str,
) -> None:
    """A device or a pipe in the place of a file: exit 2, one sentence that names it."""
    monkeypatch.chdir(course.root)
    place = tmp_path / "endless.ipynb"
    place.symlink_to("/dev/zero") if what == "/dev/zero" else os.mkfifo(place)
    assert main([str(place) if part == "FILE" else part.format(NAME) for part in command.split()]) == 2
    said = capsys.readouterr().err.splitlines()
    assert len(said) == 1
    assert "endless.ipynb" in said[0]


def test_a_full_disk_is_told_of_the_file_that_was_meant(
    course: Course,  # noqa: F811
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Exit 2, one sentence with the remedy; no number of an error, no name that a file has for a moment."""

    def full(*given: Any, **named: Any) -> Any:
        raise OSError(errno.ENOSPC, "No space left on device", str(tmp_path / ".new-x1.html"))

    monkeypatch.setattr(tempfile, "mkstemp", full)
    assert main(["--course", str(course.root), "export", "csv", NAME, "--out", str(tmp_path / "marks.csv")]) == 2
    said = capsys.readouterr().err.splitlines()[-1]
    assert said == f"autograder: {tmp_path / 'marks.csv'} cannot be written: the disk is full; make room"


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="no device that is always full")
@pytest.mark.parametrize(
    ("command", "says"),
    [
        ("completion bash", "the disk is"),
        ("init course shallow_narrow", "standard output cannot be written: the disk is"),
    ],
)
def test_output_that_leads_to_a_full_disk_is_told_once(tmp_path: Path, command: str, says: str) -> None:
    """In a sentence, whether more or less is printed than is held back."""
    call = [sys.executable, "-m", "autograder", *command.split()]
    surroundings = {name: value for name, value in os.environ.items() if name != "PYTHONUNBUFFERED"}
    with open("/dev/full", "w") as full:
        done = subprocess.run(
            call, cwd=tmp_path, env=surroundings, stdout=full, stderr=subprocess.PIPE, text=True, timeout=60
        )
    assert (done.returncode, done.stderr) == (2, f"autograder: {says} full; make room\n")


def test_where_nothing_is_graded_it_says_what_to_run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Exit 2, one sentence."""
    (tmp_path / "nbgrader_config.py").write_text("c = get_config()\n")
    assert main(["--course", str(tmp_path), "report"]) == 2
    assert len(capsys.readouterr().err.splitlines()) == 1
