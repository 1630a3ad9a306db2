"""What reaches the gradebook, and how the autograded notebook looks, by both ways in."""

from __future__ import annotations

import base64
import json
import os
import shutil
import sqlite3
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import nbformat
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from nbgrader.api import Gradebook
from nbgrader.utils import determine_grade

from autograder.authoring.build import build
from autograder.authoring.proofs import release_proofs as proofs
from autograder.core.course import Course
from autograder.core.report import Report
from autograder.gradebook import writing as gradebook
from autograder.gradebook.autograded_notebook import MarksError, autograded, marks, to_text
from autograder.grading import handed_in
from autograder.grading.grader import Graded, Task
from autograder.grading.nbgrader_steps import autograde
from autograder.notebooks.reading import UnreadableNotebook, trusted_notebook
from autograder.notebooks.reading import read as read_notebook
from autograder.notebooks.records import Submission
from tests.support import tiny_course as tiny

SCORES = {"forward": 2.0, "loss": 1.0, "dloss_dw": 2.5, "train": 0.0}
PNG = base64.b64encode(b"\x89PNG\r\n\x1a\n" + bytes(64)).decode()


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A built course, to be copied: making a new gradebook takes nbgrader seconds."""
    course = tiny.lay_out(tmp_path_factory.mktemp("made") / "course")
    build(course, grade=tiny.by_reading)
    return course.root


@pytest.fixture
def course(made: Path, tmp_path: Path) -> Course:
    shutil.copytree(made, tmp_path / "course")
    return Course.find(tmp_path / "course")


def release_of(course: Course) -> dict[str, Any]:
    return trusted_notebook(course.release_notebook(tiny.NAME))


def hand_in(course: Course, student: str, content: Any = None, name: str = f"{tiny.NAME}.ipynb") -> Path:
    """A submission: the release as it is, a notebook, or any text."""
    path = course.folder(course.submitted, student, tiny.NAME) / name
    path.parent.mkdir(parents=True, exist_ok=True)
    content = release_of(course) if content is None else content
    path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
    return path


def submission(course: Course, path: Path) -> Submission:
    """The submission in a file, read by the kit's own reader."""
    student = course.student_of(path)
    try:
        notebook = read_notebook(path)
    except UnreadableNotebook as error:
        return Submission(str(path), student, tiny.NAME, fault=str(error))
    return Submission(str(path), student, tiny.NAME, notebook=notebook.tree)


def graded(course: Course, path: Path, scores: dict[str, float] | None = None) -> tuple[Report, Submission]:
    """A submission with a made-up report: the gradebook must take what it is told."""
    read = submission(course, path)
    if read.fault:
        return tiny.report(path, read.student, SCORES, verdict="unreadable", checks=(), notes=(read.fault,)), read
    return tiny.report(path, read.student, scores or SCORES), read


def grades(course: Course, student: str) -> dict[str, tuple[float | None, float | None, bool]]:
    """By grade cell: automatic score, manual score, to be graded by hand."""
    with Gradebook(course.db_url, course.course_id) as book:
        found = book.find_submission_notebook(tiny.NAME, tiny.NAME, student).grades
        return {mark.name: (mark.auto_score, mark.manual_score, mark.needs_manual_grade) for mark in found}


def notebook_of(course: Course, student: str) -> Any:
    path = course.folder(course.autograded, student, tiny.NAME) / f"{tiny.NAME}.ipynb"
    notebook = nbformat.read(path, as_version=4)
    nbformat.validate(notebook)
    return notebook


def cells_of(notebook: Any) -> dict[str, Any]:
    return {cell["id"]: cell for cell in notebook["cells"]}


# ---- Scores ------------------------------------------------------------------------------------------------------


def test_scores_stand_in_the_gradebook_and_in_the_notebook(course: Course) -> None:
    """nbgrader reads from the notebook what stands in its gradebook."""
    done = gradebook.record(course, [graded(course, hand_in(course, "ann"))])
    assert done == gradebook.Recorded((("ann", tiny.NAME),), ())
    assert grades(course, "ann") == {name: (score, None, False) for name, score in SCORES.items()}
    for cell in notebook_of(course, "ann")["cells"]:
        if cell["metadata"].get("nbgrader", {}).get("grade"):
            assert determine_grade(cell) == (SCORES[cell["id"]], tiny.POINTS[cell["id"]])
            assert cell["outputs"][-1]["data"]["text/plain"] == repr(SCORES[cell["id"]])
            assert cell["id"] in cell["outputs"][0]["data"]["text/plain"]


@pytest.mark.parametrize("score", [0.0, 1e-7, 1 / 3, 2.5, 4.0 - 1e-9, 4.0])
def test_every_score_is_read_back_as_it_was(course: Course, score: float) -> None:
    """Where nbgrader would give full marks for what it cannot parse, it always finds a plain float."""
    one = tiny.report("x", "ann", SCORES | {"dloss_dw": score})
    made = nbformat.from_dict(autograded(release_of(course), Submission("x", "ann", tiny.NAME), one))
    earned, worth = determine_grade(cells_of(made)["dloss_dw"])
    assert earned == pytest.approx(score, abs=1e-6)
    assert worth == 4.0


