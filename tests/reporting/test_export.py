"""Marks on their way to a learning platform."""

from __future__ import annotations

import csv
import io
import json
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from autograder.reporting.export import (
    Choices,
    ExportError,
    Person,
    canvas,
    csv_table,
    describe,
    gradescope,
    moodle,
    sheet,
    write,
)
from tests.support import sample_reports as samples
from tests.support.methods import METHODS

CANVAS = (
    "Student,ID,SIS User ID,SIS Login ID,Section,Intro (11),Shallow Narrow (12345),Final Score\r\n"
    ",,,,,,Manual Posting,\r\n"
    "    Points Possible,,,,,5.00,10.00,(read only)\r\n"
    '"O\'Brien, Zoë ""Z""",101,u101,alice,"Lab 1, Mon",4.00,,80\r\n'
    '"=HYPERLINK(""http://x"")",102,u102,bob,Lab 1,3.00,2.00,60\r\n'
    "Łukasz 张伟,103,u103,carol,Lab 2,,6.25,50\r\n"
    '"Student, Test",104,,test,Lab 2,,,\r\n'
    "Excused One,105,u105,dave,Lab 2,,EX,\r\n"
)
WORKSHEET = (
    "\ufeffIdentifier,Full name,ID number,Email address,Status,Grade,Maximum Grade,Grade can be changed,"
    "Last modified (submission),Last modified (grade),Feedback comments\n"
    'Participant 7,"Ng, Á.",0042,Alice@Example.org,"Submitted, late",,10.00,Yes,"Monday, 3 March 2025, 9:00 AM",-,\n'
    "Participant 8,=cmd|x,0043,bob@example.org,-,4.00,10.00,Yes,-,-,kept\n"
    "Participant 9,Carol,0044,carol@example.org,-,,10.00,No,-,-,\n"
)


def put(folder: Path, text: str, encoding: str = "utf-8", name: str = "export.csv") -> Path:
    """`text` as a file, its line ends as they are."""
    path = folder / name
    path.write_bytes(text.encode(encoding))
    return path


def table(content: bytes, encoding: str = "utf-8-sig", delimiter: str = ",") -> list[list[str]]:
    """The file as Python's own reader, which is none of ours, reads it."""
    return list(csv.reader(io.StringIO(content.decode(encoding), newline=""), delimiter=delimiter, strict=True))


