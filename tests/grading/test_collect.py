"""`autograder collect`: what platforms give to download, laid out as submitted/, nothing lost, nothing unsafe taken."""

from __future__ import annotations

import errno
import io
import json
import os
import shutil
import stat
import zipfile
from pathlib import Path
from typing import Any

import pytest

from autograder import assignments
from autograder.cli import main
from autograder.core import NotWritten
from autograder.core.course import Course
from autograder.grading import collecting, handed_in
from autograder.grading.collecting.matching import Matcher
from autograder.grading.collecting.plan import Plan
from autograder.grading.nbgrader_steps import ordinary
from autograder.reporting import Person

ROOT = Path(__file__).parents[2]
NAME = "shallow_narrow"
ADA = Person("ada", "Ada", "Lovelace", "ada@uni.de", "4711")
JO = Person("jo", "José", "Müller-Lüdenscheidt", "jo@uni.de", "4712")
CLASS = (ADA, JO)


@pytest.fixture
def course(tmp_path: Path) -> Course:
    shutil.copy(ROOT / "nbgrader_config.py", tmp_path)
    shutil.copytree(ROOT / "solutions", tmp_path / "solutions")
    assignments.look_in(tmp_path / "solutions")
    return Course.at(tmp_path)


def archive(course: Course, files: dict[str, str | bytes]) -> Path:
    """A zip with these files."""
    path = course.root / "download.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in files.items():
            made.writestr(name, content)
    return path


def laid(course: Course, student: str) -> dict[str, str]:
    """What lies in a student's folder as text, by path."""
    folder = course.folder(course.submitted, student, NAME)
    return {path.relative_to(folder).as_posix(): path.read_text() for path in folder.rglob("*") if path.is_file()}


def collected(course: Course, files: dict[str, str | bytes], people: tuple[Person, ...] = CLASS) -> Plan:
    """The plan for an archive, laid out."""
    plan = collecting.plan(course, archive(course, files), NAME, people)
    collecting.lay_out(plan)
    return plan


def nested(files: dict[str, str]) -> bytes:
    """A zip that a student handed in."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return made.getvalue()


GRADESCOPE = """---
submission_1:
  :created_at: 2026-01-05 20:59:05.719110000 Z
  :submitters:
  - :name: Ada Lovelace
    :sid: ''
    :email: ada@uni.de
submission_2:
  :created_at: 2026-01-06 09:00:00 +01:00
  :submitters:
  - :name: J. M.
    :sid: jo
    :email: other@uni.de
