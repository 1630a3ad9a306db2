"""Recorded calls column by column: what hundreds of rows hold travels in few pieces, and is read where it is asked.

Context: a table has a row for each call of a run, most of them arrays of a few numbers; to build each row, and what it
is compared with, took longer than the run that reads some of them. Choice: arrays of one shape lie in one stack, and a
column says at which place of it each row's stands; what is the same in all rows is said once. Cost: rows are put
together again where somebody wants one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from .refill import NEAR
from .trees import Token, decoded
from .values import SMALL
from .wire import LARGEST

_array, _asarray, _abs, _stack, _ndarray = np.array, np.asarray, np.abs, np.stack, np.ndarray  # see wire
_absolute = abs
BEYOND, FAR_BELOW = 1e8, 1e-3  # numbers as large stand for none where all others are below that part of it
PAIRS = ("state", "changes", "leaves")  # of a row: lists of names and values


class Columns:
    """The rows of one table: `args` are columns by place, `attributes` the names in the rows' states."""

    def __init__(self, table: Mapping[str, Any], stacks: Sequence[Stack]):
        self.count: int = table["count"]
        self.args = [_column(spec, stacks) for spec in table["args"]]
        self.value = _column(table["value"], stacks)
        self.attributes: list[str] = table.get("attributes", [])
        self.pairs = {key: _column(table[key], stacks) for key in PAIRS if key in table}
        self.kept: Sequence[Any] = table.get("kept", ())

    def named(self, key: str, row: int) -> dict[str, Any]:
        """A row's state, changes or leaves: fresh values by their names."""
        return decoded(self.pairs[key].at(row)) if key in self.pairs else {}

    def row(self, number: int) -> dict[str, Any]:
        """One row, put together: `args`, `value`, and what else it has."""
        row = {"args": [column.at(number) for column in self.args], "value": self.value.at(number)}
        return row | {key: column.at(number)["d"] for key, column in self.pairs.items()}


def as_columns(tables: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """Tables of rows as they travel: `stacks` of arrays, and `tables` whose columns refer to them."""
    stacks = _Stacks()
    made = {name: _as_columns(table, stacks) for name, table in tables.items()}
    return {"stacks": stacks.joined(), "tables": made}


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
            known = self._numbers[place] = Numbers(self.arrays[place])
        return known.near(value)


class Numbers:
    """Recorded numbers to compare with."""

    def __init__(self, array: np.ndarray):
        self.array, self.bound, self.bits = array, -1.0, b""
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
        if self.bound == -1.0:
            self._measure()
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
        self.bound = NEAR * (sizes.max() + 1e-300)


# --- columns as they are read: `at` gives a row's tree, `near` tells whether a value is what was recorded there


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

    def __init__(self, numbers: np.ndarray):
        self.numbers = numbers.tolist()

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
        return _Stacked(stacks[spec["stack"]], [*map(int, spec["at"].tolist())], spec["kind"])
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
    return bool(_absolute(value - known) <= NEAR * (_absolute(known) + 1e-300))


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


# --- columns as they are made, by the trusted side


class _Stacks:
    """Arrays by their shapes, each that is there several times once."""

    def __init__(self) -> None:
        self.of_shape: dict[tuple[int, ...], int] = {}
        self.several: list[list[np.ndarray]] = []
        self.places: list[dict[int, int]] = []

    def put(self, arrays: Sequence[np.ndarray]) -> tuple[int, list[int]] | None:
        """The number of a stack and the places in it; None where they are of several shapes, or too much for one."""
        shape = arrays[0].shape
        if len(shape) > 7 or any(each.shape != shape for each in arrays):
            return None
        number = self.of_shape.setdefault(shape, len(self.several))
        if number == len(self.several):
            self.several.append([])
            self.places.append({})
        held, places = self.several[number], self.places[number]
        new = {id(each): each for each in arrays if id(each) not in places}
        if (len(held) + len(new)) * max(1, arrays[0].size) > LARGEST:
            return None
        for key, each in new.items():
            places[key] = len(held)
            held.append(each)
        return number, [places[id(each)] for each in arrays]

    def joined(self) -> list[np.ndarray]:
        return [_stack(each) for each in self.several]


def _as_columns(table: Mapping[str, Any], stacks: _Stacks) -> dict[str, Any]:
    rows = table["rows"]
    made = {key: each for key, each in table.items() if key != "rows"}
    made["count"] = len(rows)
    made["args"] = (
        [_as_column([row["args"][k] for row in rows], stacks) for k in range(len(rows[0]["args"]))] if rows else []
    )
    made["value"] = _as_column([row["value"] for row in rows], stacks)
    for key in PAIRS:
        if any(row.get(key) for row in rows):
            made[key] = _as_column([{"d": row.get(key, [])} for row in rows], stacks)
    if "state" in made:
        made["attributes"] = list(dict.fromkeys(name for row in rows for name, _ in row.get("state", ())))
    if any("kept" in row for row in rows):
        made["kept"] = [row.get("kept", []) for row in rows]
    return made


def _as_column(trees: Sequence[Any], stacks: _Stacks) -> dict[str, Any]:
    """Trees of the same place in all rows, as shortly as they can be said."""
    if trees and all(each is trees[0] for each in trees):
        return {"same": trees[0]}
    arrays, kind = _arrays(trees)
    if arrays and (put := stacks.put(arrays)) is not None:
        return {"stack": put[0], "at": _array(put[1], dtype=float), "kind": kind}  # numbers travel fastest as arrays
    kinds = {next(iter(each)) if isinstance(each, dict) else "" for each in trees}
    if len(kinds) != 1 or "" in kinds:
        return {"each": list(trees)}
    kind = kinds.pop()
    inside = [each[kind] for each in trees]
    if kind == "v":
        same = all(type(each) is type(inside[0]) and each == inside[0] for each in inside)
        if same or not all(type(each) is float for each in inside):
            return {"same": trees[0]} if same else {"each": list(trees)}
        return {"floats": _array(inside)}
    if kind == "d" and inside[0] and all([key for key, _ in each] == [key for key, _ in inside[0]] for each in inside):
        parts = [_as_column([each[k][1] for each in inside], stacks) for k in range(len(inside[0]))]
        return {"parts": parts, "kind": kind, "keys": [key for key, _ in inside[0]]}
    if kind in "lt" and inside[0] and all(len(each) == len(inside[0]) for each in inside):
        if all(_is_float(number) for each in inside for number in each):
            return {"lists": _array([[number["v"] for number in each] for each in inside]), "kind": kind}
        if not any(all(isinstance(each, dict) and "v" in each for each in one) for one in inside):
            parts = [_as_column([each[k] for each in inside], stacks) for k in range(len(inside[0]))]
            return {"parts": parts, "kind": kind, "keys": []}
    return {"each": list(trees)}


def _arrays(trees: Sequence[Any]) -> tuple[list[np.ndarray], str]:
    """The arrays that the trees are, and of what kind of numbers; none where they are anything else."""
    if all(isinstance(each, _ndarray) for each in trees):
        return list(trees), ""
    for kind in "ib":
        if all(isinstance(each, dict) and kind in each for each in trees):
            return [each[kind] for each in trees], kind
    return [], ""


def _is_float(tree: Any) -> bool:
    return isinstance(tree, dict) and type(tree.get("v")) is float
