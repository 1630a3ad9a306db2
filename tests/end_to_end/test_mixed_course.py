"""A mixed course: ordinary nbgrader assignments beside ours, graded by nbgrader's own steps, never in our way."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from nbgrader.api import Gradebook
from nbgrader.apps.api import NbGraderAPI
from nbgrader.coursedir import CourseDirectory

from autograder.cli import main
from autograder.core.course import Course
from autograder.grading.nbgrader_steps.ordinary import is_ordinary, ordinary

ROOT = Path(__file__).parents[2]


def cell(kind: str, text: str, grade_id: str = "", **about: Any) -> dict[str, Any]:
    """A cell as nbgrader's formgrader makes it."""
    meta = {
        "grade_id": grade_id,
        "schema_version": 3,
        "grade": False,
        "solution": False,
        "locked": False,
        "task": False,
    }
    made = {"cell_type": kind, "id": grade_id or "plain", "source": text, "metadata": {"nbgrader": {**meta, **about}}}
    return {**made, "outputs": [], "execution_count": None} if kind == "code" else made


TWICE = "def twice(x):\n    ### BEGIN SOLUTION\n    return 2 * x\n    ### END SOLUTION"
WEEK1 = [
    cell("code", TWICE, "twice", solution=True),
    cell(
        "code",
        "assert twice(2) == 4\n### BEGIN HIDDEN TESTS\nassert twice(5) == 10\n### END HIDDEN TESTS",
        "test-twice", grade=True, locked=True, points=3,
    ),
    cell("markdown", "Because.", "why", grade=True, solution=True, points=2),
]  # fmt: skip


def mixed(folder: Path) -> Course:
    """Ours and an ordinary assignment, both with sources."""
    shutil.copy(ROOT / "nbgrader_config.py", folder)
    course = Course.at(folder)
    shutil.copytree(ROOT / "source" / "shallow_narrow", course.source / "shallow_narrow")
    place = course.source_notebook("week1")
    place.parent.mkdir()
    kernel = {"kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"}}
    notebook = {"cells": WEEK1, "metadata": kernel, "nbformat": 4, "nbformat_minor": 5}
    place.write_text(json.dumps(notebook), encoding="utf-8")
    return course


def hand_in(course: Course, student: str, name: str, old: str = "", new: str = "") -> None:
    """The release, or our source, with one text replaced and the question answered."""
    folder = course.folder(course.submitted, student, name)
    folder.mkdir(parents=True)
    place = course.source_notebook(name) if name == "shallow_narrow" else course.release_notebook(name)
    made = json.loads(place.read_text(encoding="utf-8"))
    for each in made["cells"]:
        text = "".join(each["source"])
        text = text.replace("*Your answer here.*", "Since it is so.")
        each["source"] = text.replace(old, new) if old else text
    (folder / f"{name}.ipynb").write_text(json.dumps(made), encoding="utf-8")


def marks(course: Course, name: str) -> dict[str, tuple[float, bool]]:
    with Gradebook(course.db_url) as book:
        return {each.student.id: (each.score, each.needs_manual_grade) for each in book.assignment_submissions(name)}


def test_an_assignment_is_ordinary_when_it_says_nothing_to_us(tmp_path: Path) -> None:
    course = mixed(tmp_path)
    assert ordinary(course) == ["week1"]
    assert not is_ordinary(course, "shallow_narrow")
    assert not is_ordinary(course, "nothing")


