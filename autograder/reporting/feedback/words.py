"""The words that every renderer shares, so that terminal, page, notebook and export say the same.

A check's title is a claim ("the gradients are right"); the outcome's word answers it ("not yet").
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from autograder.core import ABSENT, CheckResult, Code, Diagnosis, FinalMark, Part, Report

SYMBOLS = {
    "passed": "✓",
    "partial": "◐",
    "failed": "✗",
    "errored": "✗",
    "timed_out": "✗",
    "skipped": "–",
    "internal_error": "!",
}
ANSWERS = {
    "passed": "yes",
    "partial": "partly",
    "failed": "not yet",
    "errored": "stopped by an error",
    "timed_out": "ran out of time",
    "skipped": "not checked",
    "internal_error": "could not be checked, our fault",
}
METHOD_WORDS = {
    "passed": "right",
    "partial": "partly right",
    "failed": "not right yet",
    "errored": "stopped by an error",
    "timed_out": "ran out of time",
    "skipped": "not checked",
    "internal_error": "not scored, our fault",
}
SENTENCES = 20  # of one kind, one by one; the rest are counted
NOT_WRITTEN = "not written yet"
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
OUR_FAULT = (
    "No score yet: the autograder itself failed here. This is our fault, not yours, and it costs you nothing; "
    "your instructor will grade it again."
)
UNREADABLE = "no work on this lesson could be read from this file"
MARKED_BY_HAND = "Marked by hand, not by the autograder."
MARKED_BY_TESTS = "Marked by the tests in the notebook, and by hand where it says so."
AS_IT_STANDS = "as it stands"
_CELL_NOTE = re.compile(r"cell (?P<cell>\d+) (?P<rest>.+)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Verdict:
    """A submission's result in words: `headline` is the score, `sentence` what to make of it."""

    symbol: str
    outcome: str
    headline: str
    sentence: str


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


def checks_of(report: Report, method: str) -> list[CheckResult]:
    """The checks of one method, in the report's order."""
    return [check for check in report.checks if check.method == method]


def methods_of(report: Report) -> list[str]:
    """The methods that were judged, in the order of their checks, which is that of the notebook."""
    return [*dict.fromkeys(check.method for check in report.checks)]


def method_score(report: Report, method: str) -> tuple[float, float] | None:
    """Points earned and to be had for a method; None where the report gives none."""
    if report.verdict == "internal_error":
        return None
    points = report.methods.get(method)
    if points is not None:
        return points["score"], points["max_score"]
    other = checks_of(report, method)
    return (sum(check.score for check in other), sum(check.max_score for check in other)) if other else None


def method_outcome(report: Report, method: str) -> str:
    """The one outcome that sums up a method's checks."""
    outcomes = {check.outcome for check in checks_of(report, method)}
    if report.verdict == "internal_error" or "internal_error" in outcomes:
        return "internal_error"
    if not outcomes:
        return "failed" if report.verdict == "unreadable" else "skipped"
    judged = outcomes - {"skipped"}
    if not judged or judged == {"passed"}:
        return "skipped" if outcomes == {"skipped"} else "passed" if "skipped" not in outcomes else "partial"
    if "passed" in judged or "partial" in judged:
        return "partial"
    return judged.pop() if len(judged) == 1 else "failed"


def unbegun(check: CheckResult) -> bool:
    """Whether a check met what stands there as it was given, to be written: what it asks, or a part that that uses.

    What is not defined at all has the same code and is `failed`: it may be there under another name.
    """
    return check.outcome == "errored" and {diagnosis.code for diagnosis in check.diagnoses} == {Code.NOT_IMPLEMENTED}


def unwritten(report: Report, method: str) -> bool:
    """Whether all that is wrong with a method is that it, or a part that it uses, was not begun."""
    judged = [check for check in checks_of(report, method) if check.outcome != "skipped"]
    return report.verdict == "graded" and bool(judged) and all(map(unbegun, judged))


def to_write(report: Report) -> list[str]:
    """What is still to be written, by its name: of an unwritten method that itself, or the part that it uses."""
    checks = [check for check in report.checks if unbegun(check) and unwritten(report, check.method)]
    named = [(check.method, diagnosis.of) for check in checks for diagnosis in check.diagnoses]
    return list(dict.fromkeys(_to_write(method, of) for method, of in named))


def _to_write(method: str, of: str) -> str:
    if not of:
        return f"{method}, or something that it uses"
    return method if _is_own(method, of) else of


def _is_own(method: str, of: str) -> bool:
    """Whether a name is that of the method which a check is about, and not of a part that it uses."""
    name = method.replace("-", ".")  # the id of a grade cell: `Net-forward`, and `forward-dk` for one of its results
    return any(name == each or name.startswith(f"{each}.") for each in (of, of.rpartition(".")[2]))


