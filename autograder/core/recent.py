"""What was worked out lately, kept as long as there is room for it."""

from __future__ import annotations

import math
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import fields, is_dataclass
from functools import lru_cache
from typing import Any, Generic, TypeVar

import numpy as np

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")
NOTHING_IN_THEM = frozenset({str, int, float, bool, bytes, type(None)})
ENTRY_BYTES = 500  # what an entry takes beside its arrays, roughly


class Recent(Generic[Key, Value]):
    """Values by key, made when first asked for; where they pass `most_bytes` together, the longest unused go.

    Counted are the arrays in a value, and in the lists, tuples, dicts and records that it is made of. A value of more
    than `largest` bytes is not held: it would drive all others out.
    """

    def __init__(self, most_bytes: int, largest: float = math.inf):
        self.most_bytes, self.largest, self.bytes = most_bytes, largest, 0
        self._held: OrderedDict[Key, tuple[Value, int]] = OrderedDict()

    def __len__(self) -> int:
        return len(self._held)

    def get(self, key: Key, make: Callable[[], Value]) -> Value:
        """The value of `key`; `make()` gives it where it is not held."""
        value = self.held(key)
        return self.keep(key, make()) if value is None else value

    def held(self, key: Key) -> Value | None:
        """The value of `key`, None where it is not held."""
        held = self._held.get(key)
        if held is None:
            return None
        self._held.move_to_end(key)
        return held[0]

    def discard(self, key: Key) -> None:
        """Hold a value no longer, if it is held."""
        held = self._held.pop(key, None)
        if held is not None:
            self.bytes -= held[1]

    def keep(self, key: Key, value: Value, size: int | None = None) -> Value:
        """Hold a value from now on, and give it back; `size` is what counts for its arrays, where that is known."""
        self.discard(key)
        size = ENTRY_BYTES + (array_bytes(value) if size is None else size)
        if size > self.largest:
            return value
        self._held[key] = value, size
        self.bytes += size
        while self.bytes > self.most_bytes and len(self._held) > 1:
            self.bytes -= self._held.popitem(last=False)[1][1]
        return value


def array_bytes(value: Any) -> int:
    """The bytes of all arrays in a value."""
    total, left = 0, [value]
    while left:
        each = left.pop()
        kind = type(each)
        if kind in NOTHING_IN_THEM:
            continue
        if isinstance(each, np.ndarray):
            total += int(each.nbytes)
        elif kind in (list, tuple):
            left += each
        elif isinstance(each, dict):
            left += each.values()
        elif isinstance(each, (list, tuple)):
            left += each
        else:
            left += [getattr(each, name) for name in _fields(kind)]  # type: ignore[arg-type]
    return total


@lru_cache(maxsize=256)
def _fields(kind: type) -> tuple[str, ...]:
    """The names of a record's fields; none of anything else."""
    return tuple(each.name for each in fields(kind)) if is_dataclass(kind) else ()
