"""A source notebook that cannot be built as it stands: one sentence, whichever command reads it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from autograder.authoring import ExtractionError
from autograder.authoring.declared import reference
from autograder.authoring.drafting.existing import existing
from autograder.authoring.source import source_notebook
from autograder.cli import main
from autograder.core import CourseError
from tests.authoring.test_preview import DECLARATION, SOLUTION, notebook

SAME = "cells 3 and 4 have the same id 'half': give each an id of its own, or remove one of them"


def with_ids(folder: Path, *ids: str) -> Path:
    """The notebook whose solution cell and grade cells have these ids, in order."""
    path = notebook(folder)
    tree = json.loads(path.read_text(encoding="utf-8"))
    cells = [cell for cell in tree["cells"] if "nbgrader" in cell["metadata"]]
    for cell, grade_id in zip(cells, ids, strict=True):
        cell["metadata"]["nbgrader"]["grade_id"] = grade_id
    path.write_text(json.dumps(tree), encoding="utf-8")
    return path


@pytest.fixture
def course(tmp_path: Path) -> Path:
    """A new course without lessons but one."""
    assert main(["init", str(tmp_path / "course"), "shallow_narrow"]) == 0
    return tmp_path / "course"


def twice_named(course: Path) -> Path:
    """The source of an assignment called halves, two cells of which have one id."""
    folder = course / "source" / "halves"
    folder.mkdir()
    return with_ids(folder, "code", "half", "half", "loss-dw")


def test_two_cells_of_one_id_are_told_by_every_command(
    course: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """With both places; nbgrader is not asked."""
    monkeypatch.chdir(course)
    path = twice_named(course)
    capsys.readouterr()
    assert main(["try", "halves"]) == 2
    assert capsys.readouterr().err == f"autograder: {SAME}\n"
    assert main(["build", "halves"]) == 2
    assert capsys.readouterr().err == f"autograder: halves: {SAME}\n"
    assert main(["new", "drafted", "--from", str(path)]) == 2
    assert capsys.readouterr().err == f"autograder: {path}: {SAME}\n"
    (course / "solutions").mkdir(exist_ok=True)
    (course / "solutions" / "halves.py").write_text(reference(json.loads(path.read_text("utf-8")), "halves"), "utf-8")
    assert main(["verify", "halves"]) == 1
    assert capsys.readouterr().out == f"halves: it is not proved\n  {SAME}\n"


def test_an_ordinary_assignments_ids_are_looked_at_as_well(
    course: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """nbgrader would say the same, in the words of a schema."""
    monkeypatch.chdir(course)
    path = twice_named(course)
    path.write_text(path.read_text("utf-8").replace('"autograder"', '"other"'), encoding="utf-8")
    capsys.readouterr()
    assert main(["build", "halves"]) == 2
    assert capsys.readouterr().err == f"autograder: halves: {SAME}\n"


def test_a_solution_that_took_the_id_of_its_grade_cell_is_to_give_it_up(tmp_path: Path) -> None:
    """The grade cell's id says what it scores, so that is the one to keep."""
    with pytest.raises(
        ExtractionError, match="cells 2 and 3 have the same id 'half': give cell 2 another, such as half-code"
    ):
        source_notebook(with_ids(tmp_path, "half", "half", "loss", "loss-dw"))


def test_ids_of_cells_that_no_release_has_do_not_count(tmp_path: Path) -> None:
    """A note may well be a copy of a cell."""
    path = with_ids(tmp_path, "code", "half", "half", "loss-dw")
    tree = json.loads(path.read_text(encoding="utf-8"))
    tree["cells"][3]["metadata"]["tags"] = ["instructor"]
    path.write_text(json.dumps(tree), encoding="utf-8")
    assert source_notebook(path) == tree


def test_the_id_of_the_builds_own_cell_is_taken(tmp_path: Path) -> None:
    with pytest.raises(
        ExtractionError, match="cell 2 has the id 'facts', under which the build makes a cell of its own"
    ):
        source_notebook(with_ids(tmp_path, "facts", "half", "loss", "loss-dw"))


END = "    ### END SOLUTION\n"
BEGIN = "    ### BEGIN SOLUTION\n"


@pytest.mark.parametrize(
    ("solution", "says"),
    [
        (SOLUTION.replace(END, "", 1), "cell 2 has ### BEGIN SOLUTION and ### END SOLUTION that do not pair up"),
        (SOLUTION.replace(BEGIN, 2 * BEGIN, 1), "cell 2 has ### BEGIN SOLUTION and ### END SOLUTION that do not pair"),
        (SOLUTION.replace(BEGIN, "", 1), "cell 2 has ### BEGIN SOLUTION and ### END SOLUTION that do not pair up"),
        (SOLUTION.replace(BEGIN, "").replace(END, ""),
         "cell 2 has no ### BEGIN SOLUTION and ### END SOLUTION, so that nothing of half, loss would reach students"),
    ],
)  # fmt: skip
def test_the_marks_of_solutions_are_held_to_their_form(tmp_path: Path, solution: str, says: str) -> None:
    with pytest.raises(ExtractionError, match=says):
        source_notebook(notebook(tmp_path, solution))


