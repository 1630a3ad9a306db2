"""Lists of people: who is who in a file, and what of it may change."""

from __future__ import annotations

import csv
import io
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograder.core.course import Course
from autograder.gradebook.enrolled import enrolled
from autograder.gradebook.nbgrader_database import api
from autograder.gradebook.rows import GradebookError
from autograder.reporting.export import Choices, ExportError, Person, canvas, moodle, roster, sheet
from autograder.reporting.export.moodle_words import columns, words
from tests.support import sample_reports as samples

LANGUAGES = sorted(words())
ROLES = (
    *("identifier", "fullname", "idnumber", "email", "status", "grade", "maximum", "changeable", "submitted"),
    *("graded", "comments"),
)


def put(folder: Path, content: str | bytes, name: str = "list.csv") -> Path:
    """`content` as a file, its line ends as they are."""
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def worksheet(language: str, *, maximum: str = "10.00", lock: str = "yes", without: tuple[str, ...] = ()) -> str:
    """A worksheet with one student in a language, as Moodle would write it: a missing word in English."""
    spoken = {**words()["en"], **words()[language]}
    values = {"identifier": "X 7", "idnumber": "0042", "email": "Alice@Example.org", "maximum": maximum}
    values |= {"changeable": spoken[lock][0], "submitted": "-", "graded": "-"}
    roles = [role for role in ROLES if role not in without]
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(
        [[spoken[role][0] for role in roles], [values.get(role, "") for role in roles]]
    )
    return out.getvalue()


ALICE = [samples.sign_fault("alice@example.org")]


@pytest.mark.parametrize("language", LANGUAGES)
class TestMoodleInEveryLanguage:
    def test_an_open_worksheet_is_filled(self, tmp_path: Path, language: str) -> None:
        """The words of the language packs lead to the columns."""
        plan = moodle.dry_run(ALICE, put(tmp_path, worksheet(language)))
        assert plan.problems == ()
        assert [mark.new for mark in plan.changed] == ["6.25"]
        assert plan.target == "Moodle worksheet"

    def test_a_locked_grade_stays(self, tmp_path: Path, language: str) -> None:
        """The word for no is known."""
        plan = moodle.dry_run(ALICE, put(tmp_path, worksheet(language, lock="no")))
        assert plan.kept == ("alice@example.org: Moodle says its grade cannot be changed",)
        assert not plan.changed

    def test_another_maximum_is_refused_or_scaled_when_asked(self, tmp_path: Path, language: str) -> None:
        """Ten of our points are not silently ten of a hundred; decimal commas are read and written."""
        path = put(tmp_path, worksheet(language, maximum="100,00"))
        assert "scale" in moodle.dry_run(ALICE, path).problems[0]
        assert moodle.dry_run(ALICE, path, Choices(scale=True)).changed[0].new == "62,5"

    @pytest.mark.parametrize(("role", "option"), [("maximum", "--max-column"), ("changeable", "--lock-column")])
    def test_nothing_is_written_without_maximum_or_lock(
        self, tmp_path: Path, language: str, role: str, option: str
    ) -> None:
        """A worksheet that does not say them is filled by explicit option only."""
        path = put(tmp_path, worksheet(language, without=(role,)))
        plan = moodle.dry_run(ALICE, path)
        assert option in plan.problems[0]
        said = {"max_column" if role == "maximum" else "lock_column": "none"}
        assert moodle.dry_run(ALICE, path, Choices(**said)).ready


class TestMoodleColumns:
    def test_a_lock_word_of_no_language_keeps_the_row(self, tmp_path: Path) -> None:
        """What is no word for yes is none."""
        text = worksheet("en").replace(",yes,", ",perhaps,")
        assert "does not say" in moodle.dry_run(ALICE, put(tmp_path, text)).kept[0]

    def test_columns_of_an_unknown_language_are_named(self, tmp_path: Path) -> None:
        """With its columns named, a worksheet is filled and its rows all come back."""
        text = "Nr,Post,Poeng,Høyest,Åpen\n1,alice@example.org,,10,Ja\n2,bob@example.org,,10,Nei\n"
        choices = Choices(by="Post", column="Poeng", max_column="Høyest", lock_column="Åpen")
        plan = moodle.dry_run(ALICE, put(tmp_path, text), choices)
        assert plan.ready
        assert plan.content.decode() == text.replace(",,10,Ja", ",6.25,10,Ja")

    def test_a_column_that_is_there_cannot_be_denied(self, tmp_path: Path) -> None:
        """`none` is no way around a lock."""
        with pytest.raises(ExportError, match="such a column"):
            moodle.dry_run(ALICE, put(tmp_path, worksheet("de")), Choices(lock_column="none"))

    def test_no_word_means_yes_and_no(self) -> None:
        """A lock is never read by another language's word for the opposite."""
        yes = {word for language in words().values() for word in language["yes"]}
        no = {word for language in words().values() for word in language["no"]}
        assert not yes & no

    @pytest.mark.parametrize("language", LANGUAGES)
    def test_every_column_is_found_once(self, language: str) -> None:
        """No title of a worksheet is taken for another."""
        header = sheet.read(put(Path(tempfile.mkdtemp()), worksheet(language))).header
        found = columns(header).places
        assert [found.get(role) for role in ROLES if role != "fullname"] == [
            (i,) for i, role in enumerate(ROLES) if role != "fullname"
        ]


