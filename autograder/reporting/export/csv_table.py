"""A plain table of all marks, for a spreadsheet or a script."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence

from autograder.core import Report
from autograder.reporting.export.fill import Choices, mark_of, unmarked
from autograder.reporting.export.people import Person
from autograder.reporting.export.plan import Mark, Plan
from autograder.reporting.feedback import method_words, words
from autograder.reporting.feedback.terminal import faults_of
from autograder.reporting.feedback.text import sheet_cell

_PARTS = ("autograder", "changed_by_hand", "extra_credit", "late_penalty", "comments")


def dry_run(
    reports: Sequence[Report],
    choices: Choices = Choices(),  # noqa: B008  (frozen)
    *,
    people: Iterable[Person] = (),
    scores: Mapping[str, float | None] | None = None,
    bom: bool = False,
) -> Plan:
    """The table as a plan: a row for each submission, by student; who has handed in nothing is named in the plan.

    `people` are the students as the course knows them, for their names. `scores` are the marks by student's id,
    without which the reports' own are taken. `bom` marks the file as UTF-8 for Excel. Two reports of one student, and a
    report without a mark (unless the choices skip it), forbid writing.
    """
    known = {person.id: person for person in people}
    marks = [mark_of(report, scores) for report in reports]
    unscored, problems, warnings = unmarked(
        [words.who(report) for report, mark in zip(reports, marks, strict=True) if mark is None], choices
    )
    duplicate = _duplicate(reports)
    if duplicate:
        problems.append(f"{len(duplicate)} students have more than one report, see the list of duplicates")
    named = any(person.name or person.email for person in known.values())
    methods = list(dict.fromkeys(name for report in reports for name in method_words.methods_of(report)))
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    head = ["assignment", "student_id", *(["name", "email"] if named else []), "verdict", "score", "max_score"]
    writer.writerow([*head, *_PARTS, *methods, "faults", "submission"])
    changed = []
    pairs = sorted(zip(reports, marks, strict=True), key=lambda pair: (pair[0].assignment, words.who(pair[0])))
    for line, (report, mark) in enumerate(pairs, 2):
        if mark is None:
            continue
        person = known.get(report.student or "", Person(""))
        writer.writerow(_row(report, mark, person if named else None, methods))
        changed.append(Mark(line, words.who(report), person.name, "", exact(mark)))
    there = {report.student for report in reports}
    return Plan(
        target="CSV",
        column="score",
        by="student_id",
        changed=tuple(changed),
        absent=tuple(" ".join(filter(None, (p.id, p.name))) for p in known.values() if p.id not in there),
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
        return ["" if report.auto_score is None else exact(report.auto_score), "", "", "", ""]
    by_hand = sum((part.manual or 0.0) - (part.auto or 0.0) for part in mark.changed)
    said = "\n".join(f"{cell}: {text}" for cell, text in mark.comments)
    return [*map(exact, (mark.auto, by_hand, mark.extra, mark.penalty)), sheet_cell(said)]


def _duplicate(reports: Sequence[Report]) -> tuple[str, ...]:
    seen: dict[tuple[str, str], int] = {}
    for report in reports:
        if report.student is not None:
            seen[report.assignment, report.student] = seen.get((report.assignment, report.student), 0) + 1
    return tuple(f"{student} has {count} reports of {a}" for (a, student), count in seen.items() if count > 1)


def _row(report: Report, mark: float, person: Person | None, methods: Sequence[str]) -> list[str]:
    """One submission's cells; text that a spreadsheet would compute is neutralised."""
    earned = [method_words.method_score(report, method) for method in methods]
    return [
        sheet_cell(report.assignment),
        sheet_cell("" if report.student is None else report.student),
        *([] if person is None else [sheet_cell(person.name), sheet_cell(person.email)]),
        *(report.verdict, exact(mark), exact(report.max_score), *_parts(report)),
        *("" if score is None else words.number(score[0]) for score in earned),
        *(sheet_cell(faults_of(report)), sheet_cell(report.submission)),
    ]
