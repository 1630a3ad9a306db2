"""Evidence that only the text of a submission can give; read as syntax, never run."""

from __future__ import annotations

import ast
import warnings
from collections.abc import Iterator, Sequence

from autograder.notebooks import Cell

LONGEST = 200_000  # characters; the syntax tree of a longer cell takes seconds and hundreds of megabytes


def uses_complex_numbers(cells: Sequence[Cell], class_name: str, method: str) -> bool:
    """Whether a method, or a function of the student's that it calls by name, computes with complex numbers."""
    functions = {node.name: node for node in _functions(cells)}
    seen: set[str] = set()
    waiting = [method]
    while waiting:
        name = waiting.pop()
        node = functions.get(name)
        if node is None or name in seen:
            continue
        seen.add(name)
        for part in ast.walk(node):
            if isinstance(part, ast.Constant) and isinstance(part.value, complex):
                return True
            if isinstance(part, ast.Name) and part.id == "complex":
                return True
            if isinstance(part, ast.Attribute) and part.attr in ("complex128", "complex64", "imag"):
                return True
            if isinstance(part, ast.Call):
                called = part.func
                waiting.append(called.id if isinstance(called, ast.Name) else getattr(called, "attr", ""))
    return False


def _functions(cells: Sequence[Cell]) -> Iterator[ast.FunctionDef]:
    for cell in cells:
        if cell.given or len(cell.source) > LONGEST:
            continue
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                tree = ast.parse(cell.source)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            continue
        yield from (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))
