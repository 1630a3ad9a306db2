"""What answers for a class's other methods while one is judged by itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from autograder.core.numeric import Array


@dataclass(frozen=True, slots=True, eq=False)
class RunStep:
    """Where a right run stands between two updates: its weights in the class's order, and what the methods give there.

    `prediction` has the shape of the targets, `gradients` those of the weights.
    """

    weights: tuple[Array, ...]
    prediction: Array
    loss: float
    gradients: tuple[Array, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Refill:
    """Right arrays in the place of those that forward leaves on the object.

    `kinds` are the arrays that may stand for one another (the hidden layers after their activation, say), in their
    order. Which of them is for which place is not known: `choice` counts through the ways that keep the order, those
    among unlike arrays too where it is `open`.
    """

    choice: int
    kinds: tuple[tuple[Array, ...], ...]
    open: bool


@dataclass(frozen=True, slots=True, eq=False)
class LinearRun:
    """Made-up functions that are linear in the weights: see the probe's MadeUp for what the numbers are. `ramp` has the
    shape of the targets."""

    target: float
    coupling: float
    offset: float
    ramp: Array


@dataclass(frozen=True, slots=True, eq=False)
class StandIn:
    """Who stands in: the `methods`, asked about the data `x`, (N, …), and `y`, (N, …).

    By `mode`: `recorded` answers are looked up among `steps`; with `side effects` the class's own method runs first;
    `caches` are the same with a `refill`; `made up` ones follow a `linear` run, with no steps. `container` is what
    gradients come in: "tuple", "list", or "array" where there is one.
    """

    mode: str
    methods: tuple[str, ...]
    x: Array
    y: Array
    container: str = "tuple"
    steps: tuple[RunStep, ...] = ()
    refill: Refill | None = None
    linear: LinearRun | None = None

    def to_tree(self) -> dict[str, Any]:
        """As the probe reads it, but for the steps, which are sealed first."""
        tree: dict[str, Any] = {"mode": self.mode, "methods": list(self.methods)}
        if self.linear is not None:
            tree["container"] = self.container
            tree |= {name: getattr(self.linear, name) for name in ("target", "coupling", "offset", "ramp")}
            return tree | {"x": self.x, "y": self.y}
        tree |= {"x": self.x, "y": self.y, "container": self.container}
        if self.refill is not None:
            kinds = [list(kind) for kind in self.refill.kinds]
            tree |= {"choice": self.refill.choice, "kinds": kinds, "open": self.refill.open}
        return tree


__all__ = ["LinearRun", "Refill", "RunStep", "StandIn"]
