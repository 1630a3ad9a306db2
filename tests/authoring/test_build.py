"""What the build promises: releases that are proved, or nothing."""

from __future__ import annotations

import base64
import copy
import errno
import json
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from autograder import assignments
from autograder.authoring import declared, students
from autograder.authoring.build import BuildError, build
from autograder.authoring.cells import ExtractionError, cut_regions
from autograder.authoring.declared import reference
from autograder.authoring.nbgrader_release import settle_ids
from autograder.authoring.proofs import leaks
from autograder.authoring.proofs import release_proofs as proofs
from autograder.cli import main
from autograder.core.course import Course, CourseError
from autograder.grading import handed_in
from autograder.grading.store.shared import FOLDER
from autograder.notebooks.reading import trusted_notebook
from tests.support import tiny_course as tiny


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Course:
    """A course whose one assignment is built."""
    course = tiny.lay_out(tmp_path_factory.mktemp("course"))
    build(course, grade=tiny.by_reading)
    return course


@pytest.fixture(autouse=True)
def nothing_unproved(monkeypatch: pytest.MonkeyPatch) -> None:
    """No small changes of the solution are tried: they take seconds; tests/callables/test_gaps.py is about them."""
    monkeypatch.setattr(declared, "unproved", lambda *_: [])


def release_of(course: Course) -> dict[str, Any]:
    return trusted_notebook(course.release_notebook(tiny.NAME))


def cell_named(notebook: dict[str, Any], name: str) -> dict[str, Any]:
    return next(c for c in notebook["cells"] if c["metadata"].get("nbgrader", {}).get("grade_id") == name)


