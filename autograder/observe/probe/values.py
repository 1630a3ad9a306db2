"""What callables are given and return: values as arrays."""

from __future__ import annotations

import types
from typing import Any

import numpy as np

from .wire import LARGEST

_NUMBERS = (int, float, bool, np.float64, np.float32, np.int64, np.int32, np.bool_)
_NAMES: dict[np.dtype, str] = {}  # of kinds of numbers: NumPy works them out anew each time
SMALL = 1 << 14  # bytes that are sooner copied and compared than looked at twice
_array, _asarray, _full, _BITS = np.array, np.asarray, np.full, np.dtype(np.uint64)  # see wire: kept under own names


def describe(value: Any) -> dict[str, Any]:
    """What kind of thing was returned, with its numbers as a float64 array where it makes one."""
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


def _real(array: np.ndarray) -> np.ndarray:
    """An array of objects as one of floats, where all of its objects are real numbers; any other as it is."""
    if array.dtype.kind != "O" or array.size > LARGEST:
        return array
    if not all(type(each) in _NUMBERS for each in array.flat):
        return array
    return _array(array, dtype=float)
