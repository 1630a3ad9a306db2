"""Reports made readable: text, terminal, notebook, pages."""

from __future__ import annotations

import re
import time
import unicodedata
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from rich.cells import cell_len

from autograder.core.report import CODES, OUTCOMES, CheckResult, Diagnosis, Report
from autograder.reporting.feedback import (
    cell_html,
    cell_text,
    method_words,
    plots,
    result,
    summary,
    verdicts,
    words,
    write_pages,
)
from autograder.reporting.feedback.class_page import page as class_page
from autograder.reporting.feedback.site import file_names
from autograder.reporting.feedback.student_page import page as student_page
from autograder.reporting.feedback.text import html, one_line, pad, plain, sheet_cell, wrap
from tests.support import sample_reports as samples
from tests.support.methods import METHODS

SHAPES = samples.every_shape()
VOID = {"meta", "br", "rect", "line", "circle", "polyline", "polygon", "link", "img", "input"}
PAGE = {
    "html", "head", "body", "main", "header", "footer", "section", "title", "style", "meta", "h1", "h2", "p", "div",
    "span", "strong", "code", "i", "a", "ul", "li", "br", "table", "caption", "thead", "tbody", "tr", "th", "td",
    "figure", "figcaption", "details", "summary", "svg", "rect", "line", "circle", "polyline", "polygon", "text",
    "dl", "dt", "dd", "h3",
}  # fmt: skip
CLASS_PAGE = PAGE | {"script", "label", "input", "select", "ol", "time"}
CELL = {"div", "p", "strong", "ul", "li", "br"}


