"""Declared slopes held against central differences of the reference's own runs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from autograder.callables.asked.exam import Exam
from autograder.callables.asked.question import CallsQuestion, Step
from autograder.callables.asked.steps import drawn, steps_for
from autograder.callables.declared.declaration import Slope
from autograder.callables.declared.reference import Reference
from autograder.observe import arrays_in, probe


def slope_error(exam: Exam, slope: Slope, by: str, wrt: str, step: float) -> float:
    """How far the reference's `by` is from the central difference by `wrt`, along a random direction, relative to its
    size; the largest over the everyday questions.

    Raises LookupError where the slope cannot be asked: no such result or argument, or a way to compute that raises.
    """
    reference = exam.reference
    plain = [each for each in exam.of(slope.callable) if each.plain and len(each.scored) == 1 and each.counts]
    if not plain:
        raise LookupError(f"no grade cell scores {slope.callable}")
    worst = 0.0
    for question in plain:
        values = _values(exam, question)
        wrt = slope_argument(exam.reference, slope, wrt)
        arrays = exam.expected(question, question.scored[0]).arrays
        if by not in arrays:
            raise LookupError(f"{slope.callable} has no result {by!r}; it has {', '.join(arrays)}")
        rng = np.random.default_rng(1)
        base = _at(values, wrt)
        direction = rng.normal(size=np.shape(base))
        width = step * max(1.0, float(np.abs(base).max(initial=0.0)))
        ends = [
            _value(reference, slope, question, _with(values, wrt, np.asarray(base) + sign * width * direction))
            for sign in (1.0, -1.0)
        ]
        wanted = (ends[0] - ends[1]) / (2.0 * width)
        slopes = arrays[by]
        if slopes.shape != np.shape(base):
            raise LookupError(f"{by} has shape {slopes.shape}, {wrt} has {np.shape(base)}")
        stated = float(np.sum(slopes * direction))
        scale = float(np.linalg.norm(slopes) * np.linalg.norm(direction)) or 1.0
        error = abs(stated - wanted) / max(scale, 1e-9)
        worst = max(worst, error if error == error else np.inf)
    return worst


def _values(exam: Exam, question: CallsQuestion) -> dict[str, Any]:
    """All that was drawn for a question, by argument name: what its calls were given, decoded."""
    values: dict[str, Any] = {}
    for step in question.calls:
        for label, arg in zip(step.labels, step.args, strict=True):
            if isinstance(arg, (np.ndarray, dict)):
                values[exam.reference.declaration.drawn_as(step.name, label)] = probe.decoded(arg)
    rest = drawn(exam.reference, np.random.default_rng(2), question.counts)
    return {**rest, **values}


def slope_argument(reference: Reference, slope: Slope, wrt: str) -> str:
    """The name that an argument, or an entry of one, is drawn under for the callables of a slope."""
    head, dot, key = wrt.partition(".")
    for name in (slope.callable, getattr(slope.of, "__qualname__", "")):
        if (name, head) in reference.declaration.apart:
            return reference.declaration.drawn_as(name, head) + dot + key
    return wrt


def _at(values: dict[str, Any], name: str) -> Any:
    head, _, key = name.partition(".")
    if head not in values:
        raise LookupError(f"no argument is called {head!r}")
    inside = values[head]
    if not key:
        return inside
    try:
        return inside[int(key) if isinstance(inside, list | tuple) else key]
    except (LookupError, TypeError, ValueError):
        raise LookupError(f"{head} holds nothing under {key!r}") from None


def _with(values: dict[str, Any], name: str, value: Any) -> dict[str, Any]:
    head, _, key = name.partition(".")
    value = float(value) if np.ndim(value) == 0 else value
    inside = values[head]
    if isinstance(inside, list | tuple) and key:
        return values | {head: [value if k == int(key) else each for k, each in enumerate(inside)]}
    return values | {head: {**inside, key: value} if key else value}


def _value(reference: Reference, slope: Slope, question: CallsQuestion, values: dict[str, Any]) -> float:
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