class TestCanvas:
    def test_fills_one_column_and_leaves_out_untouched_rows(self, tmp_path: Path) -> None:
        """Only rows with a new mark are written, headers first; every other cell survives byte for byte."""
        plan = canvas.dry_run([samples.report("alice"), samples.sign_fault("carol")], put(tmp_path, CANVAS))
        assert plan.ready
        assert plan.by == "SIS Login ID"
        assert plan.column == "Shallow Narrow (12345)"
        lines = CANVAS.split("\r\n")
        assert plan.content.decode() == "\r\n".join([*lines[:3], lines[3].replace("4.00,,", "4.00,10,"), ""])
        assert [mark.id for mark in plan.unchanged] == ["carol"]

    def test_dry_run_lists_unmatched_absent_and_kept(self, tmp_path: Path) -> None:
        """Whoever is on one side only is named, and an excused student stays excused."""
        reports = [samples.report(name) for name in ("alice", "dave", "nobody")] + [samples.report(None)]
        plan = canvas.dry_run(reports, put(tmp_path, CANVAS))
        assert plan.unmatched == ("nobody", "submitted/None/shallow_narrow/shallow_narrow.ipynb")
        assert plan.kept == ("dave: excused in Canvas",)
        assert [name.split()[0] for name in plan.absent] == ["bob", "carol", "test"]
        said = describe(plan)
        assert 'alice (O\'Brien, Zoë "Z"): empty → 10' in said
        assert "nobody" in said
        assert b"dave" not in plan.content

    @pytest.mark.parametrize("by", ["SIS User ID", "SIS Login ID", "ID"])
    def test_matches_by_any_id_column(self, tmp_path: Path, by: str) -> None:
        """The column that finds most of our ids is taken; naming it gives the same."""
        student = {"SIS User ID": "u102", "SIS Login ID": "BOB", "ID": "102"}[by]
        path = put(tmp_path, CANVAS)
        for plan in (
            canvas.dry_run([samples.report(student)], path),
            canvas.dry_run([samples.report(student)], path, Choices(by=by)),
        ):
            assert plan.by == by
            assert [(mark.old, mark.new) for mark in plan.changed] == [("2.00", "10")]

    def test_an_id_that_means_two_people_must_be_settled(self, tmp_path: Path) -> None:
        """The same text as one student's login and another's id is refused, not guessed."""
        path = put(tmp_path, CANVAS.replace("u103,carol", "u103,101"))
        plan = canvas.dry_run([samples.report("101")], path)
        assert plan.duplicate == ("101 stands on lines 4 and 6",)
        assert not plan.changed
        assert len(canvas.dry_run([samples.report("101")], path, Choices(by="ID")).changed) == 1

    @pytest.mark.parametrize("column", ["12345", "Shallow Narrow", "Shallow Narrow (12345)"])
    def test_column_by_id_title_or_both(self, tmp_path: Path, column: str) -> None:
        """Any of Canvas's own ways to name an assignment finds its column."""
        assert canvas.dry_run([samples.report()], put(tmp_path, CANVAS), Choices(column=column)).column.endswith(
            "(12345)"
        )

    @pytest.mark.parametrize("column", ["Final Score", "Student", "SIS Login ID", "No such", "54321"])
    def test_other_columns_are_never_filled(self, tmp_path: Path, column: str) -> None:
        """A total, an id or a title that Canvas would take for a new assignment is refused."""
        with pytest.raises(ExportError, match="name one of: Intro"):
            canvas.dry_run([samples.report()], put(tmp_path, CANVAS), Choices(column=column))

    def test_two_columns_of_one_title_are_refused(self, tmp_path: Path) -> None:
        """Where the title is not unique, the id must be given."""
        path = put(tmp_path, CANVAS.replace("Intro (11)", "Shallow Narrow (11)"))
        with pytest.raises(ExportError, match="2 columns are called"):
            canvas.dry_run([samples.report()], path)
        assert canvas.dry_run([samples.report()], path, Choices(column="12345")).ready

    def test_a_name_that_begins_like_a_formula_comes_back_as_it_was(self, tmp_path: Path) -> None:
        """The file goes back to the platform that wrote it: no cell but the mark may differ."""
        plan = canvas.dry_run([samples.report("=1")], put(tmp_path, CANVAS.replace("102,u102,bob", "102,u102,=1")))
        row = table(plan.content)[-1]
        assert row[0] == '=HYPERLINK("http://x")'
        assert row[3] == "=1"

    def test_no_score_forbids_writing_and_names_who(self, tmp_path: Path) -> None:
        """A fault of the autograder is never exported as a zero."""
        reports = [samples.report("alice"), samples.our_fault("carol")]
        plan = canvas.dry_run(reports, put(tmp_path, CANVAS))
        assert not plan.ready
        with pytest.raises(ExportError, match="carol"):
            write(plan, tmp_path / "out.csv")
        assert not (tmp_path / "out.csv").exists()
        left_out = canvas.dry_run(reports, put(tmp_path, CANVAS), Choices(skip_unscored=True))
        assert left_out.ready
        assert b"carol" not in left_out.content

    def test_duplicates_on_either_side_are_never_filled(self, tmp_path: Path) -> None:
        """Two reports of one student, or two rows of one id: neither is guessed, and it is said."""
        twice = canvas.dry_run([samples.report("alice"), samples.sign_fault("alice")], put(tmp_path, CANVAS))
        assert twice.duplicate == ("alice has 2 reports",)
        rows = canvas.dry_run(
            [samples.report("alice")], put(tmp_path, CANVAS.replace(",bob,", ",alice,")), Choices(by="SIS Login ID")
        )
        assert rows.duplicate == ("alice stands on lines 4 and 5",)
        assert not twice.ready
        assert not rows.changed
        assert "none of them filled" in describe(rows)

    def test_a_mark_that_goes_down_is_named(self, tmp_path: Path) -> None:
        """Lowering is allowed, but never unseen."""
        plan = canvas.dry_run([samples.unreadable("bob"), samples.report("alice")], put(tmp_path, CANVAS))
        assert plan.warnings == ("1 mark goes down: bob",)
        assert plan.ready

    def test_other_points_must_be_settled(self, tmp_path: Path) -> None:
        """Ten of our points are not silently ten of a hundred."""
        path = put(tmp_path, CANVAS.replace("5.00,10.00", "5.00,100.00"))
        reports = [samples.sign_fault("alice")]
        assert "scale" in canvas.dry_run(reports, path).problems[0]
        assert canvas.dry_run(reports, path, Choices(scale=True)).changed[0].new == "62.5"
        assert canvas.dry_run(reports, path, Choices(scale=False)).changed[0].new == "6.25"
        zero = put(tmp_path, CANVAS.replace("5.00,10.00", "5.00,0"))
        with pytest.raises(ExportError, match="how many points"):
            canvas.dry_run(reports, zero, Choices(scale=True))

    def test_semicolons_and_decimal_commas_survive(self, tmp_path: Path) -> None:
        """A file of a country that writes 6,25 comes back in the same manner."""
        text = (
            CANVAS.replace('"Lab 1, Mon"', "Lab 1").replace('"Student, Test"', "Test").replace("O'Brien, ", "O'Brien ")
        )
        text = text.replace(",", ";").replace(".00", ",00").replace("6.25", "6,25")
        plan = canvas.dry_run([samples.sign_fault("alice")], put(tmp_path, text))
        assert table(plan.content, delimiter=";")[-1][6] == "6,25"

    def test_other_files_are_refused(self, tmp_path: Path) -> None:
        """What is no Canvas export is not guessed at."""
        for text in ("a,b\n1,2\n", "Student,Grade\nx,1\n", "", "\n\n"):
            with pytest.raises(ExportError):
                canvas.dry_run([samples.report()], put(tmp_path, text))
        with pytest.raises(ExportError, match="cannot be read"):
            canvas.dry_run([samples.report()], tmp_path / "none.csv")
        with pytest.raises(ExportError, match="Excel workbook"):
            canvas.dry_run([samples.report()], put(tmp_path, "PK\x03\x04"))

    def test_the_instructors_file_is_not_overwritten(self, tmp_path: Path) -> None:
        """What was read stays as a way back."""
        path = put(tmp_path, CANVAS)
        plan = canvas.dry_run([samples.report()], path)
        with pytest.raises(ExportError, match="write to another"):
            write(plan, path)
        assert path.read_bytes() == CANVAS.encode()
        out = write(plan, tmp_path / "out" / "marks.csv")
        assert out.read_bytes() == plan.content

    def test_a_second_run_has_nothing_to_change(self, tmp_path: Path) -> None:
        """The file that was written, given back as it is, is found to be right."""
        plan = canvas.dry_run([samples.sign_fault("alice")], put(tmp_path, CANVAS))
        again = canvas.dry_run([samples.sign_fault("alice")], write(plan, tmp_path / "out.csv"))
        assert not again.changed
        assert len(again.unchanged) == 1


