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
    starts = [copied(weight) for weight in question["init"]]
    lent: dict[Any, Any] = {}
    last: list[Any] = []
    errors = _geterr()
    kept: dict[str, Any] = {}
    try:
        if question.get("stand_in"):
            kept = stand_in(cls, question["stand_in"], names)
        try:
            model = cls(starts)
            models = [model, *(cls([copied(weight) for weight in weights]) for weights in question.get("others", ()))]
        except BaseException as error:
            answer({"question": question["id"], "call": 0, "outcome": "raised", "error": failure_of(error), "init": 1})
            return
        inits = [question["init"], *question.get("others", ())]
        were = {name: _asarray(was, dtype=float) for name, was in zip(names, question["init"], strict=False)}
        built = weights_left(model, names)
        built = {name: now for name, now in built.items() if name not in were or changed(now, were[name])}
        built = {name: None if now is None else now.copy() for name, now in built.items()}
        replaced = False
        for position, call in enumerate(question["calls"]):
            model = models[call.get("on", 0)]
            try:
                set_weights(model, names, call.get("weights") or ())
            except BaseException as error:  # a property of the submission's own
                failure = failure_of(error)
                answer({"question": question["id"], "call": position, "outcome": "raised", "error": failure})
                return
            if call.get("into"):
                given = [written(old, argument) for old, argument in zip(last, call["args"], strict=True)]
            else:
                layout = call.get("layout", "")
                for argument in call["args"]:
                    if (id(argument), layout) not in lent or changed(lent[id(argument), layout], argument):
                        lent[id(argument), layout] = laid_out(copied(argument), layout)
                given = [lent[id(argument), layout] for argument in call["args"]]
            last = given
            were = {
                name: _asarray(was, dtype=float) for name, was in zip(names, inits[call.get("on", 0)], strict=False)
            }
            spy = Spy() if call.get("spy") else None
            outcome, value = call_method(model, call["method"], given, spy)
            reply: dict[str, Any] = {"question": question["id"], "call": position, "outcome": outcome}
            if outcome == "raised":
                reply["error"] = value
            elif outcome == "returned":
                reply["value"] = describe(value)
            reply["mutated"] = [
                label for label, was, now in zip(call["labels"], call["args"], given, strict=True) if changed(now, was)
            ]
            if not replaced and (len(starts) != len(question["init"]) or any(map(changed, starts, question["init"]))):
                reply["mutated"].append("init_weights")
                replaced = True  # by this call, and not by those that follow
            if position == 0 and built:
                reply["built"] = built
            # Most calls leave the weights as they were given, and these may be large: those are only named.
            left = weights_left(model, names)
            unmoved = [name for name in names if name in were and not changed(left[name], were[name])]
            reply["unmoved"] = [] if call.get("on") else unmoved  # the first object's weights are those that are known
            reply["weights"] = {
                name: None if weight is None else weight.copy()
                for name, weight in left.items()
                if name not in reply["unmoved"]
            }
            if spy is not None:
                reply["complexes"] = list(spy.seen.values())
            answer(reply)
            if outcome != "returned":
                return
    finally:
        for name, value in kept.items():
            if value is None:
                delattr(cls, name)
            else:
                setattr(cls, name, value)
        _seterr(**errors)


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
