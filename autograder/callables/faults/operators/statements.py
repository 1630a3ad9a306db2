"""Whole statements: forgotten, done twice, at another place, in place or not; arguments changed at entry."""

from __future__ import annotations

import ast
import itertools
import re
from collections.abc import Iterator

from autograder.callables.declared.functions import Function
from autograder.callables.faults.edits import Change, Edit, Path
from autograder.callables.faults.operators.shapes import BOUNDS
from autograder.callables.faults.operators.texts import APPLIED, text
from autograder.callables.faults.sites import assigned, blocks

ENTRY = {
    "last row ignored": "{0}[:-1]", "first row ignored": "{0}[1:]", "sorted first": "np.sort({0}, axis=0)",
    "squared first": "{0} ** 2", "argument idle": "np.ones_like({0})",
    "centred first": "{0} - np.mean({0}, axis=0)",
    "standardised first": "({0} - np.mean({0}, axis=0)) / np.std({0}, axis=0)",
    "made positive first": "np.abs({0})", "cut at zero first": "np.maximum({0}, 0)", "turned round first": "{0}[::-1]",
    "rounded first": "np.round({0})", "last column ignored": "{0}[..., :-1]", "first column ignored": "{0}[..., 1:]",
}  # fmt: skip
FACTORS = ("0.5", "2", "0.1", "10", "0.01", "100", "(1 / 255)", "(1 / 3)", "3", "0.25", "4", "0.2", "5")
SHARES = ("0.1 * ", "0.01 * ", "0.001 * ")
CUTS = (1, 2, 3, 5, 10, 20, 30, 50, 100, 200, 250, 300, 500, 600, 700, 709)  # where numbers are cut off
HALVES = ("0.5", "0.9", "0.1")
SYMBOLS = {ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/"}
EXIT = {
    "centred last": ("{0} - np.mean({0})", "{0} - np.mean({0}, axis=0)", "{0} - np.mean({0}, axis=-1, keepdims=True)"),
    "scaled last": (
        "{0} / np.sum({0})", "{0} / np.linalg.norm({0})", "({0} - np.mean({0})) / np.std({0})", "{0} / np.max({0})",
        "{0} / np.sum({0}, axis=-1, keepdims=True)", "{0} / np.linalg.norm({0}, axis=-1, keepdims=True)",
    ),
    "averaged last": ("np.cumsum({0}) / np.arange(1, len({0}) + 1)",),
    "added up last": ("np.cumsum({0})",),
    "penalty last": tuple(f"{{0}} + {share}np.sum({{1}} ** 2)" for share in ("", "0.5 * ", *SHARES)),
}  # fmt: skip
LAST = {
    "cut off last": tuple(f"np.clip({{0}}, -{bound}, {bound})" for bound in BOUNDS),
    "rounded last": tuple(f"np.round({{0}}, {digits})" for digits in (1, 2, 3, 4, 5, 6)),
}
RECORDS = ("append", "extend")
FEW = 8  # arguments of a function that are taken one by one or in pairs
COPY = re.compile(r"(?:np\.(?:copy|array)\()?([A-Za-z_]\w*)(?:\.copy\(\)|\))?")


def statements(function: Function) -> Iterator[Change]:
    """Changes of a function's statements; none of a lambda's."""
    if isinstance(function.node, ast.Assign):
        return
    for path, block in blocks(function):
        inside = any(isinstance(each, int) for each in path) and len(path) > 1
        loop = inside and _holder(function.node, path)
        for k, statement in enumerate(block):
            place = (*path, k)
            yield from _one(function, place, statement, bool(loop))
            yield from _moved(function.name, place, block, k)
            yield from _exchanged(function.name, place, block, k)
            if isinstance(statement, ast.For | ast.While) and isinstance(block[-1], ast.Return):
                last = (*place, "body", len(statement.body) - 1)
                yield _change(function.name, last, "after", "one round", "", ast.unparse(block[-1]))
            if loop:
                yield from _in_loop(function.name, place, block, k)
            if loop and k == 0:
                yield from _out_together(function.name, path, block)
            if isinstance(statement, ast.Return):
                yield from _returned(function, place, block, statement)
                yield from _not_the_copies(function, place, statement)
    yield from _entry(function)


def _out_together(function: str, path: Path, block: list[ast.stmt]) -> Iterator[Change]:
    """All of a loop's updates done once, after it."""
    moved = [k for k, each in enumerate(block) if not isinstance(each, ast.For | ast.While | ast.If) and _updates(each)]
    if len(moved) > 1:
        edits = tuple(Edit(function, (*path, k), "out after") for k in moved)
        yield Change(edits, "step out of loop", "")


def _returned(owner: Function, place: Path, block: list[ast.stmt], statement: ast.Return) -> Iterator[Change]:
    """What is returned changed at the very end, or asked for once more after the steps that follow it."""
    value = statement.value
    parts = value.elts if isinstance(value, ast.Tuple) else [value] if value is not None else []
    yield from _finished(owner, place, value, parts)
    names = [each.id for each in parts if isinstance(each, ast.Name)]
    for each in block[: max(place[-1] - 1, 0)] if isinstance(place[-1], int) else ():
        targets = {node.id for node in ast.walk(each) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
        if isinstance(each, ast.Assign) and targets & {*names}:
            yield _change(owner.name, place, "before", "taken later", "", ast.unparse(each))


def _finished(owner: Function, place: Path, value: ast.expr | None, parts: list[ast.expr]) -> Iterator[Change]:
    """Results changed at the very end; cut off or rounded one alone or all."""
    whole = (*place, "value")
    at = [(*whole, "elts", k) for k in range(len(parts))] if isinstance(value, ast.Tuple) else [whole]
    for kind, templates in EXIT.items():
        others = owner.arguments[:FEW] if kind == "penalty last" else ("",)
        for path, each in zip(at, parts, strict=False):
            for template, other in itertools.product(templates, others):
                subject = other or (each.id if isinstance(each, ast.Name) else "")
                new = template.format(text(each), other)
                yield Change((Edit(owner.name, path, "put", new),), kind, subject)
    for kind, templates in LAST.items():
        for template in templates:
            edits = tuple(Edit(owner.name, path, "put", template.format(ast.unparse(each)))
                          for path, each in zip(at, parts, strict=False))  # fmt: skip
            yield from (Change((edit,), kind) for edit in edits)
            if len(edits) > 1:
                yield Change(edits, kind)


def _not_the_copies(function: Function, place: Path, statement: ast.Return) -> Iterator[Change]:
    """`return w_best, b_best` as `return w, b`, where the one is a copy of the other: several at once."""
    copies: dict[str, str] = {}
    for name, value in (pair for each in ast.walk(function.node) for pair in assigned(each)):
        origin = COPY.fullmatch(ast.unparse(value))
        if isinstance(name, ast.Name) and origin and origin[1] != name.id:
            copies[name.id] = origin[1]
    returned = statement.value
    parts = returned.elts if isinstance(returned, ast.Tuple) else [returned] if returned is not None else []
    names = [ast.unparse(each) for each in parts]
    kept = [name for name in names if name in copies][:4]
    for count in range(2, len(kept) + 1):
        for some in itertools.combinations(kept, count):
            new = ", ".join(copies[name] if name in some else name for name in names)
            yield _change(function.name, (*place, "value"), "put", "not what was kept", "", f"({new})")


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
        where = statement.targets[0].slice
        if len(statement.targets) == 1 and not isinstance(where, ast.Slice | ast.Constant):
            yield _rewritten(function, place, "written everywhere", name, f"{name}[...] = {text(statement.value)}")
        if len(statement.targets) == 1:
            yield from _rest_left_out(function, place, statement)
            for share in HALVES:
                new = f"{ast.unparse(statement.targets[0])} = {_mixed(statement, share)}"
                yield _rewritten(function, place, "mixed with the old", name, new)
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


def _rewritten(function: str, place: Path, kind: str, subject: str, new: str) -> Change:
    """The statement forgotten and others put there."""
    return Change((Edit(function, place, "before", new), Edit(function, place, "forget")), kind, subject)


def _moved(function: str, place: Path, block: list[ast.stmt], k: int) -> Iterator[Change]:
    statement = block[k]
    if isinstance(statement, ast.Return):
        return
    record = is_record(statement)
    for to in range(len(block)):
        ends = isinstance(block[to], ast.Return)
        if to == k or (ends and to > k):
            continue
        kind = ("record later" if to > k else "record earlier") if record else "order of steps"
        crossed = block[min(k, to) : max(k, to) + 1]
        if not record and sum(_updates(each) for each in crossed) > 0:
            kind = "update order"
        if record and _kept(statement, crossed):
            kind = "order of records"
        yield _change(function, place, "move", kind, target(statement), str(to))
    for to, each in enumerate(block):
        if isinstance(each, ast.For | ast.While) and to > k and not isinstance(statement, ast.For | ast.While):
            yield _change(function, place, "into", "starts anew", target(statement), str(to))


def _kept(record: ast.stmt, crossed: list[ast.stmt]) -> bool:
    """Whether a record is of plain names alone that what it crosses neither sets nor leaves early: its place is all."""
    args = record.value.args if isinstance(record, ast.Expr) and isinstance(record.value, ast.Call) else []
    nodes = [node for each in crossed for node in ast.walk(each)]
    stored = {node.id for node in nodes if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
    leaves = any(isinstance(node, ast.Return | ast.Raise | ast.Continue | ast.Break) for node in nodes)
    return not leaves and all(isinstance(each, ast.Name) and each.id not in stored for each in args)


def _exchanged(function: str, place: Path, block: list[ast.stmt], k: int) -> Iterator[Change]:
    """What two statements that follow one another give, in each other's place."""
    pair = [each.value for each in block[k : k + 2] if isinstance(each, ast.Assign) and len(each.targets) == 1]
    if len(pair) == 2:
        edits = (
            Edit(function, (*place, "value"), "put", ast.unparse(pair[1])),
            Edit(function, (*place[:-1], k + 1, "value"), "put", ast.unparse(pair[0])),
        )
        yield Change(edits, "operands swapped")


def is_record(statement: ast.stmt) -> bool:
    """Whether it puts something at the end of a list."""
    call = statement.value if isinstance(statement, ast.Expr) else None
    return isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute) and call.func.attr in RECORDS


def _in_loop(function: str, place: Path, block: list[ast.stmt], k: int) -> Iterator[Change]:
    statement = block[k]
    if isinstance(statement, ast.Return | ast.For | ast.While):
        return
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


def _entry(function: Function) -> Iterator[Change]:
    """Arguments changed before the first line, one alone or all together."""
    groups = [[name] for name in function.arguments]
    for one, two in itertools.combinations(function.arguments, 2):
        new = f"{one}, {two} = {two}, {one}"
        yield _change(function.name, ("body", 0), "before", "arguments exchanged", "", new)
    arguments = getattr(function.node, "args", None)
    if isinstance(arguments, ast.arguments):
        first = len(arguments.args) - len(arguments.defaults)
        pairs = [*zip(arguments.args[first:], arguments.defaults, strict=True)]
        pairs += [(a, d) for a, d in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True) if d is not None]
        for named, default in pairs:
            new = f"{named.arg} = {ast.unparse(default)}"
            yield _change(function.name, ("body", 0), "before", "argument by default", named.arg, new)
    yield from _as_another(function)
    yield from _from_zero(function)
    cuts = [("cut off first", f"np.clip({{0}}, -{bound}, {bound})") for bound in CUTS]
    cuts += [("scaled first", f"{{0}} * {factor}") for factor in FACTORS]
    for kind, template in (*ENTRY.items(), *cuts):
        for group in groups if len(groups) < 2 else [*groups, groups[0] + groups[1]]:
            new = "\n".join(f"{name} = {template.format(name)}" for name in group)
            yield _change(function.name, ("body", 0), "before", kind, group[0] if len(group) == 1 else "", new)


def _as_another(function: Function) -> Iterator[Change]:
    """A function of one argument as another one altogether."""
    for kind, name, template in APPLIED if len(function.arguments) == 1 else ():
        new = f"return {template.format(function.arguments[0])}"
        yield _change(function.name, ("body", 0), "before", kind, name, new)


def _from_zero(function: Function) -> Iterator[Change]:
    """Arguments set to zero before the first line: one, two, or what the function moves."""
    names = function.arguments[:FEW]
    moved = tuple(name for name in function.arguments if name in function.stored)
    groups = [*((name,) for name in names), *itertools.combinations(names, 2), *([moved] if len(moved) > 2 else ())]
    for group in groups:
        subject = group[0] if len(group) == 1 else ""
        for template in ("{0} = np.zeros_like({0})", "{0} *= 0"):  # a new array, and the one that was handed in
            new = "\n".join(template.format(name) for name in group)
            yield _change(function.name, ("body", 0), "before", "zero first", subject, new)
