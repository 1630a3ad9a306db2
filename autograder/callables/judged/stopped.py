"""Runs that end before the rounds that are asked: what came is what a right run of fewer rounds gives."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from autograder.callables.asked.exam import Exam
from autograder.callables.asked.records import rounds_of
from autograder.callables.judged.findings import Finding
from autograder.callables.judged.told import Explanation, asked_in_words, explained, listed
from autograder.core import compare
from autograder.observe import probe

LOOK = "Which condition ends the loop, and is one asked?"
MOST = 20  # rounds of which each number is tried, where no record says how many there were


def stopped(exam: Exam, name: str, wrong: Sequence[Finding]) -> Explanation | None:
    """The explanation where all wrong results that hold what the last round leaves are those of fewer rounds, and
    records are right for as many; None where a question shows another thing.

    Whether the run itself ended there, its records tell: where these are right, it was another round's that was kept.
    """
    count = rounds_of(exam.reference, name)
    if not count or not wrong or any(each.outcome != "returned" for each in wrong):
        return None
    by_question: dict[tuple[str, int], list[Finding]] = {}
    for each in wrong:
        by_question.setdefault((each.question.id, each.call), []).append(each)
    ended = [_rounds(exam, name, count, findings) for findings in by_question.values()]
    if any(rounds is None for rounds in ended):
        return None
    first = next(iter(by_question.values()))
    names = [each.name for each in first if not _is_record(exam, name, each)]
    those = f"{listed(names)} {'are' if len(names) > 1 else 'is'}"
    done = "one round comes" if ended[0] == 1 else f"{ended[0]} rounds come"
    recorded = any(_is_record(exam, name, each) for each in wrong)
    why = "the run goes no further" if recorded else "it is not the last round that counts"
    text = f"{those} what {done} to when {asked_in_words(first[0])}: {why}."
    return explained(text, LOOK, "early-stop", ", ".join(dict.fromkeys(each.name for each in wrong)))


def _is_record(exam: Exam, name: str, finding: Finding) -> bool:
    """Whether a result has an entry for each round."""
    signature = exam.reference.signature(name)
    shape = signature.shapes.get(finding.name, ())
    return bool(shape) and shape[0] in signature.arguments


def _rounds(exam: Exam, name: str, count: str, findings: Sequence[Finding]) -> int | None:
    """After how many rounds a right run has what came of one call; None where after none that is fewer than asked."""
    question, call = exam.questions[findings[0].question.asks], findings[0].call
    if findings[0].question.id != question.id:
        return None  # repeated with recorded answers, which are those of the rounds that are asked
    step = question.calls[call]
    label = next(each for each in step.labels if exam.reference.declaration.drawn_as(name, each) == count)
    place = step.labels.index(label)
    asked = probe.decoded(step.args[place])
    ends = [each for each in findings if not _is_record(exam, name, each)]
    if not ends:
        return None
    records = [each for each in findings if _is_record(exam, name, each)]
    right = min((_right_entries(exam, each) for each in records), default=None)
    tried = range(1, min(asked, MOST)) if right is None else range(max(right - 1, 1), min(right + 1, asked))
    for rounds in tried:
        args = (*step.args[:place], probe.encoded(rounds), *step.args[place + 1 :])
        fewer = replace(question, calls=(*question.calls[:call], replace(step, args=args), *question.calls[call + 1 :]))
        came = exam.answers_to(exam.reference.namespace, fewer).get(call, {})
        if all(_is_same(exam, each, came.get(each.name)) for each in ends):
            return rounds
    return None


def _right_entries(exam: Exam, finding: Finding) -> int:
    """How many entries are right from the first on."""
    came, wanted = finding.actual, finding.wanted
    if came is None or came.shape != wanted.shape:
        return 0
    tolerance = np.broadcast_to(exam.expected(finding.question, finding.call).tolerance[finding.name], wanted.shape)
    within = np.abs(came - wanted) <= tolerance
    right = within.reshape(len(within), -1).all(axis=1)
    return int(len(right) if right.all() else np.argmin(right))


def _is_same(exam: Exam, finding: Finding, of_fewer: np.ndarray | None) -> bool:
    if of_fewer is None or finding.actual is None or of_fewer.shape != finding.actual.shape:
        return False
    tolerance = exam.expected(finding.question, finding.call).tolerance[finding.name]
    return compare(finding.actual, of_fewer, tolerance).within