class TestMoodle:
    def test_worksheet_keeps_every_row_and_column(self, tmp_path: Path) -> None:
        """Only the grade changes: the identifier, the dates and the byte order mark stay."""
        plan = moodle.dry_run([samples.sign_fault("alice@example.org")], put(tmp_path, WORKSHEET))
        lines = WORKSHEET.split("\n")
        expected = [
            lines[0],
            lines[1].replace('late",,10', 'late",6.25,10'),
            *lines[2:],
        ]
        assert plan.content.decode() == "\n".join(expected)
        assert plan.by == "Email address"

    @pytest.mark.parametrize(
        ("by", "student"), [("Identifier", "7"), ("Identifier", "participant 7"), ("ID number", "0042")]
    )
    def test_matching_by_a_chosen_column(self, tmp_path: Path, by: str, student: str) -> None:
        """Blind marking has nothing but the participant's number."""
        plan = moodle.dry_run([samples.report(student)], put(tmp_path, WORKSHEET), Choices(by=by))
        assert [mark.line for mark in plan.changed] == [2]

    def test_locked_rows_are_kept(self, tmp_path: Path) -> None:
        """A grade that Moodle says cannot be changed is named, not sent."""
        plan = moodle.dry_run([samples.report("carol@example.org")], put(tmp_path, WORKSHEET))
        assert plan.kept == ("carol@example.org: Moodle says its grade cannot be changed",)
        assert not plan.changed

    def test_comments_are_html_with_nothing_active(self, tmp_path: Path) -> None:
        """Feedback comments say what the pages say; hostile text is shown, not run."""
        for text in samples.HOSTILE:
            report = samples.hostile(text)
            plan = moodle.dry_run(
                [type(report)(**{**{f: getattr(report, f) for f in report.__slots__}, "student": "alice@example.org"})],
                put(tmp_path, WORKSHEET),
                Choices(comments=True),
            )
            comment = table(plan.content)[1][-1]
            assert comment.startswith("<p><strong>6.25 of 10 points</strong>")
            assert "<script" not in comment
            assert "<img" not in comment

    def test_comment_alone_is_no_change_of_grade(self, tmp_path: Path) -> None:
        """A grade that is right already still gets its comment."""
        path = put(tmp_path, WORKSHEET.replace("4.00,10.00", "10.00,10.00"))
        plan = moodle.dry_run([samples.report("bob@example.org")], path, Choices(comments=True))
        assert not plan.changed
        assert "Full marks" in table(plan.content)[2][-1]
        assert table(plan.content)[2][5] == "10.00"

    def test_grade_export_keeps_touched_rows_only(self, tmp_path: Path) -> None:
        """A dash, which Moodle writes for an empty grade, would make it refuse the whole file."""
        text = (
            "First name,Surname,ID number,Email address,Assignment: Shallow narrow (Real),Course total (Real)\n"
            '"A, b",Ñ,1,alice@example.org,-,-\nB,Ö,2,bob@example.org,-,5.00\n'
        )
        plan = moodle.dry_run([samples.report("alice@example.org")], put(tmp_path, text))
        assert table(plan.content)[1:] == [["A, b", "Ñ", "1", "alice@example.org", "10", "-"]]

    def test_percentages_are_refused(self, tmp_path: Path) -> None:
        """Points are not written where Moodle expects a percentage."""
        text = "Email address,Assignment: X (Percentage)\nalice@example.org,-\n"
        with pytest.raises(ExportError, match="percentages"):
            moodle.dry_run([samples.report()], put(tmp_path, text), Choices(column="Assignment: X (Percentage)"))

    def test_translated_worksheet_by_naming_columns(self, tmp_path: Path) -> None:
        """Headers in another language are told, not guessed."""
        text = "ID,E-Mail-Adresse,Bewertung\nTeilnehmer/in 7,alice@example.org,\n"
        path = put(tmp_path, text.replace("E-Mail-Adresse", "Netzpost").replace("Bewertung", "Urteil"))
        reports = [samples.report("alice@example.org")]
        with pytest.raises(ExportError, match="name the column"):
            moodle.dry_run(reports, path)
        named = {"by": "Netzpost", "column": "Urteil"}
        assert len(moodle.dry_run(reports, path, Choices(**named)).problems) == 2
        plan = moodle.dry_run(reports, path, Choices(**named, max_column="none", lock_column="none"))
        assert plan.ready
        assert len(plan.changed) == 1


