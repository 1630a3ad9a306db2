"""A declared assignment: its reference and declaration out of one notebook, and what must hold of them."""

from __future__ import annotations

import ast
import json
import symtable
from collections.abc import Iterator, Mapping
from typing import Any

from autograder import callables
from autograder.assignments import MARK
from autograder.authoring.cells import BEGIN, END, ExtractionError, cell_text, is_declaration, is_note
from autograder.authoring.proofs.release_proofs import Grader
from autograder.authoring.proofs.second_opinion import disagreements, without
from autograder.authoring.proofs.shapes import misspelt, otherwise_shaped, unread
from autograder.authoring.proofs.slips import compared_caches, idle, misdrawn
from autograder.authoring.source import source_notebook
from autograder.core import Course
from autograder.grading import worked_out
from autograder.judging import Rubric, rubric_of
from autograder.notebooks import Release, Syntax, meta_of, trusted_notebook

_HEADER = '"""The reference of {name}, made from its source notebook by `autograder build`; not to be edited."""'
SLOPE = 1e-5  # relative; a central difference is good to some 1e-8, a slip in a formula is off by 1e-3 and more
STEP = 1e-6


def declaration(notebook: Mapping[str, Any]) -> str | None:
    """The text of the cell tagged `autograder`, None where there is none; raises ExtractionError for several."""
    texts = [cell_text(cell) for cell in notebook["cells"] if is_declaration(cell)]
    if len(texts) > 1:
        raise ExtractionError(f"{len(texts)} cells are tagged `autograder`: an assignment has one declaration")
    return texts[0] if texts else None


def reference(notebook: Mapping[str, Any], name: str) -> str:
    """The text of `solutions/NAME.py`: what the notebook's own cells define, then the declaration as a text.

    Of given cells only definitions are taken, and those that bind what the declaration or the solution reads. GIVEN
    names the functions and methods that students get whole: nobody writes these, and no fault is looked for in them.
    """
    declared = declaration(notebook)
    if declared is None:
        raise ExtractionError(
            "no cell is tagged `autograder`: the declaration says there how arguments are drawn; `autograder new NAME` "
            "lays down an assignment with one, explained"
        )
    counted = enumerate(notebook["cells"], 1)
    code = [(number, cell) for number, cell in counted if cell["cell_type"] == "code" and not is_note(cell)]
    cells = [(number, cell) for number, cell in code if not meta_of(cell).get("grade")]
    for number, cell in cells:
        _must_be_python(number, cell_text(cell))
    marked = [(cell_text(cell), bool(meta_of(cell).get("solution"))) for _, cell in cells]
    texts = [(_plain(text), solution) for text, solution in marked]
    if not any(solution for _, solution in texts):
        raise ExtractionError(
            "no code cell is marked as a solution: make the cells with your functions autograded answers, with an id"
        )
    wanted = _read_first(declared).union(*(_looked_up(text) for text, solution in texts if solution))
    parts = [_HEADER.format(name=name)]
    not_judged = [each for text, solution in marked for each in _got_whole(text, solution)]
    for text, solution in texts:
        syntax = Syntax(text)
        whole = solution or bool(syntax.of_names.binds & wanted)
        kept = text if whole else syntax.definitions
        if not solution and "selfcheck" in kept:
            kept = "\n".join(line for line in kept.split("\n") if "selfcheck" not in line)
        if kept.strip():
            parts.append(kept.strip() + "\n")
    if not_judged:
        parts.append(f"GIVEN = {tuple(not_judged)!r}\n")
    return "\n\n".join(parts) + f"{MARK}{declared!r}\n"


def _must_be_python(number: int, text: str) -> None:
    """Raises ExtractionError, with the cell and the line as the notebook has them; magics are passed over."""
    try:
        ast.parse("\n".join("" if _is_mark(line) else line for line in text.split("\n")))
    except SyntaxError as error:
        raise ExtractionError(f"cell {number} is not valid Python: {error.msg} (line {error.lineno})") from error


def _got_whole(text: str, solution: bool) -> Iterator[str]:
    """The functions and methods of a cell, `sigmoid`, `Value.reciprocal`, that hold nothing of the solution."""
    lines = ["" if line.lstrip().startswith(("%", "!")) else line for line in text.split("\n")]
    begins = [number for number, line in enumerate(lines, 1) if BEGIN in line]
    ends = [number for number, line in enumerate(lines, 1) if END in line]
    if solution and not begins:
        return
    try:
        body = ast.parse("\n".join(lines)).body
    except SyntaxError:
        return
    for owner in (None, *(node for node in body if isinstance(node, ast.ClassDef))):
        for node in body if owner is None else owner.body:
            if isinstance(node, ast.FunctionDef) and not any(
                begin <= (node.end_lineno or 0) and node.lineno <= end for begin, end in zip(begins, ends, strict=False)
            ):
                yield node.name if owner is None else f"{owner.name}.{node.name}"


