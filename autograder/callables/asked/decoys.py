"""Rows of other runs among the recorded ones of a question.

Context: who moves the state round by round is answered from tables in which the course that is asked of it stands, row
after row, and shares its process with them. Choice: rows of runs at other rates from the same start lie among its own;
which follows which is then told only by the rule that is asked for. Each run keeps its order, and no row lies near one
of the question's own, so that what a right run asks for is found as without them. Cost: such tables are several times
as long; of two rows, which hold hardly any course, none are hidden.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from autograder.callables.asked.question import CallsQuestion
from autograder.callables.asked.shared_arrays import Known, numbers_sent, once
from autograder.callables.declared.watcher import Watched

RATES = (
    (0.3, 0.8),
    (1.2, 1.7),
    (0.3, 1.7),
)  # for each other run: between which its rate is, as a part of the asked one
FEW = 2
MOST_TIMES = 2  # what is sent of large tables may be so many times their own rows
APART = 1e-4  # relatively: a hundred times as far as what a table takes for the same


def at_other_rates(question: CallsQuestion) -> Iterator[CallsQuestion]:
    """The question with the real numbers that its scored calls are given single made larger or smaller; none where it
    has none."""
    rng = _draws(question)
    if not any(_is_real(arg) for call in question.scored for arg in question.calls[call].args):
        return
    for between in RATES:
        calls = list(question.calls)
        for call in question.scored:
            args = (
                {"v": arg["v"] * rng.uniform(*between)} if _is_real(arg) else arg for arg in question.calls[call].args
            )
            calls[call] = replace(calls[call], args=tuple(args))
        yield replace(question, calls=tuple(calls))


def mixed(
    question: CallsQuestion, tables: dict[str, Any], runs: Sequence[Sequence[Watched]], most: int, known: Known
) -> dict[str, Any]:
    """The tables of a question with the rows of other runs among their own, of as many as `most` numbers allow, or of
    one where they are larger by themselves; arrays that are alike, `known` ones and these, are one."""
    sent: set[int] = set()
    own_numbers = numbers_sent(tables, sent)
    room = max(most, MOST_TIMES * own_numbers) - own_numbers
    rng = _draws(question)
    made = dict(tables)
    for name, table in tables.items():
        if len(table["rows"]) <= FEW:
            continue
        own, several = _Rows(table["rows"]), [table["rows"]]
        for run in runs:
            rows = [row for row in (row_of(each) for each in run if each.name == name) if own.hides(row)]
            rows = once(rows, known)
            room -= numbers_sent(rows, sent)
            if room < 0:
                break
            several.append(rows)
        made[name] = {**table, "rows": _in_any_order(several, rng)}
    return made


def row_of(call: Watched) -> dict[str, Any]:
    """A call of the reference's run as a row of a table."""
    row = {"args": list(call.args), "value": call.value}
    further = (("state", call.state), ("changes", call.changes), ("leaves", call.leaves))
    return row | {key: [list(pair) for pair in got] for key, got in further if got}


class _Rows:
    """A question's own rows, among which others are hidden."""

    def __init__(self, rows: Sequence[dict[str, Any]]):
        self.reals = {tree["v"] for row in rows for tree in row["args"] if _is_real(tree)}
        keys = [_key(row) for row in rows]
        alike = {tuple(map(np.shape, key)) for key in keys}
        self.places = [np.stack(place) for place in zip(*keys, strict=True)] if len(alike) == 1 else []

    def hides(self, row: dict[str, Any]) -> bool:
        """Whether a row of another run might be one of these, and is near none."""
        if any(_is_real(tree) and tree["v"] not in self.reals for tree in row["args"]) or _holds_token(row):
            return False
        if not np.isfinite(_numbers([row[key] for key in ("args", "value", "state", "leaves") if key in row])).all():
            return False
        key = _key(row)
        if not self.places or [place.shape[1:] for place in self.places] != [number.shape for number in key]:
            return False
        near = np.ones(len(self.places[0]), dtype=bool)
        for own, other in zip(self.places, key, strict=True):
            scale = np.abs(own).max(axis=1, initial=1e-300)
            near &= np.abs(own - other).max(axis=1, initial=0.0) <= APART * scale
        return not near.any()


def _draws(question: CallsQuestion) -> np.random.Generator:
    return np.random.default_rng(zlib.crc32(question.asks.encode()))


def _is_real(tree: Any) -> bool:
    return isinstance(tree, dict) and type(tree.get("v")) is float


def _key(row: dict[str, Any]) -> list[np.ndarray]:
    """What a row is found by, number by number: the arguments and the state."""
    return [_numbers(tree) for tree in (*row["args"], *(tree for _, tree in row.get("state", ())))]


def _numbers(tree: Any) -> np.ndarray:
    """All numbers in an encoded value."""
    found: list[np.ndarray] = []
    waiting = [tree]
    while waiting:
        each = waiting.pop()
        if isinstance(each, np.ndarray):
            found.append(each.ravel())
        elif isinstance(each, (bool, int, float)):
            found.append(np.array([float(each)]))
        elif isinstance(each, (list, tuple)):
            waiting += each
        elif isinstance(each, dict):
            waiting += each.values()
    return np.concatenate(found) if found else np.zeros(0)


def _holds_token(tree: Any) -> bool:
    """Whether something that is only handed on stands in a tree: it belongs to its own run."""
    if isinstance(tree, dict):
        return "token" in tree or any(map(_holds_token, tree.values()))
    return isinstance(tree, (list, tuple)) and any(map(_holds_token, tree))


def _in_any_order(several: Sequence[Sequence[Any]], rng: np.random.Generator) -> list[Any]:
    """Lists shuffled into one, in which each keeps its order."""
    turns = [k for k, rows in enumerate(several) for _ in rows]
    left = [iter(rows) for rows in several]
    return [next(left[k]) for k in rng.permutation(turns)]
