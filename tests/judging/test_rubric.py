"""The rubric: read from the course, checked before anything is graded, each mistake a line with its place."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from autograder.cli import main
from autograder.core import Course
from autograder.grading.workers.kit import grader_for, kit_of
from autograder.judging import rubric

ROOT = Path(__file__).parents[2]
USUAL = rubric.PACKAGED.read_text(encoding="utf-8")
OLDER = """plain_part = 0.5
numerical_part = 0.25

[share.loss]
values = 0.8
pure = 0.2

[share.train]
records = 0.4
weights = 0.5
pure = 0.1
"""


def course(folder: Path, text: str | None) -> Course:
    """A course of one built lesson with this rubric."""
    (folder / "release").mkdir(parents=True)
    shutil.copytree(ROOT / "release" / "shallow_narrow", folder / "release" / "shallow_narrow")
    (folder / "solutions").mkdir()
    shutil.copy(ROOT / "solutions" / "shallow_narrow.py", folder / "solutions")
    shutil.copy(ROOT / "nbgrader_config.py", folder)
    if text is not None:
        (folder / "rubric.toml").write_text(text, encoding="utf-8")
    return Course.at(folder)


def line_of(key: str) -> int:
    """Where a key stands in the usual rubric."""
    return next(k for k, line in enumerate(USUAL.splitlines(), start=1) if line.startswith(key))


@pytest.mark.parametrize(
    ("old", "new", "key", "says"),
    [
        ("plain_part = 0.5", "plain_part = 0.5.5", "plain_part", "no TOML"),
        ("plain_part = 0.5", "plain_part = 1.5", "plain_part", "plain_part is 1.5, and must be a number from 0 to 1"),
        ("plain_part = 0.5", "plain_prat = 0.5", "plain_part", "plain_prat means nothing here"),
        ("plain_part = 0.5", "plain_part = true", "plain_part", "from 0 to 1"),
        ("plain_part = 0.5", "plain_part = nan", "plain_part", "from 0 to 1"),
        ("plain_part = 0.5", "plain_part = 'half'", "plain_part", "'half'"),
        ("numerical_part = 0.25", "numerical_part = -0.1", "numerical_part", "-0.1"),
        ("pure_part = 0.125", "pure_part = 2", "pure_part", "pure_part is 2, and must be a number from 0 to 1"),
        ("pure_part = 0.125", "[pure_part]\nloss = 0.1", "pure_part", "from 0 to 1"),
    ],
)
def test_a_slip_is_told_with_its_line(old: str, new: str, key: str, says: str) -> None:
    assert old in USUAL
    with pytest.raises(rubric.RubricError) as caught:
        rubric.parse(USUAL.replace(old, new), "rubric.toml")
    place = f"rubric.toml:{line_of(key)}: "
    assert any(said.startswith(place) and says in said for said in str(caught.value).splitlines())


def test_a_part_that_is_missing_is_told() -> None:
    """A part that a word misspelt was meant for is told beside the word."""
    with pytest.raises(rubric.RubricError, match=r"rubric\.toml:1: plain_part is missing: a number from 0 to 1"):
        rubric.parse(USUAL.replace("plain_part", "plain_prat"), "rubric.toml")


def test_a_rubric_from_before_functions_had_a_share_of_their_own_is_read() -> None:
    """It names no `pure_part`, and gives what was given then."""
    assert rubric.parse(USUAL.replace("pure_part = 0.125", ""), "rubric.toml") == rubric.packaged()


def test_shares_of_an_older_course_are_refused_with_what_to_do() -> None:
    """They stand in declarations now: were they read over, a course would be graded by other shares than it says."""
    with pytest.raises(rubric.RubricError) as caught:
        rubric.parse(OLDER, "rubric.toml")
    (said,) = str(caught.value).splitlines()
    assert said.startswith("rubric.toml:4: share: ")
    assert "stands in its assignment's declaration now, as in rubric(Net.train, pure=0.1, …)" in said
    assert said.endswith("remove the tables of share here")
    assert rubric.parse(OLDER.partition("[share")[0], "rubric.toml") == rubric.packaged()


def test_every_slip_is_told_at_once() -> None:
    text = USUAL.replace("plain_part = 0.5", "plain_part = 2").replace("numerical_part = 0.25", "numerical_part = 3")
    with pytest.raises(rubric.RubricError) as caught:
        rubric.parse(text, "rubric.toml")
    assert len(str(caught.value).splitlines()) == 2


def test_a_slip_stops_grading_before_anything_runs(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """No traceback, no mark: exit code 2 and the place."""
    course(tmp_path, OLDER)
    work = tmp_path / "submitted" / "anna" / "shallow_narrow"
    work.mkdir(parents=True)
    shutil.copy(ROOT / "release" / "shallow_narrow" / "shallow_narrow.ipynb", work)
    assert main(["--course", str(tmp_path), "grade"]) == 2
    said = capsys.readouterr().err.strip()
    assert said.startswith(f"autograder: {tmp_path / 'rubric.toml'}:4: share: how a function's points are shared out")
    assert "\n" not in said
    assert not (tmp_path / "gradebook.db").exists()


def test_the_course_s_rubric_travels_to_the_workers(tmp_path: Path) -> None:
    """What a worker judges by is what stands in the course; another rubric is another kit."""
    other = re.sub(r"plain_part = [\d.]+", "plain_part = 0.75", USUAL)
    own = kit_of(course(tmp_path / "own", other), "shallow_narrow", "", "none")
    usual = kit_of(course(tmp_path / "usual", None), "shallow_narrow", "", "none")
    assert own.digest != usual.digest
    with grader_for(own) as grader:
        assert grader.rubric == rubric.Rubric(0.75, 0.25, 0.125)
    with grader_for(usual) as grader:
        assert grader.rubric == rubric.packaged()
