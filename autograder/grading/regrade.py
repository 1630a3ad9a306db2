"""A class judged again after a check, a tolerance, the rubric or the points changed.

Kept observations are judged, nothing is run again but what must be: a submission whose questions changed, or that the
new checks ask more of than it was asked. A plan says who would move, by how much and because of which check; until it
is applied nothing is written. Manual grades and comments in the gradebook stay as they are.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, wait
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from autograder.core import Course, Report
from autograder.grading import handed_in
from autograder.grading.batch import BatchError
from autograder.grading.grader import Task
from autograder.grading.recorder import Recorder
from autograder.grading.regrade_plan import Applied, Change, Judged, Plan, packed
from autograder.grading.store import journal as journals
from autograder.grading.store.journal import Entry, Journal, who
from autograder.grading.store.observations import Shelf
from autograder.grading.versions import digest
from autograder.grading.workers import worker
from autograder.grading.workers.executors import Processes, cores
from autograder.grading.workers.interrupts import told_to_stop
from autograder.grading.workers.kit import Kit, kit_of, observation_key, report_key, unread
from autograder.grading.workers.parcel import Done, Item, Parcel
from autograder.notebooks import ClosedFile, UnreadableNotebook, content
from autograder.reporting import plain

CHUNK = 32


@dataclass(frozen=True, slots=True)
class _Old:
    """A current entry of the journal, where it lies now, with its submission as it is on the disk now."""

    entry: Entry
    kit: Kit
    item: Item


def plan(course: Course, assignment: str, *, jobs: int | None = None) -> Plan:
    """Judge an assignment's submissions again; writes nothing.

    Raises GradingError when the assignment is not built, JournalError when the journal cannot be read, and
    KeyboardInterrupt when it is stopped.
    """
    kits: dict[tuple[str, str], Kit] = {}
    olds: dict[int, _Old] = {}
    left: list[tuple[str, str]] = []
    same = 0
    for number, entry in enumerate(journals.entries(course, assignment)):
        key = (entry.salt, entry.report.isolation)
        kit = kits.get(key) or kits.setdefault(key, kit_of(course, assignment, *key))
        work = _work(course, entry)
        if isinstance(work, str):
            left.append((_name(entry.report), work))
        elif report_key(kit, work.raw, work.notes) == entry.key and entry.report.verdict != "internal_error":
            same += 1
        elif not entry.content:
            left.append((_name(entry.report), "it was too large to be read; grade it again"))
        else:
            kept = Shelf(course.state / "observations").get(observation_key(kit, entry.content))
            item = Item(number, entry.report.submission, entry.report.student, work.raw, kept, work.notes)
            olds[number] = _Old(replace(entry, file=course.noted(work.path)), kit, item)
    judged: dict[int, Judged] = {}
    rerun: dict[int, str] = {}
    if olds:
        with told_to_stop() as stop, Processes(min(jobs or cores(), len(olds))) as pool:
            try:
                for parcel, answers in _spread(pool, worker.judge_again, _parcels(olds.values()), stop.is_set):
                    for item, answer in zip(parcel.items, answers, strict=True):
                        if isinstance(answer, str):
                            rerun[item.number] = answer
                        else:
                            judged[item.number] = _compared(olds[item.number], answer, fresh=False)
                again = [olds[number] for number in sorted(rerun)]
                for _, outcomes in _spread(pool, worker.grade, _parcels(again), stop.is_set):
                    for done in outcomes:
                        judged[done.number] = _compared(olds[done.number], done, fresh=True)
            except BaseException:
                pool.shutdown(cancel_futures=True)
                raise
    names = {number: _name(old.entry.report) for number, old in olds.items()}
    return Plan(
        course, assignment, tuple(judged[number] for number in sorted(judged)), same,
        tuple((names[number], rerun[number]) for number in sorted(rerun)), tuple(left),
    )  # fmt: skip


def apply(plan: Plan, *, never_lower: bool = False) -> Applied:
    """Write a plan's reports to the journal and, where it has the submission, to the gradebook.

    With `never_lower` a submission that would lose points keeps its report. Raises JournalError, or BatchError when
    the gradebook could not be written: then the next run of `autograder grade` finishes it.
    """
    course = plan.course
    kept_higher: list[str] = []
    left: list[tuple[str, str]] = []
    written = moved = 0
    with journals.opened(course) as journal, told_to_stop():
        shelf = Shelf(course.state / "observations")
        recorder = Recorder(course, journal, lambda name, raw, notes: _key(keys, raw), enabled=True)
        keys: dict[str, str] = {}
        for start in range(0, len(plan.judged), CHUNK):
            chunk: list[Entry] = []
            for each in plan.judged[start : start + CHUNK]:
                entry = each.entry()
                if journal.current_key(who(entry.report)) != each.old_key:
                    left.append((each.name, "it was graded anew meanwhile"))
                    continue
                if never_lower and each.lower:
                    old = journal.find(each.old_key)
                    if old is not None:
                        kept_higher.append(each.name)
                        entry = replace(entry, report=replace(old.report, **_whose(entry.report)))
                if each.kept is not None:
                    with contextlib.suppress(OSError):  # without it, the next regrade runs the submission again
                        shelf.put(_shelf_key(plan, entry), each.kept)
                moved += entry.report.score != each.old_score
                chunk.append(entry)
            written += _write(course, journal, recorder, keys, chunk)
        recorder.finish()
        if recorder.problem:
            raise BatchError(f"{recorder.problem} (the journal has the new reports)")
    return Applied(written, moved, tuple(kept_higher), (*left, *recorder.left_out), tuple(recorder.untimed))


# ---------------------------------------------------------------------------------------------------------- the work


@dataclass(frozen=True, slots=True)
class _Work:
    """The submission that an entry is of: where it lies now, its bytes, what is to be noted of its folder."""

    path: Path
    raw: bytes
    notes: tuple[str, ...]


def _work(course: Course, entry: Entry) -> _Work | str:
    """The submission that an entry is of, or why it cannot be judged again.

    Its bytes say whether it is the same: a course, a folder or a file that was moved or renamed is.
    """
    student, assignment = entry.report.student, entry.report.assignment
    slot = course.slot(student, assignment) if student is not None else None
    if slot is None:
        return "the folder that it lay in is not there any more; look whether it was moved"
    try:
        handed = handed_in.at(slot, assignment)
    except handed_in.Undecided as error:
        return str(error)
    path = handed.chosen
    if path is None:
        return "nothing in its folder counts now; look what is in it"
    try:
        raw = content(path)
    except UnreadableNotebook as error:
        return f"{error}; grade it again" if entry.content else _Work(path, unread(str(error)), handed.notes)
    except ClosedFile as error:
        return str(error)
    if digest(raw) != entry.content:
        if _lies_where_it_lay(course, path, entry):
            return "it was changed since it was graded; grade it again"
        return "another file counts in its folder now; grade it again"
    return _Work(path, raw, handed.notes)


def _lies_where_it_lay(course: Course, path: Path, entry: Entry) -> bool:
    """Whether a file's place in the course is that of the entry's, wherever the course lay then."""
    parts = Path(course.noted(path)).parts
    return Path(entry.file).parts[-len(parts) :] == parts


def _parcels(olds: Any) -> Iterator[Parcel]:
    """Submissions of one kit together, in chunks."""
    by_kit: dict[str, list[_Old]] = {}
    for old in olds:
        by_kit.setdefault(old.kit.digest, []).append(old)
    for group in by_kit.values():
        for start in range(0, len(group), CHUNK):
            chunk = group[start : start + CHUNK]
            yield Parcel(chunk[0].kit, tuple(old.item for old in chunk), budget_s=float("inf"))


def _spread(
    pool: Processes, work: Callable[[Parcel], Any], waiting: Iterator[Parcel], stopped: Callable[[], bool]
) -> Iterator[tuple[Parcel, Any]]:
    """What `work` gives for each parcel, or for its first submissions and then the rest; raises what it raises."""
    running: dict[Future[Any], Parcel] = {}
    while True:
        while len(running) < 2 * pool.slots and (parcel := next(waiting, None)) is not None:
            running[pool.submit(work, parcel)] = parcel
        if not running:
            return
        finished, _ = wait(running, timeout=0.2, return_when=FIRST_COMPLETED)
        if stopped():
            raise KeyboardInterrupt
        for future in finished:
            parcel, answers = running.pop(future), future.result()
            if rest := parcel.items[len(answers) :]:
                running[pool.submit(work, replace(parcel, items=rest))] = replace(parcel, items=rest)
            yield replace(parcel, items=parcel.items[: len(answers)]), answers


def _compared(old: _Old, done: Done, *, fresh: bool) -> Judged:
    done = replace(done, report=Report.from_dict(done.report.to_dict()))  # rounded as the journal's are
    entry = Entry(
        report_key(old.kit, old.item.content, old.item.notes), done.report, done.cpu_s or old.entry.cpu_s,
        done.wall_s or old.entry.wall_s, old.entry.content, old.entry.file, old.entry.salt,
    )  # fmt: skip
    before = {check.id: check for check in old.entry.report.checks}
    after = {check.id: check for check in done.report.checks}
    changes = []
    for name in dict.fromkeys((*before, *after)):
        was, now = before.get(name), after.get(name)
        title = now.title if now is not None else before[name].title
        change = Change(name, title, None if was is None else was.score, None if now is None else now.score)
        if change.old != change.new:
            changes.append(change)
    return Judged(
        _name(done.report), old.entry.file, old.entry.key, old.entry.report.score, done.report.score, tuple(changes),
        packed(entry), done.kept if fresh else None,
    )  # fmt: skip


def _write(course: Course, journal: Journal, recorder: Recorder, keys: dict[str, str], chunk: Sequence[Entry]) -> int:
    """A chunk into the journal, then into the gradebook if that has these submissions."""
    if not chunk:
        return 0
    known = [entry for entry in chunk if journal.recorded_key(who(entry.report)) is not None]
    journal.append(chunk)
    for entry in known:
        keys[entry.content] = entry.key
        work = _work(course, entry)
        notes = () if isinstance(work, str) else work.notes
        task = Task(course.root / entry.file, entry.report.submission, entry.report.student, notes)
        recorder.add_served(task, entry)
    recorder.record_held()
    return len(chunk)


def _key(keys: dict[str, str], raw: bytes) -> str:
    """The key under which a file's bytes were just journaled."""
    return keys.get(digest(raw), "")


def _shelf_key(plan: Plan, entry: Entry) -> str:
    return observation_key(kit_of(plan.course, plan.assignment, entry.salt, entry.report.isolation), entry.content)


def _whose(report: Report) -> dict[str, Any]:
    return {"submission": report.submission, "student": report.student}


def _name(report: Report) -> str:
    return plain(report.student if report.student is not None else report.submission)