def _looked_up(text: str) -> frozenset[str]:
    """Names that a cell reads from the notebook, in its functions too: no argument and no local of a function."""
    try:
        waiting = [symtable.symtable(text, "cell", "exec")]
    except (SyntaxError, ValueError):  # told where it is read
        return frozenset()
    names = set()
    while waiting:
        table = waiting.pop()
        module = table.get_type() == "module"
        names |= {s.get_name() for s in table.get_symbols() if s.is_referenced() and (module or s.is_global())}
        waiting += table.get_children()
    return frozenset(names)


def _read_first(text: str) -> frozenset[str]:
    """Names that the declaration reads and neither binds before nor has from the kit: its `rng` and `slope` are not
    those of another cell."""
    try:
        body = ast.parse(text).body
    except SyntaxError:  # told where it is run
        return frozenset()
    read: set[str] = set()
    bound = {*callables.WORDS}
    for statement in body:
        read |= _looked_up(ast.unparse(statement)) - bound
        targets = statement.targets if isinstance(statement, ast.Assign) else []
        bound |= {node.id for each in targets for node in ast.walk(each) if isinstance(node, ast.Name)}
    return frozenset(read)


def _plain(text: str) -> str:
    """A cell without magics and without the marks of its solution regions."""
    return "\n".join(line.rstrip() for line in text.split("\n") if not _is_mark(line))


def _is_mark(line: str) -> bool:
    """Whether a line is a magic or marks a solution region."""
    return BEGIN in line or END in line or line.lstrip().startswith(("%", "!"))


def problems(course: Course, name: str) -> list[str]:
    """What does not hold of a staged declared assignment, one sentence each: its declaration, slopes, proofs."""
    try:
        source = source_notebook(course.source_notebook(name))
        made, points = _of_course(course, name)
        complaints = [*refused(made), *_packages(made.reference, course)]
        return complaints or unproved(made, points, rubric_of(course.root), source)
    except ExtractionError as error:
        return [str(error)]
    except (callables.NoReference, callables.UnfitExam) as error:
        said = str(error).removeprefix(f"{course.solution(name)}: ").removesuffix(f"; build {name} again")
        return [said.removeprefix(f"{name}: ")]
    except LookupError as error:  # a grade cell that names nothing, an argument that nobody draws
        return [str(error.args[0])]


def notes_of(course: Course, name: str) -> list[str]:
    """What is to be told of a staged declared assignment that holds, one sentence each."""
    return notes(_of_course(course, name)[0])


def _of_course(course: Course, name: str) -> tuple[callables.Exam, dict[str, float]]:
    """The exam of a staged assignment, and the points of each grade cell; raises as `exam` and `callables.load`."""
    reference = callables.load(course.solution(name), name)
    release = Release(course.release_notebook(name))
    points = {each: release.points[each] for each in release.grade}
    return exam(reference, tuple(points) if any(points.values()) else (), worked_out(course, name)), points


def _packages(reference: callables.Reference, course: Course) -> Iterator[str]:
    """Packages that the declaration allows and the course does not."""
    for package in reference.declaration.packages:
        if package not in course.packages:
            yield (
                f"the declaration allows {package}, and the course does not: add it to c.Autograder.packages in "
                "nbgrader_config.py"
            )


def exam(
    reference: callables.Reference, cells: tuple[str, ...], shared: callables.Shared | None = None
) -> callables.Exam:
    """The exam for these grade cells, for which what is worked out may be `shared`; raises LookupError or UnfitExam,
    with a sentence, where there is none."""
    known = tuple(reference.signatures)
    asked = dict.fromkeys(callables.split(grade_id, known)[0] for grade_id in cells)
    if not asked:
        raise LookupError("no grade cell is worth points: give at least one callable a cell of autograder tests")
    made = callables.Exam(reference, tuple(asked), "", shared)
    try:
        judged = callables.items(cells, made)
    except callables.UnfitExam as error:
        better = next(misdrawn(reference, tuple(asked), str(error)), None)
        raise callables.UnfitExam(better or str(error)) from None
    for item in judged:
        if not item.results and item.callable in reference.traits.yielding:
            raise LookupError(
                f"the grade cell {item.id}: {item.callable} yields its results one by one, and only what is returned "
                "can be compared; let it return a list of them, or grade a function that goes through them"
            )
        if not item.results:
            raise LookupError(
                f"the grade cell {item.id}: {item.callable} gives no numbers, and nothing else can be compared; let it "
                "return them, or say `changes x` in its docstring where it writes into x"
            )
    return made


