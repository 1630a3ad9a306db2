"""A whole term: three assignments of other points, two teaching assistants, and one number for each mark at its end."""

from __future__ import annotations

import csv
import html
import io
import json
import re
import shutil
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from nbgrader.api import Gradebook
from nbgrader.apps.api import NbGraderAPI
from nbgrader.coursedir import CourseDirectory
from nbgrader.plugins import CsvExportPlugin

from autograder import assignments
from autograder.authoring.build import generate
from autograder.authoring.declared import reference
from autograder.cli import main
from autograder.core.course import Course
from tests.support.methods import METHODS
from tests.support.notebooks import class_cell, class_source, filled, released

LATE = """
import math

from nbgrader.plugins import BasePlugin


class PointADay(BasePlugin):
    def late_submission_penalty(self, student_id, score, total_seconds_late):
        return math.ceil(total_seconds_late / 86400)
"""
POINTS = {"shallow_narrow": (5, 1, 4, 2), "linear_regression": (2, 1, 4, 3), "relu_regression": (1, 1, 1, 1)}
A, B, C = POINTS
STUDENTS = {"ada": "Lovelace", "bob": "Byron", "cy": "O'Neill-Şahin", "dan": "Dare"}
SIGN = ("np.mean(-2 * residual * self.w2 * x)", "np.mean(2 * residual * self.w2 * x)")


def edit(course: Course, name: str, change: Any) -> None:
    """Changes a source notebook's cells and makes its release; that the lessons are proved is tested elsewhere."""
    path = course.source_notebook(name)
    notebook = json.loads(path.read_text(encoding="utf-8"))
    for cell in notebook["cells"]:
        change(cell)
    path.write_text(json.dumps(notebook), encoding="utf-8")
    generate(course, name, record=True)
    course.solutions.mkdir(exist_ok=True)
    course.solution(name).write_text(reference(notebook, name), encoding="utf-8")