@pytest.mark.parametrize(
    "wrong",
    [
        {"verdict": "internal_error"},
        {"checks": ()},
        {"checks": tiny.report("x", None, SCORES).checks[:3]},
        {"checks": tiny.report("x", None, SCORES | {"loss": float("nan")}).checks},
        {"checks": tiny.report("x", None, SCORES | {"loss": -0.5}).checks},
        {"checks": tiny.report("x", None, SCORES | {"forward": 2.5, "dloss_dw": 2.0}).checks},
    ],
)
def test_a_report_that_does_not_add_up_is_not_recorded(course: Course, wrong: dict[str, Any]) -> None:
    """Neither zero nor full marks: the submission is left out, and said to be."""
    bad = tiny.report("x", "bob", SCORES, **wrong)
    with pytest.raises((MarksError, ValueError)):
        marks(release_of(course), bad)
    good = graded(course, hand_in(course, "ann"))
    done = gradebook.record(course, [(bad, Submission("x", "bob", tiny.NAME)), good])
    assert [student for student, _ in done.recorded] == ["ann"]
    assert [report for report, _ in done.left_out] == [bad]
    assert not course.folder(course.autograded, "bob", tiny.NAME).exists()


def test_a_submission_of_nobody_is_left_out(course: Course) -> None:
    """A file outside submitted/ has no row to go to."""
    done = gradebook.record(course, [(tiny.report("x", None, SCORES), Submission("x", None, tiny.NAME))])
    assert "outside" in done.left_out[0][1]


def test_of_two_notebooks_of_a_student_the_better_counts(course: Course) -> None:
    """Renamed notebooks may be several; none takes points away."""
    worse = graded(course, hand_in(course, "ann", name="a.ipynb"), dict.fromkeys(SCORES, 0.0))
    better = graded(course, hand_in(course, "ann", name="b.ipynb"))
    for order in ([worse, better], [better, worse]):
        gradebook.record(course, order)
        assert grades(course, "ann")["forward"] == (2.0, None, False)


# ---- What was done by hand ---------------------------------------------------------------------------------------


def by_hand(course: Course, student: str, cell: str, score: float) -> None:
    """A teaching assistant grades a cell and writes a comment."""
    with Gradebook(course.db_url, course.course_id) as book:
        mark = book.find_grade(cell, tiny.NAME, tiny.NAME, student)
        mark.manual_score, mark.extra_credit, mark.needs_manual_grade = score, 0.5, False
        said = book.find_comment("ShallowNarrow", tiny.NAME, tiny.NAME, student)
        said.manual_comment = "Well tried."
        book.find_submission_notebook(tiny.NAME, tiny.NAME, student).flagged = True
        book.db.commit()


def test_manual_grades_survive_a_regrade(course: Course) -> None:
    """Score, extra credit, comment and flag stay; only a changed automatic score asks for another look."""
    item = graded(course, hand_in(course, "ann"))
    gradebook.record(course, [item])
    by_hand(course, "ann", "dloss_dw", 3.5)
    gradebook.record(course, [item])
    assert grades(course, "ann")["dloss_dw"] == (2.5, 3.5, False)
    assert grades(course, "ann")["forward"] == (2.0, None, False)

    gradebook.record(course, [graded(course, Path(item[0].submission), SCORES | {"dloss_dw": 3.0})])
    assert grades(course, "ann")["dloss_dw"] == (3.0, 3.5, True)
    gradebook.record(course, [graded(course, Path(item[0].submission), SCORES | {"dloss_dw": 3.0})])
    assert grades(course, "ann")["dloss_dw"] == (3.0, 3.5, True)  # still nobody has looked
    with Gradebook(course.db_url, course.course_id) as book:
        found = book.find_submission_notebook(tiny.NAME, tiny.NAME, "ann")
        assert found.flagged
        assert found.score == pytest.approx(2.0 + 1.0 + 3.5 + 0.5)
        assert found.comments[0].comment == "Well tried."


def test_an_untouched_class_is_said_to_be_no_response(course: Course) -> None:
    """nbgrader's automatic comment, as it would set it."""
    notebook = release_of(course)
    cells_of(notebook)["ShallowNarrow"]["source"] = "class ShallowNarrow:\n    pass"
    items = [graded(course, hand_in(course, "ann")), graded(course, hand_in(course, "bob", notebook))]
    gradebook.record(course, items)
    with Gradebook(course.db_url, course.course_id) as book:
        said = {s: book.find_comment("ShallowNarrow", tiny.NAME, tiny.NAME, s).auto_comment for s in ("ann", "bob")}
    assert said == {"ann": "No response.", "bob": None}


# ---- Late submissions --------------------------------------------------------------------------------------------

LATE_PLUGIN = """
from nbgrader.plugins import LateSubmissionPlugin

class PerDay(LateSubmissionPlugin):
    def late_submission_penalty(self, student_id, score, total_seconds_late):
        return None if student_id == "let-off" else 2.0 * total_seconds_late / 86400
"""


