"""What a worker does with a parcel: its submissions run and judged, or kept observations judged again."""

from __future__ import annotations

import contextlib
import json
import threading
import time
from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Any

from autograder.callables import Evidence, judge
from autograder.core import Report
from autograder.gradebook import Papers, page_of, papers_of, untouched
from autograder.grading.grader import Grader
from autograder.grading.store.observations import from_bytes, to_bytes
from autograder.grading.workers import memory
from autograder.grading.workers.kit import Kit, asked_digest, grader_for
from autograder.grading.workers.parcel import Done, Item, Parcel
from autograder.judging import internal_error, our_fault, unreadable
from autograder.notebooks import Submission, submission_in
from autograder.reporting import student_page
from autograder.sandbox import SandboxError

MOST_HELD = 8 << 20  # bytes of arrays in answers that wait together to be judged
MOST_BACK = 8 << 20  # bytes of kept observations that travel back together, and then some

# The graders of this process by kit, the last used last: as a sandbox belongs to one thread, one thread uses them.
_graders: dict[str, Grader] = {}
_lock = threading.Lock()
MOST_GRADERS = 3


def grade(parcel: Parcel) -> list[Done]:
    """Reports for the first submissions of a parcel, at least one, in order.

    What we fail at becomes its submission's `internal_error`. Raises SandboxError when this machine has no sandbox.
    """
    with _lock:
        done = _grade(_grader(parcel.kit), parcel)
    memory.give_back()  # between parcels most of it is free
    return done


def get_ready(kits: Sequence[Kit], several: bool) -> None:
    """Make what workers need of the first kits, before they, `several` or one, are forked from this process.

    What cannot be made is told by the worker that needs it.
    """
    with memory.uncollected():
        for kit in kits[:MOST_GRADERS]:
            with contextlib.suppress(Exception):
                _grader(kit).get_ready(kit.assignment, several)
        with contextlib.suppress(Exception):
            student_page.get_ready()


def close_all() -> None:
    """End the sandboxes of this process."""
    while _graders:
        _graders.popitem()[1].close()


def _grader(kit: Kit) -> Grader:
    name = kit.digest
    grader = _graders.pop(name, None)
    if grader is None:
        while len(_graders) >= MOST_GRADERS:
            _graders.pop(next(iter(_graders))).close()
        grader = grader_for(kit)
    _graders[name] = grader
    return grader


def judge_again(parcel: Parcel) -> list[Done | str]:
    """For each submission the report by its kept observation, or the reason why it must be run again."""
    with _lock:
        grader = _grader(parcel.kit)
        out: dict[int, Done | str] = {}
        evidence: dict[int, Evidence] = {}
        for k, item in enumerate(parcel.items):
            submission = _read(grader, parcel.kit, item)
            if submission.fault:
                points = grader.bench(parcel.kit.assignment).release.points
                out[k] = Done(item.number, unreadable(submission, points, parcel.kit.isolation))
                continue
            kept = _kept_evidence(grader, parcel.kit, submission, item.kept)
            if isinstance(kept, str):
                out[k] = kept
            else:
                evidence[k] = kept
        reports = judge(list(evidence.values()))
        for (k, each), report in zip(evidence.items(), reports, strict=True):
            observation, item = each.observation, parcel.items[k]
            out[k] = Done(item.number, report, item.kept, observation.cpu_s, observation.wall_s)
        return [out[k] for k in range(len(parcel.items))]


def _kept_evidence(grader: Grader, kit: Kit, submission: Submission, kept: bytes | None) -> Evidence | str:
    if kept is None:
        return "no observation of it is kept"
    try:
        observation, asked = from_bytes(kept, grader.bench(kit.assignment).packed.known)
    except ValueError:
        return "its observation cannot be read"
    if asked != asked_digest(grader, kit):
        return "its questions changed"
    evidence = grader.evidence_from(submission, observation)
    wanted = (*evidence.exam.questions.values(), *evidence.follow_ups())
    if any(question.id not in observation.answers for question in wanted):
        return "what is judged now asks for questions that it was not asked"
    return evidence


def _read(grader: Grader, kit: Kit, item: Item) -> Submission:
    bench = grader.bench(kit.assignment)
    return submission_in(item.content, bench.assignment, bench.release, item.student, item.shown, item.notes)


def _grade(grader: Grader, parcel: Parcel) -> list[Done]:
    deadline = time.monotonic() + parcel.budget_s
    out: list[Done] = []
    examined: list[tuple[Item, Submission, Evidence | Report]] = []
    held = 0
    for k, item in enumerate(parcel.items):
        if k and (time.monotonic() > deadline or sum(len(done.kept or b"") for done in out) > MOST_BACK):
            break
        submission = _read(grader, parcel.kit, item)
        outcome = _examined(grader, parcel.kit, submission)
        examined.append((item, submission, outcome))
        held += 0 if isinstance(outcome, Report) else outcome.observation.array_bytes
        if held > MOST_HELD:
            out += _judged(grader, parcel, examined)
            examined, held = [], 0
    return out + _judged(grader, parcel, examined)


def _examined(grader: Grader, kit: Kit, submission: Submission) -> Evidence | Report:
    """What there is to be judged, or the report where there is nothing; raises SandboxError."""
    points = grader.bench(kit.assignment).release.points
    if submission.fault:
        return unreadable(submission, points, kit.isolation)
    try:
        return grader.examine(submission)
    except SandboxError:
        raise
    except Exception as error:
        return internal_error(submission, points, kit.isolation, our_fault(error))


def _judged(grader: Grader, parcel: Parcel, examined: list[tuple[Item, Submission, Evidence | Report]]) -> list[Done]:
    kit = parcel.kit
    evidence = {k: outcome for k, (_, _, outcome) in enumerate(examined) if not isinstance(outcome, Report)}
    reports = dict(zip(evidence, judge(list(evidence.values())), strict=True))
    asked, packed = asked_digest(grader, kit), grader.bench(kit.assignment).packed
    out = []
    for k, (item, submission, outcome) in enumerate(examined):
        if isinstance(outcome, Report):
            done = Done(item.number, outcome)
        else:
            ran = outcome.observation
            done = Done(item.number, reports[k], to_bytes(ran, asked, packed), ran.cpu_s, ran.wall_s)
        if parcel.papers:
            papers = papers_for(kit, done.report, submission, item.person)
            done = replace(done, papers=papers, line=done.report.to_json())
        out.append(done)
    return out


def papers_for(kit: Kit, report: Report, submission: Submission, person: str) -> Papers | str:
    """Notebook and page of a submission whose student's name in the gradebook is `person`, or why there are none."""
    if report.student is None or report.score is None:
        return "it has no mark"
    release = _release_in(kit.release)
    made = papers_of(release, report, submission)
    if isinstance(made, Papers):
        with contextlib.suppress(Exception):  # which then comes again where the page is put there, and is told
            page, shows = page_of(report, untouched(release, made.scores, person))
            return replace(made, page=page, shows=shows)
    return made


@lru_cache(maxsize=MOST_GRADERS)
def _release_in(raw: bytes) -> Any:
    return json.loads(raw)
