"""A plain table of all marks, for a spreadsheet or a script."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence

from autograder.export.plan import Mark, Plan
from autograder.feedback import words
from autograder.feedback.terminal import faults_of
from autograder.feedback.text import sheet_cell
from autograder.records import Report

_PARTS = ("autograder", "changed_by_hand", "extra_credit", "late_penalty", "comments")


def dry_run(
    reports: Sequence[Report],
    *,
    names: Mapping[str, str] | None = None,
    bom: bool = False,
    skip_unscored: bool = False,
) -> Plan:
    """The table as a plan: a row for each submission, by student.

    `names` maps ids to names. `bom` marks the file as UTF-8 for Excel. Two reports of one student, and a report
    without a score (unless `skip_unscored`), forbid writing.
    """
    unscored = tuple(sorted(words.who(report) for report in reports if report.score is None))
    problems: list[str] = []
    warnings: list[str] = []
    if unscored:
        said = f"{len(unscored)} without a score, because the autograder failed on them: {', '.join(unscored[:10])}"
        (warnings if skip_unscored else problems).append(
            said + ("; left out" if skip_unscored else "; grade them again")
        )
    seen: dict[tuple[str, str | None], int] = {}
    for report in reports:
        if report.student is not None:
            seen[report.assignment, report.student] = seen.get((report.assignment, report.student), 0) + 1
    duplicate = tuple(f"{student} has {count} reports of {a}" for (a, student), count in seen.items() if count > 1)
    if duplicate:
        problems.append(f"{len(duplicate)} students have more than one report, see the list of duplicates")
    methods = list(dict.fromkeys(name for report in reports for name in words.methods_of(report)))
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    names = names or {}
    head = ["assignment", "student_id", *(["name"] if names else []), "verdict", "score", "max_score"]
    writer.writerow([*head, *_PARTS, *methods, "faults", "submission"])
    changed = []
    for line, report in enumerate(sorted(reports, key=lambda r: (r.assignment, words.who(r))), 2):
        if report.score is None:
            continue
        student = "" if report.student is None else report.student
        earned = [words.method_score(report, method) for method in methods]
        row = [
            sheet_cell(report.assignment),
            sheet_cell(student),
            *([sheet_cell(names.get(student, ""))] if names else []),
        ]
        row += [report.verdict, exact(report.score), exact(report.max_score), *_parts(report)]
        row += ["" if score is None else words.number(score[0]) for score in earned]
        writer.writerow([*row, sheet_cell(faults_of(report)), sheet_cell(report.submission)])
        changed.append(Mark(line, words.who(report), names.get(student, ""), "", exact(report.score)))
    return Plan(
        target="CSV",
        column="score",
        by="student_id",
        changed=tuple(changed),
        duplicate=duplicate,
        unscored=unscored,
        problems=tuple(problems),
        warnings=tuple(warnings),
        content=text.getvalue().encode("utf-8-sig" if bom else "utf-8", "replace"),
    )


def exact(points: float) -> str:
    """Points as the gradebook has them, to the sixth digit; without an exponent."""
    return f"{points:.6f}".rstrip("0").rstrip(".")


def _parts(report: Report) -> list[str]:
    """What makes up the score, column by column."""
    mark = report.mark
    if mark is None:
        return ["" if report.found is None else exact(report.found), "", "", "", ""]
    by_hand = sum((part.manual or 0.0) - (part.auto or 0.0) for part in mark.changed)
    said = "\n".join(f"{cell}: {text}" for cell, text in mark.comments)
    return [*map(exact, (mark.auto, by_hand, mark.extra, mark.penalty)), sheet_cell(said)]
