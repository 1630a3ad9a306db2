"""The registry of assignments: one file each, found by name."""

from __future__ import annotations

import importlib
import pkgutil
from contextlib import suppress
from functools import cache

from autograder.assignments import library
from autograder.assignments.description import Assignment


def names() -> tuple[str, ...]:
    """The names of all assignments, sorted."""
    return tuple(sorted(module.name for module in pkgutil.iter_modules(library.__path__)))


@cache
def load(name: str) -> Assignment:
    """The assignment of that name; raises LookupError when there is none, or when its description does not work."""
    if name not in names():
        raise LookupError(f"no assignment {name!r}; there are: {', '.join(names())}")
    try:
        assignment = importlib.import_module(f"{library.__name__}.{name}").ASSIGNMENT
    except Exception as error:  # an author's slip, of any kind
        raise LookupError(f"the description of {name} does not work: {type(error).__name__}: {error}") from error
    if assignment.name != name:
        raise LookupError(f"the file of assignment {name!r} describes {assignment.name!r}")
    return assignment


def class_names() -> dict[str, str]:
    """The class of each assignment by its name; one whose description does not work hides no other."""
    found = {}
    for name in names():
        with suppress(LookupError):
            found[name] = load(name).class_name
    return found
