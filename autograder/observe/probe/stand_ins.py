"""Collaborators that answer from recorded data, or by made-up functions, so that one method is judged by itself."""

from __future__ import annotations

import contextlib
import itertools
from collections.abc import Callable
from typing import Any

import numpy as np

from .values import copied

NEAR = 1e-6  # how near, relatively, asked and recorded arrays must be to be the same
MANY = 20  # numbers that all have one sign by no chance

_asarray, _abs, _stack, _full = np.asarray, np.abs, np.stack, np.full  # see wire: kept under names of our own
_cos, _arange, _isfinite = np.cos, np.arange, np.isfinite


class OffTheRecord(LookupError):
    """A stand-in was asked for something that was not recorded for it."""


def stand_in(cls: type, spec: dict[str, Any], names: list[str]) -> dict[str, Any]:
    """Let recorded arrays or made-up functions answer for the methods that `spec` names; returns what stood there.

    `recorded`: a table of steps, each with the weights, the prediction, the loss and the gradients there. The answer
    is the step's whose weights (or prediction) are the ones asked about; nothing is computed. `side effects`: the
    same, and the student's own method runs first. `caches`: the same, and arrays that it left on the object are
    then replaced by recorded ones (see `refill`). `made up`: linear functions of the weights (see `MadeUp`).
    """
    kept = {name: vars(cls).get(name) for name in spec["methods"]}
    written = {name: getattr(cls, name, None) for name in spec["methods"]}
    answers = MadeUp(spec, names) if spec["mode"] == "made up" else Recorded(spec, names)
    for name in spec["methods"]:
        run_own = spec["mode"] in ("side effects", "caches")
        setattr(cls, name, _standing_in(cls, name, kept[name], written[name], answers, run_own))
    return kept


def _standing_in(cls: type, name: str, raw: Any, written: Any, answers: Any, run_own: bool) -> Callable[..., Any]:
    static = isinstance(raw, (staticmethod, classmethod))
    code = getattr(getattr(raw, "__func__", raw), "__code__", None)
    parameters = list(code.co_varnames[: code.co_argcount]) if code is not None else []
    if not static or isinstance(raw, classmethod):
        parameters = parameters[1:]

    def method(*args: Any, **kwargs: Any) -> Any:
        model = args[0] if args and isinstance(args[0], cls) else None
        rest = list(args[1:] if model is not None else args)
        rest += [kwargs[key] for key in parameters[len(rest) :] if key in kwargs]
        if run_own and written is not None:
            with contextlib.suppress(Exception):  # the collaborator's own fault is charged to the collaborator
                written(*args, **kwargs) if not static else written(*rest)
        if model is not None and "kinds" in answers.spec:
            refill(model, answers.spec, answers.names)
        return getattr(answers, name)(answers.last if model is None else model, *rest)

    return method


def refill(model: Any, spec: dict[str, Any], names: list[str]) -> None:
    """Replace the arrays that forward left on the object by recorded ones of the same shape.

    Of the ways to match them that keep their order, way number `spec["choice"]` is taken. Truth values become
    those of the first recorded array of their shape being positive. Raises OffTheRecord when there is no such way.
    """
    slots: list[tuple[Any, Any, np.ndarray]] = []
    holder = vars(model)
    for key in [key for key in holder if key not in names]:
        if isinstance(holder[key], tuple):
            holder[key] = list(holder[key])
        value = holder[key]
        inside = value if isinstance(value, dict) else dict(enumerate(value)) if isinstance(value, list) else {}
        slots += [(value, name, item) for name, item in inside.items() if isinstance(item, np.ndarray)]
        if isinstance(value, np.ndarray):
            slots.append((holder, key, value))
    slots = [slot for slot in slots if _distance(slot[2].ravel(), spec["x"].ravel()) > NEAR]
    ways: list[list[tuple[Any, Any, np.ndarray]]] = [[]]
    for kind in spec["kinds"]:
        fitting = [slot for slot in slots if slot[2].shape == kind[0].shape and slot[2].dtype.kind == "f"]
        ways = [way + more for way in ways for more in _matches(fitting, kind, open_to_all=spec["open"])][:64]
        for slot in slots:
            if slot[2].shape == kind[0].shape and slot[2].dtype.kind == "b":
                slot[0][slot[1]] = kind[0] > 0.0
    if spec["choice"] >= len(ways):
        raise OffTheRecord("there is no other way to match what forward keeps")
    for where, key, array in ways[spec["choice"]]:
        where[key] = array.copy()


