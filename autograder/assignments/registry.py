"""The assignments of a course, found by name: by their references in its solutions/."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from autograder.assignments.assignment import Assignment, is_declared, read_assignment

_solutions: list[Path] = []  # at most one folder
_elsewhere: dict[str, tuple[str, ...]] = {}  # classes of assignments whose references are not here


def look_in(solutions: Path, elsewhere: Mapping[str, tuple[str, ...]] | None = None) -> None:
    """From now on the assignments whose references lie in `solutions` count, and no others.

    Of those `elsewhere` only the classes are known, by which their notebooks are told apart.
    """
    _solutions[:] = [solutions]
    _elsewhere.clear()
    _elsewhere.update(elsewhere or {})


def looked_in() -> Path | None:
    """The folder that references are looked for in, None where there is none yet."""
    return _solutions[0] if _solutions else None


def names() -> tuple[str, ...]:
    """The names of all assignments, sorted."""
    return tuple(sorted(path.stem for path in _references()))


def load(name: str) -> Assignment:
    """The assignment of that name; raises LookupError when there is none, or when its reference cannot be read."""
    path = next((path for path in _references() if path.stem == name), None)
    if path is None:
        known = ", ".join(names()) or "none that is built"
        raise LookupError(f"no assignment {name!r}; there are: {known}")
    return read_assignment(path)


def class_names() -> dict[str, tuple[str, ...]]:
    """By assignment, the classes that it alone has; one whose reference cannot be read hides no other."""
    classes = dict(_elsewhere)
    for name in names():
        with suppress(LookupError):
            classes[name] = load(name).class_names
    counts = Counter(each for of_one in classes.values() for each in of_one)
    return {name: tuple(each for each in of_one if counts[each] == 1) for name, of_one in classes.items()}


def _references() -> list[Path]:
    """The references in the course's solutions/."""
    return [path for folder in _solutions for path in sorted(folder.glob("*.py")) if is_declared(path)]
