"""What methods are given, return and change: values as arrays, arrays compared bit for bit."""

from __future__ import annotations

import types
from collections.abc import Sequence
from typing import Any

import numpy as np

from .wire import LARGEST

_NUMBERS = (int, float, bool, np.float64, np.float32, np.int64, np.int32, np.bool_)
_NAMES: dict[np.dtype, str] = {}  # of kinds of numbers: NumPy works them out anew each time
SMALL = 1 << 14  # bytes that are sooner copied and compared than looked at twice
_array, _asarray, _full, _BITS = np.array, np.asarray, np.full, np.dtype(np.uint64)  # see wire: kept under own names


def describe(value: Any, depth: int = 0) -> dict[str, Any]:
    """What kind of thing a method returned, with its numbers as float64 arrays."""
    if value is None:
        return {"kind": "none"}
    if isinstance(value, (str, bytes)):
        return {"kind": "text"}
    if isinstance(value, dict):
        return {"kind": "dict"}
    if isinstance(value, (types.FunctionType, types.MethodType, types.BuiltinFunctionType)):
        return {"kind": "function"}
    described: dict[str, Any] = {"kind": "object"}
    if isinstance(value, (list, tuple)):
        described["kind"] = "ragged"
        described["sequence"] = "tuple" if isinstance(value, tuple) else "list"
        described["length"] = len(value)
        if depth == 0 and len(value) <= 16:
            described["items"] = [describe(item, 1) for item in value]
    try:
        array = _real(_asarray(value))
    except Exception:
        return described
    if array.dtype.kind == "c":
        described["kind"] = "complex"
    elif array.dtype.kind in "fiub":
        if array.size > LARGEST or array.ndim > 8:
            described["kind"] = "too large"
        else:
            described["kind"] = "array"
            described["dtype"] = _named(array.dtype)
            described["array"] = _array(array, dtype=float)
    elif array.dtype.kind == "O" and isinstance(value, np.ndarray):
        described["kind"] = "object"
    return described


def _named(dtype: np.dtype) -> str:
    if dtype not in _NAMES:
        _NAMES[dtype] = str(dtype)
    return _NAMES[dtype]


def copied(value: Any) -> Any:
    """A fresh argument: arrays copied, 0-d arrays as Python floats."""
    if isinstance(value, np.ndarray):
        return float(value) if value.ndim == 0 else value.copy()
    return value


def laid_out(array: Any, layout: str) -> Any:
    """An array with the same numbers that lies in memory as `layout` says; anything else as it is."""
    if not layout or not isinstance(array, np.ndarray) or not array.ndim:
        return array
    if layout == "columns first":
        return _array(array, order="F")
    step = 2 if layout == "every second" else -1
    holder = _full((abs(step) * len(array), *array.shape[1:]), 7.25)
    view = holder[::step]
    view[...] = array
    return view


def written(old: Any, argument: Any) -> Any:
    """The array `old` with the numbers of `argument` in it; a fresh copy where it cannot hold them."""
    if not isinstance(old, np.ndarray) or not isinstance(argument, np.ndarray) or old.shape != argument.shape:
        return copied(argument)
    old[...] = argument
    return old


def set_weights(model: Any, names: list[str], weights: Sequence[Any]) -> None:
    """Give the object other weights under the contract's names; none where there are none."""
    for name, weight in zip(names, weights, strict=False):
        setattr(model, name, copied(weight))


def changed(now: Any, was: Any) -> bool:
    """Whether an array or number is not, bit for bit, what it was; a large one is not copied for that."""
    if not isinstance(was, np.ndarray):
        return now is not was and (type(now) is not type(was) or now != was)
    if isinstance(now, float):
        now = _asarray(now, dtype=float)
    if not isinstance(now, np.ndarray) or now.shape != was.shape or now.dtype != was.dtype:
        return True
    if was.nbytes <= SMALL:
        return bool(now.tobytes() != was.tobytes())
    if not now.flags.c_contiguous:
        now = _array(now, order="C")
    return not bool((now.view(_BITS) == was.view(_BITS)).all())


def weights_left(model: Any, names: list[str]) -> dict[str, np.ndarray | None]:
    """The object's weights as they are now; None for what is no array of numbers, or cannot be had."""
    weights: dict[str, np.ndarray | None] = {}
    for name in names:
        try:
            weights[name] = as_numbers(getattr(model, name, None))
        except Exception:  # a property of the submission's own
            weights[name] = None
    return weights


def _real(array: np.ndarray) -> np.ndarray:
    """An array of objects as one of floats, where all of its objects are real numbers; any other as it is."""
    if array.dtype.kind != "O" or array.size > LARGEST:
        return array
    if not all(type(each) in _NUMBERS for each in array.flat):
        return array
    return _array(array, dtype=float)


def as_numbers(value: Any) -> np.ndarray | None:
    """An array of numbers, the one given where that is possible; None for what is none, or too large to send."""
    try:
        array = _asarray(value)
        if array.size > LARGEST:
            return None
        array = _real(array)
        return _asarray(array, dtype=float) if array.dtype.kind in "fiub" else None
    except Exception:
        return None
