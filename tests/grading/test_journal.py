"""The journal keeps every report, whole or not at all, whatever happens to the run that writes it."""

from __future__ import annotations

import errno
import json
import os
import random
import re
import subprocess
import sys
import textwrap
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograder.core.course import Course
from autograder.core.report import Report
from autograder.grading.store import journal as journals
from autograder.grading.store.journal import Entry, Journal, JournalError, Lines, who
from tests.support import sample_reports as samples


@pytest.fixture
def course(tmp_path: Path) -> Course:
    """An empty course."""
    (tmp_path / "nbgrader_config.py").write_text("c = get_config()\n")
    return Course.find(tmp_path)


def report(student: str | None = "ada", **changes: object) -> Report:
    """A report of a student, changed."""
    return replace(samples.report(), student=student, **changes)  # type: ignore[arg-type]


def lines_of(course: Course) -> list[dict]:
    """The journal's lines."""
    return [json.loads(line) for line in (course.state / "journal.jsonl").read_bytes().splitlines()]


def test_what_was_appended_is_found_by_its_key_and_is_current(course: Course) -> None:
    entry = Entry("k1", report(), 0.25, 0.5, "hash", "/somewhere", "salt")
    with journals.opened(course) as journal:
        journal.append([entry])
        assert journal.find("k1") == entry
    with journals.opened(course) as journal:
        assert journal.find("k1") == entry
        assert journal.current_key(who(entry.report)) == "k1"
        assert journal.find("k2") is None


def test_a_line_has_key_time_and_report_and_the_report_has_no_timing(course: Course) -> None:
    with journals.opened(course) as journal:
        journal.append([Entry("k1", report(), 0.25, 0.5)])
    (line,) = lines_of(course)
    assert line["key"] == "k1"
    assert line["cpu_s"] == 0.25
    assert line["wall_s"] == 0.5
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00", line["time"])
    assert line["report"] == report().to_dict()


def test_the_latest_line_counts_even_when_the_clock_was_set_back(course: Course) -> None:
    with journals.opened(course) as journal:
        journal.append([Entry("new", report(notes=("old",)))])
        journal.append([Entry("old", report(notes=("new",)))])
    path = course.state / "journal.jsonl"
    first, second = path.read_bytes().splitlines()
    times = [re.sub(rb'"time": "[^"]*"', b'"time": "%d-01-01T00:00:00+00:00"' % year, line)
             for year, line in ((2030, first), (1990, second))]  # fmt: skip
    path.write_bytes(b"\n".join(times) + b"\n")
    assert [each.notes for each in journals.current(course, report().assignment)] == [("new",)]


def test_a_fault_of_ours_is_current_but_never_served(course: Course) -> None:
    bad = report(verdict="internal_error", checks=())
    with journals.opened(course) as journal:
        journal.append([Entry("k1", report())])
        journal.append([Entry("k1", bad)])
        assert journal.find("k1") is None
    with journals.opened(course) as journal:
        assert journal.find("k1") is None
        assert journal.current_key(who(bad)) == "k1"


def test_current_reports_are_one_for_each_student_and_carry_their_time(course: Course) -> None:
    with journals.opened(course) as journal:
        journal.append([Entry("1", report("eve")), Entry("2", report("ada")), Entry("3", report("eve"), wall_s=1.25)])
        journal.append([Entry("4", report(None, submission="x.ipynb"))])  # graded by hand: nobody's
        journal.append([Entry("5", report("bob", assignment="another"))])
    found = journals.current(course, report().assignment)
    assert [(each.student, each.evidence.get("wall_s")) for each in found] == [
        ("ada", None), ("eve", 1.25),
    ]  # fmt: skip


@pytest.mark.parametrize("cut", [1, 2, 40, 400])
def test_a_torn_last_line_is_taken_away_and_what_follows_is_whole(course: Course, cut: int) -> None:
    with journals.opened(course) as journal:
        journal.append([Entry("k1", report("ada")), Entry("k2", report("eve"))])
    path = course.state / "journal.jsonl"
    whole = path.read_bytes()
    path.write_bytes(whole[:-cut])
    with journals.opened(course) as journal:
        assert journal.find("k1") is not None
        assert (journal.find("k2") is not None) == (cut == 1)
        journal.append([Entry("k3", report("bob"))])
    keys = [line["key"] for line in lines_of(course)]
    # Only the line's end was missing: then it is mended.
    assert keys == (["k1", "k2", "k3"] if cut == 1 else ["k1", "k3"])


