"""Arguments and results as trees that travel: arrays with their kind of numbers, dicts, lists, tuples, plain values.

An array of floats stands for itself; `{"i": …}` holds whole numbers, `{"b": …}` truth values, `{"d": …}` a dict,
`{"l": …}` a list, `{"t": …}` a tuple, `{"v": …}` a plain value, `{"token": k}` what is handed on and never looked into.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from .values import SMALL, laid_out

_array, _asarray, _ndarray, _BITS = np.array, np.asarray, np.ndarray, np.dtype(np.uint64)  # see wire
_INT, _BOOL, _FLOAT = np.dtype(np.int64), np.dtype(bool), np.dtype(float)


class Token:
    """What stands for a result that is handed on: number `row` of a table."""

    def __init__(self, row: int):
        self.row = row


def encoded(value: Any) -> Any:
    """A value as a tree; raises TypeError for one that is neither numbers nor a container of them."""
    if isinstance(value, _ndarray):
        if value.dtype.kind == "f":
            return _array(value, dtype=float)
        if value.dtype.kind in "iu":
            return {"i": _array(value, dtype=float)}
        if value.dtype.kind == "b":
            return {"b": _array(value, dtype=float)}
        raise TypeError(f"an array of {value.dtype}")
    if isinstance(value, Token):
        return {"token": value.row}
    if isinstance(value, np.generic):
        return encoded(_asarray(value)) if value.dtype.kind not in "fiub" else {"v": value.item()}
    if value is None or isinstance(value, (bool, int, float, str)):
        return {"v": value}
    if isinstance(value, dict):
        keys = [_key(key) for key in value]
        if None in keys:
            raise TypeError("a dict whose keys are neither texts nor whole numbers nor tuples of them")
        return {"d": [[key, encoded(each)] for key, each in zip(keys, value.values(), strict=True)]}
    if isinstance(value, (list, tuple)):
        return {"l" if isinstance(value, list) else "t": [encoded(each) for each in value]}
    raise TypeError(f"{type(value).__name__} is neither numbers nor a container of them")


def decoded(tree: Any, real: type = float) -> Any:
    """A fresh value, nothing of it shared with the tree; arrays of real numbers are of the type `real`."""
    if isinstance(tree, _ndarray):
        return _array(tree, dtype=real)
    (kind, inside), *_ = tree.items()
    if kind in "ib":
        return _array(inside, dtype=_INT if kind == "i" else _BOOL)
    if kind == "d":
        return {_as_key(key): decoded(each, real) for key, each in inside}
    if kind == "token":
        return Token(inside)
    if kind in "lt":
        several = [decoded(each, real) for each in inside]
        return several if kind == "l" else tuple(several)
    return inside


def alike(value: Any, tree: Any) -> bool:
    """Whether a value is, bit for bit, what the tree says; nothing is said of what kind of container it is."""
    if isinstance(tree, _ndarray):
        return _same_bits(value, tree, "f")
    (kind, inside), *_ = tree.items()
    if kind in "ib":
        return _same_bits(value, inside, kind)
    if kind == "d":
        return (
            isinstance(value, dict)
            and len(value) == len(inside)
            and all(k in value and alike(value[k], e) for k, e in ((_as_key(key), each) for key, each in inside))
        )
    if kind in "lt":
        return (
            isinstance(value, (list, tuple))
            and len(value) == len(inside)
            and all(alike(each, part) for each, part in zip(value, inside, strict=True))
        )
    if kind == "token":
        return isinstance(value, Token) and value.row == inside
    return type(value) is type(inside) and (value == inside or value != value)


def _key(key: Any) -> Any:
    """A dict's key as it travels: a text, a whole number, a list for a tuple of such; None for any other.

    A number that an array was counted by is as good as Python's own: both are one key.
    """
    if isinstance(key, np.generic):
        key = key.item()
    if isinstance(key, tuple):
        parts = [_key(part) for part in key]
        return None if None in parts else parts
    return key if isinstance(key, (str, int)) else None


def _as_key(key: Any) -> Any:
    return tuple(_as_key(part) for part in key) if isinstance(key, list) else key


def _name(key: Any) -> str:
    """How a travelling key is called in a path: `7`, `the`, `(3,1)`."""
    return f"({','.join(map(_name, key))})" if isinstance(key, list) else str(key)


def _same_bits(value: Any, was: Any, kind: str) -> bool:
    if not isinstance(value, _ndarray) or value.shape != was.shape:
        return False
    if value.dtype is _FLOAT and kind == "f" and value.nbytes <= SMALL:
        return value.tobytes() == was.tobytes()
    if value.dtype.kind != kind and not (kind == "i" and value.dtype.kind == "u"):
        return False
    now = _array(value, dtype=float, order="C")
    return bool((now.view(_BITS) == _array(was, dtype=float, order="C").view(_BITS)).all())


def leaves(value: Any, path: str, deepest: int) -> Iterator[tuple[str, Any]]:
    """The parts of a value by path: dicts by key, lists and tuples of arrays by place, all else as it is."""
    if deepest > 0 and isinstance(value, dict):
        for key in list(value)[:32]:
            travelling = _key(key)
            if travelling is not None:
                yield from leaves(value[key], f"{path}.{_name(travelling)[:40]}", deepest - 1)
        return
    if deepest > 0 and isinstance(value, (list, tuple)) and 0 < len(value) <= 32 and not _is_array(value):
        for place, each in enumerate(value):
            yield from leaves(each, f"{path}.{place}", deepest - 1)
        return
    yield path, value


def _is_array(value: Any) -> bool:
    """Whether a list makes one array of numbers."""
    try:
        return bool(_asarray(value).dtype.kind in "fiubc")
    except Exception:
        return False


def laid_out_deep(value: Any, layout: str) -> Any:
    """A value whose arrays lie in memory as `layout` says; `read only` makes them so."""
    if not layout:
        return value
    if isinstance(value, dict):
        return {key: laid_out_deep(each, layout) for key, each in value.items()}
    if isinstance(value, (list, tuple)):
        return type(value)([laid_out_deep(each, layout) for each in value])
    if layout == "read only" and isinstance(value, _ndarray):
        value.flags.writeable = False
        return value
    if layout == "transposed" and isinstance(value, _ndarray):
        return _array(value, order="F")
    return laid_out(value, layout) if isinstance(value, _ndarray) and value.dtype.kind == "f" else value


def overwritten(old: Any, value: Any) -> Any:
    """The arrays of `old` with the numbers of `value` in them; `value` itself where they cannot hold them."""
    if (
        isinstance(old, _ndarray)
        and isinstance(value, _ndarray)
        and old.shape == value.shape
        and old.dtype == value.dtype
    ):
        old[...] = value
        return old
    if isinstance(old, dict) and isinstance(value, dict) and set(old) == set(value):
        for key, each in value.items():
            old[key] = overwritten(old[key], each)
        return old
    if isinstance(old, list) and isinstance(value, list) and len(old) == len(value):
        old[:] = [overwritten(was, each) for was, each in zip(old, value, strict=True)]
        return old
    return value
