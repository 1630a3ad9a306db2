"""An instructor can allow further packages; that they are there for a submission is proved."""

from __future__ import annotations

from pathlib import Path

import pytest

from autograder.authoring.build import build
from autograder.authoring.proofs.allowed import import_names, not_importable
from autograder.core.course import Course, CourseError
from autograder.grading.workers.kit import Kit, observation_key


def course_with(folder: Path, line: str) -> Course:
    (folder / "nbgrader_config.py").write_text(f"c = get_config()\n{line}\n", encoding="utf-8")
    return Course.at(folder)


def test_a_course_names_its_packages(tmp_path: Path) -> None:
    assert course_with(tmp_path, 'c.Autograder.packages = ["PyYAML", "PyYAML"]').packages == ("PyYAML",)


def test_a_course_that_names_none_allows_none(tmp_path: Path) -> None:
    assert course_with(tmp_path, "").packages == ()


@pytest.mark.parametrize("value", ['"scipy"', "[1]"])
def test_what_is_no_list_of_names_is_said(tmp_path: Path, value: str) -> None:
    course = course_with(tmp_path, f"c.Autograder.packages = {value}")
    with pytest.raises(CourseError, match="is a list of names"):
        _ = course.packages


def test_a_package_is_imported_by_another_name_than_it_is_installed_by() -> None:
    assert import_names("PyYAML") == import_names("pyyaml") == ["yaml"]
    assert import_names("python-dateutil") == ["dateutil"]


def test_a_package_that_is_not_installed_stops_the_build(tmp_path: Path) -> None:
    """Before anything is built."""
    course = course_with(tmp_path, 'c.Autograder.packages = ["no-such-package-here"]')
    (course.source / "lesson").mkdir(parents=True)
    (course.source / "lesson/lesson.ipynb").write_text("{}", encoding="utf-8")
    with pytest.raises(CourseError, match="no-such-package-here, which is not installed beside the autograder"):
        build(course)
    assert not course.state.exists()


def test_reports_and_observations_with_other_packages_are_others() -> None:
    """What was kept of a run without a package is not taken for one with it."""
    one, two = (Kit("a", b"", b"", "", "namespaces", "", packages) for packages in ((), ("PyYAML",)))
    assert one.digest != two.digest
    assert observation_key(one, "x") != observation_key(two, "x")


@pytest.mark.slow
def test_an_allowed_package_is_imported_in_the_sandbox() -> None:
    assert not_importable(["PyYAML"]) == []


@pytest.mark.slow
def test_a_package_that_fails_in_the_sandbox_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    """The import is tried where submissions run, not here."""
    monkeypatch.setattr("autograder.authoring.proofs.allowed.import_names", lambda package: ["yaml", "pytest"])
    (problem,) = not_importable(["PyYAML"])
    assert problem.startswith("the course allows PyYAML, and import pytest fails in the sandbox (ModuleNotFoundError")
