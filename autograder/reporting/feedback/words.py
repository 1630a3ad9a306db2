"""The words that every renderer shares, so that terminal, page, notebook and export say the same."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from autograder.core import CheckResult, Diagnosis, Report

SYMBOLS = {
    "passed": "✓",
    "partial": "◐",
    "failed": "✗",
    "errored": "✗",
    "timed_out": "✗",
    "skipped": "–",
    "internal_error": "!",
}
SENTENCES = 20  # of one kind, one by one; the rest are counted
FAULTS = {
    "not-implemented": "is not written yet, or incomplete",
    "raises": "raises an exception",
    "timed-out": "takes too long",
    "wrong-type": "returns the wrong kind of thing",
    "wrong-shape": "has the wrong shape",
    "transposed": "has its axes swapped",
    "not-finite": "gives NaN or infinity",
    "sign": "has its sign turned round",
    "factor": "is off by a constant factor, or has one in its formula that is not asked",
    "mean-for-sum": "divides once too often by a number of samples or elements",
    "sum-for-mean": "leaves out the division by a number of samples or elements",
    "swapped": "has two things in each other's place",
    "missing-upstream": "leaves out a weight, the input, a part of the error or another factor of the chain rule",
    "missing-activation-derivative": "leaves out the activation's derivative",
    "wrong-activation-derivative": "uses the activation's derivative wrongly",
    "bias": "mishandles the bias",
    "mutates-arguments": "changes its arguments",
    "mutates-weights": "changes the weights, or what else its object keeps",
    "sequential-update": "takes a value before an update that is asked after it, or the other way round",
    "loss-after-update": "records the loss, or what else it records, one step late",
    "epoch-count": "makes the wrong number of steps or records",
    "ascends": "climbs the gradient instead of descending",
    "ignores-lr": "does not use the learning rate as given",
    "no-update": "does not change what it should change, or not in every round",
    "numerical-gradient": "computes the gradient numerically",
    "hard-coded": "gives the same answer whatever the input or the weights, or has a number of its own for an argument",
    "early-stop": "ends a run, or picks its weights, by a rule of its own",
    "other-optimiser": "makes another step than plain gradient descent",
    "missing-package": "needs a package that is not there when it is graded",
    "different": "differs from the right answer",
}
UNREADABLE = "no work on this lesson could be read from this file"
_CELL_NOTE = re.compile(r"cell (?P<cell>\d+) (?P<rest>.+)", re.DOTALL)


def number(value: float) -> str:
    """Points as people write them: 2, 2.5, 0.333."""
    return f"{value:.3f}".rstrip("0").rstrip(".")


def points(score: float, max_score: float) -> str:
    """`1 of 4 points`."""
    return f"{number(score)} of {number(max_score)} {'point' if max_score == 1 else 'points'}"


def worth_of(cells: Mapping[str, float]) -> str:
    """`explain (3 points) and why (1 point)`."""
    return listed(f"{name} ({number(worth)} {'point' if worth == 1 else 'points'})" for name, worth in cells.items())


def first(sentences: Sequence[str], rest: str) -> list[str]:
    """Of more sentences than a terminal holds the first ones, and how many more there are of what `rest` names."""
    more = len(sentences) - SENTENCES
    return [*sentences[:SENTENCES], *([f"… and {more} more {rest}"] if more > 0 else [])]


def listed(names: Iterable[str]) -> str:
    """`a, b and c`."""
    items = list(names)
    return items[0] if len(items) == 1 else f"{', '.join(items[:-1])} and {items[-1]}" if items else ""


def fault(code: str) -> str:
    """What a diagnosis code says of a method; an unknown code stands for itself."""
    return FAULTS.get(code, code)


def who(report: Report) -> str:
    """The student's id, or the submission's path where there is none."""
    return report.student if report.student is not None else report.submission


def untold(check: CheckResult) -> tuple[list[str], list[Diagnosis]]:
    """What the diagnoses add to a check's rationale: the codes that it tells in full, and those left to tell."""
    rationale = " ".join(check.rationale.split())
    stated = [
        diagnosis
        for diagnosis in check.diagnoses
        if diagnosis.detail and " ".join(diagnosis.detail.split()) in rationale
    ]
    return list(dict.fromkeys(diagnosis.code for diagnosis in stated)), [f for f in check.diagnoses if f not in stated]


def notes(report: Report) -> list[str]:
    """The report's notes; those that differ in the number of a cell alone become one."""
    cells: dict[tuple[bool, str], list[str]] = {}
    for note in report.notes:
        match = _CELL_NOTE.fullmatch(note)
        key = (True, match["rest"]) if match else (False, note)
        cells.setdefault(key, []).append(match["cell"] if match else "")
    return [
        f"{'cell' if len(numbers) == 1 else 'cells'} {listed(numbers)} {rest}" if in_cell else rest
        for (in_cell, rest), numbers in cells.items()
    ]


def isolation_note(report: Report) -> str:
    """A sentence where the submission ran behind another boundary than the strongest, else nothing."""
    if report.isolation == "namespaces":
        return ""
    return (
        f"This submission ran with isolation “{report.isolation}”, not in namespaces of its own: "
        "the boundary between it and the grader's machine was weaker than usual."
    )
