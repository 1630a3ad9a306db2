"""The page of a student agrees with itself and with the gradebook."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from autograder.core.final_mark import FinalMark, Part
from autograder.core.report import ByHand, CheckResult, Report
from autograder.reporting.feedback import mark_words, plots, verdicts
from autograder.reporting.feedback.student_page import page
from tests.reporting.test_feedback import PAGE, Reader, assert_inert
from tests.support import sample_reports as samples

RECORDED = "with right results from the methods that it calls"
NO_FAULT = "That is no fault of train, which is right: the run uses your own dloss_dw too, which is not right yet."
NO_POINT = "Every check of train passed all the same: no point hangs on this picture."
AGAIN = "The run uses your own dloss_dw too, which is not right yet: look at the curve again once that is mended."
ELSEWHERE = "The picture shows the losses of one run and nothing else; what train loses points for stands above."


def wrong(id: str, outcome: str = "failed") -> CheckResult:
    return samples.check(id, outcome, rationale="What was seen.")


def drawn(*ids: str, parts_at: int | None = None, band: bool = True) -> Report:
    """A report in which these checks fail, with a curve."""
    curve = samples.curve(parts_at=parts_at)
    if not band:
        curve |= {"low": [], "high": []}
    return samples.report("s", {id: wrong(id) for id in ids}, evidence={"curves": {"train": curve}})


@pytest.mark.parametrize(
    ("report", "sentence"),
    [
        (drawn("dloss_dw/values", parts_at=40), NO_FAULT),
        (drawn(parts_at=40), NO_POINT),
        (drawn("dloss_dw/values", "train/weights", parts_at=40), AGAIN),
        (drawn("train/weights"), ELSEWHERE),
        (drawn("train/weights", parts_at=40), ""),
        (drawn("dloss_dw/values"), ""),
        (drawn(), ""),
        (drawn("train/weights", band=False), ""),
        (drawn(parts_at=40, band=False), ""),
    ],
)
def test_a_curve_that_does_not_fit_what_is_said_of_train_is_explained(report: Report, sentence: str) -> None:
    """Green train beside a curve that leaves the band, red train beside one that stays: the sentence says why."""
    text = Reader(page(report)).text
    found = [each for each in (NO_FAULT, NO_POINT, AGAIN, ELSEWHERE) if each in text]
    assert found == ([sentence] if sentence else [])


def test_all_that_the_run_uses_is_named() -> None:
    """A wrong forward and a wrong loss spoil the curve as a wrong gradient does."""
    report = drawn("forward/values", "loss/values", parts_at=3)
    assert "your own forward and loss too, which are not right yet" in page(report)


@pytest.mark.parametrize("parts_at", [0, 1, 40, 104, 105, 106, 209, 210])
def test_no_label_covers_a_curve(parts_at: int) -> None:
    """Every label stands above, below or beside the field in which curves are drawn, and inside the picture."""
    curve = samples.curve(parts_at=parts_at)
    figure = plots.curve(*(plots.numbers(curve[name]) for name in ("values", "low", "high")), parts_at)
    assert figure is not None
    labels = re.findall(r'<text x="([\d.-]+)" y="([\d.-]+)" text-anchor="(\w+)">([^<]*)</text>', str(figure.svg))
    assert f"leaves the band at {parts_at}" in [label[3] for label in labels]
    for x, y, anchor, text in labels:
        wide = 6.6 * len(text)
        left = float(x) - {"start": 0.0, "middle": wide / 2, "end": wide}[anchor]
        top, bottom = float(y) - 10, float(y) + 3
        above, below = bottom <= plots.TOP, top >= plots.HEIGHT - plots.BOTTOM
        assert above or below or left + wide <= plots.LEFT, text
        assert left >= 0
        assert left + wide <= plots.WIDTH
        assert top >= 0
        assert bottom <= plots.HEIGHT


def by_people(report: Report) -> Report:
    """A mark with everything in it: points changed, a question that people mark, extra credit, lateness, a comment."""
    parts = tuple(
        Part(name, own["max_score"], own["score"], 3.0 if name == "dloss_dw" else None, 0.5 if name == "train" else 0.0)
        for name, own in report.methods.items()
    )
    parts += (Part("explain", 2.0, None, 1.5),)
    score = sum((part.auto if part.manual is None else part.manual) + part.extra for part in parts)
    return replace(report, mark=FinalMark(parts, 12.0, score, 1.0, (("dloss_dw", "Mind the sign."),), "Ada Lovelace"))


def test_where_points_come_from_is_told_whatever_the_cells_are_called() -> None:
    """A declared assignment's cells have names of its own; only ordinary ones are marked by their notebook's tests."""
    part = Part("softmax_loss", 4.0, 1.0, 3.0)
    mark = FinalMark((part,), 4.0, 3.0)
    report = Report("", "s1", "softmax", "graded", 4.0, mark=mark)
    assert mark_words.account(report)[0][0] == "Points from the autograder"
    tested = replace(report, mark=replace(mark, tested=True))
    assert mark_words.account(tested)[0][0] == "Points from the tests in the notebook"


def test_cells_stand_in_the_notebooks_order() -> None:
    parts = tuple(Part(name, 1.0, 0.0, 1.0) for name in ("backward", "forward", "why"))
    report = Report("", "s1", "net", "graded", 3.0, mark=FinalMark(parts, 3.0, 3.0))
    said = [what.partition(":")[0] for what, _ in mark_words.account(report, ["forward", "", "backward"])]
    assert said == ["Points from the autograder", "forward", "backward", "why", "Total"]


def test_what_people_gave_stands_where_it_is_read() -> None:
    """Name, headline, account, total and comment are the gradebook's; so is the sentence beside the method."""
    html = page(by_people(samples.sign_fault("s1")))
    text = assert_inert(html, PAGE).text
    for said in (
        "shallow_narrow · s1 Ada Lovelace",
        "9.25 of 12 points",
        "Points from the autograder 6.25",
        "dloss_dw: 1 changed to 3 by hand +2",
        "explain: graded by a person, out of 2 +1.5",
        "train: extra credit +0.5",
        "Penalty for handing in late −1",
        "Total 9.25 of 12 points",
        "Your instructor gave 3 of 4 points for this. What the autograder found:",
        "dloss_dw Mind the sign.",
    ):
        assert said in text, said
    assert text.count("Your instructor gave") == 1


