"""Whole statements: forgotten, done twice, turned, one of several; beside them at other places, and in elements."""

from __future__ import annotations

import ast
import itertools
from collections.abc import Iterator

from autograder.callables.declared.functions import Function
from autograder.callables.faults.edits import Change, Edit, Path
from autograder.callables.faults.operators.elements import added_at, added_once, augmented, rest_left_out, written
from autograder.callables.faults.operators.order import before_its_function, exchanged, in_loop, moved, out_together
from autograder.callables.faults.operators.shapes import BOUNDS
from autograder.callables.faults.operators.steps import (
    change,
    forgotten,
    holder,
    moves,
    of_a_part,
    rewritten,
    target,
    updates,
)
from autograder.callables.faults.operators.texts import text
from autograder.callables.faults.sites import blocks


def statements(function: Function) -> Iterator[Change]:
    """Changes of a function's statements; none of a lambda's."""
    if isinstance(function.node, ast.Assign):
        return
    loops = (node.target for node in ast.walk(function.node) if isinstance(node, ast.For))
    counted = frozenset(each.id for each in loops if isinstance(each, ast.Name))
    for path, block in blocks(function):
        inside = any(isinstance(each, int) for each in path) and len(path) > 1
        loop = inside and holder(function.node, path)
        for k, statement in enumerate(block):
            place = (*path, k)
            yield from _one(function, place, statement, bool(loop))
            yield from moved(function.name, place, block, k, counted)
            yield from exchanged(function.name, place, block, k)
            yield from before_its_function(function.name, place, block, k)
            if isinstance(statement, ast.For | ast.While) and isinstance(block[-1], ast.Return):
                last = (*place, "body", len(statement.body) - 1)
                yield change(function.name, last, "after", "one round", "", ast.unparse(block[-1]))
            if loop:
                yield from in_loop(function.name, place, block, k)
                yield from added_once(function, place, statement)
            if loop and k == 0:
                yield from out_together(function.name, path, block)
            if k == 0:
                yield from _all_turned(function.name, path, block, bool(loop))


def _all_turned(function: str, path: Path, block: list[ast.stmt], loop: bool) -> Iterator[Change]:
    """All steps `w -= ...` of a block the other way."""
    down = [k for k, each in enumerate(block) if isinstance(each, ast.AugAssign) and isinstance(each.op, ast.Sub)]
    edits: list[Edit] = []
    for k in down if len(down) > 1 else ():
        step = block[k]
        assert isinstance(step, ast.AugAssign)
        new = f"{ast.unparse(step.target)} += {text(step.value)}"
        edits += [Edit(function, (*path, k), "before", new), Edit(function, (*path, k), "forget")]
    if edits:
        yield Change(tuple(edits), "ascends" if loop else "sign")


def _one(owner: Function, place: Path, statement: ast.stmt, loop: bool) -> Iterator[Change]:
    if isinstance(statement, ast.Return | ast.Pass):
        return
    function, name = owner.name, target(statement)
    counts_itself = updates(statement)
    kept = counts_itself and loop and not of_a_part(statement)
    gone = moves(statement)
    yield change(function, place, "forget", "update forgotten" if kept else forgotten(owner, gone), gone)
    if isinstance(statement, ast.AugAssign):
        yield from augmented(function, place, statement, loop)
        yield from rest_left_out(function, place, statement)
    if isinstance(statement, ast.Assign) and isinstance(statement.targets[0], ast.Subscript):
        yield from written(function, place, statement, statement.targets[0])
    yield from _one_of_several(owner, place, statement)
    if isinstance(statement, ast.Expr):
        yield from added_at(function, place, statement.value)
    if counts_itself:
        yield change(function, place, "twice", "update twice", name)
    if isinstance(statement, ast.Assign) and isinstance(statement.targets[0], ast.Tuple):
        for each, bound in itertools.product(statement.targets[0].elts, BOUNDS):
            new = f"{ast.unparse(each)} = np.clip({ast.unparse(each)}, -{bound}, {bound})"
            yield change(function, place, "after", "cut off", "", new)
    if isinstance(statement, ast.If) and not statement.orelse:
        inner = "\n".join(ast.unparse(each) for each in statement.body)
        yield rewritten(function, place, "condition", "", inner)


def _one_of_several(owner: Function, place: Path, statement: ast.stmt) -> Iterator[Change]:
    """`best, waited = loss, 0` without the one or the other."""
    pair = (statement.targets[0], statement.value) if isinstance(statement, ast.Assign) else (None, None)
    names, values = (each.elts if isinstance(each, ast.Tuple) else [] for each in pair)
    if len(names) != len(values) or any(isinstance(each, ast.Starred) for each in (*names, *values)):
        return
    for k, name in enumerate(names if len(names) > 1 else ()):
        rest = [", ".join(ast.unparse(each) for j, each in enumerate(several) if j != k) for several in (names, values)]
        gone = ast.unparse(name)
        yield rewritten(owner.name, place, forgotten(owner, gone), gone, " = ".join(rest))
