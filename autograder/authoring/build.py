"""Source notebooks to releases and references, proved before anything is swapped in."""

from __future__ import annotations

import errno
import io
import logging
import os
import re
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from autograder import assignments
from autograder.authoring import declared, students
from autograder.authoring.cells import ExtractionError
from autograder.authoring.proofs import release_proofs as proofs
from autograder.authoring.proofs.allowed import not_importable
from autograder.authoring.proofs.release_cells import misfits
from autograder.authoring.proofs.release_proofs import Grader, ProofError
from autograder.authoring.source import source_notebook
from autograder.core import AutograderError, Course, CourseError, NotWritten, Report, write_whole
from autograder.gradebook import nbgrader_api
from autograder.grading import captured, is_ordinary, prepare, told_to_stop
from autograder.notebooks import trusted_notebook

NO_MORE = (errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EIO)  # errors of a disk that takes no more
_RAISED = re.compile(r"\s*[\w.]*(Error|Exception|Missing\w*): ")  # the last line of a traceback


class BuildError(AutograderError):
    """nbgrader could not make the release; the message carries its words."""

    exit_code = 1


@dataclass(frozen=True, slots=True)
class Built:
    """One assignment that was built: where its files are, whether any of them changed, and what is to be told of it.

    An ordinary assignment of nbgrader's has no solution, and nothing of it is proved.
    """

    name: str
    release: Path
    solution: Path | None
    changed: bool
    notes: tuple[str, ...] = ()


def build(course: Course, names: Sequence[str] = (), grade: Grader | None = None) -> list[Built]:
    """Builds and proves the named assignments (default: all that have a source), one after the other.

    `grade` grades one notebook; the default is the kit's own grading. Raises CourseError for an unknown assignment
    (before anything is built), BuildError, ExtractionError or ProofError for the first assignment that fails,
    KeyboardInterrupt when it is stopped; what was built before it stays, and of the failed one nothing is swapped in.
    """
    assignments.look_in(course.solutions)
    known = course.source_assignments()
    if not known:
        raise CourseError(f"{course.source} holds no source notebook: there is nothing to build")
    unknown = [name for name in names if name not in known]
    if unknown:
        raise CourseError(f"no source/<name>/<name>.ipynb for {', '.join(unknown)}; there are: {', '.join(known)}")
    problems = not_importable(course.packages)
    if problems:
        raise CourseError("; ".join(problems))
    course.state.mkdir(exist_ok=True)
    return [_build_one(course, name, grade or _grade) for name in dict.fromkeys(names or known)]


def _build_one(course: Course, name: str, grade: Grader) -> Built:
    try:
        return _built(course, name, grade)
    except ExtractionError as error:
        raise ExtractionError(f"{name}: {error}") from error
    except OSError as error:
        if error.filename is not None or error.errno not in NO_MORE:
            raise
        # What no more can be written to is not named in the error; all that is written here lies in the course.
        raise NotWritten(error.errno, error.strerror, str(course.root)) from error


def _built(course: Course, name: str, grade: Grader) -> Built:
    if is_ordinary(course, name):
        source_notebook(course.source_notebook(name), marks=False)
        with _to_its_end():
            generate(course, name, record=True)
        return Built(name, course.release_notebook(name).parent, None, True)
    with tempfile.TemporaryDirectory(prefix=f"build-{name}-", dir=course.state) as scratch:
        place = Path(scratch)
        staged = replace(course, release=place / "release", solutions=place / "solutions")
        again = replace(course, release=place / "again")
        recorded = replace(course, release=place / "recorded")

        source = source_notebook(course.source_notebook(name))
        solution = declared.reference(source, name)
        if not (course.source_notebook(name).parent / students.SELFCHECK.name).exists():
            students.lay_selfcheck(course, course.source_notebook(name).parent)
        staged.solutions.mkdir()
        staged.solution(name).write_text(solution, encoding="utf-8")

        problems = proofs.one_notebook(course.source_notebook(name).parent, name)
        if problems:
            raise ProofError(name, problems)
        generate(staged, name, record=False)
        generate(again, name, record=False)
        folder = staged.release_notebook(name).parent
        problems = proofs.same_bytes(folder, again.release_notebook(name).parent)
        problems += _own_problems(staged, name, source, grade)
        if problems:
            raise ProofError(name, problems)

        notes = declared.notes_of(staged, name)
        with _to_its_end():
            # Last of all the gradebook, which nbgrader may refuse to change once there are submissions.
            generate(recorded, name, record=True)
            problems = proofs.same_bytes(folder, recorded.release_notebook(name).parent)
            if problems:
                raise ProofError(name, problems)
            changed = _swap_file(solution, course.solution(name))  # first, as it alone asks for room on the disk
            changed |= _swap_folder(folder, course.release_notebook(name).parent)
    prepare(course, name)
    return Built(name, course.release_notebook(name).parent, course.solution(name), changed, tuple(notes))


