"""What is asked of the largest, the smallest or an order, with the last of equals in the place of the first."""

from __future__ import annotations

import builtins
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np

DIGITS = 10  # by which numbers are told apart: sums of the same numbers in another order differ by less
# What a source asks for where it may have ties; the methods of arrays stay as they are.
RANKING = re.compile(r"(?:np|numpy)\.arg(?:max|min|sort)\(|(?<![\w.])(?:sorted|max|min)\(")
IN_NUMPY, BUILT_IN = ("argmax", "argmin", "argsort"), ("sorted", "max", "min")


@contextmanager
def turned_ties(namespace: dict[str, Any]) -> Iterator[None]:
    """NumPy's functions, and Python's own in that namespace, that take the last of equals within the block."""
    kept = {name: getattr(np, name) for name in IN_NUMPY}
    put = [name for name in BUILT_IN if name not in namespace]
    try:
        for name, function in kept.items():
            setattr(np, name, _sorting(function) if name == "argsort" else _extreme(function))
        namespace |= {name: _of_python(getattr(builtins, name)) for name in put}
        yield
    finally:
        for name, function in kept.items():
            setattr(np, name, function)
        for name in put:
            namespace.pop(name, None)


def _extreme(kept: Callable[..., Any]) -> Callable[..., Any]:
    def last(a: Any, axis: int | None = None, *args: Any, **kwargs: Any) -> Any:
        array = _rounded(a)
        if args or kwargs or not array.size:
            return kept(a, axis, *args, **kwargs)
        if axis is None:
            return array.size - 1 - kept(array.ravel()[::-1])
        return array.shape[axis] - 1 - kept(np.flip(array, axis), axis)

    return last


def _sorting(kept: Callable[..., Any]) -> Callable[..., Any]:
    def turned(a: Any, axis: int | None = -1, *args: Any, **kwargs: Any) -> Any:
        array = _rounded(a)
        if axis is None:
            array, axis = array.ravel(), 0
        return array.shape[axis] - 1 - kept(np.flip(array, axis), axis, kind="stable")

    return turned


def _of_python(kept: Callable[..., Any]) -> Callable[..., Any]:
    def turned(*args: Any, **kwargs: Any) -> Any:
        if len(args) != 1 or isinstance(args[0], np.ndarray):
            return kept(*args, **kwargs)
        items, key = list(args[0])[::-1], kwargs.pop("key", None)
        return kept(items, key=lambda each: _near(each if key is None else key(each)), **kwargs)

    return turned


def _rounded(a: Any) -> np.ndarray:
    array = np.asarray(a)
    if array.dtype.kind != "f":
        return array
    finite = array[np.isfinite(array)]
    scale = float(np.abs(finite).max(initial=0.0))
    return np.round(array / scale, DIGITS) if scale > 0.0 else array


def _near(key: Any) -> Any:
    """What is compared, with its numbers to some digits."""
    if isinstance(key, tuple | list):
        return type(key)([_near(each) for each in key])
    return float(f"{float(key):.{DIGITS}g}") if isinstance(key, float | np.floating) else key