class Reader(HTMLParser):
    """The elements, attributes and text of a page, its nesting checked."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.tags: set[str] = set()
        self.attributes: list[tuple[str, str, str]] = []
        self.words: list[str] = []
        self.feed(page)
        self.close()
        assert not self.open, self.open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes += [(tag, name, value or "") for name, value in attrs]
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes += [(tag, name, value or "") for name, value in attrs]

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if not {"style", "script"} & set(self.open):
            self.words.append(data)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.words).split())


def assert_inert(page: str, allowed: set[str]) -> Reader:
    """Nothing in `page` runs, loads or restyles: only our own elements, and no attribute that acts."""
    reader = Reader(page)
    assert reader.tags <= allowed, reader.tags - allowed
    for tag, name, value in reader.attributes:
        assert not name.startswith("on"), (tag, name)
        assert name not in ("src", "srcset", "style", "action", "formaction", "xlink:href"), (tag, name)
        if name == "href":
            assert re.fullmatch(r"#m\d+|\.\./index\.html|([a-z_]+/)?(students/[a-z0-9_.-]+|index)\.html", value), value
    assert_shown_not_acting(page)
    return reader


def assert_shown_not_acting(text: str) -> None:
    """No control character but the line break, no invisible format character, no half of a pair."""
    acting = {c for c in text if unicodedata.category(c) in ("Cc", "Cf", "Cs", "Zl", "Zp")} - {"\n", "\u200c", "\u200d"}
    assert not acting, acting


class TestText:
    @given(st.text(max_size=200))
    def test_nothing_in_plain_text_acts(self, text: str) -> None:
        """Whatever was typed, a terminal only prints it."""
        assert_shown_not_acting(plain(text))
        assert "\n" not in one_line(text)

    @given(st.text(max_size=60))
    def test_plain_twice_is_plain_once(self, text: str) -> None:
        """Text may pass through several hands."""
        assert plain(plain(text)) == plain(text)

    @pytest.mark.parametrize(
        ("text", "shown"),
        [
            ("\x1b[31m", "␛[31m"),
            ("a\u202eb", "a⟨U+202E⟩b"),
            ("\x9b2J", "⟨U+009B⟩2J"),
            ("\x7f\x00", "␡␀"),
            ("\ud800", "\ufffd"),
            ("a\r\nb\rc", "a\nb␍c"),
            ("مریم‌السادات", "مریم‌السادات"),
            ("e" + "\u0301" * 50, "e" + "\u0301" * 4 + "…"),
        ],
    )
    def test_what_would_act_is_made_visible(self, text: str, shown: str) -> None:
        """Nothing is dropped in silence, and ordinary names stay as they are."""
        assert plain(text) == shown

    @given(st.text(max_size=60))
    def test_html_has_no_markup_left(self, text: str) -> None:
        """Escaped text reads back as the plain text, with no element in it."""
        reader = Reader(f'<p title="{html(text)}">{html(text)}</p>')
        assert reader.tags == {"p"}
        assert "".join(reader.words) == plain(text)

    @given(st.text(max_size=60), st.sampled_from(["", " ", "\n", "\x00", "\u200b"]), st.sampled_from("=+-@\t\r＝＠"))
    def test_no_cell_starts_a_formula(self, text: str, before: str, mark: str) -> None:
        """A sheet shows what a student typed; it never computes it."""
        for cell in (sheet_cell(text), sheet_cell(before + mark + text)):
            assert not re.match(r"\s*[=+\-@\t\r＝＋－＠]", cell)
        assert sheet_cell("Müller, 3") == "Müller, 3"

    @given(st.text(max_size=120), st.integers(20, 60))
    def test_wrapped_lines_fit_and_lose_nothing(self, text: str, width: int) -> None:
        """Wide characters count twice, and every character is still there."""
        lines = wrap(plain(text), width, "  - ")
        assert all(cell_len(line) <= width for line in lines)
        assert "".join("".join(lines).split()) == "-" + "".join(plain(text).split())
        assert cell_len(pad(plain(text, lines=False), width)) == width

    def test_aligned_lines_stay_aligned(self) -> None:
        """A table in a rationale keeps its columns."""
        assert wrap("analytic    1.00\nnumeric    -1.00", 40, "  ") == ["  analytic    1.00", "  numeric    -1.00"]


class TestWords:
    def test_every_outcome_and_code_has_words(self) -> None:
        """A new outcome or code cannot be forgotten here."""
        assert set(words.SYMBOLS) == set(method_words.ANSWERS) == set(method_words.METHOD_WORDS) == set(OUTCOMES)
        assert set(words.FAULTS) == set(CODES)

    @pytest.mark.parametrize(
        ("outcomes", "expected"),
        [
            (("passed", "passed"), "passed"),
            (("passed", "failed"), "partial"),
            (("passed", "skipped"), "partial"),
            (("failed", "errored"), "failed"),
            (("timed_out", "skipped"), "timed_out"),
            (("errored", "errored"), "errored"),
            (("skipped", "skipped"), "skipped"),
            (("passed", "internal_error"), "internal_error"),
            ((), "skipped"),
        ],
    )
    def test_a_methods_outcome_sums_up_its_checks(self, outcomes: tuple[str, ...], expected: str) -> None:
        """A method is called right only when all of its checks passed."""
        checks = tuple(CheckResult(str(i), "loss", "t", outcome, 0.0, 1.0) for i, outcome in enumerate(outcomes))
        assert method_words.method_outcome(samples.report(checks=checks), "loss") == expected

    def test_full_marks_are_said_only_where_they_are(self) -> None:
        """All checks passed, but points missing: that is not full marks."""
        assert "Full marks" in verdicts.verdict(samples.report()).sentence
        assert "Full marks" not in verdicts.verdict(replace(samples.report(), max_score=11.0)).sentence

    def test_what_the_rationale_tells_is_not_told_twice(self) -> None:
        """A diagnosis whose detail stands in the rationale leaves only its code."""
        twice = samples.check(
            "loss/values",
            "failed",
            rationale="loss has the wrong sign: \n minus the right answer.",
            diagnoses=(Diagnosis("sign", "loss", "loss has the wrong sign: minus the right answer."),),
        )
        assert words.untold(twice) == (["sign"], [])
        text = result(samples.report(faults={twice.id: twice}), width=200)
        assert "minus the right answer. [sign]" in text
        assert text.count("wrong sign") == 1

    def test_what_is_not_begun_is_still_to_write(self) -> None:
        """A blank method is not called wrong, nor stopped by an error."""
        report = samples.report(faults=samples.blank("loss"))
        assert verdicts.verdict(report).sentence == "Right: forward, dloss_dw and train. Still to write: loss."
        assert method_words.method_word(report, "loss") == "not written yet"
        for text in (result(report), cell_text(report, "loss"), Reader(student_page(report)).text.replace(" :", ":")):
            assert "not written yet: the loss is right" in text
            assert "stopped by an error" not in text

    @pytest.mark.parametrize(
        ("cell", "of"), [("conv_backward-dk", "conv_backward"), ("Net-forward", "Net.forward"), ("loss-dW", "Net.loss")]
    )
    def test_a_blank_callable_is_not_written_yet_in_each_of_its_cells(self, cell: str, of: str) -> None:
        """A cell may be for one of its results, or have its class in its id."""
        stub = Diagnosis("not-implemented", of, f"{of} is still to be written.")
        check = CheckResult(f"{cell}/values", cell, "it is right", "errored", 0.0, 1.0, stub.detail, diagnoses=(stub,))
        report = samples.report(checks=(check,))
        assert method_words.method_word(report, cell) == method_words.answer(check) == "not written yet"
        assert method_words.to_write(report) == [cell]

    @pytest.mark.parametrize(
        ("of", "said", "still"),
        [
            ("Value.__mul__", "Value.__mul__, which loss uses, is still to be written.", "Value.__mul__"),
            ("", "loss, or something that it uses, is still to be written.", "loss, or something that it uses"),
        ],
    )
    def test_of_a_part_that_is_not_begun_no_more_is_said_than_is_known(self, of: str, said: str, still: str) -> None:
        """By its own name, where that is known: the function that uses it is there, and may be given."""
        stub = Diagnosis("not-implemented", of, said)
        check = samples.check("loss/values", "errored", rationale=said, diagnoses=(stub,))
        report = samples.report(faults={check.id: check, "loss/pure": samples.check("loss/pure", "skipped")})
        assert verdicts.verdict(report).sentence.endswith(f"Still to write: {still}.")
        assert method_words.method_word(report, "loss") == "not all written yet"
        assert "not written yet: the loss" not in result(report)

    def test_what_is_not_defined_may_be_there_under_another_name(self) -> None:
        missing = Diagnosis("not-implemented", "loss", "loss is not defined.")
        wrong = {
            id: samples.check(id, "failed", rationale=missing.detail, diagnoses=(missing,))
            for id in ("loss/values", "loss/pure")
        }
        report = samples.report(faults=wrong)
        assert method_words.method_word(report, "loss") == "not right yet"
        assert "Still to write" not in verdicts.verdict(report).sentence

    def test_of_many_sentences_the_first_are_said(self) -> None:
        """With the number of the others."""
        assert words.first(["a"] * 20, "of them") == ["a"] * 20
        assert words.first([*"abc"] * 7, "of them")[18:] == ["a", "b", "… and 1 more of them"]

    def test_notes_that_differ_in_the_cell_become_one(self) -> None:
        """One fault that stops seven cells is said once."""
        notes = ("cell 3 raised X", "the id was missing", "cell 9 raised X", "cell 4 raised Y")
        said = words.notes(samples.report(notes=notes))
        assert said == ["cells 3 and 9 raised X", "the id was missing", "cell 4 raised Y"]

    @given(st.floats(0, 1000))
    def test_points_read_as_people_write_them(self, value: float) -> None:
        """No noise of binary fractions, no exponent, no bare point."""
        assert re.fullmatch(r"\d+(\.\d{0,2}[1-9])?", words.number(value))


class TestTerminal:
    @pytest.mark.parametrize("report", SHAPES, ids=lambda r: one_line(words.who(r), 12))
    @pytest.mark.parametrize("width", [40, 88])
    def test_every_shape_fits_and_acts_not(self, report: Report, width: int) -> None:
        """No line is wider than asked, no hostile text reaches the terminal."""
        text = result(report, width=width)
        assert_shown_not_acting(text)
        assert all(cell_len(line) <= width for line in text.splitlines())

    def test_reads_verdict_first_then_what_to_look_at(self) -> None:
        """The golden text of an ordinary wrong submission."""
        assert result(samples.sign_fault(), width=80) == GOLDEN

    def test_colour_adds_nothing_but_colour(self) -> None:
        """Word and symbol carry the meaning alone."""
        for report in SHAPES:
            assert re.sub(r"\x1b\[[\d;]*m", "", result(report, color=True)) == result(report)
        assert re.sub(r"\x1b\[[\d;]*m", "", summary(SHAPES, color=True)) == summary(SHAPES)

    def test_a_fault_of_ours_shows_no_points(self) -> None:
        """Points that were judged before the grader failed are not shown as a result."""
        text = result(samples.our_fault())
        assert "Not scored" in text
        assert "costs you nothing" in " ".join(text.split())
        assert not re.search(r"\d of \d", text)

    def test_unreadable_gives_the_reason(self) -> None:
        """Zero comes with its reason."""
        text = result(samples.unreadable())
        assert "0 of 10 points" in text
        assert "at line 12" in text

    def test_summary_counts_thousands_and_hides_no_failure(self) -> None:
        """A few are listed, all are counted; one without a score is always listed."""
        text = summary(samples.a_class(3000), rows=5)
        assert "… and 2995 more, counted below." in text
        assert "3000 submissions, 2999 scored" in text
        assert re.search(r"^s00013 .* none ", text, re.MULTILINE)
        assert len(text.splitlines()) < 40
        assert all(cell_len(line) <= 100 for line in text.splitlines())

    @pytest.mark.parametrize("width", [40, 52, 80, 160])
    def test_summary_fits_the_terminal(self, width: int) -> None:
        """A narrow one leaves out points by method and faults before names and totals."""
        lines = summary([*samples.a_class(30), *SHAPES], width=width).splitlines()
        assert all(cell_len(line) <= width for line in lines)
        assert any(re.match(r"s00000 +.* 10$", line) or re.match(r"s0000\d .*\d", line) for line in lines)
        assert ("dloss_dw" in lines[0]) == (width >= 80)

    def test_summary_counts_nobody_who_handed_in_nothing(self) -> None:
        """They stand in the table with their mark, and are no submissions."""
        text = summary([samples.report("a"), samples.absent("b")])
        assert "1 submission, 1 scored, mean 10.00 of 10" in text
        assert "– 1 handed in nothing" in text
        assert re.search(r"b .*✗ +0 +nothing was handed in", text)

    def test_summary_of_nothing(self) -> None:
        """No submissions is no error."""
        assert summary([]) == "No submissions.\n"


class TestCell:
    @pytest.mark.parametrize("report", SHAPES, ids=lambda r: one_line(words.who(r), 12))
    @pytest.mark.parametrize("method", [*METHODS, "<b>"])
    def test_html_and_text_say_the_same(self, report: Report, method: str) -> None:
        """The grade cell's two forms have the same words, and the HTML has plain elements only."""
        reader = assert_inert(cell_html(report, method), CELL)
        assert not reader.attributes
        assert "".join(reader.text.split()) == "".join(cell_text(report, method).split())

    def test_the_notebook_says_what_the_terminal_says(self) -> None:
        """One wording for all places."""
        report = samples.sign_fault()
        shown = "".join(result(report, width=96).split())
        assert all("".join(cell_text(report, method).split()) in shown for method in METHODS)


