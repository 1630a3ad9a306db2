"""Who needs help with an assignment, with the reason in a sentence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from autograder.core import Report
from autograder.reporting.feedback import words
from autograder.reporting.feedback.text import one_line

FAULTS_NAMED = 3  # of one student; the page of the student has them all


@dataclass(frozen=True, slots=True)
class Need:
    """A submission whose mark is below half of the points, and why it is."""

    report: Report
    why: str


def needs(reports: Sequence[Report]) -> list[Need]:
    """Everybody whose mark is below half of the points, the lowest first; last who is there for lateness alone.

    Who has no mark (a fault of ours, a mark that is not settled) is not among them: nobody knows yet.
    """
    low = [report for report in reports if below_half(report)]
    low.sort(key=lambda report: (late_alone(report), _part(report), words.who(report)))
    return [Need(report, _why(report)) for report in low]


def below_half(report: Report) -> bool:
    """Whether the mark, as it counts, is less than half of the points; False without a mark."""
    return report.score is not None and _part(report) < 0.5


def late_alone(report: Report) -> bool:
    """Whether the mark is below half for a penalty only: the work itself has half of the points or more."""
    return below_half(report) and report.mark is not None and report.mark.score >= report.mark.max_score / 2


def _part(report: Report) -> float:
    """The mark as a part of what could be had."""
    most = words.worth(report)
    return (report.score or 0.0) / most if most else 1.0


def _why(report: Report) -> str:
    mark = report.mark
    taken = "" if mark is None or mark.total >= mark.score else words.number(mark.score - mark.total)
    late = f"handed in late: the penalty takes {taken} points" if taken else ""
    if mark is not None and late_alone(report):
        return f"{late}, the work itself has {words.number(mark.score)}"
    if report.verdict == "unreadable":
        why = one_line("; ".join(report.notes[:1]) or words.UNREADABLE, 160).rstrip(".")
    elif report.auto_score is None or not report.checks:
        why = "marked by hand, not by the autograder"
    else:
        why = _faults(report)
    changed = "points were changed by hand" if mark is not None and mark.changed else ""
    return "; ".join(filter(None, (why, late, changed)))


def _faults(report: Report) -> str:
    """What is not written, then what is wrong, method by method, in the words of the pages."""
    blank = [name for name in words.methods_of(report) if words.unwritten(report, name)]
    said = []
    for name in words.methods_of(report):
        if name in blank or words.method_outcome(report, name) in ("passed", "skipped"):
            continue
        checks = words.checks_of(report, name)
        codes = dict.fromkeys(diagnosis.code for check in checks for diagnosis in check.diagnoses)
        said += [f"{one_line(name, 24)} {words.fault(code)}" for code in codes] or [
            f"{one_line(name, 24)}: {words.method_word(report, name)}"
        ]
    more = len(said) - FAULTS_NAMED
    if more > 0:
        said = [*said[:FAULTS_NAMED], f"and {more} more"]
    unwritten = [f"{words.NOT_WRITTEN}: {words.listed(words.to_write(report))}"] if blank else []
    return "; ".join([*unwritten, *said])
