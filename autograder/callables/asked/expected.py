"""What a scored call must give, how far an answer may be, and whether that tells right from wrong."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from autograder.callables.asked.exponents import cut_off_exponentials
from autograder.callables.asked.question import SATURATED, CallsQuestion, Step
from autograder.callables.asked.ties import RANKING, turned_ties
from autograder.callables.asked.unsettled import WHY, turned
from autograder.callables.declared.draws import Draw
from autograder.callables.declared.reference import Reference
from autograder.observe import arrays_in, result_named

Array = np.ndarray
Arrays = dict[str, Array]
# What an answer may be off by: RTOL of an element, ATOL of the largest, SPREAD times what shaking all real inputs by
# PERTURBATION (the rounding of float32) does.
RTOL, ATOL, SPREAD, PERTURBATION = 1e-5, 1e-6, 10.0, 6e-8
LEAST = 1e-13  # where a function saturates, one way to write it gives 0 and another 1e-40
ROUNDING = 30.0  # times what the reference's own rounding does to a result
CUT_OFF = 10.0  # times what cut off exponentials do to it, where numbers are beyond all exponentials
LOOSEST = 1e-3  # of an array's largest element; a question with a larger tolerance cannot tell right from wrong
TOSSES = 16  # times that a question is asked to see it: a coin seldom falls the same way as often
MOODY = (
    "the solution answers the same question in two ways; does it draw random numbers? Let it take what is drawn (a "
    "mask, an order, a seed) as an argument"
)


@dataclass(frozen=True, slots=True)
class Expected:
    """What a scored call must give: arrays by result name, and for each element how far an answer may be.

    `unsettled` says why there is no one right answer, where there is none. `others` are the names of results that are
    no arrays, such as texts. `tied` says whether they hang on which of equals comes first. `absent` are the paths of
    attributes of the declared state that this object has not, and that are called as a result is. `vanishing` are the
    results of which little more is asked than that they are numbers: what is left of them where an exponential is cut
    off is as right.
    """

    arrays: Arrays
    tolerance: Arrays
    unsettled: str = ""
    others: frozenset[str] = frozenset()
    tied: bool = False
    absent: frozenset[str] = frozenset()
    vanishing: frozenset[str] = frozenset()


class NoAnswer(RuntimeError):
    """The reference raises where it is asked."""


def expect(reference: Reference, question: CallsQuestion, call: int) -> Expected:
    """What a call must give, by the reference; raises NoAnswer where it gives nothing."""
    parts = _parts(reference, question, call)
    results = reference.signature(question.calls[call].name).results
    exact = arrays_in(results, parts)
    others = frozenset(result_named(results, path) for path in parts) - exact.keys()
    spread = {name: np.zeros_like(array) for name, array in exact.items()}
    rng = np.random.default_rng(0)
    for _ in range(3):
        shaken = _numbers(reference, _shaken(rng, question, reference), call)
        for name, array in exact.items():
            if name not in shaken or shaken[name].shape != array.shape:
                spread[name] = np.full_like(array, np.inf)
            else:
                with np.errstate(all="ignore"):
                    spread[name] = np.maximum(spread[name], np.abs(shaken[name] - array))
    tolerance = {
        name: LEAST
        + RTOL * np.abs(array)
        + (ATOL * np.abs(array).max() + SPREAD * spread[name].max() if array.size else 0.0)
        for name, array in exact.items()
    }
    for name, rounding in _rounding(reference, question, call, exact).items():
        tolerance[name] = tolerance[name] + ROUNDING * rounding
    left = _left_by_cut_off(reference, question, call, exact)
    vanishing = frozenset(name for name, far in left.items() if far > tolerance[name].min(initial=np.inf))
    for name in vanishing:
        tolerance[name] = tolerance[name] + CUT_OFF * left[name]
    known = Expected(exact, tolerance)
    unsettled, tied = _unsettled(reference, question, call, known), _tied(reference, question, call, known)
    without = (path for path, part in parts.items() if path.startswith("self.") and part.get("array") is None)
    absent = frozenset(path for path in without if result_named(results, path) in exact)
    return Expected(exact, tolerance, unsettled, others, tied, absent, vanishing)


def _left_by_cut_off(reference: Reference, question: CallsQuestion, call: int, exact: Arrays) -> dict[str, float]:
    """By result: how far it is from what the reference gives with its exponentials cut off, where a question is beyond
    all of them and who takes care of that in this way is as right."""
    if not question.id.endswith(f"/{SATURATED}") or question.method in reference.traits.guarded:
        return {}
    with cut_off_exponentials(), np.errstate(all="ignore"):
        cut = _numbers(reference, question, call)
    far = {name: np.abs(cut[name] - array) for name, array in exact.items() if name in cut}
    return {name: float(each.max(initial=0.0)) for name, each in far.items()}


def _unsettled(reference: Reference, question: CallsQuestion, call: int, known: Expected) -> str:
    """Why other answers are as right: a result hangs on the direction of a vector that nothing settles."""
    if "linalg" not in reference.source:
        return ""
    with turned() as called:
        try:
            other = _numbers(reference, question, call)
        except NoAnswer:
            other = {}
    for name, array in known.arrays.items() if called else ():
        same_shape = name in other and other[name].shape == array.shape
        far = np.minimum(known.tolerance[name], LOOSEST * np.abs(array).max(initial=0.0))
        if not same_shape or np.any(np.abs(other[name] - array) > far):
            return WHY.format(name)
    return ""


def _tied(reference: Reference, question: CallsQuestion, call: int, known: Expected) -> bool:
    """Whether the reference answers otherwise where of equals the last is taken for the first."""
    if not RANKING.search(reference.source):
        return False
    try:
        with turned_ties(reference.namespace):
            other = _numbers(reference, question, call)
    except NoAnswer:
        return False
    return any(
        name not in other
        or other[name].shape != array.shape
        or not bool(np.all(np.abs(other[name] - array) <= known.tolerance[name]))
        for name, array in known.arrays.items()
        if np.all(np.isfinite(array))
    )


def unfit(expected: Expected) -> str:
    """Why an answer cannot tell right from wrong, empty when it can."""
    if expected.unsettled:
        return expected.unsettled
    for name, array in expected.arrays.items():
        if not np.all(np.isfinite(array)) or not np.all(np.isfinite(expected.tolerance[name])):
            return f"the solution's {name} is not finite there, or jumps"
        if name in expected.vanishing:
            continue
        largest = np.abs(array).max() if array.size else 0.0
        if largest <= 1e3 * LEAST and expected.tolerance[name].max(initial=0.0) > LOOSEST:
            return f"the solution's {name} is 0 there, and jumps"
        if largest > 1e3 * LEAST and expected.tolerance[name].max() > LOOSEST * largest:
            return f"rounding of the arguments changes {name} by too much of its size ({largest:.1e})"
    return ""


def moody(reference: Reference, question: CallsQuestion, times: int = 2) -> str:
    """Why a reference that answers one question in two ways cannot be asked; empty where it does not, so many times."""
    try:
        once = _numbers(reference, question, question.scored[-1])
        for _ in range(times - 1):
            again = _numbers(reference, question, question.scored[-1])
            same = once.keys() == again.keys() and all(np.array_equal(once[n], again[n], equal_nan=True) for n in once)
            if not same:
                return MOODY
    except NoAnswer:
        return ""
    return ""


def _rounding(reference: Reference, question: CallsQuestion, call: int, exact: Arrays) -> dict[str, float]:
    """By result: what the reference's own rounding does to it, measured by a run with longer numbers.

    Where large terms cancel, other algebra that is as right gives other digits.
    """
    try:
        longer = _numbers(reference, question, call, np.longdouble)
    except (NoAnswer, TypeError, ValueError):  # it takes no such numbers
        return {}
    rounding = {}
    for name, array in exact.items():
        if name in longer and longer[name].shape == array.shape and array.size:
            with np.errstate(all="ignore"):
                far = float(np.abs(longer[name] - array).max())
            rounding[name] = far if np.isfinite(far) else 0.0
    return rounding


def _numbers(reference: Reference, question: CallsQuestion, call: int, kind: type = float) -> Arrays:
    return arrays_in(reference.signature(question.calls[call].name).results, _parts(reference, question, call, kind))


def _parts(reference: Reference, question: CallsQuestion, call: int, kind: type = float) -> dict[str, Any]:
    """What the reference gives, flat, described part by part; raises NoAnswer where it gives nothing."""
    replies = reference.answers(question, kind=kind)
    if len(replies) <= call or replies[call]["outcome"] != "returned":
        error = replies[-1].get("error")
        said = f"{error['type']}: {error['text']}" if error else replies[-1]["outcome"]
        raise NoAnswer(f"the solution gives no answer ({said}); {_look(question.method, error)}")
    parts: dict[str, Any] = replies[call].get("parts", {})
    return parts


def _look(name: str, error: Mapping[str, str] | None) -> str:
    """What an author is to look at where the solution of `name` gives no answer, by what it raised."""
    owner, dot, _ = name.partition(".")
    kind = error["type"] if error else ""
    if dot and error and kind == "AttributeError" and f"'{owner}' object" in error["text"]:
        return f"is another method called before it on the same object? Say so by follows({name}, {owner}.…)"
    if kind == "NameError":
        return "is that name misspelt, or is it defined in no cell of the notebook?"
    if kind == "NotImplementedError":
        return "is all written between the markers of the solution cells?"
    return "are its arguments drawn as its docstring says?"


def _shaken(rng: np.random.Generator, question: CallsQuestion, reference: Reference) -> CallsQuestion:
    """The question with all real numbers that were drawn shaken a little, what is shared alike; zeros too, unless it is
    asked whether care is taken of them."""
    known: dict[int, Any] = {}
    exact = question.id.endswith(" zero") and question.method in reference.traits.meeting_zero

    def shake(tree: Any, draw: Draw | None) -> Any:
        if draw is not None and not draw.real and not draw.parts:
            return tree
        if isinstance(tree, np.ndarray):
            if exact and not tree.any():  # what is asked is that the solution takes care of it
                return tree
            if id(tree) not in known:
                scale = float(np.abs(tree).max(initial=0.0)) or 1.0
                relative = tree * (1.0 + PERTURBATION * rng.uniform(-1.0, 1.0, tree.shape))
                known[id(tree)] = relative + 1e-3 * PERTURBATION * scale * rng.uniform(-1.0, 1.0, tree.shape)
            return known[id(tree)]
        if isinstance(tree, dict):
            (kind, inside), *_ = tree.items()
            parts = draw.inside if draw is not None else {}
            if kind == "d":
                return {"d": [[key, shake(each, parts.get(key))] for key, each in inside]}
            if kind in ("l", "t"):
                return {kind: [shake(each, parts.get(str(k), parts.get("each"))) for k, each in enumerate(inside)]}
        return tree

    def of_step(step: Step) -> Step:
        declared = reference.declaration
        draws = [declared.draws.get(declared.drawn_as(step.name, label)) for label in step.labels]
        return replace(step, args=tuple(shake(arg, draw) for arg, draw in zip(step.args, draws, strict=True)))

    return replace(question, calls=tuple(of_step(step) for step in question.calls))