class TestPages:
    @pytest.mark.parametrize("report", SHAPES, ids=lambda r: one_line(words.who(r), 12))
    def test_every_student_page_is_inert_and_whole(self, report: Report) -> None:
        """Whatever stands in a report, its page is well formed, loads nothing and runs nothing."""
        page = student_page(report)
        reader = assert_inert(page, PAGE)
        assert "default-src 'none'; img-src data:; style-src 'unsafe-inline'" in page
        assert verdicts.verdict(report).headline in reader.text
        ids = [value for _, name, value in reader.attributes if name == "id"]
        assert len(ids) == len(set(ids))
        for _, name, value in reader.attributes:
            if name == "aria-labelledby":
                assert value in ids

    def test_the_class_page_is_inert_and_whole(self) -> None:
        """A class of every shape, names and roster hostile too."""
        hostile = {text: text for text in samples.HOSTILE}
        links = [f"students/{name}" for name in file_names(SHAPES)]
        page = class_page(SHAPES, assignment="shallow_narrow", roster={**hostile, "<b>new": "<i>"}, links=links)
        text = assert_inert(page, CLASS_PAGE).text
        assert page.count("<script>") == 1
        assert "2 have not submitted" in text
        assert "1 without a score: the autograder itself failed." in text
        assert "2 held no work on this lesson that could be read" in text

    def test_a_student_page_has_verdict_curve_and_gradients(self) -> None:
        """The story of the sign fault, in text beside every figure."""
        text = Reader(student_page(samples.sign_fault())).text
        for said in (
            "6.25 of 10 points",
            "Right: forward and loss. Look again at dloss_dw and train.",
            "not yet : the gradients are right",
            "dloss_dw1 has its sign turned round: on all 6 questions [sign]",
            "Look at: Follow the sign of the residual",
            "Your loss rises from 6.38 to 35.9 over 211 epochs.",
            "It leaves the band that right solutions keep to at epoch 40, counting from 0.",
            "does not agree in the first digit",
            "agrees to about 15 digits",
            "Cell 3 printed a RuntimeWarning",
            "Judged with recorded gradients",
        ):
            assert said in text, said
        assert "isolation" not in text

    def test_a_weaker_boundary_is_said(self) -> None:
        """Anything but namespaces stands on the page."""
        assert "isolation “user”" in Reader(student_page(samples.report(isolation="user"))).text

    def test_a_page_about_a_fault_of_ours_shows_no_points(self) -> None:
        """No score, no zero, no bar."""
        reader = Reader(student_page(samples.our_fault()))
        assert "Not scored" in reader.text
        assert not re.search(r"\d of \d", reader.text)

    def test_rates_are_counted_over_graded_submissions(self) -> None:
        """Unreadable files and our own faults do not lower a check's pass rate."""
        reports = [samples.report("a"), samples.sign_fault("b"), samples.unreadable("c"), samples.our_fault("d")]
        text = Reader(class_page(reports, assignment="shallow_narrow")).text
        assert "dloss_dw/values the gradients are right 1 of 2 50 %" in text
        assert "dloss_dw has its sign turned round [sign] 1 of 2, 50 %" in text
        assert "3 scored: mean 5.42, median 6.25 of 10; 1 with full marks, 1 below half." in text
        assert "b 1.25 s" in text
        assert "Not submitted" not in text

    def test_another_assignments_report_is_refused(self) -> None:
        """Marks of two assignments never share a table."""
        with pytest.raises(ValueError, match="other assignments"):
            class_page([samples.report(assignment="sigmoid_mlp")], assignment="shallow_narrow")

    def test_the_same_reports_give_the_same_bytes(self) -> None:
        """No clock, no chance."""
        assert student_page(SHAPES[1]) == student_page(SHAPES[1])
        assert class_page(SHAPES, assignment="shallow_narrow") == class_page(SHAPES, assignment="shallow_narrow")

    @pytest.mark.slow
    def test_pages_are_fast(self) -> None:
        """A student's page in milliseconds, a class of a thousand in a second: with room for a busy machine."""
        reports = samples.a_class(1000)
        class_page(reports[:2], assignment="shallow_narrow")
        start = time.perf_counter()
        page = class_page(reports, assignment="shallow_narrow")
        assert time.perf_counter() - start < 2
        assert len(page) < 1_000_000
        start = time.perf_counter()
        for _ in range(50):
            student_page(SHAPES[1])
        assert (time.perf_counter() - start) / 50 < 0.02


