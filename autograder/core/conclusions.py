"""What follows from objects that come again: drawn once, and known by the objects themselves."""

from __future__ import annotations

import weakref
from collections.abc import Callable, Hashable, Sequence
from functools import partial
from typing import Any, TypeVar

from autograder.core.recent import Recent, array_bytes

Drawn = TypeVar("Drawn")
MOST, LARGEST = 4 << 20, 1 << 18  # bytes of the premises: of all conclusions, of one


class Conclusions:
    """Conclusions by their premises, which are the same where they are the very same objects.

    They are held no longer than their premises are by others: what follows from an answer that came once goes with it.
    Conclusions from premises with more than `largest` bytes of arrays are not held, nor are more than `most_bytes`.
    """

    def __init__(self, most_bytes: int = MOST, largest: int = LARGEST):
        self._held: Recent[Hashable, tuple[Any, tuple[Callable[[], Any], ...]]] = Recent(most_bytes, largest)
        self._gone: list[Hashable] = []  # what followed from objects that are no more

    def __len__(self) -> int:
        self._let_go()
        return len(self._held)

    def drawn(
        self, about: tuple[Hashable, ...], premises: Sequence[Any], draw: Callable[[], Drawn], counted: Sequence[Any]
    ) -> Drawn:
        """What `draw()` gives, which must follow from `about` and the premises alone; `counted` are those of the
        premises whose arrays nothing else keeps alive."""
        self._let_go()
        key = (about, *map(id, premises))
        held = self._held.held(key)
        if held is not None:
            conclusion, known = held
            # The numbers of objects that are gone are given to others: that these are the same is asked, not inferred.
            if all(premise() is each for premise, each in zip(known, premises, strict=True)):
                return conclusion  # type: ignore[no-any-return]
        drawn = draw()
        gone = partial(_note, self._gone, key)
        self._held.keep(key, (drawn, tuple(_known(each, gone) for each in premises)), array_bytes(counted))
        return drawn

    def _let_go(self) -> None:
        while self._gone:
            self._held.discard(self._gone.pop())


def _note(gone: list[Hashable], key: Hashable, premise: Any) -> None:
    """Called in the midst of whatever lets go of a premise: nothing else is changed there."""
    gone.append(key)


def _known(premise: Any, gone: Callable[[Any], None]) -> Callable[[], Any]:
    """What gives a premise as long as it is there; of a kind that cannot be watched, it is kept."""
    try:
        return weakref.ref(premise, gone)
    except TypeError:
        return lambda: premise
