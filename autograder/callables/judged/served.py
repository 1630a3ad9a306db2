"""What callables hand on to those that follow them, where this is wrong though their results are right."""

from __future__ import annotations

from autograder.callables.asked.standing import GIVEN
from autograder.callables.judged.evidence import Evidence


def ill_served(evidence: Evidence, name: str) -> tuple[str, ...]:
    """The callables that follow this one alone, and are right with what a right run of it hands on or leaves on
    the object, and wrong after its own, whose results are right: so what it hands on is not.

    A plain question with a single scored call must show it: there nothing else ran in between.
    """
    follows = evidence.exam.reference.declaration.follows
    if not evidence.stands.is_right(name):
        return ()
    served = dict.fromkeys(each.callable for each in follows if each.after == name and each.callable in evidence.routes)
    return tuple(other for other in served if _ill_served(evidence, other, {name}))


def perhaps_ill_served(evidence: Evidence, name: str) -> tuple[str, ...]:
    """The callables that may have left something wrong on the object for this one, which nothing tells: with what a
    right run leaves there it gives no answer, since it keeps it under other names."""
    left = [each for each in evidence.exam.reference.declaration.follows if each.callable == name and not each.by]
    asked = {question.id for question in evidence.exam.repeated.given(name)} if left else set()
    answered = any(
        each.outcome == "returned" for each in evidence.routes[name].get(GIVEN, ()) if each.question.id in asked
    )
    return () if answered else tuple(dict.fromkeys(each.after for each in left))


def _ill_served(evidence: Evidence, other: str, by: set[str]) -> bool:
    """Whether a callable that follows `by` is right with recorded data handed on to it, and only then."""
    if {each.after for each in evidence.exam.reference.declaration.follows if each.callable == other} != by:
        return False
    wrong = {
        each.question.id
        for each in evidence.stands.findings[other]
        if not each.right and each.question.plain and len(each.question.scored) == 1
    }
    repeated = {each.asks for each in evidence.exam.repeated.given(other)} if wrong else set()
    handed = evidence.routes[other].get(GIVEN, ())
    return bool(wrong & repeated and handed) and all(each.right for each in handed)
