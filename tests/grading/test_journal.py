"""The journal keeps every report, whole or not at all, whatever happens to the run that writes it."""

from __future__ import annotations

import contextlib
import re
import sqlite3
import subprocess
import sys
import textwrap
from dataclasses import replace
from pathlib import Path

import pytest

from autograder.core.course import Course
from autograder.core.report import Report
from autograder.grading.store import database
from autograder.grading.store import journal as journals
from autograder.grading.store.journal import Entry, Journal, JournalClosed, JournalDamaged, JournalError, who
from tests.support import sample_reports as samples
from tests.support.journal_rows import journal_rows, recorded_keys


@pytest.fixture
def course(tmp_path: Path) -> Course:
    """An empty course."""
    (tmp_path / "nbgrader_config.py").write_text("c = get_config()\n")
    return Course.find(tmp_path)


def report(student: str | None = "ada", **changes: object) -> Report:
    """A report of a student, changed."""
    return replace(samples.report(), student=student, **changes)  # type: ignore[arg-type]


def file_of(course: Course) -> Path:
    """Where the journal lies."""
    return course.state / "journal.db"


def altered(course: Course, *statements: str) -> None:
    """The journal changed by other hands than ours."""
    with contextlib.closing(sqlite3.connect(file_of(course), isolation_level=None)) as connection:
        for statement in statements:
            connection.execute(statement)


def test_what_was_appended_is_found_by_its_key_and_is_current(course: Course) -> None:
    entry = Entry("k1", report(), 0.25, 0.5, "hash", "/somewhere", "salt")
    with journals.opened(course) as journal:
        journal.append([entry])
        assert journal.find("k1") == entry
    with journals.opened(course) as journal:
        assert journal.find("k1") == entry
        assert journal.current_key(who(entry.report)) == "k1"
        assert journal.find("k2") is None


def test_a_row_has_key_time_and_report_and_the_report_has_no_timing(course: Course) -> None:
    with journals.opened(course) as journal:
        journal.append([Entry("k1", report(), 0.25, 0.5)])
    (row,) = journal_rows(course)
    assert row["key"] == "k1"
    assert row["cpu_s"] == 0.25
    assert row["wall_s"] == 0.5
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00", row["time"])
    assert row["report"] == report().to_dict()


def test_a_report_written_down_by_a_worker_is_kept_as_one_that_is_written_down_here(course: Course) -> None:
    with journals.opened(course) as journal:
        journal.append([Entry("k1", report()), Entry("k2", report(), line=report().to_json())])
        assert replace(journal.find("k2") or Entry("", report()), key="k1") == journal.find("k1")
    first, second = journal_rows(course)
    assert first["report"] == second["report"]


def test_it_is_written_ahead_and_synced_and_closed_it_is_one_file(course: Course) -> None:
    with journals.opened(course) as journal:
        asked = [
            journal._connection.execute(f"pragma {name}").fetchone()[0] for name in ("journal_mode", "synchronous")
        ]
        assert asked == ["wal", 2]  # 2 is FULL
        journal.append([Entry("k1", report())])
        assert (course.state / "journal.db-wal").stat().st_size > 0
    assert sorted(path.name for path in course.state.iterdir()) == ["journal.db", "lock"]
    assert file_of(course).stat().st_mode & 0o777 == 0o600


def test_the_latest_row_counts_even_when_the_clock_was_set_back(
    course: Course, monkeypatch: pytest.MonkeyPatch
) -> None:
    for year, note in ((2030, "old"), (1990, "new")):
        with monkeypatch.context() as patch, journals.opened(course) as journal:
            patch.setattr(journals, "_row", lambda entry, time, year=year, row=journals._row: row(entry, f"{year}"))
            journal.append([Entry(note, report(notes=(note,)))])
    assert [row["time"] for row in journal_rows(course)] == ["2030", "1990"]
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


def test_report_and_its_mark_are_written_together_or_not_at_all(course: Course) -> None:
    both, whose = [Entry("k1", report()), Entry("k2", report("eve"))], who(report())
    with journals.opened(course) as journal:
        for table in ("report", "recorded"):
            altered(course, f"create trigger no before insert on {table} begin select raise(abort, 'no'); end")
            with pytest.raises(JournalError):
                journal.append(both, {whose})
            altered(course, "drop trigger no")
            assert journal_rows(course) == []
            assert recorded_keys(course) == []
        journal.append(both, {whose})
        assert journal.recorded_key(whose) == "k1"
        assert journal.recorded_key(who(report("eve"))) is None


