"""Exceptions that the environment brings about: a package that is not there, a NumPy that takes less than it did."""

from __future__ import annotations

import ast
import difflib
import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np

from autograder.core import Failure
from autograder.notebooks import Cell, Syntax

MISSING = re.compile(r"No module named '([\w.]+)'")
# What NumPy gave up, and with which version.
GONE = {
    "2.0": "float_ complex_ product cumproduct alltrue sometrue asfarray mat infty Inf NaN NAN Infinity PINF NINF "
    "round_ cast source lookfor safe_eval find_common_type unicode_ string_ longfloat singlecomplex",
    "1.24": "float int bool object str long unicode complex",
    "2.4": "trapz in1d",
    "2.5": "row_stack",
}
GONE_OF_ARRAYS = {"2.0": "ptp itemset newbyteorder", "2.3": "tostring"}
ONE_NUMBER = ("only 0-dimensional arrays can be converted", "setting an array element with a sequence")


class Installed(NamedTuple):
    """A fault that lies in what is installed: its code, what was seen and where to look."""

    code: str
    says: str
    look: str


def by_environment(method: str, failure: Failure, cells: Sequence[Cell], notes: Sequence[str]) -> Installed | None:
    """The reason for an exception, where it lies in what is installed; None where it does not."""
    package = _missing(failure, cells, notes)
    if package:
        where = f" ({failure.place})" if failure.place else ""
        text = f"{method} needs {package}, which is not there when this is graded; NumPy is{where}."
        look = f"Write what you take from {package} with NumPy: the notebook asks for no other package."
        return Installed("missing-package", text, look)
    version = _given_up(failure)
    if version:
        kind = failure.text.partition("\n")[0]
        text = (
            f"{method} raised {failure.type}: {kind} in {failure.place}. This is graded with NumPy {np.__version__}; "
        )
        text += f"before NumPy {version} it was allowed."
        look = "Print np.__version__ where it ran for you, and use what newer versions of NumPy have in its place."
        return Installed("raises", text, look)
    if failure.type in ("TypeError", "ValueError") and failure.text.startswith(ONE_NUMBER):
        text = f"{method} raised {failure.type}: {failure.text} in {failure.place}. This is graded with NumPy "
        text += (
            f"{np.__version__}; before NumPy 2.4 an array with one element in it, of shape (1, 1) say, was taken for "
        )
        text += "a number there, and it no longer is."
        look = "Print the shape of what is assigned there: it must be one number. A sum, or an index, makes it one."
        return Installed("raises", text, look)
    return None


def misspelled(failure: Failure, cells: Sequence[Cell]) -> str:
    """Where to look for an attribute that no line sets; empty where some line does, or it is not about one."""
    missing = re.search(r"'(\w+)' object has no attribute '(\w+)'", failure.text)
    if failure.type != "AttributeError" or missing is None:
        return ""
    classes = {node.name for node in _nodes(cells) if isinstance(node, ast.ClassDef)}
    known = sorted(set(_in_classes(cells)))
    if missing[1] not in classes or missing[2] in known or {"setattr", "__dict__"} & set(known):
        return ""
    near = difflib.get_close_matches(missing[2], known, 1)
    hint = f" Is self.{near[0]} meant?" if near else " Compare its name with those that __init__ sets."
    return f"No line sets self.{missing[2]} before it is read.{hint}"


def _missing(failure: Failure, cells: Sequence[Cell], notes: Sequence[str]) -> str:
    """The package that the exception is about: its own import, or a name that a failed import would have bound."""
    match = MISSING.search(failure.text)
    if failure.type in ("ModuleNotFoundError", "ImportError") and match is not None:
        return match[1].partition(".")[0]
    name = re.search(r"name '(\w+)' is not defined", failure.text)
    if failure.type != "NameError" or name is None:
        return ""
    absent = {each[1].partition(".")[0] for note in notes for each in MISSING.finditer(note)}
    return next((package for bound, package in _imports(cells) if bound == name[1] and package in absent), "")


def _given_up(failure: Failure) -> str:
    """The version of NumPy that gave up what an AttributeError is about; empty where it is about none of that."""
    of_numpy = re.search(r"module 'numpy' has no attribute '(\w+)'|`np\.(\w+)` was removed", failure.text)
    of_array = re.search(
        r"'numpy\.\w+' object has no attribute '(\w+)'|`(\w+)` was removed from the ndarray", failure.text
    )
    for match, gone in ((of_numpy, GONE), (of_array, GONE_OF_ARRAYS)):
        if failure.type == "AttributeError" and match is not None:
            name = match[1] or match[2]
            return next((version for version, names in gone.items() if name in names.split()), "")
    return ""


def _imports(cells: Sequence[Cell]) -> Iterator[tuple[str, str]]:
    """The names that imports bind anywhere in the cells, each with its package."""
    for node in _nodes(cells):
        if isinstance(node, ast.Import):
            for alias in node.names:
                package = alias.name.partition(".")[0]
                yield alias.asname or package, package
        elif isinstance(node, ast.ImportFrom) and node.module:
            for alias in node.names:
                yield alias.asname or alias.name, node.module.partition(".")[0]


def _in_classes(cells: Sequence[Cell]) -> Iterator[str]:
    """What classes define or set on an object, and by what means beside the plain one."""
    for top in _nodes(cells):
        nodes = list(ast.walk(top)) if isinstance(top, ast.ClassDef) else []
        changed = {id(target) for node in nodes for target in _only_changed(node)}
        for node in nodes:
            if id(node) in changed:
                continue
            if isinstance(node, ast.Attribute) and (isinstance(node.ctx, ast.Store) or node.attr == "__dict__"):
                yield node.attr
            elif isinstance(node, ast.FunctionDef):
                yield node.name
            elif isinstance(node, ast.Name) and node.id == "setattr":
                yield node.id


def _only_changed(node: ast.AST) -> list[ast.expr]:
    """What a statement sets from its own value, and so cannot be the first to set: `self.w -= 1` and the like."""
    if isinstance(node, ast.AugAssign):
        return [node.target]
    if not isinstance(node, ast.Assign):
        return []
    read = {part.attr for part in ast.walk(node.value) if isinstance(part, ast.Attribute)}
    return [target for target in node.targets if isinstance(target, ast.Attribute) and target.attr in read]


def _nodes(cells: Sequence[Cell]) -> Iterator[ast.AST]:
    for cell in cells:
        tree = Syntax(cell.source).tree
        yield from ast.walk(tree) if tree is not None else ()
