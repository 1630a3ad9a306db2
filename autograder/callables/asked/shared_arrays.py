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


def numbers_sent(tree: Any) -> int:
    """How many numbers a tree holds, those of an array counted once wherever it stands."""
    arrays: dict[int, int] = {}
    return _plain(tree, arrays) + sum(arrays.values())


def _plain(tree: Any, arrays: dict[int, int]) -> int:
    if isinstance(tree, np.ndarray):
        arrays[id(tree)] = tree.size
        return 0
    inside = tree.values() if isinstance(tree, dict) else tree if isinstance(tree, (list, tuple)) else None
    return 1 if inside is None else sum(_plain(each, arrays) for each in inside)
