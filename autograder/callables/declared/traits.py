"""What is to be seen of callables in their source: deciding, exponentials, care that numbers do not grow too large."""

from __future__ import annotations

import ast
import re
from collections.abc import Sequence
from functools import cached_property

from autograder.callables.declared.functions import functions

GUARDS = re.compile(r"- (?:np\.a?max\(|max\(|[\w.\[\]]+\.max\()|logsumexp|logaddexp|log1p|\bclip\(")
BORDERS = frozenset({  # functions that compare, or take bounds, signs or places
    "abs", "absolute", "argmax", "argmin", "argsort", "ceil", "clip", "fabs", "floor", "fmax", "fmin", "heaviside",
    "max", "maximum", "median", "min", "minimum", "quantile", "round", "searchsorted", "sign", "sort", "sorted",
    "unique",
})  # fmt: skip
BOUNDED = re.compile(r"\bclip\(|\beps|\d?e-\d")
LARGEST = re.compile(r"(?m)^\s*(\w+) = [^\n]*\bmax\(")  # a largest number that is kept under a name, to be taken off


class Traits:
    """The traits of the callables of a solution's text, by their full names."""

    def __init__(self, source: str, names: Sequence[str]):
        self._read, self._names = functions(source), names

    @cached_property
    def deciding(self) -> frozenset[str]:
        """The callables that decide between cases: with an `if`, a `while`, or a bound in their own lines."""
        return frozenset(name for name in self._names if _decides(self._read.functions[self._read.own(name)].node))

    @cached_property
    def guarded(self) -> frozenset[str]:
        """The callables that take care in their own lines, or a helper's, that no number grows too large."""
        texts = {name: ast.unparse(each.node) for name, each in self._read.functions.items()}
        return frozenset(name for name in self._names if any(_guards(texts[each]) for each in self._read.reach(name)))

    @cached_property
    def bounded(self) -> frozenset[str]:
        """The callables with a bound or a tiny number of their own in their lines, or a helper's, such as `p + 1e-12`:
        far out, they answer by these."""
        texts = {name: ast.unparse(each.node) for name, each in self._read.functions.items()}
        return frozenset(n for n in self._names if any(BOUNDED.search(texts[each]) for each in self._read.reach(n)))

    @cached_property
    def meeting_zero(self) -> frozenset[str]:
        """The callables that take care of what is exactly zero (`sd == 0`), and have no border beside at which both
        sides are as right."""
        nodes = {name: each.node for name, each in self._read.functions.items()}
        borders = {name for name, node in nodes.items() if any(map(_has_border, ast.walk(node)))}
        guards = {name for name, node in nodes.items() if _meets_zero(node)}
        reached = {name: {*self._read.reach(name)} for name in self._names}
        return frozenset(name for name, those in reached.items() if those & guards and not those & borders)

    @cached_property
    def exponential(self) -> frozenset[str]:
        """The callables that take an exponential, in their own lines or a helper's."""
        texts = {name: ast.unparse(each.node) for name, each in self._read.functions.items()}
        return frozenset(n for n in self._names if any("exp(" in texts[each] for each in self._read.reach(n)))

    @cached_property
    def bordered(self) -> frozenset[str]:
        """The callables that decide by size, in their own lines or a helper's."""
        every = self._read.functions.items()
        here = {name for name, each in every if any(map(_has_border, ast.walk(each.node)))}
        return frozenset(n for n in self._names if any(each in here for each in self._read.reach(n)))

    @cached_property
    def yielding(self) -> frozenset[str]:
        """The callables that are generators."""
        every = self._read.functions.items()
        return frozenset(n for n, f in every if any(isinstance(each, ast.Yield) for each in ast.walk(f.node)))


def _meets_zero(function: ast.AST) -> bool:
    """Whether something is compared with zero for being just that."""
    return any(
        isinstance(node, ast.Compare)
        and isinstance(node.ops[0], ast.Eq | ast.NotEq)
        and isinstance(node.comparators[0], ast.Constant)
        and node.comparators[0].value == 0
        for node in ast.walk(function)
    )


def _guards(text: str) -> bool:
    """Whether a function takes off the largest number before it goes on, or takes like care."""
    kept = LARGEST.findall(text)
    return bool(GUARDS.search(text)) or any(re.search(rf"- {name}\b", text) for name in kept)


def _has_border(node: ast.AST) -> bool:
    """Whether it decides by size: a comparison, or a call of a function that has a border."""
    called = node.func if isinstance(node, ast.Call) else None
    name = called.attr if isinstance(called, ast.Attribute) else called.id if isinstance(called, ast.Name) else ""
    return isinstance(node, ast.Lt | ast.LtE | ast.Gt | ast.GtE) or name in BORDERS


def _decides(function: ast.AST) -> bool:
    return any(
        isinstance(node, ast.If | ast.While | ast.IfExp)
        or (isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("min", "max"))
        for node in ast.walk(function)
    )
