"""The reference's own run, watched: who calls whom, with what, and what comes back."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from types import FunctionType
from typing import Any

import numpy as np

from autograder.callables.declared.reference import Reference
from autograder.callables.declared.workings import Workings
from autograder.observe import probe


@dataclass(frozen=True)
class Watched:
    """One call that a callable made of another in the reference's run."""

    name: str
    args: tuple[Any, ...]  # as trees, before the call
    labels: tuple[str, ...]
    state: tuple[tuple[str, Any], ...]
    value: Any  # as a tree
    changes: tuple[tuple[str, Any], ...]
    leaves: tuple[tuple[str, Any], ...] = ()  # the state that is otherwise afterwards, as trees
    worked_out: tuple[np.ndarray, ...] = ()  # on its way, where that is listened to


class Watcher:
    """Listens to the calls that callables make of one another while a question is put to the reference.

    `calls` are those that were made directly by what a question called, in order; with `workings` they tell what was
    worked out in them. `deeper` are the first of those that were made by these, and so on, at most as many as are asked
    for; without those whose arguments or results are no containers of numbers.
    """

    def __init__(
        self, reference: Reference, names: tuple[str, ...], workings: Workings | None = None, most_deeper: int = 0
    ):
        self.reference, self.names, self.workings = reference, names, workings
        self.calls: list[Watched] = []
        self.deeper: list[Watched] = []
        self._most_deeper = most_deeper
        self._depth: list[str] = []
        self.made: dict[str, set[str]] = {}  # caller -> those it called
        self.top: dict[int, Any] = {}  # what the question's own calls gave, by position
        self.worked_out: dict[int, tuple[np.ndarray, ...]] = {}  # in the question's own calls, by position
        self._told = 0
        self._tokens: dict[int, Any] = {}

    def returned(self, position: int, value: Any) -> None:
        """One of the question's own calls gave this."""
        self.top[position] = value
        if self.workings is not None:
            self.worked_out[position] = tuple(self.workings.arrays[self._told :])
            self._told = len(self.workings.arrays)

    def __call__(self, namespace: dict[str, Any]) -> Callable[[], None]:
        """Put listeners in the place of the callables; gives what puts these back."""
        undo: list[tuple[Any, str, Any, bool]] = []
        heard_of: list[str] = []
        for name in self.names:
            owner, _, attribute = name.rpartition(".")
            place: Any = namespace.get(owner) if owner else namespace
            was = inspect.getattr_static(place, attribute) if owner else namespace[attribute]
            if owner and not isinstance(was, FunctionType | staticmethod):  # a property, a method of the class
                continue
            heard_of.append(name)
            undo.append((place, attribute, was, not owner or attribute in vars(place)))
        for name, (place, attribute, was, _) in zip(heard_of, undo, strict=True):
            heard = self._listener(name, was, isinstance(place, type))
            if isinstance(place, type):
                setattr(place, attribute, heard)
            else:
                namespace[attribute] = heard

        def back() -> None:
            for place, attribute, was, is_own in undo:
                if isinstance(place, dict):
                    place[attribute] = was
                elif is_own:
                    setattr(place, attribute, was)
                else:  # inherited
                    delattr(place, attribute)

        return back

    def _listener(self, name: str, was: Any, method: bool) -> Callable[..., Any]:
        signature = self.reference.signatures[name]
        opaque = self.reference.opaque.get(name, ())
        static = isinstance(was, staticmethod)
        function = was.__func__ if static else was
        bound = inspect.signature(function)

        def heard(*args: Any, **kwargs: Any) -> Any:
            arguments = bound.bind(*args, **kwargs)
            arguments.apply_defaults()
            model = args[0] if method and not static else None
            values = [arguments.arguments[label] for label in signature.arguments]
            direct = len(self._depth) == 1
            if self._depth:
                self.made.setdefault(self._depth[-1], set()).add(name)
            deeper = not method and len(self._depth) > 1 and len(self.deeper) < self._most_deeper
            before = tuple(self._encoded(value) for value in values) if direct else ()
            given = _trees(values) if deeper else None
            state = self._state(model) if direct else ()
            self._depth.append(name)
            first = len(self.workings.arrays) if self.workings else 0
            try:
                value = function(*args, **kwargs)
            finally:
                self._depth.pop()
            if direct:
                changes = tuple(
                    (label, probe.encoded(now))
                    for label, now, was_ in zip(signature.arguments, values, before, strict=True)
                    if _differs(now, was_)
                )
                results = self._result(value, len(signature.results), opaque)
                worked_out = tuple(self.workings.arrays[first:]) if self.workings else ()
                leaves = tuple((label, tree) for label, tree in self._state(model) if _moved(model, label, state))
                self.calls.append(
                    Watched(name, before, signature.arguments, state, results, changes, leaves, worked_out)
                )
            result = _trees([value]) if given is not None else None
            if given is not None and result is not None and not any(map(_differs, values, given)):
                self.deeper.append(Watched(name, given, signature.arguments, (), result[0], ()))
            return value

        return staticmethod(heard) if static else heard

    def _encoded(self, value: Any) -> Any:
        if id(value) in self._tokens:
            return {"token": self._tokens[id(value)][0]}
        return probe.encoded(value)

    def _handed_on(self, value: Any) -> Any:
        """What is handed on, as it is where it can travel: others may look into it. Else a token stands for it."""
        try:
            return probe.encoded(value)
        except TypeError:
            number = len(self._tokens)
            self._tokens[id(value)] = (number, value)  # kept alive, so that its id stays its own
            return {"token": number}

    def _result(self, value: Any, count: int, opaque: tuple[int, ...]) -> Any:
        if not opaque:
            return probe.encoded(value)
        parts = [value] if count == 1 else list(value)
        trees = []
        for place, part in enumerate(parts):
            trees.append(self._handed_on(part) if place in opaque else probe.encoded(part))
        return trees[0] if count == 1 else {"t": trees}

    def _state(self, model: Any) -> tuple[tuple[str, Any], ...]:
        names = self.reference.declaration.state
        return tuple((name, probe.encoded(getattr(model, name))) for name in names if hasattr(model, name))


def _moved(model: Any, label: str, state: tuple[tuple[str, Any], ...]) -> bool:
    """Whether an attribute is not what it was."""
    was = dict(state)
    return label not in was or not probe.alike(getattr(model, label), was[label])


def _trees(values: Sequence[Any]) -> tuple[Any, ...] | None:
    """Values encoded; None where one of them is no container of numbers."""
    try:
        return tuple(map(probe.encoded, values))
    except TypeError:
        return None


def _differs(value: Any, tree: Any) -> bool:
    return not (isinstance(tree, dict) and "token" in tree) and not probe.alike(value, tree)