class TestSheet:
    @pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
    @pytest.mark.parametrize("delimiter", [",", ";", "\t"])
    @pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
    def test_what_nobody_changed_comes_back_byte_for_byte(
        self, tmp_path: Path, encoding: str, delimiter: str, end: str
    ) -> None:
        """Encoding, byte order mark, delimiter, quoting and line ends are the instructor's own."""
        rows = [["id", "name", "q"], ["1", '"Müller, ""é"""', ""], ["", "", ""], ["2", f'"two{end}lines"', "'x"]]
        data = end.join(delimiter.join(row) for row in rows).encode(encoding)
        path = tmp_path / "x.csv"
        path.write_bytes(data)
        read = sheet.read(path)
        assert read.to_bytes(read.rows) == data
        assert read.delimiter == delimiter
        assert read.rows[1].cells[1] == 'Müller, "é"'

    def test_agrees_with_another_reader(self, tmp_path: Path) -> None:
        """Python's csv module reads the same cells."""
        path = put(tmp_path, CANVAS)
        assert [row.cells for row in sheet.read(path).rows] == table(path.read_bytes())

    @pytest.mark.parametrize("text", ['a,b\n"x,1\n', 'a,b\n"x"y,1\n'])
    def test_broken_quotes_are_named_by_line(self, tmp_path: Path, text: str) -> None:
        """A file that can be read in two ways is not read."""
        with pytest.raises(ExportError, match="line 2"):
            sheet.read(put(tmp_path, text))

    def test_a_last_row_without_line_end_gets_one_when_it_moves(self, tmp_path: Path) -> None:
        """Rows never run into each other."""
        read = sheet.read(put(tmp_path, "a,b\n1,2"))
        assert read.to_bytes([read.rows[0], read.rows[1], read.rows[1]]) == b"a,b\n1,2\n1,2"


