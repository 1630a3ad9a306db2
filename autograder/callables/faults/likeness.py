"""Which of several changes, that give the same numbers, is nearest to what is written in a submission."""

from __future__ import annotations

import ast
import copy
import re
from collections import Counter
from collections.abc import Mapping, Sequence

from autograder.callables.declared.functions import Function
from autograder.callables.faults.edits import Change, applied

NAMES = re.compile(r"[A-Za-z_]\w*")
STEPS = ("sign function", "step function")
WRITTEN_STEP = r"\bsign\b|\bheaviside\b|\bwhere\b|\bastype\b|\s[<>]=?\s"


def nearest(changes: Sequence[Change], functions: Mapping[str, Function], written: str) -> list[Change]:
    """The changes by which a function comes nearest to the text `written`, by how often each word stands in both.

    Changes of one function differ in the few words that they put there or take away: whoever wrote `argmax` did not
    take the smallest.
    """
    wanted = Counter(NAMES.findall(written))
    far = [_apart(change, functions, wanted) for change in changes]
    return [change for change, each in zip(changes, far, strict=True) if each == min(far)]


def written_there(changes: Sequence[Change], written: str) -> list[Change]:
    """The changes without signs and steps that are applied, where nothing of them stands in the text `written`: where
    these give one and the same number, whoever put that number there gives the same."""
    return [each for each in changes if each.subject not in STEPS or re.search(WRITTEN_STEP, written)]


def _apart(change: Change, functions: Mapping[str, Function], wanted: Counter[str]) -> int:
    """How many words stand in one of both alone."""
    trees: dict[str, ast.AST] = {edit.function: copy.deepcopy(functions[edit.function].node) for edit in change.edits}
    with applied(trees, change.edits):
        came = Counter(NAMES.findall("\n".join(map(ast.unparse, trees.values()))))
    return (came - wanted).total() + (wanted - came).total()


def text_of(cells: Sequence[str], name: str) -> str:
    """The text of the last definition of a function or method in some cells; empty where none can be read."""
    owner, _, method = name.rpartition(".")
    text = ""
    for cell in cells:
        try:
            body = ast.parse(cell).body
        except (SyntaxError, ValueError):
            continue
        classes = [each.body for each in body if isinstance(each, ast.ClassDef) and each.name == owner]
        for statement in (each for block in (classes if owner else [body]) for each in block):
            if isinstance(statement, ast.FunctionDef) and statement.name == method:
                text = ast.unparse(statement)
    return text
