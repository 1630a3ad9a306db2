"""The page of one submission, for its student."""

from __future__ import annotations

from dataclasses import dataclass, replace

from autograder.core import CheckResult, Report
from autograder.reporting.feedback import mark_words, method_words, plots, verdicts, words
from autograder.reporting.feedback.curves import Curve, beside, curve_of
from autograder.reporting.feedback.render import compiled, render

TEMPLATE = "student.html.jinja"


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
    names = (
        [] if report.auto_score is None or (report.withheld and not report.waiting) else method_words.methods_of(report)
    )
    methods = [
        _Method(
            name,
            method_words.method_outcome(report, name),
            method_words.method_score(report, name),
            method_words.checks_of(report, name),
        )
        for name in names
    ]
    graded = report.verdict == "graded"
    return render(
        TEMPLATE,
        report=report,
        person=report.mark.person if report.mark is not None else "",
        who=words.who(report),
        verdict=verdicts.verdict(report),
        account=mark_words.account(report) if mark_words.accounted(report) else [],
        by_people=mark_words.by_people(report),
        comments=mark_words.comments(report),
        mark=report.mark.digest if report.mark is not None else "",
        methods=methods,
        curves=curves(report) if graded else {},
        gradients=gradients(report) if graded else {},
        isolation=words.isolation_note(report),
        bar=plots.bar,
    )


def get_ready() -> None:
    """Have done what each page needs and none changes."""
    compiled(TEMPLATE)


def curves(report: Report) -> dict[str, Curve]:
    """By what it belongs to: the curve of a run of the student's, where the report has one."""
    stored = report.evidence.get("curves")
    drawn = {str(name): curve_of(value) for name, value in stored.items()} if isinstance(stored, dict) else {}
    return {name: replace(each, beside=beside(report, name, each)) for name, each in drawn.items() if each is not None}


def gradients(report: Report) -> dict[str, list[_Gradient]]:
    """By what they belong to: the relative error of every gradient that the report has one for, in its order."""
    stored = report.evidence.get("gradient_errors")
    by_name = stored.items() if isinstance(stored, dict) else ()
    return {
        str(name): list(map(_gradient, errors, errors.values())) for name, errors in by_name if isinstance(errors, dict)
    }


def _gradient(name: object, value: object) -> _Gradient:
    error = plots.finite(value)
    if error is None:
        return _Gradient(str(name), "none", 1.0, "is not a finite number", "failed")
    share, text = plots.digits(abs(error))
    return _Gradient(str(name), plots.short(abs(error)), share, text, "measure")
