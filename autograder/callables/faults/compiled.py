"""The reference with a change made, as a namespace that can be run."""

from __future__ import annotations

import ast
import contextlib
import io
import warnings
from collections.abc import Iterator, Sequence
from types import CodeType
from typing import Any

import numpy as np

from autograder.callables.declared import later
from autograder.callables.declared.functions import DEFINES, functions, is_lambda
from autograder.callables.faults.edits import Change, applied

ROUNDS = 20_000  # of all `while` loops of one answer: a changed condition may never come true
_COUNT, _FIXED = "_autograder_round", "_autograder_fixed"


@contextlib.contextmanager
def quiet() -> Iterator[None]:
    """What changed code prints and warns of is nobody's."""
    with contextlib.redirect_stdout(io.StringIO()), warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        yield


class TooManyRounds(Exception):
    """A changed `while` loop did not end."""


class Changeable:
    """A source that runs as it stands, or with one change, where only definitions are executed again.

    What NumPy leaves as memory holds it, `np.empty`, is filled with zeros here: a place that a change leaves unwritten
    has to be the same in every run, and in most submissions it is zero.

    Raises whatever the source raises. Values of its top level (constants, data) are the same objects in every
    namespace.
    """

    def __init__(self, source: str) -> None:
        self._source = functions(source)
        self._base = later.namespace("reference")
        with contextlib.redirect_stdout(io.StringIO()):  # what the notebook's own cells print is nobody's
            exec(compile(source, "reference", "exec"), self._base)
        every = [list(ast.walk(statement)) for statement in self._source.tree.body]
        self._loops = [[node for node in nodes if isinstance(node, ast.For | ast.While)] for nodes in every]
        self._unfilled = [[node for node in nodes if _is_empty(node)] for nodes in every]
        self._definitions = {
            k: self._code(k)
            for k, statement in enumerate(self._source.tree.body)
            if isinstance(statement, DEFINES) or is_lambda(statement)
        }
        self._left = ROUNDS

    def namespace(self) -> dict[str, Any]:
        """The names as the source leaves them."""
        return self._made({})

    def changed(self, change: Change) -> dict[str, Any]:
        """The names with that change made; raises SyntaxError, or what its definitions raise."""
        trees = {name: function.node for name, function in self._source.functions.items()}
        tops = {self._source.functions[edit.function].top for edit in change.edits}
        with applied(trees, change.edits) as put:
            rounds = any("iter" in edit.path for edit in change.edits)
            new = [node for each in put for node in ast.walk(each)]
            codes = {top: self._code(top, rounds, new) for top in tops}
        return self._made(codes)

    def tried(self, change: Change) -> dict[str, Any] | None:
        """The same; None for a change that is no program."""
        try:
            return self.changed(change)
        except Exception:
            return None

    def begin(self) -> None:
        """A new answer: `while` loops may run ROUNDS times again."""
        self._left = ROUNDS

    def _made(self, codes: dict[int, CodeType]) -> dict[str, Any]:
        names = dict(self._base)
        names[_COUNT], names[_FIXED] = self._count, _fixed
        for k, code in self._definitions.items():
            exec(codes.get(k, code), names)
        return names

    def _count(self) -> bool:
        self._left -= 1
        if self._left < 0:
            raise TooManyRounds
        return True

    def _code(self, top: int, other_rounds: bool = False, new: Sequence[ast.AST] = ()) -> CodeType:
        """A definition as it stands in the tree now; `new` are the nodes that a change has put there."""
        loops, unfilled = self._loops[top], self._unfilled[top]
        counted = other_rounds or any(isinstance(node, ast.While) for node in loops)
        bounded = [*loops, *(node for node in new if isinstance(node, ast.For | ast.While))] if counted else []
        with _bounded([*bounded, *unfilled, *(node for node in new if unfilled and _is_empty(node))]):
            try:
                return compile(ast.Module([self._source.tree.body[top]], []), "reference", "exec")
            except (ValueError, TypeError) as reason:  # a tree that no source gives
                raise SyntaxError(str(reason)) from None


@contextlib.contextmanager
def _bounded(nodes: Sequence[ast.AST]) -> Iterator[None]:
    """Loops that end and arrays that are filled in the place of these, undone on leaving: thousands of changes are
    compiled, and to copy a definition takes several times as long as that."""
    undo: list[tuple[ast.AST, str, object]] = []

    def put(node: ast.AST, field: str, new: object) -> None:
        undo.append((node, field, getattr(node, field)))
        setattr(node, field, new)

    try:
        for node in nodes:
            if isinstance(node, ast.For):
                put(node, "iter", _call(_FIXED, [node.iter], node))
            elif isinstance(node, ast.While):
                both = [_call(_COUNT, [], node), node.test]
                put(node, "test", ast.copy_location(ast.BoolOp(ast.And(), both), node))
            elif isinstance(node, ast.Attribute):
                put(node, "attr", node.attr.replace("empty", "zeros"))
        yield
    finally:
        for node, field, old in reversed(undo):
            setattr(node, field, old)


def _call(name: str, arguments: list[ast.expr], at: ast.AST) -> ast.Call:
    """A call of one of our own functions, which stands where that node does."""
    return ast.copy_location(ast.Call(ast.copy_location(ast.Name(name, ast.Load()), at), arguments, []), at)


def _fixed(rounds: Any) -> Any:
    """What a `for` runs over, where that is a list as it is now: a loop may put into its own list for ever."""
    return tuple(rounds) if isinstance(rounds, list) else rounds


def _is_empty(node: ast.AST) -> bool:
    """Whether it is NumPy's array of whatever memory holds."""
    if not isinstance(node, ast.Attribute) or node.attr not in ("empty", "empty_like"):
        return False
    return ast.unparse(node.value) in ("np", "numpy")
