"""The page of a class: who needs help, what to talk about, whether a question is unfair, the marks as they count."""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.core.final_mark import FinalMark, Part
from autograder.core.report import Diagnosis, Report
from autograder.reporting.feedback.class_counts import faults, percent
from autograder.reporting.feedback.class_page import page
from autograder.reporting.feedback.item_analysis import ENOUGH, Item, items
from autograder.reporting.feedback.needs import needs
from tests.reporting.test_feedback import CLASS_PAGE, Reader, assert_inert
from tests.support import sample_reports as samples

NAME = "shallow_narrow"


def failing(student: str, *ids: str, outcome: str = "failed", code: str = "sign") -> Report:
    """A report in which these checks fail with one fault."""
    wrong = {id: samples.check(id, outcome, diagnoses=(Diagnosis(code, "w1"),)) for id in ids}
    return samples.report(student, wrong)


def marked(report: Report, total: float, penalty: float = 0.0, person: str = "", most: float = 10.0) -> Report:
    """The report with a mark in the gradebook, all in one cell, changed by hand where it is not what was found."""
    part = Part("forward", most, report.auto_score, None if total == report.auto_score else total)
    return replace(report, mark=FinalMark((part,), most, total, penalty, person=person))


def item(reports: list[Report], id: str) -> Item:
    return next(each for each in items(reports) if each.id == id)


class TestNeeds:
    def test_the_lowest_comes_first_and_half_is_enough(self) -> None:
        """Sorted by mark; who has half of the points is not there."""
        low = failing("low", *samples.CHECKS)
        some = failing("some", "dloss_dw/values", "dloss_dw/pure", "train/weights")
        half = marked(samples.report("half"), 5.0)
        found = needs([half, some, samples.report("full"), low])
        assert [each.report.student for each in found] == ["low", "some"]

    def test_the_reason_is_said(self) -> None:
        """What is not written, then what is wrong; a file that cannot be read with its reason."""
        wrong = samples.check("dloss_dw/values", "failed", diagnoses=(Diagnosis("sign", "dloss_dw1"),))
        (first, second) = needs(
            [samples.report("a", {**samples.blank("train"), wrong.id: wrong}), samples.unreadable()]
        )
        assert first.why == "The file ends in the middle of a JSON text, at line 12"
        assert second.why == "not written yet: train; dloss_dw has its sign turned round"

    def test_lateness_alone_is_called_lateness_and_comes_last(self) -> None:
        """A penalty does not turn good work into work that needs help."""
        late = marked(samples.report("late"), 10.0, penalty=9.0)
        weak = marked(failing("weak", "dloss_dw/values", "dloss_dw/pure", "train/weights"), 4.5)
        found = needs([late, weak])
        assert [each.report.student for each in found] == ["weak", "late"]
        assert found[1].why == "handed in late: the penalty takes 9 points, the work itself has 10"
        assert "the lowest first; last, 1 for lateness alone." in page([late, weak], assignment=NAME)

    def test_what_has_no_points_is_not_called_low(self) -> None:
        """A fault of ours and a mark that is not settled are nobody's weakness."""
        unsettled = replace(failing("b", *samples.CHECKS), withheld="the gradebook has no mark of it")
        assert needs([samples.our_fault(), unsettled]) == []

    def test_who_waits_for_a_person_is_low_by_what_is_graded_so_far(self) -> None:
        """3 of 10 and 4 more to come may be 7 of 14; with 3 more it stays below half of 13."""
        ids = ("dloss_dw/values", "dloss_dw/pure", "train/records", "train/weights", "train/pure")
        certain, perhaps = samples.waiting(failing("a", *ids), 3.0), samples.waiting(failing("b", *ids), 4.0)
        enough = samples.waiting(failing("c", "dloss_dw/values"), 20.0)
        (first, second) = needs([enough, perhaps, certain])
        assert first.why.endswith("still to be graded by a person: explain (3 points), which cannot bring it to half")
        assert second.why.endswith("still to be graded by a person: explain (4 points)")
        text = Reader(page([enough, perhaps, certain, failing("d", *samples.CHECKS)], assignment=NAME)).text
        assert (
            "1 has a mark below half of the points, and 2 have less than half of the points in what is graded" in text
        )
        assert "✗ 0 of 10" in text
        assert "◐ 3 of 10 so far" in text

    def test_points_that_only_people_give_are_no_change(self) -> None:
        """Of a question that the autograder does not mark nothing was changed."""
        low = failing("s1", *samples.CHECKS)
        asked = samples.waiting(low, 5.0, given=1.0)
        assert "changed by hand" not in needs([asked])[0].why
        assert "points were changed by hand" in needs([marked(low, 1.0)])[0].why
        assert "not the autograder’s alone" not in page([asked], assignment=NAME)

    def test_half_is_half_of_what_the_gradebook_counts(self) -> None:
        """A question that people mark belongs to the points that could be had."""
        assert needs([marked(samples.report(), 10.0, most=30.0)])
        assert not needs([marked(samples.report(), 10.0, most=20.0)])

    def test_every_shape_has_a_reason(self) -> None:
        """Nobody is listed without saying why."""
        assert all(each.why for each in needs([*samples.every_shape(), *samples.named_class(120)[0]]))


