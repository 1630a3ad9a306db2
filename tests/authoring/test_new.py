"""A new assignment of one's own: what is laid down works, and what will not do leaves everything as it was."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nbformat
import numpy as np
import pytest

from autograder import assignments
from autograder.authoring import new, students
from autograder.authoring.build import build
from autograder.authoring.cells import cell_text, is_note
from autograder.authoring.declared import declaration, problems, reference
from autograder.cli import main
from autograder.core.course import Course, CourseError
from autograder.grading import grade_notebook
from autograder.notebooks.reading import trusted_notebook
from tests.support import notebooks

REPOSITORY = Path(__file__).resolve().parents[2]
TEMPLATE = new.TEMPLATES / f"{new.TEMPLATE_NAME}.ipynb"
NOTEBOOK = json.loads(TEMPLATE.read_text(encoding="utf-8"))


@pytest.fixture
def course(tmp_path: Path) -> Iterator[Course]:
    """An empty course: nbgrader's configuration and nothing else."""
    shutil.copy(REPOSITORY / "nbgrader_config.py", tmp_path)
    yield Course.find(tmp_path)
    assignments.look_in(tmp_path / "nowhere")


def names_in(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


# ---- what is laid down -------------------------------------------------------------------------------------------


def test_a_notebook_and_its_selfcheck_are_laid_down_under_the_new_name(course: Course) -> None:
    """Nothing of the template's name is left in them."""
    notebook, selfcheck = new.create(course, "own_mixtures")
    assert names_in(course.source) == ["own_mixtures/own_mixtures.ipynb", "own_mixtures/selfcheck.py"]
    text = notebook.read_text(encoding="utf-8")
    assert new.TEMPLATE_NAME not in text
    assert new.TEMPLATE_TITLE not in text
    assert "# Own mixtures" in text
    assert selfcheck.read_bytes() == students.SELFCHECK.read_bytes()
    assert course.source_assignments() == ["own_mixtures"]


def test_within_the_checkout_the_selfcheck_is_a_relative_link(course: Course, monkeypatch: pytest.MonkeyPatch) -> None:
    """So there is one self-check, and a moved or cloned checkout still has it."""
    (course.root / "autograder").mkdir()
    monkeypatch.setattr(
        students, "SELFCHECK", shutil.copy(students.SELFCHECK, course.root / "autograder" / "selfcheck.py")
    )
    _, selfcheck = new.create(course, "own_mixtures")
    assert selfcheck.readlink() == Path("../../autograder/selfcheck.py")


def test_the_template_notebook_is_valid_and_in_normal_form() -> None:
    """Saved anew it stays the same, so that differences show what was changed."""
    nbformat.validate(nbformat.from_dict(NOTEBOOK))
    normal = json.dumps(NOTEBOOK, indent=1, ensure_ascii=False, sort_keys=True) + "\n"
    assert TEMPLATE.read_text(encoding="utf-8") == normal


def test_what_is_laid_down_can_be_asked_and_its_slope_holds(course: Course) -> None:
    """In this process, as the build looks at it; its note reads as the solution does."""
    notebook, _ = new.create(course, "own_mixtures")
    course.solutions.mkdir()
    course.solution("own_mixtures").write_text(reference(trusted_notebook(notebook), "own_mixtures"), encoding="utf-8")
    shutil.copytree(notebook.parent, course.release_notebook("own_mixtures").parent)
    assert problems(course, "own_mixtures") == []


def test_a_note_on_what_no_longer_stands_in_the_solution_is_refused(course: Course) -> None:
    """Else it would be found out when the first wrong answer is graded."""
    notebook, _ = new.create(course, "own_mixtures")
    text = reference(trusted_notebook(notebook), "own_mixtures")
    course.solutions.mkdir()
    course.solution("own_mixtures").write_text(text.replace("(X.T @ error)", "np.dot(X.T, error)"), encoding="utf-8")
    shutil.copytree(notebook.parent, course.release_notebook("own_mixtures").parent)
    (said,) = problems(course, "own_mixtures")
    assert said.startswith("note(…): nothing in mse reads `X.T @ error`; copy `replace` from the solution")


def test_the_lesson_of_the_template_says_what_happens() -> None:
    """The weights and the last loss in the text are those of the run in the notebook."""
    space: dict[str, Any] = {}
    text = {cell["id"]: cell_text(cell) for cell in NOTEBOOK["cells"]}
    exec("\n".join(text[key] for key in ("setup", "data", "model", "loss", "descent")), space)
    found, losses = space["descend"](np.zeros(2), space["X_data"], space["y_data"], 0.1, 40)
    assert np.abs(found - [1.5, -2.0]).max() < 0.05
    assert "1.5 and −2.0" in text["run-text"]
    assert f"{losses[-1]:.2f}" == "0.01"
    assert "noise of the data, 0.01" in text["run-text"]


def test_every_word_that_the_template_declares_is_explained() -> None:
    """A comment stands above each."""
    lines = (declaration(NOTEBOOK) or "").split("\n")
    for word in ("w, X, y = draw", "assignment(", "slope(", "own(", "note("):
        (at,) = (k for k, line in enumerate(lines) if line.startswith(word))
        assert lines[at - 1].startswith("#"), word


def test_the_command_prints_the_files(course: Course, capsys: pytest.CaptureFixture[str]) -> None:
    """One path a line; then what comes next."""
    assert main(["--course", str(course.root), "new", "own_mixtures"]) == 0
    said = capsys.readouterr().out.splitlines()
    paths = ("own_mixtures/own_mixtures.ipynb", "own_mixtures/selfcheck.py")
    assert [Path(line).resolve() for line in said[:2]] == [(course.source / path).resolve() for path in paths]
    assert said[2] == "now: autograder build own_mixtures"


@pytest.mark.slow
def test_what_is_laid_down_is_built_and_graded(course: Course, tmp_path: Path) -> None:
    """Its own solution earns all points, a wrong one loses its own and reads the note's words; no note is released."""
    notebook, _ = new.create(course, "own_mixtures")
    assert [built.name for built in build(course)] == ["own_mixtures"]  # which proves full points and none
    release = notebooks.released(course, "own_mixtures")
    assert not any(is_note(cell) for cell in release["cells"])
    wrong = notebook.read_text(encoding="utf-8").replace("X.T @ error", "X.T @ predict(w, X)", 1)
    path = notebooks.save(wrong, tmp_path / "wrong.ipynb")
    report = grade_notebook(path, "own_mixtures", course)
    scores = {name: part["score"] for name, part in report.methods.items()}
    assert scores == {"predict": 2.0, "mse": 1.0, "mse-dw": 0.0, "descend": 4.0}
    assert any("dw does not know the targets." in check.rationale for check in report.checks)


# ---- what is refused, and leaves everything as it was ------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("SoftmaxRegression", "would softmax_regression do?"),
        ("softmax-regression", "would softmax_regression do?"),
        ("2layers", "would layers do?"),
        ("../escape", "would escape do?"),
        ("", "is no name"),
        ("häuser_netz", "is no name"),
        ("a__b", "is no name"),
        ("x" * 41, "too long"),
        ("list_", "is no name"),
    ],
)
def test_a_name_that_will_not_do_is_refused(course: Course, name: str, says: str) -> None:
    """With a better one where there is one."""
    with pytest.raises(CourseError, match=says.replace("?", r"\?")):
        new.create(course, name)
    assert names_in(course.root) == ["nbgrader_config.py"]


