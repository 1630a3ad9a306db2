"""Why there is no answer, in words: it raised, it is not written, it took too long."""

from __future__ import annotations

from autograder.callables.judged.evidence import Evidence
from autograder.callables.judged.findings import Finding
from autograder.callables.judged.items import Item
from autograder.callables.judged.raised import function_of, look_at
from autograder.callables.judged.told import Explanation, asked_in_words, explained
from autograder.judging import by_environment, listed, misspelled
from autograder.observe import TIME_USED_UP


def no_answer(evidence: Evidence, item: Item, finding: Finding) -> Explanation:
    name, failure = item.callable, finding.failure
    asked = f" ({asked_in_words(finding)})"
    if finding.at != name and finding.outcome == "missing":
        return explained(
            f"{finding.at} is not defined, and {name} is asked after it.", f"Write {finding.at} first.", "raises", name
        )
    if finding.outcome == "missing":
        look = f"Is {name} spelt as in the notebook that you were given, and was its cell handed in?"
        return explained(f"{name} is not defined.", look, "not-implemented", name)
    if finding.outcome == "timed_out":
        look = "Does a loop end? Is one run through the data for each of its elements?"
        return explained(f"{finding.at} did not end in its time{asked}.", look, "timed-out", name, "timed_out")
    if failure is not None and failure.type == "NotImplementedError":
        return _unwritten(evidence, finding)
    if failure is not None and failure.type == "OffTheRecord":
        wrong = evidence.stands.wrong_partners(name)
        others = f" Perhaps that comes of {listed([*wrong])}, right answers of which stand in here." if wrong else ""
        return explained(
            f"{name} calls the others with arguments that a right run does not lead to{asked}.{others}",
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


def _unwritten(evidence: Evidence, finding: Finding) -> Explanation:
    """What is still to be written: the callable itself, one that is asked before it, or one that it uses."""
    name, failure = finding.question.method, finding.failure
    if finding.at != name:
        text, look = f"{name} was not reached: {finding.at} is still to be written.", f"Write {finding.at} first."
        return explained(text, look, "raises", name, "errored")
    by = function_of(failure, evidence.submission.cells) if failure is not None else ""
    if by == name:
        return explained(f"{name} is still to be written.", "Fill in its stub.", "not-implemented", name, "errored")
    if not by:
        text, look = f"{name}, or something that it uses, is still to be written.", "Which stub is not filled in?"
        return explained(text, look, "not-implemented", name, "errored")
    code = "raises" if by in evidence.exam.asked else "not-implemented"
    return explained(f"{by}, which {name} uses, is still to be written.", f"Fill in {by}.", code, name, "errored")
