"""Messages between grader and sandbox: a tree of plain data and arrays as bytes, and back.

A message is one line of JSON, then the bytes of the arrays it refers to, each as little-endian float64: `{"$": k}` in
the JSON stands for array k of the list `"arrays"`, which gives the shapes. A request is several messages.
"""

from __future__ import annotations

import json
import re
from typing import Any

import numpy as np

LARGEST = 1 << 22  # elements of one returned array; more is reported as too large
LONGEST_HEAD = 1 << 18  # bytes of JSON in one reply: many times what the longest exception text takes

# Student code may replace anything reachable by name; what the probe needs itself it keeps under names of its own.
# This guards against accidents (a cell that says `sum = 0` or `np.array = list`), not against malice.
_array, _asarray, _frombuffer, _dumps, _loads = np.array, np.asarray, np.frombuffer, json.dumps, json.loads
_newline = re.compile(b"\n").search


def pack(tree: Any) -> bytes:
    """A tree of dicts, lists, texts, numbers and arrays as one message."""
    buffers: list[Any] = []  # arrays as they are: nothing is copied before they are joined
    shapes: list[list[int]] = []
    places: dict[int, int] = {}  # of arrays that stand in the tree several times, by identity

    def flat(node: Any) -> Any:
        if isinstance(node, np.ndarray):
            if id(node) not in places:
                places[id(node)] = len(shapes)
                buffers.append(_asarray(node, dtype="<f8", order="C"))
                shapes.append(list(node.shape))
            return {"$": places[id(node)]}
        if isinstance(node, dict):
            return {str(key): flat(value) for key, value in node.items()}
        if isinstance(node, (list, tuple)):
            return [flat(value) for value in node]
        return node

    body = flat(tree)
    head = _dumps({"arrays": shapes, "body": body}).encode("ascii")
    # Blanks, so that each number of an array starts where a processor reads it best.
    return b"".join([head, b" " * (-(len(head) + 1) % 8), b"\n", *buffers])


def unpack(message: bytes | memoryview, longest_head: int | None = None, *, in_place: bool = False) -> Any:
    """What `pack` packed; raises ValueError for anything else, RecursionError where it is nested without end.

    With `in_place` the arrays are the message's own bytes, to be read only. `longest_head` bounds the JSON: a few
    megabytes of `{}` would be read into gigabytes of objects.
    """
    newline = _newline(message)
    if newline is None:
        raise ValueError("a message without a head")
    if longest_head is not None and newline.start() > longest_head:
        raise ValueError("a head too long")
    content = _loads(bytes(message[: newline.start()]))
    if not isinstance(content, dict) or not isinstance(content.get("arrays"), list):
        raise ValueError("a message without arrays")
    arrays = []
    start = newline.end()
    for shape in content["arrays"]:
        if not isinstance(shape, list) or len(shape) > 8:
            raise ValueError("not a shape")
        count = 1
        for length in shape:
            if type(length) is not int or not 0 <= length <= LARGEST:
                raise ValueError("not a shape")
            count *= length
        if count > LARGEST or start + 8 * count > len(message):
            raise ValueError("an array larger than its message")
        array = _frombuffer(message, dtype="<f8", count=count, offset=start).reshape(shape)
        arrays.append(array if in_place else _array(array, dtype=float))
        start += 8 * count
    if start != len(message):
        raise ValueError("bytes after the last array")

    def deep(node: Any) -> Any:
        if isinstance(node, dict):
            if list(node) == ["$"]:
                if type(node["$"]) is not int or not 0 <= node["$"] < len(arrays):
                    raise ValueError("no such array")
                return arrays[node["$"]]
            return {key: deep(value) for key, value in node.items()}
        if isinstance(node, list):
            return [deep(value) for value in node]
        return node

    return deep(content.get("body"))


def joined(messages: list[bytes]) -> bytes:
    """Messages one after the other, each behind its length in eight bytes."""
    return b"".join([piece for message in messages for piece in (len(message).to_bytes(8, "big"), message)])


def parted(request: bytes | memoryview) -> list[memoryview]:
    """What `joined` joined, none of it copied."""
    messages, start, view = [], 0, memoryview(request)
    while start < len(view):
        end = start + 8 + int.from_bytes(view[start : start + 8], "big")
        messages.append(view[start + 8 : end])
        start = end
    return messages
