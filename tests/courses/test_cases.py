"""The ten assignments hold what they say of themselves, in plain Python."""

from __future__ import annotations

from functools import cache

import nbformat
import numpy as np
import pytest

from tests.courses.cases import Course, Variant, courses
from tests.courses.declared import Array, Asked, Declared, Values, callables, declared, difference, named, results, same

TURNS = 2  # draws of each situation


@cache
def read(name: str) -> tuple[Asked, Declared]:
    """The solution of a course, run, and what is declared of it."""
    course = {course.name: course for course in COURSES}[name]
    solution = Asked(course.source, Declared())
    solution.said = declared(course.declaration, solution.namespace)
    return solution, solution.said


SPECIAL = {  # situations of which no draw is one
    ("softmax_l2", "softmax_loss"): lambda values: values | {"W": 1000 * values["W"]},
    ("k_means", "assign"): lambda values: values | {"X": 0 * values["X"], "centres": np.sign(values["centres"])},
}


@cache
def asked_and_expected(course: str, name: str) -> list[tuple[Values, dict[str, Array]]]:
    """Drawn arguments, and the lesson's own data where there are some, with what the solution answers."""
    solution, said = read(course)
    drawn = [said.values(sizes, 10 * k + turn) for k, sizes in enumerate(said.situations()) for turn in range(TURNS)]
    own = [drawn[0] | values for asked, values in said.own if asked == name]
    special = [SPECIAL[course, name](drawn[-1])] if (course, name) in SPECIAL else []
    questions = drawn + own + special
    return [(values, solution.answer(name, values)) for values in questions]


COURSES = courses()
EACH = pytest.mark.parametrize("course", COURSES, ids=lambda course: course.name)


def test_there_are_ten() -> None:
    assert len(COURSES) == 10


@EACH
def test_an_assignment_has_at_least_four_right_and_twelve_wrong_variants_over_all_its_callables(course: Course) -> None:
    solution, _ = read(course.name)
    assert len(course.right) >= 4
    assert len(course.wrong) >= 12
    assert {variant.callable for variant in course.wrong} == set(callables(solution.namespace))


@EACH
def test_a_declaration_is_one_cell_of_at_most_25_lines(course: Course) -> None:
    assert len(course.declaration.splitlines()) <= 25


@EACH
def test_grade_cells_name_every_callable_or_all_of_its_results(course: Course) -> None:
    solution, _ = read(course.name)
    names = callables(solution.namespace)
    parts = {name: {f"{name}.{part}" for part in results(named(solution.namespace, name))} for name in names}
    notebook = nbformat.read(course.path, as_version=4)
    nbformat.validate(notebook)
    metadata = [cell.metadata.nbgrader for cell in notebook.cells if "nbgrader" in cell.metadata]
    ids = [cell.grade_id for cell in metadata]
    by_machine = [cell for cell in metadata if cell.grade and not cell.solution]
    assert len(ids) == len(set(ids))
    scored = {cell.grade_id for cell in by_machine}
    assert scored <= set(names).union(*parts.values())
    assert all(name in scored or parts[name] <= scored for name in names)
    assert len({cell.points for cell in by_machine}) > 1
    assert not any(cell.get("outputs") for cell in notebook.cells)


def test_two_assignments_have_an_answer_that_a_person_grades() -> None:
    notebooks = [nbformat.read(course.path, as_version=4) for course in COURSES]
    by_hand = [any(c.metadata.get("nbgrader", {}).get("grade") and c.metadata.nbgrader.solution for c in n.cells)
               for n in notebooks]  # fmt: skip
    assert sum(by_hand) == 2


@EACH
def test_declared_slopes_are_those_of_central_differences(course: Course) -> None:
    solution, said = read(course.name)
    for slope in said.slopes:
        for k, sizes in enumerate(said.situations()):
            values = said.values(sizes, 10 * k)
            answered = solution.call(slope.by_whom, values)[0]
            for by, wrt in zip(slope.by, slope.wrt, strict=True):
                result, _, key = by.partition(".")
                analytic = answered[result][key] if key else answered[result]
                numeric = difference(solution, slope, wrt, values)
                assert np.shape(analytic) == numeric.shape, by
                assert np.max(np.abs(analytic - numeric)) <= 1e-7 * max(1, np.max(np.abs(numeric))), (by, sizes)


@EACH
def test_right_variants_answer_as_the_solution_does(course: Course) -> None:
    solution, said = read(course.name)
    for variant in course.right:
        other = Asked(variant.source, said, solution.namespace)
        for name in callables(solution.namespace):
            for values, expected in asked_and_expected(course.name, name):
                assert same(other.answer(name, values), expected), (variant.name, name)


def tells_apart(course: Course, variant: Variant) -> bool:
    """Whether the callable that is said to be wrong answers one question otherwise, or fails."""
    solution, said = read(course.name)
    other = Asked(variant.source, said, solution.namespace)
    for values, expected in asked_and_expected(course.name, variant.callable):
        with np.errstate(all="ignore"):
            try:
                answer = other.answer(variant.callable, values)
            except Exception:
                return True
        if not same(answer, expected):
            return True
    return False


@EACH
@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_wrong_variants_answer_otherwise(course: Course) -> None:
    alike = {f"{course.name}/{variant.name}" for variant in course.wrong if not tells_apart(course, variant)}
    assert alike == set()


@EACH
def test_a_wrong_variant_leaves_the_other_callables_as_they_are(course: Course) -> None:
    """What is written otherwise is the callable of the file's name, and helpers that are new."""
    before = course.solution.functions()
    for variant in course.wrong:
        after = variant.functions()
        assert {name for name in before if after[name] != before[name]} == {variant.callable}
