"""A declared assignment looked at in this process, in seconds: what would be asked, what wrong solutions would be told.

Nothing is written, nothing is built, and no sandbox is needed: only the instructor's own code runs.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from autograder import callables
from autograder.assignments import MARK
from autograder.authoring import declared, students
from autograder.authoring.cells import ExtractionError, cell_text
from autograder.authoring.source import source_notebook
from autograder.core import AutograderError, Report
from autograder.judging import Rubric
from autograder.notebooks import is_judged

WRONG = 3  # made-up wrong solutions that are shown
KINDS = 6  # kinds of faults that are named for each callable


def preview(path: Path, name: str, rubric: Rubric) -> tuple[list[str], list[str]]:
    """What is to be told of the source notebook at `path`, line by line; and a sentence for all that is not as it must
    be: what the build would refuse it for, and where the grader itself failed.

    Raises AutograderError, with the sentence that the build has, where it cannot be asked at all.
    """
    notebook = source_notebook(path)
    declaration = declared.declaration(notebook)
    if declaration is None:
        raise ExtractionError(f"{path} has no cell tagged `autograder`, which declares how it is to be asked")
    source = declared.reference(notebook, name).partition(MARK)[0]
    points = _points(notebook)
    try:
        exam = declared.exam(callables.Reference(name, source, declaration), tuple(points))
        problems, failures = declared.refused(exam), list[str]()
        facts = students.facts_of(notebook, name)
        stated = students.stated(facts)
        lines = [*_asked(exam, points, stated), *_trials(exam, points, rubric, notebook, problems, failures)]
        lines += ["", *(f"note: {each}" for each in declared.notes(exam))]
        problems = problems or declared.unproved(exam, points, rubric, notebook)
        problems = problems or students.self_checked(exam.reference, facts)
        return lines, [*(f"the build would refuse it: {each}" for each in problems), *failures]
    except LookupError as error:
        raise AutograderError(str(error.args[0])) from None


def _points(notebook: Mapping[str, Any]) -> dict[str, float]:
    """The points of each grade cell that checks give."""
    metas = [cell.get("metadata", {}).get("nbgrader") or {} for cell in notebook["cells"]]
    return {meta["grade_id"]: float(meta.get("points", 0)) for meta in metas if is_judged(meta)}


def _asked(exam: callables.Exam, points: Mapping[str, float], stated: Mapping[str, Sequence[str]]) -> Iterator[str]:
    """What each callable is asked; `stated` is what the release tells students of every right answer."""
    cells = callables.items(tuple(points), exam)
    for name in exam.asked:
        signature = exam.reference.signatures[name]
        yield ""
        yield f"{name}({', '.join(signature.arguments)}) -> {', '.join(exam.names(name)) or 'nothing'}"
        worth = [
            f"{each.id} {points[each.id]:g} ({', '.join(each.results)})" for each in cells if each.callable == name
        ]
        yield f"  points     {'; '.join(worth)}"
        yield f"  arguments  {'; '.join(_arguments(exam, name)) or 'none'}"
        questions = exam.of(name)
        yield f"  asked      {len(questions)} times: {'; '.join(map(_situation, questions))}"
        for key, why in exam.left_out.items():
            if key.startswith(f"{name}/"):
                yield f"  left out   {key.removeprefix(f'{name}/')}: {why}"
        if used := exam.repeated.uses.get(name):
            where = "these are wrong, with their" if len(used) > 1 else "that is wrong, with its"
            yield f"  calls      {', '.join(used)}; judged, where {where} recorded answers"
        if holding := stated.get(name):
            yield f"  stated     to students, for their self-check: {'; '.join(holding)}"
        kinds = exam.families.candidates.kinds(name)
        such = ", ".join([*kinds][:KINDS])
        yield f"  faults     {kinds.total()} small changes of {len(kinds)} kinds are known, such as {such}"


def _situation(question: callables.CallsQuestion) -> str:
    """Everyday ones by their sizes or choice, special ones in a word."""
    everyday = question.plain or "/sizes " in question.id
    return question.situation if everyday else question.id.partition("/")[2]


def _arguments(exam: callables.Exam, name: str) -> Iterator[str]:
    declared_ = exam.reference.declaration
    handed = declared_.handed_on(name)
    for label in exam.reference.signatures[name].arguments:
        if label in handed:
            yield f"{label} from {handed[label].after}"
        elif (draw := declared_.draws.get(declared_.drawn_as(name, label))) is not None:
            shape = f" ({', '.join(map(str, draw.symbols))}{',' * (len(draw.symbols) == 1)})" if draw.symbols else ""
            yield f"{label} {draw.kind}{shape}"
        else:
            yield f"{label} as it is by default, or drawn together"


def _trials(
    exam: callables.Exam,
    points: Mapping[str, float],
    rubric: Rubric,
    notebook: Mapping[str, Any],
    problems: list[str],
    failures: list[str],
) -> Iterator[str]:
    """Your solution graded, then a few wrong ones; `problems` and `failures` are added to."""
    (report,) = callables.judge([callables.tried(exam, points, rubric, exam.reference.fresh, "the solution")])
    yield ""
    if report.score is None:
        yield f"your solution: {(failed := _failed(report))}"
        problems.append(f"the solution is not judged: {failed}")
        return
    yield f"your solution earns {report.score:g} of {report.max_score:g} points"
    if report.score != report.max_score:
        problems += [f"{check.method}: {check.rationale}" for check in report.checks if check.rationale]
    for number, each in enumerate(callables.made_up(exam, points, rubric, WRONG), 1):
        yield ""
        yield f"wrong solution {number}, made up: {each.function}{_place(notebook, exam.reference.source, each)}"
        yield f"    {each.before}"
        yield f"  → {each.after}"
        if each.report.score is None:
            yield f"  {(failed := _failed(each.report))}"
            failures.append(f"wrong solution {number}, made up, is not judged: {failed}")
        else:
            yield from _lost(each.report)


def _failed(report: Report) -> str:
    """What the judge failed in, where a report has no score."""
    checks = [f"{check.id}: {check.help}" for check in report.checks if check.outcome == "internal_error"]
    what = "; ".join(checks) or "not all checks ran"
    return f"the grader itself failed ({what}); tell its maintainers this line"


def _place(notebook: Mapping[str, Any], source: str, made_up: callables.MadeUp) -> str:
    """Where the changed line stands in the notebook, `, cell 5, line 9`; nothing where it is not found."""
    line = source.split("\n")[made_up.line - 1]
    name = made_up.function.rpartition(".")[2]
    for number, cell in enumerate(notebook["cells"], 1):
        lines = cell_text(cell).split("\n") if cell["cell_type"] == "code" else []
        begin = next((k for k, text in enumerate(lines) if re.match(rf"\s*def {name}\b", text)), None)
        if begin is not None and line in (rest := lines[begin:]):
            return f", cell {number}, line {begin + rest.index(line) + 1}"
    return ""


def _lost(report: Report) -> Iterator[str]:
    lost = {name: part for name, part in report.methods.items() if part["score"] < part["max_score"]}
    if not lost:
        yield "  loses nothing: no question tells it from yours"
    for name, part in lost.items():
        yield f"  {name}: {part['score']:g} of {part['max_score']:g} points. A student reads:"
        unexplained = [check for check in report.checks if check.method == name and check.rationale]
        yield f"    {unexplained[0].rationale} {unexplained[0].help}".rstrip()
