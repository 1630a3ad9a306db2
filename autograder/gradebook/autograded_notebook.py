"""The autograded notebook: what was submitted, the release's grade cells in it, the verdict beside each.

A pure function of release, submission and report, so that `nbgrader autograde` and `autograder grade` leave the same
file behind. Teaching assistants open it in a browser, and so do students as feedback; everything a student wrote is
therefore kept as text or as a checked bitmap. Choice: given markdown is rendered, markdown that a student changed is
rendered only where it can hold neither HTML nor a link, and is shown as typed otherwise. Cost: a formula beside a
link is shown as its source.
"""

from __future__ import annotations

import ast
import json
import math
import re
from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from typing import Any

from autograder.core import Report
from autograder.gradebook.formulas import stays_in_place
from autograder.gradebook.safe_cells import OwnCell, clean, joined, own_cells
from autograder.notebooks import Submission, Syntax, is_by_hand, is_judged, meta_of
from autograder.reporting import cell_html, cell_text, plain

VERDICT_ID = "autograder-verdict"
MISSING = "The submission has no cell of this name; what was written may stand in another."
LONGEST_KEPT = 20_000  # characters of a cell's JSON that is kept laid out, which takes longest

_AS_NBFORMAT: dict[str, Any] = {"ensure_ascii": False, "indent": 1, "sort_keys": True}
_CELL_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")
# What markdown could turn into markup or a link; text with any of it is shown as typed.
_ACTIVE = re.compile(r"[<&]|\]\s*[(:\[]")
# A picture that the cell itself carries is the one link that may stay.
_ATTACHED = re.compile(r"!\[[^\[\]<>&]*\]\(attachment:([\w.-]+)\)")


class MarksError(ValueError):
    """The report and the release disagree about the points: nothing may be recorded."""


def autograded(release: Mapping[str, Any], submission: Submission, report: Report | None) -> dict[str, Any]:
    """The notebook, nbformat 4.5 with each source as one string; without a report the grade cells have no outputs.

    Raises MarksError when the report gives other points than the release's grade cells.
    """
    submitted = list(own_cells(submission.notebook))
    named = [cell for cell in release["cells"] if meta_of(cell)]
    homes = _match(named, submitted)
    released_texts = {_text(cell).strip(): cell for cell in release["cells"] if cell["cell_type"] == "markdown"}

    cells: list[dict[str, Any]] = []
    at_home = {place: cell for cell, place in homes}
    for place, mine in enumerate(submitted):
        cell = at_home.get(place)
        if cell is None:
            cells.append(_plain_cell(mine, released_texts))
        elif meta_of(cell).get("solution"):
            cells.append(_answer(cell, mine, released_texts))
        else:
            same = mine.source.strip() == _text(cell).strip()
            if not same and mine.source.strip():
                cells.append(_plain_cell(mine, released_texts))
            cells.append(_restored(cell, _text(cell), mine.outputs if same else ()))
    _insert_missing(cells, named)
    for cell in cells:
        if report is not None and is_judged(meta_of(cell)):
            cell["outputs"] = _grade_outputs(cell, report)
    if report is not None:
        cells.insert(0, _verdict(report))
    _settle_ids(cells)
    metadata = json.loads(json.dumps(release["metadata"]))
    return {"cells": cells, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}


def to_text(notebook: Mapping[str, Any]) -> str:
    """The notebook as nbformat writes it, byte for byte."""
    text = json.dumps({**notebook, "cells": []}, **_AS_NBFORMAT) + "\n"
    cells = ",\n".join(map(_cell_text, map(_in_lines, notebook["cells"])))
    return text.replace('"cells": []', f'"cells": [\n{cells}\n ]', 1) if cells else text


def _cell_text(cell: dict[str, Any]) -> str:
    """A cell's JSON as it stands in a notebook."""
    text = json.dumps(cell, ensure_ascii=False)
    return _known_indented(text) if len(text) <= LONGEST_KEPT else _indented(text)


def _indented(text: str) -> str:
    """A cell's JSON, laid out as in a notebook's list of cells."""
    lines = json.dumps(json.loads(text), **_AS_NBFORMAT).split("\n")
    return "\n".join(f"  {line}" for line in lines)