"""

SHAPES = {
    "Canvas": {
        "lovelaceada_4711_900_shallow_narrow.ipynb": "A",
        "mullerludenscheidtjose_LATE_4712_901_shallow_narrow-2.ipynb": "J",
    },
    "Moodle": {
        "Ada Lovelace_31_assignsubmission_file_/shallow_narrow.ipynb": "A",
        "José Müller-Lüdenscheidt_32_assignsubmission_file_/shallow_narrow.ipynb": "J",
    },
    "Moodle, without folders": {
        "Lovelace Ada_31_assignsubmission_file_shallow_narrow.ipynb": "A",
        "Müller-Lüdenscheidt José_32_assignsubmission_file_shallow_narrow.ipynb": "J",
    },
    "Gradescope": {
        "assignment_7_export/submission_metadata.yml": GRADESCOPE,
        "assignment_7_export/submission_1/shallow_narrow.ipynb": "A",
        "assignment_7_export/submission_2/shallow_narrow.ipynb": "J",
    },
    "Gradescope, of another name": {
        "metadata.yml": GRADESCOPE,
        "submission_1/shallow_narrow.ipynb": "A",
        "submission_2/shallow_narrow.ipynb": "J",
    },
    "GitHub Classroom": {
        "week-1-submissions/week-1-ada/shallow_narrow.ipynb": "A",
        "week-1-submissions/week-1-jo/shallow_narrow.ipynb": "J",
        "week-1-submissions/week-1-jo/.git/config": "[core]",
    },
    "Blackboard": {
        "HW1_ada_attempt_2026-01-05-20-59-05_shallow_narrow.ipynb": "A",
        "HW1_ada_attempt_2026-01-05-20-59-05.txt": "Name: Ada Lovelace (ada)",
        "HW1_jo_attempt_2026-01-06-08-00-00.txt": "Name: J. M. (jo)",
        "HW1_jo_attempt_2026-01-06-08-00-00_shallow_narrow.ipynb": "J",
    },
    "GitHub Classroom, without the folder around": {
        "week-1-ada/shallow_narrow.ipynb": "A",
        "week-1-jo/shallow_narrow.ipynb": "J",
    },
    "Brightspace": {
        "index.html": "a list",
        "31234-567 - Ada Lovelace - Jan 5, 2026 859 PM/shallow_narrow.ipynb": "A",
        "31235-568 - José Müller-Lüdenscheidt - January 6, 2026 8-00 AM/shallow_narrow.ipynb": "J",
    },
    "Google Classroom": {
        "Homework 1/Ada Lovelace - shallow_narrow.ipynb": "A",
        "Homework 1/José Müller-Lüdenscheidt - shallow_narrow.ipynb": "J",
    },
    "Canvas, with zips": {
        "lovelaceada_4711_900_homework-1.zip": nested({"hw/shallow_narrow.ipynb": "A", "__MACOSX/hw/._x": ""}),
        "mullerludenscheidtjose_4712_901_shallow_narrow.ipynb": "J",
    },
    "zips": {"ada.zip": nested({"shallow_narrow.ipynb": "A"}), "jo.zip": nested({"x/shallow_narrow.ipynb": "J"})},
    "files in a folder": {"all/ada_shallow_narrow.ipynb": "A", "all/jo_shallow_narrow (1).ipynb": "J"},
    "Moodle, teams": {
        "Team 1-Ada Lovelace_31_assignsubmission_file_/shallow_narrow.ipynb": "A",
        "Team 1-José Müller-Lüdenscheidt_32_assignsubmission_file_/shallow_narrow.ipynb": "J",
    },
    "folders": {"ada/shallow_narrow.ipynb": "A", "jo/shallow_narrow.ipynb": "J"},
    "folders in a folder": {"all/ada@uni.de/shallow_narrow.ipynb": "A", "all/4712/shallow_narrow.ipynb": "J"},
    "files": {"ada_shallow_narrow.ipynb": "A", "jo.ipynb": "J"},
}


@pytest.mark.parametrize("shape", SHAPES)
def test_each_platform_s_names_are_understood(course: Course, shape: str) -> None:
    """Everybody is found and gets the file that they handed in, and the file is found again for grading."""
    plan = collected(course, {**SHAPES[shape], "__MACOSX/._x": "junk"})
    assert (plan.nobody, plan.rest) == ((), ())
    for student, content in (("ada", "A"), ("jo", "J")):
        folder = course.folder(course.submitted, student, NAME)
        assert [path.read_text() for path in folder.rglob("*.ipynb")] == [content]
        assert handed_in.look(course.folder(course.submitted, student, NAME), NAME).chosen is not None


@pytest.mark.parametrize("shape", ["Gradescope", "Blackboard"])
def test_times_of_submission_are_kept_where_the_platform_gives_them(course: Course, shape: str) -> None:
    collected(course, SHAPES[shape])
    assert laid(course, "ada")["timestamp.txt"] == "2026-01-05 20:59:05 UTC\n"
    assert laid(course, "jo")["timestamp.txt"] == "2026-01-06 08:00:00 UTC\n"


def test_the_later_attempt_counts_and_the_earlier_is_kept(course: Course) -> None:
    """Also -10 after -9, and where the first attempt has no number."""
    names = {"": "one", "-9": "nine", "-10": "ten"}
    files = {f"lovelaceada_4711_{90 + k}_work{n}.ipynb": text for k, (n, text) in enumerate(names.items())}
    plan = collected(course, files)
    assert "attempt 11 counts; 2 of earlier attempts kept" in collecting.describe_plan(plan)
    found = laid(course, "ada")
    assert found.pop("work.ipynb") == "ten"
    assert sorted(found.values()) == ["nine", "one"]
    assert all(name.startswith(".earlier/") for name in found)


def test_a_number_that_is_the_student_s_own_makes_no_attempt(course: Course) -> None:
    """lab-1.ipynb alone keeps its name, and nothing is said of attempts."""
    plan = collected(course, {"lovelaceada_4711_90_lab-1.ipynb": "A"})
    assert "attempt" not in collecting.describe_plan(plan)
    assert laid(course, "ada") == {"lab-1.ipynb": "A"}


def test_collecting_again_loses_nothing(course: Course) -> None:
    """The same download changes nothing; another one moves what lay there aside."""
    collected(course, {"ada/shallow_narrow.ipynb": "first"})
    plan = collecting.plan(course, archive(course, {"ada/shallow_narrow.ipynb": "first"}), NAME, CLASS)
    assert collecting.lay_out(plan) == ["ada: as it is there already"]
    collected(course, {"ada/shallow_narrow.ipynb": "second"})
    collected(course, {"ada/shallow_narrow.ipynb": "third"})
    assert laid(course, "ada") == {
        "shallow_narrow.ipynb": "third",
        ".earlier/before-1/shallow_narrow.ipynb": "first",
        ".earlier/before-2/shallow_narrow.ipynb": "second",
    }


def test_what_lay_there_stays_where_the_new_folder_cannot_take_its_place(
    course: Course, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing of a student's is taken away with what was prepared aside."""
    collected(course, {"ada/shallow_narrow.ipynb": "first"})
    plan = collecting.plan(course, archive(course, {"ada/shallow_narrow.ipynb": "second"}), NAME, CLASS)
    rename = os.rename

    def full(source: Any, target: Any) -> None:
        if Path(source).name == "new":
            raise OSError(errno.ENOSPC, "No space left on device")
        rename(source, target)

    monkeypatch.setattr(os, "rename", full)
    with pytest.raises(NotWritten, match="the disk is full"):
        collecting.lay_out(plan)
    assert laid(course, "ada") == {"shallow_narrow.ipynb": "first"}