def test_what_is_noted_of_an_assignment_is_told_when_it_is_built(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """It refuses nothing."""
    monkeypatch.setattr(declared, "notes", lambda _: ["f: look"])
    monkeypatch.setattr(sys.modules[build.__module__], "_grade", tiny.by_reading)
    course = tiny.lay_out(tmp_path)
    assert main(["--course", str(course.root), "build"]) == 0
    assert capsys.readouterr().out.splitlines()[1:] == ["  note: f: look"]


# ---- What comes out ----------------------------------------------------------------------------------------------


def test_the_release_has_the_notebook_and_what_lies_beside_it(built: Course) -> None:
    """Students get the notebook and selfcheck.py, and nothing else."""
    assert sorted(proofs.tree(built.release)) == [f"{tiny.NAME}/selfcheck.py", f"{tiny.NAME}/{tiny.NAME}.ipynb"]


def test_the_reference_stands_alone(built: Course) -> None:
    """solutions/<a>.py imports what the class needs, and computes; no mark of a region is left in it."""
    text = built.solution(tiny.NAME).read_text("utf-8")
    assert "import numpy as np" in text
    assert "SOLUTION" not in text
    namespace: dict[str, Any] = {}
    exec(compile(text, "solution", "exec"), namespace)  # our own text, as the judge's reference
    assert namespace["ShallowNarrow"]((2.0, 3.0)).forward(5.0) == 30.0


def test_building_again_changes_nothing(built: Course) -> None:
    """A second build says so and leaves every byte."""
    before = proofs.tree(built.release) | {"solution": built.solution(tiny.NAME).read_bytes()}
    assert [one.changed for one in build(built, grade=tiny.by_reading)] == [False]
    assert proofs.tree(built.release) | {"solution": built.solution(tiny.NAME).read_bytes()} == before
    assert [path.name for path in built.state.iterdir()] == [FOLDER]


def test_the_gradebook_knows_the_assignment(built: Course) -> None:
    """The four grade cells and their points stand in the gradebook after a build."""
    from nbgrader.api import Gradebook

    with Gradebook(built.db_url, built.course_id) as book:
        cells = book.find_notebook(tiny.NAME, tiny.NAME).grade_cells
        assert {cell.name: cell.max_score for cell in cells} == tiny.POINTS


def test_official_answers_become_plain_cells_to_write_in(built: Course) -> None:
    """The question stays, the answer goes, and no point or lock is left on the cell."""
    cell = next(c for c in release_of(built)["cells"] if "saddle" in "".join(c["source"]))
    assert cell["metadata"] == {}
    assert "".join(cell["source"]).endswith("*Your answer here.*")
    assert "shrink together" not in json.dumps(release_of(built))


def run_nbgrader(course: Course, *arguments: str) -> subprocess.CompletedProcess[str]:
    """The `nbgrader` command as an instructor runs it, without an activated environment."""
    command = [str(Path(sys.executable).parent / "nbgrader"), *arguments]
    env = {**os.environ, "PATH": "/usr/bin:/bin"}
    return subprocess.run(command, cwd=course.root, env=env, capture_output=True, text=True, timeout=120)


@pytest.mark.slow
def test_nbgrader_alone_gives_the_same_release(built: Course, tmp_path: Path) -> None:
    """`nbgrader generate_assignment` in a fresh clone, gradebook and all, gives the same bytes as the build."""
    fresh = tiny.lay_out(tmp_path / "clone")
    done = run_nbgrader(fresh, "generate_assignment", tiny.NAME)
    assert done.returncode == 0, done.stderr
    assert proofs.tree(fresh.release) == proofs.tree(built.release)
    again = run_nbgrader(fresh, "generate_assignment", tiny.NAME)
    assert again.returncode == 0, again.stderr
    assert proofs.tree(fresh.release) == proofs.tree(built.release)


def test_the_formgraders_generate_button_gives_the_same_release(built: Course, tmp_path: Path) -> None:
    """What the button calls gives the same bytes as the build."""
    from nbgrader.apps.api import NbGraderAPI
    from nbgrader.coursedir import CourseDirectory

    fresh = tiny.lay_out(tmp_path / "clone")
    config = fresh.config
    api = NbGraderAPI(CourseDirectory(config=config, root=str(fresh.root)), config=config)
    result = api.generate_assignment(tiny.NAME)
    assert result["success"], result
    assert proofs.tree(fresh.release) == proofs.tree(built.release)


# ---- What is refused, and leaves everything as it was ------------------------------------------------------------


def edited(change: Any) -> dict[str, Any]:
    notebook = tiny.source_notebook()
    change(notebook)
    return notebook


def refused(folder: Path, notebook: dict[str, Any]) -> str:
    """The message of the build that must fail; checks that nothing was swapped in."""
    course = tiny.lay_out(folder, notebook)
    with pytest.raises((proofs.ProofError, BuildError, ExtractionError)) as caught:
        build(course, grade=tiny.by_reading)
    assert not course.release.exists()
    assert not course.solutions.exists()
    assert {path.name for path in course.state.iterdir()} <= {FOLDER}
    return str(caught.value)


def points_below_zero(notebook: dict[str, Any]) -> None:
    cell_named(notebook, "loss")["metadata"]["nbgrader"]["points"] = -2.0


def points_nowhere(notebook: dict[str, Any]) -> None:
    for name in tiny.POINTS:
        cell_named(notebook, name)["metadata"]["nbgrader"]["points"] = 0


def check_of_its_own(notebook: dict[str, Any]) -> None:
    extra = copy.deepcopy(cell_named(notebook, "loss"))
    extra["metadata"]["nbgrader"]["grade_id"] = "speed"
    notebook["cells"].append(extra)


def grade_cell_renamed(notebook: dict[str, Any]) -> None:
    cell_named(notebook, "forward")["metadata"]["nbgrader"]["grade_id"] = "forwards"


def region_left_open(notebook: dict[str, Any]) -> None:
    cell = cell_named(notebook, "ShallowNarrow")
    cell["source"] = cell["source"].removesuffix("### END SOLUTION")


def unknown_name(notebook: dict[str, Any]) -> None:
    cell = cell_named(notebook, "ShallowNarrow")
    cell["source"] = cell["source"].replace("np.mean", "average")


def no_solution(notebook: dict[str, Any]) -> None:
    cell = cell_named(notebook, "ShallowNarrow")
    cell["source"] = "\n".join(line for line in cell["source"].split("\n") if "SOLUTION" not in line)
    del cell["metadata"]["nbgrader"]


def is_declared(cell: dict[str, Any]) -> bool:
    return "autograder" in cell["metadata"].get("tags", ())


def declaration_gone(notebook: dict[str, Any]) -> None:
    notebook["cells"] = [cell for cell in notebook["cells"] if not is_declared(cell)]


def declared_twice(notebook: dict[str, Any]) -> None:
    notebook["cells"] += copy.deepcopy([cell for cell in notebook["cells"] if is_declared(cell)])


def answer_left_open(notebook: dict[str, Any]) -> None:
    notebook["cells"][-2]["source"] = notebook["cells"][-2]["source"].replace("### END SOLUTION", "")


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (points_below_zero, "-2.0 is less than the minimum of 0"),
        (points_nowhere, "no grade cell is worth points: give at least one callable a cell of autograder tests"),
        (check_of_its_own, "the grade cell speed names no function or method of the solution"),
        (grade_cell_renamed, "the grade cell forwards names no function or method of the solution"),
        (region_left_open, "### END SOLUTION that do not pair up; mend the markers"),
        (unknown_name, "the solution gives no answer (NameError: name 'average' is not defined"),
        (no_solution, "no code cell is marked as a solution"),
        (declaration_gone, "no cell is tagged `autograder`: the declaration says there how arguments are drawn; "
         "`autograder new NAME` lays down an assignment with one, explained"),
        (declared_twice, "2 cells are tagged `autograder`: an assignment has one declaration"),
        (answer_left_open, "### END SOLUTION that do not pair up; mend the markers"),
    ],
)  # fmt: skip
def test_a_source_that_is_not_right_is_refused(tmp_path: Path, change: Any, says: str) -> None:
    """Each fault of a source is named, and nothing of it is released."""
    assert says in refused(tmp_path / "course", edited(change))


