"""An assignment as far as it can be told from its file in solutions/, which the build made."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from pathlib import Path

MARK = "\nDECLARATION = "  # before the declaration's text, at the end of a reference


@dataclass(frozen=True, slots=True)
class Assignment:
    """`defined_names` are the functions and classes that students write, `class_names` the classes of them."""

    name: str
    defined_names: tuple[str, ...]
    class_names: tuple[str, ...]

    @property
    def telling_names(self) -> tuple[str, ...]:
        """By which a notebook is known to be this assignment's: its classes, where it has some."""
        return self.class_names or self.defined_names


def is_declared(path: Path) -> bool:
    """Whether a file is the reference of an assignment."""
    try:
        return MARK in path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return False


def read_assignment(path: Path) -> Assignment:
    """The assignment whose reference that is; raises LookupError where it cannot be read."""
    try:
        tree = ast.parse(path.read_text(encoding="utf-8").partition(MARK)[0])
    except (OSError, ValueError, SyntaxError) as error:
        raise LookupError(f"the reference {path} cannot be read: {error}; build {path.stem} again") from error
    given = _given(tree)
    defined = [
        node for node in tree.body if isinstance(node, (ast.FunctionDef, ast.ClassDef)) and not _is_given(node, given)
    ]
    classes = tuple(node.name for node in defined if isinstance(node, ast.ClassDef))
    return Assignment(path.stem, tuple(node.name for node in defined), classes)


def _given(tree: ast.Module) -> frozenset[str]:
    """What the reference says that students get whole: functions, and methods as `Value.reciprocal`."""
    names = [
        node.value
        for node in tree.body
        if isinstance(node, ast.Assign) and [ast.unparse(target) for target in node.targets] == ["GIVEN"]
    ]
    return frozenset(ast.literal_eval(names[-1])) if names else frozenset()


def _is_given(node: ast.FunctionDef | ast.ClassDef, given: frozenset[str]) -> bool:
    """Whether nothing of it is left to write."""
    if isinstance(node, ast.FunctionDef):
        return node.name in given
    methods = [f"{node.name}.{part.name}" for part in node.body if isinstance(part, ast.FunctionDef)]
    return bool(methods) and given.issuperset(methods)
