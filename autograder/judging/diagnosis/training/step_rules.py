"""Other ways to make a step of a gradient than the plain one: momentum, Adam, clipping, decay."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

Array = np.ndarray
Memory = dict[str, list[Array]]


@dataclass(frozen=True, slots=True)
class Momentum:
    """Earlier gradients are carried along, each time times `beta`; `damped`: the new one counts 1 − beta."""

    beta: float
    damped: bool = False
    ahead: bool = False

    def __call__(self, now: list[Array], change: list[Array], rate: float, epoch: int, memory: Memory) -> list[Array]:
        """The weights after a step."""
        new = 1.0 - self.beta if self.damped else 1.0
        carried = memory.get("v", [np.zeros_like(each) for each in change])
        memory["v"] = [self.beta * old + new * each for old, each in zip(carried, change, strict=True)]
        along = memory["v"]
        if self.ahead:
            along = [each + self.beta * v for each, v in zip(change, along, strict=True)]
        return [w - rate * v for w, v in zip(now, along, strict=True)]


@dataclass(frozen=True, slots=True)
class BySize:
    """The step is divided by a running size of its gradient: Adam, RMSprop, AdaGrad."""

    kind: str  # "adam", "adam uncorrected", "rmsprop", "adagrad"
    beta: float = 0.999
    tiny: float = 1e-8

    def __call__(self, now: list[Array], change: list[Array], rate: float, epoch: int, memory: Memory) -> list[Array]:
        """The weights after a step."""
        zeros = [np.zeros_like(each) for each in change]
        keep, new = (1.0, 1.0) if self.kind == "adagrad" else (self.beta, 1.0 - self.beta)
        sizes = [keep * old + new * g**2 for old, g in zip(memory.get("s", zeros), change, strict=True)]
        along, memory["s"] = change, sizes
        if self.kind.startswith("adam"):
            memory["m"] = [0.9 * old + 0.1 * g for old, g in zip(memory.get("m", zeros), change, strict=True)]
            along = memory["m"]
        if self.kind == "adam":
            along = [m / (1.0 - 0.9 ** (epoch + 1)) for m in along]
            sizes = [s / (1.0 - self.beta ** (epoch + 1)) for s in sizes]
        return [w - rate * g / (np.sqrt(s) + self.tiny) for w, g, s in zip(now, along, sizes, strict=True)]


@dataclass(frozen=True, slots=True)
class Clipped:
    """Each number of a gradient is cut at ±`limit`; with `norm`, what is longer than it is shortened to it: all
    gradients as one (`all`) or each by itself (`each`)."""

    limit: float
    norm: str = ""

    def __call__(self, now: list[Array], change: list[Array], rate: float, epoch: int, memory: Memory) -> list[Array]:
        """The weights after a step."""
        if not self.norm:
            cut = [np.clip(each, -self.limit, self.limit) for each in change]
        else:
            lengths = [float(np.sqrt(np.sum(each**2))) for each in change]
            if self.norm == "all":
                lengths = [float(np.sqrt(sum(length**2 for length in lengths)))] * len(lengths)
            cut = [each * min(1.0, self.limit / max(n, 1e-300)) for each, n in zip(change, lengths, strict=True)]
        return [w - rate * each for w, each in zip(now, cut, strict=True)]


@dataclass(frozen=True, slots=True)
class Direction:
    """Only the direction of the gradients counts: divided by their length, or the sign of each number."""

    kind: str  # "length", "length of each", "sign"

    def __call__(self, now: list[Array], change: list[Array], rate: float, epoch: int, memory: Memory) -> list[Array]:
        """The weights after a step."""
        if self.kind == "sign":
            return [w - rate * np.sign(each) for w, each in zip(now, change, strict=True)]
        lengths = [np.sqrt(float(np.sum(each**2))) for each in change]
        if self.kind == "length":
            lengths = [np.sqrt(sum(length**2 for length in lengths))] * len(change)
        return [w - rate * each / n for w, each, n in zip(now, change, lengths, strict=True)]


@dataclass(frozen=True, slots=True)
class Decay:
    """A multiple of the weights is added to their gradients."""

    share: float

    def __call__(self, now: list[Array], change: list[Array], rate: float, epoch: int, memory: Memory) -> list[Array]:
        """The weights after a step."""
        return [w - rate * (each + self.share * w) for w, each in zip(now, change, strict=True)]


@dataclass(frozen=True, slots=True)
class FromStart:
    """Every step is taken from the weights at the beginning of the run."""

    def __call__(self, now: list[Array], change: list[Array], rate: float, epoch: int, memory: Memory) -> list[Array]:
        """The weights after a step."""
        start = memory.setdefault("start", now)
        return [w - rate * each for w, each in zip(start, change, strict=True)]


@dataclass(frozen=True, slots=True)
class FirstLeftOut:
    """The first epoch of a run makes no step."""

    def __call__(self, now: list[Array], change: list[Array], rate: float, epoch: int, memory: Memory) -> list[Array]:
        """The weights after a step."""
        return [w - rate * each for w, each in zip(now, change, strict=True)] if epoch else now


@dataclass(frozen=True, slots=True)
class Replaced:
    """The step stands in the weight's place: the old weight is lost."""

    sign: float = -1.0

    def __call__(self, now: list[Array], change: list[Array], rate: float, epoch: int, memory: Memory) -> list[Array]:
        """The weights after a step."""
        return [self.sign * rate * each for each in change]