class TestSite:
    def test_pages_are_written_where_the_links_lead(self, tmp_path: Path) -> None:
        """The class page links every student's page, and nothing else is left in the folder."""
        paths = write_pages(SHAPES, tmp_path, assignment="shallow_narrow")
        assert len(paths) == len(SHAPES) + 1 == len(set(paths))
        links = {v for _, name, v in Reader(paths[0].read_text()).attributes if name == "href"}
        assert {tmp_path / link for link in links} == set(paths[1:])
        assert {path for path in tmp_path.rglob("*") if path.is_file()} == set(paths)

    @given(st.lists(st.one_of(st.none(), st.text(max_size=12), st.sampled_from(["a", "A", "á", "con", "a.html", "-"]))))
    def test_names_never_collide(self, students: list[str | None]) -> None:
        """Whatever the ids, and on a file system that ignores case, every report has a file of its own."""
        names = file_names([samples.report(student) for student in students])
        assert len({name.casefold() for name in names}) == len(students)
        for name in names:
            assert re.fullmatch(r"[a-z0-9_][a-z0-9_.-]*\.html", name)
            assert len(name) < 100
            assert name.split(".")[0] not in ("con", "nul", "aux", "prn")

    def test_a_simple_id_is_its_own_name(self) -> None:
        """What an instructor would look for."""
        assert file_names([samples.report("alice"), samples.report("Bob")])[0] == "alice.html"


