"""Whole statements: forgotten, done twice, at another place, in place or not."""

from __future__ import annotations

import ast
import itertools
from collections.abc import Iterator

from autograder.callables.declared.functions import Function
from autograder.callables.faults.edits import Change, Edit, Path
from autograder.callables.faults.operators.shapes import BOUNDS
from autograder.callables.faults.operators.texts import text
from autograder.callables.faults.sites import assigned, blocks

HALVES = ("0.5", "0.9", "0.1")
SYMBOLS = {ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/"}
RECORDS = ("append", "extend")


def statements(function: Function) -> Iterator[Change]:
    """Changes of a function's statements; none of a lambda's."""
    if isinstance(function.node, ast.Assign):
        return
    loops = (node.target for node in ast.walk(function.node) if isinstance(node, ast.For))
    counted = frozenset(each.id for each in loops if isinstance(each, ast.Name))
    for path, block in blocks(function):
        inside = any(isinstance(each, int) for each in path) and len(path) > 1
        loop = inside and _holder(function.node, path)
        for k, statement in enumerate(block):
            place = (*path, k)
            yield from _one(function, place, statement, bool(loop))
            yield from _moved(function.name, place, block, k, counted)
            yield from _exchanged(function.name, place, block, k)
            yield from _before_its_function(function.name, place, block, k)
            if isinstance(statement, ast.For | ast.While) and isinstance(block[-1], ast.Return):
                last = (*place, "body", len(statement.body) - 1)
                yield _change(function.name, last, "after", "one round", "", ast.unparse(block[-1]))
            if loop:
                yield from _in_loop(function.name, place, block, k)
                yield from _added_once(function, place, statement)
            if loop and k == 0:
                yield from _out_together(function.name, path, block)
            if k == 0:
                yield from _all_turned(function.name, path, block, bool(loop))


def _all_turned(function: str, path: Path, block: list[ast.stmt], loop: bool) -> Iterator[Change]:
    """All steps `w -= ...` of a block the other way."""
    moved = [k for k, each in enumerate(block) if isinstance(each, ast.AugAssign) and isinstance(each.op, ast.Sub)]
    edits: list[Edit] = []
    for k in moved if len(moved) > 1 else ():
        step = block[k]
        assert isinstance(step, ast.AugAssign)
        new = f"{ast.unparse(step.target)} += {text(step.value)}"
        edits += [Edit(function, (*path, k), "before", new), Edit(function, (*path, k), "forget")]
    if edits:
        yield Change(tuple(edits), "ascends" if loop else "sign")


def _out_together(function: str, path: Path, block: list[ast.stmt]) -> Iterator[Change]:
    """All of a loop's updates done once, after it."""
    moved = [k for k, each in enumerate(block) if not isinstance(each, ast.For | ast.While | ast.If) and _updates(each)]
    if len(moved) > 1:
        edits = tuple(Edit(function, (*path, k), "out after") for k in moved)
        yield Change(edits, "step out of loop", "")


def _holder(root: ast.AST, path: Path) -> bool:
    """Whether the block that a path leads to is a loop's."""
    node: object = root
    for part in path[:-1]:
        node = node[part] if isinstance(part, int) else getattr(node, part)  # type: ignore[index]
    return isinstance(node, ast.For | ast.While)


def _change(function: str, place: Path, operator: str, kind: str, subject: str = "", new: str = "") -> Change:
    return Change((Edit(function, place, operator, new),), kind, subject)


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


def _moves(statement: ast.stmt) -> str:
    """The one thing that a statement changes, a loop or a condition by what stands in it; empty for several."""
    if isinstance(statement, ast.For | ast.While | ast.If):
        targets = {target(each) for each in ast.walk(statement) if isinstance(each, ast.Assign | ast.AugAssign)}
        return targets.pop() if len(targets) == 1 else ""
    return target(statement)


def forgotten(owner: Function, name: str) -> str:
    """The kind of a step that is left out, by what it changes: what was given or stays, or a value on the way."""
    return "step forgotten" if name in owner.arguments or name.startswith("self.") else "line left out"


def _one(owner: Function, place: Path, statement: ast.stmt, loop: bool) -> Iterator[Change]:
    if isinstance(statement, ast.Return | ast.Pass):
        return
    function, name = owner.name, target(statement)
    updates = _updates(statement)
    kept = updates and loop and not _of_a_part(statement)
    gone = _moves(statement)
    yield _change(function, place, "forget", "update forgotten" if kept else forgotten(owner, gone), gone)
    if isinstance(statement, ast.AugAssign):
        yield from _augmented(function, place, statement, loop)
        yield from _rest_left_out(function, place, statement)
    if isinstance(statement, ast.Assign) and isinstance(statement.targets[0], ast.Subscript):
        yield from _written(function, place, statement, statement.targets[0])
    yield from _one_of_several(owner, place, statement)
    if isinstance(statement, ast.Expr):
        yield from _added_at(function, place, statement.value)
    if updates:
        yield _change(function, place, "twice", "update twice", name)
    if isinstance(statement, ast.Assign) and isinstance(statement.targets[0], ast.Tuple):
        for each, bound in itertools.product(statement.targets[0].elts, BOUNDS):
            new = f"{ast.unparse(each)} = np.clip({ast.unparse(each)}, -{bound}, {bound})"
            yield _change(function, place, "after", "cut off", "", new)
    if isinstance(statement, ast.If) and not statement.orelse:
        inner = "\n".join(ast.unparse(each) for each in statement.body)
        yield _rewritten(function, place, "condition", "", inner)


def _written(function: str, place: Path, statement: ast.Assign, part: ast.Subscript) -> Iterator[Change]:
    """What is put into a part of an array: put everywhere, added to what is there, mixed with it."""
    name = target(statement)
    where = part.slice
    if len(statement.targets) == 1 and not isinstance(where, ast.Slice | ast.Constant):
        yield _rewritten(function, place, "written everywhere", name, f"{name}[...] = {text(statement.value)}")
    if len(statement.targets) == 1:
        for symbol in "+-":
            new = f"{ast.unparse(part)} {symbol}= {text(statement.value)}"
            yield _rewritten(function, place, "added to", name, new)
        yield from _rest_left_out(function, place, statement)
        for share in HALVES:
            new = f"{ast.unparse(part)} = {_mixed(statement, share)}"
            yield _rewritten(function, place, "mixed with the old", name, new)


def _mixed(statement: ast.Assign, share: str) -> str:
    """A share of what stands there, and the rest of what it is given."""
    return f"{share} * {ast.unparse(statement.targets[0])} + (1 - {share}) * {text(statement.value)}"


def _rest_left_out(function: str, place: Path, statement: ast.Assign | ast.AugAssign) -> Iterator[Change]:
    """After a change of some elements all others are zero."""
    part = statement.target if isinstance(statement, ast.AugAssign) else statement.targets[0]
    if isinstance(part, ast.Subscript):
        name = ast.unparse(part.value)
        where = ast.unparse(part.slice)
        rest = f"_only = np.zeros_like({name})\n_only[{where}] = {name}[{where}]\n{name} = _only"
        yield _change(function, place, "after", "rest left out", name, rest)


def _one_of_several(owner: Function, place: Path, statement: ast.stmt) -> Iterator[Change]:
    """`best, waited = loss, 0` without the one or the other."""
    pair = (statement.targets[0], statement.value) if isinstance(statement, ast.Assign) else (None, None)
    names, values = (each.elts if isinstance(each, ast.Tuple) else [] for each in pair)
    if len(names) != len(values) or any(isinstance(each, ast.Starred) for each in (*names, *values)):
        return
    for k, name in enumerate(names if len(names) > 1 else ()):
        rest = [", ".join(ast.unparse(each) for j, each in enumerate(several) if j != k) for several in (names, values)]
        gone = ast.unparse(name)
        yield _rewritten(owner.name, place, forgotten(owner, gone), gone, " = ".join(rest))


def _of_a_part(statement: ast.stmt) -> bool:
    """Whether elements of an array are changed, as a one-hot 1 is taken off its entry: no quantity goes on by that."""
    if not isinstance(statement, ast.AugAssign) or not isinstance(statement.target, ast.Subscript):
        return False
    return ast.unparse(statement.target.slice) not in (":", "...")


def _updates(statement: ast.stmt) -> bool:
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


def _augmented(function: str, place: Path, statement: ast.AugAssign, loop: bool) -> Iterator[Change]:
    written, value, name = ast.unparse(statement.target), text(statement.value), target(statement)
    symbol_there = SYMBOLS.get(type(statement.op), "")
    for symbol in {"+": "-", "-": "+", "*": "/", "/": "*"}.get(symbol_there, ""):
        kind = "ascends" if symbol_there in "+-" and loop else "sign"
        yield _rewritten(function, place, kind, "", f"{written} {symbol}= {value}")
    yield _rewritten(function, place, "overwritten", name, f"{written} = {value}")
    if isinstance(statement.target, ast.Subscript):
        where = statement.target.slice
        if isinstance(where, ast.Tuple) and len(where.elts) == 2 and symbol_there:
            paired = f"{name}[:, {ast.unparse(where.elts[1])}] {symbol_there}= {value}"
            yield _rewritten(function, place, "all pairs", "", paired)
        for operation in (f"{symbol_there or '+'}= 1", "= 1", "= -1", "= 0"):
            yield _rewritten(function, place, "number for another", "", f"{written} {operation}")
    if isinstance(statement.target, ast.Subscript):
        whole = f"{name}[...]"
        yield _rewritten(function, place, "written everywhere", name, f"{whole} {symbol_there or '+'}= {value}")
    if symbol_there and isinstance(statement.target, ast.Name):
        yield _rewritten(function, place, "not in place", name, f"{written} = {written} {symbol_there} {value}")


def _added_at(function: str, place: Path, call: ast.expr) -> Iterator[Change]:
    """`np.add.at(a, rows, b)` as `a[rows] += b`, by which a row that stands there twice gets one part only."""
    if not (isinstance(call, ast.Call) and ast.unparse(call.func).endswith("add.at") and len(call.args) == 3):
        return
    name, rows, value = (ast.unparse(each) for each in call.args)
    subject = name.partition("[")[0]
    yield _rewritten(function, place, "added once", subject, f"{name}[{rows}] += {value}")
    if not isinstance(call.args[2], ast.Constant):
        yield _rewritten(function, place, "written over", subject, f"{name}[{rows}] = {value}")


def _added_once(function: Function, place: Path, statement: ast.stmt) -> Iterator[Change]:
    """`a[i] += b` in a loop as `a[rows] += b` without one, by which a place that comes up twice gets one part only."""
    if not (isinstance(statement, ast.AugAssign) and isinstance(statement.op, ast.Add)):
        return
    at = statement.target
    if not (isinstance(at, ast.Subscript) and isinstance(at.value, ast.Name)) or isinstance(at.slice, ast.Slice):
        return
    outermost = next(end for end in range(2, len(place), 2) if _holder(function.node, (*place[:end], "body")))
    name, where = at.value.id, ast.unparse(at.slice)
    edits = (
        Edit(function.name, place[:outermost], "before", f"_start = {name}.copy()"),
        Edit(function.name, place, "before", f"{name}[{where}] = _start[{where}] + {text(statement.value)}"),
        Edit(function.name, place, "forget"),
    )
    yield Change(edits, "added once", name)


def _rewritten(function: str, place: Path, kind: str, subject: str, new: str) -> Change:
    """The statement forgotten and others put there."""
    return Change((Edit(function, place, "before", new), Edit(function, place, "forget")), kind, subject)


def _moved(function: str, place: Path, block: list[ast.stmt], k: int, counted: frozenset[str]) -> Iterator[Change]:
    statement = block[k]
    if isinstance(statement, ast.Return):
        return
    by_round = _is_kept_by_round(statement, block, counted)
    for to in range(len(block)):
        ends = isinstance(block[to], ast.Return)
        if to == k or (ends and to > k):
            continue
        crossed = block[min(k, to) : max(k, to) + 1]
        moved = any(map(_updates, crossed))
        record = is_record(statement) or (by_round and moved)
        kind = ("record later" if to > k else "record earlier") if record else "order of steps"
        if not record and moved:
            kind = "update order"
        if is_record(statement) and _kept(statement, crossed):
            kind = "order of records"
        yield _change(function, place, "move", kind, target(statement), str(to))
    for to, each in enumerate(block):
        if isinstance(each, ast.For | ast.While) and to > k and not isinstance(statement, ast.For | ast.While):
            yield _change(function, place, "into", "starts anew", target(statement), str(to))
        elif isinstance(each, ast.For | ast.While) and to < k and _updates(statement):
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


def _before_its_function(function: str, place: Path, block: list[ast.stmt], k: int) -> Iterator[Change]:
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


def _exchanged(function: str, place: Path, block: list[ast.stmt], k: int) -> Iterator[Change]:
    """What two statements that follow one another give, in each other's place."""
    pair = [each.value for each in block[k : k + 2] if isinstance(each, ast.Assign) and len(each.targets) == 1]
    if len(pair) == 2:
        edits = (
            Edit(function, (*place, "value"), "put", ast.unparse(pair[1])),
            Edit(function, (*place[:-1], k + 1, "value"), "put", ast.unparse(pair[0])),
        )
        yield Change(edits, "operands swapped")


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


def is_record(statement: ast.stmt) -> bool:
    """Whether it puts something at the end of a list."""
    call = statement.value if isinstance(statement, ast.Expr) else None
    return isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute) and call.func.attr in RECORDS


def _in_loop(function: str, place: Path, block: list[ast.stmt], k: int) -> Iterator[Change]:
    statement = block[k]
    if isinstance(statement, ast.Return | ast.For | ast.While):
        return
    yield from _adding_up(function, place, statement)
    for operator in ("out before", "out after"):
        kind = "record out of loop" if is_record(statement) else "step out of loop"
        yield _change(function, place, operator, kind, target(statement))
    if is_record(statement):
        again = [each for each in block[:k] if isinstance(each, ast.Assign) and not _updates(each)]
        text_again = "\n".join(ast.unparse(each) for each in [*again, statement])
        last = Edit(function, (*place[:-1], len(block) - 1), "after", text_again)
        if k < len(block) - 1:
            yield Change((last, Edit(function, place, "forget")), "record later")
        else:
            yield Change((Edit(function, place, "before", text_again), Edit(function, place, "forget")), "record later")
