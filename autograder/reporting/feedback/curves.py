"""The curve of a run, and why it need not agree with what is said of the method that ran."""

from __future__ import annotations

from dataclasses import dataclass

from autograder.core import Report
from autograder.reporting.feedback import method_words, plots, words

_NOT_RIGHT = ("partial", "failed", "errored", "timed_out")


@dataclass(frozen=True, slots=True)
class Curve:
    """A figure, what it shows in a noun, what its run `uses` of the student's own, and what is to be said `beside`."""

    figure: plots.Figure
    noun: str
    uses: tuple[str, ...]
    beside: str = ""


def curve_of(stored: object) -> Curve | None:
    """A curve as a report keeps it; None where there is nothing to draw."""
    if not isinstance(stored, dict):
        return None
    parts_at, uses = stored.get("parts_at"), stored.get("uses")
    noun, step = (_word(stored.get(key), otherwise) for key, otherwise in (("noun", "record"), ("step", "round")))
    figure = plots.curve(
        plots.numbers(stored.get("values")),
        plots.numbers(stored.get("low")),
        plots.numbers(stored.get("high")),
        parts_at if isinstance(parts_at, int) and not isinstance(parts_at, bool) else None,
        plots.Axes(noun, step),
    )
    named = tuple(each for each in uses if isinstance(each, str)) if isinstance(uses, list) else ()
    return Curve(figure, noun, named) if figure is not None else None


def beside(report: Report, name: str, curve: Curve) -> str:
    """The sentence that a curve needs beside the verdict on `name`, whose run it is; empty where the two agree.

    The run is that of the whole solution, each part the student's own; `name` is judged without the others' faults.
    """
    figure, outcome = curve.figure, method_words.method_outcome(report, name)
    if not figure.band or outcome not in ("passed", "partial", "failed"):
        return ""
    others = [other for other in curve.uses if method_words.method_outcome(report, other) in _NOT_RIGHT]
    its = f"your own {words.listed(others)} too, which {'is' if len(others) == 1 else 'are'} not right yet"
    if outcome == "passed":
        if not figure.parts:
            return ""
        if others:
            return f"That is no fault of {name}, which is right: the run uses {its}."
        return f"Every check of {name} passed all the same: no point hangs on this picture."
    if figure.parts:
        return f"The run uses {its}: look at the curve again once that is mended." if others else ""
    what = "losses" if curve.noun == "loss" else "record"
    return f"The picture shows the {what} of one run and nothing else; what {name} loses points for stands above."


def _word(value: object, otherwise: str) -> str:
    return value if isinstance(value, str) and 0 < len(value) <= 40 else otherwise
