"""Who needs help with an assignment, with the reason in a sentence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from autograder.core import Report
from autograder.reporting.feedback import mark_words, method_words, verdicts, words
from autograder.reporting.feedback.text import one_line

FAULTS_NAMED = 3  # of one student; the page of the student has them all


@dataclass(frozen=True, slots=True)
class Need:
    """A submission that is below half of the points, and why it is; `so_far`: a person has yet to grade a part."""

    report: Report
    why: str

    @property
    def so_far(self) -> bool:
        return bool(self.report.waiting)


def needs(reports: Sequence[Report]) -> list[Need]:
    """Everybody who is below half of the points, the lowest first; last who is there for lateness alone.

    Who has no points (a fault of ours, a mark that is not settled) is not among them: nobody knows yet. Nor is who
    handed in nothing: there is no work to talk about.
    """
    low = [report for report in reports if below_half(report)]
    low.sort(key=lambda report: (late_alone(report), _part(report), words.who(report)))
    return [Need(report, _why(report)) for report in low]


def below_half(report: Report) -> bool:
    """Whether work has less than half of the points, of those that are given where a person has yet to grade a part."""
    return mark_words.so_far(report) is not None and not mark_words.absent(report) and _part(report) < 0.5


def late_alone(report: Report) -> bool:
    """Whether the mark is below half for a penalty only: the work itself has half of the points or more."""
    return below_half(report) and report.mark is not None and report.mark.score >= mark_words.worth_so_far(report) / 2


def out_of_reach(report: Report) -> bool:
    """Whether work that a person has yet to grade in part stays below half of the points, whatever that brings."""
    return (mark_words.so_far(report) or 0.0) + sum(report.waiting.values()) < mark_words.worth(report) / 2


def _part(report: Report) -> float:
    """The points as a part of what could be had in what is graded."""
    most = mark_words.worth_so_far(report)
    return (mark_words.so_far(report) or 0.0) / most if most > 0 else 1.0


def _why(report: Report) -> str:
    mark = report.mark
    taken = "" if mark is None or mark.total >= mark.score else words.number(mark.score - mark.total)
    late = f"handed in late: the penalty takes {taken} points" if taken else ""
    if mark is not None and late_alone(report):
        return f"{late}, the work itself has {words.number(mark.score)}"
    if report.verdict == "unreadable":
        why = one_line("; ".join(report.notes[:1]) or words.UNREADABLE, 160).rstrip(".")
    elif report.auto_score is None or not report.checks:
        said = verdicts.without_report(mark).rstrip(".")
        why = said[0].lower() + said[1:]
    else:
        why = _faults(report)
    changed = "points were changed by hand" if mark is not None and mark.overruled else ""
    return "; ".join(filter(None, (why, late, changed, _waiting(report))))


def _waiting(report: Report) -> str:
    """What a person has yet to grade, and whether that can change anything here."""
    if not report.waiting:
        return ""
    still = f"still to be graded by a person: {words.worth_of(report.waiting)}"
    return f"{still}, which cannot bring it to half" if out_of_reach(report) else still


def _faults(report: Report) -> str:
    """What is not written, then what is wrong, method by method, in the words of the pages."""
    blank = [name for name in method_words.methods_of(report) if method_words.unwritten(report, name)]
    said = []
    for name in method_words.methods_of(report):
        if name in blank or method_words.method_outcome(report, name) in ("passed", "skipped"):
            continue
        checks = method_words.checks_of(report, name)
        codes = dict.fromkeys(diagnosis.code for check in checks for diagnosis in check.diagnoses)
        said += [f"{one_line(name, 24)} {words.fault(code)}" for code in codes] or [
            f"{one_line(name, 24)}: {method_words.method_word(report, name)}"
        ]
    more = len(said) - FAULTS_NAMED
    if more > 0:
        said = [*said[:FAULTS_NAMED], f"and {more} more"]
    unwritten = [f"{method_words.NOT_WRITTEN}: {words.listed(method_words.to_write(report))}"] if blank else []
    return "; ".join([*unwritten, *said])
