"""What a statement changes, and the edits by which it is forgotten, doubled or written otherwise."""

from __future__ import annotations

import ast
from typing import Any

from autograder.callables.declared.functions import Function
from autograder.callables.faults.edits import Change, Edit, Path

RECORDS = ("append", "extend")


def target(statement: ast.stmt) -> str:
    """What a statement changes: the name itself, of an element its array."""
    if isinstance(statement, ast.Assign) and len(statement.targets) == 1:
        node = statement.targets[0]
    elif isinstance(statement, ast.AugAssign):
        node = statement.target
    else:
        return ""
    while isinstance(node, ast.Subscript):
        node = node.value
    return ast.unparse(node)


def moves(statement: ast.stmt) -> str:
    """The one thing that a statement changes, a loop or a condition by what stands in it; empty for several."""
    if isinstance(statement, ast.For | ast.While | ast.If):
        targets = {target(each) for each in ast.walk(statement) if isinstance(each, ast.Assign | ast.AugAssign)}
        return targets.pop() if len(targets) == 1 else ""
    return target(statement)


def forgotten(owner: Function, name: str) -> str:
    """The kind of a step that is left out, by what it changes: what was given or stays, or a value on the way."""
    return "step forgotten" if name in owner.arguments or name.startswith("self.") else "line left out"


def updates(statement: ast.stmt) -> bool:
    """Whether what it changes counts in it: `w -= …`, `w = w - …`."""
    if isinstance(statement, ast.AugAssign):
        return True
    if not isinstance(statement, ast.Assign):
        return False
    stored = {
        ast.unparse(each) for each in ast.walk(statement.targets[0]) if isinstance(each, ast.Name | ast.Attribute)
    }
    read = {ast.unparse(each) for each in ast.walk(statement.value) if isinstance(each, ast.Name | ast.Attribute)}
    return bool((stored - {"self"}) & read)


def of_a_part(statement: ast.stmt) -> bool:
    """Whether elements of an array are changed, as a one-hot 1 is taken off its entry: no quantity goes on by that."""
    if not isinstance(statement, ast.AugAssign) or not isinstance(statement.target, ast.Subscript):
        return False
    return ast.unparse(statement.target.slice) not in (":", "...")


def is_record(statement: ast.stmt) -> bool:
    """Whether it puts something at the end of a list."""
    call = statement.value if isinstance(statement, ast.Expr) else None
    return isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute) and call.func.attr in RECORDS


def holder(root: ast.AST, path: Path) -> bool:
    """Whether the block that a path leads to is a loop's."""
    node: object = root
    for part in path[:-1]:
        node = node[part] if isinstance(part, int) else getattr(node, part)  # type: ignore[index]
    return isinstance(node, ast.For | ast.While)


def change(function: str, place: Path, operator: str, kind: str, subject: str = "", new: str = "") -> Change:
    return Change((Edit(function, place, operator, new),), kind, subject)


def rewritten(function: str, place: Path, kind: str, subject: str, new: str) -> Change:
    """The statement forgotten and others put there."""
    return Change((Edit(function, place, "before", new), Edit(function, place, "forget")), kind, subject)


def in_a_loop(function: ast.AST, path: Path) -> bool:
    """Whether a place is somewhere inside a loop."""
    node: Any = function
    for step in path:
        if isinstance(node, ast.For | ast.While):
            return True
        node = getattr(node, step) if isinstance(step, str) else node[step]
    return False
