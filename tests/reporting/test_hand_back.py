"""Feedback and answers on their way to students."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest

from autograder.authoring import answers
from autograder.core.course import Course, CourseError
from autograder.core.report import Report
from autograder.reporting import Person
from autograder.reporting.export import hand_back
from tests.support import tiny_course as tiny

ROOT = Path(__file__).parents[2]
FULL = tiny.report("ada.ipynb", "ada", tiny.POINTS)
WAITS = replace(tiny.report("jo.ipynb", "jo", tiny.POINTS), withheld="it is still to be graded by hand: essay")
MOODLE = "José Müller_32_assignsubmission_file_"


def uploads(**files: str) -> dict[str, dict[str, list[str]]]:
    return {student: {"files": [path]} for student, path in files.items()}


@pytest.mark.parametrize(
    "path", [f"{MOODLE}/lab/shallow_narrow.ipynb", f"{MOODLE}shallow_narrow.ipynb", f"{MOODLE[:-1]}/a.ipynb"]
)
def test_moodle_gets_each_page_in_its_own_folder(path: str) -> None:
    """Whether the download had folders or not."""
    found = hand_back.for_moodle([FULL], uploads(ada=path))
    assert list(found.files) == [f"{MOODLE}/shallow_narrow-feedback.html"]
    assert found.left_out == ()


def test_canvas_gets_its_own_names_back() -> None:
    path = "lovelaceada_LATE_4711_900_my work-1.ipynb"
    found = hand_back.for_canvas([FULL], uploads(ada=path))
    assert list(found.files) == ["lovelaceada_LATE_4711_900_my work-1.html"]


def test_a_page_is_one_file_that_works_offline() -> None:
    """Nothing in it is fetched from anywhere."""
    (page,) = hand_back.for_canvas([FULL], uploads(ada="a_1_2_x.ipynb")).files.values()
    text = page.decode("utf-8")
    assert "10 of 10" in text
    assert not [mark for mark in ("<script", "http://", "https://", 'src="', "@import", "<link") if mark in text]


def test_who_waits_or_is_unknown_there_is_left_out_and_said() -> None:
    other = replace(FULL, student="eve")
    found = hand_back.for_moodle(
        [FULL, WAITS, other], uploads(ada=f"{MOODLE}/a.ipynb", jo="x_1_assignsubmission_file_/a")
    )
    assert len(found.files) == 1
    assert found.left_out == (
        "jo: it is still to be graded by hand: essay",
        "eve: its folder in Moodle is not known; collect Moodle's download first",
    )


def test_mail_is_a_page_each_and_a_list_that_any_program_reads() -> None:
    """Quoted where a name has a comma; who has no address is said."""
    other: Report = replace(FULL, student="o'neill, tim")
    people = [Person("ada", "Ada", "Lovelace", "ada@uni.de"), Person("o'neill, tim", "Tim", 'O"Neill, jr')]
    found = hand_back.for_mail([FULL, WAITS, other], people)
    rows = list(csv.DictReader(io.StringIO(found.files["mail.csv"].decode("utf-8-sig"))))
    assert [(row["email"], row["last_name"], row["score"]) for row in rows] == [
        ("ada@uni.de", "Lovelace", "10"),
        ("", 'O"Neill, jr', "10"),
    ]
    assert all(row["file"] in found.files for row in rows)
    assert [said.partition(" ")[0] for said in found.left_out] == ["jo:", "o'neill,"]


def test_the_same_feedback_gives_the_same_zip(tmp_path: Path) -> None:
    found = hand_back.for_moodle([FULL], uploads(ada=f"{MOODLE}/a.ipynb"))
    one, two = (hand_back.write_zip(found, tmp_path / name).read_bytes() for name in ("one.zip", "two.zip"))
    assert one == two
    with zipfile.ZipFile(io.BytesIO(one)) as archive:
        assert archive.testzip() is None


def test_the_answers_are_the_lesson_with_all_that_was_cut_out_of_it(tmp_path: Path) -> None:
    """Reference and official answers stand in it, marks of the source and notes to instructors do not."""
    course = Course.at(ROOT)
    made = json.loads(answers.write(course, "shallow_narrow", tmp_path / "a.ipynb").read_text(encoding="utf-8"))
    text = "\n".join("".join(cell["source"]) for cell in made["cells"])
    assert "**Official answer.**" in text
    assert 'raise NotImplementedError("' not in text
    assert "SOLUTION" not in text
    assert "return float(np.mean(residual**2))" in text
    assert not any(cell["metadata"] or cell.get("outputs") for cell in made["cells"])
    with pytest.raises(CourseError, match="no assignment 'nothing'"):
        answers.write(course, "nothing", tmp_path / "b.ipynb")


def test_what_only_graders_may_see_stays_out_of_the_answers(tmp_path: Path) -> None:
    """Hidden tests, mark schemes, cells tagged for instructors or for the autograder."""
    source = tmp_path / "source" / "a" / "a.ipynb"
    source.parent.mkdir(parents=True)
    (tmp_path / "nbgrader_config.py").write_text("c = get_config()")
    cells = [
        ("assert f(1) == 1\n### BEGIN HIDDEN TESTS\nassert f(2) == 77\n### END HIDDEN TESTS\n", []),
        ("Why?\n=== BEGIN MARK SCHEME ===\n2 points for 77\n=== END MARK SCHEME ===", []),
        ("77 is the seed", ["instructor"]),
        ("sizes = 77", ["autograder"]),
    ]
    made = [
        {"cell_type": "code", "id": f"c{k}", "source": text, "metadata": {"tags": tags}, "outputs": [],
         "execution_count": None}
        for k, (text, tags) in enumerate(cells)
    ]  # fmt: skip
    source.write_text(json.dumps({"cells": made, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}))
    text = answers.write(Course.at(tmp_path), "a", tmp_path / "out.ipynb").read_text(encoding="utf-8")
    assert "77" not in text
    assert "assert f(1) == 1" in text
