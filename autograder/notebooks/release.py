"""The released notebook of an assignment: what students were given, and what is scored."""

from __future__ import annotations

import ast
from functools import cached_property
from pathlib import Path

from autograder.notebooks.by_hand import as_text, is_by_hand, is_judged
from autograder.notebooks.dependencies import Parsed, Syntax
from autograder.notebooks.plain_python import plain_python
from autograder.notebooks.reading import read


class Release:
    """The released notebook of an assignment: what its cells hold, and which of them the class needs."""

    def __init__(self, path: Path):
        notebook = read(path)
        self.path, self.tree = path, notebook.tree
        self.given = {as_text(cell.source) for cell in notebook.cells if cell.cell_type == "code"}
        self.grade = {
            str(cell.nbgrader.get("grade_id")): as_text(cell.source)
            for cell in notebook.cells
            if cell.cell_type == "code" and is_judged(cell.nbgrader)
        }
        self.points = {
            str(cell.nbgrader.get("grade_id")): float(cell.nbgrader.get("points", 0.0))
            for cell in notebook.cells
            if is_judged(cell.nbgrader) or is_by_hand(cell.nbgrader)
        }
        self.texts = frozenset(as_text(cell.source) for cell in notebook.cells)
        self.answers = {  # of the cells that students answer in and people grade, by name
            str(cell.nbgrader.get("grade_id")): as_text(cell.source)
            for cell in notebook.cells
            if is_by_hand(cell.nbgrader) and not cell.nbgrader.get("task")
        }
        self.definitions = [
            Parsed(cell.index, plain_python(Syntax(plain_python(cell.source)).definitions), True)
            for cell in notebook.cells
            if cell.cell_type == "code" and not cell.nbgrader.get("grade") and not cell.nbgrader.get("solution")
        ]

    @cached_property
    def asked(self) -> dict[str, tuple[int, str]]:
        """The given functions that grade cells name, and those that these call, with their cell's place and text."""
        released: dict[str, tuple[int, str, frozenset[str]]] = {}
        for cell in self.definitions:
            for node in getattr(cell.syntax.tree, "body", ()):
                if isinstance(node, ast.FunctionDef):
                    text = ast.unparse(node)
                    released[node.name] = cell.index, text, Syntax(text).of_names.uses
        waiting = [name.partition("-")[0] for name in self.grade]
        asked: dict[str, tuple[int, str]] = {}
        while waiting:
            name = waiting.pop()
            if name in released and name not in asked:
                index, text, uses = released[name]
                asked[name] = index, text
                waiting += uses
        return asked

    @cached_property
    def max_score(self) -> float:
        """The points of all grade cells together."""
        return sum(self.points.values())