CANVAS = (
    "Student,ID,SIS User ID,SIS Login ID,Section,shallow_narrow (1)\n    Points Possible,,,,,10\n"
    '"A, Anna",501,,Anna@Uni.example,S,\n"B, Ben",502,,ben,S,\n"C, Cy",503,,ben@uni.example,S,\n'
)


class TestMatching:
    def test_by_the_gradebooks_address_whatever_its_case(self, tmp_path: Path) -> None:
        """A sheet without our ids is filled by e-mail."""
        people = [Person("s1", "Anna", email="ANNA@uni.example")]
        plan = canvas.dry_run([samples.report("s1")], put(tmp_path, CANVAS), people=people)
        assert [(mark.id, mark.line) for mark in plan.changed] == [("s1", 3)]

    def test_by_the_platforms_number(self, tmp_path: Path) -> None:
        """The gradebook's lms_user_id finds Canvas's ID."""
        plan = canvas.dry_run([samples.report("s1")], put(tmp_path, CANVAS), people=[Person("s1", lms_user_id="502")])
        assert [mark.line for mark in plan.changed] == [4]

    def test_an_id_and_an_address_in_two_rows_are_refused(self, tmp_path: Path) -> None:
        """Ben by login and Ben by address are two people: neither row is filled, others are."""
        people = [Person("ben", email="ben@uni.example"), Person("s1", email="anna@uni.example")]
        plan = canvas.dry_run([samples.report("ben"), samples.report("s1")], put(tmp_path, CANVAS), people=people)
        assert plan.duplicate == ("ben stands on lines 4 and 5",)
        assert [mark.id for mark in plan.changed] == ["s1"]

    def test_two_students_for_one_row_are_refused(self, tmp_path: Path) -> None:
        """An address that two students share belongs to nobody."""
        people = [Person(name, email="anna@uni.example") for name in ("s1", "s2")]
        plan = canvas.dry_run([samples.report("s1")], put(tmp_path, CANVAS), people=people)
        assert not plan.changed
        assert "s1 and s2" in plan.duplicate[0]

    @pytest.mark.parametrize("filler", [canvas, moodle])
    def test_a_file_in_which_nobody_is_found_is_refused(self, tmp_path: Path, filler: object) -> None:
        """Nothing to write is no success."""
        text = CANVAS if filler is canvas else worksheet("en")
        plan = filler.dry_run([samples.report("zoe")], put(tmp_path, text))  # type: ignore[attr-defined]
        assert not plan.ready
        assert "none of our students" in plan.problems[0]

    def test_marks_may_come_from_elsewhere(self, tmp_path: Path) -> None:
        """What a person made of a mark is what is written; a student without one forbids writing."""
        people = [Person("s1", email="anna@uni.example")]
        path = put(tmp_path, CANVAS)
        plan = canvas.dry_run([samples.report("s1")], path, people=people, scores={"s1": 2.31})
        assert [mark.new for mark in plan.changed] == ["2.31"]
        assert not canvas.dry_run([samples.report("s1")], path, people=people, scores={}).ready


KNOWN = [Person("s00001", email="anna@uni.example"), Person("s00003")]
ROSTERS = {
    "plain": "id,name\ns00001,Anna Ober\ns00002,Ben Unter\n",
    "order": "first_name,last_name,id\nAnna,Ober,s00001\nBen,Unter,s00002\n",
    "semicolons": "Matrikel;Name\ns00001;Anna Ober\ns00002;Ben Unter\n",
    "mark and CRLF": "\ufeffid,name\r\ns00001,Anna Ober\r\ns00002,Ben Unter\r\n",
    "tabs, unknown titles": "Wer\tKennzahl\nAnna Ober\ts00001\nBen Unter\ts00002\n",
    "no header": "s00002,Ben Unter\ns00001,Anna Ober\n",
    "no header, commas in names": "s00002;Unter, Ben\nS00001;Ober, Anna\n",
    "nbgrader": "id,first_name,last_name,email\ns00001,Anna,Ober,\ns00002,Ben,Unter,\n",
    "Canvas": "Student,ID,SIS User ID,SIS Login ID,Section,X (1)\n    Points Possible,,,,,10\n"
    '"Ober, Anna",1,,S00001,L,\n"Unter, Ben",2,,s00002,L,3\n',
    "Moodle": "Vorname,Nachname,ID-Nummer,E-Mail-Adresse,Gruppen\nAnna,Ober,s00001,a@u.example,1\n"
    "Ben,Unter,s00002,b@u.example,1\n",
}


