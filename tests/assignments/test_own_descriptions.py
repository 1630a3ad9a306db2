"""Descriptions of assignments in the course's source/, beside the package's own."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from autograder import assignments
from autograder.cli import main
from autograder.core.course import Course
from autograder.grading.versions import code_digest
from autograder.grading.workers.kit import grader_for, kit_of
from tests.support.class_form import lay_down

ROOT = Path(__file__).parents[2]


@pytest.fixture(autouse=True)
def _as_before(tmp_path: Path) -> Iterator[None]:
    yield
    assignments.look_in(tmp_path / "nowhere")


def course_with(folder: Path, *names: str) -> Course:
    """A course of its own with assignments of the class form."""
    folder.mkdir(parents=True)
    shutil.copy(ROOT / "nbgrader_config.py", folder)
    course = Course.at(folder)
    for name in names:
        lay_down(course, name)
    return course


def test_a_course_s_own_assignments_are_known_in_that_course_alone(tmp_path: Path) -> None:
    """They stand beside the lessons; in another course they are unknown."""
    assignments.look_in(course_with(tmp_path / "one", "own_mixtures").source)
    assert "own_mixtures" in assignments.names()
    assert "shallow_narrow" in assignments.names()
    assert assignments.load("own_mixtures").class_name == "OwnMixtures"
    assignments.look_in(course_with(tmp_path / "two").source)
    assert "own_mixtures" not in assignments.names()
    with pytest.raises(LookupError, match="no assignment 'own_mixtures'"):
        assignments.load("own_mixtures")


def test_two_courses_may_use_one_name(tmp_path: Path) -> None:
    """Each gets its own description, whichever was loaded before."""
    one, two = course_with(tmp_path / "one", "own_mixtures"), course_with(tmp_path / "two", "own_mixtures")
    text = two.source / "own_mixtures.py"
    text.write_text(text.read_text(encoding="utf-8").replace('"OwnMixtures"', '"Second"'), encoding="utf-8")
    for course, name in ((one, "OwnMixtures"), (two, "Second"), (one, "OwnMixtures")):
        assignments.look_in(course.source)
        assert assignments.load("own_mixtures").class_name == name


def test_another_program_in_the_source_folder_is_no_assignment(tmp_path: Path) -> None:
    course = course_with(tmp_path / "one", "own_mixtures")
    (course.source / "make_figures.py").write_text("raise SystemExit('not to be run')")
    assignments.look_in(course.source)
    assert "make_figures" not in assignments.names()


def test_a_changed_description_of_the_course_is_another_version(tmp_path: Path) -> None:
    """So that what was graded by the old one is graded again."""
    course = course_with(tmp_path / "one", "own_mixtures")
    assignments.look_in(course.source)
    before, other = code_digest("own_mixtures"), code_digest("shallow_narrow")
    with (course.source / "own_mixtures.py").open("a", encoding="utf-8") as file:
        file.write("# changed\n")
    assert code_digest("own_mixtures") != before
    assert code_digest("shallow_narrow") == other


@pytest.mark.slow
def test_an_assignment_of_one_s_own_is_built_and_graded_away_from_the_package(tmp_path: Path) -> None:
    """Build and grade in a folder that has nothing but the course; the release holds no description."""
    course = course_with(tmp_path / "my course", "own_mixtures")
    at = ["--course", str(course.root)]
    assert main([*at, "build"]) == 0
    assert {path.name for path in course.release_notebook("own_mixtures").parent.iterdir()} == {
        *("own_mixtures.ipynb", "selfcheck.py")
    }
    work = course.submitted / "anna" / "own_mixtures"
    work.mkdir(parents=True)
    shutil.copy(course.source_notebook("own_mixtures"), work)
    (course.submitted / "berta" / "own_mixtures").mkdir(parents=True)
    shutil.copy(course.release_notebook("own_mixtures"), course.submitted / "berta" / "own_mixtures")
    assert main([*at, "grade", "--quiet"]) == 0
    from autograder.grading import current

    assert {report.student: report.score for report in current(course, "own_mixtures")} == {"anna": 10.0, "berta": 0.0}
    kit = kit_of(course, "own_mixtures", "", "none")
    assignments.look_in(tmp_path / "another machine")
    with grader_for(kit) as grader:
        assert grader.bench("own_mixtures").assignment.class_name == "OwnMixtures"
