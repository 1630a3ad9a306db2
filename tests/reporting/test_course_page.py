"""The page over all assignments."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from autograder.core.report import Diagnosis, Report
from autograder.reporting.feedback import write_course
from autograder.reporting.feedback.course_page import page
from tests.reporting.test_feedback import CLASS_PAGE, Reader, assert_inert
from tests.support import sample_reports as samples

ROSTER = {"s1": "Ada", "s2": "Bo", "s3": "Cy"}


def of(assignment: str, student: str, *ids: str) -> Report:
    wrong = {id: samples.check(id, "failed", diagnoses=(Diagnosis("sign", "dloss_dw1"),)) for id in ids}
    return samples.report(student, wrong, assignment=assignment)


@pytest.fixture
def classes() -> dict[str, list[Report]]:
    """Ada has all right; Bo the same fault twice; Cy is low in one and handed in nothing for the other."""
    return {
        "first": [of("first", "s1"), of("first", "s2", "dloss_dw/values"), of("first", "s3", *samples.CHECKS)],
        "second": [of("second", "s1"), of("second", "s2", "dloss_dw/values")],
    }


def test_who_is_low_or_missing_in_several_needs_help(classes: dict[str, list[Report]]) -> None:
    """With the reason; once is not several."""
    text = Reader(page(classes, roster=ROSTER)).text
    assert "1 is below half of the points, or handed in nothing, in 2 assignments or more" in text
    assert "Cy s3 below half of the points in first; nothing handed in for second" in text


def test_a_fault_that_comes_back_is_told_with_the_places(classes: dict[str, list[Report]]) -> None:
    """A fault of one assignment alone is that assignment's business."""
    text = Reader(page(classes, roster=ROSTER)).text
    assert "dloss_dw has its sign turned round [sign] 1 student Bo s2 : first, second" in text
    assert "forward has its sign" not in text


def test_marks_stand_beside_each_other_with_their_sum(classes: dict[str, list[Report]]) -> None:
    """Everybody on the roster, a dash for nothing handed in."""
    text = Reader(page(classes, roster=ROSTER)).text
    assert "Ada s1 ✓ 10 ✓ 10 20" in text
    assert "Bo s2 ◐ 7 ◐ 7 14" in text
    assert "Cy s3 ✗ 0 – 0" in text
    assert "first 3 0 0 57 % 1 1" in text
    assert "second 2 1 0 85 % 0 1" in text


def test_who_handed_in_nothing_is_missing_whatever_the_mark(classes: dict[str, list[Report]]) -> None:
    """Counted there and nowhere else; the 0 stands in its place."""
    classes["second"].append(samples.absent("s3", assignment="second"))
    text = Reader(page(classes, roster=ROSTER)).text
    assert "second 2 1 0 85 % 0 1" in text
    assert "Cy s3 below half of the points in first; nothing handed in for second" in text
    assert "Cy s3 ✗ 0 0 (nothing handed in) 0" in text


def test_who_waits_for_a_person_is_told_by_the_points_so_far(classes: dict[str, list[Report]]) -> None:
    """In the means, the marks and their sum, and among those who need help; each time that is said."""
    waiting = samples.waiting(of("second", "s3", *samples.CHECKS), 4.0)
    classes["second"] = [*classes["second"], waiting]
    text = Reader(page(classes, roster=ROSTER)).text
    assert "Cy s3 below half of the points in first and second (so far)" in text
    assert "second 3 0 1 57 % so far 1 1" in text
    assert "Cy s3 ✗ 0 ◐ 0 so far 0 so far" in text
    assert "where a person has yet to grade a part, of what is graded so far" in text
    assert "10 20" in text


def test_every_link_leads_to_a_file(tmp_path: Path, classes: dict[str, list[Report]]) -> None:
    """Down to every class and student, and up again."""
    paths = write_course(classes, tmp_path, roster=ROSTER)
    for path in paths:
        reader = assert_inert(path.read_text("utf-8"), CLASS_PAGE)
        for _, name, value in reader.attributes:
            if name == "href" and not value.startswith("#"):
                assert (path.parent / value).resolve() in paths
    assert paths[0] == tmp_path / "index.html"
    assert "../index.html" in (tmp_path / "first" / "index.html").read_text("utf-8")


def test_hostile_reports_do_nothing_here_either() -> None:
    """Every shape, in two assignments."""
    shapes = samples.every_shape()
    again = [replace(report, assignment="second") for report in shapes]
    hostile = {text: text for text in samples.HOSTILE}
    assert_inert(page({"shallow_narrow": shapes, "second": again}, roster=hostile), CLASS_PAGE)
    assert_inert(page({}, roster=None), CLASS_PAGE)
