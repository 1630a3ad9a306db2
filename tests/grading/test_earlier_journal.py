"""A course with the journal of an earlier version goes on where it was."""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograder.core.course import Course
from autograder.core.report import Report
from autograder.grading.store import earlier_journal
from autograder.grading.store import journal as journals
from autograder.grading.store.journal import Entry, JournalBusy, JournalClosed, who
from tests.grading.test_journal import course, report
from tests.support.journal_rows import journal_rows

__all__ = ["course"]


def line(key: str, made: Report, **more: Any) -> bytes:
    """A line as earlier versions wrote it."""
    tree = {"key": key, "time": "2026-03-01T12:00:00+00:00", "cpu_s": 0.25, "wall_s": 0.5, "content": "hash"}
    return json.dumps(tree | {"file": "/f", "salt": "s", "report": made.to_dict()} | more).encode() + b"\n"


def mark(made: Report, key: str) -> bytes:
    """A line of the list of what is recorded."""
    return json.dumps({"who": list(who(made)), "key": key}).encode() + b"\n"


def lay_down(course: Course, reports: bytes, marks: bytes = b"") -> None:
    """The files of an earlier version."""
    course.state.mkdir(exist_ok=True)
    (course.state / "journal.jsonl").write_bytes(reports)
    (course.state / "recorded.jsonl").write_bytes(marks)


EARLIER = [report("ada", notes=("old",)), report("eve"), report("ada", notes=("new",))]


def test_it_is_taken_over_once_said_and_kept_aside(course: Course, capsys: pytest.CaptureFixture[str]) -> None:
    lines = b"".join(line(f"k{number}", each) for number, each in enumerate(EARLIER))
    lay_down(course, lines, mark(EARLIER[1], "k1"))
    with journals.opened(course) as journal:
        assert journal.find("k1") == Entry("k1", EARLIER[1], 0.25, 0.5, "hash", "/f", "s")
        assert journal.current_key(who(EARLIER[0])) == "k2"
        assert journal.recorded_key(who(EARLIER[1])) == "k1"
        assert journal.recorded_key(who(EARLIER[0])) is None
    assert [(row["key"], row["time"]) for row in journal_rows(course)] == [
        (f"k{number}", "2026-03-01T12:00:00+00:00") for number in range(3)
    ]
    assert (course.state / "earlier-journal.jsonl").read_bytes() == lines
    said = capsys.readouterr().err
    assert "the journal of an earlier version was taken over: 3 reports" in said
    assert str(course.state / "earlier-journal.jsonl") in said
    with journals.opened(course) as journal:
        journal.append([Entry("k3", report("bob"))])
    assert len(journal_rows(course)) == 4
    assert capsys.readouterr().err == ""


def test_who_only_reads_finds_what_was_there(course: Course, capsys: pytest.CaptureFixture[str]) -> None:
    """Whether the course can be written (then it is taken over) or not (then all stays as it is)."""
    lay_down(course, line("k1", EARLIER[0]) + line("k2", EARLIER[2]))
    before = {path.name: path.read_bytes() for path in course.state.iterdir()}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(journals, "locked", _closed)
        for _ in range(2):
            assert [each.notes for each in journals.current(course, EARLIER[0].assignment)] == [("new",)]
        assert {path.name: path.read_bytes() for path in course.state.iterdir()} == before
    assert capsys.readouterr().err == ""
    assert [each.notes for each in journals.current(course, EARLIER[0].assignment)] == [("new",)]
    assert (course.state / "journal.db").exists()
    assert "taken over: 2 reports" in capsys.readouterr().err


def _closed(folder: Path) -> Any:
    raise JournalClosed("no")


def test_beside_a_run_of_an_earlier_version_nothing_is_taken_over(course: Course) -> None:
    lay_down(course, line("k1", EARLIER[0]))
    with journals.locked(course.state):
        with pytest.raises(JournalBusy):
            journals.current(course, EARLIER[0].assignment)
        assert (course.state / "journal.jsonl").exists()


