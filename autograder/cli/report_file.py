"""The file of reports: one JSON object a line, in the order of the submissions, whatever order they finish in."""

from __future__ import annotations

import contextlib
import os
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import TextIO

from autograder.core import NotWritten, Report


class ReportFile:
    """Writes reports in order; `-` is standard output, None is nowhere.

    The file appears under its name when it is closed, with what was graded until then, an interruption included: a
    reader never sees half a file, and an older one is kept until it is replaced.
    """

    def __init__(self, name: str | None):
        self.name = name
        self.waiting: dict[int, Report] = {}
        self.next = 0
        self.stream: TextIO | None = None
        self.aside = ""

    def __enter__(self) -> ReportFile:
        if self.name == "-":
            self.stream = sys.stdout
        elif self.name is not None:
            folder = Path(self.name).absolute().parent
            if not folder.is_dir():
                raise FileNotFoundError(f"{folder}: there is no such folder to write {Path(self.name).name} to")
            with self._named():
                handle, self.aside = tempfile.mkstemp(prefix=f".{Path(self.name).name}.", dir=folder)
                self.stream = os.fdopen(handle, "w", encoding="utf-8")
        return self

    def add(self, index: int, report: Report) -> None:
        """Take a report; it is written as soon as all before it are."""
        if self.stream is None:
            return
        self.waiting[index] = report
        while self.next in self.waiting:
            self._write(self.waiting.pop(self.next))
            self.next += 1

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.stream is None:
            return
        with self._named():
            for index in sorted(self.waiting):
                self._write(self.waiting[index])
            self.stream.flush()
            if self.aside and self.name is not None:
                self.stream.close()
                mask = os.umask(0)
                os.umask(mask)
                os.chmod(self.aside, 0o666 & ~mask)
                os.replace(self.aside, self.name)

    def _write(self, report: Report) -> None:
        assert self.stream is not None
        with self._named():
            self.stream.write(report.to_json() + "\n")

    @contextlib.contextmanager
    def _named(self) -> Iterator[None]:
        """What keeps the file from being written is told of the name that it was to have, and nothing of it is left.

        Of standard output it is told as it is.
        """
        try:
            yield
        except OSError as error:
            if self.name is None or self.name == "-":
                raise
            if self.stream is not None:
                with contextlib.suppress(OSError):
                    self.stream.close()
                self.stream = None
            if self.aside:
                Path(self.aside).unlink(missing_ok=True)
            raise NotWritten(error.errno, error.strerror, self.name) from error
