"""What an instructor says of an assignment; imports nothing of ours.

Reading order: description (what there is to say), library/ (the five lessons), registry (found by name), reference (the
solution's class, loaded).
"""

from autograder.assignments.registry import class_names, load, names

__all__ = ["class_names", "load", "names"]
