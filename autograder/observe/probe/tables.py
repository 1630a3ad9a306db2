"""Recorded answers that stand in for callables: looked up by the arguments of each call, nothing is computed."""

from __future__ import annotations

import contextlib
import inspect
import itertools
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from .refill import NEAR, OffTheRecord, refill
from .trees import Token, decoded, leaves, overwritten
from .values import describe

_asarray, _abs, _signature, _absolute = np.asarray, np.abs, inspect.signature, abs  # see wire: names of our own
MOST_LEAVES, DEEPEST_ASKED = 32, 2  # of what was asked for and is not on record


class Tables:
    """The tables of one question, by full name: rows of arguments, the object's state, result, changed arguments and
    state.

    Where `run` is true the submission's own callable is run first, for what it leaves on the object; of the arrays that
    it leaves, those that may stand for a recorded one are replaced by it, in way number `choice` of doing so; with
    `unlike`, those of other signs too.
    """

    def __init__(self, spec: dict[str, Any], run: bool = False, choice: int = -1, unlike: bool = False):
        how = {"choice": choice, "open": unlike}
        self.tables = {name: Table(name, table, run, how) for name, table in spec.items()}

    @property
    def unrecorded(self) -> dict[str, Any]:
        """What was asked for last that is not on record: `of` whom, and its numbers by their paths; empty where all
        was."""
        return next(
            ({"of": each.name, "parts": each.unrecorded} for each in self.tables.values() if each.unrecorded), {}
        )

    def put_in_place(self, namespace: dict[str, Any]) -> Callable[[], None]:
        """Let the tables answer for the callables in a namespace; gives what puts these back."""
        kept: list[tuple[Any, str, Any, bool]] = []
        for name, table in self.tables.items():
            owner, dot, method = name.rpartition(".")
            if not dot:
                kept.append((namespace, method, namespace.get(method), method in namespace))
                namespace[method] = table.as_function(namespace.get(method))
            elif isinstance(namespace.get(owner), type):
                cls = namespace[owner]
                kept.append((cls, method, vars(cls).get(method), method in vars(cls)))
                setattr(cls, method, table.as_method(cls, method))

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

    def __init__(self, name: str, table: dict[str, Any], run: bool, how: dict[str, Any]):
        self.name, self.labels, self.rows, self.run, self.how = name, table["labels"], table["rows"], run, how
        self.defaults = {label: decoded(tree) for label, tree in table.get("defaults", ())}
        self.needed = [label for label in self.labels if label not in table.get("optional", ())]
        made: dict[int, Any] = {}  # the same arrays come in many rows
        self.keys = [[_known(tree, made) for tree in row["args"]] for row in self.rows]
        self.states = [{key: _known(tree, made) for key, tree in row.get("state", ())} for row in self.rows]
        self.next = 0
        self.unrecorded: dict[str, Any] = {}

    def as_function(self, written: Any) -> Callable[..., Any]:
        """What stands in for the function that the submission has written."""

        def stands_in(*args: Any, **kwargs: Any) -> Any:
            self._must_take(written, args, kwargs, args)
            self._run_first(written, args, kwargs)
            return self.answer(None, args, kwargs)

        return stands_in

    def as_method(self, cls: type, name: str) -> Callable[..., Any]:
        """What stands in for a method of a class, a static one too, however it is called."""
        static = isinstance(inspect.getattr_static(cls, name, None), staticmethod)
        written = getattr(cls, name, None)

        def stands_in(*args: Any, **kwargs: Any) -> Any:
            bound = bool(args) and isinstance(args[0], cls)
            rest = args[1:] if bound else args
            handed = rest if static else args
            self._must_take(written, handed, kwargs, rest)
            self._run_first(written, handed, kwargs)
            return self.answer(args[0] if bound else None, rest, kwargs)

        return stands_in

    def _must_take(self, written: Any, args: tuple[Any, ...], kwargs: dict[str, Any], rest: tuple[Any, ...]) -> None:
        """Raises TypeError for a call that lacks an argument and that the submission's own callable would not take."""
        missing = [label for label in self.needed[len(rest) :] if label not in kwargs]
        if not missing or not callable(written):
            return
        try:
            _signature(written).bind(*args, **kwargs)
        except TypeError as error:
            raise TypeError(f"{self.name}: {error}") from None
        except ValueError:  # it has no signature
            return

    def _run_first(self, written: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        if self.run and callable(written):
            with contextlib.suppress(Exception):  # its own fault is charged to itself
                written(*args, **kwargs)

    def answer(self, model: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        """The recorded result of the call whose arguments these are; raises OffTheRecord where there is none."""
        arguments = self.defaults | dict(zip(self.labels, args, strict=False)) | kwargs
        # Most runs ask in the order of the reference: the row after the last is tried first.
        for number in itertools.chain(range(self.next, len(self.rows)), range(self.next)):
            if self._matches(number, model, arguments):
                self.next = (number + 1) % len(self.rows)
                row = self.rows[number]
                for label, tree in row.get("changes", ()):
                    if label in arguments:
                        overwritten(arguments[label], decoded(tree))
                if model is not None:
                    _leave(model, row.get("leaves", ()))
                if model is not None and self.how["choice"] >= 0 and row.get("kept"):
                    self._refill(model, row)
                return decoded(row["value"])
        self.unrecorded = dict(self._beside_the_record(model, arguments))
        raise OffTheRecord(f"{self.name} was asked about other numbers than the question leads to")

    def _beside_the_record(self, model: Any, arguments: dict[str, Any]) -> Iterator[tuple[str, Any]]:
        """What is asked, flat: arguments by their labels, and the object's state, `self.w`; without the arguments that
        are the same in all rows and here, such as the samples."""
        asked = [(label, arguments[label]) for label in self.labels if label in arguments]
        asked += [(f"self.{name}", getattr(model, name, None)) for name in (self.states[0] if self.states else ())]
        for place, (label, value) in enumerate(asked):
            if not label.startswith("self.") and self._is_fixed(place) and _near(value, self.keys[0][place]):
                continue
            for path, leaf in itertools.islice(leaves(value, label, DEEPEST_ASKED), MOST_LEAVES):
                yield path, describe(leaf)

    def _is_fixed(self, place: int) -> bool:
        """Whether an argument is the very same in all rows."""
        return bool(self.keys) and all(key[place] is self.keys[0][place] for key in self.keys)

    def _refill(self, model: Any, row: dict[str, Any]) -> None:
        """Put what the reference worked out on its way where the submission's own callable left its like."""
        arrays = [tree for tree in row["args"] if isinstance(tree, np.ndarray)]
        spec = {**self.how, "kinds": row["kept"], "x": arrays[0] if arrays else _asarray([])}
        refill(model, spec, [name for name, _ in row.get("state", ())])

    def _matches(self, number: int, model: Any, arguments: dict[str, Any]) -> bool:
        for label, key in zip(self.labels, self.keys[number], strict=True):
            if label in arguments and not _near(arguments[label], key):
                return False
        return all(_near(getattr(model, name, None), key) for name, key in self.states[number].items())


def _leave(model: Any, attributes: Any) -> None:
    """Let the object hold what a right run left on it, in the arrays that it has where these are of the same form."""
    for name, tree in attributes:
        old = getattr(model, name, None)
        new = overwritten(old, decoded(tree))
        if new is not old:
            with contextlib.suppress(Exception):  # a property of the submission's own
                setattr(model, name, new)


class Numbers:
    """Recorded numbers to compare with; how far off others may be is worked out when it is first asked."""

    def __init__(self, array: Any):
        self.array, self.bound = array, -1.0

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
            one, known = asked.item(), self.array.item()
            return bool(_absolute(one - known) <= NEAR * (_absolute(known) + 1e-300))
        if self.bound == -1.0:
            self.bound = NEAR * (_abs(self.array).max() + 1e-300)
        return bool(_abs(asked - self.array).max() <= self.bound)


def _known(tree: Any, made: dict[int, Any]) -> Any:
    """A tree as values to compare with, what is `made` of an array once for all places where it stands."""
    if isinstance(tree, np.ndarray):
        if id(tree) not in made:
            made[id(tree)] = Numbers(tree)
        return made[id(tree)]
    (kind, inside), *_ = tree.items()
    if kind in "ib":
        return _known(inside, made)
    value = decoded(tree)
    if kind == "d":
        return {key: _known(each, made) for key, (_, each) in zip(value, inside, strict=True)}
    if kind in "lt" and not all(isinstance(each, (int, float, bool)) for each in value):
        return [_known(each, made) for each in inside]
    return Numbers(_asarray(value, dtype=float)) if kind in "lt" or isinstance(value, (int, float)) else value


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
