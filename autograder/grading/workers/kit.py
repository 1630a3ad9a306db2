"""What a worker needs of a course to grade one assignment, as bytes; the names under which what it makes is kept.

A worker needs nothing of the course on its disk, so it may be another process or another machine. Where the course is
on its disk, what one worker has worked out of the solution alone is there for the others as well.
"""

from __future__ import annotations

import os
import tempfile
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from autograder import assignments
from autograder.core import Course
from autograder.grading.grader import Grader, GradingError
from autograder.grading.store.shared import FOLDER
from autograder.grading.versions import code_digest, digest
from autograder.judging import FILE_NAME, rubric_of
from autograder.observe import PROGRAM, SUBMISSION_S
from autograder.sandbox import own_folder, program_files


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
    classes: tuple[tuple[str, tuple[str, ...]], ...] = ()  # by which notebooks of other assignments are known
    shared: str = ""  # where workers share what they have worked out; nothing of it is part of the kit

    @cached_property
    def digest(self) -> str:
        """Changes whenever anything that marks depend on does: not with the course's other assignments."""
        parts = (self.assignment, self.release, self.solution, self.salt, self.isolation, self.code, self.rubric)
        return digest(*parts, *self.packages, str(self.submission_s))


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
    assignments.look_in(course.solutions)
    others = tuple((name, classes) for name, classes in assignments.class_names().items() if name != assignment)
    return Kit(
        assignment,
        release,
        solution,
        salt,
        isolation,
        code_digest(),
        course.packages,
        course.submission_s or SUBMISSION_S,
        rubric.read_bytes() if rubric.is_file() else b"",
        others,
        str(course.state / FOLDER),
    )


def report_key(kit: Kit, raw: bytes, notes: tuple[str, ...] = ()) -> str:
    """The name under which the report on a file's bytes, with notes of what lay beside it, stands in the journal.

    A kit names the questions too: they follow from its assignment, its salt, its reference and the code.
    """
    return digest(raw, kit.digest, *notes)


def unread(fault: str) -> bytes:
    """What stands for the bytes of a file that is too large to be read."""
    return f"no file: {fault}".encode()


def observation_key(kit: Kit, content_hash: str) -> str:
    """The name under which the observation of a file is kept; what was asked stands in the observation."""
    return digest(content_hash, kit.assignment, kit.salt, kit.isolation, *kit.packages, str(kit.submission_s))


def grader_for(kit: Kit) -> Grader:
    """A grader of its own for a kit; nothing of the kit stays on the disk, or the next run takes it away where this one
    is killed. Raises GradingError."""
    with tempfile.TemporaryDirectory(dir=own_folder()) as folder:
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
        if kit.rubric:
            (root / FILE_NAME).write_bytes(kit.rubric)
        grader = Grader(
            course,
            salt=kit.salt,
            isolation=kit.isolation,
            packages=kit.packages,
            submission_s=kit.submission_s,
            classes=dict(kit.classes),
        )
        grader.shared = Path(kit.shared) if kit.shared else grader.shared
        if kit.code != code_digest():
            raise GradingError(
                f"the worker on {os.uname().nodename} has another version of the grading code; install the same there"
            )
        grader.bench(kit.assignment)
    return grader


def asked_digest(grader: Grader, kit: Kit) -> str:
    """What an observation depends on beside the submission: the questions and how they are put, the reference's
    records, which cells are run."""
    bench = grader.bench(kit.assignment)
    released = (*sorted(bench.release.given), *sorted(bench.release.grade.values()))
    asking = [file.read_bytes() for file in program_files(PROGRAM)]
    return digest(bench.exam.digest, kit.solution, *asking, *released)[:16]
