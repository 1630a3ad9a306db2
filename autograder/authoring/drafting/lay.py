"""The drafted notebook: the instructor's cells, a self-check, grade cells by function, the declaration at its end."""

from __future__ import annotations

import ast
import json
import re
import textwrap
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from autograder.authoring.cells import BEGIN, DECLARATION, END, NOTE
from autograder.authoring.drafting.axes import Axes
from autograder.authoring.drafting.existing import (
    BY_HAND,
    HIDDEN,
    OTHER,
    SOLUTION,
    TESTS,
    Cell,
    Existing,
    defined,
    plain,
)
from autograder.authoring.drafting.functions import Function
from autograder.authoring.nbgrader_release import settle_ids
from autograder.authoring.proofs import leaks

WIDTH = 110
POINTS = 1.0  # of a function that no test scores
CHECK = "from selfcheck import check"


def grade_id(name: str) -> str:
    """The id of the grade cell of a function."""
    return name.replace(".", "-")


def scores(notebook: Existing, judged: Sequence[str]) -> tuple[dict[str, float], dict[int, list[str]], list[str]]:
    """Points by function, the functions that each cell of tests is about (by number), and what had to be decided."""
    targets: dict[int, list[str]] = {}
    by_hand = _by_hand(notebook)
    nearest: list[str] = []
    for cell in notebook.cells:
        nearest = [name for name in cell.functions if name in judged] or nearest
        if cell.code and cell.role == BY_HAND:
            nearest = []
        if cell.role == TESTS:
            called = _called(cell.text, judged)
            targets[cell.number] = [name for name in nearest if name in called] or called or list(nearest)
    notes = [f"cell {number} writes no function: its {worth:g} points are given by hand" for number, worth in by_hand]
    single = {names[0] for names in targets.values() if len(names) == 1}
    points: dict[str, float] = {}
    for cell in notebook.cells:
        if cell.number not in targets:
            continue
        names = [name for name in targets[cell.number] if name not in single] or targets[cell.number]
        targets[cell.number] = names
        worth = float(cell.meta.get("points") or 0) if cell.meta else 0.0
        for name in names:
            points[name] = points.get(name, 0.0) + worth / len(names)
        if len(names) > 1 and worth:
            notes.append(f"cell {cell.number}: its {worth:g} points are shared among {', '.join(names)}")
    for name in judged:
        if not points.get(name):
            points[name] = POINTS
            notes.append(f"{name}: no test of the notebook gives points for it; its grade cell has {POINTS:g}")
    return {name: points[name] for name in judged}, targets, notes


def _by_hand(notebook: Existing) -> list[tuple[int, float]]:
    """Answers in code that are no function become cells that a person grades, with the points of the tests of them."""
    cells = []
    answer: Cell | None = None
    for cell in notebook.cells:
        if cell.role == SOLUTION:
            answer = None if cell.functions else cell
            if answer is not None:
                cell.meta.update(grade=True, points=0.0)
        elif cell.role == TESTS and answer is not None and not _called(cell.text, notebook.functions):
            answer.meta["points"] += float(cell.meta.get("points") or 0)
            cell.meta.pop("points", None)
    for cell in notebook.cells:
        if cell.role == SOLUTION and not cell.functions:
            cell.role = BY_HAND
            cells.append((cell.number, float(cell.meta["points"])))
    return cells


def _called(text: str, judged: Sequence[str]) -> list[str]:
    """The functions to write that a cell calls by name, or as a method."""
    try:
        calls = [node.func for node in ast.walk(ast.parse(plain(text))) if isinstance(node, ast.Call)]
    except SyntaxError:
        return []
    names = {node.id for node in calls if isinstance(node, ast.Name)}
    attributes = {node.attr for node in calls if isinstance(node, ast.Attribute)}
    return [name for name in judged if name in names or ("." in name and name.rpartition(".")[2] in attributes)]


