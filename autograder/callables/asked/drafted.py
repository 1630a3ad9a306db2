"""What makes a question, and what the reference gives to one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from autograder.callables.asked.question import CallsQuestion, Step
from autograder.callables.declared.draws import Sizes
from autograder.callables.declared.reference import Reference
from autograder.observe import arrays_in

Draft = Callable[[np.random.Generator], CallsQuestion]


def drafted(
    reference: Reference, key: str, name: str, words: str, steps: Sequence[Step], sizes: Sizes, **more: Any
) -> CallsQuestion:
    """A question whose last call is scored, or all of the callable's."""
    return CallsQuestion(key, name, words, tuple(steps), dict(sizes), state=reference.declaration.state, **more)


def last_answer(reference: Reference, question: CallsQuestion) -> dict[str, np.ndarray]:
    """The arrays that the last call gives; none where it raises."""
    replies = reference.answers(question)
    if len(replies) < len(question.calls) or replies[-1]["outcome"] != "returned":
        return {}
    return arrays_in(reference.signature(question.method).results, replies[-1].get("parts", {}))


def last_results(reference: Reference, question: CallsQuestion) -> dict[str, np.ndarray]:
    """What the last call returns, without the state; nothing where it raises."""
    state = {*reference.declaration.state} - {*reference.signature(question.method).results}
    answer = last_answer(reference, question)
    return {key: array for key, array in answer.items() if key.partition(".")[0] not in state}


def reach(reference: Reference, name: str) -> list[str]:
    """The drawn arguments of a callable, of its class's constructor and of what it follows, once each."""
    signature, declared = reference.signature(name), reference.declaration
    labels = [declared.drawn_as(name, label) for label in signature.arguments]
    maker = f"{signature.owner}.__init__"
    if signature.owner and maker in reference.signatures:
        labels += [declared.drawn_as(maker, label) for label in reference.signatures[maker].arguments]
    settled = declared.settled_first(name)
    for each in declared.follows:
        if each.callable == name:
            labels += [label for label in reach(reference, each.after) if label not in settled]
    return [label for label in dict.fromkeys(labels) if label in declared.draws]
