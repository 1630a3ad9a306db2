"""What was handed in is what is graded: one rule for a folder, whatever lies in it and whoever asks."""

from __future__ import annotations

import errno
import json
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from autograder import assignments
from autograder.core.course import Course
from autograder.grading import discovery as worklist
from autograder.grading import handed_in
from autograder.grading.grader import Grader
from autograder.grading.handed_in import Undecided, look
from tests.support import classroom
from tests.support.notebooks import class_source, filled, released

NAME, OTHER = "shallow_narrow", "linear_regression"
REPOSITORY = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def kit() -> Course:
    """The course in this repository."""
    return Course.find(REPOSITORY)


@pytest.fixture(autouse=True)
def known(kit: Course) -> None:
    """Its assignments are known, as they are to every command."""
    assignments.look_in(kit.solutions)


@pytest.fixture
def course(tmp_path_factory: pytest.TempPathFactory, tmp_path: Path) -> Course:
    """A built course of one lesson with nothing submitted."""
    return classroom.ready_course(tmp_path_factory.getbasetemp() / "built-course", tmp_path / "course", REPOSITORY)


@pytest.fixture(scope="module")
def texts(kit: Course) -> dict[str, str]:
    """Files by kind: worked, as released, of another lesson, damaged, as a script with and without the class."""
    source = class_source(kit, NAME)
    return {
        "worked": json.dumps(filled(kit, NAME, source)),
        "stub": json.dumps(released(kit, NAME)),
        "other": json.dumps(filled(kit, OTHER, class_source(kit, OTHER))),
        "broken": "{",
        "script": f"# In[1]:\n\n\nimport numpy as np\n\n\n# In[2]:\n\n\n{source}\n",
        "helper": "def plot():\n    pass\n",
    }


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A student's folder."""
    made = tmp_path / "folder"
    made.mkdir()
    return made


def lay(folder: Path, texts: dict[str, str], **files: str) -> None:
    """Files by name, `__` for a folder's slash and `_dot_` for a dot; what each holds, by kind."""
    for name, kind in files.items():
        path = folder / name.replace("__", "/").replace("_dot_", ".")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(texts[kind])


@pytest.mark.parametrize(
    ("files", "counts"),
    [
        ({f"{NAME}.ipynb": "worked", f"{NAME}-Copy1.ipynb": "worked"}, f"{NAME}.ipynb"),
        ({f"{NAME}.ipynb": "stub", f"{NAME}-Copy1.ipynb": "worked"}, f"{NAME}-Copy1.ipynb"),
        ({f"{NAME}.ipynb": "broken", f"{NAME} (1).ipynb": "worked"}, f"{NAME} (1).ipynb"),
        ({f"{NAME}.ipynb": "other", f"Copy of {NAME}.ipynb": "worked"}, f"Copy of {NAME}.ipynb"),
        ({f"{NAME}.ipynb": "stub", f"{NAME}-2.ipynb": "other"}, f"{NAME}.ipynb"),
        ({f"{NAME}(9).ipynb": "worked", f"{NAME}(10).ipynb": "worked"}, f"{NAME}(10).ipynb"),
        ({f"{NAME}-1.ipynb": "worked", f"{NAME}-2.ipynb": "stub"}, f"{NAME}-1.ipynb"),
        ({f"{NAME}.ipynb": "stub", f"{NAME}.py": "script"}, f"{NAME}.py"),
        ({f"{NAME}.ipynb": "worked", f"{NAME}.py": "script"}, f"{NAME}.ipynb"),
        ({f"{NAME}.ipynb": "stub", "inner/final.ipynb": "worked"}, "inner/final.ipynb"),
        ({"inner/final.ipynb": "worked", "helper.py": "helper"}, "inner/final.ipynb"),
        ({"homework.py": "script"}, "homework.py"),
        ({f"{NAME}.ipynb/{NAME}.ipynb": "worked"}, f"{NAME}.ipynb/{NAME}.ipynb"),
        ({f"{NAME}.ipynb": "other"}, f"{NAME}.ipynb"),
    ],
)  # fmt: skip
def test_the_file_that_counts_is_found_by_contents_and_names(
    files: dict[str, str], counts: str, folder: Path, texts: dict[str, str]
) -> None:
    """Worked before untouched, a notebook before a script, the lesson's name before others, the last before others."""
    for name, kind in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(texts[kind])
    found = look(folder, NAME)
    assert found.chosen == folder / counts
    # Every other notebook is named in a note, and so is a place that nobody expects.
    others = [name for name in files if name != counts and (name.endswith(".ipynb") or files[name] == "script")]
    assert set(found.passed_over) == set(others)
    assert all(name in " ".join(found.notes) for name in others)
    assert bool(found.notes) == bool(others or "/" in counts)


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("work.zip", "an archive"), ("work.html", "a printed view"), ("work.ipynb.txt", "ends in .ipynb"),
        ("net.py", "does not define the class"), ("a/b/notes.docx", "it is no notebook"), ("work", "it is no notebook"),
    ],
)  # fmt: skip
def test_a_folder_that_holds_files_is_not_called_empty(
    name: str, says: str, folder: Path, texts: dict[str, str]
) -> None:
    """What lies there is named, with what to do."""
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(texts["helper"])
    found = look(folder, NAME)
    assert found.chosen is None
    assert name in found.instead
    assert says in found.instead