@pytest.mark.parametrize("command", ["regrade", "verify"])
def test_a_command_that_is_for_ours_alone_says_so(
    command: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Such an assignment exists: nobody is told that it does not. One that is spelt nearly so is asked for."""
    course = mixed(tmp_path)
    assert main(["--course", str(course.root), command, "week1"]) == 2
    assert "week1 is nbgrader's own assignment" in capsys.readouterr().err
    assert main(["--course", str(course.root), "report", "weak1"]) == 2
    assert "did you mean week1?" in capsys.readouterr().err


def test_one_of_ours_whose_description_is_lost_is_never_left_to_nbgrader(tmp_path: Path) -> None:
    """Its grade cells say nothing when they run, which nbgrader takes for full marks."""
    course = mixed(tmp_path)
    shutil.copytree(course.source / "shallow_narrow", course.source / "own_model")
    (course.source / "own_model" / "shallow_narrow.ipynb").rename(course.source_notebook("own_model"))
    assert not is_ordinary(course, "own_model")
    course.solutions.mkdir()
    course.solution("week1").write_text("")
    assert not is_ordinary(course, "week1")


@pytest.mark.slow
def test_both_kinds_are_built_graded_and_exported_by_the_same_commands(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Hidden tests count, a text waits for a person, and what cannot be read stops nobody else."""
    course = mixed(tmp_path)
    at = ["--course", str(course.root)]
    assert main([*at, "build"]) == 0
    stub = "raise NotImplementedError"
    released = course.release_notebook("week1").read_text(encoding="utf-8")
    assert stub in released
    assert "HIDDEN" not in released
    line = 'raise NotImplementedError("replace this line with your own code: see the hint above")'
    hand_in(course, "ada", "week1", line, "return x + x")
    hand_in(course, "bob", "week1", line, "return 4  # passes what can be seen")
    hand_in(course, "eve", "week1")
    (course.folder(course.submitted, "eve", "week1") / "week1.ipynb").write_text("no notebook")
    hand_in(course, "ada", "shallow_narrow")
    assert main([*at, "grade", "--quiet"]) == 1  # eve's cannot be read
    said = capsys.readouterr().err
    assert "eve: week1:" in said
    found = marks(course, "week1")
    assert found["ada"] == (3.0, True)
    assert found["bob"] == (0.0, True)
    assert marks(course, "shallow_narrow")["ada"][0] == 10.0
    with Gradebook(course.db_url) as book:
        grade = book.find_grade("why", "week1", "week1", "ada")
        grade.manual_score, grade.needs_manual_grade = 1.5, False
        book.db.commit()
    out = course.root / "marks.csv"
    assert main([*at, "export", "csv", "week1", "--skip-unscored", "--out", str(out)]) == 0
    (row,) = [line for line in out.read_text(encoding="utf-8").splitlines() if ",ada," in line]
    assert "4.5" in row
    assert "bob" not in [line.split(",")[3] for line in out.read_text(encoding="utf-8").splitlines()]

    pages = course.root / "pages"
    assert main([*at, "report", "week1", "--out", str(pages)]) == 0
    own = (pages / "students" / "ada.html").read_text(encoding="utf-8")
    assert "4.5 of 5 points" in own
    assert "Marked by the tests in the notebook" in own
    assert "0 of 5 points so far" in (pages / "students" / "bob.html").read_text(encoding="utf-8")
    capsys.readouterr()
    assert main([*at, "hand-back", "mail", "week1", "--out", str(course.root / "mail")]) == 1
    assert "bob: it is still to be graded by hand: why (2 points)" in capsys.readouterr().err
    assert (course.root / "mail" / "ada.html").is_file()
    by_nbgrader_itself(course)


def by_nbgrader_itself(course: Course) -> None:
    """`nbgrader autograde` and `generate_feedback`, as the formgrader's buttons call them, on both kinds."""
    api = NbGraderAPI(CourseDirectory(config=course.config, root=str(course.root)), config=course.config)
    before = {name: marks(course, name)["ada"][0] for name in ("week1", "shallow_narrow")}
    for name in before:
        done = api.autograde(name, "ada", force=True, create=False)
        assert done["success"], done
        assert marks(course, name)["ada"][0] == before[name]
        done = api.generate_feedback(name, "ada", force=True)
        assert done["success"], done
        assert (course.folder(course.feedback, "ada", name) / f"{name}.html").is_file()