def test_late_penalties_are_those_of_nbgrader(course: Course, monkeypatch: pytest.MonkeyPatch) -> None:
    """The configured plugin is asked, extensions are honoured, a penalty takes no more than there is."""
    (course.root / "late_plugin.py").write_text(LATE_PLUGIN, encoding="utf-8")
    monkeypatch.syspath_prepend(str(course.root))
    with open(course.root / "nbgrader_config.py", "a", encoding="utf-8") as file:
        file.write("\nc.AssignLatePenalties.plugin_class = 'late_plugin.PerDay'\n")
    course = Course.find(course.root)
    due = datetime(2026, 3, 1, 12, tzinfo=UTC).replace(tzinfo=None)
    with Gradebook(course.db_url, course.course_id) as book:
        book.update_or_create_assignment(tiny.NAME, duedate=due)
    days = {"early": -1, "day": 1, "month": 30, "let-off": 3, "extended": 1, "untimed": None}
    items = []
    for student, late in days.items():
        path = hand_in(course, student)
        if late is not None:
            (path.parent / "timestamp.txt").write_text(f"{due + timedelta(days=late)} UTC\n", encoding="utf-8")
        items.append(graded(course, path))
    with Gradebook(course.db_url, course.course_id) as book:
        book.update_or_create_student("extended")
        book.update_or_create_submission(tiny.NAME, "extended")
        book.grant_extension(tiny.NAME, "extended", days=2)
    gradebook.record(course, items)

    def penalties() -> dict[str, Any]:
        with Gradebook(course.db_url, course.course_id) as book:
            found = {s: book.find_submission_notebook(tiny.NAME, tiny.NAME, s) for s in days}
            return {student: one.late_submission_penalty for student, one in found.items()}

    ours = penalties()
    expected = {"early": None, "day": 2.0, "month": 5.5, "let-off": None, "extended": None, "untimed": None}
    assert ours == expected
    run_nbgrader_autograde(course, monkeypatch)
    assert penalties() == ours


# ---- The notebook ------------------------------------------------------------------------------------------------


def outputs(*given: dict[str, Any]) -> dict[str, Any]:
    return {**tiny.code("plt.plot()"), "outputs": list(given)}


def test_figures_stay_and_nothing_active_does(course: Course) -> None:
    """Bitmaps and plain text are kept; HTML, SVG, scripts and forged pictures are not."""
    shown = {
        "image/png": PNG,
        "image/svg+xml": "<svg onload='alert(1)'/>",
        "text/html": "<script>alert(1)</script>",
        "application/javascript": "alert(1)",
        "text/plain": "<Figure size 640x480>",
    }
    forged = {"image/png": '"><script>alert(2)</script>', "image/jpeg": PNG}
    notebook = release_of(course)
    notebook["cells"].append(
        outputs(
            {"output_type": "display_data", "data": shown, "metadata": {"image/png": {"width": '"><script>'}}},
            {"output_type": "display_data", "data": forged, "metadata": {}},
            {"output_type": "execute_result", "data": {"text/plain": "10.0"}, "metadata": {}, "execution_count": 1},
            {"output_type": "stream", "name": "stderr", "text": "\x1b[31mred\x1b[0m \x07bell \u202eturned"},
            {"output_type": "error", "ename": "E", "evalue": "v", "traceback": ["\x1b[0;31mE\x1b[0m: v"]},
            {"output_type": "nonsense"},
            "not an output",
        )
    )
    gradebook.record(course, [graded(course, hand_in(course, "ann", notebook))])
    kept = notebook_of(course, "ann")["cells"][-1]["outputs"]
    assert [set(one.get("data", {})) for one in kept] == [{"image/png", "text/plain"}, {"text/plain"}, set(), set()]
    assert kept[0]["data"]["image/png"] == PNG
    assert kept[2]["text"] == "red ␇bell ⟨U+202E⟩turned"
    text = json.dumps(notebook_of(course, "ann"))
    assert "script" not in text
    assert "svg" not in text


@pytest.mark.parametrize(
    "text",
    [
        "<img src=x onerror=alert(1)>",
        "<script>alert(1)</script>",
        "[click](javascript:alert(1))",
        "[click][x]\n\n[x]: javascript:alert(1)",
        "![x](https://example.org/seen.png)",
        "&lt;script&gt;",
        r"$\href{javascript:alert(1)}{x}$",
        "````\n<script>alert(1)</script>\n````",
        "<javascript:alert(1)>",
    ],
)
def test_what_a_student_typed_is_never_active(course: Course, text: str) -> None:
    """Markdown that could act is shown as typed, in the feedback page as well."""
    from nbconvert.exporters import HTMLExporter

    notebook = release_of(course)
    notebook["cells"].append(tiny.markdown(text))
    made = autograded(release_of(course), Submission("x", "ann", tiny.NAME, notebook=notebook), None)
    html, _ = HTMLExporter(template_name="basic").from_notebook_node(nbformat.from_dict(made))
    ours, _ = HTMLExporter(template_name="basic").from_notebook_node(
        nbformat.reads(json.dumps(release_of(course)), as_version=4)
    )
    for active in ("<script", "<img", "onerror=alert(1)>", 'href="javascript', 'src="http'):
        assert html.count(active) == ours.count(active), active
    assert text in "\n".join(cell["source"] for cell in made["cells"])


