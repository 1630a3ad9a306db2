"""What follows from objects that come again: drawn once, and known by the objects themselves."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from typing import Any, TypeVar

from autograder.core.recent import Recent, array_bytes

Drawn = TypeVar("Drawn")
MOST, LARGEST = 4 << 20, 1 << 18  # bytes of the premises: of all conclusions, of one


class Conclusions:
    """Conclusions by their premises, which are the same where they are the very same objects.

    The premises are held as long as what was drawn from them, so that no other object can be taken for one of them.
    Conclusions from premises with more than `largest` bytes of arrays are not held, nor are more than `most_bytes`.
    """

    def __init__(self, most_bytes: int = MOST, largest: int = LARGEST):
        self._held: Recent[Hashable, tuple[Any, Sequence[Any]]] = Recent(most_bytes, largest)

    def __len__(self) -> int:
        return len(self._held)

    def drawn(
        self, about: tuple[Hashable, ...], premises: Sequence[Any], draw: Callable[[], Drawn], counted: Sequence[Any]
    ) -> Drawn:
        """What `draw()` gives, which must follow from `about` and the premises alone; `counted` are those of the
        premises whose arrays nothing else keeps alive."""
        key = (about, *map(id, premises))
        held = self._held.held(key)
        if held is None:
            held = self._held.keep(key, (draw(), tuple(premises)), array_bytes(counted))
        return held[0]  # type: ignore[no-any-return]