def test_marks_say_what_the_gradebook_holds(course: Course) -> None:
    whose = who(report())
    with journals.opened(course) as journal:
        assert journal.recorded_key(whose) is None
        journal.mark_recorded([(whose, "k1")])
        journal.mark_recorded([(whose, "k2")])
    with journals.opened(course) as journal:
        assert journal.recorded_key(whose) == "k2"


def test_a_student_is_never_taken_for_a_path_of_the_same_name() -> None:
    assert who(report("x.ipynb")) != who(report(None, submission="x.ipynb"))


@pytest.mark.parametrize("name", ["J\udcfcrgen", "\udcfc", "a\nb", '"', "é"])
def test_a_name_that_is_no_text_is_told_from_every_other(course: Course, name: str) -> None:
    others = ["J?rgen", "J\udcf6rgen", "?", "a b", "e"]
    with journals.opened(course) as journal:
        journal.append([Entry(f"k{number}", report(other)) for number, other in enumerate(others)])
        journal.append([Entry("mine", report(name), file=f"/{name}")], {who(report(name))})
    with journals.opened(course) as journal:
        assert journal.current_key(who(report(name))) == journal.recorded_key(who(report(name))) == "mine"
        assert [journal.current_key(who(report(other))) for other in others] == ["k0", "k1", "k2", "k3", "k4"]


# ------------------------------------------------------------------------------------ what is damaged, or another's


@pytest.mark.parametrize(
    "change",
    [
        """report = replace(report, '"score": ', '"score": 1')""", "report = x'ff00'", "report = '{}'",
        "key = 'k2'", "whose = '\"student eve\"'", "assignment = 'another'", "seal = ''", "cpu_s = 9", "content = 'c'",
    ],
)  # fmt: skip
def test_a_row_that_was_changed_is_never_served_and_grading_again_mends_it(course: Course, change: str) -> None:
    name = report().assignment
    with journals.opened(course) as journal:
        journal.append([Entry("k1", report("ada")), Entry("k3", report("bob"))])
    altered(course, f"update report set {change} where key = 'k1'")
    with journals.opened(course) as journal:
        assert journal.find("k1") is None
        assert journal.find("k2") is None
        assert journal.find("k3") is not None
    if "assignment" not in change:  # else nobody can tell whose it was
        with pytest.raises(JournalDamaged, match=rf"damaged; run 'autograder grade --assignment {name}'"):
            journals.current(course, name)
    with journals.opened(course) as journal:
        journal.append([Entry("k1", report("ada")), Entry("k4", report("eve"))])
        assert journal.find("k1") is not None
    assert {"ada", "bob"} <= {each.student for each in journals.current(course, name)}


def _cut(path: Path) -> None:
    with open(path, "r+b") as file:
        file.truncate(path.stat().st_size - 4096)


def _overwrite(path: Path) -> None:
    with open(path, "r+b") as file:
        file.seek(4096)
        file.write(b"\xa5" * (path.stat().st_size - 4096))


def _another_program(path: Path) -> None:
    path.unlink()
    with contextlib.closing(sqlite3.connect(path)) as other:
        other.execute("create table report (key text)")


def _no_database(path: Path) -> None:
    path.write_bytes(b"this is no database, whatever its name says " * 100)


@pytest.mark.parametrize("spoil", [_cut, _overwrite, _another_program, _no_database])
def test_a_torn_or_foreign_file_is_refused_with_the_remedy_and_left_as_it_is(course: Course, spoil) -> None:  # type: ignore[no-untyped-def]
    """The remedy works: moved away, a new journal begins."""
    with journals.opened(course) as journal:
        journal.append([Entry(f"k{number}", report(f"s{number}")) for number in range(40)])
    spoil(file_of(course))
    found = file_of(course).read_bytes()
    with pytest.raises(JournalDamaged, match=r"cannot be trusted: .*move journal\.db.*away.*graded anew"):
        journals.current(course, report().assignment)
    with pytest.raises(JournalDamaged, match="cannot be trusted"), journals.opened(course) as journal:
        journal.find("k39")
    assert file_of(course).read_bytes() == found
    for path in course.state.glob("journal.db*"):
        path.rename(course.root / path.name)
    with journals.opened(course) as journal:
        journal.append([Entry("k1", report())])
    assert [each.student for each in journals.current(course, report().assignment)] == ["ada"]


def test_a_newer_layout_is_refused_by_its_name(course: Course) -> None:
    with journals.opened(course) as journal:
        journal.append([Entry("k1", report())])
    altered(course, "pragma user_version = 7")
    with pytest.raises(JournalDamaged, match=r"written by another version of this kit .*layout is 7"):
        journals.current(course, report().assignment)


