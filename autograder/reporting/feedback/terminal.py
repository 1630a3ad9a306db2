"""Reports as text for a terminal."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from rich.cells import cell_len

from autograder.core import ABSENT, CheckResult, Report
from autograder.reporting.feedback import mark_words, method_words, verdicts, words
from autograder.reporting.feedback.text import fit, one_line, pad, plain, wrap

ROWS = 50  # students listed one by one in a summary; the rest are counted
_SGR = {"passed": "32", "partial": "33", "failed": "31", "errored": "31", "timed_out": "31", "internal_error": "35"}


def result(report: Report, *, width: int = 88, color: bool = False) -> str:
    """One submission for its student: the verdict, then method by method what was seen and what to look at."""
    width = max(40, width)
    verdict = verdicts.verdict(report)
    head = f"{verdict.symbol} {verdict.headline}"
    out = [
        fit(f"{one_line(words.who(report), 200)} · {one_line(report.assignment, 80)}", width),
        _paint(head, verdict.outcome, color, bold=True),
        *wrap(plain(verdict.sentence), width, "  "),
    ]
    if report.verdict == "unreadable":
        out += [line for note in report.notes for line in wrap(plain(note), width, "  ")]
    if mark_words.accounted(report):
        out += ["", "How the mark came about"]
        out += [
            line
            for what, earned in mark_words.account(report)
            for line in wrap(f"{one_line(what)}: {earned}", width, "  ")
        ]
        for cell, text in mark_words.comments(report):
            out += wrap(f"On {one_line(cell, 60)}: {plain(text)}", width, "  ")
    # A report of a fault of ours may hold half of a judgement: nobody is to read a result out of that.
    for method in method_words.methods_of(report) if report.verdict != "internal_error" else ():
        out += ["", *method_lines(report, method, width=width, color=color)]
    if by_people := mark_words.by_people(report):
        out += ["", "Graded by a person"]
        out += [line for cell, said in by_people for line in wrap(f"{one_line(cell, 60)}: {said}", width, "  ")]
    notes = [] if report.verdict == "unreadable" else words.notes(report)
    if notes:
        out += ["", "Notes"]
        out += [line for note in notes for line in wrap(plain(note), width, "  - ")]
    if isolation := words.isolation_note(report):
        out += ["", *wrap(plain(isolation), width)]
    return "\n".join(out) + "\n"


def method_lines(report: Report, method: str, *, width: int = 88, color: bool = False) -> list[str]:
    """One method: its points with word and symbol, then every check with what was seen and what to look at."""
    outcome = method_words.method_outcome(report, method)
    score = method_words.method_score(report, method)
    earned = f"{words.points(*score)}, " if score else ""
    head = f"{words.SYMBOLS[outcome]} {one_line(method, 40)}: {earned}{method_words.method_word(report, method)}"
    out = [_paint(line, outcome, color, bold=True) for line in wrap(head, width)]
    if outcome == "internal_error":
        return [*out, *wrap(verdicts.OUR_FAULT, width, "  ")]
    if report.verdict == "unreadable":
        for reason in report.notes or (words.UNREADABLE,):
            out += wrap(plain(reason), width, "  ")
    elif not method_words.checks_of(report, method):
        out += ["  No check of this method was run."]
    for route in method_words.routes(report, method):
        out += wrap(f"Judged {plain(route)}.", width, "  ")
    for check in method_words.checks_of(report, method):
        out += _check_lines(check, width, color)
    return out


def _check_lines(check: CheckResult, width: int, color: bool) -> list[str]:
    """One check, its symbol painted."""
    symbol = words.SYMBOLS[check.outcome]
    earned = f" ({words.points(check.score, check.max_score)})" if check.max_score else ""
    claim = f"{method_words.answer(check)}: {one_line(check.title)}{earned}"
    lines = wrap(claim, width, f"  {symbol} ")
    lines[0] = lines[0].replace(symbol, _paint(symbol, check.outcome, color), 1)
    if check.outcome == "passed":
        return lines
    codes, untold = words.untold(check)
    if check.rationale:
        lines += wrap(plain(check.rationale) + "".join(f" [{one_line(code)}]" for code in codes), width, "      ")
    for fault in untold:
        said = f"{one_line(fault.of)} {words.fault(fault.code)}" + (f": {plain(fault.detail)}" if fault.detail else "")
        lines += wrap(f"{said} [{one_line(fault.code)}]", width, "      · ")
    if check.help:
        lines += wrap(plain(check.help), width, "      Look at: ", "      ")
    return lines


@dataclass(frozen=True, slots=True)
class _Row:
    """One submission in the class's table."""

    position: int
    who: str
    symbol: str
    outcome: str
    scores: dict[str, tuple[float, float] | None]
    total: float | None
    faults: str


