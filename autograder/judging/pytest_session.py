"""The pytest session that runs checks over the evidence on many submissions, and the reports made of what it says."""

from __future__ import annotations

import contextlib
import itertools
import os
import re
import sys
import traceback
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from autograder.core import ByHand, CheckResult, Report
from autograder.judging.outcomes import EVIDENCE, CheckFailed, NothingToJudge
from autograder.notebooks import ClosedFile, Submission

ResultOf = Callable[[Any, pytest.Item, pytest.CallInfo[None]], CheckResult]
OUR_FAULT = "The grader itself failed here. This costs you nothing: your instructor has been told."


def run_checks(folder: Path, evidence: Sequence[Any], result_of: ResultOf) -> list[dict[str, CheckResult]]:
    """The verdicts of the checks in a folder on each piece of evidence, by the check's id, from one pytest session.

    Raises KeyboardInterrupt, which pytest takes for an end of the session like any other.
    """
    if not evidence:
        return []
    session = _Session(evidence, result_of)
    with _undisturbed():
        pytest.main(
            [str(folder), "-c", str(folder / "pytest.ini"), "--rootdir", str(folder), *QUIETLY],
            plugins=[session],
        )
    if session.interrupted:
        raise KeyboardInterrupt
    return session.results


UNNEEDED = (
    "debugging", "doctest", "faulthandler", "junitxml", "legacypath", "monkeypatch", "pastebin", "recwarn", "setuponly",
    "setupplan", "skipping", "stepwise", "subtests", "tmpdir", "unittest",
)  # fmt: skip
QUIETLY = [
    *("-p", "no:cacheprovider", "-p", "no:terminal", "-p", "no:logging", "-p", "no:warnings", "-p", "no:capture"),
    # They collect garbage at the end of a session, which takes as long as the session itself.
    *("-p", "no:unraisableexception", "-p", "no:threadexception"),
    # Nothing here needs them, and to register each takes half a millisecond of every session.
    *itertools.chain.from_iterable(("-p", f"no:{name}") for name in UNNEEDED),
]


def unreadable(submission: Submission, points: dict[str, float], isolation: str) -> Report:
    """The report of a submission that no notebook could be read from: no points, and the reason."""
    return Report(
        submission.path, submission.student, submission.assignment, "unreadable", sum(points.values()),
        notes=(submission.fault, *submission.notes), isolation=isolation,
    )  # fmt: skip


def internal_error(submission: Submission, points: dict[str, float], isolation: str, reason: str) -> Report:
    """The report of a submission that we failed to grade: no score at all."""
    return Report(
        submission.path, submission.student, submission.assignment, "internal_error", sum(points.values()),
        notes=(reason,), isolation=isolation,
    )  # fmt: skip


def our_fault(error: BaseException, did: str = "failed") -> str:
    """What failed on our side, in a sentence for the instructor that says what to do."""
    if isinstance(error, ClosedFile):
        return f"not graded, no mark was changed: {error}"[:600]
    what = " ".join(f"{type(error).__name__}: {error}".split())[:300]
    remedy = "grade it once more; if it fails again, tell the maintainers of the grader this line"
    if isinstance(error, MemoryError):
        remedy = "close other programs or take fewer workers (--jobs 1), then grade it once more"
    elif isinstance(error, OSError):
        remedy = "look after the disk and the permissions that it names, then grade it once more"
    return f"not graded, no mark was changed: the grader {did} ({what}); {remedy}"


