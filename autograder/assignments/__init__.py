"""What an instructor says of an assignment; imports nothing of ours.

Reading order: description (what there is to say), library/ (the five lessons), registry (found by name), reference
(the solution's class, loaded).
"""

from autograder.assignments import description, library
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
from autograder.assignments.registry import class_names, load, look_in, looked_in, names

__all__ = [
    "NO_FAULTS", "Array", "Assignment", "Data", "Fault", "Faults", "Model", "NoReference", "Published",
    "class_names", "description", "library", "load", "load_reference", "look_in", "looked_in", "names", "normal",
]  # fmt: skip