class Tally:
    """A class's table and totals, gathered report by report: no report is held, so that a class may be of any size.

    At most `rows` students are listed one by one; submissions without a score before others, so that the cut never
    hides one.
    """

    def __init__(self, rows: int = ROWS):
        self.rows = max(1, rows)
        self.count = 0
        self._listed: list[_Row] = []
        self._methods: dict[str, None] = {}
        self._scores: list[float] = []
        self._highest = 0.0
        self._failed: list[tuple[int, str]] = []
        self._withheld: list[tuple[int, str]] = []
        self._waiting: Counter[str] = Counter()
        self._unreadable = 0
        self._absent = 0
        self._faults: Counter[tuple[str, str]] = Counter()

    def add(self, report: Report, position: int | None = None) -> None:
        """One more report; `position` is its place among the submissions, where they are not added in order."""
        position = self.count if position is None else position
        self.count += 1
        methods = method_words.methods_of(report)
        self._methods |= dict.fromkeys(methods)
        verdict, score = verdicts.verdict(report), mark_words.so_far(report)
        scores = {method: method_words.method_score(report, method) for method in methods}
        row = _Row(position, words.who(report), verdict.symbol, verdict.outcome, scores, score, faults_of(report))
        self._listed.append(row)
        if len(self._listed) > 2 * self.rows:
            self._cut()
        self._waiting.update(list(report.waiting))
        if mark_words.absent(report):
            self._absent += 1
        elif score is None and report.withheld:
            self._withheld.append((position, words.who(report)))
        elif score is None:
            self._failed.append((position, words.who(report)))
        else:
            self._scores.append(score)
            self._highest = max(self._highest, report.max_score)
        self._unreadable += report.verdict == "unreadable"
        self._faults.update(
            {(check.method, diagnosis.code) for check in report.checks for diagnosis in check.diagnoses}
        )

    def text(self, *, width: int = 100, color: bool = False) -> str:
        """Student, points per method, total, faults named; then the class as a whole."""
        if not self.count:
            return "No submissions.\n"
        width = max(40, width)
        self._cut()
        shown, methods = sorted(self._listed, key=lambda row: row.who), list(self._methods)
        columns = [max(6, cell_len(one_line(name, 12))) for name in methods]
        name_width = min(24, max(7, *(cell_len(one_line(row.who, 60)) for row in shown)))
        room = width - name_width - 9  # beside the student and the total
        if sum(columns) + 2 * len(columns) > room:  # a narrow terminal: names and totals come first
            methods, columns = [], []
        fault_width = room - sum(columns) - 2 * len(columns) - 2
        cells = [
            pad("student", name_width),
            *(one_line(name, 12).rjust(w) for name, w in zip(methods, columns, strict=True)),
        ]
        out = [fit("  ".join([*cells, "  total", "faults"]), width), "─" * width]
        for row in shown:
            cells = [pad(one_line(row.who, 60), name_width)]
            for method, column in zip(methods, columns, strict=True):
                score = row.scores.get(method)
                cells.append((words.number(score[0]) if score else "–").rjust(column))
            total = "none" if row.total is None else words.number(row.total)
            cells.append(_paint(f"{row.symbol}{total:>6}", row.outcome, color))
            cells.append(fit(row.faults, fault_width) if fault_width >= 10 else "")
            out.append("  ".join(cells).rstrip())
        if self.count > len(shown):
            out.append(f"… and {self.count - len(shown)} more, counted below.")
        return "\n".join([*out, "", *self._totals(width)]) + "\n"

    def _cut(self) -> None:
        self._listed = sorted(self._listed, key=lambda row: (row.total is not None, row.position))[: self.rows]

    def _totals(self, width: int) -> list[str]:
        """Counts over the whole class: verdicts, mean, and the faults by number of submissions."""
        scored, handed_in = len(self._scores), self.count - self._absent
        lines = [f"{handed_in} {'submission' if handed_in == 1 else 'submissions'}, {scored} scored"]
        if scored:
            so_far = " so far" if self._waiting else ""
            lines[0] += f", mean {math.fsum(self._scores) / scored:.2f} of {words.number(self._highest)}{so_far}"
        lines = wrap(lines[0], width)
        if self._failed:
            lines += wrap(
                f"! {len(self._failed)} without a score, our fault, grade again: {_some(self._failed)}", width
            )
        if self._withheld:
            lines += wrap(f"! {len(self._withheld)} without a mark in the gradebook: {_some(self._withheld)}", width)
        if self._absent:
            lines += wrap(f"– {self._absent} handed in nothing", width)
        lines += [
            fit(f"{count:>6} × {one_line(cell, 60)}: still to be graded by a person", width)
            for cell, count in sorted(self._waiting.items())[:20]
        ]
        if self._unreadable:
            lines += wrap(f"✗ {self._unreadable} without any work on the lesson that could be read", width)
        lines += [
            fit(f"{count:>6} × {method}: {words.fault(code)} [{code}]", width)
            for (method, code), count in sorted(self._faults.items(), key=lambda item: (-item[1], item[0]))[:20]
        ]
        return lines


