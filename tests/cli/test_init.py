"""`autograder init`: a course of one's own, laid down from the installed package."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from autograder.authoring import course_folder
from autograder.cli import main
from autograder.core.course import Course, load_config

ROOT = Path(__file__).parents[2]


def contents(folder: Path) -> dict[str, bytes]:
    """Every file below a folder, by its path there."""
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_a_new_course_is_whole_in_itself(tmp_path: Path) -> None:
    """Configuration, rubric, README, .gitignore and the lessons asked for, without a link anywhere."""
    folder = tmp_path / "my course"
    assert main(["init", str(folder), "shallow_narrow"]) == 0
    assert set(contents(folder)) == {
        *("nbgrader_config.py", "rubric.toml", "README.md", ".gitignore"),
        *("source/shallow_narrow/shallow_narrow.ipynb", "source/shallow_narrow/selfcheck.py"),
    }
    assert not [path for path in folder.rglob("*") if path.is_symlink()]
    assert Course.at(folder).course_id == "my-course"


def test_without_names_all_lessons_are_laid_down(tmp_path: Path) -> None:
    assert main(["init", str(tmp_path / "c")]) == 0
    assert Course.at(tmp_path / "c").source_assignments() == Course.at(ROOT).source_assignments()
    data = {path.relative_to(ROOT): path.read_bytes() for path in ROOT.glob("source/*/*.npz")}
    assert data == {path: (tmp_path / "c" / path).read_bytes() for path in data}


def test_what_is_there_is_left_as_it_is(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A second time nothing changes, and files that were changed or had been there stay; each is named."""
    (tmp_path / "README.md").write_text("mine")
    assert main(["init", str(tmp_path), "shallow_narrow"]) == 0
    (tmp_path / "rubric.toml").write_text("# mine")
    (tmp_path / "source" / "shallow_narrow" / "shallow_narrow.ipynb").write_text("{}")
    before = contents(tmp_path)
    capsys.readouterr()
    assert main(["init", str(tmp_path), "shallow_narrow"]) == 0
    assert contents(tmp_path) == before
    assert before["README.md"] == b"mine"
    said = capsys.readouterr().out
    assert said.count("left as it is:") == 4
    assert "laid down" not in said


@pytest.mark.parametrize(("name", "says"), [("shalow", "there is no lesson shalow"), ("../source", "no lesson")])
def test_an_unknown_lesson_lays_nothing_down(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str, says: str
) -> None:
    assert main(["init", str(tmp_path / "c"), name]) == 2
    assert says in capsys.readouterr().err
    assert not (tmp_path / "c").exists()


THEIRS = """c = get_config()
c.CourseDirectory.course_id = "ml101"
c.CourseDirectory.source_directory = "src"
c.ClearSolutions.code_stub = {"python": "raise NotImplementedError()"}"""


def test_an_nbgrader_course_is_taken_in_when_its_owner_agrees(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """What is added is shown as a diff; without a yes nothing is written, and done once there is nothing more to do."""
    config = tmp_path / "nbgrader_config.py"
    config.write_text(THEIRS)
    assert main(["init", str(tmp_path), "shallow_narrow"]) == 1
    said = capsys.readouterr().out
    assert '+c.Autograde.exporter_class = "autograder.nbgrader_plugins.SubmissionExporter"' in said
    assert not [line for line in said.splitlines() if line.startswith("-c.")]
    assert list(contents(tmp_path)) == ["nbgrader_config.py"]
    assert config.read_text() == THEIRS

    assert main(["init", str(tmp_path), "shallow_narrow", "--yes"]) == 0
    assert (tmp_path / "src" / "shallow_narrow" / "shallow_narrow.ipynb").is_file()
    theirs, ours = load_config(tmp_path), load_config(ROOT)
    assert theirs.CourseDirectory.course_id == "ml101"
    assert theirs.ClearSolutions.code_stub == {"python": "raise NotImplementedError()"}
    for section in ("Autograde", "GenerateFeedback", "ExchangeFactory"):
        assert theirs[section] == ours[section]
    assert theirs.GenerateAssignment.preprocessors == ours.GenerateAssignment.preprocessors
    assert course_folder.planned(tmp_path).diff == ""


def test_a_course_taken_in_gets_only_the_lessons_that_are_named(tmp_path: Path) -> None:
    (tmp_path / "nbgrader_config.py").write_text(THEIRS)
    assert course_folder.planned(tmp_path).lessons == ()


def test_this_repository_is_such_a_course() -> None:
    """Its configuration is the one that is laid down, but for the course's name."""
    template = (course_folder.TEMPLATES / "nbgrader_config.txt").read_text(encoding="utf-8")
    assert template.replace("COURSE_ID", "numpy-nn") == (ROOT / "nbgrader_config.py").read_text(encoding="utf-8")
    assert course_folder.lessons() == Course.at(ROOT).source_assignments()


@pytest.mark.slow
def test_from_the_wheel_alone_a_course_builds_and_grades(tmp_path: Path) -> None:
    """Installed away from the repository, in a path with blanks: init, build, grade, report, Gradescope's zip."""
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check"]
    wheels = tmp_path / "wheels"
    subprocess.run([*pip, "wheel", "-q", "--no-deps", "-w", str(wheels), str(ROOT)], check=True, timeout=300)
    site = tmp_path / "site packages"
    (wheel,) = wheels.glob("*.whl")
    subprocess.run([*pip, "install", "-q", "--no-deps", "--target", str(site), str(wheel)], check=True, timeout=300)
    course = tmp_path / "my course"

    def run(*arguments: str, cwd: Path) -> str:
        script = "import sys; from autograder.cli import main; sys.exit(main())"
        done = subprocess.run(
            [sys.executable, "-c", script, *arguments],
            cwd=cwd, env={**os.environ, "PYTHONPATH": str(site)}, capture_output=True, text=True, timeout=300,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        return done.stdout

    run("init", "my course", "shallow_narrow", cwd=tmp_path)
    run("build", cwd=course)
    work = course / "submitted" / "anna" / "shallow_narrow"
    work.mkdir(parents=True)
    (work / "shallow_narrow.ipynb").write_bytes(
        (course / "source" / "shallow_narrow" / "shallow_narrow.ipynb").read_bytes()
    )
    assert "10 of 10" in run("grade", cwd=course)
    run("report", "shallow_narrow", cwd=course)
    assert (course / "build" / "report" / "shallow_narrow" / "index.html").is_file()
    run("export", "gradescope", "shallow_narrow", cwd=course)
    assert (course / "shallow_narrow-gradescope.zip").is_file()
