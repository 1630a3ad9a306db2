"""Questions repeated with what the reference gave: recorded answers of other callables, or results handed on."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from typing import Any

import numpy as np

from autograder.callables.question import CallsQuestion, From, Step
from autograder.callables.reference import Reference, Watcher
from autograder.core import id_by
from autograder.observe import probe

MOST_RECORDED = 400_000  # elements in a table of recorded answers
RECORDED, GIVEN = "recorded", "given"  # the routes


def watched(reference: Reference, question: CallsQuestion) -> Watcher:
    """The reference's own run of a question: who called whom, with what, and what came back."""
    names = tuple(name for name in reference.signatures if not name.endswith("__init__"))
    watcher = Watcher(reference, names)
    reference.answers(question, watching=watcher)
    return watcher


def with_given(reference: Reference, question: CallsQuestion) -> CallsQuestion | None:
    """The question with the reference's results handed on, so that no other callable is asked.

    None where nothing is handed on, or what is, is no container of numbers.
    """
    scored = [question.calls[k] for k in question.scored]
    handed = any(
        isinstance(arg, From) and question.calls[arg.call].name != step.name for step in scored for arg in step.args
    )
    if not handed:
        return None
    watcher = watched(reference, question)
    calls: list[Step] = []
    moved: dict[int, int] = {}
    for position, step in enumerate(question.calls):
        if step.makes is None and position not in question.scored:
            continue
        args = list(step.args)
        for place, arg in enumerate(args):
            if isinstance(arg, From) and question.calls[arg.call].name != step.name:
                try:
                    args[place] = probe.encoded(_part(watcher.top[arg.call], arg.path))
                except TypeError:
                    return None
            elif isinstance(arg, From):
                args[place] = From(moved[arg.call], arg.path)
        moved[position] = len(calls)
        calls.append(replace(step, args=tuple(args)))
    return replace(question, id=id_by(question.id, GIVEN), calls=tuple(calls), first=0, repeats=question.asks)


def with_tables(reference: Reference, asked: Collection[str], question: CallsQuestion) -> CallsQuestion | None:
    """The question with other callables answering from tables; None where there are none, or they are too large."""
    try:
        calls = watched(reference, question).calls
    except TypeError:  # arguments or results that no table holds
        return None
    calls = [each for each in calls if each.name in asked]
    tables: dict[str, Any] = {}
    for each in calls:
        table = tables.setdefault(each.name, {"labels": list(each.labels), "rows": []})
        row = {"args": list(each.args), "value": each.value}
        row |= {
            key: [list(pair) for pair in got] for key, got in (("state", each.state), ("changes", each.changes)) if got
        }
        table["rows"].append(row)
    if not tables or _elements(tables) > MOST_RECORDED:
        return None
    return replace(question, id=id_by(question.id, RECORDED), stand_in=tables, repeats=question.asks)


def _part(value: Any, path: tuple[int | str, ...]) -> Any:
    for step in path:
        value = value[step]
    return value


def _elements(tree: Any) -> int:
    if isinstance(tree, np.ndarray):
        return tree.size
    if isinstance(tree, dict):
        return sum(_elements(each) for each in tree.values())
    if isinstance(tree, (list, tuple)):
        return sum(_elements(each) for each in tree)
    return 1
