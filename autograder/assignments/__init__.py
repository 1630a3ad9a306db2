"""Which assignments a course has, as far as the files in its solutions/ tell; imports nothing of ours.

Reading order: assignment (one, as its reference tells of it), registry (found by name).
"""

from autograder.assignments.assignment import MARK, Assignment, is_declared
from autograder.assignments.registry import class_names, load, look_in, looked_in, names

__all__ = ["MARK", "Assignment", "class_names", "is_declared", "load", "look_in", "looked_in", "names"]