def show_in_prose(notebook: dict[str, Any]) -> None:
    notebook["cells"][0]["source"] += "\n\nRemember: `residual=self.forward( x )-y_true`, then the mean."


def show_in_given_code(notebook: dict[str, Any]) -> None:
    notebook["cells"][-1]["source"] += (
        "\n\nself.w1, self.w2 = (self.w1 - lr*dloss_dw1,\n    self.w2 - lr*dloss_dw2)  # so"
    )


def show_a_right_side(notebook: dict[str, Any]) -> None:
    notebook["cells"][-1]["source"] += "\n\nprediction = self.w2 * (self.w1 * x)"


def show_in_an_attachment(notebook: dict[str, Any]) -> None:
    text = b"\x89PNG\r\n\x1a\n....tEXtSource\0return self.w2 * (self.w1 * x)...."
    notebook["cells"][0]["attachments"] = {"a.png": {"image/png": base64.b64encode(text).decode()}}


def show_in_tags(notebook: dict[str, Any]) -> None:
    notebook["cells"][0]["metadata"]["tags"] = ["return float(np.mean((y_true - y_prediction) ** 2))"]


def show_an_answer(notebook: dict[str, Any]) -> None:
    answer = "> Because both gradients have the same\n> size there, the two weights shrink together."
    notebook["cells"][0]["source"] += "\n\n" + answer


@pytest.mark.parametrize(
    "change",
    [
        show_in_prose,
        show_in_given_code,
        show_a_right_side,
        show_in_an_attachment,
        show_in_tags,
        show_an_answer,
    ],
)
def test_a_line_of_the_solution_anywhere_is_refused(tmp_path: Path, change: Any) -> None:
    """Text, code, attachments and metadata are searched, whatever the white space."""
    assert "shows a line of" in refused(tmp_path / "course", edited(change))


