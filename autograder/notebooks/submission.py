"""A submitted notebook as the cells to run, repaired against the release; nothing of it is executed."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from autograder import assignments
from autograder.assignments import Assignment
from autograder.notebooks.by_hand import as_text, unanswered
from autograder.notebooks.dependencies import Parsed, needed, syntax_of
from autograder.notebooks.plain_python import LONG, MANY, compiles, plain_python, runs_as, too_many
from autograder.notebooks.reading import RawCell, RawNotebook, UnreadableNotebook, content, parse, read
from autograder.notebooks.records import Cell, Submission
from autograder.notebooks.release import Release
from autograder.notebooks.stubs import defines, is_worked, without_stubs
from autograder.notebooks.unread import Patience

ALL_LONG = 1_000_000  # of all code cells together; those that follow are left out
INSTRUCTORS = frozenset({"autograder", "alternative"})  # tags of a source's cells that no release contains


def read_submission(
    path: Path, assignment: Assignment, release: Release, student: str | None, shown: str, notes: Sequence[str] = ()
) -> Submission:
    """The submission in a file; one that holds no notebook has a `fault` and no cells.

    Raises ClosedFile when the grader cannot get at the file, and nothing else for bad input.
    """
    try:
        raw = content(path)
    except UnreadableNotebook as error:
        return Submission(shown, student, assignment.name, notes=tuple(notes), fault=str(error))
    return submission_in(raw, assignment, release, student, shown, notes)


def submission_in(
    raw: bytes, assignment: Assignment, release: Release, student: str | None, shown: str, notes: Sequence[str] = ()
) -> Submission:
    """The submission in a file's bytes, as `read_submission`; `notes` are what is known of it beside its bytes."""
    try:
        notebook = parse(raw)
    except UnreadableNotebook as error:
        return Submission(shown, student, assignment.name, notes=tuple(notes), fault=str(error))
    other = other_lesson(notebook, assignment, release)
    if other is not None:
        fault = (
            f"this is the notebook of another lesson, {other}, not of {assignment.name}: "
            f"hand in your notebook of {assignment.name}"
        )
        return Submission(shown, student, assignment.name, notes=tuple(notes), fault=fault, notebook=notebook.tree)
    noted = [*notes, *notebook.notes]
    cells = _runnable(notebook, assignment, release, noted)
    blank = unanswered(notebook, release.answers, release.texts, assignment.defined_names)
    return Submission(shown, student, assignment.name, tuple(cells), tuple(noted), "", notebook.tree, blank)


def class_in(path: Path, class_names: Mapping[str, Sequence[str]]) -> str | None:
    """Which assignment a notebook is for, found by a class that it defines; None when it does not tell.

    `class_names` are the classes by assignment. Where several are defined, the one with methods written. Raises
    ClosedFile.
    """
    try:
        notebook = read(path)
    except UnreadableNotebook:
        return None
    held = [name for name, classes in class_names.items() if classes and _holds(notebook, classes)]
    worked = [name for name in held if any(is_worked(cell.source, class_names[name]) for cell in notebook.cells)]
    return next(iter((*worked, *held)), None)


def other_lesson(notebook: RawNotebook, assignment: Assignment, release: Release) -> str | None:
    """The other assignment whose notebook it is: its class is there and nothing of this one's is; None otherwise."""
    if _holds(notebook, assignment.telling_names):
        return None
    released = "\n".join(release.given)
    for name, classes in assignments.class_names().items():
        theirs = [each for each in classes if each not in assignment.defined_names and not defines(released, [each])]
        if name != assignment.name and theirs and _holds(notebook, theirs):
            return name
    return None


def _holds(notebook: RawNotebook, names: Sequence[str]) -> bool:
    """Whether any cell of any kind defines a class or function of one of these names."""
    return any(defines(cell.source, names) for cell in notebook.cells)


def _runnable(notebook: RawNotebook, assignment: Assignment, release: Release, notes: list[str]) -> list[Cell]:
    grade_seen: dict[str, int] = dict.fromkeys(release.grade, 0)
    code: list[RawCell] = []
    edited: list[RawCell] = []
    for cell in _students_own(notebook, notes):
        grade_id = cell.nbgrader.get("grade_id")
        text = as_text(cell.source)
        known = next((name for name, source in release.grade.items() if source == text), None)
        if known is None and isinstance(grade_id, str) and grade_id in release.grade:
            known = grade_id
            if cell.cell_type == "code" and text:
                edited.append(cell)
        if known is not None:
            grade_seen[known] += 1
        # A changed cell may be a copy that a student put code of their own into: editors copy ids as well.
        if cell.cell_type == "code" and (known is None or text != release.grade[known]):
            code.append(cell)
    _note_grade_cells(grade_seen, edited, notes)
    many = too_many(notebook.cells)
    if not any(_worked(cell, assignment, release, many) for cell in code):
        code = _with_class(notebook, assignment, release, code, notes, many)
    code = _without_long_ones(code, assignment, notes)
    code = _joined(code, assignment, notes)
    alone = sum(is_worked(cell.source, assignment.defined_names) for cell in code) <= 1
    patience = Patience()
    parsed = [
        Parsed(cell.index, runs_as(cell, notes, many, alone, patience), as_text(cell.source) in release.given)
        for cell in code
    ]
    parsed = without_stubs(parsed, assignment.defined_names, notes)
    run = needed([*_put_back(parsed, release, notes), *parsed], notes)
    return [*run, *_as_released(run, release, notes)]


