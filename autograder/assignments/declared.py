"""An assignment that is declared in its own notebook, as far as it can be told from the file in solutions/."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from pathlib import Path

MARK = "\nDECLARATION = "  # before the declaration's text, at the end of a declared assignment's reference


@dataclass(frozen=True, slots=True)
class Declared:
    """`defined_names` are the functions and classes that the reference defines."""

    name: str
    defined_names: tuple[str, ...]


def is_declared(path: Path) -> bool:
    """Whether a file is the reference of a declared assignment."""
    try:
        return MARK in path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return False


def read_declared(path: Path) -> Declared:
    """The assignment whose reference that is; raises LookupError where it cannot be read."""
    try:
        tree = ast.parse(path.read_text(encoding="utf-8").partition(MARK)[0])
    except (OSError, ValueError, SyntaxError) as error:
        raise LookupError(f"the reference {path} cannot be read: {error}; build {path.stem} again") from error
    defined = [node.name for node in tree.body if isinstance(node, (ast.FunctionDef, ast.ClassDef))]
    return Declared(path.stem, tuple(defined))