def test_a_comment_of_the_solution_is_found(tmp_path: Path) -> None:
    """A comment inside a region is part of the solution."""
    notebook = edited(lambda n: None)
    cell = cell_named(notebook, "ShallowNarrow")
    cell["source"] = cell["source"].replace("# the residual goes into", "# the residual enters")
    shown = "The residual enters a mean over all of the samples"
    notebook["cells"][0]["source"] += f"\n\n{shown}."
    assert "shows a line of the solution" in refused(tmp_path / "course", notebook)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("notes.txt", "dloss_dw1 = float(np.mean(2 * residual * self.w2 * x))"),
        ("old.py", "class ShallowNarrow:\n    def forward(self, x):\n        return self.w2*(self.w1*x)\n"),
        ("data.b64", base64.b64encode(b"x = 1\nweight_records[epoch] = self.w1, self.w2\n").decode()),
    ],
)
def test_a_leak_in_another_file_is_refused(tmp_path: Path, name: str, text: str) -> None:
    """Whatever lies beside the source is copied to the students, so it is searched as well."""
    course = tiny.lay_out(tmp_path / "course")
    (course.source / tiny.NAME / name).write_text(text, encoding="utf-8")
    with pytest.raises(proofs.ProofError, match="shows a line of"):
        build(course, grade=tiny.by_reading)
    assert not course.release.exists()


def test_a_second_notebook_is_refused(tmp_path: Path) -> None:
    """nbgrader would release a forgotten backup, solutions and all."""
    course = tiny.lay_out(tmp_path / "course")
    shutil.copy(course.source_notebook(tiny.NAME), course.source / tiny.NAME / "backup.ipynb")
    with pytest.raises(proofs.ProofError, match=r"backup.ipynb lies beside"):
        build(course, grade=tiny.by_reading)


def test_a_line_of_a_check_in_the_self_check_is_refused(tmp_path: Path) -> None:
    """What decides about points is not to be found in the file that students get."""
    telling = [line for line in proofs.check_lines() if leaks.code_secrets("a check", [line])]
    assert len(telling) > 10
    course = tiny.lay_out(tmp_path / "course")
    (course.source / tiny.NAME / "selfcheck.py").write_text("class SelfCheck:\n" + telling[-1] + "\n", encoding="utf-8")
    with pytest.raises(proofs.ProofError, match=r"selfcheck.py shows a line of a check"):
        build(course, grade=tiny.by_reading)


@pytest.mark.parametrize(
    ("line", "needles"),
    [
        ("return loss", []),
        ("pass", []),
        ("else:", []),
        ("import numpy as np", []),
        ("from math import exp", []),
        ("for epoch in range(n_ep):", ["forepochinrange(n_ep):"]),  # plumbing: allowed where the source gives it
        ("w -= lr * g", []),  # seven signs, in half of all books
        ("self.w -= lr * gradient", ["self.w-=lr*gradient"]),
        ("a = 2 * residual * x  # why", ["a=2*residual*x", "2*residual*x"]),
        ("hidden = np.maximum(z, 0)", ["hidden=np.maximum(z,0)"]),
    ],
)
def test_which_lines_tell_something(line: str, needles: list[str]) -> None:
    """Short and common lines are not looked for; formulas are, with and without what they are assigned to."""
    assert [secret.needle for secret in leaks.code_secrets("x", [line])] == needles


def test_plumbing_may_stand_where_the_source_gives_it(tmp_path: Path) -> None:
    """A loop header in a given cell is no leak; the same line out of nowhere is one."""
    notebook = edited(lambda n: None)
    notebook["cells"][-1]["source"] += "\nfor epoch in range(n_ep):\n    print(epoch)"
    course = tiny.lay_out(tmp_path / "course", notebook)
    build(course, grade=tiny.by_reading)
    secrets = leaks.code_secrets("the solution", ["for epoch in range(n_ep):"])
    assert leaks.find(course.release, secrets, leaks.squeeze(notebook["cells"][-1]["source"])) == []
    assert len(leaks.find(course.release, secrets, "")) == 1


@pytest.mark.parametrize(
    ("source", "release", "says"),
    [
        ({"train": 2.5}, {}, "the source earns 2.5 of 3 for train"),
        ({}, {"loss": 1.0}, "the release earns 1 of 1 for loss"),
    ],
)
def test_wrong_marks_are_refused(tmp_path: Path, source: Any, release: Any, says: str) -> None:
    """The source must earn every point and the release none."""
    course = tiny.lay_out(tmp_path / "course")

    def grade(path: Path, name: str, course: Course) -> Any:
        if path == course.release_notebook(name):
            return tiny.report(path, None, dict.fromkeys(tiny.POINTS, 0.0) | release)
        return tiny.report(path, None, tiny.POINTS | source)

    with pytest.raises(proofs.ProofError, match=says):
        build(course, grade=grade)
    assert not course.release.exists()


