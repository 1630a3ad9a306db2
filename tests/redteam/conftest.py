"""A grader whose questions wait for less long, kept warm over all attacks of a test session."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from autograder.callables import CallsQuestion
from autograder.core.course import Course
from autograder.grading.grader import Grader
from autograder.observe import exchange as observe
from autograder.observe import session as sitting
from autograder.sandbox.sandbox import Limits, Sandbox
from tests.redteam.attack import CANARY


@pytest.fixture(scope="session")
def course() -> Course:
    """This repository's own course."""
    return Course.find(Path(__file__))


@pytest.fixture(scope="session")
def graders(course: Course) -> Iterator[dict[str, Grader]]:
    """One grader for each way to run a submission, made when first asked for."""
    made: dict[str, Grader] = {}
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AUTOGRADER_CANARY", CANARY)
        patch.setattr(CallsQuestion, "time_s", property(lambda self: 1.5))
        yield made
        for grader in made.values():
            grader.close()


@pytest.fixture
def grader(
    request: pytest.FixtureRequest, graders: dict[str, Grader], course: Course, monkeypatch: pytest.MonkeyPatch
) -> Grader:
    """The grader of the parameter's path: warm, cold or user."""
    path = getattr(request, "param", "warm")
    monkeypatch.setattr(observe, "CELL_S", 1.5 if path == "warm" else 10.0)  # the others import NumPy in a cell
    if path not in graders:
        limits = Limits(memory_bytes=400 << 20, wall_s=40, cpu_s=30)
        made = Grader(course, isolation="user" if path == "user" else "namespaces", limits=limits)
        if path == "cold":
            made._sandbox = Sandbox(sitting.PROGRAM, warm=False)
        graders[path] = made
    return graders[path]
