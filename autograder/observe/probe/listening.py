"""The complex numbers that come about while a method runs."""

from __future__ import annotations

import sys
import types
from typing import Any

import numpy as np

MOST_COMPLEX, MOST_COMPLEX_ELEMENTS = 64, 512  # arrays that are kept, and elements of each
MOST_EVENTS = 20_000  # of a call with loops by the thousand the beginning tells enough

_ndarray, _generic, _array, _stack = np.ndarray, np.generic, np.array, np.stack  # see wire: kept under own names


class Spy:
    """Listens to one call: `seen` holds the real and imaginary parts of each complex number or array, once.

    It looks at what functions are given, give back and have in their variables, through `sys.setprofile`: nothing of
    the student's is wrapped or replaced.
    """

    def __init__(self) -> None:
        self.seen: dict[Any, np.ndarray] = {}
        self.events = 0

    def __enter__(self) -> None:
        sys.setprofile(self.listen)

    def __exit__(self, *exc: object) -> None:
        sys.setprofile(None)

    def listen(self, frame: types.FrameType, event: str, arg: Any) -> None:
        """Called by Python itself, for whatever happens."""
        self.events += 1
        if self.events > MOST_EVENTS or len(self.seen) >= MOST_COMPLEX:
            sys.setprofile(None)
            return
        try:
            if event == "return":
                self.look_at(arg)
            if event in ("call", "return"):
                for each in (frame, frame.f_back):
                    for value in list(each.f_locals.values()) if each is not None else ():
                        self.look_at(value)
        except Exception:  # an array of the submission's own kind: what it raises here would be charged to its method
            sys.setprofile(None)

    def look_at(self, value: Any) -> None:
        """Keep the value if it is a complex number, or a small array of them."""
        if issubclass(type(value), (_ndarray, _generic)):
            complex_ones = value.dtype.kind == "c" and 0 < value.size <= MOST_COMPLEX_ELEMENTS
        else:
            complex_ones = type(value) is complex
        if complex_ones and len(self.seen) < MOST_COMPLEX:
            parts = _stack([_array(value.real, dtype=float), _array(value.imag, dtype=float)])
            self.seen.setdefault((parts.shape, parts.tobytes()), parts)
