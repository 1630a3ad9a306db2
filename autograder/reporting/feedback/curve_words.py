"""Why the picture of a run and what is said of `train` need not agree."""

from __future__ import annotations

from autograder.core import Report
from autograder.reporting.feedback import words
from autograder.reporting.feedback.plots import Figure

_USED = ("forward", "loss", "dloss_dw")  # by a run, beside `train` itself
_NOT_RIGHT = ("partial", "failed", "errored", "timed_out")


def beside_curve(report: Report, figure: Figure) -> str:
    """The sentence that a loss curve needs beside the verdict on `train`; empty where the two agree.

    The run is that of the whole class, each method the student's own; `train` is judged without the others' faults.
    """
    outcome = words.method_outcome(report, "train")
    if not figure.band or outcome not in ("passed", "partial", "failed"):
        return ""
    others = [name for name in _USED if words.method_outcome(report, name) in _NOT_RIGHT]
    its = f"your own {words.listed(others)} too, which {'is' if len(others) == 1 else 'are'} not right yet"
    if outcome == "passed":
        if not figure.parts:
            return ""
        if others:
            return f"That is no fault of train, which is right: the run uses {its}."
        return "Every check of train passed all the same: no point hangs on this picture."
    if figure.parts:
        return f"The run uses {its}: look at the curve again once that is mended." if others else ""
    return "The picture shows the losses of one run and nothing else; what train loses points for stands above."
