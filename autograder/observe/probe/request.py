"""A request as bytes, on its way into the sandbox: messages that the grader alone has written.

Context: a submission is put more than a hundred questions, and to read each from JSON took as long as many a method
takes to answer it. Choice: what goes in is in the form that Python itself reads soonest (`marshal`), which must come
from somebody trusted, and does; what comes out is JSON (see wire). Cost: one Python on both sides, as there is.

A message is the length of its head in eight bytes, the head, then the numbers of the arrays as little-endian float64.
The head holds the tree with None where an array stands, the arrays' shapes, and of each array where it stands.
"""

from __future__ import annotations

import marshal
from typing import Any

import numpy as np

_ndarray, _loads, _FLOAT = np.ndarray, marshal.loads, np.dtype("<f8")  # see wire: kept under names of our own
PLAIN = (str, int, float, bool, type(None))
LENGTH = 8  # bytes of a length


def seal(tree: Any) -> bytes:
    """A tree of dicts, lists, texts, numbers and arrays as one message; raises TypeError for anything else in it."""
    arrays: list[Any] = []
    numbers: dict[int, int] = {}  # of arrays that stand in the tree several times, by identity
    places: list[tuple[int, list[Any]]] = []

    def plain(node: Any, path: list[Any]) -> Any:
        if isinstance(node, _ndarray):
            number = numbers.setdefault(id(node), len(arrays))
            if number == len(arrays):
                arrays.append(np.asarray(node, dtype=_FLOAT, order="C"))
            places.append((number, path))
            return None
        if isinstance(node, dict):
            return {key: plain(each, [*path, key]) for key, each in node.items()}
        if isinstance(node, (list, tuple)):
            return [plain(each, [*path, k]) for k, each in enumerate(node)]
        if isinstance(node, np.generic):
            node = node.item()
        if type(node) not in PLAIN:
            raise TypeError(f"a {type(node).__name__} cannot be sent")
        return node

    body = plain([tree], [])
    head = marshal.dumps((body, [array.shape for array in arrays], places))
    # Blanks, so that each number of an array starts where a processor reads it best.
    return b"".join([len(head).to_bytes(LENGTH, "big"), head, b" " * (-len(head) % 8), *arrays])


def unseal(message: memoryview) -> Any:
    """What `seal` made a message of; its arrays are the message's own bytes, to be read only."""
    end = LENGTH + int.from_bytes(message[:LENGTH], "big")
    tree, shapes, places = _loads(message[LENGTH:end])
    start = end + (-end) % 8
    arrays = []
    for shape in shapes:
        array = _ndarray(shape, _FLOAT, message, start)
        array.flags.writeable = False
        arrays.append(array)
        start += array.nbytes
    for number, path in places:
        node = tree
        for step in path[:-1]:
            node = node[step]
        node[path[-1]] = arrays[number]
    return tree[0]
