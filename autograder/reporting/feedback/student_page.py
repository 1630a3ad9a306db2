"""The page of one submission, for its student."""

from __future__ import annotations

from dataclasses import dataclass

from autograder.core import CheckResult, Report
from autograder.reporting.feedback import plots, words
from autograder.reporting.feedback.curve_words import beside_curve
from autograder.reporting.feedback.render import render


@dataclass(frozen=True, slots=True)
class _Method:
    """What the template needs of one method."""

    name: str
    outcome: str
    score: tuple[float, float] | None
    checks: list[CheckResult]


@dataclass(frozen=True, slots=True)
class _Gradient:
    """One weight's gradient: its relative error, the length of its bar, its meaning in words."""

    name: str
    error: str
    share: float
    text: str
    kind: str


def page(report: Report) -> str:
    """A self-contained HTML page: no script, no request, nothing a student typed is active."""
    # A report of a fault of ours may hold half of a judgement: nobody is to read a result out of that.
    names = [] if report.auto_score is None or (report.withheld and not report.waiting) else words.methods_of(report)
    methods = [
        _Method(
            name, words.method_outcome(report, name), words.method_score(report, name), words.checks_of(report, name)
        )
        for name in names
    ]
    figure = curve(report) if report.verdict == "graded" else None
    return render(
        "student.html.jinja",
        report=report,
        person=report.mark.person if report.mark is not None else "",
        who=words.who(report),
        verdict=words.verdict(report),
        account=words.account(report) if words.by_hand(report) or report.waiting else [],
        by_people=words.by_people(report),
        comments=words.comments(report),
        mark=report.mark.digest if report.mark is not None else "",
        methods=methods,
        curve=figure,
        beside=beside_curve(report, figure) if figure else "",
        gradients=gradients(report) if report.verdict == "graded" else [],
        isolation=words.isolation_note(report),
        bar=plots.bar,
    )


def curve(report: Report) -> plots.Figure | None:
    """The student's loss curve, where the report has one."""
    stored = report.evidence.get("curve")
    if not isinstance(stored, dict):
        return None
    parts_at = stored.get("parts_at")
    return plots.loss_curve(
        plots.numbers(stored.get("losses")),
        plots.numbers(stored.get("low")),
        plots.numbers(stored.get("high")),
        parts_at if isinstance(parts_at, int) and not isinstance(parts_at, bool) else None,
    )


def gradients(report: Report) -> list[_Gradient]:
    """The relative error of every gradient that the report has one for, in the report's order."""
    errors = report.evidence.get("gradient_errors")
    out = []
    for name, value in errors.items() if isinstance(errors, dict) else ():
        error = plots.finite(value)
        if error is None:
            out.append(_Gradient(str(name), "none", 1.0, "is not a finite number", "failed"))
        else:
            share, text = plots.digits(abs(error))
            out.append(_Gradient(str(name), plots.short(abs(error)), share, text, "measure"))
    return out
