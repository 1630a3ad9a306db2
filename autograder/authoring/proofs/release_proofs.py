"""What must hold of a release before students get it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from autograder.authoring.cells import lines_of
from autograder.authoring.proofs import leaks
from autograder.authoring.proofs.second_opinion import alternatives
from autograder.callables import CHECKS
from autograder.core import AutograderError, Course, Report

Grader = Callable[[Path, str, Course], Report]


class ProofError(AutograderError):
    """A release that must not be handed out; `problems` says why, one sentence each."""

    exit_code = 1

    def __init__(self, name: str, problems: list[str]) -> None:
        self.problems = problems
        shown = problems[:12] + ([f"… and {len(problems) - 12} more"] if len(problems) > 12 else [])
        super().__init__(f"{name}: not released, because\n" + "\n".join(f"  - {problem}" for problem in shown))


def same_bytes(first: Path, second: Path) -> list[str]:
    """Problems: files that differ between two builds of one release."""
    ones, others = tree(first), tree(second)
    return [
        f"building twice gives two versions of {name}"
        for name in sorted(ones.keys() | others.keys())
        if ones.get(name) != others.get(name)
    ]


def one_notebook(folder: Path, name: str) -> list[str]:
    """Problems: notebooks beside the assignment's own, which nbgrader would release and grade as well."""
    others = sorted(path.name for path in folder.glob("*.ipynb") if path != folder / f"{name}.ipynb")
    return [f"{other} lies beside {name}.ipynb: an assignment has one notebook" for other in others]


def tree(folder: Path) -> dict[str, bytes]:
    """Every file below a folder, by its relative name."""
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def nothing_leaks(source: dict[str, Any], release: Path, declaration: tuple[str, ...] = ()) -> list[str]:
    """Problems: lines of the solution, the declaration, the official answers or the checks that the release shows."""
    lines = lines_of(source)
    secrets = leaks.code_secrets("the solution", lines.solution)
    secrets += leaks.prose_secrets("an official answer", lines.answers)
    secrets += leaks.code_secrets("a hidden test", lines.hidden)
    secrets += leaks.code_secrets("a check", check_lines())
    secrets += leaks.code_secrets("the declaration", declaration)
    open_text = leaks.squeeze("\n".join(lines.open))
    second = [
        line for _, text in alternatives(source) for line in text.split("\n") if leaks.squeeze(line) not in open_text
    ]
    secrets += leaks.code_secrets("the alternative", second)
    return [str(leak) for leak in leaks.find(release, secrets, open_text)]


def check_lines() -> list[str]:
    """The lines of this package's checks that tell something: names of classes and functions do not."""
    lines = [line for path in sorted(CHECKS.glob("*.py")) for line in path.read_text("utf-8").split("\n")]
    telling = [line for line in lines if not line.lstrip().startswith(("class ", "def ", "@", "async def "))]
    return [line for line in telling if len(leaks.squeeze(line)) >= 2 * leaks.SHORTEST_PLUMBING]