def test_answers_in_words_and_formulas_are_rendered(course: Course) -> None:
    """An ordinary answer stays markdown."""
    answer = "Both shrink: $w_1 = -w_2$, *always*.\n\n- so\n- there"
    notebook = release_of(course)
    notebook["cells"].append(tiny.markdown(answer))
    made = autograded(release_of(course), Submission("x", "ann", tiny.NAME, notebook=notebook), None)
    assert made["cells"][-1]["source"] == answer


def test_given_pictures_and_pasted_ones_stay(course: Course) -> None:
    """An attachment of the release, and one that a student pasted into an answer; a forged one is shown as typed."""
    release = release_of(course)
    given = {**tiny.markdown("See:\n\n![the goal](attachment:goal.png)"), "id": "goal"}
    release["cells"].insert(1, given | {"attachments": {"goal.png": {"image/png": PNG}}})
    notebook = json.loads(json.dumps(release))
    notebook["cells"][1]["attachments"] = {}
    pasted = tiny.markdown("My drawing: ![](attachment:a.png)") | {"attachments": {"a.png": {"image/png": PNG}}}
    broken = tiny.markdown("My drawing: ![](attachment:b.png)") | {"attachments": {"b.png": {"image/png": "<svg/>"}}}
    mixed = tiny.markdown("![](attachment:a.png) [x](javascript:alert)") | {"attachments": pasted["attachments"]}
    notebook["cells"] += [pasted, broken, mixed]
    made = autograded(release, Submission("x", "ann", tiny.NAME, notebook=notebook), None)
    nbformat.validate(nbformat.from_dict(made))
    assert cells_of(made)["goal"]["attachments"] == {"goal.png": {"image/png": PNG}}
    shown = [(cell["source"].startswith("```"), "attachments" in cell) for cell in made["cells"][-3:]]
    assert shown == [(False, True), (True, False), (True, False)]


def without(*names: str) -> Any:
    def change(notebook: dict[str, Any]) -> None:
        notebook["cells"] = [cell for cell in notebook["cells"] if cell["id"] not in names]

    return change


def no_metadata(notebook: dict[str, Any]) -> None:
    for cell in notebook["cells"]:
        cell["metadata"] = {}


def nothing_to_go_by(notebook: dict[str, Any]) -> None:
    for cell in notebook["cells"]:
        cell.pop("id")
        cell["metadata"] = {}


def twice_everything(notebook: dict[str, Any]) -> None:
    notebook["cells"] += notebook["cells"]


def forged(notebook: dict[str, Any]) -> None:
    for cell in notebook["cells"]:
        cell["metadata"]["nbgrader"] = {"grade_id": "forward", "grade": True, "points": 1e9, "schema_version": 99}
        cell["id"] = "not an id!"


def retyped(notebook: dict[str, Any]) -> None:
    for cell in notebook["cells"]:
        cell["cell_type"] = "markdown" if cell["cell_type"] == "code" else "heading"


def reversed_cells(notebook: dict[str, Any]) -> None:
    notebook["cells"].reverse()


def no_cells(notebook: dict[str, Any]) -> None:
    notebook["cells"] = []


def junk_cells(notebook: dict[str, Any]) -> None:
    notebook["cells"] = [None, 3, [], {}, {"cell_type": 7, "source": {"a": 1}, "metadata": "x", "id": 9, "outputs": 3}]


def surrogates(notebook: dict[str, Any]) -> None:
    notebook["cells"][0]["source"] = "\ud800 \x00 \x1b[2J \u2028 end"


def grade_cell_edited(notebook: dict[str, Any]) -> None:
    cells_of(notebook)["forward"]["source"] = "print('my own test')\n10.0"


DAMAGE = [
    *(without(name) for name in tiny.POINTS),
    *(without("ShallowNarrow"), without("cell-01", "cell-02", "setup", "ShallowNarrow", *tiny.POINTS)),
    *(no_metadata, nothing_to_go_by, twice_everything, forged, retyped, reversed_cells, no_cells, junk_cells),
    *(surrogates, grade_cell_edited),
]


@pytest.mark.parametrize("damage", DAMAGE)
def test_damaged_notebooks_get_their_grade_cells_back(course: Course, damage: Any) -> None:
    """Whatever happened to the cells, each grade cell is there once, as released, with its points."""
    from nbgrader.nbgraderformat import MetadataValidator

    notebook = release_of(course)
    damage(notebook)
    gradebook.record(course, [graded(course, hand_in(course, "ann", notebook))])
    made = notebook_of(course, "ann")
    MetadataValidator().validate_nb(made)
    for name, score in SCORES.items():
        found = [cell for cell in made["cells"] if cell["metadata"].get("nbgrader", {}).get("grade_id") == name]
        assert len(found) == 1
        given = cells_of(release_of(course))[name]
        assert found[0]["source"] == "".join(given["source"])
        assert found[0]["metadata"] == given["metadata"]
        assert determine_grade(found[0])[0] == score
    solution = [cell for cell in made["cells"] if cell["metadata"].get("nbgrader", {}).get("solution")]
    assert len(solution) == 1


