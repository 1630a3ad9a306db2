"""A question to an assignment's callables: calls put in turn, the scored ones among them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from autograder.callables.asked.columns import as_columns

OWN_DATA = "the lesson's own data"
SATURATED = "saturated"  # the end of the id of a question beyond all exponentials


class Unasked(Exception):
    """Nothing leads to this situation: it is not asked."""


def id_by(asks: str, route: str) -> str:
    """The id of the question that repeats another by a route."""
    return f"{asks} ({route})"


@dataclass(frozen=True, slots=True)
class From:
    """An argument that is a part of what call number `call` gave."""

    call: int
    path: tuple[int | str, ...]


@dataclass(frozen=True, slots=True)
class Step:
    """One call: the callable's full name and its arguments, encoded or taken from an earlier call.

    `on` is the number of the object that a method is called on, `makes` that of the object that a constructor makes.
    `results` is how many results are asked, `opaque` the places of those that are only handed on, `changes` the
    arguments that the call is to change. `layout` is how the arrays lie in memory, `into` writes the arguments into the
    arrays that the call before was given. `sets` are attributes that the object is given before, by name. `named` is
    how many of the last arguments are handed over by their labels. `read` says that it is a property, `spy` that
    complex numbers are listened to.
    """

    name: str
    labels: tuple[str, ...]
    args: tuple[Any, ...]
    results: int = 1
    opaque: tuple[int, ...] = ()
    changes: tuple[str, ...] = ()
    on: int | None = None
    makes: int | None = None
    layout: str = ""
    into: bool = False
    sets: tuple[tuple[str, Any], ...] = ()
    named: int = 0
    read: bool = False
    spy: bool = False

    @property
    def method(self) -> str:
        """The callable that the call's time and its end are charged to."""
        return self.name

    def to_tree(self) -> dict[str, Any]:
        """As the probe reads it; what is as usual is not told."""
        args = [{"from": a.call, "path": list(a.path)} if isinstance(a, From) else a for a in self.args]
        tree: dict[str, Any] = {"name": self.name, "labels": list(self.labels), "args": args, "results": self.results}
        for key in ("opaque", "changes"):
            if getattr(self, key):
                tree[key] = list(getattr(self, key))
        if self.sets:
            tree["sets"] = [list(pair) for pair in self.sets]
        for key in ("on", "makes"):
            if getattr(self, key) is not None:
                tree[key] = getattr(self, key)
        return tree | {
            key: getattr(self, key) for key in ("layout", "into", "named", "read", "spy") if getattr(self, key)
        }


@dataclass(frozen=True, slots=True)
class CallsQuestion:
    """Calls put in turn; those of `method` from number `first` on are scored.

    `situation` is in the words of the feedback; `plain` questions are the everyday ones. `counts` are the sizes that
    it was drawn with. `scores` says whether it counts: some are asked to see what another answer fits. `others` are
    callables that it does not follow and that are called before: where one of these is wrong, it says nothing. `late`
    ones are asked after all others, and may take longer. Those that
    `stand_in` have their own callables `run` first, where that is true, and of what these keep on the object some
    replaced in way number `choice`, by arrays that are `unlike` them too; with `blank`, NaN is answered to what is not
    on record.
    """

    id: str
    method: str
    situation: str
    calls: tuple[Step, ...]
    counts: Mapping[str, int] = field(default_factory=dict, hash=False)
    plain: bool = False
    first: int = 0
    state: tuple[str, ...] = ()
    scores: bool = True
    others: tuple[str, ...] = ()
    late: int = 0
    stand_in: dict[str, Any] | None = field(default=None, hash=False)
    run: bool = False
    choice: int = -1
    unlike: bool = False
    blank: bool = False
    repeats: str = ""
    scored: tuple[int, ...] = field(init=False, compare=False)  # positions of the calls that are scored

    def __post_init__(self) -> None:
        scored = (k for k, call in enumerate(self.calls) if k >= self.first and call.name == self.method)
        object.__setattr__(self, "scored", tuple(scored))

    @property
    def time_s(self) -> float:
        """Wall time for one call: a right answer takes milliseconds; the lesson's own data may be larger."""
        return 30.0 if self.situation == OWN_DATA or self.late else 4.0

    @property
    def asks(self) -> str:
        """The id of the question that this one repeats with stand-ins; its own id otherwise."""
        return self.repeats or self.id

    def to_tree(self) -> dict[str, Any]:
        """As the probe reads it."""
        tree: dict[str, Any] = {"id": self.id, "calls": [call.to_tree() for call in self.calls]}
        if self.state:
            tree["state"] = list(self.state)
        if self.stand_in:
            tree["stand_in"] = as_columns(self.stand_in)
        if self.run:
            tree |= {"run": True, "choice": self.choice, "unlike": self.unlike}
        if self.blank:
            tree["blank"] = True
        return tree