@contextmanager
def _to_its_end() -> Iterator[None]:
    """Gradebook, release and reference change together or not at all: Ctrl-C waits until it is done."""
    with told_to_stop() as stop:
        yield
    if stop.is_set():
        raise KeyboardInterrupt


def _own_problems(staged: Course, name: str, source: dict[str, Any], grade: Grader) -> list[str]:
    """What does not hold of a staged release and its reference; what is broken in form is not worth a run."""
    release = trusted_notebook(staged.release_notebook(name))
    folder = staged.release_notebook(name).parent
    problems = misfits(release)
    problems += proofs.nothing_leaks(source, folder, students.secrets(source, name))
    problems += declared.problems(staged, name) or students.complaints(source, name, folder)
    return problems or declared.scores(staged, name, grade)


def generate(course: Course, name: str, *, record: bool) -> None:
    """nbgrader's own generate_assignment into `course.release`, noted in the gradebook only when `record`.

    Raises BuildError with nbgrader's own words when it fails, OSError where the disk is full.
    """
    nbgrader_api()
    from nbgrader.converters import GenerateAssignment
    from nbgrader.coursedir import CourseDirectory
    from traitlets.config import Config

    config = Config()
    config.merge(course.config)
    config.CourseDirectory.assignment_id = name
    config.CourseDirectory.release_directory = str(course.release)
    if not record:
        config.GenerateAssignment.no_database = True
        config.SaveCells.enabled = False
    with _quiet() as log:
        folders = CourseDirectory(config=config, root=str(course.root), log=log)
        app = GenerateAssignment(coursedir=folders, config=config, log=log)
        app.force = True
        result = captured(app)
    if not result["success"]:
        words = _words(result)
        full = next((number for number in (errno.ENOSPC, errno.EDQUOT) if f"[Errno {number}]" in words), None)
        if full is not None:
            raise OSError(full, os.strerror(full))
        raise BuildError(f"{name}: nbgrader could not make the release\n{words}")


def _grade(path: Path, name: str, course: Course) -> Report:
    from autograder.grading import grade_notebook

    return grade_notebook(path, name, course)


def _words(result: dict[str, Any]) -> str:
    """What nbgrader's log says went wrong, without its tracebacks."""
    text = f"{result.get('log', '')}\n{result.get('error', '')}"
    said = [line.strip() for line in text.splitlines() if _RAISED.match(line) and "NbGraderException" not in line]
    lines = list(dict.fromkeys(said)) or [line.strip() for line in text.splitlines() if line.strip()][-5:]
    return "\n".join(f"  {line}" for line in lines)


@contextmanager
def _quiet() -> Iterator[logging.Logger]:
    """A logger that writes nowhere: nbgrader's words are kept by `captured` and shown when something fails."""
    log = logging.getLogger("autograder.build.nbgrader")
    log.setLevel(logging.INFO)
    log.propagate = False
    handler = logging.StreamHandler(io.StringIO())
    log.addHandler(handler)
    try:
        yield log
    finally:
        log.removeHandler(handler)


def _swap_folder(new: Path, target: Path) -> bool:
    """Puts `new` in the place of `target` by renaming; True when anything in it differs."""
    old = proofs.tree(target) if target.is_dir() else None
    if old == proofs.tree(new):
        return False
    target.parent.mkdir(parents=True, exist_ok=True)
    aside = new.parent / "replaced"
    try:
        if target.exists():
            os.rename(target, aside)
        os.rename(new, target)
    except BaseException:
        if aside.exists() and not target.exists():
            os.rename(aside, target)
        raise
    shutil.rmtree(aside, ignore_errors=True)
    return True


def _swap_file(text: str, target: Path) -> bool:
    """Writes `text` to `target` in one step; True when it differs from what was there."""
    data = text.encode("utf-8")
    if target.is_file() and target.read_bytes() == data:
        return False
    write_whole(target, data)
    return True
