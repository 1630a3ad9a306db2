"""A parcel takes no more memory than it must, however large its answers are."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from autograder.core import array_bytes
from autograder.core.observation import CallAnswer, Observation, Value
from autograder.grading.workers import worker
from autograder.grading.workers.kit import Kit
from autograder.grading.workers.parcel import Done, Item, Parcel
from autograder.notebooks.records import Submission
from tests.support import sample_reports as samples

REPOSITORY = Path(__file__).resolve().parents[2]
PARCEL = Parcel(
    Kit("shallow_narrow", b"", b"", "", "namespaces", ""),
    tuple(Item(number, f"{number}", f"s{number}", b"") for number in range(6)),
    budget_s=1e9,
)


MEGABYTES = Value("array", np.zeros(1 << 20))  # eight of them
LARGE = Observation({"q": (CallAnswer("returned", parts={"0": MEGABYTES}),)})


KILLED = """
import os, signal, sys
from pathlib import Path
from autograder.core.course import Course
from autograder.grading.grader import Grader
from autograder.grading.workers.kit import grader_for, kit_of

def die(grader, assignment):
    assert grader.course.solution(assignment).is_file()
    os.kill(os.getpid(), signal.SIGKILL)

Grader.bench = die
grader_for(kit_of(Course.at(Path(sys.argv[1])), "shallow_narrow", "", "none"))
"""


def test_what_a_killed_grader_wrote_down_of_a_solution_is_gone_after_the_next_run(tmp_path: Path) -> None:
    """A kit lies on the disk for a moment; the next grader of this machine sweeps up."""
    place = {**os.environ, "TMPDIR": str(tmp_path)}
    killed = subprocess.run([sys.executable, "-c", KILLED, str(REPOSITORY)], env=place, timeout=120)
    assert killed.returncode == -signal.SIGKILL
    assert [path.name for path in tmp_path.rglob("*.py")] == ["shallow_narrow.py"]
    begins = "from autograder.sandbox import own_folder; own_folder()"
    subprocess.run([sys.executable, "-c", begins], env=place, timeout=120, check=True)
    assert list(tmp_path.iterdir()) == []


class Held:
    """Evidence, as far as it is looked at before it is judged."""

    def __init__(self, observation: Observation):
        self.observation = observation


@pytest.fixture
def observation() -> Observation:
    return LARGE


@pytest.fixture
def judged(monkeypatch: pytest.MonkeyPatch, observation: Observation) -> list[int]:
    """How many were judged together, each time; each gives a megabyte to keep."""
    together: list[int] = []

    def judge(grader: Any, parcel: Parcel, examined: list[Any]) -> list[Done]:
        together.append(len(examined))
        return [Done(item.number, samples.report(), bytes(1 << 20)) for item, _, _ in examined]

    monkeypatch.setattr(worker, "_judged", judge)
    monkeypatch.setattr(worker, "_read", lambda grader, kit, item: Submission(item.shown, item.student, "a"))
    monkeypatch.setattr(worker, "_examined", lambda grader, kit, submission: Held(observation))
    return together


def test_answers_are_judged_before_too_many_of_them_are_held(
    judged: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker, "MOST_HELD", 15 << 20)
    done = worker._grade(None, PARCEL)  # type: ignore[arg-type]
    assert judged == [2, 2, 2, 0]
    assert [each.number for each in done] == [0, 1, 2, 3, 4, 5]


def test_a_parcel_goes_back_early_when_what_is_kept_of_it_grows_large(
    judged: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker, "MOST_HELD", 15 << 20)
    monkeypatch.setattr(worker, "MOST_BACK", 3 << 20)
    assert [each.number for each in worker._grade(None, PARCEL)] == [0, 1, 2, 3]  # type: ignore[arg-type]


@pytest.mark.parametrize("observation", [Observation({})], ids=["small"])
def test_small_answers_are_judged_all_together(judged: list[int]) -> None:
    assert len(worker._grade(None, PARCEL)) == 6  # type: ignore[arg-type]
    assert judged == [6]


def test_all_arrays_of_an_observation_are_counted() -> None:
    eight = np.zeros(1)
    parts = {"0": Value("array", eight), "0/1": Value("array", eight)}
    answer = CallAnswer("returned", complexes=(eight,), parts=parts)
    assert array_bytes(Observation({"a": (answer, answer)})) == 2 * 3 * 8