def answer(check: CheckResult) -> str:
    """The word that answers a check's title."""
    own = unbegun(check) and all(_is_own(check.method, diagnosis.of) for diagnosis in check.diagnoses)
    return NOT_WRITTEN if own else ANSWERS[check.outcome]


def method_word(report: Report, method: str) -> str:
    """What a method's points say of it, in a word or two."""
    if not unwritten(report, method):
        return METHOD_WORDS[method_outcome(report, method)]
    whole = NOT_WRITTEN in map(answer, checks_of(report, method))
    return NOT_WRITTEN if whole else "not all written yet"


def untold(check: CheckResult) -> tuple[list[str], list[Diagnosis]]:
    """What the diagnoses add to a check's rationale: the codes that it tells in full, and those left to tell."""
    rationale = " ".join(check.rationale.split())
    stated = [
        diagnosis
        for diagnosis in check.diagnoses
        if diagnosis.detail and " ".join(diagnosis.detail.split()) in rationale
    ]
    return list(dict.fromkeys(diagnosis.code for diagnosis in stated)), [f for f in check.diagnoses if f not in stated]


def routes(report: Report, method: str) -> list[str]:
    """How a method's checks were judged, where that was not as it stands: `with right results from …`."""
    every = dict.fromkeys(check.route for check in checks_of(report, method))
    return [route for route in every if route and route != AS_IT_STANDS]


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


def worth(report: Report) -> float:
    """The points that could be had: the gradebook may count questions that the autograder does not."""
    return report.max_score if report.mark is None else report.mark.max_score


def absent(report: Report) -> bool:
    """Whether it tells of the mark alone that somebody has who handed in nothing, and was given nothing by a person."""
    mark = report.mark
    return mark is not None and mark.absent and not mark.entered and not report.submission


def handed_in(reports: Iterable[Report]) -> list[Report]:
    """The reports of what was handed in."""
    return [report for report in reports if not absent(report)]


def by_hand(report: Report) -> bool:
    """Whether the mark is another than what was found and asked for, or has something to it that a person wrote.

    Points of a person where the autograder gives none are what the assignment asks for.
    """
    mark = report.mark
    return mark is not None and bool(mark.overruled or mark.extra or mark.penalty or mark.comments)


def accounted(report: Report) -> bool:
    """Whether there is more to a mark than the points of the autograder."""
    return by_hand(report) or (report.mark is not None and bool(report.mark.changed or report.waiting))


def account(report: Report, order: Sequence[str] = ()) -> list[tuple[str, str]]:
    """How the mark came about, line by line: what it is, and its points; empty where the gradebook was not asked.

    Cells stand in the order of the report's checks, or of `order` where it has none.
    """
    mark = report.mark
    if mark is None:
        return []
    source = "Points from the tests in the notebook" if mark.tested else "Points from the autograder"
    places = {name: place for place, name in enumerate(report.methods or order)}

    def place(part: Part) -> tuple[int, str]:
        return places.get(part.name, len(places)), part.name

    lines = [(ABSENT.rstrip(".") if mark.absent else source, number(mark.auto))]
    for part in sorted(mark.changed, key=place):
        if part.auto is None:
            lines.append((f"{part.name}: graded by a person, out of {number(part.max_score)}", _signed(_change(part))))
            continue
        was = number(part.auto)
        lines.append((f"{part.name}: {was} changed to {number(part.manual or 0.0)} by hand", _signed(_change(part))))
    for part in sorted(mark.parts, key=place):
        if part.extra:
            lines.append((f"{part.name}: extra credit", _signed(part.extra)))
    if mark.penalty:
        lines.append(("Penalty for handing in late", _signed(mark.total - mark.score)))
    elif mark.score < 0:
        lines.append(("A mark is never below 0", _signed(-mark.score)))
    lines += [
        (f"{name}: still to be graded by a person", f"up to {number(worth)}") for name, worth in report.waiting.items()
    ]
    return [*lines, ("Total so far" if mark.waiting else "Total", points(mark.total, mark.max_score))]


def so_far(report: Report) -> float | None:
    """The points that are there: the score, or what there is of it while a person has yet to grade the rest."""
    return report.mark.total if report.waiting and report.mark is not None else report.score


def worth_so_far(report: Report) -> float:
    """The points that could be had in what is graded."""
    return worth(report) - sum(report.waiting.values())