def test_files_of_one_name_are_both_kept(course: Course) -> None:
    """Two uploads that map to one name, as in Canvas with several files."""
    files = {"lovelaceada_4711_1_a.ipynb": "x", "lovelaceada_4711_2_a.ipynb": "y"}
    collected(course, files)
    assert sorted(laid(course, "ada").values()) == ["x", "y"]


def test_a_student_cannot_set_the_time_of_submission(course: Course) -> None:
    """A file called timestamp.txt is kept under another name."""
    collected(course, {"ada/shallow_narrow.ipynb": "A", "ada/timestamp.txt": "2001-01-01 00:00:00 UTC"})
    assert set(laid(course, "ada")) == {"shallow_narrow.ipynb", "handed_in_timestamp.txt"}


def test_who_is_unknown_or_doubtful_is_laid_out_nowhere_and_said(course: Course) -> None:
    twins = (*CLASS, Person("ada2", "Ada", "Lovelace"))
    files = {
        "Ada Lovelace_31_assignsubmission_file_/x.ipynb": "A",
        "Eve Stranger_33_assignsubmission_file_/x.ipynb": "E",
    }
    plan = collected(course, files, twins)
    assert [said.partition(" (")[0] for said in plan.nobody] == [
        "Ada Lovelace 31: ada and ada2 may both be meant",
        "Eve Stranger 33: nobody of the course is called so",
    ]
    assert not course.submitted.exists()


