"""Recorded answers that stand in for callables: looked up by the arguments of each call, nothing is computed."""

from __future__ import annotations

import contextlib
import inspect
import itertools
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from .columns import Columns, of_tables
from .refill import OffTheRecord, refill
from .trees import Token, decoded, leaves, overwritten
from .values import describe

_asarray, _full, _signature = np.asarray, np.full, inspect.signature  # see wire: names of our own
MOST_LEAVES, DEEPEST_ASKED = 32, 2  # of what was asked for and is not on record


class Tables:
    """The tables of one question, by full name: arguments, the object's state, result, changed arguments and state of
    each call.

    Where `run` is true the submission's own callable is run first, for what it leaves on the object; of the arrays that
    it leaves, those that may stand for a recorded one are replaced by it, in way number `choice` of doing so; with
    `unlike`, those of other signs too. With `blank`, what is not on record is answered by NaN.
    """

    def __init__(
        self, spec: dict[str, Any], run: bool = False, choice: int = -1, unlike: bool = False, blank: bool = False
    ):
        how = {"choice": choice, "open": unlike, "blank": blank}
        self.tables = {
            name: Table(name, spec["tables"][name], columns, run, how) for name, columns in of_tables(spec).items()
        }

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

    def __init__(self, name: str, table: dict[str, Any], columns: Columns, run: bool, how: dict[str, Any]):
        self.name, self.labels, self.columns, self.run, self.how = name, table["labels"], columns, run, how
        self.defaults = {label: decoded(tree) for label, tree in table.get("defaults", ())}
        self.needed = [label for label in self.labels if label not in table.get("optional", ())]
        by_label = list(zip(self.labels, columns.args, strict=False))  # no columns where there are no rows
        self.fixed = [(label, column) for label, column in by_label if column.fixed]
        self.varying = [(label, column) for label, column in by_label if not column.fixed]
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
        state = {name: getattr(model, name, None) for name in self.columns.attributes}
        number = self._found(arguments, state)
        if number is None:
            self.unrecorded = dict(self._beside_the_record(arguments, state))
            like = self._of_these_shapes(arguments) if self.how["blank"] else None
            if like is not None:
                return blank(decoded(self.columns.value.at(like)))
            raise OffTheRecord(f"{self.name} was asked about other numbers than the question leads to")
        self.next = (number + 1) % self.columns.count
        for label, value in self.columns.named("changes", number).items():
            if label in arguments:
                overwritten(arguments[label], value)
        if model is not None:
            _leave(model, self.columns.named("leaves", number))
            if self.how["choice"] >= 0 and self.columns.kept and self.columns.kept[number]:
                self._refill(model, number)
        return decoded(self.columns.value.at(number))

    def _found(self, arguments: dict[str, Any], state: dict[str, Any]) -> int | None:
        """The number of the row with these arguments and this state; most runs ask in the order of the reference, and
        the row after the last is tried first."""
        count = self.columns.count
        if not count or not all(_agrees(each, 0, arguments) for each in self.fixed):
            return None
        of_state = self.columns.pairs.get("state")
        for number in itertools.chain(range(self.next, count), range(self.next)):
            agree = all(_agrees(each, number, arguments) for each in self.varying)
            if agree and (of_state is None or of_state.near(number, state)):
                return number
        return None

    def _of_these_shapes(self, arguments: dict[str, Any]) -> int | None:
        """The number of the next row whose arrays have the shapes of those that are handed over."""
        count = self.columns.count
        for number in itertools.chain(range(self.next, count), range(self.next)):
            trees = ((label, column.at(number)) for label, column in (*self.fixed, *self.varying))
            arrays = [(label, tree) for label, tree in trees if label in arguments and isinstance(tree, np.ndarray)]
            if all(getattr(arguments[label], "shape", None) == tree.shape for label, tree in arrays):
                return number
        return None

    def _beside_the_record(self, arguments: dict[str, Any], state: dict[str, Any]) -> Iterator[tuple[str, Any]]:
        """What is asked, flat: arguments by their labels, and the object's state, `self.w`; without the arguments that
        are the same in all rows and here, such as the samples."""
        fixed = [label for label, column in self.fixed if label in arguments and column.near(0, arguments[label])]
        asked = [(label, arguments[label]) for label in self.labels if label in arguments and label not in fixed]
        asked += [(f"self.{name}", value) for name, value in state.items()]
        for label, value in asked:
            for path, leaf in itertools.islice(leaves(value, label, DEEPEST_ASKED), MOST_LEAVES):
                yield path, describe(leaf)

    def _refill(self, model: Any, number: int) -> None:
        """Put what the reference worked out on its way where the submission's own callable left its like."""
        args = [column.at(number) for column in self.columns.args]
        arrays = [tree for tree in args if isinstance(tree, np.ndarray)]
        spec = {**self.how, "kinds": self.columns.kept[number], "x": arrays[0] if arrays else _asarray([])}
        refill(model, spec, self.columns.attributes)


def blank(value: Any) -> Any:
    """A value with NaN for each of its real numbers; raises OffTheRecord where it holds others, which have no such."""
    if isinstance(value, (list, tuple)):
        return type(value)([blank(each) for each in value])
    if isinstance(value, dict):
        return {key: blank(each) for key, each in value.items()}
    if isinstance(value, np.ndarray) and value.dtype.kind == "f":
        return _full(value.shape, float("nan"))
    if isinstance(value, float):
        return float("nan")
    if isinstance(value, Token):
        return Token(-1)
    raise OffTheRecord("there is nothing that stands for what is not on record")


def _agrees(of: tuple[str, Any], number: int, arguments: dict[str, Any]) -> bool:
    """Whether an argument is what its column holds in a row; one that is left out does not tell."""
    label, column = of
    return label not in arguments or column.near(number, arguments[label])


def _leave(model: Any, attributes: dict[str, Any]) -> None:
    """Let the object hold what a right run left on it, in the arrays that it has where these are of the same form."""
    for name, value in attributes.items():
        old = getattr(model, name, None)
        new = overwritten(old, value)
        if new is not old:
            with contextlib.suppress(Exception):  # a property of the submission's own
                setattr(model, name, new)