class TestPlots:
    @example([5e-324], [], [], None)
    @example([1.1984620899082105e308], [], [], None)
    @example([1.7e308, -1.7e308], [1e-320, 0.0], [2e-320, 1e-320], 1)
    @given(
        st.lists(st.one_of(st.none(), st.floats(), st.integers(), st.booleans(), st.text(max_size=2)), max_size=30),
        st.lists(st.floats(), max_size=30),
        st.lists(st.floats(), max_size=30),
        st.one_of(st.none(), st.integers(-3, 40)),
    )
    def test_any_curve_draws_inside_its_frame(self, own: list, low: list, high: list, parts_at: int | None) -> None:
        """Absurd numbers give no error and no coordinate that is not a number."""
        figure = plots.curve(plots.numbers(own), plots.numbers(low), plots.numbers(high), parts_at)
        if figure is None:
            assert not [v for v in plots.numbers(own) if v is not None]
            return
        assert "nan" not in str(figure.svg)
        assert "inf" not in re.sub(r"finite", "", str(figure.svg))
        for place in re.findall(r'points="([^"]*)"', str(figure.svg)):
            for pair in place.split():
                x, y = map(float, pair.split(","))
                assert 0 <= x <= plots.WIDTH
                assert plots.TOP - 0.1 <= y <= plots.HEIGHT - plots.BOTTOM + 0.1

    def test_a_gap_is_not_bridged(self) -> None:
        """Where a loss was NaN there is no line."""
        figure = plots.curve([3.0, 2.0, None, 1.0, 0.5], [], [], None)
        assert figure is not None
        assert str(figure.svg).count("<polyline") == 2
        assert "1 of the values is no finite number." in figure.text

    def test_a_long_curve_keeps_its_peaks(self) -> None:
        """Ten thousand epochs are thinned, and a single spike among them is still drawn."""
        losses = [1.0] * 10_000
        losses[4321] = 9.0
        figure = plots.curve(plots.numbers(losses), [], [], None)
        assert figure is not None
        points = re.search(r'<polyline class="own" points="([^"]*)"', str(figure.svg))
        assert points is not None
        assert len(points[1].split()) < 500
        assert f",{plots.TOP:.1f}" in points[1]

    @pytest.mark.parametrize(
        ("error", "said"),
        [
            (0.0, "equal in every digit"),
            (3.1e-16, "agrees to about 15 digits"),
            (0.05, "agrees to about 1 digit"),
            (0.98, "does not agree in the first digit"),
            (2.0, "does not agree in the first digit"),
            (1e300, "does not agree in the first digit"),
        ],
    )
    def test_relative_errors_in_words(self, error: float, said: str) -> None:
        """The bar is logarithmic; the words say how many digits."""
        share, text = plots.digits(error)
        assert 0 <= share <= 1
        assert text == said

    @given(st.floats(-1e307, 1e307))
    def test_axis_numbers_are_short_and_true(self, value: float) -> None:
        """Eight characters at most, a sign aside, and within six per cent."""
        text = plots.short(value)
        assert len(text.lstrip("-")) <= 8
        assert float(text) == pytest.approx(value, rel=0.06)