def notebook(
    old: Existing, functions: Mapping[str, Function], axes: Axes, points: Mapping[str, float],
    targets: Mapping[int, list[str]], declaration: str, notes: Sequence[str],
) -> dict[str, Any]:  # fmt: skip
    """The whole drafted notebook; `notes` are for its instructor."""
    cells: list[dict[str, Any]] = []
    left = dict(points)
    secret = [s for s in leaks.code_secrets("the solution", _solution_lines(old)) if not s.plumbing]
    has_check = any(CHECK in cell.text for cell in old.cells)
    last_test = {name: number for number, names in targets.items() for name in names}
    taken = {grade_id(name) for name in points}
    for cell in old.cells:
        if cell.code and not has_check and cell.role != OTHER:
            cells.append(_code(CHECK))
            has_check = True
        if cell.role == SOLUTION:
            cells.append(_solution(cell, functions, axes, taken))
            untested = [name for name in cell.functions if name in left and name not in last_test]
            cells += [_grade(name, left.pop(name)) for name in untested]
        elif cell.role == TESTS:
            cells += _tests(cell, secret)
            done = [n for n, number in last_test.items() if number == cell.number and n in left]
            cells += [_grade(name, left.pop(name)) for name in done]
        else:
            cells.append(_kept(cell, taken))
        if cell.code and not has_check:
            cells.append(_code(CHECK))
            has_check = True
    cells.append(_note(notes))
    cells.append(_code(declaration, tags=[DECLARATION]))
    for each in cells:
        each.setdefault("id", "")
    settle_ids(cells)
    return {"cells": cells, "metadata": old.metadata or {}, "nbformat": 4, "nbformat_minor": 5}


def text_of(made: Mapping[str, Any]) -> str:
    """A notebook as its file has it."""
    return json.dumps(made, indent=1, ensure_ascii=False, sort_keys=True) + "\n"


def _code(text: str, tags: Sequence[str] = (), nbgrader: Mapping[str, Any] | None = None) -> dict[str, Any]:
    metadata: dict[str, Any] = {"tags": list(tags)} if tags else {}
    if nbgrader:
        metadata["nbgrader"] = dict(nbgrader)
    return {"cell_type": "code", "execution_count": None, "metadata": metadata, "outputs": [], "source": text}


def _grade(name: str, points: float) -> dict[str, Any]:
    meta = {
        "cell_type": "code", "grade": True, "grade_id": grade_id(name), "locked": True, "points": round(points, 4),
        "schema_version": 3, "solution": False, "task": False,
    }  # fmt: skip
    return _code(f'check("{name}")', nbgrader=meta)


def _kept(cell: Cell, taken: set[str]) -> dict[str, Any]:
    made = json.loads(json.dumps(cell.cell))
    if cell.meta:
        wanted = cell.meta["grade_id"] or f"{cell.role.replace(' ', '-')}-{cell.number}"
        made["metadata"]["nbgrader"]["grade_id"] = _unique(wanted, taken, f"-{cell.number}")
    return dict(made)


def _unique(wanted: str, taken: set[str], suffix: str) -> str:
    wanted = re.sub(r"[^A-Za-z0-9_-]", "-", wanted)
    while wanted in taken:
        wanted += suffix
    taken.add(wanted)
    return wanted


def _solution(cell: Cell, functions: Mapping[str, Function], axes: Axes, taken: set[str]) -> dict[str, Any]:
    made = json.loads(json.dumps(cell.cell))
    meta = made["metadata"]["nbgrader"]
    wanted = meta["grade_id"] or (grade_id(cell.functions[0]) if cell.functions else f"solution-{cell.number}")
    meta["grade_id"] = _unique(wanted, taken, "-code")
    made["source"] = with_signatures(cell.text, [functions[name] for name in cell.functions if name in functions], axes)
    return dict(made)


def _tests(cell: Cell, secret: list[leaks.Secret]) -> Iterator[dict[str, Any]]:
    """What students saw of the tests stays, as a plain cell; what was hidden stays with the instructor."""
    shown, hidden = _split(cell.text)
    squeezed = leaks.squeeze(shown)
    given_away = [each.line for each in secret if each.needle in squeezed]
    if given_away:
        shown, hidden = "", cell.text
    if hidden.strip():
        why = f"it shows a line of the solution: {given_away[0]}" if given_away else "hidden from students"
        yield _code(f"# Tests of the notebook as it was ({why}); no student gets this cell.\n{hidden}", tags=[NOTE])
    if shown.strip() and plain(shown).strip():
        yield _code(shown.strip("\n"))


def _split(text: str) -> tuple[str, str]:
    shown: list[str] = []
    hidden: list[str] = []
    inside = False
    for line in text.split("\n"):
        if any(f"{edge} {word}" in line for word in HIDDEN for edge in ("BEGIN", "END")):
            inside = "BEGIN" in line
        else:
            (hidden if inside else shown).append(line)
    return "\n".join(shown), "\n".join(hidden)


