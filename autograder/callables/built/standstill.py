"""Results that are the same number whatever is asked: nothing of what leads to them is judged."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from autograder.callables.asked.exam import Exam
from autograder.callables.asked.expected import Arrays


def standstill(exam: Exam) -> Iterator[str]:
    """A sentence for each callable whose results are one and the same number each in all everyday questions.

    Where others of its results move, one that does not may count what must not happen.
    """
    for name in exam.asked:
        plain = [exam.expected(each, call).arrays for each in exam.of(name) if each.plain for call in each.scored]
        still = {each: _one_number(plain, each) for each in exam.reference.signature(name).results}
        if still and None not in still.values():
            said = " and ".join(f"{each} is {number:g}" for each, number in still.items())
            yield (f"{name}: {said} whatever is asked, so that nothing of it is judged; {_what_to_do(exam, name)}")


def _one_number(answers: Sequence[Arrays], result: str) -> float | None:
    """The number that all elements of a result are in all answers; None where they differ or there are too few."""
    numbers = [arrays[result].ravel() for arrays in answers if result in arrays and arrays[result].size]
    values = np.unique(np.concatenate(numbers)) if len(numbers) > 1 else np.zeros(0)
    return float(values[0]) if len(values) == 1 else None


def _what_to_do(exam: Exam, name: str) -> str:
    owner = exam.reference.signature(name).owner
    others = [other for other in exam.asked if other != name and other.startswith(f"{owner}.")] if owner else []
    if not others and owner:
        return f"ask it several times in a row, as in repeats({name}, 6), or let the arguments be drawn otherwise"
    if not others:
        return "let the arguments be drawn otherwise"
    return (
        f"say which method is called before it on the same object, as in follows({name}, {others[-1]}), or let the "
        "constructor be given what it keeps"
    )