@pytest.mark.parametrize("kept", [0, 1, 100, 5_000])
def test_a_log_that_was_torn_loses_only_what_was_not_whole(course: Course, tmp_path: Path, kept: int) -> None:
    """As after a power cut: what was committed and reached the disk is there, the rest is graded again."""
    copy = tmp_path / "copy"
    with journals.opened(course) as journal:
        journal.append([Entry("k1", report("ada"))])
        size = (course.state / "journal.db-wal").stat().st_size
        journal.append([Entry(f"x{number}", report(f"s{number}")) for number in range(9)])
        copy.mkdir()
        (copy / "nbgrader_config.py").write_text("c = get_config()\n")
        other = Course.find(copy)
        other.state.mkdir()
        for name in ("journal.db", "journal.db-wal"):
            (other.state / name).write_bytes((course.state / name).read_bytes())
    log = other.state / "journal.db-wal"
    assert log.stat().st_size > size + 5_000
    log.write_bytes(log.read_bytes()[: size + kept])
    with journals.opened(other) as journal:
        assert journal.find("k1") is not None
        assert journal.find("x0") is None
        journal.append([Entry("k2", report("eve"))])
    assert [row["key"] for row in journal_rows(other)] == ["k1", "k2"]


# ----------------------------------------------------------------------------------- disks that are full, or closed


def test_a_full_disk_leaves_the_journal_as_it_was_and_says_what_to_do(course: Course) -> None:
    with journals.opened(course) as journal:
        journal.append([Entry("k1", report("ada"))])
        before = journal_rows(course)
        pages = journal._connection.execute("pragma page_count").fetchone()[0]
        journal._connection.execute(f"pragma max_page_count = {pages}")
        with pytest.raises(JournalClosed, match=r"is full.*make room.*run the command again"):
            journal.append([Entry("k2", report(f"s{number}")) for number in range(40)])
        assert journal_rows(course) == before
        assert journal.find("k2") is None
        journal._connection.execute("pragma max_page_count = 100000")
        journal.append([Entry("k2", report("eve"))])
    with journals.opened(course) as journal:
        assert journal.find("k2") is not None


def test_a_file_system_without_shared_memory_is_told_in_words(course: Course, monkeypatch: pytest.MonkeyPatch) -> None:
    def elsewhere(path: Path, mode: str) -> sqlite3.Connection:
        return sqlite3.connect(":memory:", isolation_level=None)  # which has no log either

    monkeypatch.setattr(database, "_connected", elsewhere)
    with pytest.raises(JournalClosed, match=r"no shared memory.*move the course to a disk"), journals.opened(course):
        pytest.fail("the journal was opened")


def test_another_program_that_holds_the_file_is_told_in_words(course: Course, monkeypatch: pytest.MonkeyPatch) -> None:
    with journals.opened(course) as journal:
        journal.append([Entry("k1", report())])
    monkeypatch.setattr(database, "PATIENCE_S", 0.05)
    with contextlib.closing(sqlite3.connect(file_of(course), isolation_level=None)) as other:
        other.execute("begin immediate")
        with journals.opened(course) as journal, pytest.raises(JournalClosed, match="is locked; end the program that"):
            journal.append([Entry("k2", report("eve"))])


def test_a_state_folder_that_cannot_be_made_is_told_in_words(course: Course) -> None:
    course.state.write_text("a file stands there")
    with pytest.raises(JournalError, match=r"give permission or make room"), journals.opened(course):
        pytest.fail("the journal was opened")


def test_a_journal_that_cannot_be_written_is_told_in_words(course: Course) -> None:
    file_of(course).mkdir(parents=True)
    with pytest.raises(JournalClosed, match=r"journal\.db cannot be written: Is a directory; make room or give"):
        journals.opened(course).__enter__()


def test_a_course_on_a_disk_that_cannot_be_written_is_read_all_the_same(
    course: Course, monkeypatch: pytest.MonkeyPatch
) -> None:
    """SQLite is not to make a file beside it, be it only for a moment."""
    with journals.opened(course) as journal:
        journal.append([Entry("k1", report())])
    monkeypatch.setattr(database.os, "access", lambda path, mode: False)
    modes: list[str] = []
    real = database._connected
    monkeypatch.setattr(database, "_connected", lambda path, mode: modes.append(mode) or real(path, mode))
    assert [each.student for each in journals.current(course, report().assignment)] == ["ada"]
    assert modes == ["ro&immutable=1"]
    with journals.opened(course) as journal:  # a run that was killed left its log, which counts
        journal.append([Entry("k2", report("eve"))])
        assert [each.student for each in journals.current(course, report().assignment)] == ["ada", "eve"]
    assert modes[-1] == "ro"


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
