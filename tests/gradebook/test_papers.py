"""What a worker makes of a submission is what the gradebook gives of it, and what the recording process would make."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from nbgrader.api import Gradebook

from autograder.assignments import load
from autograder.authoring.build import build
from autograder.core.course import Course, sqlite_url
from autograder.core.report import Report
from autograder.gradebook import Papers, final_marks, names, page_of, papers_of, untouched, with_mark
from autograder.gradebook import writing as gradebook
from autograder.grading.grader import Task
from autograder.grading.recorder import Fresh, Recorder
from autograder.grading.store import journal as journals
from autograder.grading.workers.kit import kit_of
from autograder.grading.workers.worker import papers_for
from autograder.judging import unreadable
from autograder.notebooks import Release, Submission, read_submission
from autograder.notebooks.reading import trusted_notebook
from autograder.reporting import student_page
from tests.support import tiny_course as tiny

NAME = tiny.NAME
# Sums of these depend on the order in which they are taken, and none of them is a number of digits.
POINTS = {"forward": 1 / 3, "loss": 11 / 3, "dloss_dw": 0.1, "train": 0.7, "explain": 0.2, "draw": 2 / 7, "task": 1e-3}
ANSWERS = {"explain": "It *goes* downhill.", "draw": "plt.plot([1])"}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    source = tiny.with_questions(tiny.source_notebook())
    for cell in source["cells"]:
        if (meta := cell["metadata"].get("nbgrader", {})).get("grade_id") in POINTS:
            meta["points"] = POINTS[meta["grade_id"]]
    course = tiny.lay_out(tmp_path_factory.mktemp("made") / "course", source)
    build(course, grade=tiny.by_reading)
    with Gradebook(course.db_url, course.course_id) as book:
        book.update_or_create_student("ann", first_name="Ann", last_name="Ö’Hara")
    return course.root


@pytest.fixture
def course(made: Path, tmp_path: Path) -> Course:
    shutil.copytree(made, tmp_path / "course")
    return Course.find(tmp_path / "course")


def hand_in(course: Course, answers: dict[str, str], *, right: bool = True, raw: str = "") -> tuple[Report, Submission]:
    """Ann's notebook read and graded, or `raw` in its place; nothing is recorded."""
    notebook = trusted_notebook(course.release_notebook(NAME))
    solved = {cell["metadata"].get("nbgrader", {}).get("grade_id"): cell for cell in tiny.source_notebook()["cells"]}
    for cell in notebook["cells"]:
        name = cell["metadata"].get("nbgrader", {}).get("grade_id")
        if name == "ShallowNarrow" and right:
            cell["source"] = solved[name]["source"]
        cell["source"] = answers.get(name, cell["source"])
    path = course.folder(course.submitted, "ann", NAME) / f"{NAME}.ipynb"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(raw or json.dumps(notebook), encoding="utf-8")
    submission = read_submission(path, load(NAME), Release(course.release_notebook(NAME)), "ann", "ann's")
    if submission.fault:
        return unreadable(submission, Release(course.release_notebook(NAME)).points, "namespaces"), submission
    return tiny.by_reading(path, NAME, course), submission


def papers(course: Course, report: Report, submission: Submission) -> Papers:
    found = papers_of(trusted_notebook(course.release_notebook(NAME)), report, submission)
    assert isinstance(found, Papers), found
    return found


def give(course: Course, **points: float) -> None:
    """What the formgrader does when a person types points."""
    with Gradebook(course.db_url, course.course_id) as book:
        for name, score in points.items():
            grade = book.find_grade(name, NAME, NAME, "ann")
            grade.manual_score, grade.needs_manual_grade = score, False
        book.db.commit()


def mark(course: Course) -> Any:
    return final_marks.read(course, NAME, ["ann"])["ann"]