def _solution_lines(old: Existing) -> Iterator[str]:
    for cell in old.cells:
        inside = False
        for line in cell.text.split("\n") if cell.role == SOLUTION else ():
            if BEGIN in line or END in line:
                inside = BEGIN in line
            elif inside:
                yield line


def _note(notes: Sequence[str]) -> dict[str, Any]:
    said = "\n".join(f"> - {note}" for note in notes)
    text = (
        "> **For you, the instructor.** The next cell, the declaration, was drafted; no student gets it or this one.\n"
        "> Look at each line marked `guess`, at the points of the grade cells, and at the first lines of docstrings,\n"
        "> which say what each function takes and gives. Then `autograder try` shows what is asked, and what wrong\n"
        "> solutions are told."
    )
    return {"cell_type": "markdown", "metadata": {"tags": [NOTE]}, "source": f"{text}\n>\n{said}" if said else text}


# ---------------------------------------------------------------------------------- docstrings


def with_signatures(text: str, functions: Sequence[Function], axes: Axes) -> str:
    """A solution cell whose functions' docstrings begin with what they take and give; those that do so are left."""
    lines = text.split("\n")
    nodes = dict(defined(ast.parse(plain(text))))
    for function in sorted(functions, key=lambda each: -nodes[each.name].lineno):
        if not function.open:
            _put(lines, nodes[function.name], signature_of(function, axes))
    return "\n".join(lines)


def signature_of(function: Function, axes: Axes) -> str:
    """`X (N, D), y (N,) labels, reg a number -> loss a number, dW (D, C)`."""
    changes = function.changes
    takes = ", ".join(f"{name}{_shape(axes.arguments.get(name), name, function)}" for name in function.arguments)
    gives = ", ".join(f"{name}{_shape(axes.results.get((function.name, name)))}" for name in function.results)
    line = f"{takes} -> {gives}".strip() if gives else takes
    return f"{line}; changes {', '.join(changes)}" if changes else line


def _shape(shape: Any, name: str = "", function: Function | None = None) -> str:
    seen = function.seen(name) if function is not None else []
    given = [each for each in seen if each != {"kind": "choice", "value": None}]
    if shape is None or any(each["kind"] not in ("array", "number") for each in given) or (seen and not given):
        return ""
    if shape == ():
        return " a number"
    labels = function is not None and name in function.said.takes and function.said.takes[name].labels
    booleans = bool(given) and all(each.get("type") == "b" for each in given)
    what = " booleans" * booleans + " labels" * labels + " or None" * (given != seen)
    return f" ({', '.join(map(str, shape))}{',' * (len(shape) == 1)}){what}"


def _put(lines: list[str], node: ast.FunctionDef, signature: str) -> None:
    """Puts a line in front of a function's docstring, or as its docstring."""
    first = node.body[0]
    indent = " " * (first.col_offset if first.lineno > node.lineno else node.col_offset + 4)
    wrapped = textwrap.wrap(signature, WIDTH, subsequent_indent=indent, break_long_words=False) or [""]
    if ast.get_docstring(node) is not None and first.lineno > node.lineno:
        line = lines[first.lineno - 1]
        quote = re.match(r"\s*[rRuU]*(\"\"\"|'''|\"|')", line)
        if quote and len(quote[1]) == 3:
            begin, rest = line[: quote.end()], line[quote.end() :]
            below = [] if not rest.strip() else ["", f"{indent}{rest.lstrip()}"]
            below = below if rest.strip() not in ('"""', "'''") else [f"{indent}{rest.strip()}"]
            empty = [""] if not rest.strip() else []
            lines[first.lineno - 1 : first.lineno] = [f"{begin}{wrapped[0]}", *wrapped[1:], *empty, *below]
            return
        if quote:
            inside = ast.get_docstring(node) or ""
            lines[first.lineno - 1 : first.end_lineno] = [
                f'{indent}"""{wrapped[0]}', *wrapped[1:], "", f"{indent}{inside}", f'{indent}"""'
            ]  # fmt: skip
            return
    head = max([node.lineno, *(getattr(a, "end_lineno", 0) or 0 for a in (*ast.walk(node.args), node.returns) if a)])
    while not lines[head - 1].partition("#")[0].rstrip().endswith(":") and head < len(lines):
        head += 1
    if first.lineno > head:
        lines[head:head] = [f'{indent}"""{wrapped[0]}', *wrapped[1:]]
        lines[head + len(wrapped) - 1] += '"""'