def test_ids_that_differ_are_mapped_once_in_the_course(course: Course) -> None:
    (course.root / "ids.csv").write_text("theirs,ours\nEve Stranger,ada\n99;x,jo\n".replace("99;x", "week99"))
    collected(course, {"Eve Stranger_33_assignsubmission_file_/x.ipynb": "E"})
    assert laid(course, "ada") == {"x.ipynb": "E"}
    (course.root / "ids.csv").write_text("theirs,ours\nx,ada\nX,jo\n")
    with pytest.raises(collecting.ArchiveError, match=r"ids.csv:3: X stands here for jo"):
        collecting.id_map(course.root)


def test_without_a_list_of_students_the_platform_s_ids_are_taken(course: Course) -> None:
    """Unless nobody is called anything, in which case it would not be told who is unknown."""
    plan = collected(course, SHAPES["Canvas"], ())
    assert [each.student for each in plan.students] == ["4711", "4712"]
    strangers = {"../x": "", ".hidden": "", "a b": "kept"}
    plan = collecting.plan(course, archive(course, {f"{name}/n.ipynb": "x" for name in (".hidden", "a b")}), NAME, ())
    assert [each.student for each in plan.students] == ["a b"]
    assert len(plan.nobody) == 1, strangers


def odd(name: str, mode: int = 0, content: bytes = b"x") -> bytes:
    """A zip with one odd entry among good ones."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("ada/shallow_narrow.ipynb", "A")
        entry = zipfile.ZipInfo(name)
        entry.external_attr = mode << 16
        entry.compress_type = zipfile.ZIP_DEFLATED
        archive.writestr(entry, content)
    return made.getvalue()


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (odd("../../etc/passwd"), "leads out"),
        (odd("ada/../../x"), "leads out"),
        (odd("/etc/passwd"), "leads out"),
        (odd("C:/x"), "leads out"),
        (odd("ada\\..\\x"), "leads out"),
        (odd("ada/\x1b[2J"), "no name"),
        (odd("ada/link", stat.S_IFLNK | 0o777, b"/etc/passwd"), "link"),
        (odd("ada/pipe", stat.S_IFIFO | 0o644), "link or no plain file"),
        (odd("ada/bomb", content=bytes(64 << 20)), "grows more than"),
        (odd("ada/shallow_narrow.ipynb"), "twice"),
        (b"PK\x03\x04 no zip at all", "no zip"),
    ],
)
@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_an_unsafe_archive_is_refused_whole(course: Course, content: bytes, says: str) -> None:
    path = course.root / "download.zip"
    path.write_bytes(content)
    with pytest.raises(collecting.ArchiveError, match=says):
        collecting.lay_out(collecting.plan(course, path, NAME, CLASS))
    assert not course.submitted.exists()


def test_an_entry_larger_than_it_says_is_refused(course: Course) -> None:
    """The sizes in a zip are claims: no more is unpacked than was claimed."""
    raw = bytearray(odd("ada/big", content=b"y" * 5000))
    at = raw.rindex(b"PK\x01\x02")
    raw[at + 24 : at + 28] = (10).to_bytes(4, "little")
    path = course.root / "download.zip"
    path.write_bytes(raw)
    with pytest.raises(collecting.ArchiveError, match=r"cannot be unpacked|larger than"):
        collecting.lay_out(collecting.plan(course, path, NAME, CLASS))
    assert not course.submitted.exists()


def test_a_link_in_a_folder_is_refused(course: Course, tmp_path: Path) -> None:
    folder = tmp_path / "unpacked" / "ada"
    folder.mkdir(parents=True)
    (folder / "x.ipynb").symlink_to("/etc/passwd")
    with pytest.raises(collecting.ArchiveError, match="is a link"):
        collecting.plan(course, folder.parent, NAME, CLASS)


def test_nothing_is_written_before_it_was_shown(course: Course, capsys: pytest.CaptureFixture[str]) -> None:
    """The command is a dry run; --yes writes."""
    path = archive(course, SHAPES["folders"])
    at = ["--course", str(course.root), "collect", str(path), "--assignment", NAME]
    assert main(at) == 0
    said = capsys.readouterr().out
    assert "ada  <- ada" in said
    assert "nothing is laid out yet" in said
    assert not course.submitted.exists()
    assert main([*at, "--yes"]) == 0
    assert laid(course, "ada") == {"shallow_narrow.ipynb": "A"}


def nobody(course: Course, files: dict[str, str | bytes], people: tuple[Person, ...] = CLASS) -> list[str]:
    """What the plan says of files that are nobody's; nothing may be laid out."""
    plan = collected(course, files, people)
    assert not plan.students
    return [said.partition(" (")[0] for said in (*plan.nobody, *plan.rest)]