def _students_own(notebook: RawNotebook, notes: list[str]) -> list[RawCell]:
    """The cells that a submission may have: an instructor who has the source graded hands in more than students get."""
    others = {cell.index: min(cell.tags & INSTRUCTORS) for cell in notebook.cells if _is_instructors(cell)}
    if others:
        said = ", ".join(f"cell {index} ({tag})" for index, tag in others.items())
        notes.append(f"not run, being tagged as the instructor's own: {said[:200]}")
    return [cell for cell in notebook.cells if cell.index not in others]


def _is_instructors(cell: RawCell) -> bool:
    """Whether it declares the assignment, or holds a second solution; a cell of nbgrader's never is."""
    return cell.cell_type == "code" and bool(cell.tags & INSTRUCTORS) and not cell.nbgrader


def _as_released(cells: Sequence[Cell], release: Release, notes: list[str]) -> list[Cell]:
    """Given functions that grade cells name, and those that they call, where the submission binds them to other code:
    what is scored is what they make of the student's own."""
    bound = frozenset().union(*(syntax_of(cell.source).of_names.bound for cell in cells if not cell.given))
    other = sorted(bound & release.asked.keys())
    if other:
        notes.append(f"given functions were written otherwise; the released ones count: {', '.join(other)[:200]}")
    return [Cell(release.asked[name][0], release.asked[name][1], True) for name in other]


def _put_back(cells: list[Parsed], release: Release, notes: list[str]) -> list[Parsed]:
    """Given cells that were deleted, where they define what the submission uses and nothing in it binds: imports,
    helpers."""
    if len(cells) > MANY:
        return []
    bound = frozenset().union(*(cell.syntax.of_names.bound for cell in cells))
    wanted = frozenset().union(*(cell.syntax.of_names.uses for cell in cells)) - bound
    missing = [cell for cell in release.definitions if cell.syntax.of_names.bound & wanted]
    if missing:
        names = sorted(frozenset().union(*(cell.syntax.of_names.bound for cell in missing)) & wanted)
        notes.append(f"given cells were missing; what they define was put back: {', '.join(names)[:200]}")
    return [Parsed(cell.index, cell.source, True) for cell in missing]


def _note_grade_cells(seen: dict[str, int], edited: list[RawCell], notes: list[str]) -> None:
    for name, count in seen.items():
        if count == 0:
            notes.append(f"the grade cell {name!r} was missing; it was put back")
        elif count > 1:
            notes.append(f"the grade cell {name!r} was there {count} times; the released one counts once")
    for name in dict.fromkeys(cell.nbgrader["grade_id"] for cell in edited):
        notes.append(f"the grade cell {name!r} is not as it was released; the released one counts")


def _with_class(
    notebook: RawNotebook,
    assignment: Assignment,
    release: Release,
    code: list[RawCell],
    notes: list[str],
    many: bool,
) -> list[RawCell]:
    """The class may stand in a cell of another type: take it from there."""
    for cell in (cell for cell in notebook.cells if cell.cell_type != "code"):
        source = _unfenced(cell.source)
        if not _worked(RawCell(cell.index, "code", source, {}), assignment, release, many):
            continue
        if compiles(plain_python(source, many)):
            notes.append(f"the class stood in a cell of another kind (cell {cell.index}); it was taken from there")
            kept = RawCell(cell.index, "code", source, cell.nbgrader)
            return sorted([*code, kept], key=lambda each: each.index)
    return code


def _without_long_ones(code: list[RawCell], assignment: Assignment, notes: list[str]) -> list[RawCell]:
    """No lesson's cell is this long; reading the syntax of what is takes seconds and gigabytes."""
    kept, total = [], 0
    for cell in code:
        small = len(cell.source) <= LONG and total + len(cell.source) <= ALL_LONG
        if small or defines(cell.source, assignment.defined_names):
            kept.append(cell)
            total += len(cell.source)
    if len(kept) < len(code):
        notes.append(f"{len(code) - len(kept)} code cells left out, being far too long")
    return kept


def _joined(code: list[RawCell], assignment: Assignment, notes: list[str]) -> list[RawCell]:
    """A class whose cell was split: the cells after it that are indented and parse only as its continuation."""
    joined: list[RawCell] = []
    with_class = -1  # the place of the cell that a continuation would belong to
    for cell in code:
        if with_class >= 0 and cell.source[:1] in (" ", "\t") and not compiles(cell.source):
            whole = joined[with_class].source + "\n" + cell.source
            last = joined[with_class]
            joined[with_class] = RawCell(last.index, last.cell_type, whole, last.nbgrader)
            continue
        with_class = len(joined) if defines(cell.source, assignment.defined_names) else -1
        joined.append(cell)
    if len(joined) < len(code):
        notes.append(f"the class was split over {len(code) - len(joined) + 1} cells; they were put together again")
    return joined


def _worked(cell: RawCell, assignment: Assignment, release: Release, many: bool) -> bool:
    """Whether the class stands in the cell, and not as it was released or with nothing written in it."""
    if as_text(cell.source) in release.given:
        return False
    return is_worked(plain_python(cell.source, many), assignment.defined_names)


def _unfenced(source: str) -> str:
    """The code of a markdown cell that wraps it in a fence."""
    fenced = re.search(r"```(?:python)?[ \t]*\n(.*?)```", source, re.DOTALL)
    return fenced[1] if fenced else source
