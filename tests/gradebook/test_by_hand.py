"""Cells that people grade beside the judged ones: built, counted, waiting until somebody grades them, and kept."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path
from typing import Any

import pytest
from nbgrader.api import Gradebook

from autograder.assignments import load
from autograder.authoring.answers import write as write_answers
from autograder.authoring.build import build
from autograder.cli import main
from autograder.core.course import Course
from autograder.core.report import Report
from autograder.gradebook import final_marks
from autograder.gradebook import writing as gradebook
from autograder.grading.store import journal as journals
from autograder.notebooks import Release, read_submission
from autograder.notebooks.reading import trusted_notebook
from autograder.reporting.feedback import result, summary
from tests.support import tiny_course as tiny

NAME = tiny.NAME
POINTS = {"forward": 5, "dloss_dw": 0.5, "loss": 11 / 3}
JUDGED = 5 + 0.5 + 11 / 3 + 3
MAX = JUDGED + 3 + 1.5 + 2
ANSWERS = {"explain": "It *goes* downhill.", "draw": "plt.plot([1])"}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A built course whose methods have other points than usual, with a text, code and a task for people."""
    source = tiny.with_questions(tiny.source_notebook(), **POINTS)
    course = tiny.lay_out(tmp_path_factory.mktemp("made") / "course", source)
    build(course, grade=tiny.by_reading)
    return course.root


@pytest.fixture
def course(made: Path, tmp_path: Path) -> Course:
    shutil.copytree(made, tmp_path / "course")
    return Course.find(tmp_path / "course")


def hand_in(course: Course, student: str, answers: dict[str, str], *, right: bool = True, own: str = "") -> Path:
    """The source's class, or the release's, with answers in their cells and perhaps a text of the student's own."""
    notebook = trusted_notebook(course.release_notebook(NAME))
    solved = {cell["metadata"].get("nbgrader", {}).get("grade_id"): cell for cell in tiny.source_notebook()["cells"]}
    for cell in notebook["cells"]:
        name = cell["metadata"].get("nbgrader", {}).get("grade_id")
        if name == "ShallowNarrow" and right:
            cell["source"] = solved[name]["source"]
        cell["source"] = answers.get(name, cell["source"])
    if own:
        notebook["cells"].append({"cell_type": "markdown", "id": "own", "metadata": {}, "source": own})
    path = course.folder(course.submitted, student, NAME) / f"{NAME}.ipynb"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(notebook), encoding="utf-8")
    return path


def grade(course: Course, path: Path) -> Report:
    """Graded by a stand-in that runs nothing, and recorded as a grading is."""
    report = tiny.by_reading(path, NAME, course)
    release = Release(course.release_notebook(NAME))
    submission = read_submission(path, load(NAME), release, report.student, str(path))
    with journals.opened(course) as journal:
        journal.append([journals.Entry(f"{report.student}/{path.read_bytes()!r}", report)])
    assert not gradebook.record(course, [(report, submission)]).left_out
    return report


def rows(course: Course, student: str) -> dict[str, tuple[float | None, float | None, bool]]:
    """By cell that people grade: automatic and manual score, whether a person is to look at it."""
    with Gradebook(course.db_url, course.course_id) as book:
        found = book.find_submission_notebook(NAME, NAME, student).grades
        every = {mark.name: (mark.auto_score, mark.manual_score, mark.needs_manual_grade) for mark in found}
        return {name: row for name, row in every.items() if name not in tiny.POINTS}


def give(course: Course, student: str, **points: float) -> None:
    """What the formgrader does when a person types points."""
    with Gradebook(course.db_url, course.course_id) as book:
        for name, score in points.items():
            mark = book.find_grade(name, NAME, NAME, student)
            mark.manual_score, mark.needs_manual_grade = score, False
        book.db.commit()


def told(course: Course, student: str) -> Report:
    reports = final_marks.with_marks(course, NAME, journals.current(course, NAME))
    return next(report for report in reports if report.student == student)


def test_the_release_asks_the_questions_and_hides_what_graders_have(course: Course) -> None:
    """Answers and mark schemes stay behind, points are those of the cells, all are in the gradebook's maximum."""
    release = course.release_notebook(NAME).read_text(encoding="utf-8")
    assert "Why does the loss fall?" in release
    for secret in ("goes down the slope", "semilogy", "Two for axes"):
        assert secret not in release
    with Gradebook(course.db_url, course.course_id) as book:
        assert book.find_assignment(NAME).max_score == pytest.approx(MAX)
    answers = write_answers(course, NAME, course.root / "answers.ipynb").read_text(encoding="utf-8")
    assert "goes down the slope" in answers
    assert "Two for axes" not in answers


