"""The reference class of an assignment, loaded from the course's solutions."""

from __future__ import annotations

import importlib.util
from pathlib import Path

from autograder.assignments.description import Assignment


class NoReference(Exception):
    """The reference cannot be loaded; the message says what to do."""


def load_reference(path: Path, assignment: Assignment) -> type:
    """The class that `autograder build` extracted to `path`; raises NoReference when it is not there or broken."""
    if not path.is_file():
        raise NoReference(f"{assignment.name} is not built: run 'autograder build {assignment.name}' first")
    spec = importlib.util.spec_from_file_location(f"solutions_{assignment.name}", path)
    if spec is None or spec.loader is None:
        raise NoReference(f"{path}: not a Python file")
    module = importlib.util.module_from_spec(spec)
    try:
        spec.loader.exec_module(module)
        defined = getattr(module, assignment.class_name)
    except Exception as error:
        raise NoReference(f"{path}: {type(error).__name__}: {error}; build {assignment.name} again") from error
    if not isinstance(defined, type):
        raise NoReference(f"{path}: {assignment.class_name} is no class")
    return defined
