"""Whether the judge tells right from wrong: the reference's mutants, its right variants and the named faults."""

from __future__ import annotations

import importlib
import os
import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from autograder import assignments
from autograder.assignments import NO_FAULTS, Assignment, is_declared, library, load_reference
from autograder.authoring.declared import problems
from autograder.authoring.verification.mutants import Mutant, mutants
from autograder.authoring.verification.tolerance_report import Margin, fair_and_mild, margins
from autograder.authoring.verification.trial import grade_all
from autograder.authoring.verification.variants import right_variants, wrong_variants
from autograder.core import METHODS, Course, Report, central_differences, relative_error
from autograder.judging import Rubric, rubric_of
from autograder.questions import Exam

LESSONS = Path(__file__).with_name("equivalents.toml")
PROVED = "its slopes and second solutions hold; every small change of the solution loses points or changes nothing"
# How far the described model, and central differences of its loss, may be from the reference.
AGREES = 1e-7
DIGITS = 1e-6


@dataclass(frozen=True, slots=True)
class Result:
    """What was found for one assignment; it is `sound` when nothing that is wrong passes and nothing right is hurt."""

    assignment: str
    killed: int
    survivors: tuple[str, ...]
    equivalents: Mapping[str, str]
    right: int
    hurt: tuple[str, ...]
    wrong: int
    missed: tuple[str, ...]
    disagreements: tuple[str, ...]
    margins: tuple[Margin, ...] = ()

    @property
    def sound(self) -> bool:
        """Whether the assignment may be released."""
        return not (self.survivors or self.hurt or self.missed or self.disagreements)


def verify(course: Course, names: Sequence[str], jobs: int | None = None, every: int = 1) -> Iterator[Result]:
    """Verify assignments one by one by the course's rubric, with each `every`-th mutant and known fault; raises
    NoReference for one that is not built, RubricError for a rubric that is not as it must be."""
    rubric = rubric_of(course.root)
    for name in names:
        yield verify_one(name, course.solution(name), jobs or os.cpu_count() or 1, rubric, every)


def verify_one(name: str, reference: Path, jobs: int = 1, rubric: Rubric | None = None, every: int = 1) -> Result:
    """Grade each `every`-th mutant and known fault of one reference and all its right variants, in the sandbox as
    submissions are, by a rubric (default: the package's)."""
    assignment = assignments.described(name)
    source = reference.read_text()
    equivalent = equivalents(name)
    changed = list(mutants(source, assignment.class_name))[::every]
    right = dict(right_variants(assignment, source))
    wrong = list(wrong_variants(assignment, source))[::every]
    near = list(fair_and_mild(assignment, source))
    sources = [each.source for each in changed] + list(right.values()) + [each.source for each in wrong]
    tried = list(grade_all(name, reference, sources + [text for *_, text in near], jobs, rubric))
    of_near = [(*each[:3], outcome) for each, outcome in zip(near, tried[len(sources) :], strict=True)]
    reports = [each.report for each in tried[: len(sources)]]
    hurt_near = [f"{method}: {way}" for method, way, fair, outcome in of_near if fair and lost(outcome.report)]
    passed = [
        f"{method}: {way}" for method, way, fair, outcome in of_near if not fair and method not in lost(outcome.report)
    ]
    reached = {key: outcome.reached for key, outcome in zip(right, tried[len(changed) :], strict=False)}
    reached |= {f"{method} {way}": outcome.reached for method, way, fair, outcome in of_near if fair}
    mild = [(method, way, outcome.reached) for method, way, fair, outcome in of_near if not fair]
    of_mutants = reports[: len(changed)]
    of_right = reports[len(changed) : len(changed) + len(right)]
    of_wrong = reports[len(changed) + len(right) :]
    survivors = [each for each, report in zip(changed, of_mutants, strict=True) if not lost(report)]
    return Result(
        name,
        len(changed) - len(survivors),
        tuple(each.key for each in survivors if not _excused(each, equivalent)),
        {each.key: _excused(each, equivalent) for each in survivors if _excused(each, equivalent)},
        len(right),
        tuple(f"{key}: {', '.join(lost(report))}" for key, report in zip(right, of_right, strict=True) if lost(report))
        + tuple(hurt_near),
        len(wrong),
        tuple(each.complaint(report) for each, report in zip(wrong, of_wrong, strict=True) if each.complaint(report))
        + tuple(f"{each}: keeps its points" for each in passed),
        tuple(disagreements(assignment, reference)),
        tuple(margins(assignment, reached, mild)),
    )


