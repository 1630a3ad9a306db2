"""Results that are the same number whatever is asked: nothing of what leads to them is judged."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from autograder.callables.exam import Exam


def standstill(exam: Exam) -> Iterator[str]:
    """A sentence for each result of a callable that is one and the same number in all everyday questions."""
    for name in exam.asked:
        signature = exam.reference.signature(name)
        plain = [exam.expected(each, call).arrays for each in exam.of(name) if each.plain for call in each.scored]
        for result in signature.results:
            found = [arrays[result] for arrays in plain if result in arrays and arrays[result].size]
            values = np.unique(np.concatenate([array.ravel() for array in found])) if found else np.zeros(0)
            if len(found) > 1 and len(values) == 1:
                yield (
                    f"{name}: {result} is {values[0]:g} whatever is asked, so that nothing of it is judged; "
                    f"{_what_to_do(exam, name)}"
                )


def _what_to_do(exam: Exam, name: str) -> str:
    owner = exam.reference.signature(name).owner
    others = [other for other in exam.asked if other != name and other.startswith(f"{owner}.")] if owner else []
    if not others:
        return "let the arguments be drawn otherwise"
    return (
        f"say which method is called before it on the same object, as in follows({name}, {others[-1]}), or let the "
        "constructor be given what it keeps"
    )
