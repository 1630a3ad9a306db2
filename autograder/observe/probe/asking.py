"""A question put to a class: an object is made, its methods are called, what they do is described."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from .cells import failure_of
from .listening import Spy
from .stand_ins import stand_in
from .values import changed, copied, describe, laid_out, set_weights, weights_left, written

_asarray, _geterr, _seterr = np.asarray, np.geterr, np.seterr  # see wire: kept under names of our own


def ask(cls: type, question: dict[str, Any], names: list[str], answer: Callable[[dict[str, Any]], None]) -> None:
    """Make an object with the question's weights and put its calls to it, one answer each.

    Arguments are copies; calls about one and the same array get the same copy, as they would in a notebook. After the
    first call that does not return, the rest is not asked.
    """
    errors = _geterr()
    kept: dict[str, Any] = {}
    try:
        if question.get("stand_in"):
            kept = stand_in(cls, question["stand_in"], names)
        _ask(cls, question, names, answer)
    finally:
        for name, value in kept.items():
            if value is None:
                delattr(cls, name)
            else:
                setattr(cls, name, value)
        _seterr(**errors)


def _ask(cls: type, question: dict[str, Any], names: list[str], answer: Callable[[dict[str, Any]], None]) -> None:
    starts = [copied(weight) for weight in question["init"]]
    inits = [question["init"], *question.get("others", ())]
    try:
        models = [cls(starts), *(cls([copied(weight) for weight in weights]) for weights in inits[1:])]
    except BaseException as error:
        answer({"question": question["id"], "call": 0, "outcome": "raised", "error": failure_of(error), "init": 1})
        return
    built = _built(models[0], names, question["init"])
    lent = Lent()
    replaced = False
    for position, call in enumerate(question["calls"]):
        model, init = models[call.get("on", 0)], inits[call.get("on", 0)]
        reply: dict[str, Any] = {"question": question["id"], "call": position}
        try:
            set_weights(model, names, call.get("weights") or ())
        except BaseException as error:  # a property of the submission's own
            answer({**reply, "outcome": "raised", "error": failure_of(error)})
            return
        arguments = lent.arguments(call)
        reply |= _called(model, call, arguments)
        if not replaced and (len(starts) != len(question["init"]) or any(map(changed, starts, question["init"]))):
            reply["mutated"].append("init_weights")
            replaced = True  # by this call, and not by those that follow
        if position == 0 and built:
            reply["built"] = built
        answer(reply | _left(model, names, init, first=not call.get("on")))
        if reply["outcome"] != "returned":
            return


class Lent:
    """The arguments that calls are given: copies, the same copy for the same array."""

    def __init__(self) -> None:
        self._lent: dict[Any, Any] = {}
        self._last: list[Any] = []

    def arguments(self, call: dict[str, Any]) -> list[Any]:
        """The arguments of the next call."""
        if call.get("into"):
            self._last = [written(old, argument) for old, argument in zip(self._last, call["args"], strict=True)]
            return self._last
        lent, layout = self._lent, call.get("layout", "")
        for argument in call["args"]:
            if (id(argument), layout) not in lent or changed(lent[id(argument), layout], argument):
                lent[id(argument), layout] = laid_out(copied(argument), layout)
        self._last = [lent[id(argument), layout] for argument in call["args"]]
        return self._last


def _called(model: Any, call: dict[str, Any], arguments: list[Any]) -> dict[str, Any]:
    """What came of one call, which of its arguments it changed, and the complex numbers heard."""
    spy = Spy() if call.get("spy") else None
    outcome, value = call_method(model, call["method"], arguments, spy)
    reply: dict[str, Any] = {"outcome": outcome}
    if outcome == "raised":
        reply["error"] = value
    elif outcome == "returned":
        reply["value"] = describe(value)
    reply["mutated"] = [
        label for label, was, now in zip(call["labels"], call["args"], arguments, strict=True) if changed(now, was)
    ]
    if spy is not None:
        reply["complexes"] = list(spy.seen.values())
    return reply


def _built(model: Any, names: list[str], init: list[Any]) -> dict[str, Any]:
    """The weights that a new object has otherwise than it was given them."""
    were = {name: _asarray(was, dtype=float) for name, was in zip(names, init, strict=False)}
    built = weights_left(model, names)
    built = {name: now for name, now in built.items() if name not in were or changed(now, were[name])}
    return {name: None if now is None else now.copy() for name, now in built.items()}


def _left(model: Any, names: list[str], init: list[Any], first: bool) -> dict[str, Any]:
    """The weights that a call left; most leave them as they were given, and these may be large: those are only named.

    The first object's weights are those that are known.
    """
    were = {name: _asarray(was, dtype=float) for name, was in zip(names, init, strict=False)}
    left = weights_left(model, names)
    unmoved = [name for name in names if first and name in were and not changed(left[name], were[name])]
    weights = {name: None if now is None else now.copy() for name, now in left.items() if name not in unmoved}
    return {"unmoved": unmoved, "weights": weights}


def call_method(model: Any, method: str, args: list[Any], spy: Spy | None) -> tuple[str, Any]:
    """The outcome of one call and its value, or what it raised."""
    bound = getattr(model, method, None)
    if not callable(bound):
        return "missing", None
    try:
        if spy is None:
            return "returned", bound(*args)
        with spy:
            return "returned", bound(*args)
    except BaseException as error:
        return "raised", failure_of(error)