class TestItems:
    def test_only_those_that_were_judged_are_counted(self) -> None:
        """A method that gives no answer does not fail the check of what it leaves alone."""
        skipped = {"forward/pure": samples.check("forward/pure", "skipped")}
        reports = [samples.report("a"), samples.report("b", skipped), failing("c", "forward/pure"), samples.our_fault()]
        pure = item(reports, "forward/pure")
        assert (pure.passed, pure.judged, pure.skipped) == (1, 2, 1)

    def test_a_check_that_the_better_half_passes_tells_them_apart(self) -> None:
        """All of the upper third, none of the lower."""
        good = [samples.report(f"g{i}") for i in range(6)]
        weak = [failing(f"w{i}", "dloss_dw/values", "train/weights") for i in range(6)]
        found = item(good + weak, "dloss_dw/values")
        assert (found.upper, found.lower, found.said) == (1.0, 0.0, "tells them apart")

    def test_a_check_that_the_weaker_pass_is_pointed_at(self) -> None:
        """The better half fails what the weaker half passes: the question is to be looked at."""
        good = [failing(f"g{i}", "loss/values") for i in range(6)]
        weak = [failing(f"w{i}", "dloss_dw/values", "train/weights") for i in range(6)]
        found = item(good + weak, "loss/values")
        assert (found.upper, found.lower) == (0.0, 1.0)
        assert "look at this question" in found.said

    def test_a_check_does_not_vouch_for_itself(self) -> None:
        """Where everything else is equal, the check's own points make no thirds."""
        reports = [samples.report(f"a{i}") for i in range(6)] + [failing(f"b{i}", "loss/values") for i in range(6)]
        found = item(reports, "loss/values")
        assert found.difference is None
        assert found.said == "too little to tell"

    @pytest.mark.parametrize(("size", "told"), [(ENOUGH - 1, False), (ENOUGH, True)])
    def test_of_few_nothing_is_said(self, size: int, told: bool) -> None:
        """Two in a third are no third."""
        reports = [failing(str(i), *(("train/weights", "loss/values") if i % 2 else ())) for i in range(size)]
        assert (item(reports, "loss/values").difference is not None) == told

    def test_whoever_comes_first_the_thirds_are_the_same(self) -> None:
        """Equal points share the places at the border."""
        reports = samples.named_class(60)[0]
        assert {each.id: each for each in items(reports)} == {each.id: each for each in items(reports[::-1])}

    @given(st.lists(st.tuples(st.booleans(), st.booleans(), st.booleans()), max_size=40))
    def test_thirds_are_shares(self, kinds: list[tuple[bool, bool, bool]]) -> None:
        """Whatever the class, each third passes between none and all, and something is said."""
        ids = ("dloss_dw/values", "train/weights", "loss/values")
        reports = [
            failing(str(k), *(id for id, wrong in zip(ids, kind, strict=True) if wrong)) for k, kind in enumerate(kinds)
        ]
        for each in items(reports):
            assert each.judged == len(reports)
            assert all(0.0 <= part <= 1.0 for part in (each.upper, each.lower) if part is not None)
            assert each.said

    @pytest.mark.parametrize(
        ("count", "total", "shown"),
        [(0, 0, "–"), (0, 5, "0 %"), (1, 1000, "1 %"), (999, 1000, "99 %"), (5, 5, "100 %")],
    )
    def test_none_and_all_are_said_only_where_they_are_true(self, count: int, total: int, shown: str) -> None:
        """One in a thousand is not 0 %."""
        assert percent(count, total) == shown


