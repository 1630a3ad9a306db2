"""Why there is no answer, in words: it raised, it is not written, it took too long."""

from __future__ import annotations

from autograder.callables.judged.environment_faults import by_environment, misspelled
from autograder.callables.judged.evidence import Evidence
from autograder.callables.judged.findings import Finding
from autograder.callables.judged.items import Item
from autograder.callables.judged.raised import function_of, is_begun, look_at
from autograder.callables.judged.told import Explanation, asked_in_words, explained, listed
from autograder.core import Failure
from autograder.notebooks import NOT_RUN
from autograder.observe import NOT_ASKED, NOT_ENDED, TIME_USED_UP


def no_answer(evidence: Evidence, item: Item, finding: Finding) -> Explanation:
    name, failure = item.callable, finding.failure
    asked = f" ({asked_in_words(finding)})"
    if finding.outcome == "missing":
        return _missing(name, finding.at, failure)
    if finding.outcome == "timed_out":
        look = "Does a loop end? Is one run through the data for each of its elements?"
        return explained(f"{finding.at} did not end in its time{asked}.", look, "timed-out", name, "timed_out")
    if failure is not None and failure.type == "NotImplementedError":
        return _unwritten(evidence, finding)
    if failure is not None and failure.type == "OffTheRecord":
        wrong = evidence.stands.wrong_partners(name)
        others = f" Perhaps that comes of {listed([*wrong])}, right answers of which stand in here." if wrong else ""
        who = name if finding.at == name else f"{finding.at}, which is called before {name},"
        return explained(
            f"{who} calls the others with arguments that a right run does not lead to{asked}.{others}",
            "Which arguments does it hand on, and in which order?", "different", name,
        )  # fmt: skip
    if failure is not None and failure.type == TIME_USED_UP:
        return explained(
            f"The whole submission had used up its time, {failure.text}, before {name} had answered all that is asked "
            "of it.",
            "Which cell or which function takes so long?", "timed-out", name, "timed_out",
        )  # fmt: skip
    cells = evidence.submission.cells
    installed = failure and by_environment(finding.at, failure, cells, evidence.observation.notes)
    if installed:
        return explained(f"{installed.says[:-1]}{asked}.", installed.look, installed.code, name, "errored")
    if failure is not None:
        place = f" in {failure.place}" if failure.place else ""
        by = "" if finding.at == name else f"{finding.at}, which is called before {name}, "
        text = f"{by or name + ' '}raised {failure.type}: {failure.text}{place}{asked}."
        look = misspelled(failure, cells) or look_at(failure)
        return explained(text, look, "raises", name, "errored")
    return explained(
        f"{name} ended the process{asked}.", "Does it leave Python, or use up the memory?", "raises", name, "errored"
    )


def _missing(name: str, missing: str, failure: Failure | None) -> Explanation:
    """What is told of a callable where it, its class or what is asked before it is not defined."""
    if failure is not None and failure.type == NOT_ASKED:
        look = "Restart the kernel and run all cells from the top: does each of them end?"
        return explained(f"{name} could not be asked: {failure.text}.", look, "raises", name)
    if failure is not None:
        return _kept_from_being_made(name, missing, failure)
    look = f"Is {missing} spelt as in the notebook that you were given, and was its cell handed in?"
    if missing == name:
        return explained(f"{name} is not defined.", look, "not-implemented", name)
    if missing == name.partition(".")[0]:
        return explained(f"The class {missing} is not defined, so that {name} cannot be asked.", look, "raises", name)
    text = f"{missing} is not defined, and {name} is asked after it."
    return explained(text, f"Write {missing} first.", "raises", name)


def _kept_from_being_made(name: str, missing: str, failure: Failure) -> Explanation:
    """Why the cell with its text has not defined what is missing."""
    if failure.type == NOT_ENDED:
        text = f"{missing} is not defined: {failure.text}, which was to define it, did not end."
        return explained(text, "Run that cell by itself: which loop of it never ends?", "timed-out", name)
    if failure.type == NOT_RUN:
        look = "Restart the kernel and run all cells from the top: is it defined then?"
        return explained(f"{missing} is not defined: {failure.text}.", look, "raises", name)
    place = f" in {failure.place}" if failure.place else ""
    text = f"{missing} is not defined: its cell raised {failure.type}: {failure.text}{place}."
    return explained(text, look_at(failure), "raises", name)


def _unwritten(evidence: Evidence, finding: Finding) -> Explanation:
    """What is still to be written: the callable itself, one that is asked before it, or one that it uses.

    Where more than a stub stands there already, it stops at a line of it that may only have been left.
    """
    name, failure, cells = finding.question.method, finding.failure, evidence.submission.cells
    if failure is not None and is_begun(failure, cells):
        return _left(evidence, finding, failure)
    if finding.at != name:
        text, look = f"{name} was not reached: {finding.at} is still to be written.", f"Write {finding.at} first."
        return explained(text, look, "raises", name, "errored")
    by = function_of(failure, cells) if failure is not None else ""
    if by == name:
        return explained(f"{name} is still to be written.", "Fill in its stub.", "not-implemented", name, "errored")
    if not by:
        text, look = f"{name}, or something that it uses, is still to be written.", "Which stub is not filled in?"
        return explained(text, look, "not-implemented", "", "errored")
    code, of = ("raises", name) if by in evidence.exam.asked else ("not-implemented", by)
    return explained(f"{by}, which {name} uses, is still to be written.", f"Fill in {by}.", code, of, "errored")


def _left(evidence: Evidence, finding: Finding, failure: Failure) -> Explanation:
    """A function that is begun, and ends at `raise NotImplementedError`."""
    name, by = finding.question.method, function_of(failure, evidence.submission.cells)
    used = "" if by == name else f", which {name} uses," if finding.at == name else f", before {name} was asked,"
    text = f"{by}{used} stopped in {failure.place} ({asked_in_words(finding)})."
    look = "Is that line of the stub still to be replaced, or only to be taken out?"
    own = by == name or by not in evidence.exam.asked
    return explained(text, look, "not-implemented" if own else "raises", by if own else name)
