"""Recorded calls column by column: what hundreds of rows hold travels in few pieces, and is read where it is asked.

Context: a table has a row for each call of a run, most of them arrays of a few numbers; to build each row, and what it
is compared with, took longer than the run that reads some of them. Choice: arrays of one shape lie in one stack, and a
column says at which place of it each row's stands; what is the same in all rows is said once. Cost: rows are put
together again where somebody wants one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any

import numpy as np

from .refill import NEAR
from .trees import Token, decoded
from .values import SMALL

_asarray, _abs, _where, _ndarray = np.asarray, np.abs, np.where, np.ndarray  # see wire: names of our own
_absolute = abs
BEYOND, FAR_BELOW = 1e8, 1e-3  # numbers as large stand for none where all others are below that part of it
OPEN, INFINITE = -1.0, float("inf")  # no bound yet; one within which all numbers lie, so that only the same will do
LEAST = 1e-300  # so that 0 has something near it
ROW_PAIRS = ("state", "changes", "leaves")  # of a row: lists of names and values


class Columns:
    """The rows of one table: `args` are columns by place, `attributes` the names in the rows' states."""

    def __init__(self, table: Mapping[str, Any], stacks: Sequence[Stack]):
        self.count: int = table["count"]
        self.args = [_column(spec, stacks) for spec in table["args"]]
        self.value = _column(table["value"], stacks)
        self.attributes: list[str] = table.get("attributes", [])
        self.pairs = {key: _column(table[key], stacks) for key in ROW_PAIRS if key in table}
        self.kept: Sequence[Any] = table.get("kept", ())

    def named(self, key: str, row: int) -> dict[str, Any]:
        """A row's state, changes or leaves: fresh values by their names."""
        return decoded(self.pairs[key].at(row)) if key in self.pairs else {}

    def row(self, number: int) -> dict[str, Any]:
        """One row, put together: `args`, `value`, and what else it has."""
        row = {"args": [column.at(number) for column in self.args], "value": self.value.at(number)}
        return row | {key: column.at(number)["d"] for key, column in self.pairs.items()}


def of_tables(travelled: Mapping[str, Any]) -> dict[str, Columns]:
    """The columns of each table that came with a question, by full name."""
    stacks = [Stack(array) for array in travelled["stacks"]]
    return {name: Columns(table, stacks) for name, table in travelled["tables"].items()}


class Stack:
    """Arrays of one shape; how far off others may be from one is worked out when it is first asked."""

    def __init__(self, arrays: np.ndarray):
        self.arrays = arrays
        self._numbers: dict[int, Numbers] = {}

    def near(self, place: int, value: Any) -> bool:
        """Whether numbers are those of the array at a place."""
        known = self._numbers.get(place)
        if known is None:
            known = self._numbers[place] = Numbers(self.arrays[place], self, place)
        return known.near(value)

    @cached_property
    def bounds(self) -> list[float]:
        """How far off numbers may be from each array, worked out for all at once; OPEN where some stand for none."""
        sizes = _abs(self.arrays).reshape(len(self.arrays), -1).max(axis=1)
        return _where(sizes >= BEYOND, OPEN, NEAR * (sizes + LEAST)).tolist()


class Numbers:
    """Recorded numbers to compare with; those at a place of a stack, where they are of one."""

    def __init__(self, array: np.ndarray, stack: Stack | None = None, place: int = 0):
        self.array, self.bound, self.bits = array, OPEN, b""
        self.stack, self.place = stack, place
        self.beyond: Any = None  # where numbers are as large as none of the others

    def near(self, value: Any) -> bool:
        """Whether numbers are, relatively to the largest, those that were recorded."""
        try:
            asked = _asarray(value, dtype=float)
        except Exception:
            return False
        if asked.shape != self.array.shape:
            return False
        if not asked.size:
            return True
        if asked.size == 1:  # Python's own numbers are sooner held side by side
            return _is_near(asked.item(), self.array.item())
        if asked.nbytes <= SMALL:  # most are the same to the last bit, which is sooner seen than how far off they are
            if not self.bits:
                self.bits = self.array.tobytes()
            if asked.tobytes() == self.bits:
                return True
        if self.bound == OPEN and self.stack is not None:
            self.bound = self.stack.bounds[self.place]
        if self.bound == OPEN:
            self._measure()
        if self.bound == INFINITE:
            return bool((asked == self.array).all())
        if self.beyond is None:
            return bool(_abs(asked - self.array).max() <= self.bound)
        large = asked[self.beyond]
        return bool(
            (_abs(asked - self.array)[~self.beyond].max() <= self.bound)
            and (_abs(large) >= BEYOND).all()
            and ((large > 0.0) == (self.array[self.beyond] > 0.0)).all()
        )

    def _measure(self) -> None:
        """Which of the numbers stand for none, as -1e9 or -inf where something is masked: any so large does as well,
        and what is near is told by the others."""
        sizes = _abs(self.array)
        beyond = sizes >= BEYOND
        rest = sizes[~beyond]
        if beyond.any() and rest.size and rest.max() <= FAR_BELOW * BEYOND:
            self.beyond, sizes = beyond, rest
        self.bound = NEAR * (sizes.max() + LEAST)


