"""What others of the asked callables would answer in the place of a call, from the reference: for a submission that
calls them where the reference does not.
"""

from __future__ import annotations

import itertools
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from autograder.callables.asked.question import CallsQuestion, From, Step
from autograder.callables.declared.reference import Reference
from autograder.callables.declared.watcher import Watcher
from autograder.callables.declared.workings import Workings
from autograder.core import ratio
from autograder.observe import arrays_in, probe

MOST_WORKED_OUT = 8  # arrays of one shape


def neighbours(
    reference: Reference, names: Collection[str], question: CallsQuestion, workings: Workings | None = None
) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """The answers of other methods of the same object, or functions, to the arguments that each call of a question has
    and to what these others give, by name; from the reference, which does not call them there. With `workings`, what
    they work out is told as well."""
    rows: dict[str, list[dict[str, Any]]] = {}
    for position, step in enumerate(question.calls):
        if step.name != question.method or any(isinstance(arg, From) for arg in step.args):
            continue
        at_hand = dict(zip(step.labels, step.args, strict=True))
        for name in names:
            made = _neighbour(reference, name, question, position, at_hand, workings)
            if made is not None:
                row, results = made
                rows.setdefault(name, []).append(row)
                at_hand = {**results, **at_hand}
    yield from rows.items()


def twins(reference: Reference, names: Collection[str], question: CallsQuestion) -> frozenset[str]:
    """Those of the callables whose answers to what a question has at hand hold an answer that it asks for."""
    wanted = results_of(reference, question)
    values = {name: [row["value"] for row in rows] for name, rows in neighbours(reference, names, question)}
    return frozenset(name for name, trees in values.items() if any(tells(tree, wanted) for tree in trees))


def results_of(reference: Reference, question: CallsQuestion) -> list[np.ndarray]:
    """The arrays that the last call of a question returns or writes into its arguments."""
    parts = reference.answers(question)[-1].get("parts", {})
    return [part["array"] for path, part in parts.items() if "array" in part and not path.startswith("self.")]


def tells(result: Any, wanted: Sequence[np.ndarray]) -> bool:
    """Whether a result holds one of these answers, or its multiple, in any order."""
    arrays = [np.sort(np.ravel(leaf)) for leaf in _leaves(result)]
    for one, answer in itertools.product(arrays, (np.sort(np.ravel(each)) for each in wanted)):
        if one.size != answer.size or not answer.size:
            continue
        if one.size == 1 and one[0] == answer[0] != 0.0:
            return True
        factors = (ratio(one, answer), ratio(one[::-1], answer)) if one.size > 1 else ()
        if any(factor is not None and np.isfinite(factor) for factor in factors):
            return True
    return False


def _leaves(tree: Any) -> Iterator[np.ndarray]:
    """The arrays and numbers in an encoded value."""
    if isinstance(tree, np.ndarray):
        yield tree
    elif isinstance(tree, dict):
        if isinstance(tree.get("v"), (int, float)):
            yield np.asarray(float(tree["v"]))
        for each in tree.values():
            yield from _leaves(each)
    elif isinstance(tree, list | tuple):
        for each in tree:
            yield from _leaves(each)


def _neighbour(
    reference: Reference,
    name: str,
    question: CallsQuestion,
    position: int,
    at_hand: Mapping[str, Any],
    workings: Workings | None,
) -> tuple[dict[str, Any], dict[str, Any]] | None:
    """What another callable answers in the place of a call: a row of its table, and its results by name."""
    signature, asked = reference.signature(name), question.calls[position]
    owner = reference.signature(asked.name).owner
    followed = reference.declaration.handed_on(name) or name in reference.opaque
    if name == asked.name or signature.owner != owner or followed or reference.changes(name) or signature.read:
        return None
    if not signature.arguments or not all(label in at_hand for label in signature.arguments):
        return None
    args = tuple(at_hand[label] for label in signature.arguments)
    step = Step(name, signature.arguments, args, len(signature.results), on=asked.on, named=len(signature.named))
    looks = (Step(f"{owner}.__class__", (), (), on=asked.on, read=True, sets=asked.sets),) if owner else ()
    watcher = Watcher(reference, (), workings)
    shorter = replace(question, calls=(*question.calls[:position], *looks, step))
    replies = reference.answers(shorter, watching=watcher)
    if len(replies) < len(shorter.calls) or replies[-1]["outcome"] != "returned" or replies[-1]["mutated"]:
        return None
    try:
        value = probe.encoded(watcher.top[len(shorter.calls) - 1])
        several = len(signature.results) > 1
        parts = watcher.top[len(shorter.calls) - 1] if several else [watcher.top[len(shorter.calls) - 1]]
        results = {label: probe.encoded(part) for label, part in zip(signature.results, parts, strict=True)}
    except (TypeError, ValueError):
        return None
    row: dict[str, Any] = {"args": list(args), "value": value}
    if workings is not None:
        row["kept"] = kinds(watcher.worked_out[len(shorter.calls) - 1])
    if looks:
        before, after = (arrays_in((), reply.get("parts", {})) for reply in replies[-2:])
        state = {label: before[label] for label in question.state if label in before}
        if any(label not in after or not np.array_equal(state[label], after[label], equal_nan=True) for label in state):
            return None
        row |= {"state": [[label, probe.encoded(array)] for label, array in state.items()]} if state else {}
    return row, results


def kinds(worked_out: Sequence[np.ndarray]) -> list[list[np.ndarray]]:
    """The arrays that a call worked out, by shape, in order: as many in every question, whatever their numbers are."""
    kinds: dict[tuple[int, ...], list[np.ndarray]] = {}
    for array in worked_out:
        of_shape = kinds.setdefault(array.shape, [])
        if len(of_shape) < MOST_WORKED_OUT:
            of_shape.append(array)
    for shape, arrays in list(kinds.items()):  # others let samples lie along the other axis
        if len(shape) == 2 and shape[::-1] not in kinds:
            kinds[shape[::-1]] = [array.T.copy() for array in arrays]
    return list(kinds.values())
