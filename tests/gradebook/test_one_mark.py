"""One mark, wherever it is read: nbgrader's export, every export of ours, the pages, the feedback notebook."""

from __future__ import annotations

import csv
import html
import itertools
import re
import shutil
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import nbformat
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from nbgrader.api import Gradebook
from nbgrader.plugins import CsvExportPlugin
from nbgrader.preprocessors import GetGrades

from autograder.authoring.build import build
from autograder.cli.main import main
from autograder.core.course import Course
from autograder.core.report import Report
from autograder.gradebook import final_marks, rows
from autograder.gradebook import writing as gradebook
from autograder.gradebook.submission_time import UnknownTime, known_time, submission_time, time_in
from autograder.grading.nbgrader_steps.feedback_notebook import ShowMark
from autograder.grading.store import journal as journals
from autograder.grading.student_folders import carry_over
from autograder.notebooks.records import Submission
from autograder.reporting.feedback import result
from tests.support import tiny_course as tiny

NAME = tiny.NAME
METHODS = tuple(tiny.POINTS)
DUE = datetime(2026, 3, 1, 12)
_numbers = itertools.count()


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Course:
    made = tiny.lay_out(tmp_path_factory.mktemp("marks") / "course")
    build(made, grade=tiny.by_reading)
    return made


def graded(course: Course, student: str, scores: dict[str, float], turn: int = 0) -> None:
    """A submission that was graded and recorded, with a made-up report: nothing is run."""
    path = course.folder(course.submitted, student, NAME) / f"{NAME}.ipynb"
    path.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy(course.release_notebook(NAME), path)
    report = tiny.report(path, student, scores)
    tree = dict(nbformat.read(path, as_version=4))
    with journals.opened(course) as journal:
        journal.append([journals.Entry(f"{student}/{turn}", report)])
        done = gradebook.record(course, [(report, Submission(str(path), student, NAME, notebook=tree))])
        assert not done.left_out


def told(course: Course, student: str) -> Report:
    """The report with what the gradebook has."""
    reports = final_marks.with_marks(course, NAME, journals.current(course, NAME))
    return next(report for report in reports if report.student == student)


def of_nbgrader(course: Course, student: str, folder: Path) -> float:
    """What `nbgrader export` writes."""
    plugin = CsvExportPlugin()
    plugin.to, plugin.student = str(folder / "nbgrader.csv"), [student]
    with Gradebook(course.db_url, course.course_id) as book:
        plugin.export(book)
    with open(plugin.to, newline="") as file:
        (row,) = csv.DictReader(file)
    return float(row["score"])


def of_exports(course: Course, student: str, folder: Path) -> dict[str, float]:
    """What each export writes for the student, by the export."""
    canvas, moodle = folder / "canvas.csv", folder / "moodle.csv"
    canvas.write_text(
        f"Student,ID,SIS User ID,SIS Login ID,Section,{NAME} (1)\n    Points Possible,,,,,10\n"
        f"A,1,{student},{student},S,\n"
    )
    moodle.write_text(
        "Identifier,Full name,ID number,Email address,Status,Grade,Maximum Grade,Grade can be changed,"
        "Last modified (submission),Last modified (grade),Feedback comments\n"
        f"Participant 1,A,{student},a@uni.example,Submitted,,10.00,Yes,-,-,\n"
    )
    found = {}
    for target, column, more in (
        ("csv", "score", []),
        ("canvas", f"{NAME} (1)", ["--sheet", str(canvas)]),
        ("moodle", "Grade", ["--sheet", str(moodle)]),
    ):
        out = folder / f"{target}-out.csv"
        assert main(["--course", str(course.root), "export", target, NAME, "--out", str(out), *more]) == 0
        with open(out, newline="", encoding="utf-8-sig") as file:
            (row,) = (row for row in csv.DictReader(file) if student in row.values())
        found[target] = float(row[column])
    return found


def text(page: str) -> str:
    """What a reader of a page sees."""
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<(style|title).*?</\1>|<[^>]*>", " ", page, flags=re.S)))


