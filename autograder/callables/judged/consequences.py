"""Answers that are wrong by another callable's fault alone: the solution with that fault gives them, too."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from autograder.callables.asked.exam import Exam
from autograder.callables.asked.question import CallsQuestion
from autograder.callables.faults.edits import Change
from autograder.callables.judged.as_it_stands import AsItStands
from autograder.callables.judged.findings import Finding, find
from autograder.core import CallAnswer, compare
from autograder.notebooks import Cell, Syntax

MOST_CHANGES = 24  # of the likeliest that give the other's numbers: what they keep for others may still differ


def as_consequence(stands: AsItStands, name: str, cells: Sequence[Cell]) -> tuple[Finding, ...]:
    """The findings where a fault of one that it calls or follows gives all that is wrong; nothing where none does.

    That is looked for where no right value can take the place of the wrong one: a cache that is kept in another
    form, a helper that is asked what the solution never asks it, one row at a time say. Where right values do take it,
    and leave the answers wrong, the other's fault does not excuse them: slopes that are all zero hide whatever is done
    with them. Nor does it where not all that is handed to the other shows in what that answers.
    """
    for other in _wrong_ways_down(stands, name):
        leans = _leans_on_answers(stands, name) and not _shows_its_own(stands, name, other, cells)
        if not leans and not _follows(stands, name, other):
            continue
        if of_fault := _with_fault(stands, name, other, all_shows=not _follows(stands, name, other)):
            return of_fault
    return ()


def _with_fault(stands: AsItStands, name: str, other: str, all_shows: bool) -> tuple[Finding, ...]:
    """The findings on a callable, right where it answers as the solution does with the fault of `other` in it; empty
    where no one fault that gives the numbers of `other` gives all of these, and, where that is asked, none in which
    `all_shows` that is handed to it."""
    exam, findings = stands.exam, stands.findings[name]
    answered = [each for each in findings if each.actual is not None]
    if not all(each.right or each.actual is not None for each in findings):
        return ()
    if not any(each.actual is not None and np.isfinite(each.actual).any() for each in answered if each.question.plain):
        return ()
    for change in (*stands.changes_that_give(other)[:MOST_CHANGES], *_in_what_is_handed_on(stands, name, other)):
        names = exam.families.candidates.reference.tried(change)
        given = names is not None and all(_given(exam, names, each) for each in answered)
        if names is not None and given and (not all_shows or _shows_all(exam, names, other)):
            return tuple(replace(each, right=True) for each in findings)
    return ()


def _in_what_is_handed_on(stands: AsItStands, name: str, other: str) -> Iterator[Change]:
    """The changes that give the numbers of a callable, and those of `other`, by what is handed on to that: a cache that
    is not compared, say."""
    exam = stands.exam
    before = {each.after for each in exam.reference.declaration.follows if each.callable == other}
    for change in stands.changes_that_give(name)[:MOST_CHANGES] if before - {name} else ():
        names = exam.families.candidates.reference.tried(change)
        answered = [each for each in stands.findings[other] if each.actual is not None]
        in_these = {edit.function for edit in change.edits} <= before - {name}
        if in_these and names is not None and all(_given(exam, names, each) for each in answered):
            yield change


def _given(exam: Exam, names: dict[str, Any], finding: Finding) -> bool:
    """Whether a changed solution gives what came."""
    question = exam.questions[finding.question.asks]
    exam.families.candidates.reference.begin()
    came = exam.answers_to(names, question).get(finding.call, {}).get(finding.name)
    if came is None or finding.actual is None or came.shape != finding.actual.shape:
        return False
    tolerance = exam.expected(question, finding.call).tolerance[finding.name]
    lost = ~np.isfinite(came)  # beyond all numbers a fault may lead both, and at the same places
    if not np.array_equal(came[lost], finding.actual[lost], equal_nan=True):
        return False
    return compare(np.where(lost, 0.0, finding.actual), np.where(lost, 0.0, came), tolerance).within


def _shows_all(exam: Exam, names: dict[str, Any], other: str) -> bool:
    """Whether the solution's fault in `other` lets all real numbers show that it is handed, as far as they show without
    it: what it does not look at would hide what a caller hands to it."""
    question = next((each for each in exam.nameable(other) if each.plain), None)
    if question is None:  # nothing tells
        return False
    for place, arg in enumerate(question.calls[question.scored[0]].args):
        if isinstance(arg, np.ndarray):
            exam.families.candidates.reference.begin()
            both = (question, _moved(question, place))
            if _differ(*_of_both(exam, exam.reference.namespace, both)) and not _differ(*_of_both(exam, names, both)):
                return False
    return True


def _of_both(exam: Exam, names: dict[str, Any], both: Iterable[CallsQuestion]) -> Iterator[dict[str, np.ndarray]]:
    """What the first scored call of each question gives."""
    return (exam.answers_to(names, each).get(each.scored[0], {}) for each in both)


def _moved(question: CallsQuestion, place: int) -> CallsQuestion:
    """A question with the numbers of one argument of its first scored call moved, each by a part of its own."""
    call = question.scored[0]
    args, calls = list(question.calls[call].args), list(question.calls)
    array = args[place]
    args[place] = array * (1.0 + np.linspace(0.01, 0.05, array.size).reshape(array.shape))
    calls[call] = replace(calls[call], args=tuple(args))
    return replace(question, calls=tuple(calls))


def _wrong_ways_down(stands: AsItStands, name: str) -> tuple[str, ...]:
    """The callables that are wrong among those that this one calls or follows, that these do, and so on."""
    reached = dict.fromkeys(stands.wrong_partners(name))
    waiting = [*reached]
    while waiting:
        further = [each for each in stands.wrong_partners(waiting.pop(0)) if each not in (name, *reached)]
        reached |= dict.fromkeys(further)
        waiting += further
    return tuple(reached)


def _follows(stands: AsItStands, name: str, other: str) -> bool:
    return any(each.callable == name and each.after == other for each in stands.exam.reference.declaration.follows)


def _leans_on_answers(stands: AsItStands, name: str) -> bool:
    """Whether a callable answers otherwise, or not at all, where recorded answers stand in for what it calls: what
    calls nothing has every fault of its own making."""
    return any(_unlike(one, two) for one, two in _with_and_without(stands, name))


def _shows_its_own(stands: AsItStands, name: str, other: str, cells: Sequence[Cell]) -> bool:
    """Whether a callable that is wrong beside `other` alone takes recorded answers in its place somewhere, and is wrong
    with these. Where something is kept on objects it may be that, too."""
    if stands.wrong_partners(name) != (other,) or _keeps(cells, stands.exam.reference.declaration.state):
        return False
    findings = find(stands.exam, stands.exam.repeated.standing(name), stands.answers)
    return any(each.outcome == "returned" and not each.right for each in findings)


def _keeps(cells: Sequence[Cell], state: Collection[str]) -> bool:
    """Whether a submission puts something on an object, beside its state, elsewhere than in a constructor."""
    trees = (tree for cell in cells if (tree := Syntax(cell.source).tree) is not None)
    functions = (node for tree in trees for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))
    nodes = (node for each in functions if each.name != "__init__" for node in ast.walk(each))
    return any(
        isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store) and node.attr not in state for node in nodes
    )


def _with_and_without(stands: AsItStands, name: str) -> Iterator[tuple[CallAnswer, CallAnswer]]:
    """What a callable answers by itself, and with recorded answers in the place of what it calls; by question."""
    for question in stands.exam.repeated.standing(name):
        base = stands.exam.questions[question.asks]
        for one, two in zip(base.scored, question.scored, strict=True):
            by_itself, recorded = stands.answers.get(base.id, ()), stands.answers.get(question.id, ())
            if one < len(by_itself) and two < len(recorded):
                yield by_itself[one], recorded[two]


def _unlike(one: CallAnswer, two: CallAnswer) -> bool:
    """Whether two answers differ in how they ended or in any array."""
    arrays = [{path: part.array for path, part in each.parts.items() if part.array is not None} for each in (one, two)]
    return one.outcome != two.outcome or _differ(*arrays)


def _differ(one: Mapping[str, np.ndarray], two: Mapping[str, np.ndarray]) -> bool:
    """Whether two answers have other arrays, or any array with other numbers."""
    return one.keys() != two.keys() or any(
        not np.array_equal(array, two[path], equal_nan=True) for path, array in one.items()
    )
