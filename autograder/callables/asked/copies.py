"""Whether an object holds copies of what it is made with, as the solution makes it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from autograder.callables.asked.question import CallsQuestion, Step
from autograder.callables.declared.reference import Reference
from autograder.observe import arrays_in


def made_with_copies(reference: Reference, question: CallsQuestion) -> bool:
    """Whether the declared state stays what it is when the arrays that an object was made with are overwritten, and
    the question's calls leave those alone; False where no state is declared, or none is made of them."""
    made = next((step for step in question.calls if step.makes is not None), None)
    if made is None or not question.state or any(reply.get("lent") for reply in reference.answers(question)):
        return False
    look = Step(f"{made.name}.__class__", (), (), on=made.makes, read=True)
    other = replace(made, args=tuple(map(_other, made.args)), into=True)
    alone = _state(reference, question, (made, look))
    beside = _state(reference, question, (made, replace(other, makes=len(question.calls)), look))
    elsewhere = _state(reference, question, (replace(other, makes=made.makes, into=False), look))
    return bool(alone) and _alike(alone, beside) and not _alike(alone, elsewhere)


def _state(reference: Reference, question: CallsQuestion, calls: tuple[Step, ...]) -> dict[str, np.ndarray]:
    replies = reference.answers(replace(question, calls=calls))
    return arrays_in((), replies[-1].get("parts", {})) if len(replies) == len(calls) else {}


def _alike(one: dict[str, np.ndarray], two: dict[str, np.ndarray]) -> bool:
    return one.keys() == two.keys() and all(np.array_equal(one[key], two[key], equal_nan=True) for key in one)


def _other(tree: Any) -> Any:
    """An encoded argument with other real numbers."""
    if isinstance(tree, np.ndarray):
        return tree + 1.0
    (kind, inside), *_ = tree.items()
    if kind == "d":
        return {kind: [[key, _other(each)] for key, each in inside]}
    if kind in ("l", "t"):
        return {kind: [_other(each) for each in inside]}
    return {kind: inside + 1.0} if kind == "v" and isinstance(inside, float) else tree
