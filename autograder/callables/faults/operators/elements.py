"""What is put into elements of an array, or added to them: everywhere, once, over what is there, otherwise."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from autograder.callables.declared.functions import Function
from autograder.callables.faults.edits import Change, Edit, Path
from autograder.callables.faults.operators.steps import change, holder, rewritten, target
from autograder.callables.faults.operators.texts import text

HALVES = ("0.5", "0.9", "0.1")
SYMBOLS = {ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/"}


def written(function: str, place: Path, statement: ast.Assign, part: ast.Subscript) -> Iterator[Change]:
    """What is put into a part of an array: put everywhere, added to what is there, mixed with it."""
    name = target(statement)
    where = part.slice
    if len(statement.targets) == 1 and not isinstance(where, ast.Slice | ast.Constant):
        yield rewritten(function, place, "written everywhere", name, f"{name}[...] = {text(statement.value)}")
    if len(statement.targets) == 1:
        for symbol in "+-":
            new = f"{ast.unparse(part)} {symbol}= {text(statement.value)}"
            yield rewritten(function, place, "added to", name, new)
        yield from rest_left_out(function, place, statement)
        for share in HALVES:
            new = f"{ast.unparse(part)} = {_mixed(statement, share)}"
            yield rewritten(function, place, "mixed with the old", name, new)


def _mixed(statement: ast.Assign, share: str) -> str:
    """A share of what stands there, and the rest of what it is given."""
    return f"{share} * {ast.unparse(statement.targets[0])} + (1 - {share}) * {text(statement.value)}"


def rest_left_out(function: str, place: Path, statement: ast.Assign | ast.AugAssign) -> Iterator[Change]:
    """After a change of some elements all others are zero."""
    part = statement.target if isinstance(statement, ast.AugAssign) else statement.targets[0]
    if isinstance(part, ast.Subscript):
        name = ast.unparse(part.value)
        where = ast.unparse(part.slice)
        rest = f"_only = np.zeros_like({name})\n_only[{where}] = {name}[{where}]\n{name} = _only"
        yield change(function, place, "after", "rest left out", name, rest)


def augmented(function: str, place: Path, statement: ast.AugAssign, loop: bool) -> Iterator[Change]:
    written, value, name = ast.unparse(statement.target), text(statement.value), target(statement)
    symbol_there = SYMBOLS.get(type(statement.op), "")
    for symbol in {"+": "-", "-": "+", "*": "/", "/": "*"}.get(symbol_there, ""):
        kind = "ascends" if symbol_there in "+-" and loop else "sign"
        yield rewritten(function, place, kind, "", f"{written} {symbol}= {value}")
    yield rewritten(function, place, "overwritten", name, f"{written} = {value}")
    if isinstance(statement.target, ast.Subscript):
        where = statement.target.slice
        if isinstance(where, ast.Tuple) and len(where.elts) == 2 and symbol_there:
            paired = f"{name}[:, {ast.unparse(where.elts[1])}] {symbol_there}= {value}"
            yield rewritten(function, place, "all pairs", "", paired)
        for operation in (f"{symbol_there or '+'}= 1", "= 1", "= -1", "= 0"):
            yield rewritten(function, place, "number for another", "", f"{written} {operation}")
    if isinstance(statement.target, ast.Subscript):
        whole = f"{name}[...]"
        yield rewritten(function, place, "written everywhere", name, f"{whole} {symbol_there or '+'}= {value}")
    if symbol_there and isinstance(statement.target, ast.Name):
        yield rewritten(function, place, "not in place", name, f"{written} = {written} {symbol_there} {value}")


def added_at(function: str, place: Path, call: ast.expr) -> Iterator[Change]:
    """`np.add.at(a, rows, b)` as `a[rows] += b`, by which a row that stands there twice gets one part only."""
    if not (isinstance(call, ast.Call) and ast.unparse(call.func).endswith("add.at") and len(call.args) == 3):
        return
    name, rows, value = (ast.unparse(each) for each in call.args)
    subject = name.partition("[")[0]
    yield rewritten(function, place, "added once", subject, f"{name}[{rows}] += {value}")
    if not isinstance(call.args[2], ast.Constant):
        yield rewritten(function, place, "written over", subject, f"{name}[{rows}] = {value}")


def added_once(function: Function, place: Path, statement: ast.stmt) -> Iterator[Change]:
    """`a[i] += b` in a loop as `a[rows] += b` without one, by which a place that comes up twice gets one part only."""
    if not (isinstance(statement, ast.AugAssign) and isinstance(statement.op, ast.Add)):
        return
    at = statement.target
    if not (isinstance(at, ast.Subscript) and isinstance(at.value, ast.Name)) or isinstance(at.slice, ast.Slice):
        return
    outermost = next(end for end in range(2, len(place), 2) if holder(function.node, (*place[:end], "body")))
    name, where = at.value.id, ast.unparse(at.slice)
    edits = (
        Edit(function.name, place[:outermost], "before", f"_start = {name}.copy()"),
        Edit(function.name, place, "before", f"{name}[{where}] = _start[{where}] + {text(statement.value)}"),
        Edit(function.name, place, "forget"),
    )
    yield Change(edits, "added once", name)
