"""A question: calls put in turn to one fresh object."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

from autograder.core.contract import LABELS
from autograder.core.numeric import Array
from autograder.core.stand_in import StandIn

PUBLISHED = "the published data"
AFTER_TRAINING = "after training"


BY_WEIGHTS = "other weights"


def id_by(asks: str, route: str) -> str:
    """The id of the question that repeats another by a route."""
    return f"{asks} ({route})"


@dataclass(frozen=True, slots=True)
class Call:
    """One call of a question: the method, its positional arguments, and whether the spy listens.

    `on` counts the question's objects. `weights` are set on the object by their names before the call. `into` writes
    the arguments into the arrays that the call before was given. `layout` is how the arrays lie in memory: one of
    LAYOUTS.
    """

    method: str
    args: tuple[Any, ...]
    spy: bool = False
    on: int = 0
    weights: tuple[Array, ...] | None = None
    into: bool = False
    layout: str = ""

    @property
    def x(self) -> Array:
        """The inputs, (N, …); of `forward`, `dloss_dw` and `train`."""
        return self._argument("x")

    @property
    def y_prediction(self) -> Array:
        """The predictions that `loss` is asked about, of the shape of the targets."""
        return self._argument("y_prediction")

    @property
    def y_true(self) -> Array:
        """The targets, (N, …); of all methods but `forward`."""
        return self._argument("y_true")

    @property
    def lr(self) -> float:
        """The learning rate of `train`."""
        return float(self._argument("lr"))

    @property
    def n_ep(self) -> int:
        """The number of epochs of `train`."""
        return int(self._argument("n_ep"))

    def _argument(self, name: str) -> Any:
        return self.args[LABELS[self.method].index(name)]

    def to_tree(self) -> dict[str, Any]:
        """As the probe reads it; what is as usual is not told."""
        tree = {"method": self.method, "args": list(self.args), "labels": list(LABELS[self.method]), "spy": self.spy}
        unusual = {"on": self.on, "weights": self.weights and list(self.weights), "into": self.into}
        return tree | {key: value for key, value in (*unusual.items(), ("layout", self.layout)) if value}


@dataclass(frozen=True, slots=True)
class Question:
    """Calls put in turn to one fresh object with the weights `init`; those of `method` are scored.

    `situation` is in the words of the feedback. `plain` questions are the everyday ones, which a method must get
    right to earn part of its points. `moved` says that `train` is called in between: the answers asked after it are
    those at the weights that the object then has. `others` are the weights of further objects, made after the first and
    before all calls. `kink` says that samples lie near a kink on purpose. A question with stand-ins names the `route`
    and the question that it `repeats`.
    """

    id: str
    method: str
    situation: str
    init: tuple[Array, ...]
    calls: tuple[Call, ...]
    plain: bool = False
    moved: bool = False
    others: tuple[tuple[Array, ...], ...] = ()
    kink: bool = False
    stand_in: StandIn | None = field(default=None, hash=False)
    route: str = ""
    repeats: str = ""

    @property
    def time_s(self) -> float:
        """Wall time for one call: a right answer takes milliseconds; the published data are larger."""
        return 30.0 if self.situation == PUBLISHED else 4.0

    @property
    def asks(self) -> str:
        """The id of the question that a stand-in question repeats; its own id otherwise."""
        return self.repeats or self.id

    def by(self, route: str, stand_in: StandIn | None) -> Question:
        """The same question by another route, with stand-ins."""
        return replace(self, id=id_by(self.asks, route), stand_in=stand_in, route=route, repeats=self.asks)

    @property
    def epochs(self) -> int:
        """How many epochs its calls of `train` make in all."""
        return sum(call.n_ep for call in self.calls if call.method == "train")

    @property
    def one_run(self) -> bool:
        """Whether all calls are of `train` with the same data, so that they are one run that goes on."""
        return all(call.method == "train" and call.args[0] is self.calls[0].args[0] for call in self.calls)

    @property
    def by_weights(self) -> bool:
        """Whether the grader itself gives the object other weights, or makes other objects, between the calls."""
        return bool(self.others) or any(call.weights is not None for call in self.calls)

    def weights_at(self, position: int) -> tuple[Array, ...]:
        """What the grader itself last made the weights of the object that call number `position` is put to."""
        on = self.calls[position].on
        stated = [call.weights for call in self.calls[: position + 1] if call.on == on and call.weights is not None]
        return stated[-1] if stated else (self.init, *self.others)[on]

    @property
    def scored(self) -> tuple[int, ...]:
        """Positions of the calls that are scored."""
        return tuple(k for k, call in enumerate(self.calls) if call.method == self.method)

    def to_tree(self) -> dict[str, Any]:
        """As the probe reads it."""
        tree = {"id": self.id, "init": list(self.init), "calls": [call.to_tree() for call in self.calls]}
        if self.others:
            tree["others"] = [list(weights) for weights in self.others]
        return tree | {"stand_in": self.stand_in.to_tree()} if self.stand_in else tree
