"""What is said of a method: how its checks, taken together, came out.

A check's title is a claim ("the gradients are right"); the outcome's word answers it ("not yet").
"""

from __future__ import annotations

from autograder.core import CheckResult, Code, Report

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
NOT_WRITTEN = "not written yet"
AS_IT_STANDS = "as it stands"


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


def routes(report: Report, method: str) -> list[str]:
    """How a method's checks were judged, where that was not as it stands: `with right results from …`."""
    every = dict.fromkeys(check.route for check in checks_of(report, method))
    return [route for route in every if route and route != AS_IT_STANDS]
