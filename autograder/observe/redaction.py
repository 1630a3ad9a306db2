"""What an exception is told as where recorded data are within a submission's reach: nothing that it made up itself."""

from __future__ import annotations

import builtins
import re
from collections.abc import Sequence

from autograder.core import Failure
from autograder.notebooks import Cell
from autograder.observe import probe
from autograder.observe.replies import cut

EXCEPTIONS = {name for name, each in vars(builtins).items() if isinstance(each, type) and issubclass(each, Exception)}
# What can be said of an exception without a word of the submission's own, and with one that stands in its source.
PHRASES = (
    "operands could not be broadcast together", "mismatch in its core dimension", "not aligned",
    "positional argument", "object has no attribute", "is not defined", "not subscriptable", "not callable",
    "only 0-dimensional arrays can be converted", "setting an array element with a sequence",
    "assignment destination is read-only", "output array is read-only",
)  # fmt: skip
NAMING = re.compile(
    r"name '(\w+)' is not defined|'(\w+)' object has no attribute '(\w+)'|No module named '(\w+)'"
    r"|module '(numpy)' has no attribute '(\w+)'"
)


def in_its_own_words(failure: Failure, cells: Sequence[Cell]) -> Failure:
    """The failure without anything that the submission could have made up while it ran."""
    kind = failure.type if failure.type in EXCEPTIONS or failure.type == probe.OffTheRecord.__name__ else "an exception"
    text = next((phrase for phrase in PHRASES if phrase in failure.text), "(its text is withheld)")
    naming = NAMING.fullmatch(failure.text)
    if naming is not None:
        words = frozenset().union(*(re.findall(r"\w+", cell.source) for cell in cells))
        if all(word in words for word in naming.groups() if word is not None):
            text = failure.text
    place = ""
    at = re.match(r"cell (\d+), line (\d+)\b", failure.place)
    for cell in cells:
        if at is not None and cell.index == int(at[1]):
            line = "".join(cell.source.splitlines()[int(at[2]) - 1 : int(at[2])]).strip()
            place = cut(f"cell {cell.index}, line {int(at[2])}: {line}", 300) if line else ""
    return Failure(kind, text, place)
