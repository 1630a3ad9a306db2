"""What a submission is asked for: callables by name.

Right submissions answer alike, mostly to the last bit. So what a frame says is read and checked once: of frames that
came before, byte for byte, from whichever submission, the answer is held.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

import numpy as np

from autograder.core import CallAnswer, Recent
from autograder.observe.replies import answer_to_call

MOST_KNOWN, LARGEST_KNOWN = 6 << 20, 1 << 18  # bytes of replies: of all that are known, of one


class KnownReplies(Recent[bytes, tuple[tuple[str, int], CallAnswer]]):
    """Frames that came to questions of one exam: which question and call each answers, and its answer."""

    def __init__(self) -> None:
        super().__init__(MOST_KNOWN, LARGEST_KNOWN)


class AnyCall(Protocol):
    """One call of a question: whose time it takes."""

    @property
    def method(self) -> str: ...


class AnyQuestion(Protocol):
    """A question, as far as the talk about it goes."""

    @property
    def id(self) -> str: ...
    @property
    def calls(self) -> Sequence[AnyCall]: ...
    @property
    def time_s(self) -> float: ...
    @property
    def stand_in(self) -> object | None: ...


class Asked:
    """Functions and methods by name. `classes` are those of the methods, by name, with the methods of each; `known`
    holds what came lately, of one exam."""

    def __init__(self, classes: Mapping[str, Sequence[str]], known: KnownReplies | None = None):
        self.classes = {name: list(methods) for name, methods in classes.items()}
        self.known = KnownReplies() if known is None else known
        self._rooms: dict[str, int] = {}

    def head(self) -> dict[str, Any]:
        """What the probe must know beside the cells."""
        return {"classes": self.classes}

    def answer(self, reply: dict[str, Any], question: Any, call: Any) -> CallAnswer:
        """The reply to one call as a record; raises MalformedReply."""
        if question.id not in self._rooms:
            numbers = sum(elements(arg) for step in question.calls for arg in step.args)
            self._rooms[question.id] = 65_536 + 64 * numbers
        made = (step.labels for step in question.calls if call.on is not None and step.makes == call.on)
        return answer_to_call(reply, call.labels, next(made, ()), self._rooms[question.id])


def elements(tree: Any) -> int:
    """How many numbers an encoded argument holds."""
    if isinstance(tree, np.ndarray):
        return tree.size
    if isinstance(tree, dict):
        return sum(elements(each) for each in tree.values())
    return sum(elements(each) for each in tree) if isinstance(tree, (list, tuple)) else 1
