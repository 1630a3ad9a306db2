"""Which text of a submission is run: the worked class, a script's cells, and nothing of another lesson."""

from __future__ import annotations

import ast
import json
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbconvert import PythonExporter

from autograder import assignments
from autograder.assignments import Assignment, load
from autograder.core.course import Course
from autograder.grading.workers.kit import grader_for, kit_of
from autograder.judging.pytest_session import unreadable
from autograder.notebooks import reading
from autograder.notebooks.records import Submission
from autograder.notebooks.release import Release
from autograder.notebooks.script import script_cells
from autograder.notebooks.submission import class_in, submission_in
from tests.corpus.networks import LESSONS
from tests.support.notebooks import class_cell, class_source, filled, released, save

NAME, OTHER, DECLARED = "shallow_narrow", "relu_regression", "softmax_digits"


@pytest.fixture
def course() -> Course:
    """The course in this repository, its assignments known."""
    found = Course.find(Path(__file__).resolve().parents[2])
    assignments.look_in(found.solutions)
    return found


def read(course: Course, raw: bytes | str | dict[str, Any], assignment: str = NAME) -> Submission:
    """The submission in a file of these bytes."""
    text = json.dumps(raw) if isinstance(raw, dict) else raw
    raw = text.encode() if isinstance(text, str) else text
    return submission_in(raw, load(assignment), Release(course.release_notebook(assignment)), "ann", "a.ipynb")


def last_class(submission: Submission, name: str) -> ast.ClassDef:
    """The definition that Python is left with."""
    return [
        node
        for cell in submission.cells
        for node in ast.parse(cell.source).body
        if isinstance(node, ast.ClassDef) and node.name == name
    ][-1]


def code(source: str) -> dict[str, Any]:
    """A code cell of the student's own."""
    return {"cell_type": "code", "metadata": {}, "source": source, "outputs": [], "execution_count": None}


STUBS = {
    "with a comment": lambda stub: "# my notes\n" + stub,
    "with other hints": lambda stub: stub.replace("# hint:", "# older hint:"),
    "with pass": lambda stub: stub.replace(
        'raise NotImplementedError("replace this line with your own code: see the hint above")', "pass"
    ),
    "with an ellipsis": lambda stub: stub.replace(
        'raise NotImplementedError("replace this line with your own code: see the hint above")', "..."
    ),
    "that returns nothing": lambda stub: stub.replace(
        'raise NotImplementedError("replace this line with your own code: see the hint above")', "return None"
    ),
    "as released": lambda stub: stub,
    "with other code below": lambda stub: stub + "\n\nlearning_rate = 0.02",
    "of nothing but its name": lambda stub: stub.split("\n")[0] + "\n    pass",
}


@pytest.mark.parametrize("lesson", LESSONS)
@pytest.mark.parametrize("kind", STUBS)
def test_a_stub_never_takes_the_place_of_a_worked_class(course: Course, lesson: str, kind: str) -> None:
    """Below it, above it, or in the same cell: the worked one is run, and a note says so."""
    name = LESSONS[lesson].class_name
    source = class_source(course, lesson)
    stub = STUBS[kind]("".join(class_cell(released(course, lesson), lesson)["source"]))
    worked = ast.dump(ast.parse(source).body[0])
    for place in ("below", "above", "same cell"):
        notebook = filled(course, lesson, source if place != "same cell" else f"{source}\n\n\n{stub}")
        at = notebook["cells"].index(class_cell(notebook, lesson))
        if place != "same cell":
            notebook["cells"].insert(at + (place == "below"), code(stub))
        found = read(course, notebook, lesson)
        assert ast.dump(last_class(found, name)) == worked, place
        assert any("the worked one counts" in note for note in found.notes), place
        if kind == "with other code below":
            assert any("learning_rate = 0.02" in cell.source for cell in found.cells)


def test_of_two_worked_classes_the_last_counts_as_in_python(course: Course) -> None:
    """One method written is work: nothing is left out, nothing is noted."""
    source = class_source(course, NAME)
    stub = "".join(class_cell(released(course, NAME), NAME)["source"])
    partly = stub.replace("raise NotImplementedError", "return 2 * x\n        raise NotImplementedError", 1)
    notebook = filled(course, NAME, source)
    notebook["cells"].append(code(partly))
    found = read(course, notebook)
    assert ast.dump(last_class(found, "ShallowNarrow")) == ast.dump(ast.parse(partly).body[0])
    assert not any("worked" in note for note in found.notes)


def test_a_stub_that_the_worked_class_inherits_from_stays(course: Course) -> None:
    """`class Net(Net)` under the stub, method by method."""
    notebook = released(course, NAME)
    notebook["cells"].append(code("class ShallowNarrow(ShallowNarrow):\n    def forward(self, x):\n        return x"))
    found = read(course, notebook)
    assert sum("class ShallowNarrow" in cell.source for cell in found.cells) == 2


