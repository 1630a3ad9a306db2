"""Wrong solutions made up from the reference, judged as a student's would be: what they are told, before anybody hands
in."""

from __future__ import annotations

import ast
import itertools
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from autograder.callables.asked.exam import Exam
from autograder.callables.asked.expected import Arrays
from autograder.callables.built.trial import tried
from autograder.callables.declared.functions import functions
from autograder.callables.faults.changes import changes
from autograder.callables.faults.compiled import Changeable, quiet
from autograder.callables.faults.edits import Change, applied, statement_at
from autograder.callables.faults.words import rank
from autograder.callables.judged.items import items
from autograder.callables.judged.judge import judge
from autograder.core import Report, same_as
from autograder.judging import Rubric

LEFT_OUT = "(left out)"
MOST_TRIED = 60  # changes of one callable that are asked its small question


@dataclass(frozen=True, slots=True)
class MadeUp:
    """The reference with one change: the statement in `function` that begins in `line` of the source, before and after;
    and what became of it."""

    function: str
    line: int
    before: str
    after: str
    report: Report


def made_up(exam: Exam, points: Mapping[str, float], rubric: Rubric, most: int) -> list[MadeUp]:
    """Up to `most` wrong solutions: in the callables that are worth most, of different kinds, the likeliest ones."""
    source = exam.reference.source
    changeable = Changeable(source)
    by_callable = [
        _wrong(exam, changeable, name) for name in sorted(exam.families.candidates.small, key=_worth(exam, points))
    ]
    chosen: dict[str, Change] = {}
    with quiet():
        for change in _in_turn(by_callable):
            if len(chosen) < most:
                chosen.setdefault(change.kind, change)
        evidence = [
            tried(exam, points, rubric, lambda c=change: changeable.changed(c), change.kind)  # type: ignore[misc]
            for change in chosen.values()
        ]
    places = [shown(source, change) for change in chosen.values()]
    return [MadeUp(*place, report) for place, report in zip(places, judge(evidence), strict=True)] if evidence else []


def _worth(exam: Exam, points: Mapping[str, float]) -> Callable[[str], float]:
    """What sorts callables by the points of their grade cells, those that are worth most first."""
    by_name: dict[str, float] = {}
    for item in items(tuple(points), exam):
        by_name[item.callable] = by_name.get(item.callable, 0.0) + points[item.id]
    return lambda name: -by_name.get(name, 0.0)


def _in_turn(several: list[Iterator[Change]]) -> Iterator[Change]:
    for row in itertools.zip_longest(*several):
        yield from (change for change in row if change is not None)


def _wrong(exam: Exam, changeable: Changeable, name: str) -> Iterator[Change]:
    """Changes in a callable itself that its small question shows in finite numbers, the likeliest first."""
    key = exam.families.candidates.small[name]
    right = exam.answer_of(changeable.namespace(), key) or {}
    defined = functions(exam.reference.source).own(name)
    every = [
        each for each in changes(exam.reference.source, [exam.reference.signatures[name]]) if _plain(each, defined)
    ]
    for change in sorted(every, key=_likeliest)[:MOST_TRIED]:
        changeable.begin()
        try:
            with np.errstate(all="ignore"):
                answer = exam.answer_of(changeable.changed(change), key)
        except Exception:  # a change that is no program, or one that raises
            continue
        if answer is not None and _shows(answer, right):
            yield change


def _shows(answer: Arrays, right: Arrays) -> bool:
    """Whether an answer has finite numbers, all of them, and other ones than the right one."""
    if answer.keys() != right.keys() or not all(np.isfinite(array).all() for array in answer.values()):
        return False
    return any(answer[each].shape == right[each].shape and not same_as(answer[each], right[each]) for each in right)


def _likeliest(change: Change) -> tuple[bool, tuple[int, int, int]]:
    """Arrays of ones in the place of others are what no student writes."""
    return "_like(" in change.edits[0].new, rank(change)


def _plain(change: Change, name: str) -> bool:
    """Whether it can be shown as one statement before and after."""
    (first, *more) = change.edits
    return not more and first.function == name and first.operator in ("put", "forget")


def shown(source: str, change: Change) -> tuple[str, int, str, str]:
    """The function, the line and the statement before and after one change."""
    read = functions(source).functions
    (edit,) = change.edits
    trees = {name: function.node for name, function in read.items()}
    statement = statement_at(trees[edit.function], edit.path)
    before = _head(statement)
    with applied(trees, change.edits):
        after = LEFT_OUT if edit.operator == "forget" else _head(statement)
    return edit.function, statement.lineno, before, after


def _head(statement: ast.stmt) -> str:
    """The statement; of one with a block, what stands before it."""
    return ast.unparse(statement).partition("\n")[0]
