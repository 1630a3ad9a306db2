"""What a run of the grader did, in figures and in the lines that the terminal shows."""

from __future__ import annotations

from dataclasses import dataclass

from autograder.reporting import plain


@dataclass(frozen=True)
class Summary:
    """What a run did. `counts` are by verdict; `fresh` of `total` were graded now, `served` stand as they were graded
    before, and `alike` have the report on another submission, which reads the same: of this run or an earlier one."""

    total: int
    fresh: int
    served: int
    counts: dict[str, int]
    seconds: float
    interrupted: bool = False
    left_out: tuple[tuple[str, str], ...] = ()
    untimed: tuple[tuple[str, str], ...] = ()
    notes: tuple[str, ...] = ()
    alike: int = 0

    @property
    def left(self) -> int:
        """How many have no report yet."""
        return self.total - self.fresh - self.served - self.alike

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
        lines = [self._graded()]
        for verdict in ("unreadable", "internal_error"):
            if count := self.counts.get(verdict, 0):
                lines.append(f"{verdict}: {count}")
        lines += [f"not all is recorded: {plain(shown)}: {plain(reason)}" for shown, reason in self.left_out]
        lines += [plain(line) for line in self.warnings]
        if self.interrupted and self.left < self.total:
            lines.append(f"stopped with {self.left} to go; run the command again to go on")
        return "\n".join(lines)

    def _graded(self) -> str:
        """How many were graded, and where the other reports come from."""
        if self.interrupted and self.left == self.total:
            return "stopped before the first submission was graded: nothing was recorded; run the command again"
        others = [f"{self.served} as they were graded before"] if self.served else []
        others += [f"{self.alike} read the same as one graded under another name"] if self.alike else []
        if self.fresh or self.interrupted or not self.total:
            return "; ".join([f"graded {self.fresh} in {self.seconds:.1f} s ({self.rate:.1f}/s)", *others])
        if self.alike == 0:
            others = [f"all {self.total} are as they were graded before"]
        return f"nothing to grade: {', '.join(others)} (--force grades them again)"