def test_points_that_only_people_give_are_told_as_that() -> None:
    """The page says how the mark came about; nothing was changed."""
    report = samples.waiting(samples.sign_fault("s1"), 3.0, given=2.0)
    text = Reader(page(report)).text
    assert "Graded by a person: explain (2 of 3 points)." in text
    assert "explain: graded by a person, out of 3 +2" in text
    assert "not the autograder’s alone" not in text


def test_who_handed_in_nothing_is_told_that_and_the_mark() -> None:
    text = Reader(page(samples.absent("s1", "Ada Lovelace"))).text
    assert "0 of 10 points Nothing was handed in." in text


def test_whom_a_person_gave_points_for_nothing_on_file_has_them() -> None:
    """An oral, say: it counts as any mark does, and nothing is said of what was not handed in."""
    nothing = samples.absent("s1", "Ada Lovelace")
    assert nothing.mark is not None
    given = replace(nothing, mark=replace(nothing.mark, parts=(Part("forward", 10.0, 0.0, 5.0),), score=5.0))
    assert mark_words.handed_in([nothing, given]) == [given]
    text = Reader(page(given)).text
    assert "5 of 10 points Marked by hand, not by the autograder." in text
    assert "Nothing was handed in." not in text


def test_a_mark_of_other_points_is_not_settled_whatever_waits_beside_it() -> None:
    """A question that a person grades does not turn it into a fault of ours, nor into points so far."""
    report = samples.report("s1", by_hand=(ByHand("explain", 2.0),), withheld="it was graded out of 10 points")
    verdict = verdicts.verdict(report)
    assert (verdict.headline, verdict.sentence) == ("No mark yet", "Your mark is not settled yet.")


def test_full_marks_by_hand_look_full() -> None:
    """Points that a person gave are as good as others; the verdict still says what to look at."""
    report = samples.sign_fault("s1")
    part = Part("dloss_dw", 10.0, report.auto_score, 10.0)
    verdict = verdicts.verdict(replace(report, mark=FinalMark((part,), 10.0, 10.0)))
    assert (verdict.outcome, verdict.headline) == ("passed", "10 of 10 points")
    assert "Look again at dloss_dw and train." in verdict.sentence


def test_a_penalty_that_takes_nothing_is_shown_as_nothing() -> None:
    """No sign before a zero."""
    mark = FinalMark((Part("forward", 10.0, 0.0),), 10.0, 0.0, 4.0)
    assert ("Penalty for handing in late", "0") in mark_words.account(replace(samples.unreadable(), mark=mark))