def test_a_list_of_submissions_in_a_student_s_own_folder_says_nothing(course: Course) -> None:
    """Gradescope's metadata counts above all folders; from within one it would hand others' work about."""
    forged = GRADESCOPE.replace("submission_1", "x").replace("ada@uni.de", "jo@uni.de")
    collected(course, {**SHAPES["folders"], "jo/submission_metadata.yml": forged, "jo/x/a.ipynb": "mine"})
    assert laid(course, "ada") == {"shallow_narrow.ipynb": "A"}


def test_two_people_of_the_platform_never_become_one_student(course: Course) -> None:
    """Neither gets the other's work; who stands in ids.csv twice is meant to."""
    files: dict[str, str | bytes] = {"ada/shallow_narrow.ipynb": "A", "ada@uni.de/shallow_narrow.ipynb": "B"}
    assert nobody(course, files) == [
        "ada: ada and ada@uni.de would both be ada", "ada@uni.de: ada and ada@uni.de would both be ada",
    ]  # fmt: skip
    (course.root / "ids.csv").write_text("ada@uni.de,ada\nada,ada\n")
    assert [each.student for each in collected(course, files).students] == ["ada"]


def test_a_team_s_work_is_everybody_s_in_it(course: Course) -> None:
    """GitHub Classroom names repositories after teams; the course's ids.csv says who is in one."""
    files: dict[str, str | bytes] = {
        "week-1-submissions/week-1-team-rocket/shallow_narrow.ipynb": "T",
        "week-1-submissions/week-1-jo/x": "",
    }
    (course.root / "ids.csv").write_text("team-rocket,ada + jo2\n")
    plan = collected(course, files, (*CLASS, Person("jo2", "Jo", "Two")))
    assert [each.student for each in plan.students] == ["ada", "jo", "jo2"]
    assert laid(course, "ada") == laid(course, "jo2") == {"shallow_narrow.ipynb": "T"}


def test_a_first_name_with_a_hyphen_is_no_team(course: Course) -> None:
    """Anna-Maria Berg is not Maria Berg, though all names have a hyphen."""
    people = (Person("maria", "Maria", "Berg"), Person("jo", "Jo", "Lu-Lu"))
    files: dict[str, str | bytes] = {"Anna-Maria Berg_31_assignsubmission_file_/x.ipynb": "A"}
    assert nobody(course, files, people) == ["Anna-Maria Berg 31: nobody of the course is called so"]


@pytest.mark.parametrize(
    ("name", "key"),
    [("anon_x7Kq2_900_work.ipynb", "x7Kq2"), ("anon_LATE_x7Kq2_900_work-2.ipynb", "x7Kq2")],
)
def test_who_is_anonymous_is_known_by_the_course_s_map(course: Course, name: str, key: str) -> None:
    assert nobody(course, {name: "A"}) == [f"anon {key}: nobody of the course is called so"]
    (course.root / "ids.csv").write_text(f"{key},ada\n")
    collected(course, {name: "A"})
    assert list(laid(course, "ada").values()) == ["A"]