def test_a_worked_class_beside_an_edited_stub_is_taken_from_a_cell_of_another_kind(course: Course) -> None:
    """A code cell that was turned into text by a slip."""
    notebook = released(course, NAME)
    cell = class_cell(notebook, NAME)
    cell["source"] = "# mine\n" + "".join(cell["source"])
    source = class_source(course, NAME)
    notebook["cells"].append({"cell_type": "raw", "metadata": {}, "source": source})
    found = read(course, notebook)
    assert ast.dump(last_class(found, "ShallowNarrow")) == ast.dump(ast.parse(source).body[0])


# ------------------------------------------------------------------------------------------------------ other lessons


@pytest.mark.parametrize("lesson", [name for name in LESSONS if name != NAME])
@pytest.mark.parametrize("worked", [True, False])
def test_another_lessons_notebook_is_told_and_not_judged(course: Course, lesson: str, worked: bool) -> None:
    """By the class alone, worked or not; nothing of it is run."""
    notebook = filled(course, lesson, class_source(course, lesson)) if worked else released(course, lesson)
    found = read(course, notebook)
    assert found.fault == (
        f"this is the notebook of another lesson, {lesson}, not of {NAME}: hand in your notebook of {NAME}"
    )
    assert found.cells == ()
    report = unreadable(found, {"forward": 2.0}, "namespaces")
    assert report.assignment == NAME
    assert lesson in report.notes[0]


def test_a_lesson_is_known_by_its_class_where_its_reference_is_not_there(course: Course, tmp_path: Path) -> None:
    """As in a worker, which has the reference of one assignment and of the others their classes alone."""
    notebook = filled(course, OTHER, class_source(course, OTHER))
    (tmp_path / f"{NAME}.py").write_bytes(course.solution(NAME).read_bytes())
    assignments.look_in(tmp_path)
    assert not read(course, notebook).fault
    assignments.look_in(tmp_path, {OTHER: ("ReLURegression",)})
    assert f"the notebook of another lesson, {OTHER}, " in read(course, notebook).fault


def test_a_worker_is_told_the_classes_of_all_other_assignments(course: Course) -> None:
    """It has nothing of the course on its disk but what its kit holds."""
    kit = kit_of(course, NAME, "", "namespaces")
    assert dict(kit.classes)[OTHER] == ("ReLURegression",)
    assert NAME not in dict(kit.classes)
    notebook = filled(course, OTHER, class_source(course, OTHER))
    grader_for(kit).close()
    assert assignments.names() == ()  # of a folder that is gone
    assert assignments.class_names()[OTHER] == ("ReLURegression",)
    known = Assignment(NAME, ("ShallowNarrow",), ("ShallowNarrow",))
    release = Release(course.release_notebook(NAME))
    found = submission_in(json.dumps(notebook).encode(), known, release, "ann", "a.ipynb")
    assert f"the notebook of another lesson, {OTHER}, " in found.fault


def test_a_class_that_two_assignments_have_tells_nothing(course: Course, tmp_path: Path) -> None:
    """Else the work on the one would be called the other's."""
    for name in (NAME, OTHER):
        (tmp_path / f"{name}.py").write_bytes(course.solution(name).read_bytes())
    second = course.solution(OTHER).read_text(encoding="utf-8")
    (tmp_path / "another_relu.py").write_text(second, encoding="utf-8")
    assignments.look_in(tmp_path)
    assert not read(course, filled(course, OTHER, class_source(course, OTHER))).fault


@pytest.mark.parametrize("worked", [True, False])
def test_of_two_classes_in_a_notebook_the_worked_one_says_which_lesson_it_is(
    course: Course, tmp_path: Path, worked: bool
) -> None:
    """Where nobody names the assignment; a notebook without any of them does not tell."""
    notebook = filled(course, OTHER, class_source(course, OTHER)) if worked else released(course, OTHER)
    notebook["cells"].insert(0, class_cell(released(course, NAME), NAME))
    path = save(notebook, tmp_path / "homework.ipynb")
    assert class_in(path, assignments.class_names()) == (OTHER if worked else min(NAME, OTHER))
    assert class_in(save(filled(course, NAME, "x = 1"), path), assignments.class_names()) is None


def test_work_on_this_lesson_beside_another_is_judged(course: Course) -> None:
    """Both classes in one notebook."""
    notebook = filled(course, OTHER, class_source(course, OTHER))
    notebook["cells"].append(code(class_source(course, NAME)))
    assert not read(course, notebook).fault


def test_a_notebook_without_any_lessons_class_is_judged_as_this_lessons(course: Course) -> None:
    """A class under another name, or deleted: its own faults are told, not another lesson's."""
    assert not read(course, filled(course, NAME, "class Mine:\n    pass")).fault


# ------------------------------------------------------------------------------------------------------------ scripts


@pytest.mark.parametrize("lesson", LESSONS)
def test_a_notebook_that_nbconvert_saved_as_a_script_is_run_as_the_notebook_would_be(
    course: Course, lesson: str
) -> None:
    """The same cells, the given ones recognised, the class as it was written."""
    notebook = filled(course, lesson, class_source(course, lesson))
    script, _ = PythonExporter().from_notebook_node(nbformat.reads(json.dumps(notebook), 4))
    found, wanted = read(course, script, lesson), read(course, notebook, lesson)
    assert [cell.source.strip() for cell in found.cells] == [cell.source.strip() for cell in wanted.cells]
    assert any("Python script" in note for note in found.notes)


