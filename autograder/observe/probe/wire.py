"""Messages that come out of the sandbox: a tree of plain data and arrays as bytes, and back.

A message is two lines of JSON, then the bytes of the arrays that it refers to, each as little-endian float64: the first
line is the list of the arrays' shapes, and in the second `{"$": k}` stands for array k.
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
_array, _asarray, _frombuffer = np.array, np.asarray, np.frombuffer
_encoder, _decoder = json.JSONEncoder, json.JSONDecoder
_read = _decoder().decode  # once made, since each costs more than to read shapes
_newline = re.compile(b"\n").search


def pack(tree: Any) -> bytes:
    """A tree of dicts, lists, texts, numbers and arrays as one message."""
    buffers: list[Any] = []  # arrays as they are: nothing is copied before they are joined
    shapes: list[tuple[int, ...]] = []
    places: dict[int, int] = {}  # of arrays that stand in the tree several times, by identity

    def place(node: Any) -> dict[str, int]:
        if not isinstance(node, np.ndarray):
            raise TypeError(f"a {type(node).__name__} cannot be sent")
        if id(node) not in places:
            places[id(node)] = len(shapes)
            buffers.append(_asarray(node, dtype="<f8", order="C"))
            shapes.append(node.shape)
        return {"$": places[id(node)]}

    body = _encoder(default=place).encode(tree)
    head = f"{[list(shape) for shape in shapes]}\n{body}".encode("ascii")
    # Blanks, so that each number of an array starts where a processor reads it best.
    return b"".join([head, b" " * (-(len(head) + 1) % 8), b"\n", *buffers])


def unpack(message: bytes | memoryview, longest_head: int | None = None) -> Any:
    """What `pack` packed; raises ValueError for anything else, RecursionError where it is nested without end.

    The arrays are to be read only. `longest_head` bounds the JSON: a few megabytes of `{}` would be read into gigabytes
    of objects.
    """
    first = _newline(message)
    second = None if first is None else _newline(message, first.end())
    if first is None or second is None:
        raise ValueError("a message without a head")
    if longest_head is not None and second.start() > longest_head:
        raise ValueError("a head too long")
    shapes = _read(str(message[: first.start()], "utf-8"))
    if not isinstance(shapes, list):
        raise ValueError("a message without arrays")
    arrays = []
    start = second.end()
    for shape in shapes:
        if not isinstance(shape, list) or len(shape) > 8:
            raise ValueError("not a shape")
        count = 1
        for length in shape:
            if type(length) is not int or not 0 <= length <= LARGEST:
                raise ValueError("not a shape")
            count *= length
        if count > LARGEST or start + 8 * count > len(message):
            raise ValueError("an array larger than its message")
        array = _array(_frombuffer(message, dtype="<f8", count=count, offset=start).reshape(shape), dtype=float)
        array.flags.writeable = False
        arrays.append(array)
        start += 8 * count
    if start != len(message):
        raise ValueError("bytes after the last array")
    return _with(arrays, str(message[first.end() : second.start()], "utf-8"))


def _with(arrays: list[np.ndarray], body: str) -> Any:
    """A tree as it was written, with the arrays in their places."""

    def place(node: dict[str, Any]) -> Any:
        if len(node) != 1 or "$" not in node:
            return node
        number = node["$"]
        if type(number) is not int or not 0 <= number < len(arrays):
            raise ValueError("no such array")
        return arrays[number]

    return _decoder(object_hook=place).decode(body)


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