@pytest.mark.parametrize(
    ("written", "first", "last"),
    [
        ("O’Brien Siobhán", "Siobhan", "O'Brien"),
        ("Jose\u0301 Müller-Lüdenscheidt", "José", "Müller-Lüdenscheidt"),
        ("Groß Anna", "Anna", "Gross"),
        ("李 明", "明", "李"),
    ],
)
def test_names_are_found_however_they_are_typed(course: Course, written: str, first: str, last: str) -> None:
    """Accents as one character or two, straight and curly apostrophes, either order."""
    files: dict[str, str | bytes] = {f"{written}_31_assignsubmission_file_/x.ipynb": "A"}
    plan = collected(course, files, (Person("s", first, last), ADA))
    assert [each.student for each in plan.students] == ["s"]


def test_what_was_typed_into_a_field_of_canvas_is_its_student_s(course: Course) -> None:
    files: dict[str, str | bytes] = {
        "lovelaceada_4711_text.html": "<p>x</p>", "mullerludenscheidtjose_LATE_4712_link.html": "y",
    }  # fmt: skip
    collected(course, files)
    assert laid(course, "ada") == {"text.html": "<p>x</p>"}
    assert laid(course, "jo") == {"link.html": "y"}


def test_of_brightspace_s_attempts_the_last_counts_and_its_clock_sets_no_time(course: Course) -> None:
    """Two folders of one person; the platform does not say in which zone its clock is."""
    files: dict[str, str | bytes] = {
        "1-2 - Ada Lovelace - Jan 5, 2026 1159 PM/x.ipynb": "old",
        "1-3 - Ada Lovelace - Jan 6, 2026 1201 AM/x.ipynb": "new",
    }
    plan = collected(course, files)
    assert "2026-01-06 00:01 by the platform's clock" in collecting.describe_plan(plan)
    found = laid(course, "ada")
    assert found.pop("x.ipynb") == "new"
    assert list(found.values()) == ["old"]
    assert "timestamp.txt" not in found


def test_a_login_with_an_underscore_is_found_whole(course: Course) -> None:
    people = (Person("ada_l"), Person("jo", "Jo", "Jo"))
    files: dict[str, str | bytes] = {
        "Home_work_ada_l_attempt_2026-01-05-20-59-05_x.ipynb": "A",
        "Home_work_jo_attempt_2026-01-05-20-59-05_x.ipynb": "J",
    }
    assert [each.student for each in collected(course, files, people).students] == ["ada_l", "jo"]


def test_a_zip_in_the_zip_is_looked_into_only_where_it_is_safe(course: Course) -> None:
    """A bomb or a path that leads out stays the file that it is, and stops nobody else."""
    files: dict[str, str | bytes] = {
        "ada/work.zip": odd("../../etc/passwd"), "jo/shallow_narrow.ipynb": "J", "jo/no.zip": "no zip",
    }  # fmt: skip
    collected(course, files)
    folder = course.folder(course.submitted, "ada", NAME)
    assert [path.name for path in folder.rglob("*")] == ["work.zip"]
    assert "archive" in handed_in.look(folder, NAME).instead
    assert laid(course, "jo") == {"shallow_narrow.ipynb": "J", "no.zip": "no zip"}


def test_a_student_s_own_subfolders_are_not_taken_for_students(course: Course) -> None:
    plan = collected(course, {"ada/shallow_narrow.ipynb": "A", "ada/img/a.png": "x", "ada/data/b.csv": "y"})
    assert [each.student for each in plan.students] == ["ada"]


def notebook(body: str) -> str:
    """A notebook whose one cell is the lesson's class with this method body."""
    source = f"class ShallowNarrow:\n    def forward(self):\n        {body}\n" if body else "print('notes')\n"
    return json.dumps({"cells": [{"cell_type": "code", "source": source, "metadata": {}}], "nbformat": 4})