def meta(cell: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = cell["metadata"].get("nbgrader", {})
    return found


def lay_down(folder: Path) -> Course:
    """The course before the first week, its students known; two of the second lesson's cells are people's to grade."""
    assert main(["init", str(folder), *POINTS]) == 0
    (folder / "late.py").write_text(LATE, encoding="utf-8")
    with (folder / "nbgrader_config.py").open("a", encoding="utf-8") as config:
        config.write('\nc.AssignLatePenalties.plugin_class = "late.PointADay"\n')
    course = Course.find(folder)
    for name, points in POINTS.items():

        def change(cell: dict[str, Any], name: str = name, points: tuple[int, ...] = points) -> None:
            if meta(cell).get("grade_id") in METHODS:
                meta(cell)["points"] = points[METHODS.index(meta(cell)["grade_id"])]
            for question, worth in (("**Question 1.**", 3), ("**Question 2.**", 2)):
                if name == B and question in "".join(cell["source"]):
                    cell["metadata"]["nbgrader"] = {
                        "grade": True, "solution": True, "locked": False, "task": False, "points": worth,
                        "grade_id": f"question-{worth}", "schema_version": 3, "cell_type": "markdown",
                    }  # fmt: skip

        edit(course, name, change)
    with gradebook(course) as book:
        for number, (student, last) in enumerate(STUDENTS.items()):
            book.add_student(
                student, first_name=student.title(), last_name=last, email=f"{student}@uni.example",
                lms_user_id=str(101 + number),
            )  # fmt: skip
        for name in POINTS:
            book.update_or_create_assignment(name, duedate="2026-03-01 12:00:00 UTC")
    return course


@contextmanager
def gradebook(course: Course) -> Iterator[Any]:
    """nbgrader's, as its formgrader opens it."""
    with Gradebook(course.db_url, course.course_id) as book:
        yield book
        book.db.commit()


def work(course: Course, name: str, *edits: tuple[str, str], blank: bool = False, **answers: str) -> str:
    """A notebook that somebody hands in: the reference with some texts replaced, or the release as it is."""
    source = class_source(course, name)
    for old, new in edits:
        assert old in source
        source = source.replace(old, new)
    notebook = released(course, name) if blank else filled(course, name, source)
    for cell in notebook["cells"]:
        cell["source"] = answers.get(str(meta(cell).get("grade_id")).replace("-", "_"), cell["source"])
    assert class_cell(notebook, name)
    return json.dumps(notebook)


def collect(course: Course, name: str, files: dict[str, str], days_late: dict[str, int]) -> None:
    """A download laid out, with the times that the platform does not give."""
    path = course.root / "download.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for place, content in files.items():
            archive.writestr(place, content)
    assert main(["--course", str(course.root), "collect", str(path), "--assignment", name, "--yes"]) == 0
    for student, days in days_late.items():
        stamp = course.folder(course.submitted, student, name) / "timestamp.txt"
        stamp.write_text(f"2026-03-{1 + days:02d} 12:00:00 UTC\n", encoding="utf-8")


def give(book: Any, name: str, student: str, cell: str, points: float) -> None:
    """What a teaching assistant types into the formgrader."""
    mark = book.find_grade(cell, name, name, student)
    mark.manual_score, mark.needs_manual_grade = points, False


def sheets(course: Course, name: str, top: float) -> dict[str, Path]:
    """What the instructor downloads from Canvas and from a German Moodle."""
    canvas, moodle = course.root / "canvas.csv", course.root / "moodle.csv"
    rows = [f'"{last}, {student.title()}",{101 + n},,,S,' for n, (student, last) in enumerate(STUDENTS.items())]
    canvas.write_text(
        "\n".join(
            [f"Student,ID,SIS User ID,SIS Login ID,Section,{name} (77)", f"    Points Possible,,,,,{top:g}", *rows]
        )
    )
    largest = f"{top:.2f}".replace(".", ",")
    rows = [
        f'Teilnehmer/in {31 + n},{student.title()} {last},,{student}@uni.example,Abgegeben,,"{largest}",Ja,-,-,'
        for n, (student, last) in enumerate(STUDENTS.items())
    ]
    head = "ID,Vollständiger Name,ID-Nummer,E-Mail-Adresse,Status,Bewertung,Bestwertung,Bewertung kann geändert werden,"
    head += "Zuletzt geändert (Abgabe),Zuletzt geändert (Bewertung),Feedback als Kommentar"
    moodle.write_text("\n".join([head, *rows]), encoding="utf-8")
    return {"canvas": canvas, "moodle": moodle}


def exported(course: Course, name: str, top: float) -> dict[str, dict[str, float]]:
    """By export, everybody's mark in the file that is uploaded."""
    found = {}
    for target, column, whose in (("canvas", f"{name} (77)", "Student"), ("moodle", "Bewertung", "E-Mail-Adresse")):
        out = course.root / f"{name}-{target}.csv"
        sheet = str(sheets(course, name, top)[target])
        asked = ["export", target, name, "--sheet", sheet, "--out", str(out)]
        assert main(["--course", str(course.root), *asked]) == 0
        rows = list(csv.DictReader(out.read_text(encoding="utf-8-sig").splitlines()))
        found[target] = {
            student: float(row[column].replace(",", "."))
            for row in rows
            for student, last in STUDENTS.items()
            if row[whose].startswith((f"{student}@", f"{last},"))
        }
    return found


def read_on_pages(course: Course, name: str) -> dict[str, dict[str, float]]:
    """What the pages say, the class's and everybody's own."""
    assert main(["--course", str(course.root), "report", name, "--out", str(course.root / "pages")]) == 0
    whole = (course.root / "pages" / "index.html").read_text("utf-8")
    found: dict[str, dict[str, float]] = {"class page": {}, "student page": {}}
    for student in STUDENTS:
        head = rf'<tr[^>]*>\s*<th [^>]*>\s*<a href="students/{student}\.html">(?:(?!</th>).)*</th>\s*'
        row = re.search(head + r'<td [^>]*"n mark" data-v.*?</tr>', whole, re.S)
        assert row is not None
        found["class page"][student] = number(r"[✓◐✗] ([\d.]+)", row[0])
        own = (course.root / "pages" / "students" / f"{student}.html").read_text("utf-8")
        found["student page"][student] = number(r"([\d.]+) of [\d.]+ points", own)
    return found


def number(form: str, page: str) -> float:
    match = re.search(form, html.unescape(re.sub(r"<(style|title|svg).*?</\1>|<[^>]*>", " ", page, flags=re.S)))
    assert match is not None
    return float(match[1])


def of_nbgrader(course: Course, name: str) -> dict[str, float]:
    """What `nbgrader export` writes."""
    plugin = CsvExportPlugin()
    plugin.to, plugin.assignment = str(course.root / "nbgrader.csv"), [name]
    with gradebook(course) as book:
        plugin.export(book)
    with open(plugin.to, newline="") as file:
        return {row["student_id"]: float(row["score"]) for row in csv.DictReader(file)}


@pytest.mark.slow
def test_a_term(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """Late work, an extension, a resubmission, two who grade at once, absence, a corrected lesson: one number each."""
    course = lay_down(tmp_path / "my course")
    monkeypatch.chdir(course.root)
    assignments.look_in(course.solutions)

    collect(
        course, A,
        {
            "lovelaceada_LATE_101_1_shallow_narrow.ipynb": work(course, A),
            "byronbob_LATE_102_2_shallow_narrow-1.ipynb": work(course, A),
            "oneillşahincy_103_3_shallow_narrow.ipynb": work(course, A, SIGN),
        },
        {"ada": 1, "bob": 1},
    )  # fmt: skip
    collect(
        course, B,
        {
            "Ada Lovelace_31_assignsubmission_file_/linear_regression.ipynb":
                work(course, B, question_3="Since it is so.", question_2="Because of that."),
            "Bob Byron_32_assignsubmission_file_/linear_regression.ipynb": work(course, B, question_3="Hm."),
            "Cy O'Neill-Şahin_33_assignsubmission_file_/linear_regression.ipynb": work(course, B, blank=True),
        },
        {},
    )  # fmt: skip
    collect(
        course, C, {f"{s}/relu_regression.ipynb": work(course, C, blank=s == "bob") for s in ("ada", "bob", "cy")}, {}
    )
    assert main(["grade", "--quiet"]) == 0
    said = capsys.readouterr().out
    assert "2 × question-3: still to be graded by a person" in said

    assert main(["export", "csv", B, "--out", "early.csv"]) == 1  # what waits for people goes nowhere
    assert not Path("early.csv").exists()
    with gradebook(course) as one, gradebook(course) as other:  # two teaching assistants
        give(one, B, "ada", "question-3", 2)
        one.db.commit()
        give(other, B, "bob", "question-3", 3)
        other.db.commit()
        give(one, B, "ada", "question-2", 2)
        give(other, A, "cy", "dloss_dw", 3)
        one.db.commit()
        other.find_comment("ShallowNarrow", A, A, "cy").manual_comment = "All but the sign."
        other.find_grade("forward", A, A, "bob").extra_credit = 0.5
        other.db.commit()
        one.grant_extension(A, "ada", days=2)

    again = {"bob/x.ipynb": work(course, C)}
    collect(course, C, again, {"bob": 1})
    edit(course, A, lambda cell: meta(cell).update(points=3) if meta(cell).get("grade_id") == "loss" else None)
    assert main(["regrade", A]) == 0
    assert "ada" in capsys.readouterr().out
    assert main(["regrade", A, "--apply"]) == 0
    assert main(["grade", "--quiet"]) == 0
    for name in POINTS:
        assert main(["absent", name, "--zero"]) == 0

    expected = {
        A: (14, {"ada": 14, "bob": 13.5, "cy": 13, "dan": 0}),
        B: (15, {"ada": 14, "bob": 13, "cy": 0, "dan": 0}),
        C: (4, {"ada": 4, "bob": 3, "cy": 4, "dan": 0}),
    }
    for name, (top, marks) in expected.items():
        found = {"nbgrader": of_nbgrader(course, name), **read_on_pages(course, name), **exported(course, name, top)}
        assert found == dict.fromkeys(found, pytest.approx(marks)), name

    feedback_is_handed_back(course)


def feedback_is_handed_back(course: Course) -> None:
    """By the platforms' own names, and by the exchange; with the marks of the end."""
    assert main(["hand-back", "canvas", A, "--out", "a.zip"]) == 1  # dan, who handed in nothing, has no name there
    with zipfile.ZipFile("a.zip") as archive:
        assert "lovelaceada_LATE_101_1_shallow_narrow.html" in archive.namelist()
        page = archive.read("oneillşahincy_103_3_shallow_narrow.html").decode()
    assert "13 of 14 points" in page
    assert "All but the sign." in page
    assert main(["hand-back", "moodle", B, "--out", "b.zip"]) == 1
    with zipfile.ZipFile(io.BytesIO(Path("b.zip").read_bytes())) as archive:
        assert "Ada Lovelace_31_assignsubmission_file_/linear_regression-feedback.html" in archive.namelist()
    folder = course.folder(course.submitted, "bob", C)
    (folder / "submission_secret.txt").write_text("secret", encoding="utf-8")
    exchange = course.root / "exchange"
    exchange.mkdir()
    exchange.chmod(0o777)
    shutil.rmtree(course.folder(course.feedback, "bob", C))  # made anew before it goes out
    assert main(["grade", "--quiet"]) == 0
    config = course.config
    config.Exchange.root = str(exchange)
    api = NbGraderAPI(CourseDirectory(config=config, root=str(course.root)), config=config)
    done = api.release_feedback(C, "bob")
    assert done["success"], done
    (page,) = exchange.rglob("*.html")
    assert "3 of 4 points" in page.read_text(encoding="utf-8")