def unproved(exam: callables.Exam, points: Mapping[str, float], rubric: Rubric, source: Mapping[str, Any]) -> list[str]:
    """What an exam that can be asked does not tell right: second solutions that lose points, changes that lose none."""
    return [*disagreements(exam, points, rubric, source), *map(str, callables.gaps(exam, points, rubric))]


def refused(exam: callables.Exam) -> list[str]:
    """What does not hold of an exam that can be asked."""
    misread = _notes(exam)
    complaints = [
        *_moods(exam),
        *_slopes(exam),
        *_idle(exam),
        *misread,
        *callables.standstill(exam),
        *misspelt(exam),
        *compared_caches(exam),
        *otherwise_shaped(exam),
    ]
    return complaints if misread else [*complaints, *idle(exam)]


def notes(exam: callables.Exam) -> list[str]:
    """What an instructor may not have meant of an exam that can be asked, and that is no reason to refuse it."""
    return [*map(str, callables.negligible(exam)), *unread(exam)]


def _moods(exam: callables.Exam) -> Iterator[str]:
    """Callables of the solution that answer one question in two ways."""
    for name in exam.asked:
        plain = enumerate(each for each in exam.of(name) if each.plain)
        said = (callables.moody(exam.reference, each, 2 if k else callables.TOSSES) for k, each in plain)
        if why := next(filter(None, said), ""):
            yield f"{name}: {why}"


def _slopes(exam: callables.Exam) -> Iterator[str]:
    """Declared slopes that are not what central differences give."""
    for slope in exam.reference.declaration.slopes:
        for by, wrt in zip(slope.by, slope.wrt, strict=True):
            try:
                error = callables.slope_error(exam, slope, by, wrt, STEP)
            except LookupError as why:
                yield f"slope({slope.callable}, by={by!r}): {why.args[0]}"
                continue
            if not error <= SLOPE:
                yield (
                    f"slope({slope.callable}, by={by!r}, wrt={wrt!r}): {by} is not the slope by {wrt}: it is off by "
                    f"{error:.1e} of its size; is the solution right, and is the right function named?"
                    f"{_any_mode(exam.reference, slope.callable)}"
                )


def _any_mode(reference: callables.Reference, name: str) -> str:
    """A hint where a method is called before this one with any of several modes."""
    declared = reference.declaration
    for each in declared.follows:
        for label in reference.signature(each.after).arguments if each.callable == name else ():
            draw = declared.draws.get(declared.drawn_as(each.after, label))
            if draw is not None and draw.choices and label not in each.arguments:
                by = f", by={each.by!r}" if each.by else ""
                return (
                    f" {each.after} is called before it with any {label}: should that be always the same, as in "
                    f"follows({name}, {each.after}{by}, {label}={draw.choices[0]!r})?"
                )
    return ""


def _idle(exam: callables.Exam) -> Iterator[str]:
    """Callables that the declaration speaks of and that no grade cell scores."""
    declared = exam.reference.declaration
    spoken = [
        *(each.callable for each in declared.slopes),
        *(each.callable for each in declared.own),
        *(each.callable for each in declared.follows),
        *declared.repeats,
        *declared.shares,
    ]
    for name in dict.fromkeys(spoken):
        if name not in exam.asked:
            yield f"the declaration speaks of {name}, and no grade cell is called {name}"


def _notes(exam: callables.Exam) -> list[str]:
    """Notes on what does not stand in the solution."""
    try:
        _ = exam.families
    except (ValueError, SyntaxError) as error:
        return [f"note(…): {error}; copy `replace` from the solution as it stands there now"]
    return []


def scores(course: Course, name: str, grade: Grader) -> list[str]:
    """Problems of the marks: the source must earn every point that is judged and the release none."""
    complaints = []
    source = course.release.parent / "source.ipynb"  # the solution itself, no second one after it
    source.write_text(json.dumps(without(trusted_notebook(course.source_notebook(name)))), encoding="utf-8")
    for path, what in ((source, "source"), (course.release_notebook(name), "release")):
        report = grade(path, name, course)
        if report.score is None:
            complaints.append(f"grading the {what} failed: {'; '.join(report.notes) or 'internal error'}")
            continue
        for grade_id, part in report.methods.items():
            wanted = part["max_score"] if what == "source" else 0.0
            if abs(part["score"] - wanted) > 1e-6:
                why = "; ".join(f"{c.id}: {c.rationale}" for c in report.checks if c.method == grade_id and c.rationale)
                complaints.append(
                    f"the {what} earns {part['score']:g} of {part['max_score']:g} for {grade_id} ({why[:300]})"
                )
    return complaints
