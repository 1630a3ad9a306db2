"""The number whose slope is declared, computed by the reference at values of ours."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from autograder.callables.asked.question import CallsQuestion, Step
from autograder.callables.asked.steps import drawn, steps_for
from autograder.callables.declared.declaration import Slope
from autograder.callables.declared.reference import Reference
from autograder.observe import arrays_in, probe


def values_in(reference: Reference, question: CallsQuestion) -> dict[str, Any]:
    """All that was drawn for a question, by argument name: what its calls were given, decoded."""
    values: dict[str, Any] = {}
    for step in question.calls:
        for label, arg in zip(step.labels, step.args, strict=True):
            if isinstance(arg, (np.ndarray, dict)):
                values[reference.declaration.drawn_as(step.name, label)] = probe.decoded(arg)
    rest = drawn(reference, np.random.default_rng(2), question.counts)
    return {**rest, **values}


def slope_argument(reference: Reference, slope: Slope, wrt: str) -> str:
    """The name that an argument, or an entry of one, is drawn under for the callables of a slope."""
    head, dot, key = wrt.partition(".")
    for name in (slope.callable, getattr(slope.of, "__qualname__", "")):
        if (name, head) in reference.declaration.apart:
            return reference.declaration.drawn_as(name, head) + dot + key
    return wrt


def shaped(slopes: np.ndarray, base: Any, by: str, wrt: str) -> np.ndarray:
    """Slopes in the shape of what they are by: a tuple of one array is that array. Raises LookupError for others."""
    shape = np.shape(base)
    if slopes.shape not in (shape, (1, *shape)):
        raise LookupError(f"{by} has shape {slopes.shape}, {wrt} has {shape}")
    return slopes.reshape(shape)


def number_at(reference: Reference, slope: Slope, question: CallsQuestion, values: dict[str, Any]) -> float:
    """The number whose slope is declared, at these values."""
    if isinstance(slope.of, str):
        return _single(slope.of, _result(reference, question, slope.callable, values, slope.of))
    name = getattr(slope.of, "__qualname__", "")
    if name in reference.signatures:
        first = reference.signature(name).results[0]
        result = _result(reference, question, name, values, first)
        return (
            float(np.sum(values[slope_argument(reference, slope, slope.times)] * result))
            if slope.times
            else _single(first, result)
        )
    keys = {label: slope_argument(reference, slope, label) for label in reference.signature(slope.callable).arguments}
    arguments = {label: values[key] for label, key in keys.items() if key in values}
    return _single("what its function gives", _by_names(slope.of, {**values, **arguments}))


def _single(name: str, value: Any) -> float:
    if np.size(value) != 1:
        raise LookupError(
            f"{name} is an array of shape {np.shape(value)}, no single number: which argument is it multiplied with? "
            "Say so, as in times='dout'"
        )
    return float(np.reshape(value, ()))


def _result(reference: Reference, question: CallsQuestion, name: str, values: dict[str, Any], result: str) -> Any:
    """A result of a callable, by the question's own calls with other values."""
    steps = steps_for(reference, name, values)
    asked = CallsQuestion("slope", name, "", tuple(_as_usual(step) for step in steps), state=question.state)
    replies = reference.answers(asked)
    if len(replies) < len(steps) or replies[-1]["outcome"] != "returned":
        raise LookupError(f"{name} gives no answer there")
    arrays = arrays_in(reference.signature(name).results, replies[-1]["parts"])
    if result not in arrays:
        raise LookupError(f"{name} gives no array {result!r}; it gives {', '.join(arrays)}")
    return arrays[result]


def _as_usual(step: Step) -> Step:
    return replace(step, layout="", into=False)


def _by_names(function: Callable[..., Any], values: dict[str, Any]) -> Any:
    """A function of arguments by name, such as the lambda of a slope."""
    names = function.__code__.co_varnames[: function.__code__.co_argcount]
    missing = [name for name in names if name not in values]
    if missing:
        raise LookupError(f"its function asks for {', '.join(missing)}, which nobody draws")
    return function(**{name: values[name] for name in names})