def by_people(report: Report) -> list[tuple[str, str]]:
    """The cells of which a person gives the points, each with what came of it."""
    parts = {part.name: part for part in report.mark.parts} if report.mark is not None else {}
    cells = []
    for cell in report.by_hand:
        part = parts.get(cell.name)
        if part is not None and part.manual is not None:
            said = f"{points(part.manual, cell.max_score)}, graded by a person"
        elif cell.answered:
            said = f"still to be graded by a person, up to {number(cell.max_score)} points"
        else:
            said = f"{points(0, cell.max_score)}: nothing was written there"
        cells.append((cell.name, said))
    return cells


def again(report: Report) -> list[str]:
    """The cells that a person has graded and, as the gradebook says, is to look at again."""
    return [part.name for part in report.mark.parts if part.again] if report.mark is not None else []


def comments(report: Report) -> list[tuple[str, str]]:
    """What a person wrote about a submission, each with the cell that it stands beside."""
    return [] if report.mark is None else list(report.mark.comments)


def given_by_a_person(report: Report, method: str) -> str:
    """What a person made of a method's points, in a sentence; empty where they are the autograder's."""
    parts = [] if report.mark is None else [part for part in report.mark.changed if part.name == method]
    return "".join(f"Your instructor gave {points(part.manual or 0.0, part.max_score)} for this." for part in parts)


def _change(part: Part) -> float:
    return (part.manual or 0.0) - (part.auto or 0.0)


def _signed(value: float) -> str:
    return f"{'−' if value < 0 else '+' if value else ''}{number(abs(value))}"


def verdict(report: Report) -> Verdict:
    """The submission's result in words, the score first."""
    score = so_far(report)
    if report.withheld and not report.waiting:
        return Verdict(SYMBOLS["internal_error"], "internal_error", "No mark yet", "Your mark is not settled yet.")
    if score is None:
        return Verdict(SYMBOLS["internal_error"], "internal_error", "Not scored", OUR_FAULT)
    headline = points(score, worth(report)) + (" so far" if report.waiting else "")
    still = f"Still to be graded by a person: {worth_of(report.waiting)}." if report.waiting else ""
    if report.verdict == "unreadable":
        sentence = f"Nothing could be graded: {UNREADABLE}."
        if by_hand(report):
            sentence += " The mark is not the autograder’s alone: see how it came about."
        outcome = _standing(report, score)
        return Verdict(SYMBOLS[outcome], outcome, headline, sentence)
    if report.auto_score is None or not report.checks:
        outcome = "partial" if still else _standing(report, score)
        return Verdict(SYMBOLS[outcome], outcome, headline, still or without_report(report.mark))
    names = methods_of(report)
    right = [name for name in names if method_outcome(report, name) == "passed"]
    blank = [name for name in names if unwritten(report, name)]
    rest = [name for name in names if name not in right and name not in blank]
    if not rest and not blank and not still and abs(score - worth(report)) < 1e-5:  # marks are rounded
        return Verdict(SYMBOLS["passed"], "passed", headline, "Full marks. Everything that was checked is right.")
    parts = [f"Right: {listed(right)}."] if right else []
    parts += [f"Look again at {listed(rest)}."] if rest else []
    parts += [f"Still to write: {listed(to_write(report))}."] if blank else []
    given = [part for part in report.mark.changed if part.auto is None] if report.mark is not None else []
    if given:
        said = (f"{part.name} ({points(part.manual or 0.0, part.max_score)})" for part in given)
        parts.append(f"Graded by a person: {listed(said)}.")
    parts += [still] if still else []
    if by_hand(report):
        parts.append("The mark is not the autograder’s alone: see how it came about.")
    outcome = "partial" if still else _standing(report, score)
    return Verdict(SYMBOLS[outcome], outcome, headline, " ".join(parts) or "Nothing was checked.")


def _standing(report: Report, score: float) -> str:
    """The outcome that a mark shows: full marks that a person gave are as full as others."""
    if report.mark is not None and score >= worth(report) - 1e-5:  # marks are rounded
        return "passed"
    return "partial" if score > 0 else "failed"


def without_report(mark: FinalMark | None) -> str:
    """Where a mark comes from that the autograder has no report on."""
    if mark is not None and mark.absent:
        return MARKED_BY_HAND if mark.entered else ABSENT
    if mark is None or all(part.auto is None for part in mark.parts):
        return MARKED_BY_HAND
    return MARKED_BY_TESTS


def isolation_note(report: Report) -> str:
    """A sentence where the submission ran behind another boundary than the strongest, else nothing."""
    if report.isolation == "namespaces":
        return ""
    return (
        f"This submission ran with isolation “{report.isolation}”, not in namespaces of its own: "
        "the boundary between it and the grader's machine was weaker than usual."
    )