def _some(people: list[tuple[int, str]]) -> str:
    """The first ten by their places."""
    return ", ".join(one_line(name, 40) for _, name in sorted(people)[:10]) + (", …" if len(people) > 10 else "")


def summary(reports: Sequence[Report], *, width: int = 100, color: bool = False, rows: int = ROWS) -> str:
    """The class as a table with its totals, see `Tally`."""
    tally = Tally(rows)
    for report in reports:
        tally.add(report)
    return tally.text(width=width, color=color)


def faults_of(report: Report) -> str:
    """The faults of one submission on one line, `dloss_dw: sign, factor; train: no-update`."""
    if report.verdict == "internal_error":
        return "autograder failed, grade again"
    if mark_words.absent(report):
        return ABSENT.rstrip(".").lower()
    if report.verdict == "unreadable":
        return "; ".join(one_line(note) for note in report.notes[:1]) or words.UNREADABLE
    by_method: dict[str, dict[str, None]] = {}
    for check in report.checks:
        if check.outcome != "passed":
            codes = [diagnosis.code for diagnosis in check.diagnoses] or (
                [] if check.outcome == "skipped" else [method_words.METHOD_WORDS[check.outcome]]
            )
            by_method.setdefault(check.method, {}).update(dict.fromkeys(codes))
    return one_line("; ".join(f"{method}: {', '.join(codes)}" for method, codes in by_method.items() if codes))


def _paint(text: str, outcome: str, color: bool, bold: bool = False) -> str:
    """`text` in the outcome's colour when asked; symbol and word carry the meaning without it."""
    codes = [code for code in ("1" if bold else "", _SGR.get(outcome, "")) if code]
    return f"\x1b[{';'.join(codes)}m{text}\x1b[0m" if color and codes else text
