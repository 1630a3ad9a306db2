"""What travels to a worker and back: submissions as bytes with all that grading them takes, then their reports.

A worker needs nothing of the course on its disk, so it may be another process or another machine.
"""

from __future__ import annotations

import contextlib
import ctypes
import json
import os
import tempfile
import threading
import time
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

from autograder import callables
from autograder.core import Course, Report, array_bytes
from autograder.gradebook import Papers, page_of, papers_of, untouched
from autograder.grading.grader import AnyEvidence, Grader, GradingError, judged
from autograder.grading.store.observations import from_bytes, to_bytes
from autograder.grading.versions import code_digest, described_by, digest
from autograder.judging import (
    FILE_NAME,
    ROUTES,
    follow_ups,
    internal_error,
    our_fault,
    rubric_of,
    step_questions_for,
    unreadable,
)  # fmt: skip
from autograder.notebooks import Submission, submission_in
from autograder.observe import PROGRAM, SUBMISSION_S
from autograder.sandbox import SandboxError, program_files


@dataclass(frozen=True)
class Kit:
    """What a worker needs of a course to grade one assignment: the release's and the reference's bytes.

    `code` is the digest of the grading code, so that no worker grades with another version of it.
    """

    assignment: str
    release: bytes
    solution: bytes
    salt: str
    isolation: str
    code: str
    packages: tuple[str, ...] = ()
    submission_s: float = SUBMISSION_S  # wall time for a submission in all
    rubric: bytes = b""  # the course's own; empty where the package's counts
    descriptions: tuple[tuple[str, bytes], ...] = ()  # the course's own files that say what is asked

    @cached_property
    def digest(self) -> str:
        """Changes whenever anything in it does."""
        parts = (self.assignment, self.release, self.solution, self.salt, self.isolation, self.code, self.rubric)
        return digest(*parts, *self.packages, str(self.submission_s))  # `code` covers the descriptions


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

    `papers` are its notebook and page, where these were asked for, or the reason why there are none.
    """

    number: int
    report: Report
    kept: bytes | None = None
    cpu_s: float = 0.0
    wall_s: float = 0.0
    papers: Papers | str = "no notebook was asked for"


def kit_of(course: Course, assignment: str, salt: str, isolation: str) -> Kit:
    """The kit of an assignment of a course; raises GradingError when it is not built, RubricError."""
    try:
        release = course.release_notebook(assignment).read_bytes()
        solution = course.solution(assignment).read_bytes()
    except OSError as error:
        raise GradingError(
            f"{assignment} is not built ({error.filename}: {error.strerror}); run 'autograder build {assignment}'"
        ) from None
    rubric_of(course.root)  # a slip in it is told before anything runs
    rubric = course.root / FILE_NAME
    described = [(path.name, path.read_bytes()) for path in described_by(assignment) if path.parent == course.source]
    return Kit(
        assignment,
        release,
        solution,
        salt,
        isolation,
        code_digest(assignment),
        course.packages,
        course.submission_s or SUBMISSION_S,
        rubric.read_bytes() if rubric.is_file() else b"",
        tuple(described),
    )


def report_key(kit: Kit, raw: bytes, notes: tuple[str, ...] = ()) -> str:
    """The name under which the report on a file's bytes, with notes of what lay beside it, stands in the journal.

    A kit names the questions too: they follow from its assignment, its salt, its reference and the code.
    """
    return digest(raw, kit.digest, *notes)


def observation_key(kit: Kit, content_hash: str) -> str:
    """The name under which the observation of a file is kept; what was asked stands in the observation."""
    return digest(content_hash, kit.assignment, kit.salt, kit.isolation, *kit.packages, str(kit.submission_s))


def grader_for(kit: Kit) -> Grader:
    """A grader of its own for a kit; nothing of the kit stays on the disk. Raises GradingError."""
    with tempfile.TemporaryDirectory(prefix="autograder-") as folder:
        root = Path(folder)
        course = Course(
            root=root,
            source=root / "source",
            release=root / "release",
            solutions=root / "solutions",
            submitted=root / "submitted",
            autograded=root / "autograded",
            feedback=root / "feedback",
            state=root / ".autograder",
        )
        for path, content in (
            (course.release_notebook(kit.assignment), kit.release),
            (course.solution(kit.assignment), kit.solution),
        ):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        for name, content in kit.descriptions:
            (course.source / Path(name).stem).mkdir(parents=True, exist_ok=True)
            (course.source / name).write_bytes(content)
        if kit.rubric:
            (root / FILE_NAME).write_bytes(kit.rubric)
        grader = Grader(
            course, salt=kit.salt, isolation=kit.isolation, packages=kit.packages, submission_s=kit.submission_s
        )
        if kit.code != code_digest(kit.assignment):
            raise GradingError(
                f"the worker on {os.uname().nodename} has another version of the grading code; install the same there"
            )
        grader.bench(kit.assignment)
    return grader


MOST_HELD = 8 << 20  # bytes of arrays in answers that wait together to be judged
MOST_BACK = 8 << 20  # bytes of kept observations that travel back together, and then some

# The graders of this process by kit, the last used last: as a sandbox belongs to one thread, one thread uses them.
_graders: dict[str, Grader] = {}
_lock = threading.Lock()
MOST_GRADERS = 3


def grade(parcel: Parcel) -> list[Done]:
    """Reports for the first submissions of a parcel, at least one, in order.

    What we fail at becomes its submission's `internal_error`. Raises SandboxError when this machine has no sandbox.
    """
    with _lock:
        done = _grade(_grader(parcel.kit), parcel)
    _give_back_memory()
    return done


def _give_back_memory() -> None:
    """Give the system what the allocator of the C library keeps, where it can: between parcels most of it is free."""
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim is not None:
        trim(0)


def close_all() -> None:
    """End the sandboxes of this process."""
    while _graders:
        _graders.popitem()[1].close()


def _grader(kit: Kit) -> Grader:
    name = kit.digest
    grader = _graders.pop(name, None)
    if grader is None:
        while len(_graders) >= MOST_GRADERS:
            _graders.pop(next(iter(_graders))).close()
        grader = grader_for(kit)
    _graders[name] = grader
    return grader


def judge_again(parcel: Parcel) -> list[Done | str]:
    """For each submission the report by its kept observation, or the reason why it must be run again."""
    with _lock:
        grader = _grader(parcel.kit)
        out: dict[int, Done | str] = {}
        evidence: dict[int, AnyEvidence] = {}
        for k, item in enumerate(parcel.items):
            submission = _read(grader, parcel.kit, item)
            if submission.fault:
                points = grader.bench(parcel.kit.assignment).release.points
                out[k] = Done(item.number, unreadable(submission, points, parcel.kit.isolation))
                continue
            kept = _kept_evidence(grader, parcel.kit, submission, item.kept)
            if isinstance(kept, str):
                out[k] = kept
            else:
                evidence[k] = kept
        reports = judged(list(evidence.values()))
        for (k, each), report in zip(evidence.items(), reports, strict=True):
            observation, item = each.observation, parcel.items[k]
            out[k] = Done(item.number, report, item.kept, observation.cpu_s, observation.wall_s)
        return [out[k] for k in range(len(parcel.items))]


def _kept_evidence(grader: Grader, kit: Kit, submission: Submission, kept: bytes | None) -> AnyEvidence | str:
    if kept is None:
        return "no observation of it is kept"
    try:
        observation, asked = from_bytes(kept, grader.bench(kit.assignment).exam.large)
    except ValueError:
        return "its observation cannot be read"
    if asked != asked_digest(grader, kit):
        return "its questions changed"
    evidence = grader.evidence_from(submission, observation)
    wanted: list[Any]
    if isinstance(evidence, callables.Evidence):
        wanted = [*evidence.exam.questions.values(), *evidence.follow_ups()]
    else:
        more = (each for method in ROUTES for each in follow_ups(evidence, method))
        wanted = [*step_questions_for(evidence)[:1], *more]
    if any(question.id not in observation.answers for question in wanted):
        return "what is judged now asks for questions that it was not asked"
    return evidence


def _read(grader: Grader, kit: Kit, item: Item) -> Submission:
    bench = grader.bench(kit.assignment)
    return submission_in(item.content, bench.assignment, bench.release, item.student, item.shown, item.notes)


def _grade(grader: Grader, parcel: Parcel) -> list[Done]:
    deadline = time.monotonic() + parcel.budget_s
    out: list[Done] = []
    examined: list[tuple[Item, Submission, AnyEvidence | Report]] = []
    held = 0
    for k, item in enumerate(parcel.items):
        if k and (time.monotonic() > deadline or sum(len(done.kept or b"") for done in out) > MOST_BACK):
            break
        submission = _read(grader, parcel.kit, item)
        outcome = _examined(grader, parcel.kit, submission)
        examined.append((item, submission, outcome))
        held += 0 if isinstance(outcome, Report) else array_bytes(outcome.observation)
        if held > MOST_HELD:
            out += _judged(grader, parcel, examined)
            examined, held = [], 0
    return out + _judged(grader, parcel, examined)


def _examined(grader: Grader, kit: Kit, submission: Submission) -> AnyEvidence | Report:
    """What there is to be judged, or the report where there is nothing; raises SandboxError."""
    points = grader.bench(kit.assignment).release.points
    if submission.fault:
        return unreadable(submission, points, kit.isolation)
    try:
        return grader.examine(submission)
    except SandboxError:
        raise
    except Exception as error:
        return internal_error(submission, points, kit.isolation, our_fault(error))


def _judged(
    grader: Grader, parcel: Parcel, examined: list[tuple[Item, Submission, AnyEvidence | Report]]
) -> list[Done]:
    kit = parcel.kit
    evidence = {k: outcome for k, (_, _, outcome) in enumerate(examined) if not isinstance(outcome, Report)}
    reports = dict(zip(evidence, judged(list(evidence.values())), strict=True))
    asked, known = asked_digest(grader, kit), grader.bench(kit.assignment).exam.large
    out = []
    for k, (item, submission, outcome) in enumerate(examined):
        if isinstance(outcome, Report):
            done = Done(item.number, outcome)
        else:
            ran = outcome.observation
            done = Done(item.number, reports[k], to_bytes(ran, asked, known), ran.cpu_s, ran.wall_s)
        if parcel.papers:
            done = replace(done, papers=papers_for(kit, done.report, submission, item.person))
        out.append(done)
    return out


def papers_for(kit: Kit, report: Report, submission: Submission, person: str) -> Papers | str:
    """Notebook and page of a submission whose student's name in the gradebook is `person`, or why there are none."""
    if report.student is None or report.score is None:
        return "it has no mark"
    release = _release_in(kit.release)
    made = papers_of(release, report, submission)
    if isinstance(made, Papers):
        with contextlib.suppress(Exception):  # which then comes again where the page is put there, and is told
            page, shows = page_of(report, untouched(release, made.scores, person))
            return replace(made, page=page, shows=shows)
    return made


@lru_cache(maxsize=MOST_GRADERS)
def _release_in(raw: bytes) -> Any:
    return json.loads(raw)


def asked_digest(grader: Grader, kit: Kit) -> str:
    """What an observation depends on beside the submission: the questions and how they are put, the reference's
    records, which cells are run."""
    bench = grader.bench(kit.assignment)
    released = (*sorted(bench.release.given), *sorted(bench.release.grade.values()))
    asking = [file.read_bytes() for file in program_files(PROGRAM)]
    return digest(bench.exam.digest, kit.solution, *asking, *released)[:16]
