"""A reply of the probe as a record: its form checked, its numbers taken as claims."""

from __future__ import annotations

import re
from typing import Any

import numpy as np

from autograder.assignments import Assignment
from autograder.core import LABELS, CallAnswer, Failure, Question, Value
from autograder.observe.probe import LARGEST, MOST_COMPLEX, MOST_COMPLEX_ELEMENTS

OUTCOMES = ("returned", "raised", "missing")
KINDS = ("array", "ragged", "none", "text", "dict", "complex", "object", "function", "too large")
SEQUENCES = ("", "tuple", "list")
MUTABLE = ("init_weights", *sorted({label for labels in LABELS.values() for label in labels}))
DTYPE = re.compile(r"[<>=|]?\w{0,20}", re.ASCII)
TOO_LARGE = "an array far too large"  # to be carried
TEXT = 400
MOST_PARTS = 256  # results of one call, flat
LONGEST = 1 << 40  # of a list, as it is told


class MalformedReply(ValueError):
    """A reply that the probe cannot have written: the submission has tampered with it, or it was cut."""


def answer_from(reply: dict[str, Any], assignment: Assignment, room: int = LARGEST) -> CallAnswer:
    """The reply to one call as a record; raises MalformedReply for anything that is not of the right form.

    Arrays of more than `room` elements are told as too large, and not kept.
    """
    outcome = _one_of(OUTCOMES, reply.get("outcome"), "no outcome")
    weights, built = (_weights(reply.get(part, {}), assignment, room) for part in ("weights", "built"))
    unmoved = _texts(reply.get("unmoved", []), most=len(assignment.weights))
    if any(name not in assignment.weights or name in weights for name in unmoved):
        raise MalformedReply("weights that the assignment does not have, or twice")
    mutated = _texts(reply.get("mutated", []))
    if any(each not in MUTABLE for each in mutated):
        raise MalformedReply("arguments that the call does not have")
    value = _value(reply["value"], room) if outcome == "returned" and "value" in reply else None
    if outcome == "returned" and value is None:
        raise MalformedReply("nothing returned")
    return CallAnswer(
        outcome=outcome,
        value=value,
        failure=_failure(reply.get("error")) if outcome == "raised" else None,
        weights=weights,
        unmoved=unmoved,
        built=built,
        mutated=mutated,
        complexes=_complexes(reply.get("complexes", [])),
        in_init="init" in reply,
    )


def answer_to_call(
    reply: dict[str, Any], labels: tuple[str, ...], made_with: tuple[str, ...] = (), room: int = LARGEST
) -> CallAnswer:
    """The reply to one call of a declared assignment's callable with these arguments, on an object that was made with
    those; raises MalformedReply."""
    outcome = _one_of(OUTCOMES, reply.get("outcome"), "no outcome")
    mutated = _texts(reply.get("mutated", []))
    if any(each not in labels for each in mutated):
        raise MalformedReply("arguments that the call does not have")
    lent = _texts(reply.get("lent", []))
    if any(each not in made_with for each in lent):
        raise MalformedReply("arguments that the constructor does not have")
    parts = reply.get("parts", {})
    if not isinstance(parts, dict) or len(parts) > MOST_PARTS:
        raise MalformedReply("not a few results")
    return CallAnswer(
        outcome=outcome,
        failure=_failure(reply.get("error")) if outcome == "raised" else None,
        mutated=mutated,
        complexes=_complexes(reply.get("complexes", [])),
        lent=lent,
        parts={_text(path): _value(part, room) for path, part in parts.items()},
    )


def _complexes(seen: Any) -> tuple[np.ndarray, ...]:
    if not isinstance(seen, list) or len(seen) > MOST_COMPLEX:
        raise MalformedReply("not a short list of arrays")
    for each in seen:
        if not isinstance(each, np.ndarray) or not each.ndim or len(each) != 2 or each.size > 2 * MOST_COMPLEX_ELEMENTS:
            raise MalformedReply("not the parts of complex numbers")
    return tuple(seen)


def _weights(tree: Any, assignment: Assignment, room: int) -> dict[str, np.ndarray | None]:
    if not isinstance(tree, dict) or any(name not in assignment.weights for name in tree):
        raise MalformedReply("weights that the assignment does not have")
    if any(not (weight is None or isinstance(weight, np.ndarray)) for weight in tree.values()):
        raise MalformedReply("weights that are not arrays")
    return {name: None if weight is None or weight.size > room else weight for name, weight in tree.items()}


def weights_left(assignment: Assignment, question: Question, answer: CallAnswer) -> dict[str, np.ndarray | None]:
    """The object's weights after a call, by name; None for one that is no array of numbers, or not told."""
    initial = dict(zip(assignment.weights, question.init, strict=True))
    return {name: initial[name] if name in answer.unmoved else answer.weights.get(name) for name in assignment.weights}