GOLDEN = """\
alice · shallow_narrow
◐ 6.25 of 10 points
  Right: forward and loss. Look again at dloss_dw and train.

✓ forward: 2 of 2 points, right
  ✓ yes: the predictions are right (1.5 of 1.5 points)
  ✓ yes: a prediction changes neither its arguments nor the weights (0.5 of 0.5
    points)

✓ loss: 1 of 1 point, right
  ✓ yes: the loss is right (0.75 of 0.75 points)
  ✓ yes: the loss changes neither its arguments nor the weights (0.25 of 0.25
    points)

◐ dloss_dw: 1 of 4 points, partly right
  ✗ not yet: the gradients are right (0 of 3 points)
      dloss_dw1 points the wrong way: on every question it is minus the slope of
      the loss.
      · dloss_dw1 has its sign turned round: on all 6 questions [sign]
      Look at: Follow the sign of the residual from the loss back to w1: which
      of ŷ − y and y − ŷ did you derive?
  ✓ yes: a gradient changes neither its arguments nor the weights (1 of 1 point)

◐ train: 2.25 of 3 points, partly right
  Judged with recorded gradients standing in for dloss_dw.
  ✓ yes: the recorded losses are those before each update (1 of 1 point)
  ◐ partly: the weights follow gradient descent (0.75 of 1.5 points)
      The weights follow your own gradients step by step, but two of five
      questions end elsewhere.
      · w2 takes a value before an update that is asked after it, or the other
        way round: largest difference 0.84 at lr = 1 [sequential-update]
      Look at: Take all gradients of a step before any weight moves.
  ✓ yes: training changes the weights and nothing else (0.5 of 0.5 points)

Notes
  - Cell 3 printed a RuntimeWarning: overflow encountered in square
"""