_known_indented = lru_cache(maxsize=256)(_indented)  # most cells of a class are the given ones


def _in_lines(cell: dict[str, Any]) -> dict[str, Any]:
    """A cell with its texts as lists of lines, as in a file."""
    cell = {**cell, "source": cell["source"].splitlines(True)}
    if "outputs" in cell:
        cell["outputs"] = [_split(output) for output in cell["outputs"]]
    return cell


def blank(release: Mapping[str, Any], submission: Submission, notebook: Mapping[str, Any]) -> set[str]:
    """The cells left as they were given: what is to be defined, and the answers for which nothing was written."""
    untouched = {
        meta_of(cell)["grade_id"]
        for cell in _to_be_defined(release["cells"])
        if all(other["source"] == _text(cell) for other in notebook["cells"] if meta_of(other) == meta_of(cell))
    }
    return {*untouched, *submission.unanswered}


def answers(notebook: Mapping[str, Any]) -> dict[str, str]:
    """What stands in the cells that people grade, by name; a task has no text of its own, and looks at all of them."""
    cells = [cell for cell in notebook["cells"] if is_by_hand(meta_of(cell))]
    whole = "\0".join(_text(cell) for cell in notebook["cells"] if cell.get("id") != VERDICT_ID)
    return {meta_of(cell)["grade_id"]: whole if meta_of(cell).get("task") else _text(cell) for cell in cells}


def marks(release: Mapping[str, Any], report: Report) -> dict[str, float | None]:
    """Points per grade cell: what the report gives, held against what the release says each is worth; None where a
    person gives them, 0 for an answer that is not there.

    Raises MarksError when the report has no score, lacks a method or a cell, or sums to other points.
    """
    scores: dict[str, float | None] = {}
    for cell in release["cells"]:
        if is_judged(meta_of(cell)):
            scores[meta_of(cell)["grade_id"]] = _mark(meta_of(cell), report)
        elif is_by_hand(meta_of(cell)):
            scores[meta_of(cell)["grade_id"]] = _mark_by_hand(meta_of(cell), report)
    total = math.fsum(score or 0.0 for score in scores.values())
    if report.score is None or not math.isclose(total, report.score, abs_tol=1e-6):
        raise MarksError(f"the grade cells sum to {total}, the report to {report.score}")
    return scores


def _mark_by_hand(meta: Mapping[str, Any], report: Report) -> float | None:
    """What stands in the place of a person's points: 0 where there is nothing to look at, None where there is."""
    if report.verdict == "unreadable":
        return 0.0
    worth = {cell.name: cell for cell in report.by_hand}.get(meta["grade_id"])
    if worth is None or not math.isclose(worth.max_score, float(meta["points"]), abs_tol=1e-6):
        raise MarksError(f"the report does not know {meta['grade_id']} as a cell of {meta['points']:g} points")
    return None if worth.answered else 0.0


def _mark(meta: Mapping[str, Any], report: Report) -> float:
    """The points of one grade cell, from 0 to what it is worth."""
    method, worth = meta["grade_id"], float(meta["points"])
    if report.verdict == "internal_error":
        raise MarksError("a fault of the grader has no score")
    if report.verdict == "unreadable":
        return 0.0
    earned = report.methods.get(method)
    if earned is None:
        raise MarksError(f"the report says nothing about {method}")
    if not math.isclose(earned["max_score"], worth, abs_tol=1e-6):
        raise MarksError(f"{method} is worth {worth:g} in the release and {earned['max_score']:g} in the report")
    if not -1e-6 <= earned["score"] <= worth + 1e-6:  # NaN fails
        raise MarksError(f"{earned['score']} points for {method}, which is worth {worth:g}")
    return min(max(float(earned["score"]), 0.0), worth)


def _grade_outputs(cell: Mapping[str, Any], report: Report) -> list[dict[str, Any]]:
    """The verdict in words, then the points as nbgrader reads them: one plain float, and nothing on stderr."""
    meta = meta_of(cell)
    points = _mark(meta, report)
    words = {"text/html": cell_html(report, meta["grade_id"]), "text/plain": cell_text(report, meta["grade_id"])}
    return [
        {"output_type": "display_data", "data": words, "metadata": {}},
        {
            "output_type": "execute_result",
            "data": {"text/plain": repr(points)},
            "metadata": {},
            "execution_count": None,
        },
    ]


