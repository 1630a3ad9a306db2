"""The registry of assignments, found by name: descriptions in the course's source/ and in the package, and those that
are declared in their own notebooks, by their references in the course's solutions/."""

from __future__ import annotations

import importlib
import pkgutil
import sys
from contextlib import suppress
from functools import cache
from pathlib import Path

from autograder.assignments import library
from autograder.assignments.declared import Declared, is_declared, read_declared
from autograder.assignments.description import Assignment

AnyAssignment = Assignment | Declared
PACKAGED = tuple(library.__path__)


def look_in(folder: Path, solutions: Path | None = None) -> None:
    """From now on the descriptions `folder`/NAME.py count too, before the package's own of the same name, and the
    declared assignments whose references lie in `solutions` (default: the folder of that name beside it).

    The folder is a course's source/: a description lies beside its notebook's folder NAME, so that no release holds
    it. Those of a course that was looked in before count no longer.
    """
    earlier = looked_in()
    solutions = folder.parent / "solutions" if solutions is None else solutions
    if _solutions != [solutions]:
        _solutions[:] = [solutions]
        described.cache_clear()
    if earlier == folder:
        return
    if earlier is not None:
        library.__path__.remove(str(earlier))
    library.__path__.insert(0, str(folder))
    _courses[:] = [str(folder)]
    for name in [name for name in sys.modules if name.startswith(f"{library.__name__}.")]:
        if str(Path(getattr(sys.modules[name], "__file__", None) or "").parent) not in PACKAGED:
            del sys.modules[name]
            with suppress(AttributeError):  # the package remembers it under its name as well
                delattr(library, name.rpartition(".")[2])
    importlib.invalidate_caches()
    described.cache_clear()


_courses: list[str] = []  # at most one
_solutions: list[Path] = []  # the same


def looked_in() -> Path | None:
    """The course's folder that descriptions are looked for in, None where there is none yet."""
    return Path(_courses[0]) if _courses and _courses[0] in library.__path__ else None


def names() -> tuple[str, ...]:
    """The names of all assignments, sorted."""
    stems = {
        module.name for module in pkgutil.iter_modules([path for path in library.__path__ if path not in _courses])
    }
    for folder in _courses:  # other programs may lie there too: a description has its notebook's folder beside it
        stems |= {path.stem for path in Path(folder).glob("*.py") if (path.parent / path.stem).is_dir()}
    return tuple(sorted(stems | {path.stem for path in _references() if is_declared(path)}))


def _references() -> list[Path]:
    """The files in the course's solutions/."""
    return [path for folder in _solutions for path in sorted(folder.glob("*.py"))]


def load(name: str) -> AnyAssignment:
    """The assignment of that name; raises LookupError when there is none, or when its description does not work."""
    declared = next((path for path in _references() if path.stem == name and is_declared(path)), None)
    return described(name) if declared is None else read_declared(declared)


@cache
def described(name: str) -> Assignment:
    """The assignment of that name that a description tells of; raises LookupError as `load`."""
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
    """The class of each described assignment by its name; one whose description does not work hides no other."""
    classes = {}
    for name in names():
        with suppress(LookupError):
            assignment = load(name)
            if isinstance(assignment, Assignment):
                classes[name] = assignment.class_name
    return classes