def test_a_fault_that_would_cost_nobody_a_point_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As with a second solution that loses points: nothing is released."""
    monkeypatch.setattr(declared, "unproved", lambda *_: ["train, cell 4: no question tells it"])
    course = tiny.lay_out(tmp_path / "course")
    with pytest.raises(proofs.ProofError, match="train, cell 4: no question tells it"):
        build(course, grade=tiny.by_reading)
    assert not course.release.exists()


def test_a_fault_of_the_grader_is_refused(tmp_path: Path) -> None:
    """An internal error proves nothing, so nothing is released."""
    course = tiny.lay_out(tmp_path / "course")

    def grade(path: Path, name: str, course: Course) -> Any:
        return tiny.report(path, None, tiny.POINTS, verdict="internal_error", notes=("no sandbox",))

    with pytest.raises(proofs.ProofError, match="grading the source failed: no sandbox"):
        build(course, grade=grade)


def test_a_failed_build_leaves_the_last_release(tmp_path: Path) -> None:
    """Students keep what was proved; the gradebook is not touched either."""
    course = tiny.lay_out(tmp_path / "course")
    build(course, grade=tiny.by_reading)
    before, book = proofs.tree(course.release), (course.root / "gradebook.db").read_bytes()
    course.source_notebook(tiny.NAME).write_text(json.dumps(edited(points_nowhere)), encoding="utf-8")
    with pytest.raises(proofs.ProofError):
        build(course, grade=tiny.by_reading)
    assert proofs.tree(course.release) == before
    assert (course.root / "gradebook.db").read_bytes() == book


def test_a_disk_that_is_full_while_nbgrader_makes_the_release_is_told_as_that(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """No number of an error, no folder that is there for a moment; nothing is left over."""

    def full(*_: Any) -> Any:
        raise OSError(errno.ENOSPC, "No space left on device", str(tmp_path / "build-x1" / "selfcheck.py"))

    monkeypatch.setattr(students, "with_facts", full)
    course = tiny.lay_out(tmp_path)
    assert main(["--course", str(course.root), "build"]) == 2
    assert capsys.readouterr().err == f"autograder: {course.root} cannot be written: the disk is full; make room\n"
    assert list(course.state.iterdir()) == []


WHERE: dict[str, tuple[Any, str]] = {
    "while nbgrader makes the release": (students, "with_facts"),
    "while it is graded": (None, "_grade"),
    "in the last step": (None, "_swap_folder"),
}


@pytest.mark.parametrize("when", WHERE)
def test_a_build_that_is_interrupted_is_whole_or_was_never_begun(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], when: str
) -> None:
    """Ctrl-C: exit code 130, the usual word; gradebook, release and reference change together, and nothing is left."""
    place = sys.modules[build.__module__]
    course = tiny.lay_out(tmp_path / "course")
    build(course, grade=tiny.by_reading)
    monkeypatch.setattr(place, "_grade", tiny.by_reading)
    before, book = proofs.tree(course.release), (course.root / "gradebook.db").read_bytes()
    text = course.source_notebook(tiny.NAME).read_text(encoding="utf-8")
    course.source_notebook(tiny.NAME).write_text(text.replace("# A tiny lesson", "# A lesson"), encoding="utf-8")
    owner, name = WHERE[when]
    with monkeypatch.context() as patch:
        interrupted(patch, place if owner is None else owner, name)
        assert main(["--course", str(course.root), "build"]) == 130
    assert capsys.readouterr() == ("", "interrupted\n")
    assert [path.name for path in course.state.iterdir() if path.name != FOLDER] == []
    changed = proofs.tree(course.release) != before
    assert changed == ((course.root / "gradebook.db").read_bytes() != book) == (when == "in the last step")
    assert ("# A lesson" in course.release_notebook(tiny.NAME).read_text(encoding="utf-8")) == changed


@pytest.mark.parametrize("at", [1, 2])
def test_a_release_whose_swap_is_broken_off_is_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, at: int) -> None:
    """A second Ctrl-C does not wait."""
    place = sys.modules[build.__module__]
    new, target = tmp_path / "new", tmp_path / "release"
    for folder in (new, target):
        folder.mkdir()
        (folder / "a.ipynb").write_text(folder.name)
    rename, called = os.rename, []

    def stopped(source: Any, goal: Any) -> None:
        called.append(source)
        if len(called) != at or at == 1:
            rename(source, goal)
        if len(called) == at:
            raise KeyboardInterrupt

    monkeypatch.setattr(os, "rename", stopped)
    with pytest.raises(KeyboardInterrupt):
        place._swap_folder(new, target)
    assert (target / "a.ipynb").read_text() == "release"


def interrupted(monkeypatch: pytest.MonkeyPatch, owner: Any, name: str) -> None:
    """Ctrl-C comes where that function is called."""
    real = getattr(owner, name)

    def pressed(*given: Any) -> Any:
        os.kill(os.getpid(), signal.SIGINT)
        return real(*given)

    monkeypatch.setattr(owner, name, pressed)


def test_unknown_assignments_are_refused_before_anything_is_built(tmp_path: Path) -> None:
    """The message lists those there are."""
    course = tiny.lay_out(tmp_path / "course")
    with pytest.raises(CourseError, match=r"for nothing; there are: shallow_narrow"):
        build(course, [tiny.NAME, "nothing"], grade=tiny.by_reading)
    assert not course.release.exists()
    shutil.rmtree(course.source)
    with pytest.raises(CourseError, match="nothing to build"):
        build(course, grade=tiny.by_reading)


# ---- The parts ---------------------------------------------------------------------------------------------------


def test_cells_without_an_id_get_one_that_depends_on_the_notebook_alone() -> None:
    """Given, doubled and impossible ids: each cell ends up with a valid one of its own."""
    cells = [{"id": "a"}, {}, {"id": "a"}, {"id": "no good!"}, tiny.code("x", grade_id="forward", points=2.0)]
    settle_ids(cells)
    assert [cell["id"] for cell in cells] == ["a", "cell-02", "a-2", "cell-04", "forward"]


def test_regions_are_cut_with_their_markers() -> None:
    """What stands around a region stays."""
    text = "a\n<!-- BEGIN SOLUTION -->\nb\n<!-- END SOLUTION -->\nc"
    assert cut_regions(text, "…") == "a\n…\nc"
    with pytest.raises(ValueError, match="without BEGIN"):
        cut_regions("a\n### END SOLUTION", "…")


def test_helpers_of_earlier_cells_come_with_the_reference() -> None:
    """A given function that the class uses, with what it uses; nothing that is printed, no mark of a region."""
    solution = (
        "import os\n\n\nclass Model:\n    def forward(self, x):\n        ### BEGIN SOLUTION\n"
        "        return sigmoid(x)\n        ### END SOLUTION"
    )
    notebook = {
        "cells": [
            tiny.code("%matplotlib inline\nimport numpy as np\nfrom math import exp, pi\nLIMIT = 30.0"),
            tiny.code(
                "# the activation\ndef sigmoid(z):\n    return 1 / (1 + exp(-min(z, LIMIT)))\n\nprint(sigmoid(0))"
            ),
            tiny.code(solution, grade_id="Model", solution=True),
            tiny.code("assignment(sizes=dict(N=(1, 3)))") | {"metadata": {"tags": ["autograder"]}},
        ]
    }
    text = reference(notebook, "model")
    assert not [word for word in ("%", "print", "SOLUTION") if word in text]
    assert text.endswith("DECLARATION = 'assignment(sizes=dict(N=(1, 3)))'\n")
    assert "GIVEN = ('sigmoid',)" in text
    space: dict[str, Any] = {}
    exec(compile(text, "model", "exec"), space)  # our own text, as the judge's reference
    assert space["Model"]().forward(0.0) == 0.5


def test_a_course_is_found_from_below(built: Course, tmp_path: Path) -> None:
    """From any folder inside; outside, the message says what to do."""
    assert Course.find(built.release / tiny.NAME).root == built.root
    with pytest.raises(CourseError, match="--course DIR"):
        Course.find(tmp_path)
    with pytest.raises(CourseError, match="no such folder"):
        Course.find(tmp_path / "nowhere")


def test_what_is_configured_for_nbgrader_holds(tmp_path: Path) -> None:
    """Folders, structure and database come from nbgrader_config.py."""
    (tmp_path / "nbgrader_config.py").write_text(
        "c = get_config()\n"
        "c.CourseDirectory.submitted_directory = 'handed_in'\n"
        "c.CourseDirectory.directory_structure = '{nbgrader_step}/{assignment_id}/{student_id}'\n"
        "c.CourseDirectory.db_url = 'postgresql://host/grades'\n"
    )
    course = Course.find(tmp_path)
    folder = tmp_path / "handed_in" / "a1" / "müller, eva"
    folder.mkdir(parents=True)
    (folder / "a1.ipynb").touch()
    assert handed_in.notebooks(course, "a1") == [folder / "a1.ipynb"]
    assert course.student_of(folder / "a1.ipynb") == "müller, eva"
    assert course.db_url == "postgresql://host/grades"


def test_a_broken_configuration_is_named(tmp_path: Path) -> None:
    """The file and the fault, not a traceback."""
    (tmp_path / "nbgrader_config.py").write_text("c = get_config(\n")
    with pytest.raises(CourseError, match=r"nbgrader_config.py: cannot be read \(SyntaxError"):
        Course.find(tmp_path)


def test_submissions_are_sorted_and_renamed_ones_found(built: Course, tmp_path: Path) -> None:
    """One file for each student: the expected name, whatever stands there, else the last; none where none is."""
    course = tiny.lay_out(tmp_path / "course")
    assignments.look_in(built.solutions)
    for name in ("zoe/shallow_narrow.ipynb", "ann/b.ipynb", "ann/a.IPYNB", "bob/notes.txt", ".x/shallow_narrow.ipynb"):
        student, file = name.split("/")
        place = course.submitted / student / tiny.NAME / file
        place.parent.mkdir(parents=True, exist_ok=True)
        place.touch()
    (course.submitted / "zoe" / tiny.NAME / "other.ipynb").touch()
    (course.submitted / "cyd" / tiny.NAME).mkdir(parents=True)
    os.symlink("nowhere", course.submitted / "cyd" / tiny.NAME / f"{tiny.NAME}.ipynb")
    shown = [path.relative_to(course.submitted).as_posix() for path in handed_in.notebooks(course, tiny.NAME)]
    assert shown == [
        "ann/shallow_narrow/b.ipynb",
        "cyd/shallow_narrow/shallow_narrow.ipynb",
        "zoe/shallow_narrow/shallow_narrow.ipynb",
    ]
    assert [slot.student for slot in course.slots(tiny.NAME)] == ["ann", "bob", "cyd", "zoe"]
    assert course.student_of(course.root / "elsewhere.ipynb") is None


def test_building_while_submissions_exist(tmp_path: Path) -> None:
    """The words of a release may change once there are submissions; nbgrader lets no cell come or go."""
    from autograder.gradebook import writing as gradebook
    from autograder.notebooks.records import Submission

    course = tiny.lay_out(tmp_path / "course")
    build(course, grade=tiny.by_reading)
    path = course.folder(course.submitted, "ann", tiny.NAME) / f"{tiny.NAME}.ipynb"
    gradebook.record(course, [(tiny.report(path, "ann", tiny.POINTS), Submission(str(path), "ann", tiny.NAME))])

    notebook = tiny.source_notebook()
    notebook["cells"][0]["source"] += "\n\nA word more."
    course.source_notebook(tiny.NAME).write_text(json.dumps(notebook), encoding="utf-8")
    assert [one.changed for one in build(course, grade=tiny.by_reading)] == [True]

    before = proofs.tree(course.release)
    notebook["cells"].append(tiny.code("x = 1", grade_id="one-more", locked=True))
    course.source_notebook(tiny.NAME).write_text(json.dumps(notebook), encoding="utf-8")
    with pytest.raises(BuildError, match="Cannot add or remove cells"):
        build(course, grade=tiny.by_reading)
    assert proofs.tree(course.release) == before