# --- one column each: `at` gives a row's tree, `near` tells whether a value is what was recorded there


class _Same:
    """One tree for all rows."""

    fixed = True

    def __init__(self, tree: Any):
        self.tree, self.known = tree, _known(tree)

    def at(self, row: int) -> Any:
        return self.tree

    def near(self, row: int, value: Any) -> bool:
        return _near(value, self.known)


class _Stacked:
    """An array in each row, of numbers of one kind."""

    fixed = False

    def __init__(self, stack: Stack, places: Sequence[int], kind: str):
        self.stack, self.places, self.kind = stack, places, kind

    def at(self, row: int) -> Any:
        array = self.stack.arrays[self.places[row]]
        return {self.kind: array} if self.kind else array

    def near(self, row: int, value: Any) -> bool:
        return self.stack.near(self.places[row], value)


class _Floats:
    """A real number in each row."""

    fixed = False

    def __init__(self, numbers: Sequence[float]):
        self.numbers = numbers

    def at(self, row: int) -> Any:
        return {"v": self.numbers[row]}

    def near(self, row: int, value: Any) -> bool:
        return _is_near(value, self.numbers[row])


class _Lists:
    """A list or a tuple of real numbers in each row, as many in each; compared as one array."""

    fixed = False

    def __init__(self, kind: str, numbers: np.ndarray):
        self.kind, self.numbers, self.stack = kind, numbers, Stack(numbers)

    def at(self, row: int) -> Any:
        return {self.kind: [{"v": each} for each in self.numbers[row].tolist()]}

    def near(self, row: int, value: Any) -> bool:
        return self.stack.near(row, value)


class _Parts:
    """A list, a tuple or a dict in each row, of one length or with the same keys, of columns each."""

    fixed = False

    def __init__(self, kind: str, keys: Sequence[Any], columns: Sequence[Any]):
        self.kind, self.keys, self.columns = kind, keys, columns
        self.names = list(decoded({"d": [[key, {"v": None}] for key in keys]})) if kind == "d" else keys

    def at(self, row: int) -> Any:
        parts = [column.at(row) for column in self.columns]
        return {self.kind: [list(pair) for pair in zip(self.keys, parts, strict=True)] if self.kind == "d" else parts}

    def near(self, row: int, value: Any) -> bool:
        if self.kind == "d":
            return isinstance(value, dict) and all(
                name in value and column.near(row, value[name])
                for name, column in zip(self.names, self.columns, strict=True)
            )
        return (
            isinstance(value, (list, tuple))
            and len(value) == len(self.columns)
            and all(column.near(row, each) for column, each in zip(self.columns, value, strict=True))
        )


class _Each:
    """A tree of its own in each row."""

    fixed = False

    def __init__(self, trees: Sequence[Any]):
        self.trees = trees
        self._known: dict[int, Any] = {}

    def at(self, row: int) -> Any:
        return self.trees[row]

    def near(self, row: int, value: Any) -> bool:
        if row not in self._known:
            self._known[row] = _known(self.trees[row])
        return _near(value, self._known[row])


def _column(spec: dict[str, Any], stacks: Sequence[Stack]) -> Any:
    if "same" in spec:
        return _Same(spec["same"])
    if "stack" in spec:
        return _Stacked(stacks[spec["stack"]], spec["at"], spec["kind"])
    if "floats" in spec:
        return _Floats(spec["floats"])
    if "lists" in spec:
        return _Lists(spec["kind"], spec["lists"])
    if "parts" in spec:
        return _Parts(spec["kind"], spec["keys"], [_column(each, stacks) for each in spec["parts"]])
    return _Each(spec["each"])


def _known(tree: Any) -> Any:
    """A tree as values to compare with."""
    if isinstance(tree, _ndarray):
        return Numbers(tree)
    (kind, inside), *_ = tree.items()
    if kind in "ib":
        return _known(inside)
    value = decoded(tree)
    if kind == "d":
        return {key: _known(each) for key, (_, each) in zip(value, inside, strict=True)}
    if kind in "lt" and not all(isinstance(each, (int, float, bool)) for each in value):
        return [_known(each) for each in inside]
    return Numbers(_asarray(value, dtype=float)) if kind in "lt" or isinstance(value, (int, float)) else value


def _is_near(value: Any, known: float) -> bool:
    """Whether a value is a number, and the one that was recorded."""
    if type(value) is not float:
        try:
            asked = _asarray(value, dtype=float)
        except Exception:
            return False
        if asked.shape:
            return False
        value = asked.item()
    return bool(_absolute(value - known) <= NEAR * (_absolute(known) + LEAST))


def _near(value: Any, known: Any) -> bool:
    """Whether a value is what was recorded, its numbers as nearly as `Numbers` tells."""
    if isinstance(known, Numbers):
        return known.near(value)
    if isinstance(known, Token):
        return isinstance(value, Token) and value.row == known.row
    if isinstance(known, dict):
        return isinstance(value, dict) and all(key in value and _near(value[key], each) for key, each in known.items())
    if isinstance(known, list):
        return (
            isinstance(value, (list, tuple))
            and len(value) == len(known)
            and all(_near(one, other) for one, other in zip(value, known, strict=True))
        )
    return bool(value == known)
