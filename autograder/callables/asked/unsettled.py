"""Decompositions answered otherwise, as rightly: what hangs on the direction of an eigenvector has no one answer."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np

ALIKE = 1e-9  # eigenvalues nearer than this, relative to the largest, may have any basis of their space
WHY = (
    "the solution's {0} changes where eigenvectors or singular vectors are given another direction, which is as right "
    "(the other sign; any basis where eigenvalues are alike): let lesson and solution settle the sign, ask sizes with "
    "more samples than components, or return what does not hang on it"
)


@contextmanager
def turned() -> Iterator[list[str]]:
    """NumPy's decompositions with vectors of other signs, and other bases where values are alike, within the block.

    The list holds the names of those that were called.
    """
    called: list[str] = []
    kept = {name: getattr(np.linalg, name) for name in ("eigh", "eig", "svd", "qr")}
    others: dict[str, Callable[..., Any]] = {"eigh": _eigh, "eig": _eig, "svd": _svd, "qr": _qr}

    def heard(name: str) -> Callable[..., Any]:
        def decomposition(*args: Any, **kwargs: Any) -> Any:
            called.append(name)
            return others[name](kept[name](*args, **kwargs))

        return decomposition

    try:
        for name in kept:
            setattr(np.linalg, name, heard(name))
        yield called
    finally:
        for name, was in kept.items():
            setattr(np.linalg, name, was)


def _like(result: Any, *parts: Any) -> Any:
    """The parts as the named tuple, or the plain one, that a decomposition gives."""
    kind: Any = type(result)
    return kind(parts) if kind is tuple else kind(*parts)


def _eigh(result: Any) -> Any:
    values, vectors = result
    if vectors.ndim != 2:
        return _like(result, values, -vectors)
    return _like(result, values, vectors @ _rotation(values))


def _eig(result: Any) -> Any:
    values, vectors = result
    return _like(result, values, -vectors)


def _svd(result: Any) -> Any:
    if not isinstance(result, tuple):  # singular values alone
        return result
    u, values, vt = result
    return _like(result, -u, values, -vt) if np.ndim(values) == 1 else result


def _qr(result: Any) -> Any:
    if not isinstance(result, tuple) or len(result) != 2:
        return result
    q, r = result
    return _like(result, -q, -r)


def _rotation(values: Any) -> Any:
    """Other signs for single eigenvalues, an orthogonal matrix for each group of those that are alike."""
    rng = np.random.default_rng(0)
    size = len(values)
    rotation = -np.eye(size)
    near = ALIKE * float(np.abs(values).max(initial=0.0)) + 1e-300
    first = 0
    for k in range(1, size + 1):
        if k == size or abs(values[k] - values[k - 1]) > near:
            if k - first > 1:
                rotation[first:k, first:k] = np.linalg.qr(rng.normal(size=(k - first, k - first)))[0]
            first = k
    return rotation