def _matches(
    slots: list[tuple[Any, Any, np.ndarray]], kind: list[np.ndarray], open_to_all: bool
) -> list[list[tuple[Any, Any, np.ndarray]]]:
    """The ways to let recorded arrays of a kind stand in slots, in their order: those first where all are alike, and
    then, so that way number k is the same one in every question, those that only few numbers allow."""
    count = min(len(slots), len(kind))
    pairs = [
        list(zip(taken, arrays, strict=True))
        for taken in itertools.combinations(slots, count)
        for arrays in itertools.combinations(kind, count)
    ]
    if open_to_all:
        fitting = pairs
    else:
        alike = [pair for pair in pairs if all(_may_hold(slot[2], array, kind, _alike) for slot, array in pair)]
        perhaps = [pair for pair in pairs if all(_may_hold(slot[2], array, kind, _perhaps) for slot, array in pair)]
        fitting = [*alike, *(pair for pair in perhaps if not any(pair is other for other in alike))]
    return [[(slot[0], slot[1], array) for slot, array in pair] for pair in fitting]


def _alike(slot: np.ndarray, array: np.ndarray) -> bool:
    """In sign, and in range where nothing is negative: what tells a value before an activation from one after it."""
    return _range(slot) == _range(array)


def _perhaps(slot: np.ndarray, array: np.ndarray) -> bool:
    """The same where the signs show less: of few numbers, or of numbers that a turned sign makes positive."""
    if _range(slot)[0] == _range(array)[0]:
        return True
    return _range(slot)[0] and (slot.size < MANY or bool((array < 0.0).all()))


def _range(array: np.ndarray) -> tuple[bool, bool]:
    """Whether nothing is negative, and then whether nothing is above one."""
    positive = bool((array >= 0.0).all())
    return positive, positive and bool((array <= 1.0).all())


def _may_hold(slot: np.ndarray, array: np.ndarray, kind: list[np.ndarray], alike: Callable[..., bool]) -> bool:
    """Whether a recorded array may stand where forward left `slot`: one that forward got right stays what it is."""
    for each in kind:
        if _distance(slot, each) <= NEAR:
            return each is array
    return alike(slot, array)


class Recorded:
    """Answers from a table of steps; NEAR says how near is the same. Only a step's own weights lead to it.

    `spec["table"]` holds, one row a step, what the methods that stand in look up by and give (see `seal`).
    """

    def __init__(self, spec: dict[str, Any], names: list[str]):
        self.spec, self.table = spec, spec["table"]
        self.x, self.names, self.container = spec["x"], names, spec.get("container", "tuple")
        self.weights, self.predictions = Rows(self.table["weights"]), Rows([self.table["prediction"]])
        self.last: Any = None

    def step(self, model: Any) -> int:
        if model is None:
            return 0
        self.last = model
        asked = [getattr(model, name) for name in self.names]
        return self.weights.nearest([asked], "the weights are not those of a right run")

    def forward(self, model: Any, x: Any) -> Any:
        step = self.step(model)
        prediction = self.table["prediction"][step]
        asked = _asarray(x, dtype=float)
        if _distance(asked, self.x) <= NEAR:
            self.predictions.remember([prediction], step)
            return prediction.copy()
        sample = self.x.shape[1:]
        rows = asked.reshape((-1, *sample))
        words = "forward was asked about a sample that is not among the inputs"
        answer = prediction[[_nearest(_distances(row, self.x), words) for row in rows]]
        return answer[0] if asked.shape == sample else answer

    def loss(self, model: Any, *pair: Any) -> Any:
        _beside_the_targets(self.spec, pair)
        words = "loss was asked about predictions that a right run does not make"
        return float(self.table["loss"][self.predictions.nearest([[asked] for asked in pair], words)])

    def dloss_dw(self, model: Any, x: Any = None, y_true: Any = None) -> Any:
        _the_given(self.spec, x, y_true)
        step = self.step(model)
        return _contained([copied(rows[step]) for rows in self.table["gradients"]], self.container)


