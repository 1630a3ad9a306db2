"""Recorded calls as columns, in which they travel to the probe and are read there.

Arrays of one shape lie in one stack, and a column says at which place of it each row's stands; what is the same in all
rows is said once. What a column's parts mean is told where it is read, in the probe.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from autograder.observe import probe


def as_columns(tables: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """Tables of rows as they travel: `stacks` of arrays, and `tables` whose columns refer to them."""
    stacks = _Stacks()
    made = {name: _as_columns(table, stacks) for name, table in tables.items()}
    return {"stacks": stacks.joined(), "tables": made}


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
        if (len(held) + len(new)) * max(1, arrays[0].size) > probe.LARGEST:
            return None
        for key, each in new.items():
            places[key] = len(held)
            held.append(each)
        return number, [places[id(each)] for each in arrays]

    def joined(self) -> list[np.ndarray]:
        return [np.stack(each) for each in self.several]


def _as_columns(table: Mapping[str, Any], stacks: _Stacks) -> dict[str, Any]:
    rows = table["rows"]
    made = {key: each for key, each in table.items() if key != "rows"}
    made["count"] = len(rows)
    made["args"] = (
        [_as_column([row["args"][k] for row in rows], stacks) for k in range(len(rows[0]["args"]))] if rows else []
    )
    made["value"] = _as_column([row["value"] for row in rows], stacks)
    for key in probe.ROW_PAIRS:
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
        return {"stack": put[0], "at": put[1], "kind": kind}
    kinds = {next(iter(each)) if isinstance(each, dict) else "" for each in trees}
    if len(kinds) != 1 or "" in kinds:
        return {"each": list(trees)}
    kind = kinds.pop()
    inside = [each[kind] for each in trees]
    if kind == "v":
        same = all(type(each) is type(inside[0]) and each == inside[0] for each in inside)
        if same or not all(type(each) is float for each in inside):
            return {"same": trees[0]} if same else {"each": list(trees)}
        return {"floats": inside}
    if kind == "d" and inside[0] and all([key for key, _ in each] == [key for key, _ in inside[0]] for each in inside):
        parts = [_as_column([each[k][1] for each in inside], stacks) for k in range(len(inside[0]))]
        return {"parts": parts, "kind": kind, "keys": [key for key, _ in inside[0]]}
    if kind in "lt" and inside[0] and all(len(each) == len(inside[0]) for each in inside):
        if all(_is_float(number) for each in inside for number in each):
            return {"lists": np.array([[number["v"] for number in each] for each in inside]), "kind": kind}
        if not any(all(isinstance(each, dict) and "v" in each for each in one) for one in inside):
            parts = [_as_column([each[k] for each in inside], stacks) for k in range(len(inside[0]))]
            return {"parts": parts, "kind": kind, "keys": []}
    return {"each": list(trees)}


def _arrays(trees: Sequence[Any]) -> tuple[list[np.ndarray], str]:
    """The arrays that the trees are, and of what kind of numbers; none where they are anything else."""
    if all(isinstance(each, np.ndarray) for each in trees):
        return list(trees), ""
    for kind in "ib":
        if all(isinstance(each, dict) and kind in each for each in trees):
            return [each[kind] for each in trees], kind
    return [], ""


def _is_float(tree: Any) -> bool:
    return isinstance(tree, dict) and type(tree.get("v")) is float
