"""Damaged files through the whole grader: repaired, or unreadable with a reason; the others go on."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from autograder.core.course import Course
from autograder.core.report import Report
from autograder.grading.grader import Grader, Task
from tests.redteam.attack import FULL, NAME
from tests.redteam.damage import DAMAGES, Damage, prepare
from tests.support.methods import METHODS
from tests.support.notebooks import class_source, filled, save

BOUND_S = 120.0  # the machine may be busy with other tests


@pytest.fixture(scope="session")
def right(course: Course) -> dict:
    prepare(course)
    return filled(course, NAME, class_source(course, NAME))


def scores(report: Report) -> tuple[float, ...]:
    return tuple(report.methods[method]["score"] for method in METHODS)


def marked(damages: list[Damage]) -> list[object]:
    return [pytest.param(each, id=each.name, marks=[pytest.mark.slow] if each.slow else []) for each in damages]


def test_there_are_enough_of_them_and_each_has_a_name_of_its_own() -> None:
    """At least 70 damaged files."""
    assert len({damage.name for damage in DAMAGES}) == len(DAMAGES) >= 70


@pytest.mark.parametrize("damage", marked(DAMAGES))
def test_damage(damage: Damage, grader: Grader, course: Course, right: dict, tmp_path: Path) -> None:
    """It is repaired and graded in full where the class is there, or unreadable; what cannot be opened has no score; its
    neighbour gets full marks."""
    path = tmp_path / "damaged" / f"{NAME}.ipynb"
    damage.put(right, path)
    beside = save(right, tmp_path / "right" / f"{NAME}.ipynb")
    start = time.monotonic()
    first, second = grader.grade([Task(path, "damaged", None), Task(beside, "right", None)], NAME)
    report = first.report
    assert time.monotonic() - start < BOUND_S
    if damage.earns is None:
        opened = path.is_file() and not path.is_symlink()  # else nothing is known of the work
        verdict = ("unreadable", 0.0, ()) if opened else ("internal_error", None, ())
        assert (report.verdict, report.score, report.checks) == verdict, report.notes
        assert "\n" not in report.notes[0]
    else:
        assert (report.verdict, scores(report)) == ("graded", damage.earns), report.notes
    told = [*report.notes, *(check.rationale for check in report.checks)]
    for text in damage.says:
        assert any(text in each for each in told), told
    assert len(report.notes) < 40
    assert len(report.to_json()) < 100_000
    assert (second.report.verdict, scores(second.report)) == ("graded", FULL)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another user")
def test_closed_permissions_are_told(right: dict, tmp_path: Path) -> None:
    """Whoever may not read a file says so; root may read everything, so another user tries."""
    path = save(right, tmp_path / f"{NAME}.ipynb")
    path.chmod(0)
    code = f"""
import os
from autograder.notebooks.reading import ClosedFile, read
from pathlib import Path
os.setresuid(20000, 20000, 20000)
try:
    read(Path({str(path)!r}))
except ClosedFile as error:
    print(error)
"""
    for folder in path.parents:  # the way there stays open, only the file is closed
        if folder.stat().st_uid == 0 and folder != Path("/"):
            folder.chmod(folder.stat().st_mode | 0o711)
        if folder == tmp_path.parents[2]:
            break
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert told.strip() == "the file may not be read: its permissions are closed; let the grader read it"


def test_a_file_that_cannot_be_opened_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, grader: Grader) -> None:
    """Closed permissions, a failing disk, a vanished network drive: no score, with the reason."""
    path = tmp_path / f"{NAME}.ipynb"
    path.write_text("{}")
    kept = os.open
    for error, words in (
        (PermissionError(13, "Permission denied"), "permissions are closed"),
        (OSError(5, "Input/output error"), "Input/output error"),
        (OSError(116, "Stale file handle"), "Stale file handle"),
    ):

        def failing(name: object, *args: object, error: OSError = error, **more: object) -> int:
            if name == path:
                raise error
            return kept(name, *args, **more)  # type: ignore[arg-type]

        with monkeypatch.context() as patch:
            patch.setattr(os, "open", failing)
            (graded,) = grader.grade([Task(path, "closed", None)], NAME)
        assert (graded.report.verdict, graded.report.score) == ("internal_error", None)
        assert words in graded.report.notes[0]
