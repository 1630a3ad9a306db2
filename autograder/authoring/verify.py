"""The proofs of a build once more, of assignments that are built: what `autograder verify` says."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from autograder import assignments
from autograder.authoring.declared import problems
from autograder.core import Course

PROVED = "its slopes and second solutions hold; every small change of the solution loses points or changes nothing"


def verify(course: Course, names: Sequence[str], out: Callable[[str], None]) -> bool:
    """Prove assignments (all that are built where none is named) and tell; whether every one holds."""
    sound = True
    for name in names or assignments.names():
        complaints = problems(course, name)
        sound &= not complaints
        out(f"{name}: {'it is not proved' if complaints else PROVED}")
        for line in complaints:
            out(f"  {line}")
    return sound