def of_pages(course: Course, student: str, folder: Path) -> dict[str, float]:
    """What class page, student's page and terminal show."""
    assert main(["--course", str(course.root), "report", NAME, "--out", str(folder / "pages")]) == 0
    whole = (folder / "pages" / "index.html").read_text("utf-8")
    row = re.search(
        rf"<tr [^>]*>\s*<th [^>]*>\s*<a [^>]*>{student}</a>.*?</tr>", whole[whole.index('id="all"') :], re.S
    )
    assert row is not None
    own = (folder / "pages" / "students" / f"{student}.html").read_text("utf-8")
    in_class = re.search(r"[✓◐✗] ([\d.]+)", text(row[0]))
    on_page = re.search(r"([\d.]+) of 10 points", text(own))
    at_terminal = re.search(r"([\d.]+) of 10 points", result(told(course, student)))
    assert in_class
    assert on_page
    assert at_terminal
    found = {"class page": in_class, "student page": on_page, "terminal": at_terminal}
    return {where: float(match[1]) for where, match in found.items()}


def of_feedback(course: Course, student: str) -> dict[str, float]:
    """What nbgrader's feedback notebook shows, in its heading and in its first cell."""
    notebook: Any = nbformat.read(course.folder(course.autograded, student, NAME) / f"{NAME}.ipynb", as_version=4)
    about = {"notebook": NAME, "assignment": NAME, "student": student, "db_url": course.db_url}
    resources: dict[str, Any] = {"nbgrader": about}
    for step in (GetGrades(), ShowMark()):
        notebook, resources = step.preprocess(notebook, resources)
    said = re.match(r"## ([\d.]+) of 10 points", notebook.cells[0].source)
    assert said is not None
    return {"heading": float(resources["nbgrader"]["score"]), "first cell": float(said[1])}


def everywhere(course: Course, student: str, folder: Path) -> dict[str, float]:
    return of_exports(course, student, folder) | of_pages(course, student, folder) | of_feedback(course, student)


points = st.fixed_dictionaries(
    {name: st.integers(0, 8).map(lambda eighths, most=tiny.POINTS[name]: most * eighths / 8) for name in METHODS}
)
step = st.one_of(
    st.tuples(st.just("manual"), st.sampled_from(METHODS), st.sampled_from([None, 0.0, 0.3, 1.0, 2.0, 5.5])),
    st.tuples(st.just("extra"), st.sampled_from(METHODS), st.sampled_from([None, 0.0, 0.25, 1.5, -1.0])),
    st.tuples(st.just("comment"), st.sampled_from(["Well tried.", "<b>bold</b> & more", ""]), st.none()),
    st.tuples(st.just("due"), st.sampled_from([None, -2, 0, 3]), st.none()),
    st.tuples(st.just("penalty"), st.sampled_from(["none", "zero"]), st.none()),
    st.tuples(st.just("submitted"), st.sampled_from([-1, 1, 4]), st.none()),
    st.tuples(st.just("regrade"), points, st.none()),
    st.tuples(st.just("resubmission"), points, st.sampled_from([-1, 1, 4])),
    st.tuples(st.just("autograder grade"), st.none(), st.none()),
)


def take(course: Course, student: str, what: str, one: Any, two: Any) -> None:
    """One thing that happens to a submission after it was graded."""
    if what == "regrade":
        graded(course, student, one, next(_numbers))
    elif what == "resubmission":
        take(course, student, "submitted", two, None)
        graded(course, student, one, next(_numbers))
    elif what == "penalty":
        with open(course.root / "nbgrader_config.py", "a", encoding="utf-8") as file:
            file.write(f"\nc.LateSubmissionPlugin.penalty_method = {one!r}\n")
    elif what == "submitted":
        path = course.folder(course.submitted, student, NAME) / "timestamp.txt"
        path.write_text(f"{DUE + timedelta(days=one)} UTC\n")
    elif what == "autograder grade":
        time = known_time(course.folder(course.submitted, student, NAME) / "timestamp.txt")
        gradebook.settle(Course.find(course.root), NAME, {student: time})
    else:
        with Gradebook(course.db_url, course.course_id) as book:
            if what == "due":
                due = None if one is None else DUE + timedelta(days=one)
                book.find_assignment(NAME).duedate = due
            elif what == "comment":
                book.find_comment("ShallowNarrow", NAME, NAME, student).manual_comment = one
            else:
                mark = book.find_grade(one, NAME, NAME, student)
                setattr(mark, "manual_score" if what == "manual" else "extra_credit", two)
            book.db.commit()


