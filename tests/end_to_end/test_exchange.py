"""The whole way through nbgrader's exchange with a second user, from the release to the mark that the student reads."""

from __future__ import annotations

import html
import os
import pwd
import re
import shutil
import subprocess
import sys
import sysconfig
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from nbgrader.api import Gradebook

from autograder.core.course import Course
from tests.support.classroom import ready_course

NAME = "shallow_narrow"
REPOSITORY = Path(__file__).resolve().parents[2]
STUDENT = "nobody"
PACKAGES = sysconfig.get_path("purelib")
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(os.getuid() != 0, reason="only root may act as a second user"),
]


@pytest.fixture
def place() -> Iterator[Path]:
    """A folder that another user may enter, which pytest's own is not."""
    folder = Path(tempfile.mkdtemp(prefix="exchange-"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


class Classroom:
    """A course, its exchange, and a student's home on one machine."""

    def __init__(self, place: Path) -> None:
        self.course: Course = ready_course(place / "template", place / "course", REPOSITORY)
        self.home, self.exchange = place / "home", place / "exchange"
        for folder in (self.home, self.exchange):
            folder.mkdir()
        self.exchange.chmod(0o777)
        self.user = pwd.getpwnam(STUDENT)
        os.chown(self.home, self.user.pw_uid, self.user.pw_gid)
        self.who: dict[str, Any] = {"user": self.user.pw_uid, "group": self.user.pw_gid, "extra_groups": []}
        self.python = self._python()

    def _python(self) -> str:
        """This Python, or the system's of the same version where another user may not run it."""
        system = shutil.which(f"python3.{sys.version_info.minor}", path="/usr/local/bin:/usr/bin")
        for python in filter(None, (sys.executable, system)):
            try:
                done = subprocess.run(
                    [python, "-c", "import nbgrader.apps"], cwd=self.home, env={"PYTHONPATH": PACKAGES}, **self.who
                )
            except OSError:
                continue
            if done.returncode == 0:
                return python
        pytest.skip(f"{STUDENT} may run no Python that has nbgrader")

    def instructor(self, *command: str) -> str:
        """A command in the course's folder."""
        return _run(command, self.course.root, {**os.environ, "JUPYTER_NO_CONFIG": "1"}, self._exchange(command))

    def student(self, *command: str) -> str:
        """A command of the student's, who has an account and no configuration."""
        where = {"HOME": str(self.home), "JUPYTER_DATA_DIR": str(self.home / "data"), "JUPYTER_NO_CONFIG": "1"}
        environment = {"PATH": os.environ["PATH"], "PYTHONDONTWRITEBYTECODE": "1", **where}
        more = [*self._exchange(command), "--course=numpy-nn"]
        return _run(command, self.home, environment | {"PYTHONPATH": PACKAGES}, more, self.python, **self.who)

    def _exchange(self, command: tuple[str, ...]) -> list[str]:
        return [f"--Exchange.root={self.exchange}"] if command[0] == "nbgrader" else []

    def hand_in(self, *, worked: bool) -> None:
        """The student's work: the stub as it is, or all of it done."""
        target = self.home / NAME / f"{NAME}.ipynb"
        source = self.course.source_notebook(NAME) if worked else self.course.release_notebook(NAME)
        target.unlink()
        shutil.copy(source, target)
        os.chown(target, self.user.pw_uid, self.user.pw_gid)
        self.student("nbgrader", "submit", NAME)
        self.instructor("nbgrader", "collect", NAME, "--update")

    def read(self) -> list[str]:
        """What the student reads, submission by submission."""
        self.student("nbgrader", "fetch_feedback", NAME)
        pages = sorted((self.home / NAME / "feedback").rglob("*.html"))
        plain = (
            re.sub(r"<(style|script|title).*?</\1>|<[^>]*>", " ", page.read_text("utf-8"), flags=re.S) for page in pages
        )
        return [re.sub(r"\s+", " ", html.unescape(page)) for page in plain]


def _run(
    command: tuple[str, ...],
    folder: Path,
    environment: dict[str, str],
    more: list[str],
    python: str = sys.executable,
    **who: Any,
) -> str:
    module = {"nbgrader": "nbgrader.apps.nbgraderapp", "autograder": "autograder.cli"}[command[0]]
    program = f"import sys; from {module} import main; sys.argv[0] = {command[0]!r}; sys.exit(main())"
    done = subprocess.run(
        [python, "-c", program, *command[1:], *more],
        cwd=folder, env=environment, capture_output=True, text=True, timeout=600, **who,
    )  # fmt: skip
    assert done.returncode == 0, (command, done.stdout[-2000:], done.stderr[-3000:])
    return done.stdout + done.stderr


def test_the_student_reads_the_final_mark(place: Path) -> None:
    """Released, fetched, submitted, collected, graded, changed by hand, released, read; then once more, resubmitted."""
    room = Classroom(place)
    room.instructor("nbgrader", "release_assignment", NAME)
    room.student("nbgrader", "fetch_assignment", NAME)
    room.hand_in(worked=False)
    room.instructor("autograder", "grade", "-q")
    with Gradebook(room.course.db_url, room.course.course_id) as book:
        book.find_grade("forward", NAME, NAME, STUDENT).manual_score = 1.5
        book.find_comment("ShallowNarrow", NAME, NAME, STUDENT).manual_comment = "We spoke about it."
        book.db.commit()
    room.instructor("nbgrader", "release_feedback", NAME)
    (first,) = room.read()
    assert "1.5 of 10 points" in first
    assert "We spoke about it." in first

    room.hand_in(worked=True)
    room.instructor("autograder", "grade", "-q")
    room.instructor("nbgrader", "release_feedback", NAME)
    pages = room.read()
    assert len(pages) == 2
    assert any("9.5 of 10 points" in page for page in pages)  # what was entered by hand stays
    assert any("1.5 of 10 points" in page for page in pages)  # the first submission's stays as it was released

    with Gradebook(room.course.db_url, room.course.course_id) as book:
        book.find_grade("loss", NAME, NAME, STUDENT).extra_credit = 0.25
        book.db.commit()
    room.instructor("nbgrader", "generate_feedback", NAME, "--force")
    room.instructor("nbgrader", "release_feedback", NAME)
    notebook = next(page for page in room.read() if "(Score: " in page)
    assert "(Score: 9.75 / 10.0)" in notebook
    assert "9.75 of 10 points" in notebook


def test_what_did_not_come_through_the_exchange_stops_nobody(place: Path) -> None:
    """A folder that was put there by hand has no secret: it is named, and the others' feedback goes out."""
    room = Classroom(place)
    room.instructor("nbgrader", "release_assignment", NAME)
    room.student("nbgrader", "fetch_assignment", NAME)
    room.hand_in(worked=False)
    by_hand = room.course.folder(room.course.submitted, "aaron", NAME)
    by_hand.mkdir(parents=True)
    shutil.copy(room.course.release_notebook(NAME), by_hand)
    room.instructor("autograder", "grade", "-q")
    assert "aaron: feedback is not released: no timestamp.txt" in room.instructor("nbgrader", "release_feedback", NAME)
    assert len(room.read()) == 1
