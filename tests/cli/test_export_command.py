"""`autograder export` at the command line: lists of people as they come, worksheets in other languages, exit codes."""

from __future__ import annotations

import csv
import shutil
from pathlib import Path

import nbformat
import pytest

from autograder.authoring.build import build
from autograder.cli.main import main
from autograder.core.course import Course
from autograder.gradebook import writing as gradebook
from autograder.grading.collecting.matching import Matcher
from autograder.grading.store import journal as journals
from autograder.notebooks.records import Submission
from autograder.reporting import Person
from autograder.reporting.export import roster
from tests.support import tiny_course as tiny

NAME = tiny.NAME
MARKS = {"anna": 10.0, "bo": 5.0}


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Course:
    """Two students with marks of 10 and 5, who are known to the gradebook by id alone."""
    made = tiny.lay_out(tmp_path_factory.mktemp("export") / "course")
    build(made, grade=tiny.by_reading)
    with journals.opened(made) as journal:
        for student, mark in MARKS.items():
            path = made.folder(made.submitted, student, NAME) / f"{NAME}.ipynb"
            path.parent.mkdir(parents=True)
            shutil.copy(made.release_notebook(NAME), path)
            report = tiny.report(path, student, {method: most * mark / 10 for method, most in tiny.POINTS.items()})
            journal.append([journals.Entry(student, report)])
            tree = dict(nbformat.read(path, as_version=4))
            gradebook.record(made, [(report, Submission(str(path), student, NAME, notebook=tree))])
    return made


def export(course: Course, *options: str | Path) -> int:
    target, *more = options
    return main(["--course", str(course.root), "export", str(target), NAME, *map(str, more)])


@pytest.mark.parametrize(
    "people",
    [
        "id,last_name,first_name,email,lms_user_id\nanna,A,Anna,,\nbo,B,Bo,,\ncem,C,Cem,,\n",
        "Name;Login\nA, Anna;ANNA\nB, Bo;bo\nC, Cem;cem\n",
        "anna\nbo\ncem\n",
        "Student,ID,SIS User ID,SIS Login ID,Section\nA,1,x1,anna,S\nB,2,x2,bo,S\nC,3,x3,cem,S\n",
    ],
)
def test_a_roster_is_understood_whatever_it_looks_like(
    course: Course, tmp_path: Path, capsys: pytest.CaptureFixture, people: str
) -> None:
    """Two have handed in, one has not; how the file was understood is said."""
    roster, out = tmp_path / "people.csv", tmp_path / "marks.csv"
    roster.write_text(people)
    assert export(course, "csv", "--roster", roster, "--out", out) == 0
    told = capsys.readouterr()
    assert "people.csv" in told.err
    assert "3 people" in told.err
    assert "cem" in told.out
    assert out.read_text().count("\n") == 3


def test_github_classroom_s_roster_brings_logins_that_are_nobody_s_ids(tmp_path: Path) -> None:
    """A login finds its student in a download; where it is another student's id, neither gets the work."""
    file = tmp_path / "classroom_roster.csv"
    file.write_text(
        '"identifier","github_username","github_id","name"\n"anna","anna-a","17","A"\n"bo","cem","18","B"\n'
        '"dee","","",""\n'
    )
    people = roster.read(file, [Person("anna"), Person("bo"), Person("cem"), Person("dee")]).people
    assert [person.id for person in people] == ["anna", "bo", "dee"]
    found = Matcher([*people, Person("cem")], {})
    assert found.find(["anna-a"], "")[0] == ("anna",)
    assert found.find(["cem"], "")[0] == ()
    assert found.find(["18"], "")[0] == ()


def test_ids_that_differ_on_the_platform_are_mapped_once(course: Course, tmp_path: Path) -> None:
    """A login, a number and an address in the course's ids.csv find the rows of Canvas and of Moodle."""
    mapped = "theirs,ours\n4711,anna\nA.Adler@uni.example,anna\nb.berg@uni.example,bo\nberg.b,bo\n"
    (course.root / "ids.csv").write_text(mapped)
    canvas, moodle = tmp_path / "canvas.csv", tmp_path / "moodle.csv"
    canvas.write_text(
        f"Student,ID,SIS User ID,SIS Login ID,Section,{NAME} (1)\n    Points Possible,,,,,10\n"
        "A,4711,x1,aa,S,\nB,4712,x2,berg.b,S,\n"
    )
    moodle.write_text(
        "Identifier,Full name,Email address,Status,Grade,Maximum Grade,Grade can be changed,"
        "Last modified (submission),Last modified (grade),Feedback comments\n"
        "Participant 1,A,a.adler@uni.example,S,,10.00,Yes,-,-,\nParticipant 2,B,B.Berg@uni.example,S,,10.00,Yes,-,-,\n"
    )
    try:
        for target, sheet, column in (("canvas", canvas, f"{NAME} (1)"), ("moodle", moodle, "Grade")):
            out = tmp_path / f"{target}-out.csv"
            assert export(course, target, "--sheet", sheet, "--out", out) == 0
            rows = list(csv.DictReader(out.read_text(encoding="utf-8-sig").splitlines()))
            name = "Student" if target == "canvas" else "Full name"
            assert {row[name]: float(row[column]) for row in rows if row[name] in "AB"} == {"A": 10, "B": 5}
    finally:
        (course.root / "ids.csv").unlink()


