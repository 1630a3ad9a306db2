"""What workers share on disk: made once, by its name alone, and never taken from a file that is not whole."""

from __future__ import annotations

import multiprocessing
import time
from pathlib import Path
from weakref import WeakValueDictionary

import pytest

from autograder.callables.asked import exam, repeated
from autograder.callables.faults import candidates
from autograder.callables.faults.candidates import Candidates
from autograder.core import ENVIRONMENT, Course
from autograder.grading import Grader, examination, prepare
from autograder.grading.store import shared
from autograder.grading.store.shared import Shared, worked_out
from tests.support import classroom


def test_it_is_made_once_and_by_its_name_alone(tmp_path: Path) -> None:
    made: list[bytes] = []

    def make() -> bytes:
        made.append(b"content %d" % len(made))
        return made[-1]

    assert Shared(tmp_path, "this solution").get("a", make) == b"content 0"
    assert Shared(tmp_path, "this solution").get("a", make) == b"content 0"
    assert Shared(tmp_path, "this solution").get("b", make) == b"content 1"
    assert Shared(tmp_path, "another solution").get("a", make) == b"content 2"


@pytest.mark.parametrize("spoil", [lambda raw: raw[:-1], lambda raw: b"", lambda raw: raw[:40] + b"x" + raw[41:]])
def test_a_spoiled_file_is_made_anew(tmp_path: Path, spoil: object) -> None:
    store = Shared(tmp_path, "it")
    store.get("a", lambda: b"0123456789")
    (path,) = tmp_path.rglob("*.made")
    path.write_bytes(spoil(path.read_bytes()))  # type: ignore[operator]
    assert store.get("a", lambda: b"anew") == b"anew"
    assert store.get("a", lambda: b"never") == b"anew"


def test_a_file_of_another_name_is_not_taken(tmp_path: Path) -> None:
    """As it would be by whoever moves files about: a name says all that its content depends on."""
    store = Shared(tmp_path, "it")
    store.get("a", lambda: b"of a")
    (path,) = tmp_path.rglob("*.made")
    store.get("b", lambda: b"of b")
    assert store.get("b", lambda: b"never") == b"of b"
    (other,) = {*tmp_path.rglob("*.made")} - {path}
    path.replace(other)
    assert store.get("b", lambda: b"of b") == b"of b"


def test_where_nothing_can_be_written_it_is_made_each_time(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    store = Shared(tmp_path / "file" / "below", "it")
    assert [store.get("a", lambda: b"1"), store.get("a", lambda: b"2")] == [b"1", b"2"]


def test_nobody_else_can_read_it(tmp_path: Path) -> None:
    """Right answers are among it, and with `--isolation user` a submission is another user on the same disk."""
    store = Shared(tmp_path / "changes", "it")
    store.get("a", lambda: b"right answers")
    modes = {path.stat().st_mode & 0o077 for path in (tmp_path / "changes", *(tmp_path / "changes").rglob("*"))}
    assert modes == {0}


def _slowly(folder: Path, name: str) -> None:
    def make() -> bytes:
        with (folder / "made").open("a") as log:
            log.write("x")
        time.sleep(0.5)
        return b"content"

    assert Shared(folder, "it").get(name, make) == b"content"


def test_others_wait_for_the_first_and_make_nothing(tmp_path: Path) -> None:
    context = multiprocessing.get_context("fork")
    several = [context.Process(target=_slowly, args=(tmp_path, "a")) for _ in range(3)]
    for each in several:
        each.start()
    for each in several:
        each.join()
    assert [each.exitcode for each in several] == [0, 0, 0]
    assert (tmp_path / "made").read_text() == "x"


def test_nothing_is_shared_between_other_solutions_salts_packages_or_code(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "nbgrader_config.py").write_text("c = get_config()\n")
    course = Course.find(tmp_path)
    assert worked_out(course, "it") is None  # nothing is built
    course.state.mkdir()
    course.solutions.mkdir()
    for name in ("it", "another"):
        course.solution(name).write_text("a solution")

    def about(name: str = "it", salt: str = "", packages: tuple[str, ...] = ()) -> str:
        found = worked_out(course, name, salt, packages)
        assert found is not None
        return found.about

    abouts = [about(), about("another"), about(salt="another"), about(packages=("numpy",)), about(packages=("none",))]
    for library in ENVIRONMENT:
        with monkeypatch.context() as patched:
            patched.setitem(ENVIRONMENT, library, "another")
            abouts.append(about())
    with monkeypatch.context() as patched:
        patched.setattr(shared, "code_digest", lambda: "another")
        abouts.append(about())
    course.solution("it").write_text("another solution")
    abouts.append(about())
    assert len({*abouts}) == len(abouts)


def test_what_a_build_leaves_ready_is_taken_by_the_first_grader(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It draws nothing anew: neither questions nor recorded answers."""
    course = classroom.copy_course(tmp_path / "course", ["shallow_narrow"], Path(__file__).parents[2])
    course.state.mkdir(exist_ok=True)
    prepare(course, "shallow_narrow")

    def never(*_: object) -> None:
        raise AssertionError("it was made before")

    monkeypatch.setattr(examination, "_held", WeakValueDictionary())  # as in another process
    monkeypatch.setattr(exam, "drafts", never)
    monkeypatch.setattr(repeated, "with_tables", never)
    monkeypatch.setattr(exam, "steps_of", never)
    grader = Grader(course)
    grader.get_ready("shallow_narrow", several=True)
    assert grader.bench("shallow_narrow").exam.repeated.standing("ShallowNarrow.train")


def test_the_same_solution_has_one_exam_and_another_has_its_own(tmp_path: Path) -> None:
    """What the list of work has read is not read again for the workers; a solution that changed is."""
    name = "shallow_narrow"
    course = classroom.copy_course(tmp_path / "course", [name], Path(__file__).parents[2])
    course.state.mkdir(exist_ok=True)
    first = Grader(course)
    exam_of_it = first.bench(name).exam
    assert Grader(course).bench(name).exam is exam_of_it
    assert Grader(course, salt="another").bench(name).exam is not exam_of_it
    solution = course.solution(name)
    solution.write_text(solution.read_text().replace("\nimport numpy", "\n# another\nimport numpy", 1))
    assert Grader(course).bench(name).exam is not exam_of_it


def test_beyond_the_likeliest_changes_are_tried_only_while_that_takes_little_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = "shallow_narrow"
    course = classroom.copy_course(tmp_path / "course", [name], Path(__file__).parents[2])
    tried: list[tuple[bool, str]] = []

    def noted(self: Candidates, callable: str, of: tuple[tuple[int, int, int], bool], question: str) -> None:
        assert question == self.small[callable]
        tried.append((of[0][1] < candidates.FIRST and not of[1], callable))

    monkeypatch.setattr(Candidates, "table", noted)
    found = Grader(course).bench(name).exam.families.candidates
    found.try_likeliest()
    likely = [callable for likely, callable in tried if likely]
    assert {*likely} == {*found.small}
    assert all(likely for likely, _ in tried[: len(likely)])
    assert not all(likely for likely, _ in tried)
    tried.clear()
    monkeypatch.setattr(candidates, "BEFOREHAND_S", 0.0)
    found.try_likeliest()
    assert [callable for _, callable in tried] == likely