class TestCsvTable:
    def test_reads_back_whole(self) -> None:
        """Commas, quotes, non-ASCII and hostile text stay in their own cells, and nothing starts a formula."""
        reports = [samples.hostile(text) for text in samples.HOSTILE] + [samples.unreadable()]
        plan = csv_table.dry_run(reports, people=[Person("bob", 'Ödön "B", =1')])
        rows = table(plan.content)
        assert len(rows) == len(reports) + 1
        assert {len(row) for row in rows} == {len(rows[0])}
        for row in rows[1:]:
            assert not any(cell[:1] in ("=", "+", "-", "@", "\t", "\r", "＝") for cell in row)
        assert {row[rows[0].index("score")] for row in rows[1:]} == {"6.25", "0"}

    def test_methods_have_columns(self) -> None:
        """Points per method stand beside the total."""
        rows = table(csv_table.dry_run([samples.sign_fault()]).content)
        row = dict(zip(*rows, strict=True))
        assert [row[name] for name in METHODS] == ["2", "1", "1", "2.25"]
        assert row["faults"] == "dloss_dw: sign; train: sequential-update"

    def test_no_score_and_two_reports_forbid_writing(self) -> None:
        """What is not certain is not a mark."""
        assert "carol" in csv_table.dry_run([samples.our_fault("carol")]).problems[0]
        assert csv_table.dry_run([samples.report(), samples.sign_fault()]).duplicate
        assert csv_table.dry_run([samples.our_fault()], Choices(skip_unscored=True)).ready

    def test_a_mark_for_excel(self) -> None:
        """With `bom`, Excel reads the file as UTF-8."""
        assert csv_table.dry_run([samples.report()], bom=True).content.startswith(b"\xef\xbb\xbf")


