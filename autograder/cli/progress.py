"""How far a batch has got, on the terminal."""

from __future__ import annotations

import os
import sys
import time
from types import TracebackType
from typing import TYPE_CHECKING

from autograder.core import Report
from autograder.reporting import plain

if TYPE_CHECKING:
    from rich.progress import Progress as Bar

SHOWN_ALL_THE_SAME = ("FORCE_COLOR", "TTY_COMPATIBLE", "TTY_INTERACTIVE")  # by which rich takes a pipe for a terminal


class Progress:
    """A bar with rate and time left on a terminal; with `verbose`, a line for each finished submission as well.

    Where standard error is no terminal, or one that cannot move its cursor (TERM=dumb), only the lines appear. A
    context manager; the bar, which has a thread of its own, is there from `begin` on.
    """

    def __init__(self, total: int, *, verbose: bool = False, quiet: bool = False):
        self._verbose, self._fresh = verbose, 0
        self._start = time.monotonic()
        self._bar: Bar | None = None
        if not quiet and (sys.stderr.isatty() or any(map(os.environ.get, SHOWN_ALL_THE_SAME))):
            self._bar = _bar()
        if self._bar is not None:
            self._task = self._bar.add_task("", total=total, rate="")

    def __enter__(self) -> Progress:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._bar is not None:
            self._bar.stop()

    def begin(self) -> None:
        """Workers are there: show the bar."""
        if self._bar is not None:
            self._bar.start()

    def add(self, report: Report, fresh: bool) -> None:
        """One more submission is done; `fresh` is false for one that stands as it was graded before."""
        self._fresh += fresh
        if self._verbose and self._bar is not None:
            self._bar.console.print(line(report, fresh))
        elif self._verbose:
            print(line(report, fresh), file=sys.stderr)
        if self._bar is not None:
            seconds = time.monotonic() - self._start
            self._bar.update(self._task, advance=1, rate=f"{self._fresh / seconds:.1f}/s" if seconds > 0.5 else "")


def _bar() -> Bar | None:
    """A bar, None where rich finds that none can be shown; rich is imported for it alone, which takes its time."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, SpinnerColumn, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as Bar

    console = Console(stderr=True, highlight=False, markup=False, soft_wrap=True)
    if not console.is_terminal or console.is_dumb_terminal:
        return None
    return Bar(
        SpinnerColumn(),
        TextColumn("grading"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[rate]}"),
        TimeRemainingColumn(),
        console=console,
        transient=True,
    )


def line(report: Report, fresh: bool) -> str:
    """One finished submission in a line."""
    name = plain(report.student if report.student is not None else report.submission)
    score = "no score, our fault" if report.score is None else f"{report.score:g}/{report.max_score:g}"
    verdict = "" if report.verdict == "graded" else f"  {report.verdict}"
    return f"{name}  {report.assignment}  {score}{verdict}{'' if fresh else '  (as before)'}"