def test_the_class_is_found_wherever_it_stands(course: Course) -> None:
    """Beside the empty class cell, without metadata: the cell that defines the class is the solution shown."""
    notebook = release_of(course)
    own = "import numpy as np\n\nclass ShallowNarrow:\n    def forward(self, x):\n        return x"
    notebook["cells"] = [tiny.code("# class cell emptied", grade_id="ShallowNarrow", solution=True), tiny.code(own)]
    made = autograded(release_of(course), Submission("x", "ann", tiny.NAME, notebook=notebook), None)
    assert cells_of(made)["ShallowNarrow"]["source"] == own
    assert any("class cell emptied" in cell["source"] for cell in made["cells"])


def test_what_a_student_wrote_in_a_grade_cell_stays_visible(course: Course) -> None:
    """The released cell counts, the student's text stands before it as a cell of its own."""
    notebook = release_of(course)
    grade_cell_edited(notebook)
    made = autograded(release_of(course), Submission("x", "ann", tiny.NAME, notebook=notebook), None)
    place = [cell["id"] for cell in made["cells"]].index("forward")
    assert "my own test" in made["cells"][place - 1]["source"]
    assert made["cells"][place - 1]["metadata"] == {}


@pytest.mark.parametrize("text", ["", "{", "[]", '{"cells": 3}', "\x00\x01", "null"])
def test_a_file_that_is_no_notebook_gets_zero_and_the_reason(course: Course, text: str) -> None:
    """The teaching assistant opens it and reads why."""
    gradebook.record(course, [graded(course, hand_in(course, "ann", text))])
    made = notebook_of(course, "ann")
    assert "could be read from this file, 0 points" in made["cells"][0]["source"]
    assert submission(course, handed_in.notebooks(course, tiny.NAME)[0]).fault in made["cells"][0]["source"]
    assert grades(course, "ann") == dict.fromkeys(SCORES, (0.0, None, False))


def test_a_giant_notebook_stays_small(course: Course) -> None:
    """A hundred thousand cells and megabytes of output are cut, and said to be."""
    notebook = release_of(course)
    notebook["cells"] += [tiny.code(f"x = {number}") for number in range(100_000)]
    notebook["cells"][1]["outputs"] = [{"output_type": "stream", "name": "stdout", "text": "x" * 5_000_000}]
    gradebook.record(course, [graded(course, hand_in(course, "ann", notebook))])
    path = course.folder(course.autograded, "ann", tiny.NAME) / f"{tiny.NAME}.ipynb"
    assert path.stat().st_size < 1_000_000
    assert "more cells were submitted" in notebook_of(course, "ann")["cells"][-1]["source"]
    assert {*tiny.POINTS} <= set(cells_of(notebook_of(course, "ann")))


def test_the_notebook_is_written_as_nbformat_writes_it(course: Course) -> None:
    """So that nbgrader, opening and saving it, changes nothing."""
    item = graded(course, hand_in(course, "ann"))
    made = autograded(release_of(course), item[1], item[0])
    assert to_text(made) == nbformat.writes(nbformat.from_dict(made)) + "\n"