class TestGradescope:
    def test_results_follow_the_format(self) -> None:
        """Every report becomes JSON with the keys and kinds that Gradescope knows."""
        known = {"score", "execution_time", "output", "output_format", "visibility", "stdout_visibility", "extra_data"}
        for report in samples.every_shape():
            found = json.loads(json.dumps(gradescope.results(report), allow_nan=False))
            assert set(found) <= {*known, "tests"}
            assert found["visibility"] == "visible"
            for test in found.get("tests", []):
                assert test["status"] in ("passed", "failed")
                assert test["visibility"] == "visible"
                assert test["output_format"] == "text"
                assert 0 <= test["score"] <= test["max_score"]
                assert "\x1b" not in test["output"] + test["name"] + found["output"]
            if report.score is not None:
                assert found["score"] == report.score
                assert sum(test["score"] for test in found["tests"]) == pytest.approx(report.score)

    def test_a_fault_of_ours_has_no_score(self) -> None:
        """Gradescope is told of a failure, and of no zero, not even in a test."""
        found = gradescope.results(samples.our_fault())
        assert "score" not in found
        assert "tests" not in found
        assert "costs you nothing" in found["output"]
        assert "score" not in gradescope.failure("boom")

    def test_requirements_are_pinned_and_without_the_notebook_server(self) -> None:
        """The image gets what is installed here."""
        found = gradescope.requirements()
        assert all("==" in line for line in found)
        names = {line.split("==")[0] for line in found}
        assert {"numpy", "pytest", "nbformat"} <= names
        assert not names & {"jupyterlab", "hypothesis"}

    def test_build_is_whole_and_the_same_twice(self, tmp_path: Path) -> None:
        """The zip has its two programs at the root, the reference, the release and the package, and no state."""
        course = a_course(tmp_path)
        first = gradescope.build(course, "shallow_narrow", tmp_path / "a.zip").read_bytes()
        assert first == gradescope.build(course, "shallow_narrow", tmp_path / "b.zip").read_bytes()
        with zipfile.ZipFile(io.BytesIO(first)) as archive:
            names = set(archive.namelist())
            modes = {info.filename: info.external_attr >> 16 & 0o777 for info in archive.infolist()}
        assert modes["run_autograder"] == modes["setup.sh"] == 0o755
        assert {"course/solutions/shallow_narrow.py", "course/nbgrader_config.py", "requirements.txt"} <= names
        assert {"package/autograder/core/report.py", "course/release/shallow_narrow/shallow_narrow.ipynb"} <= names
        assert {
            "package/autograder/reporting/feedback/templates/page.css",
            "package/autograder/callables/judged/checks/pytest.ini",
        } <= names
        assert not any("__pycache__" in name or ".autograder" in name or "submitted" in name for name in names)

    def test_build_says_what_is_missing(self, tmp_path: Path) -> None:
        """An assignment that was not built is not zipped."""
        course = a_course(tmp_path)
        (course / "solutions" / "shallow_narrow.py").unlink()
        with pytest.raises(ExportError, match=r"solutions/shallow_narrow\.py is missing"):
            gradescope.build(course, "shallow_narrow", tmp_path / "a.zip")
        with pytest.raises(ExportError, match="no assignment's name"):
            gradescope.build(course, "../x", tmp_path / "a.zip")

    @pytest.mark.parametrize(
        ("notebooks", "expected"),
        [([], "There is no notebook")],
    )
    def test_nothing_to_grade_is_said(self, tmp_path: Path, notebooks: list[str], expected: str) -> None:
        """A student who hands in nothing, or no telling what, reads it at once."""
        layout = a_layout(tmp_path, notebooks)
        done = run(layout)
        found = json.loads((layout / "results" / "results.json").read_text())
        assert done.returncode == 0, done.stderr
        assert found["score"] == 0
        assert expected in found["output"]

    def test_a_grader_that_fails_writes_no_score(self, tmp_path: Path) -> None:
        """When grading itself breaks, results.json says so and carries no mark."""
        layout = a_layout(tmp_path, ["shallow_narrow.ipynb"])
        (layout / "source" / "package" / "autograder" / "__main__.py").write_text("raise SystemExit('broken')\n")
        done = run(layout)
        found = json.loads((layout / "results" / "results.json").read_text())
        assert done.returncode == 1
        assert "score" not in found
        assert "broken" in found["extra_data"]["reason"]
        assert "broken" not in found["output"]

    @pytest.mark.parametrize("others", [[], ["a.ipynb", "z/b.ipynb"]])
    def test_the_report_of_the_command_becomes_results(self, tmp_path: Path, others: list[str]) -> None:
        """`run_autograder` asks for the layout's course and isolation, and passes the report on as results. Of several
        renamed notebooks it takes the one that holds the class."""
        layout = a_layout(tmp_path, ["extra/renamed.ipynb", *others])
        (layout / "submission" / "extra" / "renamed.ipynb").write_text(WORKED)
        report = samples.sign_fault(None).to_json()
        stand_in = (
            "import sys, pathlib\n"
            "args = sys.argv[1:]\n"
            "assert args[0] == 'grade' and args[args.index('--isolation') + 1] == 'user', args\n"
            "assert pathlib.Path(args[args.index('--course') + 1], 'nbgrader_config.py').is_file()\n"
            "assert args[-1].endswith('renamed.ipynb')\n"
            f"pathlib.Path(args[args.index('--jsonl') + 1]).write_text({report + chr(10)!r})\n"
        )
        (layout / "source" / "package" / "autograder" / "__main__.py").write_text(stand_in)
        done = run(layout)
        found = json.loads((layout / "results" / "results.json").read_text())
        assert done.returncode == 0, done.stderr
        assert 0.0 < found.pop("execution_time") < 60.0
        wanted = gradescope.results(samples.sign_fault(None))
        assert found.pop("output").startswith(wanted.pop("output").split("\n\nNotes")[0])
        assert found == wanted


