"""`autograder verify`: the proofs of a build once more, on what is built."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from autograder.authoring.build import build
from autograder.cli import main
from autograder.core import CheckResult, Course, Report
from tests.authoring.test_preview import notebook

ROOT = Path(__file__).parents[2]
SOUND = "its slopes and second solutions hold; every small change of the solution loses points or changes nothing"


@pytest.fixture
def course(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Course:
    """A course with one assignment, called halves, as `build` leaves it."""
    shutil.copy(ROOT / "nbgrader_config.py", tmp_path)
    (tmp_path / "source" / "halves").mkdir(parents=True)
    notebook(tmp_path / "source" / "halves")
    made = Course.at(tmp_path)
    build(made, grade=by_stubs)
    monkeypatch.chdir(tmp_path)
    return made


def by_stubs(path: Path, name: str, course: Course) -> Report:
    """A report without a sandbox: all points where nothing is left to write."""
    text = path.read_text(encoding="utf-8")
    share = 0.0 if "NotImplementedError" in text else 1.0
    checks = tuple(
        CheckResult(f"{cell}/values", cell, "", "passed" if share else "failed", share * points, points)
        for cell, points in (("half", 1.0), ("loss", 2.0), ("loss-dw", 3.0))
    )
    return Report(str(path), None, name, verdict="graded", max_score=6.0, checks=checks)


def test_what_is_sound_is_said_to_be_and_the_command_ends_well(
    course: Course, capsys: pytest.CaptureFixture[str]
) -> None:
    """With its name, and without one."""
    for arguments in (["verify", "halves"], ["verify"]):
        assert main(arguments) == 0
        assert capsys.readouterr().out == f"halves: {SOUND}\n"


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("2 * w * h", "3 * w * h", "slope(loss, by='dw', wrt='w'): dw is not the slope by w: it is off by "),
        ("np.sum(w**2 * h)", "np.sum(w**2 * (h + 0 * np.random.random()) * (np.random.random() > 0.5))",
         "the solution answers the same question in two ways"),
    ],
)  # fmt: skip
def test_what_is_unsound_is_told_in_a_sentence_with_exit_code_1(
    course: Course, capsys: pytest.CaptureFixture[str], old: str, new: str, says: str
) -> None:
    """A reference that was changed by hand since it was built."""
    text = course.solution("halves").read_text(encoding="utf-8")
    assert text.count(old) == 1
    course.solution("halves").write_text(text.replace(old, new), encoding="utf-8")
    assert main(["verify", "halves"]) == 1
    said = capsys.readouterr().out.splitlines()
    assert said[0] == "halves: it is not proved"
    assert said[1].startswith("  ")
    assert says in said[1]


def test_a_second_solution_written_since_is_held_against_the_reference(
    course: Course, capsys: pytest.CaptureFixture[str]
) -> None:
    """Whichever of the two is wrong."""
    path = course.source_notebook("halves")
    tree = json.loads(path.read_text(encoding="utf-8"))
    second = {"cell_type": "code", "metadata": {"tags": ["alternative"]}, "outputs": [], "execution_count": None}
    tree["cells"].append(second | {"source": "def half(x):\n    return x / 2 + 1"})
    path.write_text(json.dumps(tree), encoding="utf-8")
    assert main(["verify", "halves"]) == 1
    assert "its half does not agree with the solution's" in capsys.readouterr().out


def test_a_fault_that_no_question_shows_is_told(course: Course, capsys: pytest.CaptureFixture[str]) -> None:
    """Here one of an argument that is not drawn: nobody would lose a point for leaving it out."""
    path = course.solution("halves")
    text = path.read_text(encoding="utf-8")
    for old, new in (("def half(x):", "def half(x, shift=0.0):"), ("return x / 2", "return x / 2 + shift")):
        assert text.count(old) == 1
        text = text.replace(old, new)
    path.write_text(text, encoding="utf-8")
    assert main(["verify", "halves"]) == 1
    assert "no question tells" in capsys.readouterr().out


def test_the_course_s_own_rubric_is_proved(course: Course, capsys: pytest.CaptureFixture[str]) -> None:
    """One with a mistake is told with its line before anything is tried."""
    (course.root / "rubric.toml").write_text("plain_part = 7\nnumerical_part = 0.25\n", encoding="utf-8")
    assert main(["verify", "halves"]) == 2
    assert "rubric.toml:1: plain_part is 7, and must be a number from 0 to 1" in capsys.readouterr().err


def test_what_is_not_built_is_not_verified(course: Course, capsys: pytest.CaptureFixture[str]) -> None:
    """By name or as the only one: it is never passed over as if it held."""
    shutil.rmtree(course.solutions)
    assert main(["verify", "halves"]) == 2
    assert capsys.readouterr().err == "autograder: halves is not built: run 'autograder build halves' first\n"
    assert main(["verify"]) == 2
    assert capsys.readouterr().err == "autograder: no assignment is built: run 'autograder build' first\n"
