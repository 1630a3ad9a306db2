"""Whether an assignment can be asked as it is declared: the first draw of each question that tells right from wrong."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from autograder.callables.asked.drafted import Draft
from autograder.callables.asked.expected import TOSSES, Expected, NoAnswer, expect, moody, unfit
from autograder.callables.asked.question import OWN_DATA, CallsQuestion, Unasked
from autograder.callables.asked.records import grows, rises
from autograder.callables.asked.situations import FAR_OUT, seen_in
from autograder.callables.declared.draws import generator
from autograder.callables.declared.reference import Reference
from autograder.core import AutograderError

ATTEMPTS, FEW = 25, 6
UNTIED = 15  # draws of which one is to have no equals that count


class UnfitExam(AutograderError):
    """The assignment cannot be asked as it is declared; the message says what to change."""


def see_changes(reference: Reference, asked: Sequence[str]) -> None:
    """Run each callable, to see which arguments it writes into: some only with one value of another."""
    for name in asked:
        for number, question in enumerate(seen_in(reference, name)):
            reply = reference.answers(question)[-1]
            if not number:
                _must_give_as_many(reference, name, reply)
            reference.seen_to_change(name, tuple(reply.get("mutated", ())))


def _must_give_as_many(reference: Reference, name: str, reply: dict[str, Any]) -> None:
    """Raises UnfitExam where the docstring names other results than the solution returns."""
    signature = reference.signature(name)
    results, parts = signature.results, reply.get("parts", {})
    if reply["outcome"] != "returned":
        return
    several = "" in parts or (len(results) == 1 and any(path.startswith("0.") for path in parts))
    several |= any("[" in result for result in results)  # names made up for want of better ones
    if several and signature.nameless:
        raise UnfitExam(
            f"{reference.name}: the docstring of {name} has `{signature.nameless[0]}` after `->` without a "
            "name, and the solution returns several results: write each with its name first, as in "
            "`-> loss a number, dW (D, C)`, and one that is a tuple itself as in `pair a tuple of 2`"
        )
    if "" in parts:
        raise UnfitExam(
            f"{reference.name}: the docstring of {name} names {len(results)} results after `->` "
            f"({', '.join(results)}), and the solution does not return as many; behind a comma stands the next "
            "result, so write what else is to be said in brackets, or in a line of its own after an empty one"
        )


def fitting(reference: Reference, salt: str, key: str, draft: Draft) -> tuple[CallsQuestion, dict[int, Expected]] | str:
    """The first draw that is finite and tells right from wrong, with what is right by call; the reason why a special
    question cannot be asked where there is none, empty where it is not to be. Raises UnfitExam for an everyday one.

    One in which something hangs on which of equals comes first is taken where the first few draws all have such."""
    why, tied = "", None
    for attempt in range(FEW if key.rpartition("/")[2] in FAR_OUT else ATTEMPTS):
        try:
            question = draft(generator(f"{salt}|{reference.name}|{key}", attempt))
        except Unasked:
            return ""
        try:
            expected = {call: expect(reference, question, call) for call in question.scored}
        except NoAnswer as error:
            why = str(error)
            if attempt >= 3:  # it raises whatever is drawn
                break
            continue
        why = next((reason for each in expected.values() if (reason := unfit(each))), "")
        if not why and question.plain:
            if attempt < FEW and question.situation != OWN_DATA and _of_record(rises, reference, question, expected):
                continue
            question = replace(question, plain=not _of_record(grows, reference, question, expected))
        if not why:
            if question.situation == OWN_DATA or not any(each.tied for each in expected.values()):
                return question, expected
            tied = tied or (question, expected)
            if attempt + 1 >= UNTIED:
                break
            continue
        if question.situation == OWN_DATA:
            break
    return tied or _why_not(reference, question, why)


def _why_not(reference: Reference, question: CallsQuestion, why: str) -> str:
    """Why a special question cannot be asked; raises UnfitExam for an everyday one."""
    if question.plain:
        why = moody(reference, question, TOSSES) or why
        raise UnfitExam(f"{reference.name}: {question.method} cannot be asked with {question.situation}: {why}")
    return why


def _of_record(
    how: Callable[..., bool], reference: Reference, question: CallsQuestion, expected: Mapping[int, Expected]
) -> bool:
    """Whether what is recorded round by round `grows` much, which is no everyday run, or `rises` anywhere."""
    return any(how(reference, question.method, each.arrays) for each in expected.values())
