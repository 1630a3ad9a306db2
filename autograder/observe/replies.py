"""A reply of the probe as a record: its form checked, its numbers taken as claims."""

from __future__ import annotations

import re
from typing import Any

import numpy as np

from autograder.core import CallAnswer, Failure, Value
from autograder.observe.probe import LARGEST, MOST_COMPLEX, MOST_COMPLEX_ELEMENTS

OUTCOMES = ("returned", "raised", "missing")
KINDS = ("array", "ragged", "none", "text", "dict", "complex", "object", "function", "too large")
DTYPE = re.compile(r"[<>=|]?\w{0,20}", re.ASCII)
TEXT = 400
MOST_PARTS = 256  # results of one call, flat


class MalformedReply(ValueError):
    """A reply that the probe cannot have written: the submission has tampered with it, or it was cut."""


def answer_to_call(
    reply: dict[str, Any], labels: tuple[str, ...], made_with: tuple[str, ...] = (), room: int = LARGEST
) -> CallAnswer:
    """The reply to one call with these arguments, on an object that was made with those; raises MalformedReply."""
    outcome = _one_of(OUTCOMES, reply.get("outcome"), "no outcome")
    mutated = _texts(reply.get("mutated", []))
    if any(each not in labels for each in mutated):
        raise MalformedReply("arguments that the call does not have")
    lent = _texts(reply.get("lent", []))
    if any(each not in made_with for each in lent):
        raise MalformedReply("arguments that the constructor does not have")
    return CallAnswer(
        outcome=outcome,
        failure=_failure(reply.get("error")) if outcome == "raised" else None,
        mutated=mutated,
        complexes=_complexes(reply.get("complexes", [])),
        lent=lent,
        parts=_parts(reply.get("parts", {}), room),
        unrecorded=_unrecorded(reply.get("unrecorded"), room) if outcome == "raised" else None,
    )


def _parts(parts: Any, room: int) -> dict[str, Value]:
    if not isinstance(parts, dict) or len(parts) > MOST_PARTS:
        raise MalformedReply("not a few results")
    return {_text(path): _value(part, room) for path, part in parts.items()}


def _unrecorded(tree: Any, room: int) -> tuple[str, dict[str, Value]] | None:
    if tree is None:
        return None
    if not isinstance(tree, dict):
        raise MalformedReply("not what was asked for")
    return _text(tree.get("of")), _parts(tree.get("parts"), room)


def _complexes(seen: Any) -> tuple[np.ndarray, ...]:
    if not isinstance(seen, list) or len(seen) > MOST_COMPLEX:
        raise MalformedReply("not a short list of arrays")
    for each in seen:
        if not isinstance(each, np.ndarray) or not each.ndim or len(each) != 2 or each.size > 2 * MOST_COMPLEX_ELEMENTS:
            raise MalformedReply("not the parts of complex numbers")
    return tuple(seen)


def _value(tree: Any, room: int) -> Value:
    if not isinstance(tree, dict):
        raise MalformedReply("not a value")
    kind = _one_of(KINDS, tree.get("kind"), "not a value")
    array = tree.get("array")
    if (array is not None) != (kind == "array") or not (array is None or isinstance(array, np.ndarray)):
        raise MalformedReply("not an array")
    if array is not None and array.size > room:
        kind, array = "too large", None
    return Value(kind, array, _dtype(tree.get("dtype", "")))


def _dtype(name: Any) -> str:
    if not isinstance(name, str) or DTYPE.fullmatch(name) is None:
        raise MalformedReply("not a type of numbers")
    return name


def _failure(tree: Any) -> Failure:
    if not isinstance(tree, dict):
        raise MalformedReply("not an exception")
    return Failure(_text(tree.get("type")), _text(tree.get("text")), _text(tree.get("place")))


def _texts(values: Any, most: int = 16) -> tuple[str, ...]:
    if not isinstance(values, list) or len(values) > most:
        raise MalformedReply("not a short list of texts")
    return tuple(_text(value) for value in values)


def _one_of(choices: tuple[str, ...], value: Any, fault: str) -> str:
    """The value, if it is one of the choices; an array in its place would be compared element by element."""
    if not isinstance(value, str) or value not in choices:
        raise MalformedReply(fault)
    return value


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise MalformedReply("not a text")
    return cut(value, TEXT)


def cut(text: str, limit: int) -> str:
    """What a submission says, cut, and as text that every encoding takes: lone surrogates become question marks."""
    return text[:limit].encode("utf-8", "replace").decode("utf-8")


def arrays_in(results: tuple[str, ...], parts: dict[str, Any]) -> dict[str, np.ndarray]:
    """The arrays among a call's flat results by name: of a TRUSTED reply's described parts, or of checked Values.

    Path `1.dW` of results (loss, grads) is `grads.dW`, `W!` is the argument W afterwards, `self.w` the attribute w.
    """
    arrays = {}
    for path, part in parts.items():
        array = part.get("array") if isinstance(part, dict) else part.array
        if array is not None:
            arrays[result_named(results, path)] = array
    return arrays


def result_named(results: tuple[str, ...], path: str) -> str:
    """The name of a flat result by its path."""
    head, dot, rest = path.partition(".")
    if head == "self":
        return rest
    if head.endswith("!"):
        argument = head[:-1] if head[:-1] not in results else f"{head[:-1]} (the argument)"
        return argument + dot + rest
    return results[int(head)] + dot + rest if head.isdecimal() and int(head) < len(results) else "everything returned"
