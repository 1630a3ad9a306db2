"""The students' side of a declared assignment: the facts that its release states, and the self-check that reads them.

Context: the self-check needs names, shapes and slopes, and no answer may leave. Choice: the declaration's place is
taken by a cell of plain literals, made from the declaration and from the code that students get, and put below the cell
that imports the self-check, since checks stand above a declaration. Cost: the release has a cell that nobody wrote.
"""

from __future__ import annotations

import ast
import contextlib
import io
import os
import pprint
import re
import shutil
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from autograder import callables, selfcheck
from autograder.assignments import MARK
from autograder.authoring import declared
from autograder.authoring.cells import BEGIN, END, cell_text, is_note
from autograder.authoring.proofs import leaks
from autograder.core import AutograderError, Course

SELFCHECK = Path(selfcheck.__file__)
ID = "facts"  # of the cell, and its grade_id: it is locked
_CELL = """\
# What the self-check knows of this assignment: what each function takes and gives, and how numbers for it are drawn.
# There is nothing to read or to change here.
from selfcheck import FunctionCheck

check = FunctionCheck(
    globals(),
{facts},
)"""
SEEDS = 10
NOT_FINITE = re.compile(r"\b(?:nan|-?inf)\b")  # in what the self-check saw


def lay_selfcheck(course: Course, folder: Path) -> Path:
    """The students' self-check beside the notebook: a relative link within the checkout, a copy from outside it."""
    place = folder / SELFCHECK.name
    if SELFCHECK.resolve().is_relative_to(course.root.resolve()):
        place.symlink_to(os.path.relpath(SELFCHECK.resolve(), folder.resolve()))
    else:
        shutil.copyfile(SELFCHECK, place)
    return place


def facts_of(notebook: Mapping[str, Any], name: str) -> dict[str, Any]:
    """The facts of a declared assignment's source, with the first seed by which its solution passes the self-check.

    Raises ExtractionError, DeclarationError or NotDrawn where the source is not as it must be.
    """
    reference = _reference(notebook, name)
    stated = callables.facts(reference, given_code(notebook), _cells(notebook, reference))
    for seed in range(SEEDS):
        tried = {**stated, "seed": seed}
        if not any(_failures(reference, tried)):
            holding = callables.invariants(reference, tried, partial(_holds, reference, tried))
            return {**tried, "invariants": holding}
    return stated


def _holds(reference: callables.Reference, facts: Mapping[str, Any], fact: dict[str, Any]) -> bool:
    """Whether an invariant holds of the solution, asked as the self-check asks it."""
    return selfcheck.FunctionCheck(reference.fresh(), {**facts, "invariants": (fact,)}).holds(fact)


def stated(facts: Mapping[str, Any]) -> dict[str, list[str]]:
    """By callable: what a release with these facts states that holds of every right answer, a sentence each."""
    check = selfcheck.FunctionCheck({}, facts)
    return {each: check.stated(each) for each in facts["callables"]}


def complaints(notebook: Mapping[str, Any], name: str, folder: Path) -> list[str]:
    """What the self-check in a release's folder says against the solution itself, a sentence each."""
    beside = folder / SELFCHECK.name
    if not beside.is_file() or beside.read_bytes() != SELFCHECK.read_bytes():
        return [
            f"{beside.name} beside the source is not this version's: remove it, and the build lays the right one down"
        ]
    return self_checked(_reference(notebook, name), facts_of(notebook, name))


def self_checked(reference: callables.Reference, facts: Mapping[str, Any]) -> list[str]:
    """What the self-check with these facts says against the solution, a sentence each."""
    return [
        f"the self-check says of the solution's own {cell}: {failure.saw} ({failure.where or failure.title}): "
        f"{_advice(reference, cell, failure.saw)}"
        for cell, failure in _failures(reference, facts)
    ]


def _advice(reference: callables.Reference, cell: str, saw: str) -> str:
    """What an author is to do about it; `cell` is a callable, or a result of one."""
    name = cell if cell in reference.signatures else cell.rpartition(".")[0]
    lines = callables.finite_draws(reference, name) if NOT_FINITE.search(saw) else []
    return f"with {' and '.join(lines)} all numbers are finite" if lines else "is that what its docstring says?"


