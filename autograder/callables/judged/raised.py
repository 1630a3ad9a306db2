"""Where an exception was raised, and what to look at."""

from __future__ import annotations

import ast
import re
from collections.abc import Sequence

from autograder.core import Failure
from autograder.notebooks import Cell, Syntax, is_unwritten


def function_of(failure: Failure, cells: Sequence[Cell]) -> str:
    """The function or method of the submission, `Value.backward`, whose line raised; empty where none is known."""
    return _function(failure, cells)[0]


def is_begun(failure: Failure, cells: Sequence[Cell]) -> bool:
    """Whether more than a stub stands in the function whose line raised; False where none is known."""
    function = _function(failure, cells)[1]
    return function is not None and not is_unwritten(function)


def _function(failure: Failure, cells: Sequence[Cell]) -> tuple[str, ast.FunctionDef | None]:
    at = re.match(r"cell (\d+), line (\d+)\b", failure.place)
    if at is None:
        return "", None
    tree = next((Syntax(cell.source).tree for cell in cells if cell.index == int(at[1])), None)
    return ("", None) if tree is None else _around(tree, int(at[2]))


def _around(tree: ast.AST, line: int) -> tuple[str, ast.FunctionDef | None]:
    """The outermost function around a line, by its name with the classes that it stands in."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)) and node.lineno <= line <= (node.end_lineno or 0):
            if isinstance(node, ast.FunctionDef):
                return node.name, node
            inner, function = _around(node, line)
            return (f"{node.name}.{inner}" if inner else ""), function
    return "", None


def look_at(failure: Failure) -> str:
    """Where to look after an exception, by what its type and text say."""
    if failure.type == "ValueError" and "read-only" in failure.text:
        return "Does a statement such as `a -= b` or `a[...] = b` write into an array that was handed in?"
    if "'NoneType' object" in failure.text:
        return "None stands there: does what was called before return something?"
    if failure.type == "NameError":
        return "Which name is it? There is what the function is given or makes, and what the notebook defines."
    if failure.type == "RecursionError":
        return "It calls itself, directly or through another one: when does that end?"
    return "Read the last line of the message, then print the shapes of what stands there."
