"""What the loader names is asked once, and asked again as soon as anything that it depends on is another."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from autograder.sandbox import ldd


@pytest.fixture
def asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """A cache of the test's own, and what the loader was asked; it names the library that lies there."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    (tmp_path / "module.so").write_bytes(b"1")
    (tmp_path / "library.so").write_bytes(b"1")
    asked: list[list[str]] = []

    def ask(wanted: list[str]) -> list[str]:
        asked.append(list(wanted))
        return [str(tmp_path / "library.so")]

    monkeypatch.setattr(ldd, "_asked", ask)
    return asked


def the_file(folder: Path) -> Path:
    """Where the answer is kept."""
    (found,) = (folder / "cache" / "numpy-nn-autograder").iterdir()
    return found


def test_the_same_question_is_asked_once(asked: list[list[str]], tmp_path: Path) -> None:
    wanted = [str(tmp_path / "module.so")]
    assert ldd.named(wanted) == ldd.named(wanted) == {tmp_path / "library.so"}
    assert asked == [wanted]
    assert the_file(tmp_path).stat().st_mode & 0o777 == 0o600


def _touch(path: Path) -> None:
    state = path.stat()
    path.write_bytes(b"2")
    os.utime(path, ns=(state.st_atime_ns, state.st_mtime_ns))  # a change that hides itself


CHANGES: dict[str, Callable[[Path, pytest.MonkeyPatch], None]] = {
    "a module": lambda folder, patch: _touch(folder / "module.so"),
    "a library": lambda folder, patch: _touch(folder / "library.so"),
    "a library that is gone": lambda folder, patch: (folder / "library.so").unlink(),
    "where libraries are looked for": lambda folder, patch: patch.setenv("LD_LIBRARY_PATH", "/elsewhere"),
    "what is loaded first": lambda folder, patch: patch.setenv("LD_PRELOAD", "/a.so"),
    "the answer, torn": lambda folder, patch: the_file(folder).write_text('{"named": ["'),
    "the answer, of nothing": lambda folder, patch: the_file(folder).write_text('{"named": [], "states": ""}'),
    "the answer, another's": lambda folder, patch: the_file(folder).write_text(
        json.dumps({"named": ["/etc/shadow"], "states": "made up"})
    ),
    "who may write the answer": lambda folder, patch: the_file(folder).chmod(0o666),
    "whose the answer is": lambda folder, patch: patch.setattr(os, "geteuid", lambda: 12345),
    "a link to an answer": lambda folder, patch: _linked(the_file(folder)),
}


def _linked(path: Path) -> None:
    other = path.with_name("other")
    path.rename(other)
    path.symlink_to(other)


@pytest.mark.parametrize("change", CHANGES)
def test_it_is_asked_again_after_a_change_of(
    change: str, asked: list[list[str]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wanted = [str(tmp_path / "module.so")]
    ldd.named(wanted)
    CHANGES[change](tmp_path, monkeypatch)
    assert ldd.named(wanted) == {tmp_path / "library.so"}
    assert len(asked) == 2


def test_without_a_folder_to_keep_it_in_it_is_asked_each_time(asked: list[list[str]], tmp_path: Path) -> None:
    (tmp_path / "cache").touch()
    for _ in range(2):
        assert ldd.named([str(tmp_path / "module.so")]) == {tmp_path / "library.so"}
    assert len(asked) == 2


def test_no_more_than_some_answers_are_kept(asked: list[list[str]], tmp_path: Path) -> None:
    for number in range(ldd._MOST_KEPT + 4):
        ldd.named([str(tmp_path / f"{number}.so")])
    assert len(list((tmp_path / "cache" / "numpy-nn-autograder").iterdir())) == ldd._MOST_KEPT