WORKED = json.dumps(
    {
        "cells": [
            {
                "cell_type": "code",
                "metadata": {},
                "outputs": [],
                "execution_count": None,
                "source": "class ShallowNarrow:\n    def forward(self, x):\n        return self.w2 * self.w1 * x\n",
            }
        ],
        "metadata": {},
        "nbformat": 4,
        "nbformat_minor": 5,
    }
)


def a_course(folder: Path) -> Path:
    """A course with one assignment, as far as a zip looks at it."""
    root = folder / "course"
    for name in (
        "nbgrader_config.py",
        "release/shallow_narrow/shallow_narrow.ipynb",
        "solutions/shallow_narrow.py",
        "submitted/alice/shallow_narrow/shallow_narrow.ipynb",
        ".autograder/journal.db",
    ):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text("")
    shutil.copy(Path(__file__).parents[2] / "solutions" / "shallow_narrow.py", root / "solutions")
    return root


def a_layout(folder: Path, notebooks: list[str]) -> Path:
    """Gradescope's folders, laid out below `folder` with the zip unpacked and `notebooks` handed in."""
    layout = folder / "autograder"
    with zipfile.ZipFile(gradescope.build(a_course(folder), "shallow_narrow", folder / "a.zip")) as archive:
        archive.extractall(layout / "source")
    for name in ("submission", "results"):
        (layout / name).mkdir()
    for name in notebooks:
        (layout / "submission" / name).parent.mkdir(parents=True, exist_ok=True)
        (layout / "submission" / name).write_text("{}")
    return layout


def run(layout: Path) -> subprocess.CompletedProcess[str]:
    """`run_autograder` in the layout, with this Python."""
    environment = {**os.environ, "AUTOGRADER_ROOT": str(layout), "AUTOGRADER_PYTHON": sys.executable}
    command = ["bash", str(layout / "source" / "run_autograder")]
    return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=120, check=False)
