"""Statements at another place: before or after others, in or out of a loop, in each other's place."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from autograder.callables.faults.edits import Change, Edit, Path
from autograder.callables.faults.operators.steps import change, is_record, target, updates
from autograder.callables.faults.sites import assigned


def out_together(function: str, path: Path, block: list[ast.stmt]) -> Iterator[Change]:
    """All of a loop's updates done once, after it."""
    places = [k for k, each in enumerate(block) if not isinstance(each, ast.For | ast.While | ast.If) and updates(each)]
    if len(places) > 1:
        edits = tuple(Edit(function, (*path, k), "out after") for k in places)
        yield Change(edits, "step out of loop", "")


def moved(function: str, place: Path, block: list[ast.stmt], k: int, counted: frozenset[str]) -> Iterator[Change]:
    statement = block[k]
    if isinstance(statement, ast.Return):
        return
    by_round = _is_kept_by_round(statement, block, counted)
    for to in range(len(block)):
        ends = isinstance(block[to], ast.Return)
        if to == k or (ends and to > k):
            continue
        crossed = block[min(k, to) : max(k, to) + 1]
        across_steps = any(map(updates, crossed))
        record = is_record(statement) or (by_round and across_steps)
        kind = ("record later" if to > k else "record earlier") if record else "order of steps"
        if not record and across_steps:
            kind = "update order"
        if is_record(statement) and _kept(statement, crossed):
            kind = "order of records"
        yield change(function, place, "move", kind, target(statement), str(to))
    for to, each in enumerate(block):
        if isinstance(each, ast.For | ast.While) and to > k and not isinstance(statement, ast.For | ast.While):
            yield change(function, place, "into", "starts anew", target(statement), str(to))
        elif isinstance(each, ast.For | ast.While) and to < k and updates(statement):
            end = Edit(function, (*place[:-1], to, "body", len(each.body) - 1), "after", ast.unparse(statement))
            yield Change((end, Edit(function, place, "forget")), "step in loop", target(statement))


def _is_kept_by_round(statement: ast.stmt, block: list[ast.stmt], counted: frozenset[str]) -> bool:
    """Whether it puts something into an array at the place of the round, `losses[i] = …`, which no round reads."""
    part = statement.targets[0] if isinstance(statement, ast.Assign) and len(statement.targets) == 1 else None
    if not isinstance(part, ast.Subscript):
        return False
    first = part.slice.elts[0] if isinstance(part.slice, ast.Tuple) and part.slice.elts else part.slice
    name = ast.unparse(part.value)
    others = (node for each in block if each is not statement for node in ast.walk(each))
    read = any(isinstance(node, ast.Name | ast.Attribute) and ast.unparse(node) == name for node in others)
    return isinstance(first, ast.Name) and first.id in counted and not read


def _kept(record: ast.stmt, crossed: list[ast.stmt]) -> bool:
    """Whether a record is of plain names alone that what it crosses neither sets nor leaves early: its place is all."""
    args = record.value.args if isinstance(record, ast.Expr) and isinstance(record.value, ast.Call) else []
    nodes = [node for each in crossed for node in ast.walk(each)]
    stored = {node.id for node in nodes if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
    leaves = any(isinstance(node, ast.Return | ast.Raise | ast.Continue | ast.Break) for node in nodes)
    return not leaves and all(isinstance(each, ast.Name) and each.id not in stored for each in args)


def before_its_function(function: str, place: Path, block: list[ast.stmt], k: int) -> Iterator[Change]:
    """A step that changes what a function gave, done to what the function is given."""
    step = block[k + 1] if k + 1 < len(block) else None
    for name, value in assigned(block[k]):
        call = isinstance(value, ast.Call) and len(value.args) == 1 and not value.keywords
        if isinstance(step, ast.AugAssign) and target(step) == ast.unparse(name) and call:
            first = f"{ast.unparse(name)} = np.array({ast.unparse(value.args[0])})"  # type: ignore[attr-defined]
            after = f"{ast.unparse(name)} = {ast.unparse(value.func)}({ast.unparse(name)})"  # type: ignore[attr-defined]
            edits = (
                Edit(function, place, "before", first),
                Edit(function, place, "forget"),
                Edit(function, (*place[:-1], k + 1), "after", after),
            )
            yield Change(edits, "order of steps")


def exchanged(function: str, place: Path, block: list[ast.stmt], k: int) -> Iterator[Change]:
    """What two statements that follow one another give, in each other's place."""
    pair = [each.value for each in block[k : k + 2] if isinstance(each, ast.Assign) and len(each.targets) == 1]
    if len(pair) == 2:
        edits = (
            Edit(function, (*place, "value"), "put", ast.unparse(pair[1])),
            Edit(function, (*place[:-1], k + 1, "value"), "put", ast.unparse(pair[0])),
        )
        yield Change(edits, "operands swapped")


def in_loop(function: str, place: Path, block: list[ast.stmt], k: int) -> Iterator[Change]:
    statement = block[k]
    if isinstance(statement, ast.Return | ast.For | ast.While):
        return
    yield from _adding_up(function, place, statement)
    for operator in ("out before", "out after"):
        kind = "record out of loop" if is_record(statement) else "step out of loop"
        yield change(function, place, operator, kind, target(statement))
    if is_record(statement):
        again = [each for each in block[:k] if isinstance(each, ast.Assign) and not updates(each)]
        text_again = "\n".join(ast.unparse(each) for each in [*again, statement])
        last = Edit(function, (*place[:-1], len(block) - 1), "after", text_again)
        if k < len(block) - 1:
            yield Change((last, Edit(function, place, "forget")), "record later")
        else:
            yield Change((Edit(function, place, "before", text_again), Edit(function, place, "forget")), "record later")


def _adding_up(function: str, place: Path, statement: ast.stmt) -> Iterator[Change]:
    """A value that a round gives is added to what it was in the round before."""
    if not isinstance(statement, ast.Assign) or len(statement.targets) != 1:
        return
    part = statement.targets[0]
    for each in part.elts if isinstance(part, ast.Tuple) else [part]:
        if isinstance(each, ast.Name):
            before = Edit(function, place, "before", f"_was = {each.id}")
            after = Edit(function, place, "after", f"{each.id} = _was + {each.id}")
            yield Change((before, after), "adds up", each.id)
