"""Numbers that are drawn so small that no question tells where they stand."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from autograder.callables.asked.drafted import last_answer
from autograder.callables.asked.exam import Exam
from autograder.callables.asked.expected import Expected
from autograder.callables.asked.question import CallsQuestion, Step

LESS = 1e-3  # times a number: as good as none of it, and still no division by zero
LARGER = (0.1, 1.0, 10.0)  # one that shows is advised


@dataclass(frozen=True, slots=True)
class Negligible:
    """An argument, drawn or by default, that is as good as 0 in each of these callables and never more than `most`.

    `choices` are the values it is asked with, `larger` is one that would show.
    """

    label: str
    callables: tuple[str, ...]
    most: float
    choices: tuple[Any, ...]
    larger: float

    def __str__(self) -> str:
        """What the build says."""
        values = ", ".join(map(repr, (*self.choices, self.larger)))
        return (
            f"{', '.join(self.callables)}: {self.label} is never more than {self.most:g}, as good as 0 in every "
            f"question, so that nothing tells where it stands; draw a larger value as well, e.g. {self.label} = "
            f"draw.one_of({values})"
        )


def negligible(exam: Exam) -> list[Negligible]:
    """The arguments of which a thousandth gives the same answers, within the tolerance of every question."""
    found: dict[str, list[tuple[str, float, float]]] = {}
    for name in exam.asked:
        for key in _keys(exam, name):
            most = max((abs(each) for q in exam.of(name) for each in _numbers(exam, q.calls, key)), default=0.0)
            if most and _told(exam, name, key, LESS) is False:
                larger = next((each for each in LARGER if each > most and _told(exam, name, key, each / most)), 0.0)
                if larger:
                    found.setdefault(key, []).append((name, most, larger))
    return [_joined(exam, key, several) for key, several in found.items()]


def _joined(exam: Exam, key: str, several: Sequence[tuple[str, float, float]]) -> Negligible:
    names, most, larger = zip(*several, strict=True)
    draw = exam.reference.declaration.draws.get(key)
    choices = draw.choices if draw is not None and draw.choices else (max(most),)
    return Negligible(key.partition(" of ")[0], names, max(most), choices, max(larger))


def _keys(exam: Exam, name: str) -> Iterator[str]:
    """Under which names the arguments of a callable and of its class's constructor are drawn."""
    reference = exam.reference
    maker = f"{reference.signature(name).owner}.__init__"
    for taker in dict.fromkeys((name, maker) if maker in reference.signatures else (name,)):
        yield from (reference.declaration.drawn_as(taker, each) for each in reference.signature(taker).arguments)


def _numbers(exam: Exam, calls: Sequence[Step], key: str) -> Iterator[float]:
    """The real numbers but 0 that are handed over for what is drawn under `key`."""
    for step in calls:
        pairs = zip(step.labels, step.args, strict=True)
        yield from (arg["v"] for label, arg in pairs if _is(exam, step, label, arg, key))


def _is(exam: Exam, step: Step, label: str, arg: Any, key: str) -> bool:
    value = arg.get("v") if isinstance(arg, dict) else None
    return isinstance(value, float) and value != 0 and exam.reference.declaration.drawn_as(step.name, label) == key


def _told(exam: Exam, name: str, key: str, times: float) -> bool | None:
    """Whether a question about a callable shows that a number is so many times as large; None where none hands it
    over."""
    told = None
    for question in exam.of(name):
        if any(_numbers(exam, question.calls, key)):
            told = False
            calls = tuple(_scaled(exam, step, key, times) for step in question.calls)
            if not all(_same(exam, question, calls, call) for call in question.scored):
                return True
    return told


def _scaled(exam: Exam, step: Step, key: str, times: float) -> Step:
    args = (
        {"v": times * arg["v"]} if _is(exam, step, label, arg, key) else arg
        for label, arg in zip(step.labels, step.args, strict=True)
    )
    return replace(step, args=tuple(args))


def _same(exam: Exam, question: CallsQuestion, calls: Sequence[Step], call: int) -> bool:
    """Whether a scored call is answered as it must be where the calls are these."""
    answer = last_answer(exam.reference, replace(question, calls=(*calls[: call + 1],)))
    expected: Expected = exam.expected(question, call)
    return answer.keys() == expected.arrays.keys() and all(
        answer[each].shape == right.shape and bool(np.all(np.abs(answer[each] - right) <= expected.tolerance[each]))
        for each, right in expected.arrays.items()
    )