@pytest.mark.slow
@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(scores=points, steps=st.lists(step, max_size=7))
def test_one_number_everywhere(
    course: Course,
    tmp_path_factory: pytest.TempPathFactory,
    scores: dict[str, float],
    steps: list[tuple[str, Any, Any]],
) -> None:
    """Whatever a person, a due date, a penalty or a second grading did: all that is read says what nbgrader exports."""
    folder, student = tmp_path_factory.mktemp("out"), f"s{next(_numbers)}"
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(course.root)
        graded(course, student, scores)
        for each in (("due", None, None), ("penalty", "none", None), *steps):  # as if no example had been before
            take(course, student, *each)
        expected = of_nbgrader(course, student, folder)
        # Pages round to three digits.
        assert everywhere(course, student, folder) == pytest.approx(dict.fromkeys(_PLACES, expected), abs=6e-4)


_PLACES = ("csv", "canvas", "moodle", "class page", "student page", "terminal", "heading", "first cell")


def test_a_moved_due_date_and_a_changed_method_are_noticed(course: Course) -> None:
    """Nothing is run again: only the penalty is asked for anew, and what a person gave stays."""
    graded(course, "moved", tiny.POINTS)
    take(course, "moved", "manual", "forward", 1.0)
    take(course, "moved", "penalty", "zero", None)
    take(course, "moved", "submitted", 1, None)
    take(course, "moved", "due", 0, None)
    take(course, "moved", "autograder grade", None, None)
    assert told(course, "moved").score == 0.0
    take(course, "moved", "due", 3, None)
    take(course, "moved", "autograder grade", None, None)
    assert told(course, "moved").score == 9.0
    take(course, "moved", "due", 0, None)
    take(course, "moved", "penalty", "none", None)
    take(course, "moved", "autograder grade", None, None)
    assert told(course, "moved").score == 9.0


def test_whoever_is_asked_about_has_the_mark_that_all_have(course: Course, monkeypatch: pytest.MonkeyPatch) -> None:
    """However many are named in one question, and whatever a date does to each of them."""
    students = ["first", "second", "third"]
    for student in students:
        graded(course, student, tiny.POINTS)
        take(course, student, "submitted", 1, None)
    take(course, "second", "manual", "forward", 1.0)
    take(course, "third", "extra", "loss", 0.5)
    take(course, "", "penalty", "zero", None)
    take(course, "", "due", 0, None)
    for most in (500, 2, 1):
        monkeypatch.setattr(rows, "MOST_NAMED", most)
        monkeypatch.setattr(final_marks, "MOST_NAMED", most)
        every = final_marks.read(course, NAME)
        assert {every[student].score for student in students} == {10.0, 9.0, 10.5}
        for some in ([], students[:1], students[1:], students, [*students, "nobody"]):
            assert final_marks.read(course, NAME, some) == {s: every[s] for s in some if s != "nobody"}
        for penalty, total in (("none", 10.0), ("zero", 0.0)):
            take(course, "", "penalty", penalty, None)
            gradebook.settle(Course.find(course.root), NAME, dict.fromkeys(students, DUE + timedelta(days=1)))
            assert {mark.total == 0 for mark in final_marks.read(course, NAME, students).values()} == {total == 0}
            assert final_marks.read(course, NAME, ["first"])["first"].total == total
    take(course, "", "penalty", "none", None)
    assert final_marks.read(course, "no such assignment") == {}


