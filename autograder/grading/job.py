"""What a batch is asked: which submissions are to be graded, and how."""

from __future__ import annotations

from dataclasses import dataclass

from autograder.grading.grader import Task


@dataclass(frozen=True)
class Job:
    """One submission of a batch and the assignment that it is for; `index` is the caller's own number."""

    index: int
    task: Task
    assignment: str


@dataclass(frozen=True)
class Options:
    """How to grade: `jobs` processes (default: the cores), or on the Dask cluster at an address.

    `force` grades again what the journal has, `record` writes gradebook, notebooks and pages, `chunk` is how many
    submissions travel together at most.
    """

    jobs: int | None = None
    salt: str = ""
    isolation: str = "namespaces"
    force: bool = False
    record: bool = True
    dask: str | None = None
    chunk: int = 16
