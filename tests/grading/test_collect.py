"""`autograder collect`: what platforms give to download, laid out as submitted/, nothing lost, nothing unsafe taken."""

from __future__ import annotations

import io
import shutil
import stat
import zipfile
from pathlib import Path

import pytest

from autograder.cli import main
from autograder.core.course import Course
from autograder.grading import collecting, handed_in
from autograder.grading.collecting.plan import Plan
from autograder.reporting import Person

ROOT = Path(__file__).parents[2]
NAME = "shallow_narrow"
ADA = Person("ada", "Ada", "Lovelace", "ada@uni.de", "4711")
JO = Person("jo", "José", "Müller-Lüdenscheidt", "jo@uni.de", "4712")
CLASS = (ADA, JO)


@pytest.fixture
def course(tmp_path: Path) -> Course:
    shutil.copy(ROOT / "nbgrader_config.py", tmp_path)
    return Course.at(tmp_path)


def archive(course: Course, files: dict[str, str | bytes]) -> Path:
    """A zip with these files."""
    path = course.root / "download.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in files.items():
            made.writestr(name, content)
    return path


def laid(course: Course, student: str) -> dict[str, str]:
    """What lies in a student's folder, by path."""
    folder = course.folder(course.submitted, student, NAME)
    return {path.relative_to(folder).as_posix(): path.read_text() for path in folder.rglob("*") if path.is_file()}


def collected(course: Course, files: dict[str, str | bytes], people: tuple[Person, ...] = CLASS) -> Plan:
    """The plan for an archive, laid out."""
    plan = collecting.plan(course, archive(course, files), NAME, people)
    collecting.lay_out(plan)
    return plan


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
    "GitHub Classroom": {
        "week-1-submissions/week-1-ada/shallow_narrow.ipynb": "A",
        "week-1-submissions/week-1-jo/shallow_narrow.ipynb": "J",
        "week-1-submissions/week-1-jo/.git/config": "[core]",
    },
    "Blackboard": {
        "HW1_ada_attempt_2026-01-05-20-59-05_shallow_narrow.ipynb": "A",
        "HW1_jo_attempt_2026-01-06-08-00-00_shallow_narrow.ipynb": "J",
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
        found = {name: text for name, text in laid(course, student).items() if name != "timestamp.txt"}
        assert list(found.values()) == [content]
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