class TestPage:
    def test_what_it_is_opened_for_comes_first(self) -> None:
        """Help, talk, fairness; then the marks; slow submissions last."""
        reports, roster = samples.named_class(40)
        text = page(reports, assignment=NAME, roster=roster)
        heads = re.findall(r"<h2[^>]*>(.*?)</h2>", text)
        assert heads == [
            "Who needs help", "Not submitted", "What to talk about", "Is a question unfair?", "Marks", "Students",
            "Marks that are not the autograder’s alone", "Slowest submissions",
        ]  # fmt: skip

    def test_a_fault_leads_to_everybody_who_has_it(self) -> None:
        """Named as the roster names them, each with a link."""
        reports = [failing("s1", "dloss_dw/values"), samples.report("s2"), failing("s3", "dloss_dw/values")]
        links = [f"students/{report.student}.html" for report in reports]
        text = page(reports, assignment=NAME, roster={"s1": "Ada L", "s2": "Bo", "s3": "Cy"}, links=links)
        talk = text[text.index("What to talk about") : text.index("Is a question unfair")]
        assert '<a href="students/s1.html">Ada L</a>' in talk
        assert '<a href="students/s3.html">Cy</a>' in talk
        assert "s2" not in talk
        (fault,) = faults(reports)
        assert [report.student for report in fault.reports] == ["s1", "s3"]

    def test_blank_work_is_said_to_be_not_written(self) -> None:
        """Where one is not defined, it may be there under another name."""
        reports = [samples.report(student, samples.blank("loss")) for student in "ab"]
        assert [fault.name for fault in faults(reports)] == ["is not written yet"]
        assert faults([*reports, failing("c", "loss/values", code="not-implemented")])[0].name.endswith("incomplete")

    def test_names_come_from_the_gradebook_where_there_is_no_roster(self) -> None:
        """The gradebook knows its students."""
        text = Reader(page([marked(samples.report("s1"), 10.0, person="Ada Lovelace")], assignment=NAME)).text
        assert "Ada Lovelace s1" in text

    def test_marks_are_final_and_say_what_a_person_changed(self) -> None:
        """The mark, what the autograder had found, and how the one came of the other."""
        text = Reader(page([marked(samples.report("s1"), 7.5)], assignment=NAME)).text
        assert "✓ 7.5 autograder 10" in text or "◐ 7.5 autograder 10" in text
        assert "forward: 10 changed to 7.5 by hand: −2.5" in text

    def test_many_marks_that_people_changed_are_folded(self) -> None:
        """Behind the students, opened by hand from 20 on."""
        changed = [marked(samples.report(f"s{k}"), 7.5) for k in range(20)]
        for some, opened in ((changed[1:], True), (changed, False)):
            text = page(some, assignment=NAME)
            section = text[text.index('<h2 id="changed">') :]
            assert text.index('<h2 id="students">') < text.index('<h2 id="changed">')
            assert section.count("<details open>") == opened
            assert f"<summary>{len(some)} marks</summary>" in section

    def test_who_waits_is_told_behind_who_needs_help(self) -> None:
        """Folded from five on: that is the graders' business."""
        reports = [samples.waiting(samples.report(f"s{k}"), 2.0) for k in range(5)]
        for some, opened in ((reports[1:], True), (reports, False)):
            text = page(some, assignment=NAME)
            box = text[text.index("still to be graded by a person; their") : text.index('id="faults"')]
            assert text.index('id="needs"') < text.index("still to be graded by a person; their")
            assert box.count("<details open>") == opened

    def test_the_figure_has_the_points_so_far(self) -> None:
        """And says of how many."""
        reports = [samples.waiting(samples.report("a"), 2.0), samples.report("b")]
        text = Reader(page(reports, assignment=NAME)).text
        assert "2 scored, 1 of them by the points so far, since a person has yet to grade a part: mean 10," in text

    def test_who_handed_in_nothing_is_no_submission(self) -> None:
        """Told with the mark that was given for it; no part of what is counted over submissions."""
        reports = [failing("s1", "dloss_dw/values"), samples.absent("s2"), samples.absent("s9", "Zoë Šimić")]
        links = [f"students/{report.student}.html" for report in reports]
        text = page(reports, assignment=NAME, roster={"s1": "Ada", "s2": "Bo", "s3": "Cy"}, links=links)
        read = Reader(text).text.replace(" :", ":")
        assert "shallow_narrow: 1 submission" in read
        assert "Nobody’s mark is below half of the points." in read
        assert "3 have not submitted" in read
        assert "Where the gradebook has a mark for that, it stands beside the name. Bo s2: 0 of 10 Cy s3" in read
        assert 'href="students/s2.html">Bo</a> <span class="soft">s2</span>: 0 of 10</li>' in text
        assert "submitted without being on the roster" not in text
        assert "1 of 1, 100 %" in read
        assert "1 scored: mean 7" in read
        assert "Bo s2 ✗ 0 – – – – nothing was handed in" in read

    def test_who_handed_in_nothing_is_known_without_a_roster(self) -> None:
        """The gradebook says so of some; of others nothing is said."""
        text = Reader(page([samples.report("s1"), samples.absent("s2")], assignment=NAME)).text
        assert "1 has not submitted" in text
        assert "on the roster" not in text

    def test_the_date_is_told_in_english(self) -> None:
        """The time that the caller gives, with its zone; none where none is given."""
        made = datetime(2026, 11, 28, 9, 5, tzinfo=UTC)
        assert "As the gradebook had it on 28 November 2026, 09:05 UTC" in Reader(
            page([samples.report()], assignment=NAME, made=made)
        ).text.replace(" .", ".")
        assert "As the gradebook" not in page([samples.report()], assignment=NAME)

    def test_the_policy_allows_the_one_script_that_is_there(self) -> None:
        """By its hash, and nothing else; without the script all rows are there and the controls are not."""
        text = page([samples.report("a"), samples.report("b")], assignment=NAME)
        assert_inert(text, CLASS_PAGE)
        (script,) = re.findall(r"<script>(.*?)</script>", text, re.S)
        digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
        (policy,) = re.findall(r'http-equiv="Content-Security-Policy" content="([^"]*)"', text)
        assert policy == (f"default-src 'none'; img-src data:; style-src 'unsafe-inline'; script-src 'sha256-{digest}'")
        assert '<p class="tools" data-for="all" hidden>' in text

    def test_every_column_says_on_a_phone_what_it_is(self) -> None:
        """Where rows become blocks and the heads are gone, each method's points carry its name."""
        text = page([samples.report("a")], assignment=NAME)
        for method in ("forward", "loss", "dloss_dw", "train"):
            assert f'data-label="{method}"' in text

    def test_nobody_below_half_is_said(self) -> None:
        """No empty table."""
        assert "Nobody’s mark is below half of the points." in page([samples.report()], assignment=NAME)
        assert "Nothing was scored yet." in page([samples.our_fault()], assignment=NAME)
        waiting = samples.waiting(samples.report(), 2.0)
        assert "Nobody is below half of the points so far." in page([waiting], assignment=NAME)

    def test_who_is_missing_is_named(self) -> None:
        """Sorted by name, with the id."""
        text = Reader(
            page([samples.report("s1")], assignment=NAME, roster={"s1": "A", "s3": "Zoë", "s2": "Ångström"})
        ).text
        assert "2 on the roster have not submitted Ångström s2 Zoë s3" in text
