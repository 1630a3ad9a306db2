"""Trees in which arrays that are alike are one, and how many numbers such a tree sends along."""

from __future__ import annotations

from typing import Any

import numpy as np

Known = dict[Any, np.ndarray]


def once(tree: Any, known: Known) -> Any:
    """A tree in which arrays that are alike, bit for bit, are one: the same samples stand in hundreds of rows, and each
    array travels once. `known` are those of other trees that are sent with it."""
    if isinstance(tree, np.ndarray):
        return known.setdefault((tree.shape, tree.dtype.str, tree.tobytes()), tree)
    if isinstance(tree, dict):
        return {key: once(each, known) for key, each in tree.items()}
    return [once(each, known) for each in tree] if isinstance(tree, (list, tuple)) else tree


def numbers_sent(tree: Any, sent: set[int] | None = None) -> int:
    """How many numbers a tree holds, those of an array counted once wherever it stands, and not at all where it is
    `sent` already; by their ids, which the tree's own join."""
    known = set() if sent is None else sent
    count, waiting = 0, [tree]
    while waiting:
        each = waiting.pop()
        if isinstance(each, np.ndarray):
            count += each.size if id(each) not in known else 0
            known.add(id(each))
        elif isinstance(each, dict):
            waiting += each.values()
        elif isinstance(each, (list, tuple)):
            waiting += each
        else:
            count += 1
    return count