def test_a_damaged_line_in_the_middle_is_skipped_and_counted(course: Course) -> None:
    with journals.opened(course) as journal:
        journal.append([Entry(f"k{number}", report(f"s{number}")) for number in range(3)])
    path = course.state / "journal.jsonl"
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(lines[0] + b"\0" * 100 + lines[1][50:] + b'{"key": 3}\n' + b"[]\n" + lines[2])
    with journals.opened(course) as journal:
        assert journal.damaged == 3
        assert journal.find("k0") is not None
        assert journal.find("k1") is None
        assert journal.find("k2") is not None


@settings(max_examples=60, deadline=None)
@given(st.lists(st.binary(max_size=60), max_size=8), st.randoms(use_true_random=False))
def test_no_bytes_in_the_file_stop_the_journal(tmp_path_factory: pytest.TempPathFactory, junk: list[bytes],
                                               rng: random.Random) -> None:  # fmt: skip
    """Whatever stands in the file, what is appended after it is found."""
    root = tmp_path_factory.mktemp("junk")
    (root / "nbgrader_config.py").write_text("c = get_config()\n")
    course = Course.find(root)
    course.state.mkdir()
    good = journals._line(Entry("good", report()), "2026-01-01T00:00:00+00:00")
    pieces = [*junk, good]
    rng.shuffle(pieces)
    (course.state / "journal.jsonl").write_bytes(b"\n".join(pieces))
    (course.state / "recorded.jsonl").write_bytes(b"\n".join(junk))
    with journals.opened(course) as journal:
        journal.append([Entry("more", report("eve"))])
    with journals.opened(course) as journal:
        assert journal.find("good") is not None
        assert journal.find("more") is not None


def test_a_full_disk_leaves_the_file_as_it_was_and_says_what_to_do(
    course: Course, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = os.write
    with journals.opened(course) as journal:
        journal.append([Entry("k1", report("ada"))])
        before = (course.state / "journal.jsonl").read_bytes()

        def full(handle: int, data: bytes) -> int:
            if len(data) > 100:
                return real(handle, bytes(data)[:100])  # a part still finds room
            raise OSError(errno.ENOSPC, "No space left on device")

        monkeypatch.setattr(journals.os, "write", full)
        with pytest.raises(JournalError, match=r"No space left.*make room.*run the command again"):
            journal.append([Entry("k2", report("eve"))] * 3)
        monkeypatch.undo()
        assert (course.state / "journal.jsonl").read_bytes() == before
        assert journal.find("k2") is None
        journal.append([Entry("k2", report("eve"))])
    with journals.opened(course) as journal:
        assert journal.find("k2") is not None


def test_a_full_device_is_told_in_words(tmp_path: Path) -> None:
    if not Path("/dev/full").exists():
        pytest.skip("this system has no /dev/full")
    (tmp_path / "lines").symlink_to("/dev/full")
    with pytest.raises(JournalError, match="cannot be written"):
        Lines(tmp_path / "lines").append([b"{}\n"])


def test_a_state_folder_that_cannot_be_made_is_told_in_words(course: Course) -> None:
    course.state.write_text("a file stands there")
    with pytest.raises(JournalError, match=r"give permission or make room"), journals.opened(course):
        pytest.fail("the journal was opened")


def test_a_second_run_on_the_same_course_is_refused_and_the_lock_dies_with_its_holder(course: Course) -> None:
    program = textwrap.dedent("""
        import sys, time
        from autograder.grading.store import journal
        from autograder.core.course import Course
        with journal.opened(Course.find(sys.argv[1])):
            print("open", flush=True)
            time.sleep(60)
    """)
    with subprocess.Popen([sys.executable, "-c", program, str(course.root)], stdout=subprocess.PIPE) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"open\n"
        with pytest.raises(JournalError, match=rf"another run is grading this course \(process {holder.pid}\)"):
            journals.opened(course).__enter__()
        assert journals.current(course, "shallow_narrow") == []  # reading needs no lock
        holder.kill()
    with journals.opened(course) as journal:
        assert isinstance(journal, Journal)


def test_marks_say_what_the_gradebook_holds(course: Course) -> None:
    whose = who(report())
    with journals.opened(course) as journal:
        assert journal.recorded_key(whose) is None
        journal.mark_recorded([(whose, "k1")])
        journal.mark_recorded([(whose, "k1")])
    assert len((course.state / "recorded.jsonl").read_bytes().splitlines()) == 1
    with journals.opened(course) as journal:
        assert journal.recorded_key(whose) == "k1"


def test_a_student_is_never_taken_for_a_path_of_the_same_name() -> None:
    assert who(report("x.ipynb")) != who(report(None, submission="x.ipynb"))