def _verdict(report: Report) -> dict[str, Any]:
    """The first cell: the total, and the notes on what was repaired or seen."""
    if report.verdict == "unreadable":
        head = "## Autograder: no work on this lesson could be read from this file, 0 points"
    else:
        head = f"## Autograder: {report.score:g} of {report.max_score:g} points"
        waiting = [f"{clean(cell.name)} ({cell.max_score:g})" for cell in report.by_hand if cell.answered]
        head += f"; a person grades {', '.join(waiting)}" if waiting else ""
    if report.isolation != "namespaces":
        head += f"\n\nGraded with the weaker isolation `{clean(report.isolation)}`."
    notes = "\n".join(f"- {plain(note, lines=False)}" for note in report.notes[:50])
    source = head + (f"\n\n{_as_typed(notes)}" if notes else "")
    return {"cell_type": "markdown", "id": VERDICT_ID, "metadata": {"editable": False}, "source": source}


def _match(named: list[dict[str, Any]], submitted: list[OwnCell]) -> list[tuple[dict[str, Any], int]]:
    """Pairs of a release cell and the place of the submitted cell that stands for it; no cell is used twice."""
    pairs: list[tuple[dict[str, Any], int]] = []
    taken: set[int] = set()
    theirs = _to_be_defined(named)
    for cell in sorted(named, key=lambda one: (one not in theirs, not meta_of(one).get("solution"))):  # these first
        name = meta_of(cell)["grade_id"]
        by_id = [n for n, mine in enumerate(submitted) if n not in taken and mine.grade_id == name]
        by_id = by_id or [
            n for n, mine in enumerate(submitted) if n not in taken and mine.cell_id == cell.get("id", name)
        ]
        if cell not in theirs and meta_of(cell).get("solution"):
            written = [n for n in by_id if submitted[n].source.strip() not in ("", _text(cell).strip())]
            choice = written[-1:] or by_id[-1:]
        elif cell in theirs:
            wanted = _defined(_text(cell))
            define = [n for n, mine in enumerate(submitted) if n not in taken and wanted & _defined(mine.source)]
            choice = [n for n in by_id if n in define][-1:] or define[-1:] or by_id[-1:]
        else:
            same = [n for n in by_id if submitted[n].source.strip() == _text(cell).strip()]
            choice = same[:1] or by_id[:1]
        for place in choice:
            taken.add(place)
            pairs.append((cell, place))
    return pairs


def _insert_missing(cells: list[dict[str, Any]], named: list[dict[str, Any]]) -> None:
    """Puts grade and solution cells that are not there after the release cell that comes before them."""
    before: str | None = None
    theirs = _to_be_defined(named)
    for cell in named:
        name = meta_of(cell)["grade_id"]
        there = [n for n, other in enumerate(cells) if meta_of(other).get("grade_id") == name]
        if not there and (is_judged(meta_of(cell)) or is_by_hand(meta_of(cell)) or meta_of(cell).get("solution")):
            anchor = [n for n, other in enumerate(cells) if meta_of(other).get("grade_id") == before]
            text = _text(cell)
            if cell in theirs:
                text = f"# The submission has no cell that defines {' or '.join(sorted(_defined(text)))}."
            elif meta_of(cell).get("solution"):
                text = MISSING if cell["cell_type"] == "markdown" else f"# {MISSING}"
            cells.insert(anchor[-1] + 1 if anchor else len(cells), _restored(cell, text, ()))
            there = [0]
        if there:
            before = name


def _restored(cell: Mapping[str, Any], source: str, outputs: tuple[dict[str, Any], ...]) -> dict[str, Any]:
    """A release cell with its own metadata and the given content."""
    made: dict[str, Any] = {
        "cell_type": cell["cell_type"],
        "id": cell.get("id", meta_of(cell)["grade_id"]),
        "metadata": json.loads(json.dumps(cell["metadata"])),
        "source": source,
    }
    if cell["cell_type"] == "code":
        made |= {"execution_count": None, "outputs": list(outputs)}
    return made