JSON = st.recursive(
    st.none() | st.booleans() | st.floats(allow_nan=False) | st.text(max_size=12),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=6,
)
OUTPUT = st.fixed_dictionaries(
    {"output_type": st.sampled_from(["display_data", "execute_result", "stream", "error", "update"]) | JSON},
    optional={
        "data": st.dictionaries(st.sampled_from(["image/png", "text/plain", "text/html"]), JSON | st.just(PNG)) | JSON,
        "text": JSON,
        "name": JSON,
        "traceback": JSON,
        "ename": JSON,
    },
)
IDS = st.sampled_from(
    ["forward", "loss", "dloss_dw", "train", "ShallowNarrow", "setup", "cell-01", "autograder-verdict"]
)
CELL = st.fixed_dictionaries(
    {},
    optional={
        "cell_type": st.sampled_from(["code", "markdown", "raw", "heading"]) | JSON,
        "source": st.sampled_from(["class ShallowNarrow:\n    pass", "check.loss(ShallowNarrow)"]) | st.text() | JSON,
        "id": IDS | JSON,
        "metadata": st.fixed_dictionaries({"nbgrader": st.fixed_dictionaries({"grade_id": IDS}) | JSON}) | JSON,
        "outputs": st.lists(OUTPUT, max_size=3) | JSON,
        "attachments": st.dictionaries(st.text(max_size=4), JSON, max_size=2) | JSON,
    },
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(notebook=st.dictionaries(st.just("cells"), st.lists(CELL | JSON, max_size=8) | JSON))
def test_whatever_was_handed_in_gives_a_valid_notebook(made: Path, notebook: dict[str, Any]) -> None:
    """Any JSON: nbformat and nbgrader accept the result, and each grade cell is worth what the report says."""
    from nbgrader.nbgraderformat import MetadataValidator

    release = release_of(Course.at(made))
    submitted = Submission("x", "ann", tiny.NAME, notebook=notebook)
    result = nbformat.reads(to_text(autograded(release, submitted, tiny.report("x", "ann", SCORES))), as_version=4)
    nbformat.validate(result)
    MetadataValidator().validate_nb(result)
    found = [cell for cell in result["cells"] if cell["metadata"].get("nbgrader", {}).get("grade")]
    assert {cell["metadata"]["nbgrader"]["grade_id"]: determine_grade(cell)[0] for cell in found} == SCORES
    assert len(found) == 4


# ---- nbgrader's own way in ---------------------------------------------------------------------------------------


def stand_in(path: Path, course: Course) -> Report:
    """The kit's grading replaced by a made-up report."""
    return graded(course, path)[0]


class StandIn:
    """What `nbgrader autograde` asks of a grader, with made-up reports; nothing is run."""

    def __init__(self, course: Course, grade: Any) -> None:
        self.course, self.made_up = course, grade

    def read(self, task: Task, name: str) -> Submission:
        return submission(self.course, task.path)

    def grade(self, tasks: list[Task], name: str) -> list[Graded]:
        return [Graded(self.read(task, name), self.made_up(task.path, self.course), None) for task in tasks]

    def close(self) -> None:
        pass


def run_nbgrader_autograde(course: Course, monkeypatch: pytest.MonkeyPatch, grade: Any = stand_in) -> dict[str, Any]:
    """What `nbgrader autograde <a> --force` and the formgrader's button do, for all students at once."""
    from nbgrader.apps.api import NbGraderAPI
    from nbgrader.coursedir import CourseDirectory

    monkeypatch.setattr(autograde, "open_grader", lambda course: StandIn(course, grade))
    config = course.config
    api = NbGraderAPI(CourseDirectory(config=config, root=str(course.root)), config=config)
    result: dict[str, Any] = api.autograde(tiny.NAME, "*", force=True)
    return result


def everything(course: Course) -> dict[str, bytes]:
    return {name: data for name, data in proofs.tree(course.autograded).items() if name.endswith(".ipynb")}


@pytest.fixture
def classroom(course: Course) -> Course:
    """A handful of submissions, most of them damaged."""
    for number, damage in enumerate(DAMAGE):
        notebook = release_of(course)
        damage(notebook)
        hand_in(course, f"s{number:02d}", notebook)
    hand_in(course, "broken", "{")
    hand_in(course, "renamed", name="my work (1).ipynb")
    return course


def test_both_ways_leave_the_same_files_and_the_same_gradebook(
    classroom: Course, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`nbgrader autograde` and `autograder grade` agree byte for byte, damaged notebooks included."""
    result = run_nbgrader_autograde(classroom, monkeypatch)
    assert result["success"], result
    theirs, students = everything(classroom), sorted(os.listdir(classroom.submitted))
    marks_theirs = {student: grades(classroom, student) for student in students}
    assert len(theirs) == len(students)
    shutil.rmtree(classroom.autograded)
    gradebook.record(classroom, [graded(classroom, path) for path in handed_in.notebooks(classroom, tiny.NAME)])
    assert everything(classroom) == theirs
    assert {student: grades(classroom, student) for student in students} == marks_theirs


def test_nbgrader_keeps_manual_grades_too(course: Course, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its own SaveAutoGrades would flag them again; a renamed notebook's zero in between is not seen either."""
    hand_in(course, "ann")
    hand_in(course, "bob", name="renamed.ipynb")
    run_nbgrader_autograde(course, monkeypatch)
    for student in ("ann", "bob"):
        by_hand(course, student, "dloss_dw", 3.5)
    run_nbgrader_autograde(course, monkeypatch)
    for student in ("ann", "bob"):
        assert grades(course, student)["dloss_dw"] == (2.5, 3.5, False)


@pytest.mark.parametrize("name", [f"{tiny.NAME}.ipynb", "renamed.ipynb"])
def test_a_fault_of_ours_is_no_score_in_nbgrader_either(
    course: Course, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """The submission is reported as failed, the others are graded, no score changes."""

    def fails(path: Path, course: Course) -> Report:
        if "ann" in str(path.relative_to(course.root)):
            return tiny.report(path, "ann", SCORES, verdict="internal_error", notes=("the sandbox is gone",))
        return stand_in(path, course)

    hand_in(course, "ann", name=name)
    hand_in(course, "bob")
    result = run_nbgrader_autograde(course, monkeypatch, fails)
    assert not result["success"]
    assert "the sandbox is gone" in result["log"]
    assert grades(course, "bob")["forward"] == (2.0, None, False)
    assert {auto for auto, _, _ in grades(course, "ann").values()} == {None}
    assert not course.folder(course.autograded, "ann", tiny.NAME).exists()

    run_nbgrader_autograde(course, monkeypatch)
    before = grades(course, "ann")
    run_nbgrader_autograde(course, monkeypatch, fails)
    assert grades(course, "ann") == before


def test_a_link_in_a_submission_does_not_come_back_as_its_target(
    course: Course, monkeypatch: pytest.MonkeyPatch
) -> None:
    """nbgrader copies what was handed in, links followed, and hands it back as feedback."""
    path = hand_in(course, "ann")
    os.symlink(course.solution(tiny.NAME), path.parent / "notes.txt")
    (path.parent / "data.csv").write_text("1,2\n", encoding="utf-8")
    os.symlink("data.csv", path.parent / "selfcheck.py")
    run_nbgrader_autograde(course, monkeypatch)
    copied = proofs.tree(course.folder(course.autograded, "ann", tiny.NAME))
    assert sorted(copied) == ["data.csv", "selfcheck.py", f"{tiny.NAME}.ipynb"]
    assert copied["selfcheck.py"] == (course.source / tiny.NAME / "selfcheck.py").read_bytes()


@pytest.mark.slow
def test_every_damaged_submission_gets_its_feedback_page(classroom: Course) -> None:
    """nbgrader's generate_feedback stops at none of them."""
    from nbgrader.apps.api import NbGraderAPI
    from nbgrader.coursedir import CourseDirectory

    gradebook.record(classroom, [graded(classroom, path) for path in handed_in.notebooks(classroom, tiny.NAME)])
    config = classroom.config
    api = NbGraderAPI(CourseDirectory(config=config, root=str(classroom.root)), config=config)
    result = api.generate_feedback(tiny.NAME)
    assert result["success"], result
    pages = [path for path in classroom.feedback.rglob("*.html") if "dloss_dw" in path.read_text("utf-8")]
    assert len(pages) == len(handed_in.notebooks(classroom, tiny.NAME))


def test_feedback_and_export_work_afterwards(course: Course, monkeypatch: pytest.MonkeyPatch) -> None:
    """generate_feedback shows points and words beside each grade cell; the CSV has the scores."""
    from nbgrader.apps.api import NbGraderAPI
    from nbgrader.coursedir import CourseDirectory
    from nbgrader.plugins import CsvExportPlugin

    gradebook.record(course, [graded(course, hand_in(course, student)) for student in ("ann", "bob")])
    config = course.config
    api = NbGraderAPI(CourseDirectory(config=config, root=str(course.root)), config=config)
    result = api.generate_feedback(tiny.NAME)
    assert result["success"], result
    page = (course.folder(course.feedback, "ann", tiny.NAME) / f"{tiny.NAME}.html").read_text("utf-8")
    assert "dloss_dw gives something else." in page
    assert "5.5" in page
    assert "<style>div.cell { contain: paint" in page  # each cell is drawn within its own box
    monkeypatch.chdir(course.root)
    exporter = CsvExportPlugin()
    exporter.to = str(course.root / "grades.csv")
    with Gradebook(course.db_url, course.course_id) as book:
        exporter.export(book)
    rows = Path(exporter.to).read_text("utf-8").splitlines()
    assert len(rows) == 3
    assert "5.5" in rows[1]


# ---- When the database or the disk refuses -----------------------------------------------------------------------


def nothing_written(course: Course) -> bool:
    with Gradebook(course.db_url, course.course_id) as book:
        return book.assignment_submissions(tiny.NAME) == [] and everything(course) == {}


def test_a_locked_gradebook_is_waited_for(course: Course) -> None:
    """The lock goes away in time: everything is recorded."""
    lock = sqlite3.connect(course.root / "gradebook.db", check_same_thread=False)
    lock.execute("BEGIN EXCLUSIVE")
    timer = threading.Timer(0.5, lock.rollback)
    timer.start()
    gradebook.record(course, [graded(course, hand_in(course, "ann"))])
    timer.join()
    assert grades(course, "ann")["forward"] == (2.0, None, False)


def test_a_gradebook_that_stays_locked_is_named(course: Course) -> None:
    """Bounded waiting, one sentence with the remedy, nothing half-written."""
    lock = sqlite3.connect(course.root / "gradebook.db")
    lock.execute("BEGIN EXCLUSIVE")
    with pytest.raises(gradebook.GradebookError, match=r"is locked by another program: close it"):
        gradebook.record(course, [graded(course, hand_in(course, "ann"))], patience_s=0.1)
    lock.rollback()
    assert nothing_written(course)


def test_a_read_only_gradebook_is_named(course: Course) -> None:
    """Not tried again: waiting does not help."""
    read_only = f"sqlite:///file:{course.root}/gradebook.db?mode=ro&uri=true"
    with open(course.root / "nbgrader_config.py", "a", encoding="utf-8") as file:
        file.write(f"\nc.CourseDirectory.db_url = {read_only!r}\n")
    with pytest.raises(gradebook.GradebookError, match=r"read-only: give write permission"):
        gradebook.record(Course.find(course.root), [graded(course, hand_in(course, "ann"))])
    assert nothing_written(course)


@pytest.mark.parametrize(
    ("break_it", "says"),
    [
        (lambda course: shutil.rmtree(course.release), "autograder build shallow_narrow"),
        (lambda course: (course.root / "gradebook.db").unlink(), "autograder build shallow_narrow"),
        (lambda course: (course.root / "gradebook.db").write_bytes(b"not a database" * 100), "cannot be used"),
        (lambda course: course.autograded.write_text("a file in its place"), "cannot be written"),
    ],
)
def test_what_is_missing_is_named_with_its_remedy(course: Course, break_it: Any, says: str) -> None:
    """One sentence, no traceback, nothing half-written."""
    item = graded(course, hand_in(course, "ann"))
    break_it(course)
    with pytest.raises(gradebook.GradebookError, match=says):
        gradebook.record(course, [item])
    assert not course.folder(course.autograded, "ann", tiny.NAME).exists()


def test_a_failure_in_the_middle_of_a_chunk_leaves_nothing(course: Course, monkeypatch: pytest.MonkeyPatch) -> None:
    """All of a chunk or none of it: the transaction is taken back, the notebooks are not moved."""
    items = [graded(course, hand_in(course, f"s{number}")) for number in range(5)]

    def fails(*_: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(gradebook.Rows, "_penalties", fails)
    with pytest.raises(KeyboardInterrupt):
        gradebook.record(course, items)
    monkeypatch.undo()
    assert nothing_written(course)
    assert list(course.autograded.iterdir()) == []
    gradebook.record(course, items)
    assert len(everything(course)) == 5


def test_two_graders_at_once(course: Course) -> None:
    """Both finish, and every submission is recorded."""
    items = [graded(course, hand_in(course, f"s{number:02d}")) for number in range(24)]
    failures: list[BaseException] = []

    def work(mine: list[Any]) -> None:
        try:
            for item in mine:
                gradebook.record(course, [item])
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=work, args=(items[start:] + items[:start],)) for start in (0, 12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    with Gradebook(course.db_url, course.course_id) as book:
        assert len(book.assignment_submissions(tiny.NAME)) == 24


def test_a_gradebook_that_was_replaced_meanwhile_is_the_one_that_is_written_to(course: Course) -> None:
    """By a copy, or by an empty file, in which nbgrader's tables are made again."""
    items = [graded(course, hand_in(course, "ann"))]
    empty = (course.root / "gradebook.db").read_bytes()
    gradebook.record(course, items)
    (course.root / "gradebook.db").rename(course.root / "away.db")
    (course.root / "gradebook.db").write_bytes(empty)
    gradebook.record(course, items)
    assert grades(course, "ann")["forward"][0] == SCORES["forward"]
    (course.root / "gradebook.db").rename(course.root / "away-too.db")
    with pytest.raises(gradebook.GradebookError, match="does not know shallow_narrow"):
        gradebook.record(course, items)


# ---- Speed -------------------------------------------------------------------------------------------------------


def test_recording_costs_a_few_milliseconds(course: Course) -> None:
    """Below 4 ms of CPU a submission in chunks of 32; twice that here, for a busy machine."""
    import time

    items = [graded(course, hand_in(course, f"s{number:02d}")) for number in range(32)]
    gradebook.record(course, items)
    costs = []
    for _ in range(3):
        start = time.process_time()
        gradebook.record(course, items)
        costs.append((time.process_time() - start) / 32)
    assert min(costs) < 0.008


# ---- PostgreSQL --------------------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server of this test's own, on a socket in a temporary folder; skipped where Debian's package is not there."""
    import glob
    import subprocess
    import tempfile

    pytest.importorskip("psycopg2", reason="psycopg2 is not installed (the `postgres` extra)")
    programs = sorted(glob.glob("/usr/lib/postgresql/*/bin"))
    if not programs:
        pytest.skip("no PostgreSQL server (Debian's package postgresql)")
    folder = Path(tempfile.mkdtemp(prefix="autograder-pg-", dir="/tmp"))  # a socket's path must be short
    run: list[str] = []
    if os.geteuid() == 0:  # the server refuses to run as root
        shutil.chown(folder, "postgres")
        run = ["runuser", "-u", "postgres", "--"]
    data = folder / "data"

    def call(program: str, *arguments: str) -> None:
        subprocess.run([*run, f"{programs[-1]}/{program}", *arguments], check=True, capture_output=True, cwd="/")

    try:
        call("initdb", "-D", str(data), "-U", "grader", "--auth=trust", "-E", "UTF8", "--no-sync")
        call(
            "pg_ctl", "-D", str(data), "-w", "-o", f"-k {folder} -c listen_addresses=''", "-l", f"{folder}/log", "start"
        )
        call("createdb", "-h", str(folder), "-U", "grader", "grades")
        yield f"postgresql+psycopg2://grader@/grades?host={folder}"
    finally:
        if data.exists():
            subprocess.run([*run, f"{programs[-1]}/pg_ctl", "-D", str(data), "-m", "immediate", "stop"], cwd="/")
        shutil.rmtree(folder, ignore_errors=True)


@pytest.mark.slow
def test_postgresql_works_as_sqlite_does(tmp_path: Path, postgres: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Build, both ways of grading, manual grades: the same rows as on SQLite."""
    monkeypatch.setenv("AUTOGRADER_DB_URL", postgres)
    course = tiny.lay_out(tmp_path / "course")
    assert course.db_url == postgres
    build(course, grade=tiny.by_reading)
    assert not (course.root / "gradebook.db").exists()
    items = [graded(course, hand_in(course, student)) for student in ("ann", "bob", "ünïcode, o'neill")]
    gradebook.record(course, items)
    by_hand(course, "ann", "dloss_dw", 3.5)
    gradebook.record(course, items)
    result = run_nbgrader_autograde(course, monkeypatch)
    assert result["success"], result
    assert grades(course, "ann")["dloss_dw"] == (2.5, 3.5, False)
    assert grades(course, "ünïcode, o'neill")["forward"] == (2.0, None, False)