@pytest.mark.parametrize("when", ["copy", "put_aside"])
def test_a_kill_while_it_is_taken_over_loses_nothing_and_turns_nothing_round(
    course: Course, monkeypatch: pytest.MonkeyPatch, when: str
) -> None:
    lay_down(course, b"".join(line(f"k{number}", each) for number, each in enumerate(EARLIER)), mark(EARLIER[0], "k2"))

    def killed(folder: Path, *rest: Any) -> Any:
        raise SystemExit("killed")

    def killed_midway(folder: Path, connection: Any, insert: Any, mark: Any) -> str:
        def one(connection: Any, tree: Any) -> bool:
            return insert(connection, tree) if tree["key"] != "k2" else killed(folder)

        return copy(folder, connection, one, mark)

    copy = earlier_journal.copy
    with monkeypatch.context() as patch:
        patch.setattr(earlier_journal, when, killed_midway if when == "copy" else killed)
        with pytest.raises(SystemExit):
            journals.opened(course).__enter__()
    with journals.opened(course) as journal:
        assert [journal.current_key(who(each)) for each in EARLIER[:2]] == ["k2", "k1"]
        assert journal.recorded_key(who(EARLIER[0])) == "k2"
        journal.append([Entry("k3", report("ada", notes=("newest",)))])
    assert journals.current(course, EARLIER[0].assignment)[0].notes == ("newest",)
    assert not earlier_journal.is_there(course.state)


def test_what_an_earlier_version_wrote_since_is_taken_over_too_and_counts_as_the_newer(course: Course) -> None:
    lay_down(course, line("k1", EARLIER[0]))
    with journals.opened(course):
        pass
    lay_down(course, line("k2", EARLIER[2]))
    assert [each.notes for each in journals.current(course, EARLIER[0].assignment)] == [("new",)]
    assert (course.state / "earlier-journal.jsonl").exists()
    assert (course.state / "earlier-2-journal.jsonl").exists()


@pytest.mark.parametrize("cut", [1, 2, 40, 400])
def test_a_torn_last_line_is_left_out_unless_only_its_end_is_missing(
    course: Course, cut: int, capsys: pytest.CaptureFixture[str]
) -> None:
    lay_down(course, (line("k1", EARLIER[0]) + line("k2", EARLIER[1]))[:-cut])
    with journals.opened(course) as journal:
        assert journal.find("k1") is not None
        assert (journal.find("k2") is not None) == (cut == 1)
    assert ("1 damaged lines were left out" in capsys.readouterr().err) == (cut > 1)


def test_damaged_lines_are_left_out_and_counted(course: Course, capsys: pytest.CaptureFixture[str]) -> None:
    good = [line(f"k{number}", report(f"s{number}")) for number in range(3)]
    nan = line("k9", report("nan"), cpu_s=float("nan"))
    lay_down(course, good[0] + b"\0" * 100 + good[1][50:] + b'{"key": 3}\n' + b"[]\n" + nan + good[2], b"{}\n")
    with journals.opened(course) as journal:
        assert [journal.find(f"k{number}") is not None for number in (0, 1, 2, 9)] == [True, False, True, False]
    said = capsys.readouterr().err
    assert "taken over: 2 reports; 5 damaged lines were left out" in said
    assert "is graded again" in said


@settings(max_examples=40, deadline=None)
@given(st.lists(st.binary(max_size=60), max_size=8), st.randoms(use_true_random=False))
def test_no_bytes_in_the_file_stop_the_journal(
    tmp_path_factory: pytest.TempPathFactory, junk: list[bytes], rng: random.Random
) -> None:
    """Whatever stands in the file, what is whole is found, and so is what is appended after it."""
    root = tmp_path_factory.mktemp("junk")
    (root / "nbgrader_config.py").write_text("c = get_config()\n")
    course = Course.find(root)
    pieces = [*junk, line("good", report())]
    rng.shuffle(pieces)
    lay_down(course, b"\n".join(pieces), b"\n".join(junk))
    with journals.opened(course) as journal:
        journal.append([Entry("more", report("eve"))])
    with journals.opened(course) as journal:
        assert journal.find("good") is not None
        assert journal.find("more") is not None
