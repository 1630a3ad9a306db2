"""What travels to a worker and back: submissions as bytes, then their reports, notebooks and pages."""

from __future__ import annotations

from dataclasses import dataclass

from autograder.core import Report
from autograder.gradebook import Papers
from autograder.grading.workers.kit import Kit


@dataclass(frozen=True, slots=True)
class Item:
    """One submission: its number in the batch, its name as the user gave it, whose it is, its bytes.

    `kept` is its observation, where it is to be judged again without being run; `notes` are what its report says of it
    beside what its bytes say; `person` is the student's name in the gradebook.
    """

    number: int
    shown: str
    student: str | None
    content: bytes
    kept: bytes | None = None
    notes: tuple[str, ...] = ()
    person: str = ""


@dataclass(frozen=True)
class Parcel:
    """Submissions for one assignment; of those that `budget_s` seconds do not suffice for, nothing comes back.

    `papers` asks for their notebooks and pages too.
    """

    kit: Kit
    items: tuple[Item, ...]
    budget_s: float = 5.0
    papers: bool = False


@dataclass(frozen=True)
class Done:
    """What came of one submission: `kept` is its observation for the shelf, None where there is none to keep.

    `papers` are its notebook and page, where these were asked for, or the reason why there are none; `line` is then the
    report as JSON, as the journal keeps it.
    """

    number: int
    report: Report
    kept: bytes | None = None
    cpu_s: float = 0.0
    wall_s: float = 0.0
    papers: Papers | str = "no notebook was asked for"
    line: str = ""
