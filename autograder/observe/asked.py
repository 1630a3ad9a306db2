"""What a submission is asked for: one class with the contract's methods, or callables by name.

Right submissions answer alike, mostly to the last bit. So what a frame says is read and checked once: of frames that
came before, byte for byte, from whichever submission, the answer is held.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

import numpy as np

from autograder.assignments import Assignment
from autograder.core import CallAnswer, Recent
from autograder.observe.replies import answer_from, answer_to_call

MOST_KNOWN, LARGEST_KNOWN = 6 << 20, 1 << 18  # bytes of replies: of all that are known, of one
MOST_PAIRS = 1 << 19  # samples with samples, of a table that is kept: those of the lessons' own data


class KnownReplies(Recent[bytes, tuple[tuple[str, int], CallAnswer]]):
    """Frames that came to questions of one exam: which question and call each answers, and its answer."""

    def __init__(self) -> None:
        super().__init__(MOST_KNOWN, LARGEST_KNOWN)


class AnyCall(Protocol):
    """One call of a question: whose time it takes."""

    @property
    def method(self) -> str: ...


class AnyQuestion(Protocol):
    """A question of either form, as far as the talk about it goes."""

    @property
    def id(self) -> str: ...
    @property
    def calls(self) -> Sequence[AnyCall]: ...
    @property
    def time_s(self) -> float: ...
    @property
    def stand_in(self) -> object | None: ...


class Asked(Protocol):
    """How the talk with a process depends on the assignment. `class_name` is "" where no one class is asked for.

    `known` holds what came lately, of one exam.
    """

    class_name: str
    known: KnownReplies

    def head(self) -> dict[str, Any]:
        """What the probe must know beside the cells."""

    def answer(self, reply: dict[str, Any], question: Any, call: Any) -> CallAnswer:
        """The reply to one call as a record; raises MalformedReply."""


class AskedClass:
    """The class of a lesson, with the contract's methods."""

    def __init__(self, assignment: Assignment, known: KnownReplies | None = None):
        self.assignment, self.class_name = assignment, assignment.class_name
        self.known = KnownReplies() if known is None else known

    def head(self) -> dict[str, Any]:
        return {"class": self.class_name, "weights": list(self.assignment.weights)}

    def answer(self, reply: dict[str, Any], question: Any, call: Any) -> CallAnswer:
        return answer_from(reply, self.assignment, _room(question, call))


class AskedCallables:
    """Functions and methods by name, of a declared assignment."""

    class_name = ""

    def __init__(self, known: KnownReplies | None = None):
        self.known = KnownReplies() if known is None else known
        self._rooms: dict[str, int] = {}

    def head(self) -> dict[str, Any]:
        return {"callables": True}

    def answer(self, reply: dict[str, Any], question: Any, call: Any) -> CallAnswer:
        if question.id not in self._rooms:
            numbers = sum(elements(arg) for step in question.calls for arg in step.args)
            self._rooms[question.id] = 65_536 + 64 * numbers
        return answer_to_call(reply, call.labels, self._rooms[question.id])


def _room(question: Any, call: Any) -> int:
    """Elements that an answer may have and still be kept: what is asked, several times over, and each sample with
    each. What is larger is wrong whatever its numbers are, and a class of such answers would fill the grader's memory.
    """
    sizes = [getattr(each, "size", 1) for each in (*question.init, *call.args)]
    epochs = call.n_ep if call.method == "train" else 1
    return 4096 + 4 * sum(sizes) * epochs + min(len(call.args[0]) ** 2, MOST_PAIRS)


def elements(tree: Any) -> int:
    """How many numbers an encoded argument holds."""
    if isinstance(tree, np.ndarray):
        return tree.size
    if isinstance(tree, dict):
        return sum(elements(each) for each in tree.values())
    return sum(elements(each) for each in tree) if isinstance(tree, (list, tuple)) else 1