class Rows:
    """Recorded arrays, each stacked along its first axis, to find the row that holds given ones.

    Each row has a key, a mean of its elements with fixed signs and sizes, so that all but a few rows are passed over
    by one subtraction: within NEAR of a row means within `slack` of its key.
    """

    def __init__(self, stacks: list[np.ndarray]):
        self.stacks = stacks
        self.parts = [_cos(_arange(stack[0].size) + 1.0) / max(stack[0].size, 1) for stack in stacks]
        flat = [stack.reshape(len(stack), -1) for stack in stacks]
        self.keys = sum(rows @ part for rows, part in zip(flat, self.parts, strict=True))
        most = [_abs(rows).max(axis=1, initial=0.0) for rows in flat]
        self.slack = 1.1 * NEAR * sum(most) + 1e-12 * abs(self.keys) + 1e-300
        self.last: tuple[bytes | None, int] = (None, -1)  # what was asked last, and its row: it is often asked again
        self._exact: dict[bytes, int] | None = None

    def remember(self, arrays: list[np.ndarray], row: int) -> None:
        """These very numbers are that row."""
        self.last = self._bits(arrays), row

    def nearest(self, asked: list[list[Any]], words: str) -> int:
        """The row nearest to any of those asked about; raises OffTheRecord with `words` when none is near."""
        candidates = [[_asarray(array, dtype=float) for array in arrays] for arrays in asked]
        for arrays in candidates:
            bits = self._bits(arrays)
            if bits is None:
                continue
            row = self.last[1] if bits == self.last[0] else self.exact.get(bits, -1)
            if row >= 0:
                self.last = bits, row
                return row
        row, best = -1, float("inf")
        for flat in candidates:
            if any(array.shape != stack.shape[1:] for array, stack in zip(flat, self.stacks, strict=True)):
                continue
            key = sum(float(array.ravel() @ part) for array, part in zip(flat, self.parts, strict=True))
            rows = (_abs(self.keys - key) <= self.slack).nonzero()[0]
            if not len(rows):
                continue
            far = _stack([_distances(array, stack[rows]) for array, stack in zip(flat, self.stacks, strict=True)])
            far = far.max(axis=0)
            nearest = int(far.argmin())
            if far[nearest] <= NEAR and far[nearest] < best:
                row, best = int(rows[nearest]), float(far[nearest])
                self.remember(flat, row)
        if row < 0:
            raise OffTheRecord(words)
        return row

    @property
    def exact(self) -> dict[bytes, int]:
        """The rows by their very bits, the first of equal ones, without those that hold no numbers."""
        if self._exact is None:
            bits = [stack.reshape(len(stack), -1) for stack in self.stacks]
            keys = [b"".join([rows[row].tobytes() for rows in bits]) for row in range(len(self.keys))]
            finite = _isfinite(self.keys)
            self._exact = {keys[row]: row for row in reversed(range(len(keys))) if finite[row]}
        return self._exact

    def _bits(self, arrays: list[np.ndarray]) -> bytes | None:
        """The bits of arrays that have a row's shapes; None for others."""
        for array, stack in zip(arrays, self.stacks, strict=True):
            if array.shape != stack.shape[1:]:
                return None
        return b"".join([array.tobytes() for array in arrays])


