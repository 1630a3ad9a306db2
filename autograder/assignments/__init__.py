"""The assignments of the course: one file each, found by name."""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache

from autograder.assignment import Assignment


def names() -> tuple[str, ...]:
    """The names of all assignments, sorted."""
    return tuple(sorted(module.name for module in pkgutil.iter_modules(__path__)))


@cache
def load(name: str) -> Assignment:
    """The assignment of that name; raises LookupError, naming those there are, when there is none."""
    if name not in names():
        raise LookupError(f"no assignment {name!r}; there are: {', '.join(names())}")
    assignment = importlib.import_module(f"{__name__}.{name}").ASSIGNMENT
    if assignment.name != name:
        raise LookupError(f"the file of assignment {name!r} describes {assignment.name!r}")
    return assignment