def arrays_of(
    assignment: Assignment, question: Question, position: int, answer: CallAnswer
) -> tuple[dict[str, np.ndarray], str]:
    """The arrays that call number `position` must give, by name; of those that are not there, what is wrong with them.

    `forward` gives `forward`; `loss` gives `loss`; `dloss_dw` one array per gradient; `train` gives `loss_records`,
    for a path `weight_records`, and the weights left on the object, by their names.
    """
    value, call = answer.value, question.calls[position]
    if value is None:
        return {}, ""
    if call.method in ("forward", "loss"):
        return (
            ({call.method: value.array}, "")
            if value.array is not None
            else ({}, _in_words(value, "an array of numbers"))
        )
    if call.method == "dloss_dw":
        return _gradients(assignment, value)
    return _records(assignment, value, weights_left(assignment, question, answer))


def _gradients(assignment: Assignment, value: Value) -> tuple[dict[str, np.ndarray], str]:
    names = assignment.gradients
    items = value.items
    if items is None and value.array is not None and value.array.ndim and len(value.array) == len(names):
        # One stacked array unpacks as a tuple of its rows does: decided for the student where the rows fit.
        items = tuple(Value("array", row) for row in value.array)
    if items is None or (len(names) == 1 and not value.sequence and value.array is not None and value.array.ndim < 3):
        if value.array is not None:
            return {}, f"a bare array of shape {value.array.shape} instead of a tuple of {len(names)}"
        return {}, _in_words(value, f"a tuple of {len(names)}")
    if len(items) != len(names):
        return {}, f"{len(items)} value{'s' * (len(items) != 1)} instead of {len(names)}"
    gradients = {name: item.array for name, item in zip(names, items, strict=True) if item.array is not None}
    wrong = [f"{_in_words(item, '')} as {name}" for name, item in zip(names, items, strict=True) if item.array is None]
    return gradients, "; ".join(wrong)


def _records(
    assignment: Assignment, value: Value, left: dict[str, np.ndarray | None]
) -> tuple[dict[str, np.ndarray], str]:
    arrays: dict[str, np.ndarray] = {name: w for name, w in left.items() if w is not None}
    missing = [name for name in assignment.weights if name not in arrays]
    wrong = f"the object's {', '.join(missing)} is no array of numbers any more" if missing else ""
    if assignment.train_returns == "losses":
        if value.array is None:
            return arrays, _in_words(value, "an array of the losses") or wrong
        return arrays | {"loss_records": value.array}, wrong
    items = value.items
    if items is None and value.array is not None and value.array.ndim and len(value.array) == 2:
        items = tuple(Value("array", row) for row in value.array)
    if items is None or len(items) != 2:
        if value.sequence:
            return arrays, f"{value.length} value{'s' * (value.length != 1)} instead of (loss_records, weight_records)"
        kind = _in_words(value, "") or "one array"
        return arrays, f"{kind} instead of (loss_records, weight_records)"
    for name, item in zip(("loss_records", "weight_records"), items, strict=True):
        if item.array is not None:
            arrays[name] = item.array
        else:
            wrong = wrong or f"{name} is {_in_words(item, '')}"
    return arrays, wrong


def _in_words(value: Value, wanted: str) -> str:
    instead = f" instead of {wanted}" if wanted else ""
    kinds = {
        "none": "None",
        "text": "text",
        "dict": "a dict",
        "complex": "an array of complex numbers",
        "ragged": f"a {value.sequence or 'list'} whose parts do not make one array of numbers",
        "object": "an object that is no array of numbers",
        "function": "a function (are the brackets missing, as in .mean for .mean()?)",
        "too large": TOO_LARGE,
    }
    return kinds[value.kind] + instead if value.kind in kinds else ""


def _value(tree: Any, room: int, depth: int = 0) -> Value:
    if not isinstance(tree, dict):
        raise MalformedReply("not a value")
    kind = _one_of(KINDS, tree.get("kind"), "not a value")
    array = tree.get("array")
    if (array is not None) != (kind == "array") or not (array is None or isinstance(array, np.ndarray)):
        raise MalformedReply("not an array")
    if array is not None and array.size > room:
        kind, array = "too large", None
    items = tree.get("items")
    if items is not None and (depth > 0 or not isinstance(items, list) or len(items) > 16):
        raise MalformedReply("not a short list")
    length = tree.get("length", 0)
    if type(length) is not int or not 0 <= length <= LONGEST:
        raise MalformedReply("not a length")
    return Value(
        kind=kind,
        array=array,
        items=None if items is None else tuple(_value(item, room, 1) for item in items),
        sequence=_one_of(SEQUENCES, tree.get("sequence", ""), "not a sequence"),
        length=length,
        dtype=_dtype(tree.get("dtype", "")),
    )


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
