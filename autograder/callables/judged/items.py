"""What each grade cell scores."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from autograder.callables.asked.exam import Exam


@dataclass(frozen=True)
class Item:
    """What one grade cell scores: results of one callable, and whether what it leaves alone counts here as well."""

    id: str
    callable: str
    results: tuple[str, ...]
    pure: bool


def items(judged: Sequence[str], exam: Exam) -> tuple[Item, ...]:
    """The items of all grade cells; raises LookupError for one that names nothing."""
    by_callable: dict[str, dict[str, str]] = {}
    for grade_id in judged:
        name, result = split(grade_id, exam.asked)
        by_callable.setdefault(name, {})[result] = grade_id
    by_cell = {}
    for name, cells in by_callable.items():
        names = exam.names(name)
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
                by_cell[grade_id] = Item(grade_id, name, within, "" not in cells and not taken - {*within})
        if "" in cells:
            left_alone = exam.still(name)
            rest = tuple(each for each in names if each not in taken and each not in left_alone)
            by_cell[cells[""]] = Item(cells[""], name, rest or names, True)
    return tuple(by_cell[grade_id] for grade_id in judged)


def split(grade_id: str, names: tuple[str, ...]) -> tuple[str, str]:
    """`softmax_loss-dW` -> (`softmax_loss`, `dW`), `Net-forward` -> (`Net.forward`, ""): nbgrader takes no dots there.

    Raises LookupError where no callable of `names` fits.
    """
    dotted = grade_id.replace("-", ".")
    for name in sorted(names, key=len, reverse=True):
        if dotted == name:
            return name, ""
        if dotted.startswith(f"{name}."):
            return name, dotted[len(name) + 1 :]
    there = ", ".join(name.replace(".", "-") for name in names if not name.endswith("__init__"))
    raise LookupError(f"the grade cell {grade_id} names no function or method of the solution; there are: {there}")
