"""What an instructor says of an assignment in its cell tagged `autograder`: the rest is found out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from autograder.callables.declared.draws import Draw, Sizes, Together


@dataclass(frozen=True)
class Slope:
    """Results `by` of `callable` are the slopes of `of` by the arguments `wrt`.

    `of` is the name of a result of its own, another callable (whose first result is meant), or a function of arguments
    by name. `times` names an argument that this is multiplied with and summed, where it is no single number.
    """

    callable: str
    of: str | Callable[..., Any]
    by: tuple[str, ...]
    wrt: tuple[str, ...]
    times: str = ""


@dataclass(frozen=True)
class Follows:
    """The argument `by` of `callable` is the result of that name of `after`, handed on as it is.

    With no `by`, `after` is called first on the same object. `arguments` are those of `after` that it is always called
    with here, whatever is drawn for it elsewhere.
    """

    callable: str
    after: str
    by: str
    arguments: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Repeats:
    """`callable` is asked `times` times in a row; `back` says which result goes back in as which argument."""

    callable: str
    times: int
    back: Mapping[str, int]


@dataclass(frozen=True)
class Own:
    """The lesson's own data for one callable."""

    callable: str
    arguments: Mapping[str, Any]


@dataclass(frozen=True)
class Note:
    """The author's words for one change of the reference."""

    callable: str
    replace: str
    by: str
    says: str
    look: str = ""


@dataclass(frozen=True)
class Shares:
    """How the points of `callable` are shared out: the part for leaving alone what it must only read, and, where they
    do not have as much each, the parts of its `results` by name, which are all there is beside."""

    callable: str
    pure: float
    results: Mapping[str, float]


@dataclass
class Declaration:
    """All that is declared: `draws` by argument name; `sizes[k]` is the k-th situation.

    `apart` names the draw of an argument that one callable takes otherwise than the rest, by callable and argument.
    `state` are the attributes of an object that count as results of its methods. `unjudged` are the results, by
    callable, that are never compared.
    """

    draws: dict[str, Draw] = field(default_factory=dict)
    apart: dict[tuple[str, str], str] = field(default_factory=dict)
    together: list[Together] = field(default_factory=list)
    sizes: tuple[Sizes, ...] = ()
    state: tuple[str, ...] = ()
    packages: tuple[str, ...] = ()
    slopes: list[Slope] = field(default_factory=list)
    follows: list[Follows] = field(default_factory=list)
    unjudged: dict[str, tuple[str, ...]] = field(default_factory=dict)
    repeats: dict[str, Repeats] = field(default_factory=dict)
    own: list[Own] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    shares: dict[str, Shares] = field(default_factory=dict)

    def drawn_as(self, name: str, argument: str) -> str:
        """Under which name an argument of a callable (of a class: its constructor) is drawn: its own, where nothing
        else is said."""
        return self.apart.get((name, argument)) or self.apart.get((f"{name}.__init__", argument), argument)

    def handed_on(self, name: str) -> dict[str, Follows]:
        """The arguments of a callable that come from another one's result."""
        return {each.by: each for each in self.follows if each.callable == name}

    def settled_first(self, name: str) -> dict[str, Any]:
        """The arguments that are not drawn for what is called before a callable, by the names they are drawn under."""
        return {
            self.drawn_as(each.after, label): value
            for each in self.follows
            if each.callable == name
            for label, value in each.arguments.items()
        }