def test_only_what_the_course_or_the_system_put_there_leaves_a_folder_empty(folder: Path) -> None:
    """A time stamp, the lesson's own helper, a checkpoint."""
    for name in ("timestamp.txt", "selfcheck.py", ".ipynb_checkpoints/a.ipynb", "__MACOSX/._a.ipynb"):
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        path.touch()
    assert look(folder, NAME) == handed_in.HandedIn(None)


@pytest.mark.parametrize("number", [errno.EACCES, errno.EIO, errno.ESTALE, errno.ELOOP])
def test_with_a_file_that_cannot_be_opened_it_is_not_decided_which_counts(
    number: int, folder: Path, texts: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The closed one may be the right one: neither is graded."""
    lay(folder, texts, **{f"{NAME}_dot_ipynb": "stub", "copy_dot_ipynb": "worked"})
    refuse(monkeypatch, folder / "copy.ipynb", number)
    with pytest.raises(Undecided, match=r"copy\.ipynb"):
        look(folder, NAME)


def refuse(patch: pytest.MonkeyPatch, closed: Path, number: int) -> None:
    """Opening `closed` fails as on a disk or for a user that may not."""
    real = os.open

    def failing(path: Any, *rest: Any, **more: Any) -> int:
        if os.fspath(path) == os.fspath(closed):
            raise OSError(number, os.strerror(number), os.fspath(closed))
        return real(path, *rest, **more)

    patch.setattr(os, "open", failing)


# ------------------------------------------------------------------------------------------------ the list of a course


def slot(course: Course, student: str, texts: dict[str, str], **files: str) -> Path:
    """A student's folder with files in it."""
    made = course.folder(course.submitted, student, NAME)
    made.mkdir(parents=True)
    lay(made, texts, **files)
    return made


@pytest.fixture
def grader(course: Course) -> Iterator[Grader]:
    """A grader of the course; it runs nothing here."""
    with Grader(course) as made:
        yield made


def test_every_way_to_name_a_folder_takes_up_the_same_file(
    course: Course, grader: Grader, texts: dict[str, str]
) -> None:
    """By course, by the submitted folder, the student's, the assignment's, one further down, the file itself."""
    made = slot(course, "ann", texts, **{f"{NAME}_dot_ipynb": "stub", "deep__copy_dot_ipynb": "worked"})
    counts = made / "deep" / "copy.ipynb"
    works = [worklist.from_course(grader, None), worklist.from_course(grader, NAME)]
    for path in (course.submitted, made.parent, made, made / "deep", counts):
        works.append(worklist.from_paths(grader, [str(path)], None))
    for work in works:
        (entry,) = work.entries
        assert (entry.task.path, entry.task.student, entry.assignment) == (counts, "ann", NAME)
        assert any("copy.ipynb is what was graded" in sentence for sentence in work.remarks)
        assert any("copy.ipynb is what was graded" in note for note in entry.task.notes)


def test_a_file_that_does_not_count_is_graded_by_name_and_is_nobodys(
    course: Course, grader: Grader, texts: dict[str, str]
) -> None:
    """So that looking at it changes no mark."""
    made = slot(course, "ann", texts, **{f"{NAME}_dot_ipynb": "worked", "old_dot_ipynb": "worked"})
    work = worklist.from_paths(grader, [str(made / "old.ipynb")], None)
    assert [entry.task.student for entry in work.entries] == [None]
    assert "graded, not recorded" in work.remarks[-1]


def test_a_file_in_the_folder_of_one_lesson_is_not_graded_for_another(
    course: Course, grader: Grader, texts: dict[str, str]
) -> None:
    """Neither because of the class in it nor by option."""
    made = slot(course, "ann", texts, **{f"{NAME}_dot_ipynb": "other"})
    (entry,) = worklist.from_paths(grader, [str(made)], None).entries
    assert entry.assignment == NAME
    work = worklist.from_paths(grader, [str(made / f"{NAME}.ipynb")], OTHER)
    assert work.entries == ()
    assert f"it was handed in for {NAME}" in work.problems[0]


def test_what_cannot_be_taken_up_is_said_and_keeps_nobody_else_out(
    course: Course, grader: Grader, texts: dict[str, str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """A folder that cannot be listed, one over a link, a name that is not UTF-8, an archive: each with its path."""
    slot(course, "ann", texts, **{f"{NAME}_dot_ipynb": "worked"})
    closed = slot(course, "bob", texts, **{f"{NAME}_dot_ipynb": "worked"})
    slot(course, os.fsdecode(b"J\xfcrgen"), texts, **{f"{NAME}_dot_ipynb": "worked"})
    packed = slot(course, "zip", texts, work_dot_zip="helper")
    slot(course, "zoe", texts, **{f"{NAME}_dot_ipynb": "worked"})
    (tmp_path / "elsewhere" / NAME).mkdir(parents=True)
    (course.submitted / "lee").symlink_to(tmp_path / "elsewhere")
    real = os.scandir

    def failing(place: Any) -> Any:
        if os.fspath(place) == os.fspath(closed):
            raise PermissionError(errno.EACCES, "Permission denied", os.fspath(place))
        return real(place)

    monkeypatch.setattr(os, "scandir", failing)
    work = worklist.from_course(grader, None)
    assert [entry.task.student for entry in work.entries] == ["ann", "zoe"]
    said = "\n".join(work.left)
    assert f"{closed} may not be looked into (Permission denied)" in said
    assert "rgen" in said
    assert "not UTF-8" in said
    assert f"{course.submitted / 'lee' / NAME} is reached over a link" in said
    assert f"{packed}" in said
    assert "work.zip" in said
    assert len(work.left) == 4
    said.encode("utf-8")


def test_a_folder_of_a_student_that_may_not_be_entered_is_named(
    course: Course, grader: Grader, texts: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The culprit is the student's folder, not the one below."""
    closed = slot(course, "cem", texts, **{f"{NAME}_dot_ipynb": "worked"})
    slot(course, "zoe", texts, **{f"{NAME}_dot_ipynb": "worked"})
    stat, access = os.stat, os.access

    def failing(path: Any, *rest: Any, **more: Any) -> os.stat_result:
        if os.fspath(path) == os.fspath(closed):
            raise PermissionError(errno.EACCES, "Permission denied", os.fspath(path))
        return stat(path, *rest, **more)

    monkeypatch.setattr(os, "stat", failing)
    monkeypatch.setattr(os, "access", lambda path, mode: Path(path) != closed.parent and access(path, mode))
    work = worklist.from_course(grader, None)
    assert [entry.task.student for entry in work.entries] == ["zoe"]
    assert f"{closed.parent} may not be looked into" in work.left[0]


def test_work_for_a_lesson_that_is_not_built_waits_and_the_rest_is_taken_up(
    course: Course, grader: Grader, texts: dict[str, str]
) -> None:
    """The lesson, the place and the remedy are named."""
    slot(course, "ann", texts, **{f"{NAME}_dot_ipynb": "worked"})
    waits = course.folder(course.submitted, "ann", OTHER)
    waits.mkdir()
    (waits / f"{OTHER}.ipynb").write_text(texts["other"])
    shutil.copytree(REPOSITORY / "source" / OTHER, course.source_notebook(OTHER).parent)
    for work in (
        worklist.from_course(grader, None),
        worklist.from_paths(grader, [str(course.submitted)], None),
        worklist.from_paths(grader, [str(waits / f"{OTHER}.ipynb"), str(course.submitted / "ann" / NAME)], None),
    ):
        assert [entry.assignment for entry in work.entries] == [NAME]
        assert f"autograder build {OTHER}" in work.left[0]
        assert str(waits) in work.left[0]


def test_work_for_an_assignment_of_ones_own_that_was_never_built_waits(
    course: Course, grader: Grader, texts: dict[str, str]
) -> None:
    """It is known by its source notebook alone; one of nbgrader's own is not ours to build."""
    slot(course, "ann", texts, **{f"{NAME}_dot_ipynb": "worked"})
    for name, tags in (("own", ["autograder"]), ("essay", [])):
        source = course.source_notebook(name)
        source.parent.mkdir(parents=True, exist_ok=True)
        cell = {"cell_type": "code", "source": "", "metadata": {"tags": tags}, "outputs": [], "execution_count": None}
        source.write_text(json.dumps({"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 4}))
        course.folder(course.submitted, "ann", name).mkdir()
    for work in (worklist.from_course(grader, None), worklist.from_paths(grader, [str(course.submitted)], None)):
        assert [entry.assignment for entry in work.entries] == [NAME]
        (left,) = work.left
        assert "own is not built; run 'autograder build own'" in left
    assert not worklist.from_course(grader, NAME).left


def test_a_folder_that_no_assignment_is_named_after_is_said(
    course: Course, grader: Grader, texts: dict[str, str]
) -> None:
    """A slip of the pen is work that waits; anything else is told. An assignment of nbgrader's own is neither."""
    slot(course, "ann", texts, **{f"{NAME}_dot_ipynb": "worked"})
    own = course.source_notebook("essay")
    own.parent.mkdir(parents=True, exist_ok=True)
    own.write_text("{}")
    for name in ("Shalow_Narrow", "diary", "essay"):
        course.folder(course.submitted, "ann", name).mkdir()
    for work in (worklist.from_course(grader, None), worklist.from_paths(grader, [str(course.submitted)], None)):
        assert [entry.assignment for entry in work.entries] == [NAME]
        (left,) = work.left
        assert f"Shalow_Narrow: there is no such assignment, so this is not graded; did you mean {NAME}?" in left
        (told,) = [each for each in work.remarks if "no such assignment" in each]
        assert "ann/diary: " in told
    only = worklist.from_course(grader, NAME)
    assert (len(only.left), [each for each in only.remarks if "no such" in each]) == (1, [])


def test_a_student_may_stand_anywhere_in_the_structure(tmp_path: Path, texts: dict[str, str]) -> None:
    """Folders of people are found wherever the configuration puts the name."""
    (tmp_path / "nbgrader_config.py").write_text(
        "c = get_config()\nc.CourseDirectory.directory_structure = '{nbgrader_step}/{assignment_id}/s-{student_id}'\n"
    )
    course = Course.find(tmp_path)
    made = slot(course, "ann", texts, **{f"{NAME}_dot_ipynb": "worked"})
    assert [(each.student, each.folder) for each in course.slots(NAME)] == [("ann", made)]
    assert course.slot_of(made / "deep" / "a.ipynb") == ("ann", NAME)
