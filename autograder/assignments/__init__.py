"""What an instructor says of an assignment; imports nothing of ours.

Reading order: description (what there is to say), library/ (lessons 1 to 5), declared (one that is told of
in its own notebook), registry (found by name), reference (the solution's class, loaded).
"""

from autograder.assignments import description, library
from autograder.assignments.declared import MARK, Declared, is_declared
from autograder.assignments.description import (
    NO_FAULTS,
    Array,
    Assignment,
    Data,
    Fault,
    Faults,
    Model,
    Published,
    normal,
)
from autograder.assignments.reference import NoReference, load_reference
from autograder.assignments.registry import AnyAssignment, class_names, described, load, look_in, looked_in, names

__all__ = [
    "MARK", "NO_FAULTS", "AnyAssignment", "Array", "Assignment", "Data", "Declared", "Fault", "Faults", "Model",
    "NoReference", "Published", "class_names", "described", "description", "is_declared", "library", "load",
    "load_reference", "look_in", "looked_in", "names", "normal",
]  # fmt: skip
