"""What an export would do: a plan is looked at first, then written as it stands."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from autograder.core import AutograderError, write_whole
from autograder.reporting.feedback.text import one_line

SHOWN = 20  # of a long list in the description


class ExportError(AutograderError):
    """Nothing was written; the message says why, and what to do."""


@dataclass(frozen=True, slots=True)
class Mark:
    """One student's row: `line` in the file, `id` as matched, the mark before and after."""

    line: int
    id: str
    name: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Plan:
    """The whole of an export before it happens.

    `changed` and `unchanged` are the matched rows. `unmatched` are our students without a row, `absent` rows without
    a report, `duplicate` students who cannot be told apart from others, none of whom is filled, `kept` rows that must
    stay as they are with the reason. `problems` forbid writing; `warnings` do not. `content` is exactly what will be
    written.
    """

    target: str
    column: str
    by: str
    changed: tuple[Mark, ...] = ()
    unchanged: tuple[Mark, ...] = ()
    unmatched: tuple[str, ...] = ()
    absent: tuple[str, ...] = ()
    duplicate: tuple[str, ...] = ()
    kept: tuple[str, ...] = ()
    unscored: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    content: bytes = b""
    source: Path | None = None

    @property
    def ready(self) -> bool:
        """Whether the plan may be written."""
        return not self.problems


def describe(plan: Plan, *, every: bool = False) -> str:
    """The plan for a terminal: what is in the way first, then what would change; `every` lists all rows."""
    limit = None if every else SHOWN
    out = [f"{one_line(plan.target)}: column “{one_line(plan.column)}”, matched by {one_line(plan.by)}"]
    out += [f"  ✗ {one_line(problem)}" for problem in plan.problems]
    out += [f"  ! {one_line(warning)}" for warning in plan.warnings]
    out.append(f"  {len(plan.changed)} to change, {len(plan.unchanged)} already as they should be")
    for mark in plan.changed[:limit]:
        name = f" ({one_line(mark.name, 40)})" if mark.name else ""
        old = one_line(mark.old, 20) or "empty"
        out.append(f"    {one_line(mark.id, 40)}{name}: {old} → {one_line(mark.new, 20)}")
    out += _more(len(plan.changed), limit)
    for title, names in (
        ("of ours not found in the file", plan.unmatched),
        ("in the file without a report, left as they are", plan.absent),
        ("that cannot be told apart, none of them filled", plan.duplicate),
        ("kept as they are", plan.kept),
    ):
        if names:
            out.append(f"  {len(names)} {title}")
            out += [f"    {one_line(name, 100)}" for name in names[:limit]]
            out += _more(len(names), limit)
    ready = "Ready to be written, without those who cannot be told apart." if plan.duplicate else "Ready to be written."
    out.append(ready if plan.ready else "Nothing can be written until this is mended.")
    return "\n".join(out) + "\n"


def write(plan: Plan, out: Path | str) -> Path:
    """Write what the plan holds to `out`, whole or not at all.

    Raises ExportError for a plan with problems, and when `out` is the file that was read: the instructor's own export
    stays as a way back.
    """
    if not plan.ready:
        raise ExportError("; ".join(plan.problems))
    path = Path(out)
    if plan.source is not None and path.exists() and path.samefile(plan.source):
        raise ExportError(f"{path} is the file that was read; write to another one")
    write_whole(path, plan.content, mode=0o600)  # marks are for the owner alone
    return path


def _more(count: int, limit: int | None) -> list[str]:
    return [f"    … and {count - limit} more"] if limit is not None and count > limit else []
