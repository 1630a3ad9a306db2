"""What keeps a file from being written or read is told of the file that was meant, with what to do."""

from __future__ import annotations

import errno
import os
import tempfile
from pathlib import Path
from typing import Any

import pytest

from autograder.cli.report_file import ReportFile
from autograder.core import NotRead, NotWritten, in_words, read_regular, write_whole
from autograder.core.report import Report
from tests.support import sample_reports as samples

REMEDIES = {
    errno.ENOSPC: "the disk is full; make room",
    errno.EROFS: "the file system is read-only; mount it so that it can be written, or choose another place",
    errno.EACCES: "permission is denied; give permission, or choose another place",
    errno.EIO: "Input/output error; look after the disk",
}


def failing(number: int, *names: str) -> Any:
    """A call of the system that fails so."""

    def fail(*given: Any, **named: Any) -> Any:
        raise OSError(number, os.strerror(number), *names)

    return fail


@pytest.mark.parametrize("step", ["mkstemp", "write", "replace"])
@pytest.mark.parametrize("number", REMEDIES)
def test_a_file_that_cannot_be_written_is_named_as_it_was_to_be(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int, step: str
) -> None:
    """The old one stays, and nothing lies beside it."""
    path = tmp_path / "marks.csv"
    path.write_text("old")
    with monkeypatch.context() as patch:
        if step == "mkstemp":
            patch.setattr(tempfile, "mkstemp", failing(number, str(tmp_path / ".new-x1.csv")))
        elif step == "write":
            patch.setattr(os, "fchmod", failing(number))
        else:
            patch.setattr(os, "replace", failing(number, str(tmp_path / ".new-x1.csv"), None, str(path)))  # type: ignore[arg-type]
        with pytest.raises(NotWritten) as raised:
            write_whole(path, b"new")
    assert in_words(raised.value) == str(raised.value) == f"{path} cannot be written: {REMEDIES[number]}"
    assert (path.read_text(), len(os.listdir(tmp_path))) == ("old", 1)


@pytest.mark.parametrize("when", ["begun", "written", "put in its place"])
def test_a_file_of_reports_that_cannot_be_written_is_named_as_it_was_to_be(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, when: str
) -> None:
    path = tmp_path / "out.jsonl"

    def write() -> None:
        with ReportFile(str(path)) as file:
            if when == "written":
                monkeypatch.setattr(Report, "to_json", failing(errno.ENOSPC))
            file.add(0, samples.report("ann"))

    if when == "begun":
        monkeypatch.setattr(tempfile, "mkstemp", failing(errno.ENOSPC, str(tmp_path / ".out.jsonl.x1")))
    if when == "put in its place":
        monkeypatch.setattr(os, "replace", failing(errno.ENOSPC, "a", None, "b"))  # type: ignore[arg-type]
    with pytest.raises(NotWritten, match=f"^{path} cannot be written: the disk is full; make room$"):
        write()
    assert os.listdir(tmp_path) == []


def test_of_what_was_to_be_made_the_folder_is_named(tmp_path: Path) -> None:
    """The name that it would have had for a moment says nothing to anybody."""
    made = str(tmp_path / "build-lesson-x1")
    for number in (errno.EROFS, errno.EACCES, errno.ENOSPC):
        said = in_words(OSError(number, os.strerror(number), made))
        assert said == f"{tmp_path} cannot be written: {REMEDIES[number]}"
    said = in_words(OSError(errno.EACCES, "Permission denied", str(tmp_path)))
    assert said == f"{tmp_path} cannot be read or written: {REMEDIES[errno.EACCES]}"
    assert in_words(OSError(errno.ENOSPC, "No space left on device")) == REMEDIES[errno.ENOSPC]
    assert in_words(OSError(errno.EMFILE, "Too many open files")) == "Too many open files"
    assert in_words(OSError("out.txt: a sentence of ours")) == "out.txt: a sentence of ours"


def test_only_regular_files_are_read_and_no_more_than_fits(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"12345")
    assert read_regular(path, 5) == b"12345"
    with pytest.raises(NotRead, match="has more than 0 MB"):
        read_regular(path, 4)
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "link").symlink_to("/dev/zero")
    for place in (Path("/dev/zero"), tmp_path / "pipe", tmp_path / "link"):
        with pytest.raises(NotRead, match="is no regular file"):
            read_regular(place, 5)
    before = len(os.listdir("/proc/self/fd"))
    with pytest.raises(NotRead, match=r"\w is a folder; a file is wanted there$"):
        read_regular(tmp_path, 5)
    assert len(os.listdir("/proc/self/fd")) == before
