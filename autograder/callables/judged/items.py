"""What each grade cell scores."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from autograder.callables.asked.exam import Exam
from autograder.callables.judged.told import listed


@dataclass(frozen=True)
class Item:
    """What one grade cell scores: results of one callable, and whether what it leaves alone counts here as well.

    `whole` says that the cell is called as the callable, and not as one of its results.
    """

    id: str
    callable: str
    results: tuple[str, ...]
    pure: bool
    whole: bool


def items(judged: Sequence[str], exam: Exam) -> tuple[Item, ...]:
    """The items of all grade cells; raises LookupError for one that names nothing, and for a declared share of what is
    no result."""
    by_callable: dict[str, dict[str, str]] = {}
    for grade_id in judged:
        name, result = split(grade_id, tuple(exam.reference.signatures))
        cells = by_callable.setdefault(name, {})
        if result in cells:
            raise LookupError(f"the grade cells {cells[result]} and {grade_id} score the same; keep one of them")
        cells[result] = grade_id
    by_cell = {}
    for name, cells in by_callable.items():
        names = exam.names(name)
        _shared_out(exam, name, names)
        taken: set[str] = set()
        for result, grade_id in cells.items():
            if result:
                within = tuple(each for each in names if each == result or each.startswith(f"{result}."))
                if not within:
                    near = next((each for each in names if each.endswith(f".{result}")), "")
                    meant = f"; is {name}.{near} meant?".replace(".", "-") if near else ""
                    raise LookupError(
                        f"the grade cell {grade_id}: {name} has no result {result!r}; it has {', '.join(names)}{meant}"
                    )
                taken |= {*within}
                by_cell[grade_id] = Item(grade_id, name, within, "" not in cells and not taken - {*within}, False)
        if "" in cells:
            left_alone = exam.still(name)
            rest = tuple(each for each in names if each not in taken and each not in left_alone)
            by_cell[cells[""]] = Item(cells[""], name, rest or names, True, True)
    return tuple(by_cell[grade_id] for grade_id in judged)


def _shared_out(exam: Exam, name: str, names: Sequence[str]) -> None:
    """Raises LookupError where the declaration shares out the points of other results than a callable has."""
    declared = exam.reference.declaration.shares.get(name)
    left_alone = exam.still(name)
    results = dict.fromkeys(each.partition(".")[0] for each in names if each not in left_alone)
    for each in declared.results if declared is not None else ():
        if each not in results:
            raise LookupError(f"rubric({name}): it has no result {each!r}; it has {', '.join(results)}")
    missing = [each for each in results if declared is not None and declared.results and each not in declared.results]
    if missing:
        raise LookupError(f"rubric({name}): {missing[0]} has no part of the points; give each result one, or none")


def split(grade_id: str, names: tuple[str, ...]) -> tuple[str, str]:
    """`softmax_loss-dW` -> (`softmax_loss`, `dW`), `Net-forward` -> (`Net.forward`, ""): nbgrader takes no dots there.
    `forward` is enough where one class alone has such a method, and no function is called so.

    `names` are all functions and methods of the solution. Raises LookupError where none fits, or several do.
    """
    dotted = grade_id.replace("-", ".")
    for name in sorted(names, key=len, reverse=True):
        if dotted == name:
            return name, ""
        if dotted.startswith(f"{name}."):
            return name, dotted[len(name) + 1 :]
    there = [name for name in names if not name.endswith("__init__")]
    method, _, result = dotted.partition(".")
    having = [name for name in there if name.endswith(f".{method}")]
    if len(having) == 1:
        return having[0], result
    if having:
        owners = listed([name.partition(".")[0] for name in having])
        ids = " or ".join(f"{name}.{result}".rstrip(".").replace(".", "-") for name in having)
        raise LookupError(f"the grade cell {grade_id}: {owners} have a method {method}; call the cell {ids}")
    listing = ", ".join(name.replace(".", "-") for name in there)
    raise LookupError(f"the grade cell {grade_id} names no function or method of the solution; there are: {listing}")