def test_an_answer_waits_for_a_person_and_nothing_written_is_nothing_earned(course: Course) -> None:
    """As in nbgrader: an untouched answer has 0 by itself; a task, and whatever was written, is looked at."""
    grade(course, hand_in(course, "ann", ANSWERS))
    assert rows(course, "ann") == {
        "explain": (None, None, True),
        "draw": (None, None, True),
        "task": (None, None, True),
    }
    grade(course, hand_in(course, "bob", {"explain": "Since."}))
    assert rows(course, "bob") == {
        "explain": (None, None, True),
        "draw": (0.0, None, False),
        "task": (None, None, True),
    }
    with Gradebook(course.db_url, course.course_id) as book:
        assert book.find_comment("draw", NAME, NAME, "bob").auto_comment == "No response."
        assert book.find_comment("explain", NAME, NAME, "bob").auto_comment is None
        assert book.find_submission(NAME, "ann").needs_manual_grade
        assert book.find_submission(NAME, "ann").max_score == pytest.approx(MAX)


@pytest.mark.parametrize(
    ("answers", "own", "blank"),
    [
        ({}, "", {"explain", "draw"}),
        ({"explain": "  \n"}, "", {"explain", "draw"}),
        ({"explain": "x"}, "", {"draw"}),
        (ANSWERS, "", set()),
        ({}, "Question 1: since each step goes down.", set()),
    ],
)
def test_an_answer_in_a_cell_of_one_s_own_is_never_taken_for_none(
    course: Course, answers: dict[str, str], own: str, blank: set[str]
) -> None:
    path = hand_in(course, "ann", answers, own=own)
    read = read_submission(path, load(NAME), Release(course.release_notebook(NAME)), "ann", "x")
    assert set(read.unanswered) == blank


def test_metadata_of_any_kind_stops_nothing(course: Course) -> None:
    """Names are the student's to damage: lists and numbers where a name should be."""
    path = hand_in(course, "ann", {})
    notebook = json.loads(path.read_text(encoding="utf-8"))
    for cell, odd in zip(notebook["cells"], ([1], {"a": 1}, 7, None), strict=False):
        cell["metadata"]["nbgrader"] = {"grade_id": odd, "grade": True, "solution": True}
    path.write_text(json.dumps(notebook), encoding="utf-8")
    read = read_submission(path, load(NAME), Release(course.release_notebook(NAME)), "ann", "x")
    assert set(read.unanswered) == {"explain", "draw"}


def test_an_answer_that_lost_its_cell_waits(course: Course) -> None:
    """Editors drop metadata: what was written then stands in a cell of no name."""
    path = hand_in(course, "ann", ANSWERS)
    notebook = json.loads(path.read_text(encoding="utf-8"))
    for cell in notebook["cells"]:
        cell["metadata"] = {}
        cell.pop("id", None)
    path.write_text(json.dumps(notebook), encoding="utf-8")
    grade(course, path)
    assert {row[2] for row in rows(course, "ann").values()} == {True}
    made = trusted_notebook(course.folder(course.autograded, "ann", NAME) / f"{NAME}.ipynb")
    assert {"explain", "draw", "task"} <= {c["metadata"].get("nbgrader", {}).get("grade_id") for c in made["cells"]}


def test_what_a_person_gave_is_kept_on_every_grading(course: Course) -> None:
    """The same answer is not to be looked at again; another one is, and keeps its points until then."""
    path = hand_in(course, "ann", ANSWERS)
    grade(course, path)
    give(course, "ann", explain=2.5, draw=1, task=0)
    given = {"explain": (None, 2.5, False), "draw": (None, 1.0, False), "task": (None, 0.0, False)}
    assert rows(course, "ann") == given
    grade(course, path)
    assert rows(course, "ann") == given
    assert told(course, "ann").score == pytest.approx(JUDGED + 3.5, abs=1e-5)
    assert told(course, "ann").max_score == pytest.approx(MAX)
    grade(course, hand_in(course, "ann", {**ANSWERS, "explain": "Something else."}))
    again = rows(course, "ann")
    assert again["explain"] == (None, 2.5, True)
    assert again["draw"] == given["draw"]
    assert again["task"] == (None, 0.0, True)  # a task looks at the whole notebook
    assert told(course, "ann").score == pytest.approx(JUDGED + 3.5, abs=1e-5)


