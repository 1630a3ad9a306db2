"""Calls put to what a notebook defines, by name: functions, methods, constructors; answers as flat arrays.

The child's side of an assignment of any callables, believed in nothing, as the rest of the probe.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from .cells import failure_of
from .listening import Spy
from .refill import OffTheRecord
from .tables import Tables
from .trees import Token, alike, decoded, laid_out_deep, leaves, overwritten
from .values import describe

_geterr, _seterr = np.geterr, np.seterr  # see wire: kept under names of our own
MOST_LEAVES, DEEPEST = 64, 3


def ask_calls(
    namespace: dict[str, Any],
    question: dict[str, Any],
    answer: Callable[[dict[str, Any]], None],
    watched: Any = None,
    kind: type = float,
) -> None:
    """Put a question's calls in turn, one answer each; after the first that does not return, the rest is not asked.

    The trusted side watches its reference by `watched`, which puts listeners in the place of the callables, gives back
    how to undo that, and is told what each of the question's own calls `returned`; and hands in real numbers of another
    `kind` to see what rounding does.
    """
    errors = _geterr()
    results: list[Any] = []
    objects: dict[int, Any] = {}
    lent: dict[int, list[tuple[str, Any, Any]]] = {}  # what each object was made with
    last: list[Any] = []
    stand_ins = question.get("stand_in")
    how = {key: question[key] for key in ("run", "choice", "unlike", "blank") if key in question}
    tables = Tables(stand_ins, **how) if stand_ins else None
    undo = tables.put_in_place(namespace) if tables else None
    if watched is not None:
        undo = watched(namespace)
    try:
        for position, call in enumerate(question["calls"]):
            try:
                arguments, known = _arguments(call, results, last, kind)
            except Exception as error:  # what an earlier call gave has no such part
                answer({"question": question["id"], "call": position, "outcome": "raised", "error": failure_of(error)})
                return
            last = arguments
            spy = Spy() if call.get("spy") else None
            outcome, value = _called(namespace, objects, call, arguments, spy)
            results.append(value)
            if watched is not None:
                watched.returned(position, value)
            reply: dict[str, Any] = {"question": question["id"], "call": position, "outcome": outcome}
            if spy is not None:
                reply["complexes"] = list(spy.seen.values())
            if outcome == "raised":
                _tell_error(reply, value, tables)
            elif outcome == "returned":
                if call.get("makes") is not None:
                    objects[call["makes"]] = value
                    lent[call["makes"]] = list(zip(call["labels"], arguments, known, strict=True))
                else:
                    reply["parts"] = dict(_parts(value, call))
                _tell_changes(reply, call, arguments, known)
                if call.get("on") is not None:
                    _tell_state(reply, objects.get(call["on"]), question.get("state", ()))
                    _tell_lent(reply, lent.get(call["on"], []))
            answer(reply)
            if outcome != "returned":
                return
    finally:
        if undo is not None:
            undo()
        _seterr(**errors)


def _tell_error(reply: dict[str, Any], error: dict[str, Any], tables: Tables | None) -> None:
    """What was raised, and what was asked for where no recorded answer is for it."""
    reply["error"] = error
    if tables is not None and error["type"] == OffTheRecord.__name__ and tables.unrecorded:
        reply["unrecorded"] = tables.unrecorded


def _arguments(call: dict[str, Any], results: list[Any], last: list[Any], kind: type) -> tuple[list[Any], list[Any]]:
    """The arguments of a call, and what each was to be: None for one that an earlier call gave."""
    arguments: list[Any] = []
    known: list[Any] = []
    for place, tree in enumerate(call["args"]):
        if isinstance(tree, dict) and "from" in tree:
            arguments.append(_part_of(results[tree["from"]], tree["path"]))
            known.append(None)
            continue
        value = laid_out_deep(decoded(tree, kind), call.get("layout", ""))
        if call.get("into") and place < len(last):
            value = overwritten(last[place], value)
        arguments.append(value)
        known.append(tree)
    return arguments, known


def _part_of(value: Any, path: list[Any]) -> Any:
    for step in path:
        value = value[step]
    return value


def _called(
    namespace: dict[str, Any], objects: dict[int, Any], call: dict[str, Any], arguments: list[Any], spy: Spy | None
) -> Any:
    """The outcome of one call and its value, or what it raised."""
    owner, dot, name = call["name"].rpartition(".")
    if call.get("read"):
        return _read(objects.get(call["on"]), name, call)
    if call.get("on") is not None:
        function = getattr(objects.get(call["on"]), name, None)
    elif dot:
        function = getattr(namespace.get(owner), name, None)
    else:
        function = namespace.get(name)
    if not callable(function):
        return "missing", None
    try:
        for attribute, tree in call.get("sets", ()):
            setattr(objects.get(call["on"]), attribute, decoded(tree))
        first = len(arguments) - call.get("named", 0)
        by_name = dict(zip(call["labels"][first:], arguments[first:], strict=True))
        if spy is None:
            return "returned", function(*arguments[:first], **by_name)
        with spy:
            return "returned", function(*arguments[:first], **by_name)
    except BaseException as error:
        return "raised", failure_of(error)


def _read(model: Any, name: str, call: dict[str, Any]) -> Any:
    """The outcome of reading a property, and its value or what it raised."""
    if not hasattr(type(model), name) and name not in getattr(model, "__dict__", ()):
        return "missing", None
    try:
        for attribute, tree in call.get("sets", ()):
            setattr(model, attribute, decoded(tree))
        return "returned", getattr(model, name)
    except BaseException as error:
        return "raised", failure_of(error)


def _parts(value: Any, call: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    """What a call returned, flat: path -> described. Results that are handed on only are not told."""
    count = call.get("results", 1)
    whole = [value]
    if count > 1:
        try:
            whole = list(value) if isinstance(value, (tuple, list, np.ndarray)) and len(value) == count else [value]
        except Exception:  # a class of the submission's own
            whole = [value]
        if len(whole) == 1:
            yield "", describe(value)
            return
    leaves_told = 0
    for place, each in enumerate(whole):
        if place in call.get("opaque", ()):
            continue
        for path, leaf in leaves(each, str(place), DEEPEST):
            if leaves_told >= MOST_LEAVES:
                return
            leaves_told += 1
            yield path, describe(leaf)


def _tell_changes(reply: dict[str, Any], call: dict[str, Any], arguments: list[Any], known: list[Any]) -> None:
    """Which arguments the call changed, and, where it may, what they are now."""
    reply["mutated"] = []
    for label, value, tree in zip(call["labels"], arguments, known, strict=True):
        if tree is None or isinstance(value, Token) or alike(value, tree):
            continue
        reply["mutated"].append(label)
    for label, value in zip(call["labels"], arguments, strict=True):
        if label in call.get("changes", ()):
            for path, leaf in leaves(value, f"{label}!", DEEPEST):
                reply.setdefault("parts", {})[path] = describe(leaf)


def _tell_lent(reply: dict[str, Any], lent: list[tuple[str, Any, Any]]) -> None:
    """What the object was made with and this call has changed; taken off the list, as no later call has done it."""
    changed = [each for each in lent if each[2] is not None and not isinstance(each[1], Token) and not alike(*each[1:])]
    if changed:
        reply["lent"] = [label for label, _, _ in changed]
        lent[:] = [each for each in lent if each[0] not in reply["lent"]]


def _tell_state(reply: dict[str, Any], model: Any, names: Any) -> None:
    """The object's attributes that count, as they are after the call."""
    for name in names:
        try:
            value = getattr(model, name)
        except Exception:  # not there, or a property of the submission's own
            reply.setdefault("parts", {})[f"self.{name}"] = {"kind": "none"}
            continue
        for path, leaf in leaves(value, f"self.{name}", DEEPEST):
            reply.setdefault("parts", {})[path] = describe(leaf)
