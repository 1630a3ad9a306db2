"""What a regrade would do and did: who moves, by how much and because of which check, in data and in words."""

from __future__ import annotations

import json
import zlib
from collections import Counter
from dataclasses import dataclass

from autograder.core import Course, Report
from autograder.grading.store.journal import Entry


@dataclass(frozen=True, slots=True)
class Change:
    """What one check gave and would give; None where it was not there."""

    check: str
    title: str
    old: float | None
    new: float | None


@dataclass(frozen=True, slots=True)
class Judged:
    """One submission judged again: its entry in the journal as it is and, packed, as it would be."""

    name: str
    file: str
    old_key: str
    old_score: float | None
    new_score: float | None
    changes: tuple[Change, ...]
    packed: bytes
    kept: bytes | None  # a new observation, of a submission that was run again

    @property
    def moves(self) -> bool:
        """Whether its score changes."""
        return self.old_score != self.new_score

    @property
    def lower(self) -> bool:
        """Whether it would have fewer points than it has."""
        return self.old_score is not None and (self.new_score is None or self.new_score < self.old_score)

    def entry(self) -> Entry:
        """The journal's new entry."""
        return unpacked(self.packed)


@dataclass(frozen=True)
class Plan:
    """What a regrade would do. `same` counts the submissions that were judged by these very checks before.

    `rerun` names the submissions that were run again, with the reason; `left` those that could not be judged.
    """

    course: Course
    assignment: str
    judged: tuple[Judged, ...]
    same: int = 0
    rerun: tuple[tuple[str, str], ...] = ()
    left: tuple[tuple[str, str], ...] = ()

    @property
    def moves(self) -> tuple[Judged, ...]:
        """Those whose score would change."""
        return tuple(each for each in self.judged if each.moves)


@dataclass(frozen=True)
class Applied:
    """What applying a plan did: who moved, who kept more points than the new checks give, what was not recorded."""

    written: int
    moved: int
    kept_higher: tuple[str, ...] = ()
    left_out: tuple[tuple[str, str], ...] = ()
    untimed: tuple[tuple[str, str], ...] = ()


def describe(plan: Plan) -> str:
    """The plan in words: who moves, by how much, because of which checks."""
    moves = plan.moves
    total = len(plan.judged) + plan.same
    lines = [f"{plan.assignment}: {len(plan.judged)} of {total} judged again, {len(moves)} would move"]
    if plan.same:
        lines.append(f"{plan.same} were judged by these very checks before")
    width = max((len(each.name) for each in moves), default=0)
    for each in moves:
        by = "" if each.old_score is None or each.new_score is None else f"({each.new_score - each.old_score:+g})"
        why = "; ".join(f"{change.check} {in_points(change.old)} → {in_points(change.new)}" for change in each.changes)
        lines.append(
            f"  {each.name:{width}}  {in_points(each.old_score)} → {in_points(each.new_score)} {by}  {why}".rstrip()
        )
    checks = Counter(change.check for each in moves for change in each.changes)
    if checks:
        lines.append("by check: " + ", ".join(f"{check} moves {count}" for check, count in checks.most_common()))
    lines += [f"run again: {name}: {reason}" for name, reason in plan.rerun]
    lines += [f"not judged: {name}: {reason}" for name, reason in plan.left]
    return "\n".join(lines)


def describe_applied(applied: Applied) -> str:
    """What was done, in words."""
    lines = [f"written: {applied.written} reports, of which {applied.moved} have another score"]
    lines += [f"kept the higher score: {name}" for name in applied.kept_higher]
    lines += [f"not all is recorded: {name}: {reason}" for name, reason in applied.left_out]
    lines += [f"time of submission not known: {name}: {reason}" for name, reason in applied.untimed]
    return "\n".join(lines)


def in_points(score: float | None) -> str:
    return "none" if score is None else f"{score:g}"


def packed(entry: Entry) -> bytes:
    tree = [entry.key, entry.report.to_dict(), entry.cpu_s, entry.wall_s, entry.content, entry.file, entry.salt]
    return zlib.compress(json.dumps(tree).encode(), 1)


def unpacked(packed: bytes) -> Entry:
    key, report, *rest = json.loads(zlib.decompress(packed))
    return Entry(key, Report.from_dict(report), *rest)