def test_an_answer_handed_in_later_waits_though_it_had_0_before(course: Course) -> None:
    grade(course, hand_in(course, "ann", {}))
    assert rows(course, "ann")["explain"] == (0.0, None, False)
    grade(course, hand_in(course, "ann", ANSWERS))
    assert rows(course, "ann")["explain"] == (None, None, True)


def test_what_students_wrote_is_shown_and_does_nothing(course: Course) -> None:
    """In the autograded notebook, which people open: text as text, code as code."""
    answers = {"explain": "See <img src=x onerror=alert(1)> and [this](javascript:x).", "draw": "plt.plot([7])"}
    grade(course, hand_in(course, "ann", answers))
    made = trusted_notebook(course.folder(course.autograded, "ann", NAME) / f"{NAME}.ipynb")
    cells = {cell["metadata"].get("nbgrader", {}).get("grade_id"): "".join(cell["source"]) for cell in made["cells"]}
    assert cells["explain"] == f"```text\n{answers['explain']}\n```"
    assert cells["draw"] == answers["draw"]
    assert "Draw something." in cells["task"]


def test_who_waits_is_shown_as_waiting_everywhere(course: Course, capsys: pytest.CaptureFixture[str]) -> None:
    """Terminal, class page, student page, exports, feedback: the points so far are never passed off as a mark."""
    fresh = grade(course, hand_in(course, "ann", ANSWERS))
    so_far = f"{JUDGED:.3f} of {MAX:.3f} points so far"
    waits = "Still to be graded by a person: explain (3 points), draw (1.5 points) and task (2 points)."
    for report in (fresh, told(course, "ann")):
        said = " ".join(result(report, width=200).split())
        assert so_far in said
        assert waits in said
        assert "explain: still to be graded by a person, up to 3 points" in said
        assert "1 × explain: still to be graded by a person" in summary([report])
        assert "our fault" not in summary([report])
    at = ["--course", str(course.root)]
    assert main([*at, "report", NAME, "--out", str(course.root / "pages")]) == 0
    assert f"waits: ann: {NAME}: it is still to be graded by hand: explain (3 points)" in capsys.readouterr().err
    index = (course.root / "pages" / "index.html").read_text(encoding="utf-8")
    assert "1 still to be graded by a person" in index
    assert "so far" in index
    page = re.sub(r"\s+", " ", (course.root / "pages" / "students" / "ann.html").read_text(encoding="utf-8"))
    assert so_far in page
    assert waits in page
    assert "up to 1.5" in page
    out = course.root / "out.csv"
    assert main([*at, "export", "csv", NAME, "--out", str(out)]) == 1
    assert "still to be graded by hand: explain" in capsys.readouterr().out
    assert main([*at, "hand-back", "mail", NAME, "--out", str(course.root / "mail")]) == 1
    assert not list((course.root / "mail").glob("*ann*"))
    give(course, "ann", explain=3, draw=1.5, task=2)
    assert main([*at, "export", "csv", NAME, "--out", str(out)]) == 0
    assert f",{MAX:.6f}".rstrip("0") in out.read_text(encoding="utf-8")
    assert "Full marks" in result(told(course, "ann"))


def test_a_mark_to_be_looked_at_again_is_said(course: Course, capsys: pytest.CaptureFixture[str]) -> None:
    grade(course, hand_in(course, "ann", ANSWERS))
    give(course, "ann", explain=2, draw=1, task=2)
    grade(course, hand_in(course, "ann", {**ANSWERS, "explain": "Other."}))
    assert main(["--course", str(course.root), "export", "csv", NAME]) == 0
    assert "ann: graded by a person, and to be looked at again" in capsys.readouterr().out


def test_a_mark_of_other_points_than_the_assignment_s_goes_nowhere(course: Course) -> None:
    """The points of a method were changed, and built, after it was graded."""
    grade(course, hand_in(course, "ann", ANSWERS))
    give(course, "ann", explain=2, draw=1, task=2)
    source: Any = json.loads(course.source_notebook(NAME).read_text(encoding="utf-8"))
    for cell in source["cells"]:
        if cell["metadata"].get("nbgrader", {}).get("grade_id") == "forward":
            cell["metadata"]["nbgrader"]["points"] = 7
    course.source_notebook(NAME).write_text(json.dumps(source), encoding="utf-8")
    build(course, grade=tiny.by_reading)
    assert "worth" in told(course, "ann").withheld
    grade(course, Path(course.folder(course.submitted, "ann", NAME) / f"{NAME}.ipynb"))
    assert told(course, "ann").score == pytest.approx(JUDGED + 2 + 5, abs=1e-5)