def test_what_is_there_already_stays(course: Course) -> None:
    """A second time, or beside a folder of that name."""
    notebook, _ = new.create(course, "own_mixtures")
    notebook.write_text("changed", encoding="utf-8")
    (course.source / "my_model").mkdir()
    for name in ("own_mixtures", "my_model"):
        with pytest.raises(CourseError, match=f"{name} is there already: choose another name"):
            new.create(course, name)
    assert notebook.read_text(encoding="utf-8") == "changed"
    assert names_in(course.source / "my_model") == []


def test_a_name_of_the_course_is_taken(course: Course) -> None:
    """Also where its source is gone and only what was built of it is there: work may have been handed in for it."""
    course.solutions.mkdir()
    shutil.copy(REPOSITORY / "solutions" / "shallow_narrow.py", course.solutions)
    with pytest.raises(CourseError, match="there is an assignment shallow_narrow already"):
        new.create(course, "shallow_narrow")
    assert not course.source.exists()


def test_a_place_that_cannot_be_written_to_is_left_clean(course: Course, monkeypatch: pytest.MonkeyPatch) -> None:
    """No half of an assignment: the notebook goes when the self-check cannot be laid beside it."""
    monkeypatch.setattr(students, "SELFCHECK", course.root.parent / "not there")
    with pytest.raises(CourseError, match="nothing was laid down"):
        new.create(course, "own_mixtures")
    assert names_in(course.root) == ["nbgrader_config.py"]