def lost(report: Report) -> tuple[str, ...]:
    """The methods that lost points; all of them where there is no verdict."""
    if report.verdict != "graded":
        return METHODS
    return tuple(name for name, of in report.methods.items() if of["score"] < of["max_score"] - 1e-9)


def equivalents(name: str) -> dict[str, str]:
    """Changes that change nothing that a check may see, each with the reason: those of the course's own lessons, and
    what an assignment's description says of itself."""
    with LESSONS.open("rb") as file:
        reasons: dict[str, str] = tomllib.load(file).get(name, {})
    return reasons | getattr(importlib.import_module(f"{library.__name__}.{name}"), "EQUIVALENT", {})


def _excused(mutant: Mutant, known: Mapping[str, str]) -> str:
    return known.get(mutant.key, "")


def disagreements(assignment: Assignment, reference: Path) -> Iterator[str]:
    """Where the description's model, the reference and central differences of its loss do not agree."""
    exam = Exam(assignment, load_reference(reference, assignment))
    model = assignment.model
    for question in exam.of("dloss_dw"):
        call = question.calls[0]
        huge = max((float(np.abs(weight).max()) for weight in question.init if weight.size), default=0.0) > 1e6
        if len(question.calls) > 1 or huge or sum(weight.size for weight in question.init) > 2_000:
            continue
        x, y = call.args
        expected = exam.expected(question, 0).arrays
        described = model.gradients(question.init, x, y, NO_FAULTS)

        def loss(weights: Sequence[np.ndarray], x: np.ndarray = x, y: np.ndarray = y) -> float:
            return model.loss(model.predict(weights, x, NO_FAULTS), y, NO_FAULTS)

        differences = central_differences(loss, question.init)
        for name, gradient, slope in zip(assignment.gradients, described, differences, strict=True):
            if not relative_error(np.asarray(gradient), expected[name]) < AGREES:
                yield f"{question.id}: the described {name} is not the reference's"
            scale = max(float(np.abs(expected[each]).max()) for each in assignment.gradients)
            if not float(np.abs(slope - expected[name]).max()) <= DIGITS * max(scale, 1e-3):
                yield f"{question.id}: {name} is not the slope of the loss"


def run(course: Course, names: Sequence[str], *, jobs: int | None, every: int, out: Callable[[str], None]) -> int:
    """Verify assignments (all that are built where none is named) and tell; 0 only when every one is sound.

    A declared one is proved as its build proves it."""
    sound = True
    asked = names or [name for name in assignments.names() if course.solution(name).is_file()]
    declared = [name for name in asked if is_declared(course.solution(name))]
    for name in declared:
        complaints = problems(course, name)
        sound &= not complaints
        out(f"{name}: declared in its notebook; " + ("it is not proved" if complaints else PROVED))
        for line in complaints:
            out(f"  {line}")
    for result in verify(course, [name for name in asked if name not in declared], jobs, every):
        sound &= result.sound
        out(
            f"{result.assignment}: {result.killed} mutants told from it, {len(result.equivalents)} equivalent, "
            f"{len(result.survivors)} survive; {result.right} right variants, {len(result.hurt)} hurt; "
            f"{result.wrong} known faults, {len(result.missed)} missed"
        )
        for title, lines in (
            ("survives", result.survivors), ("hurt", result.hurt), ("missed", result.missed),
            ("disagrees", result.disagreements),
        ):  # fmt: skip
            for line in lines:
                out(f"  {title}: {line}")
        if result.survivors:
            out(
                "  A survivor is a change that no question told from the solution. If it changes nothing that matters, "
                f"write it into EQUIVALENT in the description, source/{result.assignment}.py, as printed and "
                "with the reason; else change the sizes, data or rates there until it shows."
            )
        for margin in result.margins:
            out(f"  tolerance: {margin}")
        for key, reason in result.equivalents.items():
            out(f"  equivalent: {key}: {reason}")
    return 0 if sound else 1


__all__ = ["Result", "run", "verify", "verify_one"]