def test_a_class_without_markers_is_told_where_cells_are_called_as_its_methods_alone(tmp_path: Path) -> None:
    path = with_ids(tmp_path, "code", "forward", "other", "other-dw")
    tree = json.loads(path.read_text(encoding="utf-8"))
    tree["cells"][1]["source"] = "class Net:\n    def forward(self, x):\n        return x\n"
    path.write_text(json.dumps(tree), encoding="utf-8")
    with pytest.raises(ExtractionError, match="so that nothing of Net would reach students"):
        source_notebook(path)


def test_a_solution_in_a_given_cell_is_told(tmp_path: Path) -> None:
    path = notebook(tmp_path)
    tree = json.loads(path.read_text(encoding="utf-8"))
    del tree["cells"][1]["metadata"]["nbgrader"]
    path.write_text(json.dumps(tree), encoding="utf-8")
    with pytest.raises(ExtractionError, match="cell 2 holds a solution between its markers and is not marked as one"):
        source_notebook(path)


def test_a_helper_that_students_write_whole_needs_no_markers(tmp_path: Path) -> None:
    """Nothing scores it, so nothing of it has to be said."""
    path = notebook(tmp_path)
    tree: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    helper = json.loads(json.dumps(tree["cells"][1]))
    helper["source"], helper["metadata"]["nbgrader"]["grade_id"] = "def helper(x):\n    return x\n", "helper-code"
    tree["cells"].insert(1, helper)
    path.write_text(json.dumps(tree), encoding="utf-8")
    assert source_notebook(path) == tree


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ('{"cells": [', r"halves.ipynb is no notebook that can be read \(Expecting value: .*\): save it again in Jup"),
        ("", r"halves.ipynb is no notebook that can be read \(Expecting value: .*\): save it again in Jupyter"),
        ("[]", r"halves.ipynb is no notebook of today's format \(nbformat 4\): save it again in Jupyter"),
        (
            '{"nbformat": 3, "worksheets": []}',
            r"halves.ipynb is no notebook of today's format \(nbformat 4\): save it ",
        ),
        ('{"nbformat": 4, "cells": [3]}', r"halves.ipynb is no notebook of today's format \(nbformat 4\): save it aga"),
    ],
)
def test_what_is_no_notebook_is_told(tmp_path: Path, text: str, says: str) -> None:
    (tmp_path / "halves.ipynb").write_text(text, encoding="utf-8")
    with pytest.raises(ExtractionError, match=says):
        source_notebook(tmp_path / "halves.ipynb")


@pytest.mark.parametrize(
    ("solution", "says"),
    [
        (SOLUTION.replace("return x / 2", "return x / "), "cell 2 is not valid Python: invalid syntax (line 7)"),
        (f"%matplotlib inline\n{SOLUTION}".replace("return x / 2", "return x / "),
         "cell 2 is not valid Python: invalid syntax (line 8)"),
        (f"{SOLUTION}\nraise ValueError('boom')\n",
         "the solution of halves raises ValueError: boom (in `raise ValueError('boom')`); run the notebook's cells in "
         "order, and mend what raises"),
        (f"{SOLUTION}\nraise SystemExit\n", "the solution of halves raises SystemExit:  (in `raise SystemExit`); run"),
        (SOLUTION.replace("return x / 2", "return x / undefined"),
         "half cannot be asked with N = 4: the solution gives no answer (NameError: name 'undefined' is not defined); "
         "is that name misspelt, or is it defined in no cell of the notebook?"),
        (SOLUTION.replace("return x / 2", "raise NotImplementedError"),
         "half cannot be asked with N = 4: the solution gives no answer (NotImplementedError: ); is all written "
         "between the markers of the solution cells?"),
    ],
)  # fmt: skip
def test_a_solution_that_raises_is_told_with_its_place(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], solution: str, says: str
) -> None:
    assert main(["try", str(notebook(tmp_path, solution))]) == 2
    assert says in capsys.readouterr().err


@pytest.mark.parametrize(
    ("declaration", "says"),
    [
        ("", "the declaration needs assignment(sizes=dict(N=(1, 3, 11), …)): what sizes are asked?"),
        (f'{DECLARATION}own("lost", x=1)\n', "the declaration, line 4: 'lost' is no function or method of the solut"),
        (f"{DECLARATION}raise SystemExit(3)\n", "the declaration, line 4: SystemExit: 3"),
    ],
)
def test_a_declaration_of_which_nothing_can_be_made_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], declaration: str, says: str
) -> None:
    assert main(["try", str(notebook(tmp_path, declaration=declaration))]) == 2
    assert says in capsys.readouterr().err


def test_an_existing_notebooks_repeated_ids_are_told_before_it_is_run(tmp_path: Path) -> None:
    path = with_ids(tmp_path, "code", "half", "half", "loss-dw")
    with pytest.raises(CourseError, match=SAME):
        existing(path)