class _Session:
    """The plugin that carries evidence into the session and verdicts out of it."""

    def __init__(self, evidence: Sequence[Any], result_of: ResultOf):
        self.evidence, self.result_of, self.interrupted = evidence, result_of, False
        self.results: list[dict[str, CheckResult]] = [{} for _ in evidence]

    def pytest_configure(self, config: pytest.Config) -> None:
        config.stash[EVIDENCE] = list(self.evidence)

    def pytest_keyboard_interrupt(self, excinfo: pytest.ExceptionInfo[BaseException]) -> None:
        """Ctrl-C, or one of pytest's own ways to end a session."""
        self.interrupted |= excinfo.type is KeyboardInterrupt

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> bool | None:
        """Runs a check whose arguments are all there: pytest's own way there and back, with fixtures set up and taken
        down, takes longer than most checks. None for any other, which goes that way."""
        arguments = getattr(getattr(item, "callspec", None), "params", {})
        if "evidence" not in arguments or {*arguments} != {*getattr(item, "fixturenames", ())}:
            return None
        check = item.obj  # type: ignore[attr-defined]
        ending = (pytest.exit.Exception, KeyboardInterrupt)
        self._take(item, pytest.CallInfo.from_call(lambda: check(**arguments), when="call", reraise=ending))
        return True

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Lets go of the evidence: what pytest leaves is garbage that holds itself, and its megabytes would stay until
        that is looked for."""
        self.evidence = session.config.stash[EVIDENCE] = []
        for item in session.items:
            item.callspec.params.clear()  # type: ignore[attr-defined]

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_makereport(self, item: pytest.Item, call: pytest.CallInfo[None]) -> pytest.TestReport | None:
        """Takes the verdict. pytest's own report is not made: most of the judge's time went into its tracebacks, in
        which it prints every array of every frame, for nobody."""
        if getattr(item, "callspec", None) is None:
            return None
        if call.when == "call" or call.excinfo is not None:
            self._take(item, call)
        outcome = "passed" if call.excinfo is None else "failed"
        return pytest.TestReport(item.nodeid, item.location, {}, outcome, None, call.when)  # type: ignore[arg-type]

    def _take(self, item: pytest.Item, call: pytest.CallInfo[None]) -> None:
        """Keeps the verdict of a check; one that failed by our fault stays."""
        callspec = item.callspec  # type: ignore[attr-defined]
        index = int(callspec.id.partition("-")[0])  # more may stand behind the evidence's number
        result = self.result_of(callspec.params["evidence"], item, call)
        known = self.results[index].get(result.id)
        if known is None or known.outcome != "internal_error":
            self.results[index][result.id] = result
        if call.excinfo is not None:
            traceback.clear_frames(call.excinfo.tb)  # else they hold each other, and the evidence


def verdict(
    base: dict[str, Any], call: pytest.CallInfo[None], max_score: float, route: Callable[[], str]
) -> CheckResult:
    """What a check that ran says; anything but a verdict is our fault. `base` names the check.

    Nothing leaves it but a result: an exception here would end the session, and with it everybody's checks.
    """
    error = call.excinfo.value if call.excinfo is not None else None
    way = ""
    try:
        if error is None or isinstance(error, CheckFailed):
            way = route()
    except Exception as failed:
        error = failed
    if error is None and call.when == "call":
        return CheckResult(**base, outcome="passed", score=max_score, max_score=max_score, route=way)
    if isinstance(error, CheckFailed):
        return CheckResult(
            **base,
            outcome=error.outcome,
            score=max_score * error.earned,
            max_score=max_score,
            rationale=error.rationale,
            help=error.help,
            diagnoses=error.diagnoses,
            route=way,
        )
    if isinstance(error, NothingToJudge):
        return CheckResult(**base, outcome="skipped", score=0.0, max_score=max_score, rationale=str(error))
    reason = f"{type(error).__name__}: {error}"[:300]
    return CheckResult(
        **base, outcome="internal_error", score=0.0, max_score=max_score, rationale=OUR_FAULT, help=reason
    )


def report_of(
    evidence: Any, results: dict[str, CheckResult], wanted: list[str], drawn: Callable[[], dict[str, Any]]
) -> Report:
    """The report made of the checks `wanted`, whose points must add up to those there are; `drawn` gives what pages
    draw, and where it fails nothing is drawn.

    `evidence` has a submission, an observation, points and an isolation.
    """
    submission, observation = evidence.submission, evidence.observation
    checks = tuple(results[name] for name in wanted if name in results)
    missing = [name for name in wanted if name not in results]
    failed = [check for check in checks if check.outcome == "internal_error"]
    notes = (*submission.notes, *observation.notes)
    total = sum(evidence.points.values())
    judged = {name.partition("/")[0] for name in wanted}
    worth = sum(evidence.points[method] for method in judged)
    whole = not missing and abs(sum(check.max_score for check in checks) - worth) < 1e-6
    again = "grade it once more; if it fails again, tell the maintainers of the grader this line"
    if missing:
        notes = (f"not graded, no mark was changed: checks that did not run: {', '.join(missing)}; {again}", *notes)
    if failed:
        what = "; ".join(f"{check.id}: {check.help}" for check in failed)[:600]
        notes = (f"not graded, no mark was changed: the grader failed in {what}; {again}", *notes)
    pictures: dict[str, Any] = {}
    with contextlib.suppress(Exception):  # no mark hangs on it, neither this one nor another one of the session
        pictures = drawn()
    return Report(
        submission.path,
        submission.student,
        submission.assignment,
        "graded" if whole and not failed else "internal_error",
        total,
        checks=checks,
        notes=notes,
        isolation=evidence.isolation,
        evidence=pictures,
        by_hand=tuple(
            ByHand(name, worth, name not in submission.unanswered)
            for name, worth in evidence.points.items()
            if name not in judged
        ),
    )


@contextlib.contextmanager
def _undisturbed() -> Iterator[None]:
    """pytest in this process as it is meant to run: no plugins, options or output of the surroundings."""
    kept = {name: os.environ.pop(name) for name in ("PYTEST_ADDOPTS", "PYTEST_PLUGINS") if name in os.environ}
    before = os.environ.get("PYTEST_DISABLE_PLUGIN_AUTOLOAD")
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    current = os.environ.get("PYTEST_CURRENT_TEST")
    hidden = {name: module for name, module in sys.modules.items() if re.fullmatch(r"conftest", name)}
    for name in hidden:
        del sys.modules[name]
    try:
        yield
    finally:
        sys.modules.update(hidden)
        os.environ.update(kept)
        if before is None:
            os.environ.pop("PYTEST_DISABLE_PLUGIN_AUTOLOAD", None)
        else:
            os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = before
        if current is not None:
            os.environ["PYTEST_CURRENT_TEST"] = current
