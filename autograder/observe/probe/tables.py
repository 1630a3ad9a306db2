"""Recorded answers that stand in for callables: looked up by the arguments of each call, nothing is computed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from .stand_ins import NEAR, OffTheRecord
from .trees import Token, decoded, overwritten

_asarray, _abs = np.asarray, np.abs  # see wire: kept under names of our own


class Tables:
    """The tables of one question, by full name: rows of arguments, the object's state, result, changed arguments."""

    def __init__(self, spec: dict[str, Any]):
        self.tables = {name: Table(name, table) for name, table in spec.items()}

    def put_in_place(self, namespace: dict[str, Any]) -> Callable[[], None]:
        """Let the tables answer for the callables in a namespace; gives what puts these back."""
        kept: list[tuple[Any, str, Any, bool]] = []
        for name, table in self.tables.items():
            owner, dot, method = name.rpartition(".")
            if not dot:
                kept.append((namespace, method, namespace.get(method), method in namespace))
                namespace[method] = table.as_function()
            elif isinstance(namespace.get(owner), type):
                cls = namespace[owner]
                kept.append((cls, method, vars(cls).get(method), method in vars(cls)))
                setattr(cls, method, table.as_method())

        def undo() -> None:
            for place, name, value, was_there in reversed(kept):
                if isinstance(place, dict):
                    place.update({name: value}) if was_there else place.pop(name, None)
                elif was_there:
                    setattr(place, name, value)
                else:
                    delattr(place, name)

        return undo


class Table:
    """What one callable was asked and gave in the reference's run."""

    def __init__(self, name: str, table: dict[str, Any]):
        self.name, self.labels, self.rows = name, table["labels"], table["rows"]
        self.defaults = {label: decoded(tree) for label, tree in table.get("defaults", ())}
        self.keys = [[_numbers(tree) for tree in row["args"]] for row in self.rows]
        self.states = [{key: _numbers(tree) for key, tree in row.get("state", ())} for row in self.rows]
        self.next = 0

    def as_function(self) -> Callable[..., Any]:
        def stands_in(*args: Any, **kwargs: Any) -> Any:
            return self.answer(None, args, kwargs)

        return stands_in

    def as_method(self) -> Callable[..., Any]:
        def stands_in(model: Any, *args: Any, **kwargs: Any) -> Any:
            return self.answer(model, args, kwargs)

        return stands_in

    def answer(self, model: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        """The recorded result of the call whose arguments these are; raises OffTheRecord where there is none."""
        arguments = self.defaults | dict(zip(self.labels, args, strict=False)) | kwargs
        # Most runs ask in the order of the reference: the row after the last is tried first.
        order = [*range(self.next, len(self.rows)), *range(self.next)]
        for number in order:
            if self._matches(number, model, arguments):
                self.next = (number + 1) % len(self.rows)
                row = self.rows[number]
                for label, tree in row.get("changes", ()):
                    if label in arguments:
                        overwritten(arguments[label], decoded(tree))
                return decoded(row["value"])
        raise OffTheRecord(f"{self.name} was asked about other numbers than the question leads to")

    def _matches(self, number: int, model: Any, arguments: dict[str, Any]) -> bool:
        for label, key in zip(self.labels, self.keys[number], strict=True):
            if label in arguments and not _near(arguments[label], key):
                return False
        return all(_near(getattr(model, name, None), key) for name, key in self.states[number].items())


def _numbers(tree: Any) -> Any:
    """A tree as values to compare with: made once."""
    return decoded(tree)


def _near(value: Any, known: Any) -> bool:
    """Whether numbers are, relatively to the largest, those that were recorded."""
    if isinstance(known, Token):
        return isinstance(value, Token) and value.row == known.row
    if isinstance(known, dict):
        return isinstance(value, dict) and all(key in value and _near(value[key], each) for key, each in known.items())
    if known is None or isinstance(known, str):
        return bool(value == known)
    if isinstance(known, (list, tuple)) and not _flat(known):
        return (
            isinstance(value, (list, tuple))
            and len(value) == len(known)
            and all(_near(one, other) for one, other in zip(value, known, strict=True))
        )
    try:
        asked, known = _asarray(value, dtype=float), _asarray(known, dtype=float)
    except Exception:
        return False
    if asked.shape != known.shape:
        return False
    if not known.size:
        return True
    return bool(_abs(asked - known).max() <= NEAR * (_abs(known).max() + 1e-300))


def _flat(known: Any) -> bool:
    return all(isinstance(each, (int, float, bool)) for each in known)
