"""0 for who handed in nothing: on request, said whose, counted by nbgrader, taken back by one command."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from nbgrader.api import Gradebook
from nbgrader.plugins import CsvExportPlugin

from autograder.authoring.build import build
from autograder.cli import main
from autograder.core.course import Course
from autograder.gradebook import writing as gradebook
from autograder.grading.store import journal as journals
from autograder.notebooks.records import Submission
from tests.support import tiny_course as tiny

NAME = tiny.NAME
STUDENTS = "id,first_name,last_name,email\nada,Ada,Lovelace,ada@uni.de\nbob,Bob,Byron,\ncy,Cy,Young,\ndan,Dan,Dare,\n"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    course = tiny.lay_out(tmp_path_factory.mktemp("made") / "course", tiny.with_questions(tiny.source_notebook()))
    build(course, grade=tiny.by_reading)
    return course.root


@pytest.fixture
def course(made: Path, tmp_path: Path) -> Course:
    """ada handed in and is graded, bob's file could not be graded, cy's folder is empty, dan has none."""
    shutil.copytree(made, tmp_path / "course")
    course = Course.find(tmp_path / "course")
    (course.root / "students.csv").write_text(STUDENTS, encoding="utf-8")
    for student in ("ada", "bob", "cy"):
        course.folder(course.submitted, student, NAME).mkdir(parents=True)
    path = course.folder(course.submitted, "ada", NAME) / f"{NAME}.ipynb"
    shutil.copy(course.source_notebook(NAME), path)
    record(course, "ada", path)
    (course.folder(course.submitted, "bob", NAME) / "work.docx").write_text("?")
    (course.folder(course.submitted, "cy", NAME) / "timestamp.txt").write_text("2026-01-05 20:59:05 UTC")
    return course


def record(course: Course, student: str, path: Path) -> None:
    report = tiny.by_reading(path, NAME, course)
    with journals.opened(course) as journal:
        journal.append([journals.Entry(student, report)])
    tree = json.loads(path.read_text(encoding="utf-8"))
    assert not gradebook.record(course, [(report, Submission(str(path), student, NAME, notebook=tree))]).left_out


def absent(course: Course, *more: str) -> int:
    return main(["--course", str(course.root), "absent", NAME, "--roster", str(course.root / "students.csv"), *more])


def exported(course: Course) -> dict[str, str]:
    """What `nbgrader export` writes, of those who have a row in its gradebook."""
    plugin = CsvExportPlugin()
    plugin.to = str(course.root / "nbgrader.csv")
    with Gradebook(course.db_url, course.course_id) as book:
        there = {each.student_id: f"{each.score:g}" for each in book.assignment_submissions(NAME)}
        plugin.export(book)
    return there


def test_it_is_shown_first_and_work_that_is_there_never_counts_as_absence(
    course: Course, capsys: pytest.CaptureFixture[str]
) -> None:
    assert absent(course) == 0
    said = capsys.readouterr()
    assert "2 of 4 handed in nothing\n  cy (Cy Young)\n  dan (Dan Dare)\n" in said.out
    assert "not 0: bob: something lies in the folder (work.docx)" in said.err
    assert exported(course) == {"ada": "10"}
    assert absent(course, "--zero") == 1  # bob is still open
    assert exported(course) == {"ada": "10", "cy": "0", "dan": "0"}


def test_whose_work_could_not_be_graded_is_named_by_every_export_and_hand_back(
    course: Course, capsys: pytest.CaptureFixture[str]
) -> None:
    """They have no report, and are no absentees; the exit code says it unless it was asked to leave them out."""
    said = "bob: something lies in the folder (work.docx) and has no mark: autograder grade says why"
    at = ["--course", str(course.root)]
    assert main([*at, "export", "csv", NAME, "--skip-unscored"]) == 0
    assert said in capsys.readouterr().out
    assert main([*at, "export", "csv", NAME]) == 1
    assert said in capsys.readouterr().out
    assert main([*at, "hand-back", "mail", NAME, "--out", str(course.root / "mail")]) == 1
    assert f"left out: {said}" in capsys.readouterr().err


def test_nbgrader_counts_it_and_every_page_and_export_says_it(
    course: Course, capsys: pytest.CaptureFixture[str]
) -> None:
    """Nothing waits for a person, also where people grade a part; names come from the list."""
    shutil.rmtree(course.folder(course.submitted, "bob", NAME))
    assert absent(course, "--zero") == 0
    with Gradebook(course.db_url, course.course_id) as book:
        assert book.find_student("dan").last_name == "Dare"
        assert not book.find_submission(NAME, "dan").needs_manual_grade
        assert book.find_submission(NAME, "dan").max_score == 16.5
    out = course.root / "pages"
    assert main(["--course", str(course.root), "report", NAME, "--out", str(out)]) == 0
    page = (out / "students" / "dan.html").read_text(encoding="utf-8")
    assert "0 of 16.5 points" in page
    assert "Nothing was handed in." in page
    said = capsys.readouterr().out
    assert "1 submission, 1 scored" in said
    assert "– 3 handed in nothing" in said
    index = (out / "index.html").read_text(encoding="utf-8")
    assert f"{NAME}: 1 submission</h1>" in index
    assert "Everyone" not in index
    assert "3 on the roster have not submitted" in index
    assert main(["--course", str(course.root), "export", "csv", NAME, "--skip-unscored"]) == 0
    assert "dan (Dan Dare): empty → 0" in capsys.readouterr().out


def test_one_command_takes_it_back_but_for_what_a_person_entered(
    course: Course, capsys: pytest.CaptureFixture[str]
) -> None:
    absent(course, "--zero")
    with Gradebook(course.db_url, course.course_id) as book:
        book.find_grade("forward", NAME, NAME, "cy").manual_score = 1.0
        book.db.commit()
    capsys.readouterr()
    assert absent(course, "--take-back") == 1
    said = capsys.readouterr()
    assert said.out == "taken back: 1\n  dan\n"
    assert "kept: cy: a person entered something" in said.err
    assert exported(course) == {"ada": "10", "cy": "1"}
    assert absent(course, "--zero") == 1
    assert exported(course) == {"ada": "10", "cy": "1", "dan": "0"}


def test_work_that_comes_later_counts_in_its_place(course: Course) -> None:
    """And is not taken away with the zeros of others."""
    absent(course, "--zero")
    folder = course.folder(course.submitted, "dan", NAME)
    folder.mkdir(parents=True)
    shutil.copy(course.source_notebook(NAME), folder / f"{NAME}.ipynb")
    record(course, "dan", folder / f"{NAME}.ipynb")
    assert absent(course, "--take-back") == 0
    assert exported(course) == {"ada": "10", "dan": "10"}
    with Gradebook(course.db_url, course.course_id) as book:
        assert book.find_submission(NAME, "dan").needs_manual_grade  # the questions wait again


def test_work_that_may_be_somebody_s_is_named_before(course: Course, capsys: pytest.CaptureFixture[str]) -> None:
    """A folder under another id, an upload that nobody was found for."""
    course.folder(course.submitted, "4711", NAME).mkdir(parents=True)
    (course.state / "collected").mkdir()
    (course.state / "collected" / f"{NAME}.nobody.json").write_text('["Dan D. 33: nobody of the course is called so"]')
    absent(course)
    said = capsys.readouterr().err
    assert "look first: submitted/ has work of 4711, who is on no list" in said
    assert "look first: of the last download, nobody's: Dan D. 33" in said


def test_without_a_list_nobody_is_absent(course: Course, capsys: pytest.CaptureFixture[str]) -> None:
    """The gradebook lists only who handed in: who else takes part is not known."""
    assert main(["--course", str(course.root), "absent", NAME, "--zero"]) == 2
    assert "nobody has said who takes part" in capsys.readouterr().err
