"""Submissions made from a release: the class cell filled with code, one method at a time replaced."""

from __future__ import annotations

import ast
import copy
import json
import textwrap
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from autograder.core.course import Course
from tests.corpus.networks import LESSONS


def class_source(course: Course, assignment: str) -> str:
    """The reference's class, as text."""
    text = course.solution(assignment).read_text(encoding="utf-8")
    node = _class(ast.parse(text), LESSONS[assignment].class_name)
    return "\n".join(text.splitlines()[node.lineno - 1 : node.end_lineno])


def with_methods(source: str, methods: Mapping[str, str]) -> str:
    """The class with some methods replaced; a replacement is the text of a whole `def`, unindented."""
    for name, text in methods.items():
        lines = source.splitlines()
        (node,) = (
            part
            for part in ast.walk(ast.parse(source))
            if isinstance(part, ast.FunctionDef) and part.name == name and part.col_offset == 4
        )
        new = textwrap.indent(textwrap.dedent(text).strip("\n"), "    ").splitlines()
        source = "\n".join([*lines[: node.lineno - 1], *new, *lines[node.end_lineno :]])
    return source


def filled(course: Course, assignment: str, source: str) -> dict[str, Any]:
    """The release with `source` in its class cell."""
    notebook: dict[str, Any] = copy.deepcopy(released(course, assignment))
    class_cell(notebook, assignment)["source"] = source
    return notebook


def released(course: Course, assignment: str) -> dict[str, Any]:
    """The release, as JSON data."""
    data: dict[str, Any] = json.loads(course.release_notebook(assignment).read_text(encoding="utf-8"))
    return data


def class_cell(notebook: dict[str, Any], assignment: str) -> dict[str, Any]:
    """The cell that holds the class."""
    name = LESSONS[assignment].class_name
    (cell,) = (
        cell for cell in notebook["cells"] if cell["cell_type"] == "code" and f"class {name}" in "".join(cell["source"])
    )
    return cell  # type: ignore[no-any-return]


def solved(course: Course, assignment: str, blank: str = "") -> dict[str, Any]:
    """A release with the solution cells of its source in it, but for the one called `blank`."""
    source = json.loads(course.source_notebook(assignment).read_text(encoding="utf-8"))
    written = {cell["id"]: cell["source"] for cell in source["cells"] if _is_written(cell) and cell["id"] != blank}
    notebook = copy.deepcopy(released(course, assignment))
    for cell in notebook["cells"]:
        cell["source"] = written.get(cell["id"], cell["source"])
    return notebook


def _is_written(cell: Mapping[str, Any]) -> bool:
    return cell["cell_type"] == "code" and bool(cell["metadata"].get("nbgrader", {}).get("solution"))


def save(notebook: Any, path: Path) -> Path:
    """Write a notebook as JSON, or text and bytes as they are."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if isinstance(notebook, bytes):
        path.write_bytes(notebook)
    else:
        path.write_text(notebook if isinstance(notebook, str) else json.dumps(notebook, indent=1), encoding="utf-8")
    return path


def _class(tree: ast.Module, name: str) -> ast.ClassDef:
    return next(node for node in tree.body if isinstance(node, ast.ClassDef) and node.name == name)