def _answer(cell: Mapping[str, Any], mine: OwnCell, released_texts: Mapping[str, dict[str, Any]]) -> dict[str, Any]:
    """The cell that a student writes in: code as it is, text so that nothing in it acts."""
    if cell["cell_type"] == "code":
        return _restored(cell, mine.source, mine.outputs)
    shown = _plain_cell(replace(mine, kind="markdown" if mine.kind == "markdown" else "raw"), released_texts)
    return _restored(cell, shown["source"], ()) | {key: shown[key] for key in ("attachments",) if key in shown}


def _plain_cell(mine: OwnCell, released_texts: Mapping[str, dict[str, Any]]) -> dict[str, Any]:
    """A submitted cell that no point hangs on; given text as it was given, its pictures included."""
    made: dict[str, Any] = {"cell_type": mine.kind, "id": mine.cell_id, "metadata": {}, "source": mine.source}
    if mine.kind == "code":
        return made | {"execution_count": None, "outputs": list(mine.outputs)}
    same = released_texts.get(mine.source.strip())
    if same is not None:
        made |= {"cell_type": "markdown", "source": _text(same)}
        return made | {key: json.loads(json.dumps(same[key])) for key in ("attachments",) if key in same}
    shown = set(_ATTACHED.findall(mine.source))
    if mine.kind == "raw" or not shown <= set(mine.attachments) or _acts(_ATTACHED.sub("", mine.source)):
        return made | {"cell_type": "markdown", "source": _as_typed(mine.source)}
    return made | ({"attachments": {name: mine.attachments[name] for name in sorted(shown)}} if shown else {})


def _acts(text: str) -> bool:
    """Whether markdown or MathJax would make more of a text than words and formulas in their place."""
    return bool(_ACTIVE.search(text)) or not stays_in_place(text)


def _as_typed(text: str) -> str:
    """Markdown that shows `text` character by character: a fence that is longer than any in it."""
    longest = max((len(run) for run in re.findall(r"`+", text)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}text\n{text}\n{fence}"


def _split(output: dict[str, Any]) -> dict[str, Any]:
    """Text of an output as nbformat has it in a file: a list of lines."""
    if output["output_type"] == "stream":
        return {**output, "text": output["text"].splitlines(True)}
    if "data" in output:
        data = {
            mime: text.splitlines(True) if mime.startswith("text/") else text for mime, text in output["data"].items()
        }
        return {**output, "data": data}
    return output


def _settle_ids(cells: list[dict[str, Any]]) -> None:
    """Every id valid and used once; a cell with nbgrader metadata keeps its own."""
    taken = {cell["id"] for cell in cells if meta_of(cell)} | {VERDICT_ID}
    for number, cell in enumerate(cells):
        if meta_of(cell) or (cell["id"] == VERDICT_ID and number == 0):
            continue
        wanted = cell["id"] if _CELL_ID.fullmatch(cell["id"]) else f"submitted-{number:02d}"
        unique, again = wanted, 2
        while unique in taken:
            unique, again = f"{wanted[:56]}-{again}", again + 1
        taken.add(unique)
        cell["id"] = unique


def _to_be_defined(cells: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The code cells of a release in which students write, with points of their own (for style, say) or without, and
    which define something."""
    written = (cell for cell in cells if cell["cell_type"] == "code" and meta_of(cell).get("solution"))
    return [cell for cell in written if _defined(_text(cell))]


@lru_cache(maxsize=64)
def _defined(source: str) -> frozenset[str]:
    """The names of the classes and functions that a cell defines, found even where it is not valid Python."""
    if "class" not in source and "def" not in source:
        return frozenset()
    tree = Syntax(source).tree
    if tree is None:
        return frozenset(re.findall(r"^(?:class|def)\s+(\w+)", source, re.MULTILINE))
    return frozenset(node.name for node in tree.body if isinstance(node, (ast.ClassDef, ast.FunctionDef)))


def _text(cell: Mapping[str, Any]) -> str:
    return joined(cell.get("source"))