def test_what_is_handed_in_while_marks_are_read_stops_nobody(course: Course, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its grades are there by then, where its notebook was not when that was asked for."""
    for student in ("early", "late"):
        graded(course, student, tiny.POINTS)
    every = final_marks._Read.notebooks.func  # type: ignore[attr-defined]

    def before(read: Any) -> dict[str, Any]:
        late = {row.id for row in read.submissions if row.student_id == "late"}
        return {key: row for key, row in every(read).items() if row.assignment_id not in late}

    monkeypatch.setattr(final_marks._Read, "notebooks", property(before))
    assert final_marks.read(course, NAME)["early"].score == 10.0


def test_an_extension_of_one_student_counts_for_that_one_alone(course: Course) -> None:
    """Granted as nbgrader grants it; taken away again, the penalty is back."""
    for student in ("extended", "not extended"):
        graded(course, student, tiny.POINTS)
        take(course, student, "submitted", 1, None)
    take(course, "", "penalty", "zero", None)
    take(course, "", "due", 0, None)
    for days, expected in ((2, 10.0), (0, 0.0)):
        with Gradebook(course.db_url, course.course_id) as book:
            book.grant_extension(NAME, "extended", days=days)
        for student in ("extended", "not extended"):
            take(course, student, "autograder grade", None, None)
        assert told(course, "extended").score == expected
        assert told(course, "not extended").score == 0.0
    take(course, "", "penalty", "none", None)


def test_a_penalty_set_before_a_person_gave_points_is_said(
    course: Course, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """nbgrader sets it when it grades: what is given later would escape it until the next grading."""
    nothing = dict.fromkeys(METHODS, 0.0)
    graded(course, "stale", nothing)
    for each in (("penalty", "zero", None), ("due", 0, None), ("resubmission", nothing, 1), ("manual", "forward", 2.0)):
        take(course, "stale", *each)
    at = ["--course", str(course.root)]
    assert main([*at, "report", NAME, "--out", str(tmp_path / "pages")]) == 0
    said = "stale: the penalty for lateness is 0 points, and would be 2 now: run autograder grade first"
    assert said in capsys.readouterr().err
    main([*at, "export", "csv", NAME])
    assert said in capsys.readouterr().out
    take(course, "stale", "autograder grade", None, None)
    capsys.readouterr()
    assert main([*at, "report", NAME, "--out", str(tmp_path / "pages")]) == 0
    assert "stale: the penalty" not in capsys.readouterr().err
    take(course, "stale", "penalty", "none", None)
    take(course, "stale", "autograder grade", None, None)


def test_the_page_says_how_the_mark_came_about(course: Course, tmp_path: Path) -> None:
    """What the autograder gave, what was changed and why, what was added, what was taken off, and the total."""
    graded(course, "told", dict.fromkeys(METHODS, 0.0))
    take(course, "told", "manual", "forward", 2.0)
    take(course, "told", "extra", "train", 1.5)
    take(course, "told", "comment", "Right idea, <b>wrong</b> sign.", None)
    with Gradebook(course.db_url, course.course_id) as book:
        book.find_submission_notebook(NAME, NAME, "told").late_submission_penalty = 0.5
        book.db.commit()
    assert main(["--course", str(course.root), "report", NAME, "--out", str(tmp_path)]) == 0
    said = text((tmp_path / "students" / "told.html").read_text("utf-8"))
    for line in (
        "Points from the autograder 0", "forward: 0 changed to 2 by hand +2", "train: extra credit +1.5",
        "Penalty for handing in late −0.5", "Total 3 of 10 points", "Right idea, <b>wrong</b> sign.",
    ):  # fmt: skip
        assert line in said


def test_without_a_gradebook_nothing_is_exported(course: Course, tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    """The journal alone gives no marks; the file that is missing, or is no database, is named."""
    graded(course, "kept", tiny.POINTS)
    copy = tmp_path / "course"
    shutil.copytree(course.root, copy)
    for content in (b"this is no database, whatever its name says " * 100, None):
        (copy / "gradebook.db").write_bytes(content) if content else (copy / "gradebook.db").unlink()
        assert main(["--course", str(copy), "export", "csv", NAME, "--out", str(tmp_path / "out.csv")]) == 2
        assert "gradebook" in capsys.readouterr().err
        assert main(["--course", str(copy), "report", NAME, "--out", str(tmp_path / "pages")]) == 2
        assert not (tmp_path / "out.csv").exists()
        assert not (tmp_path / "pages").exists()
    assert not (copy / "gradebook.db").exists()


def test_a_submission_that_the_gradebook_lacks_is_withheld(course: Course, tmp_path: Path) -> None:
    """A grading that was not recorded, and one that was recorded before another, have no mark that could go out."""
    copy = tmp_path / "course"
    shutil.copytree(course.root, copy)
    (copy / ".autograder" / "journal.db").unlink(missing_ok=True)
    other = Course.find(copy)
    graded(other, "ann", tiny.POINTS)
    with journals.opened(other) as journal:
        journal.append([journals.Entry("new", tiny.report("x", "bob", tiny.POINTS))])
        journal.append([journals.Entry("again", tiny.report("x", "ann", dict.fromkeys(METHODS, 0.0)))])
    assert "no mark of it" in told(other, "bob").withheld
    assert "another grading" in told(other, "ann").withheld
    assert main(["--course", str(copy), "export", "csv", NAME, "--out", str(tmp_path / "out.csv")]) == 1
    assert not (tmp_path / "out.csv").exists()


@pytest.mark.parametrize(
    "said",
    [
        "five days late", "10", "Nov 2026", "05:30", "2026-99-99 00:00:00 UTC", "9" * 400,
        "2026-02-30 05:30:00.500000 UTC", "2026-11-02 05:30:00 XYZ",
        "\x00",
    ],
)  # fmt: skip
def test_a_time_that_is_not_whole_is_not_guessed(tmp_path: Path, said: str) -> None:
    """dateutil would take what is missing from today."""
    path = tmp_path / "timestamp.txt"
    path.write_text(said, encoding="utf-8")
    with pytest.raises(UnknownTime):
        submission_time(path)
    with pytest.raises(UnknownTime):  # what is carried over to autograded/ and feedback/ is read by its bytes
        time_in(path.read_bytes())


def test_times_are_read_as_nbgrader_reads_them(tmp_path: Path) -> None:
    """UTC, other zones, and other ways to write a date."""
    path = tmp_path / "timestamp.txt"
    assert submission_time(path) is None
    for said in (
        "2026-11-02 05:30:00.500000 UTC", "2026-11-02 05:30:00.5 UTC", "2026-11-02T06:30:00.5+01:00",
        "Mon Nov 2 05:30:00.5 2026",
        "2026-11-01 23:30:00.5 America/Chicago",
    ):  # fmt: skip
        path.write_text(said, encoding="utf-8")
        assert submission_time(path) == datetime(2026, 11, 2, 5, 30, 0, 500_000)


def test_the_exchange_finds_its_files_again(course: Course) -> None:
    """Time and secret stand beside notebook and page; a resubmission's replace them, links are not followed."""
    graded(course, "eve", tiny.POINTS)
    handed, out = (course.folder(step, "eve", NAME) for step in (course.submitted, course.autograded))
    for secret in ("abc", "def"):
        (handed / "timestamp.txt").write_text("2026-11-02 05:30:00.000000 UTC")
        (handed / "submission_secret.txt").write_text(secret)
        carry_over(course, "eve", NAME)
        assert (out / "submission_secret.txt").read_text() == secret
        assert (out / "timestamp.txt").read_text() == "2026-11-02 05:30:00.000000 UTC"
    (handed / "submission_secret.txt").unlink()
    (handed / "submission_secret.txt").symlink_to(course.solution(NAME))
    carry_over(course, "eve", NAME)
    assert not (out / "submission_secret.txt").exists()