class TestRoster:
    @pytest.mark.parametrize("form", ROSTERS)
    @pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-16-le"])
    def test_the_forms_that_rosters_have(self, tmp_path: Path, form: str, encoding: str) -> None:
        """Whatever the columns, the same two people come out, and it is said how they were found."""
        text = ROSTERS[form].removeprefix("\ufeff") if encoding != "utf-8" else ROSTERS[form]
        read = roster.read(put(tmp_path, text.encode(encoding)), KNOWN)
        assert {person.id for person in read.people} == {"s00001", "s00002"}
        assert {"Ober" in person.name for person in read.people if person.id == "s00001"} == {True}
        assert "2 people, 1 of them known to the course" in read.how_read

    def test_latin_1(self, tmp_path: Path) -> None:
        """A list out of an old program keeps its umlauts."""
        read = roster.read(put(tmp_path, "id;name\ns00001;Jörg Müß\n".encode("latin-1")), KNOWN)
        assert read.people[0].name == "Jörg Müß"

    def test_by_address(self, tmp_path: Path) -> None:
        """A list of addresses alone finds the gradebook's people."""
        read = roster.read(put(tmp_path, "E-Mail;Name\nANNA@uni.example;Anna\n"), KNOWN)
        assert [person.id for person in read.people] == ["s00001"]

    def test_nobody_known_is_refused(self, tmp_path: Path) -> None:
        """A list of another course is not this course's."""
        with pytest.raises(ExportError, match=r"nobody in list\.csv is a student of the course"):
            roster.read(put(tmp_path, "id,name\nx1,X\n"), KNOWN)

    def test_a_first_line_that_may_be_either_is_refused(self, tmp_path: Path) -> None:
        """Nobody becomes a title, and no title a student."""
        path = put(tmp_path, "kennwort,wer\nanna,A\nben,B\n")
        with pytest.raises(ExportError, match="may be a title or a student"):
            roster.read(path, [Person("anna"), Person("ben")])


@st.composite
def _sheets(draw: st.DrawFn) -> tuple[bytes, list[list[str]], str]:
    """A Canvas export in any dress: its bytes, its cells as they stand in the file, its line end."""
    mark, end = draw(st.sampled_from(",;")), draw(st.sampled_from(["\n", "\r\n", "\r"]))
    text = st.text(st.characters(exclude_categories=["Cs"], exclude_characters='\0\r\n,;"'), max_size=8)
    odd = st.one_of(text, st.sampled_from(["=1+1", "+a", "-", "=cmd|x", '"a ""b"" , ; c"', '""', '"x\ny"', " y "]))
    rows = [["Student", "ID", "SIS User ID", "SIS Login ID", "Section", "shallow_narrow (1)", "Other (2)"]]
    rows.append(["    Points Possible", "", "", "", "", "10", ""])
    for k in range(draw(st.integers(1, 4))):
        rows.append([f"=N{k}", "", "", f"s{k}", draw(odd), "", draw(odd)])
    bom = draw(st.sampled_from([b"", b"\xef\xbb\xbf"]))
    return bom + end.join(mark.join(row) for row in [*rows, [""]]).encode(), rows, mark


@settings(max_examples=60, deadline=None)
@given(_sheets())
def test_every_cell_but_the_filled_one_comes_back_byte_for_byte(made: tuple[bytes, list[list[str]], str]) -> None:
    """Quotes, line ends, byte order mark and names that begin with = are the platform's own."""
    data, rows, mark = made
    with tempfile.TemporaryDirectory() as folder:
        plan = canvas.dry_run([samples.report("S0")], put(Path(folder), data))
    before = mark.join(rows[2]).encode()
    after = mark.join([*rows[2][:5], "10", rows[2][6]]).encode()
    kept = data.split(before)[0]
    end = data[len(kept) + len(before) :][:2]
    end = end if end == b"\r\n" else end[:1]
    assert plan.content == kept + after + end


class TestEnrolled:
    def test_the_gradebooks_students_are_read(self, tmp_path: Path) -> None:
        """Names, addresses and platform numbers stand in nbgrader's own table."""
        course = a_course(tmp_path)
        with api().Gradebook(course.db_url, course.course_id) as book:
            book.add_student("s1", first_name="Anna", last_name="Ober", email="a@u.example", lms_user_id="7")
            book.add_student("s0")
        assert enrolled(course) == [Person("s0"), Person("s1", "Anna", "Ober", "a@u.example", "7")]

    def test_no_gradebook_is_nobody_and_none_is_made(self, tmp_path: Path) -> None:
        """Looking for students leaves no file behind."""
        course = a_course(tmp_path)
        assert enrolled(course) == []
        assert not (tmp_path / "gradebook.db").exists()

    def test_a_file_that_is_no_gradebook_is_said(self, tmp_path: Path) -> None:
        """A damaged gradebook is no empty list."""
        course = a_course(tmp_path)
        (tmp_path / "gradebook.db").write_bytes(b"not a database " * 100)
        with pytest.raises(GradebookError, match="cannot be read"):
            enrolled(course)


def a_course(folder: Path) -> Course:
    """A course without anything in it."""
    (folder / "nbgrader_config.py").write_text("c = get_config()\n")
    return Course.at(folder)