def _failures(reference: callables.Reference, facts: Mapping[str, Any]) -> Iterator[tuple[str, selfcheck.CheckFailed]]:
    """What is scored and fails."""
    check = selfcheck.FunctionCheck(reference.fresh(), facts)
    for cell in facts["cells"]:
        try:
            with contextlib.redirect_stdout(io.StringIO()):
                check(cell)
        except selfcheck.CheckFailed as failure:
            yield cell, failure


def with_facts(cells: Sequence[dict[str, Any]], name: str) -> list[dict[str, Any]]:
    """The cells of a source with the facts below the first that imports the self-check, or above the first to write.

    A source that declares nothing, or whose declaration does not work (which the build says), is left as it is.
    """
    notebook = {"cells": list(cells)}
    try:
        if declared.declaration(notebook) is None:
            return list(cells)
        text = facts_cell(facts_of(notebook, name))
    except (AutograderError, LookupError):
        return list(cells)
    meta = {"grade": False, "grade_id": ID, "locked": True, "schema_version": 3, "solution": False, "task": False}
    made: dict[str, Any] = {
        "cell_type": "code", "execution_count": None, "id": ID, "outputs": [], "source": text,
        "metadata": {"nbgrader": {**meta, "cell_type": "code"}},
    }  # fmt: skip
    place = _place(cells)
    return [*cells[:place], made, *cells[place:]]


def facts_cell(facts: Mapping[str, Any]) -> str:
    """The text of the cell that states the facts."""
    literal = pprint.pformat(dict(facts), width=110, sort_dicts=False, compact=True)
    assert ast.literal_eval(literal) == facts
    return _CELL.format(facts="\n".join(f"    {line}" for line in literal.split("\n")))


def secrets(notebook: Mapping[str, Any], name: str) -> tuple[str, ...]:
    """The declaration's lines, which no release may show, but for those that its facts state openly."""
    try:
        stated = leaks.squeeze(facts_cell(facts_of(notebook, name)))
    except (AutograderError, LookupError):
        stated = ""
    lines = (declared.declaration(notebook) or "").split("\n")
    return tuple(
        line for line in lines if not any(one.needle in stated for one in leaks.code_secrets("the declaration", [line]))
    )


def _place(cells: Sequence[Mapping[str, Any]]) -> int:
    code = [(k, cell) for k, cell in enumerate(cells) if cell["cell_type"] == "code" and not is_note(cell)]
    importing = [k for k, cell in code if "selfcheck" in cell_text(cell)]
    if importing:
        return importing[0] + 1
    graded = [k for k, cell in code if _meta(cell).get("solution") or _meta(cell).get("grade")]
    return graded[0] if graded else len(cells)


def _meta(cell: Mapping[str, Any]) -> Mapping[str, Any]:
    return cell.get("metadata", {}).get("nbgrader") or {}


def _reference(notebook: Mapping[str, Any], name: str) -> callables.Reference:
    """The solution and what is declared of it, from the notebook itself: nothing is built yet."""
    source = declared.reference(notebook, name).partition(MARK)[0]
    return callables.Reference(name, source, declared.declaration(notebook) or "")


def given_code(notebook: Mapping[str, Any]) -> str:
    """The code that students get: given cells, and solution cells without their solutions; none that is no Python."""
    kept = []
    for cell in notebook["cells"]:
        if cell["cell_type"] != "code" or is_note(cell) or _meta(cell).get("grade"):
            continue
        text = cell_text(cell)
        if _meta(cell).get("solution") and BEGIN not in text:
            continue
        text = "\n".join(_without_solutions(text))
        try:
            ast.parse(text)
        except SyntaxError:
            continue
        kept.append(text)
    return "\n\n".join(kept)


def _without_solutions(text: str) -> Iterator[str]:
    inside = False
    for line in text.split("\n"):
        if BEGIN in line:
            inside = True
            yield line[: len(line) - len(line.lstrip())] + "pass"
        elif END in line:
            inside = False
        elif not inside and not line.lstrip().startswith(("%", "!")):
            yield line


def _cells(notebook: Mapping[str, Any], reference: callables.Reference) -> tuple[str, ...]:
    """What grade cells score, by full names."""
    names = []
    for cell in notebook["cells"]:
        meta = _meta(cell)
        if cell["cell_type"] == "code" and meta.get("grade") and not meta.get("solution"):
            with contextlib.suppress(LookupError):
                name, result = callables.split(meta["grade_id"], tuple(reference.signatures))
                names.append(f"{name}.{result}" if result else name)
    return tuple(names)