@pytest.mark.parametrize("people", ["id,email\nx1,x@uni.example\nx2,y@uni.example\n", "", "anything;at;all\n"])
def test_a_roster_in_which_nobody_is_known_is_refused(
    course: Course, tmp_path: Path, capsys: pytest.CaptureFixture, people: str
) -> None:
    roster, out = tmp_path / "people.csv", tmp_path / "marks.csv"
    roster.write_text(people)
    assert export(course, "csv", "--roster", roster, "--out", out) == 2
    assert "people.csv" in capsys.readouterr().err
    assert not out.exists()


SHEETS = {
    "de": "ID,Vollständiger Name,ID-Nummer,E-Mail-Adresse,Status,Bewertung,Bestwertung,Bewertung kann geändert werden,"
    "Zuletzt geändert (Abgabe),Zuletzt geändert (Bewertung),Feedback als Kommentar\n",
    "fr": "Identifiant,Nom complet,Numéro d'identification,Adresse de courriel,Statut,Note,Note maximale,"
    "La note peut être modifiée,Dernière modification (travail remis),Dernière modification (note),"
    "Feedback par commentaires\n",
}
NO = {"de": "Nein", "fr": "Non"}
YES = {"de": "Ja", "fr": "Oui"}


def rows(language: str, most: str = "10,00") -> str:
    return "".join(
        f'Teilnehmer/in{k},{who},{who},{who}@uni.example,x,,"{most}",{(YES, NO)[locked][language]},-,-,\n'
        for k, (who, locked) in enumerate((("anna", False), ("bo", True)))
    )


@pytest.mark.parametrize("language", sorted(SHEETS))
def test_a_locked_mark_stays_in_every_language(course: Course, tmp_path: Path, language: str) -> None:
    sheet, out = tmp_path / "sheet.csv", tmp_path / "filled.csv"
    sheet.write_text(SHEETS[language] + rows(language), encoding="utf-8")
    assert export(course, "moodle", "--sheet", sheet, "--out", out) == 0
    _, anna, bo = out.read_text("utf-8").splitlines()
    assert ',10,"10,00"' in anna or ',"10,00","10,00"' in anna or ',"10","10,00"' in anna
    assert bo == (SHEETS[language] + rows(language)).splitlines()[2]


@pytest.mark.parametrize("language", sorted(SHEETS))
def test_another_largest_mark_is_refused_until_it_is_decided(
    course: Course, tmp_path: Path, capsys: pytest.CaptureFixture, language: str
) -> None:
    """Ten of a hundred would be written else."""
    sheet, out = tmp_path / "sheet.csv", tmp_path / "filled.csv"
    sheet.write_text(SHEETS[language] + rows(language, "100,00"), encoding="utf-8")
    assert export(course, "moodle", "--sheet", sheet, "--out", out) == 1
    assert "--scale" in capsys.readouterr().out
    assert not out.exists()
    assert export(course, "moodle", "--sheet", sheet, "--out", out, "--scale") == 0
    assert "100" in out.read_text("utf-8").splitlines()[1]


UNKNOWN = "Nro,Nimi,Tunniste,Arvosana,Suurin,Muutettavissa\n1,A,anna,,10.00,Kyllä\n2,B,bo,,10.00,Ei\n"


def test_words_of_no_known_language_are_named_by_the_user(
    course: Course, tmp_path: Path, capsys: pytest.CaptureFixture
) -> None:
    """Without its largest mark and its lock nothing is written."""
    sheet, out = tmp_path / "sheet.csv", tmp_path / "filled.csv"
    sheet.write_text(UNKNOWN, encoding="utf-8")
    named = ["--column", "Arvosana", "--by", "Tunniste"]
    assert export(course, "moodle", "--sheet", sheet, "--out", out, *named) == 1
    assert "--max-column" in capsys.readouterr().out
    assert export(course, "moodle", "--sheet", sheet, "--out", out, *named, "--max-column", "Suurin") == 1
    assert "--lock-column" in capsys.readouterr().out
    assert not out.exists()
    known = [*named, "--max-column", "Suurin", "--lock-column", "none"]
    assert export(course, "moodle", "--sheet", sheet, "--out", out, *known) == 0
    assert out.read_text("utf-8").splitlines()[1:] == ["1,A,anna,10,10.00,Kyllä", "2,B,bo,5,10.00,Ei"]
