"""What a run of the grader did, in figures and in the lines that the terminal shows."""

from __future__ import annotations

from dataclasses import dataclass

from autograder.reporting import plain


@dataclass(frozen=True)
class Summary:
    """What a run did. `counts` are by verdict; `fresh` of `total` were graded now, the others the journal had."""

    total: int
    fresh: int
    served: int
    counts: dict[str, int]
    seconds: float
    interrupted: bool = False
    left_out: tuple[tuple[str, str], ...] = ()
    untimed: tuple[tuple[str, str], ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def rate(self) -> float:
        """Submissions graded a second."""
        return self.fresh / self.seconds if self.seconds > 0 else 0.0

    @property
    def warnings(self) -> list[str]:
        """What the instructor should know beside the counts, a line each."""
        untimed = [
            f"{student}: the time of submission cannot be read, so nobody knows whether it was late ({reason}); mend "
            "the file, then run the command again"
            for student, reason in self.untimed
        ]
        return [*untimed, *self.notes]

    def __str__(self) -> str:
        if self.fresh == 0 and not self.interrupted and self.total:
            lines = [f"nothing to grade: all {self.total} are as they were graded before (--force grades them again)"]
        else:
            lines = [f"graded {self.fresh} in {self.seconds:.1f} s ({self.rate:.1f}/s)"]
            if self.served:
                lines[0] += f"; {self.served} as they were graded before"
        for verdict in ("unreadable", "internal_error"):
            if count := self.counts.get(verdict, 0):
                lines.append(f"{verdict}: {count}")
        lines += [f"not all is recorded: {plain(shown)}: {plain(reason)}" for shown, reason in self.left_out]
        lines += [plain(line) for line in self.warnings]
        if self.interrupted:
            left = self.total - self.fresh - self.served
            lines.append(f"stopped with {left} to go; run the command again to go on")
        return "\n".join(lines)