@pytest.mark.parametrize("mark", ["# %%", "#%%", "# %% the class", "# In[ ]:", "# In[12]:", "# <codecell>", "# +"])
def test_cells_begin_at_the_marks_of_the_usual_programs(mark: str) -> None:
    """What stands before the first mark is a cell as well."""
    cells = script_cells(f"import numpy as np\n{mark}\nclass A:\n    x = 1\n\n{mark}\n1 / 0\n")
    assert cells is not None
    assert [cell["source"] for cell in cells] == ["import numpy as np", "class A:\n    x = 1", "1 / 0"]


def test_markdown_of_a_script_is_no_code() -> None:
    """`# %% [markdown]` and the comments below it."""
    cells = script_cells("# %% [markdown]\n# ## Title\n# Text\n# %%\nclass A:\n    pass\n")
    assert cells is not None
    assert [(cell["cell_type"], cell["source"]) for cell in cells] == [
        ("markdown", "## Title\nText"), ("code", "class A:\n    pass"),
    ]  # fmt: skip


def test_a_script_without_marks_is_taken_apart_at_its_statements() -> None:
    """So that a line that fails does not keep the class from being run."""
    cells = script_cells("import numpy as np\n\n1 / 0\n\n# the class\nclass A:\n    pass\n")
    assert cells is not None
    assert [cell["source"] for cell in cells] == ["import numpy as np", "1 / 0", "# the class\nclass A:\n    pass"]


@pytest.mark.parametrize("text", ["", "{", '{"cells": []}', "<html>\nclass A:\n", "x = 1\n", "a class of its own\n"])
def test_what_defines_no_class_is_no_script(text: str) -> None:
    """A damaged notebook, a page, a note stay what they are."""
    assert script_cells(text) is None


def magics(cells: int) -> dict[str, Any]:
    """A notebook whose cells IPython would take a second each to rewrite."""
    hostile = [code(f"x{k} = %time y\n" * 15 + "y = 1\n" * 2_000) for k in range(cells)]
    return {"cells": hostile, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}


def test_a_notebook_of_magics_does_not_keep_the_grader(course: Course, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of few cells IPython rewrites each, of too many none; what is too long in all is left out."""
    asked: list[str] = []
    monkeypatch.setattr(
        "IPython.core.inputtransformer2.TransformerManager.transform_cell",
        lambda self, source: asked.append(source) or "seen = 1",
    )
    assert all("seen" in cell.source for cell in read(course, magics(2)).cells)
    assert len(set(asked)) == 2
    asked.clear()
    many = read(course, magics(12))
    assert asked == []
    assert all("y = 1" in cell.source for cell in many.cells)
    monkeypatch.setattr("autograder.notebooks.submission.ALL_LONG", 50_000)
    assert sum(len(cell.source) for cell in read(course, magics(12)).cells) < 60_000


@pytest.mark.parametrize("said", ["\ud800", "a\nb\x1b[31m", None, 7, {"major": 4}])
def test_the_format_that_a_file_says_is_told_in_plain_letters(said: object) -> None:
    """It is the file's own word, and stands in a note of the report."""
    notebook = reading.parse(json.dumps({"cells": [], "nbformat": said}).encode())
    (note,) = [note for note in notebook.notes if "format is said" in note]
    assert note.isascii()
    assert note.isprintable()


@pytest.mark.parametrize("tag", ["autograder", "alternative"])
def test_a_cell_that_only_the_source_has_is_no_submissions_code(course: Course, tag: str) -> None:
    """The declaration needs names that no sandbox has, and a second solution would take the first one's place."""
    notebook = source_of(course)
    notebook["cells"].append(code("theirs = draw.normal('N')") | {"metadata": {"tags": [tag, "other"]}})
    notebook["cells"].append(code("mine = 1") | {"metadata": {"tags": ["my idea"]}})
    found = read(course, notebook, DECLARED)
    assert not any("draw." in cell.source for cell in found.cells)
    assert any("mine = 1" in cell.source for cell in found.cells)
    (note,) = [each for each in found.notes if each.startswith("not run, being tagged as the instructor's own: ")]
    assert f"({tag})" in note


def test_a_students_answer_is_run_whatever_its_tags(course: Course) -> None:
    """A cell that nbgrader knows is handed out to be filled in: a tag takes nothing away from it."""
    tagged = source_of(course)
    for cell in tagged["cells"]:
        if cell["metadata"].get("nbgrader", {}).get("solution"):
            cell["metadata"]["tags"] = ["alternative"]
    assert read(course, tagged, DECLARED).cells == read(course, source_of(course), DECLARED).cells


def source_of(course: Course) -> dict[str, Any]:
    """The instructor's notebook of a declared assignment."""
    return json.loads(course.source_notebook(DECLARED).read_text(encoding="utf-8"))