WORK, BLANK, NOTES = (notebook(body) for body in ("return self.w", "raise NotImplementedError", ""))


@pytest.mark.parametrize("other", [NOTES, BLANK])
@pytest.mark.parametrize(
    ("names", "counts"),
    [
        (("lesson-1.ipynb", "lesson-2.ipynb"), "lesson-1.ipynb"),
        (("shallow_narrow.ipynb", "scratch-3.ipynb"), "shallow_narrow.ipynb"),
        (("scratch-4.ipynb", "work.ipynb"), "scratch-4.ipynb"),
    ],
)
def test_a_notebook_without_the_work_never_stands_in_its_place(
    course: Course, names: tuple[str, str], counts: str, other: str
) -> None:
    """Numbers at the ends of names are the student's own there, whichever file holds the work."""
    files = {f"lovelaceada_4711_{k}_{name}": WORK if name == counts else other for k, name in enumerate(names)}
    plan = collected(course, files)
    assert laid(course, "ada") == {name: WORK if name == counts else other for name in names}
    assert "attempt" not in collecting.describe_plan(plan)
    chosen = handed_in.look(course.folder(course.submitted, "ada", NAME), NAME).chosen
    assert chosen is not None
    assert chosen.name == counts


def test_of_several_with_the_work_the_last_attempt_counts(course: Course) -> None:
    """A blank first attempt is kept as the earlier one that it is."""
    later = notebook("return self.w2")
    collected(course, {"lovelaceada_4711_1_a.ipynb": BLANK, "lovelaceada_4711_2_a-1.ipynb": WORK})
    assert laid(course, "ada") == {"a.ipynb": WORK, ".earlier/attempts-1/1/a.ipynb": BLANK}
    collected(course, {"muellerjo_4712_1_a.ipynb": WORK, "muellerjo_4712_2_b-1.ipynb": later})
    assert laid(course, "jo") == {"b.ipynb": later, ".earlier/attempts-1/1/a.ipynb": WORK}


def test_a_group_that_canvas_names_is_asked_for_and_no_student_s_own_name_is(course: Course) -> None:
    """One file with the number of one member; ids.csv says who the others are."""
    files = {"team1_4711_1_a.ipynb": WORK, "mllerldenscheidtjos_4712_2_a.ipynb": WORK}
    plan = collecting.plan(course, archive(course, files), NAME, CLASS)
    assert [each.student for each in plan.students if each.other_name] == ["ada"]
    assert "if team1 is a group, say in ids.csv who is in it (team1,ada + …)" in collecting.describe_plan(plan)
    (course.root / "ids.csv").write_text("team1,ada + eve\n")
    assert [each.student for each in collected(course, files).students] == ["ada", "eve", "jo"]


@pytest.mark.parametrize(
    ("known", "shown"),
    [("O'Brien", "obrienmaryann"), ("Şükrü", "sukruyilmaz"), ("Şükrü", "krylmaz"), ("佐藤", "xy"), ("", "anything")],
)
def test_a_name_in_another_spelling_is_no_group(known: str, shown: str) -> None:
    """Accents and other alphabets are left out by platforms in ways of their own."""
    assert Matcher([Person("someone", "", known)], {}).may_be_called("someone", shown)


def test_a_zip_that_broke_on_its_way_is_to_be_downloaded_again(course: Course) -> None:
    """Not to be unpacked, which cannot be done."""
    path = archive(course, {"ada/a.ipynb": "text"})
    path.write_bytes(path.read_bytes()[:-30])
    with pytest.raises(collecting.ArchiveError, match="is no zip that is whole; download it again"):
        collecting.plan(course, path, NAME, CLASS)


