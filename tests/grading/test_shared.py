"""What workers share on disk: made once, by its name alone, and never taken from a file that is not whole."""

from __future__ import annotations

import multiprocessing
import time
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest

from autograder.core import ENVIRONMENT
from autograder.grading.store.shared import Shared
from autograder.grading.workers.kit import Kit, about


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
    shared = Shared(tmp_path, "it")
    shared.get("a", lambda: b"0123456789")
    (path,) = tmp_path.rglob("*.made")
    path.write_bytes(spoil(path.read_bytes()))  # type: ignore[operator]
    assert shared.get("a", lambda: b"anew") == b"anew"
    assert shared.get("a", lambda: b"never") == b"anew"


def test_a_file_of_another_name_is_not_taken(tmp_path: Path) -> None:
    """As it would be by whoever moves files about: a name says all that its content depends on."""
    shared = Shared(tmp_path, "it")
    shared.get("a", lambda: b"of a")
    (path,) = tmp_path.rglob("*.made")
    shared.get("b", lambda: b"of b")
    assert shared.get("b", lambda: b"never") == b"of b"
    (other,) = {*tmp_path.rglob("*.made")} - {path}
    path.replace(other)
    assert shared.get("b", lambda: b"of b") == b"of b"


def test_where_nothing_can_be_written_it_is_made_each_time(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    shared = Shared(tmp_path / "file" / "below", "it")
    assert [shared.get("a", lambda: b"1"), shared.get("a", lambda: b"2")] == [b"1", b"2"]


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


def test_nothing_is_shared_between_other_solutions_questions_or_code(monkeypatch: pytest.MonkeyPatch) -> None:
    kit, exam = Kit("it", b"release", b"solution", "salt", "namespaces", "code"), SimpleNamespace(digest="questions")
    others = [
        (replace(kit, assignment="another"), exam),
        (replace(kit, solution=b"another"), exam),
        (replace(kit, salt="another"), exam),
        (replace(kit, code="another"), exam),
        (kit, SimpleNamespace(digest="another")),
    ]
    abouts = [about(*each) for each in [(kit, exam), *others]]  # type: ignore[arg-type]
    for library in ENVIRONMENT:
        with monkeypatch.context() as patched:
            patched.setitem(ENVIRONMENT, library, "another")
            abouts.append(about(kit, exam))  # type: ignore[arg-type]
    assert len({*abouts}) == len(abouts)
    assert about(replace(kit, release=b"another", shared="elsewhere"), exam) == abouts[0]  # type: ignore[arg-type]
