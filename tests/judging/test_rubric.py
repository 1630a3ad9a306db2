"""The rubric: read from the course, checked before anything is graded, each mistake a line with its place."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from autograder.cli import main
from autograder.core.course import Course
from autograder.grading.workers.kit import grader_for, kit_of
from autograder.judging import rubric

ROOT = Path(__file__).parents[2]
USUAL = rubric.PACKAGED.read_text(encoding="utf-8")


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


def test_the_shares_are_those_of_the_checks_that_exist() -> None:
    """One share for each test in checks/, so that no check is without points and none is missing."""
    for method, kinds in rubric.CHECKS.items():
        text = (rubric.PACKAGED.parent / "checks" / f"test_{method}.py").read_text(encoding="utf-8")
        assert sorted(re.findall(r"^def test_(\w+)", text, re.MULTILINE)) == sorted(kinds)


@pytest.mark.parametrize(
    ("old", "new", "line", "says"),
    [
        ("plain_part = 0.5", "plain_part = 0.5.5", 9, "no TOML"),
        ("plain_part = 0.5", "plain_part = 1.5", 9, "from 0 to 1"),
        ("plain_part = 0.5", "plain_prat = 0.5", 9, "plain_prat means nothing here"),
        ("plain_part = 0.5", "plain_part = true", 9, "from 0 to 1"),
        ("plain_part = 0.5", "plain_part = nan", 9, "from 0 to 1"),
        ("pure_part = 0.125", "pure_part = 2", 17, "pure_part is 2, and must be a number from 0 to 1"),
        ("records = 0.4", "records = 0.3", 31, "add up to 0.9"),
        ("records = 0.4", "records = 'most'", 32, "'most'"),
        ("records = 0.4", "recrods = 0.4", 32, "no check recrods"),
        ("records = 0.4", "records = -0.1", 32, "-0.1"),
        ("[share.loss]", "[share.lost]", 23, "no method lost"),
    ],
)
def test_a_slip_is_told_with_its_line(old: str, new: str, line: int, says: str) -> None:
    assert old in USUAL
    with pytest.raises(rubric.RubricError) as caught:
        rubric.parse(USUAL.replace(old, new), "rubric.toml")
    assert any(said.startswith(f"rubric.toml:{line}: ") and says in said for said in str(caught.value).splitlines())


def test_a_rubric_from_before_declared_assignments_had_a_share_of_their_own_is_read() -> None:
    """It names no `pure_part`, and gives what was given then."""
    assert rubric.parse(USUAL.replace("pure_part = 0.125", ""), "rubric.toml") == rubric.packaged()


def test_every_slip_is_told_at_once() -> None:
    text = USUAL.replace("plain_part = 0.5", "plain_part = 2").replace("records = 0.4", "records = 0.9")
    with pytest.raises(rubric.RubricError) as caught:
        rubric.parse(text, "rubric.toml")
    assert len(str(caught.value).splitlines()) == 2


def test_a_slip_stops_grading_before_anything_runs(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """No traceback, no mark: exit code 2 and the place."""
    course(tmp_path, USUAL.replace("records = 0.4", "records = 0.3"))
    work = tmp_path / "submitted" / "anna" / "shallow_narrow"
    work.mkdir(parents=True)
    shutil.copy(ROOT / "release" / "shallow_narrow" / "shallow_narrow.ipynb", work)
    assert main(["--course", str(tmp_path), "grade"]) == 2
    said = capsys.readouterr().err.strip()
    place = f"autograder: {tmp_path / 'rubric.toml'}:31"
    assert said == f"{place}: the shares in [share.train] add up to 0.9, and must add up to 1"
    assert not (tmp_path / "gradebook.db").exists()


def test_the_course_s_rubric_travels_to_the_workers(tmp_path: Path) -> None:
    """What a worker judges by is what stands in the course; another rubric is another kit."""
    other = USUAL.replace("records = 0.4", "records = 0.8").replace("weights = 0.5", "weights = 0.1")
    own = kit_of(course(tmp_path / "own", other), "shallow_narrow", "", "none")
    usual = kit_of(course(tmp_path / "usual", None), "shallow_narrow", "", "none")
    assert own.digest != usual.digest
    with grader_for(own) as grader:
        assert grader.rubric.share["train"] == {"records": 0.8, "weights": 0.1, "pure": 0.1}
    with grader_for(usual) as grader:
        assert grader.rubric == rubric.packaged()
