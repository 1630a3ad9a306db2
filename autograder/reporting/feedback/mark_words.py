"""What is said of a mark: what the gradebook counts, who gave what of it, and whether anything was handed in."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from autograder.core import ABSENT, Part, Report
from autograder.reporting.feedback.words import number, points


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