@pytest.mark.parametrize(
    "given",
    [
        pytest.param(lambda course: hand_in(course, ANSWERS), id="all answered"),
        pytest.param(lambda course: hand_in(course, {"explain": "Since."}), id="one answered"),
        pytest.param(lambda course: hand_in(course, {}, right=False), id="nothing written"),
        pytest.param(lambda course: hand_in(course, ANSWERS, right=False), id="answers alone"),
        pytest.param(lambda course: hand_in(course, {}, raw="no notebook"), id="unreadable"),
    ],
)
def test_a_worker_knows_the_mark_and_the_page_of_what_nobody_has_touched(
    course: Course, given: Callable[[Course], tuple[Report, Submission]]
) -> None:
    """Points of judged cells, of cells that wait for a person, of tasks, of answers that are not there."""
    report, submission = given(course)
    made = papers(course, report, submission)
    foreseen = untouched(trusted_notebook(course.release_notebook(NAME)), made.scores, names(course)["ann"])
    page, shows = page_of(report, foreseen)
    assert not gradebook.record(course, [(report, made)]).left_out
    found = mark(course)
    assert foreseen == found
    assert found.person == "Ann Ö’Hara"
    assert {part.name for part in found.parts} == set(POINTS)
    assert shows == found.digest
    assert page == student_page.page(with_mark(report, found))


def test_what_a_person_gave_is_another_mark_and_stays_when_papers_are_recorded_again(course: Course) -> None:
    """The same answer is not looked at again, another one is: held against what autograded/ has when it is recorded."""
    report, submission = hand_in(course, ANSWERS)
    made = papers(course, report, submission)
    gradebook.record(course, [(report, made)])
    give(course, explain=0.1, draw=0.0, task=0.001)
    gradebook.record(course, [(report, papers(course, report, submission))])
    people = [part for part in mark(course).parts if part.name not in tiny.POINTS]
    assert [(part.name, part.auto, part.manual, part.again) for part in people] == [
        ("draw", None, 0.0, False), ("explain", None, 0.1, False), ("task", None, 0.001, False)
    ]  # fmt: skip
    assert mark(course).digest != untouched(trusted_notebook(course.release_notebook(NAME)), made.scores, "").digest
    report, submission = hand_in(course, {**ANSWERS, "explain": "Something else."})
    gradebook.record(course, [(report, papers(course, report, submission))])
    assert {part.name for part in mark(course).parts if part.again} == {"explain", "task"}
    assert mark(course).total == pytest.approx(sum(POINTS[name] for name in tiny.POINTS) + 0.101, abs=1e-5)


def test_the_page_of_a_worker_is_put_there_until_a_person_has_changed_the_mark(course: Course) -> None:
    """Also the page of who waits for a person; both by what `autograder grade` does with a worker's answer."""
    report, submission = hand_in(course, ANSWERS)
    kit = kit_of(course, NAME, "", "namespaces")
    path = course.folder(course.feedback, "ann", NAME) / f"{NAME}.html"

    def recorded() -> str:
        made = papers_for(kit, report, submission, names(course)["ann"])
        assert isinstance(made, Papers)
        made = replace(made, page=made.page + "<!-- a worker's -->")
        task = Task(Path(submission.path), "ann's", "ann")
        with journals.opened(course) as journal:
            recorder = Recorder(course, journal, lambda *_: "", enabled=True)
            recorder.add_fresh([Fresh(task, journals.Entry("key", report), made)])
            assert not recorder.problem
            assert not recorder.left_out
        return path.read_text(encoding="utf-8")

    page = recorded()
    assert page.endswith("<!-- a worker's -->")
    assert "Still to be graded by a person" in " ".join(page.split())
    give(course, explain=0.1)
    page = recorded()
    assert "a worker's" not in page
    assert mark(course).digest in page


def test_no_page_is_made_of_a_mark_of_other_points(course: Course) -> None:
    """A release that was changed, and built, while a worker graded by the one before."""
    report, submission = hand_in(course, ANSWERS)
    scores = papers(course, report, submission).scores
    release = trusted_notebook(course.release_notebook(NAME))
    assert page_of(report, untouched(release, scores, ""))[0]
    assert page_of(report, untouched(release, {**scores, "train": 0.0}, "")) == ("", "")
    for cell in release["cells"]:
        if cell["metadata"].get("nbgrader", {}).get("grade_id") == "task":
            cell["metadata"]["nbgrader"]["points"] = 5
    assert page_of(report, untouched(release, scores, "")) == ("", "")


def test_to_ask_for_names_makes_no_gradebook(course: Course) -> None:
    there = course.root / "elsewhere.db"
    course.config["CourseDirectory"]["db_url"] = sqlite_url(there)
    assert course.db_url == sqlite_url(there)
    assert names(course) == {}
    assert not there.exists()