class MadeUp:
    """Made-up functions that couple all weights, so that the run they lead to is known in closed form.

    gradient of each element: itself − target + coupling · (mean of all other elements); prediction: the sum of all
    weights plus the ramp; loss: mean of the prediction, plus offset.
    """

    def __init__(self, spec: dict[str, Any], names: list[str]):
        self.spec, self.names, self.container = spec, names, spec.get("container", "tuple")
        self.target, self.coupling, self.offset = spec["target"], spec["coupling"], spec["offset"]
        self.ramp = spec["ramp"]
        self.last: Any = None

    def forward(self, model: Any, x: Any) -> Any:
        self.last = model
        _the_given(self.spec, x)
        rows = len(_asarray(x)) if _asarray(x).ndim else 0
        total = sum(float(_asarray(getattr(model, name)).sum()) for name in self.names)
        return total + self.ramp[: max(rows, 1)]

    def loss(self, model: Any, *pair: Any) -> Any:
        prediction = _beside_the_targets(self.spec, pair)
        return float(_asarray(prediction).mean()) + self.offset

    def dloss_dw(self, model: Any, x: Any = None, y_true: Any = None) -> Any:
        self.last = model
        if x is not None or y_true is not None:
            _the_given(self.spec, x, y_true)
        weights = [_asarray(getattr(model, name), dtype=float) for name in self.names]
        total = sum(weight.sum() for weight in weights)
        others = max(sum(weight.size for weight in weights) - 1, 1)
        gradients = [weight - self.target + self.coupling * (total - weight) / others for weight in weights]
        return _contained([copied(gradient) for gradient in gradients], self.container)


def _the_given(spec: dict[str, Any], x: Any, *y_true: Any) -> None:
    """Raises OffTheRecord when a collaborator is asked about other data than the question gave."""
    if _distance(x, spec["x"]) > NEAR or any(_distance(each, spec["y"]) > NEAR for each in y_true):
        raise OffTheRecord("a method was asked about other data than the question's")


def _beside_the_targets(spec: dict[str, Any], pair: tuple[Any, ...]) -> Any:
    """The first argument of a loss that is not the question's targets; raises OffTheRecord when none is the targets."""
    known = spec["y"]
    if len(pair) == 2 and _same(pair[1], known):
        return pair[0]
    others = [asked for asked in pair if _distance(asked, known) > NEAR]
    if len(others) == len(pair):
        raise OffTheRecord("loss was asked about other targets than the question's")
    return others[0] if others else pair[0]


def _contained(gradients: list[Any], container: str) -> Any:
    if container == "array" and len(gradients) == 1:
        return gradients[0]
    return tuple(gradients) if container == "tuple" else list(gradients)


def _distance(asked: Any, known: Any) -> float:
    """The largest difference relative to the largest recorded magnitude; infinite for another shape or for NaN."""
    if _same(asked, known):
        return 0.0
    return float(_distances(asked, _asarray(known, dtype=float)[None])[0])


def _same(asked: Any, known: Any) -> bool:
    """Whether an array is the known one, bit for bit: sooner told than number by number."""
    return (
        isinstance(asked, np.ndarray)
        and isinstance(known, np.ndarray)
        and asked.dtype == known.dtype
        and asked.shape == known.shape
        and asked.tobytes() == known.tobytes()
    )


def _distances(asked: Any, known: np.ndarray) -> np.ndarray:
    """`_distance` of an array to each of those stacked in `known`, along its first axis."""
    asked = _asarray(asked, dtype=float)
    if asked.shape != known.shape[1:]:
        return _full(len(known), float("inf"))
    if not asked.size:
        return _full(len(known), 0.0)
    axes = tuple(range(1, known.ndim))
    far = _abs(asked - known).max(axis=axes) / (_abs(known).max(axis=axes) + 1e-300)
    far[far != far] = float("inf")
    return far


def _nearest(far: np.ndarray, words: str) -> int:
    """The place of the smallest distance; raises OffTheRecord with `words` when it is not near."""
    nearest = int(far.argmin())
    if not far[nearest] <= NEAR:
        raise OffTheRecord(words)
    return nearest