def test_nbgrader_s_own_assignment_gets_a_resubmission_under_the_name_that_it_looks_for(course: Course) -> None:
    """Canvas's number goes, where the rest is the assignment's notebook and nothing else is called so."""
    source = course.folder(course.source, ".", "week1")
    source.mkdir(parents=True)
    (source / "week1.ipynb").write_text(NOTES)
    files = {
        "lovelaceada_4711_1_week1-3.ipynb": "A", "mueller_4712_2_week1.ipynb": "B", "mueller_4712_3_week1-1.ipynb": "C",
        "mueller_4712_4_other-1.ipynb": "D",
    }  # fmt: skip
    plan = collecting.plan(course, archive(course, files), "week1", CLASS)
    assert {each.student: sorted(upload.file for upload in each.counts) for each in plan.students} == {
        "ada": ["week1.ipynb"], "jo": ["other.ipynb", "week1.ipynb"],
    }  # fmt: skip


def test_nbgrader_s_log_is_told_by_the_error_that_it_names() -> None:
    """Not by its last line, which points at a traceback that nobody sees."""
    log = (
        "[ERROR] Traceback\n    nbgrader.converters.base.NbGraderException: No notebooks found\n"
        "[ERROR] There was an error\n[ERROR] Please see the the above traceback for details on the failures.\n"
    )
    assert ordinary._words({"log": log}) == "nbgrader.converters.base.NbGraderException: No notebooks found"
    assert ordinary._words({"log": "[ERROR] a\n[ERROR] see the above traceback"}) == "[ERROR] a"
    assert "to see why" in ordinary._words({"log": ""})


def test_a_folder_without_the_notebook_that_nbgrader_looks_for_is_told_so(course: Course) -> None:
    """Which name it takes, and what lies there."""
    for folder, file in ((course.source, "week1.ipynb"), (course.submitted, "other.ipynb")):
        place = course.folder(folder, "." if folder == course.source else "ada", "week1")
        place.mkdir(parents=True)
        (place / file).write_text(NOTES)
    said = ordinary._misnamed(course, "week1", place)
    assert "takes week1.ipynb only" in said
    assert "lies other.ipynb" in said
    shutil.copy(place / "other.ipynb", place / "week1.ipynb")
    assert ordinary._misnamed(course, "week1", place) == ""


def test_a_number_of_the_platform_meets_nobody_s_id_by_accident(course: Course) -> None:
    """Moodle's numbers are of one assignment; Canvas's are its own, where a name tells that another is meant."""
    people = (*CLASS, Person("5001", "Grace", "Hopper"))
    moodle = {"Ada Lovelace_4712_assignsubmission_file/a.ipynb": "A", "Eve X_5001_assignsubmission_file/a.ipynb": "E"}
    plan = collected(course, moodle, people)
    assert [(each.student, each.how) for each in plan.students] == [("ada", "by name")]
    assert ["Eve X" in said for said in plan.nobody] == [True]
    canvas = {"eve_5001_1_a.ipynb": "E", "lovelaceada_4711_2_a.ipynb": "A"}
    plan = collecting.plan(course, archive(course, canvas), NAME, people)
    assert [each.student for each in plan.students] == ["ada"]
    assert "5001 is an id of ours, of somebody with another name" in plan.nobody[0]
    canvas = {"hoppergrace_5001_1_a.ipynb": "G", "lovelaceada_4711_2_a.ipynb": "A"}
    assert {each.student for each in collected(course, canvas, people).students} == {"5001", "ada"}
    assert {each.student for each in collected(course, {"5001/a.ipynb": "G"}, people).students} == {"5001"}


def test_as_they_are_nobody_gets_another_student_s_folder(course: Course) -> None:
    """A platform's number that is the id of somebody known; one that was taken as it is before goes on."""
    people = (Person("5001", "Grace", "Hopper"), Person("31"))
    files = {"Eve X_5001_assignsubmission_file/a.ipynb": "E", "Max Y_31_assignsubmission_file/a.ipynb": "M"}
    plan = collecting.plan(course, archive(course, files), NAME, people, as_they_are=True)
    assert [each.student for each in plan.students] == ["31"]
    assert "Eve X" in plan.nobody[0]
