"""Sums, products, powers, signs and numbers: a part left out, doubled, turned, exchanged."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from autograder.callables.faults.operators.texts import argument, bare, common_name, number, text
from autograder.callables.faults.sites import Draft, Scope, Site, is_size, is_value

SYMBOLS = {ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/", ast.MatMult: "@", ast.Pow: "**", ast.FloorDiv: "//"}
OTHERS = {
    ast.Add: "-*", ast.Sub: "+", ast.Mult: "/+", ast.Div: "*", ast.MatMult: "*", ast.Pow: "*", ast.FloorDiv: "/",
    ast.BitAnd: "|", ast.BitOr: "&", ast.Mod: "/",
}  # fmt: skip
EQUAL = (ast.Eq, ast.NotEq)
COMPARISONS = {ast.Gt: ">", ast.Lt: "<", ast.GtE: ">=", ast.LtE: "<=", ast.Eq: "==", ast.NotEq: "!="}


def arithmetic(site: Site, scope: Scope) -> Iterator[Draft]:
    """Drafts for operators, comparisons, conditions and constants."""
    node = site.node
    if isinstance(node, ast.BinOp):
        if not site.index:
            yield from _left_out(node, scope)
            yield from _doubled(node, scope)
            yield from _bracketed(node)
        elif isinstance(node.op, ast.Mult):
            yield from (Draft("slice", "", text(each)) for each in (node.left, node.right))
        yield from _other_operator(site, node)
    elif isinstance(node, ast.UnaryOp):
        kind = (
            ("order of rows" if site.field == "step" else "slice" if site.index else "sign")
            if isinstance(node.op, ast.USub)
            else "condition"
        )
        yield Draft(kind, "", text(node.operand))
    elif isinstance(node, ast.Compare):
        yield from _comparison(node)
    elif isinstance(node, ast.Constant):
        yield from _constant(site, node)
    if is_value(node) and isinstance(site.parent, ast.BinOp | ast.Call) and not site.index:
        yield Draft("up to one", ast.unparse(node), f"(1 - {text(node)})")
    if site.field == "test":
        for other in (f"not {text(node)}", "True", "False"):
            yield Draft("condition", "", other)


def _left_out(node: ast.BinOp, scope: Scope) -> Iterator[Draft]:
    left, right = node.left, node.right
    if isinstance(node.op, ast.Add | ast.Sub):
        slope = slope_of(node)
        yield Draft("slope left out" if slope else "term left out", slope or ast.unparse(right), text(left))
        yield Draft(
            "term left out", ast.unparse(left), f"-{text(right)}" if isinstance(node.op, ast.Sub) else text(right)
        )
        if isinstance(node.op, ast.Sub):
            yield Draft("term left out", ast.unparse(left), text(right))
    elif isinstance(node.op, ast.Pow):
        yield Draft("power left out", "", text(left))
    elif isinstance(node.op, ast.Div | ast.FloorDiv):
        mean = is_size(right, scope) and _is_added_up(left)
        yield Draft(*(("not divided by a size", "") if mean else _factor(right, left, scope)), text(left))
        if number(left) is None:
            yield Draft(*_factor(left, right, scope), f"(1.0 / {text(right)})")
    elif isinstance(node.op, ast.BitAnd | ast.BitOr | ast.BitXor):  # two masks
        yield from (Draft("condition", "", text(each)) for each in (left, right))
    elif isinstance(node.op, ast.Mod | ast.LShift | ast.RShift):
        yield Draft("remainder left out" if isinstance(node.op, ast.Mod) else "part left out", "", text(left))
    else:
        symbol = SYMBOLS[type(node.op)]
        yield Draft(*_factor(right, left, scope), text(left))
        yield Draft(*_factor(left, right, scope), text(right))
        if isinstance(node.op, ast.Mult):  # of a number and an array, what is left keeps the array's shape
            if number(left) is not None:
                yield Draft(*_factor(right, left, scope), f"({text(left)} * np.ones_like({text(right)}))")
            if number(right) is not None:
                yield Draft(*_factor(left, right, scope), f"({text(right)} * np.ones_like({text(left)}))")
        if isinstance(node.op, ast.MatMult):
            yield Draft(*_factor(right, left, scope), f"({text(left)} {symbol} np.ones_like({text(right)}))")
            yield Draft(*_factor(left, right, scope), f"(np.ones_like({text(left)}) {symbol} {text(right)})")


def _factor(gone: ast.expr, kept: ast.expr, scope: Scope) -> tuple[str, str]:
    """The kind and the subject of a factor that is left out."""
    if is_size(gone, scope):
        return "size left out", ""
    if number(gone) is not None:
        return "number", ""
    if isinstance(gone, ast.Compare):
        beside = ast.unparse(gone.left) == ast.unparse(kept)
        zero = number(gone.comparators[0]) == 0
        return ("function left out" if beside else "slope left out", "relu") if zero else ("comparison left out", "")
    if slope_of(gone):
        return "slope left out", slope_of(gone)
    return "factor left out", ast.unparse(bare(gone))


def _is_added_up(node: ast.expr) -> bool:
    """Whether what a size divides may be a sum, or a part of one: no number, no count of places."""
    called = {ast.unparse(each.func).rpartition(".")[2] for each in ast.walk(node) if isinstance(each, ast.Call)}
    return number(node) is None and not called & {"arange", "linspace", "range", "full", "ones", "eye", "log"}


def slope_of(node: ast.expr) -> str:
    """The activation whose slope an expression of its value is: `1 - h ** 2`; empty for others."""
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Sub) and number(node.left) == 1:
        return "tanh" if common_name(node.right) == "square" and argument(node.right) is not None else ""
    return ""


def _doubled(node: ast.BinOp, scope: Scope) -> Iterator[Draft]:
    symbol = SYMBOLS.get(type(node.op), "")
    for one in (node.left, node.right):
        if symbol in ("+", "-") and symbol and number(one) is None:
            sign = "+" if one is node.left else symbol
            yield Draft("term twice", ast.unparse(one), f"({text(node)} {sign} {text(one)})")
        elif symbol in ("*", "/") and number(one) is None:
            sign = "*" if one is node.left else symbol
            size = sign == "/" and is_size(one, scope)
            what = ("divided by a size", "") if size else ("factor twice", ast.unparse(one))
            yield Draft(*what, f"({text(node)} {sign} {text(one)})")


def _bracketed(node: ast.BinOp) -> Iterator[Draft]:
    """`(a + b) * c` as `a + b * c`, and back."""
    left, right, symbol = node.left, node.right, SYMBOLS.get(type(node.op), "")
    if isinstance(node.op, ast.Mult | ast.Div):
        if isinstance(left, ast.BinOp) and isinstance(left.op, ast.Add | ast.Sub):
            sign, one, two = SYMBOLS[type(left.op)], text(left.left), text(left.right)
            yield Draft("brackets", "", f"({one} {sign} {two} {symbol} {text(right)})")
            yield Draft("brackets", "", f"({one} {symbol} {text(right)} {sign} {two})")
        if isinstance(right, ast.BinOp) and isinstance(right.op, ast.Add | ast.Sub):
            sign, one, two = SYMBOLS[type(right.op)], text(right.left), text(right.right)
            yield Draft("brackets", "", f"({text(left)} {symbol} {one} {sign} {two})")
    elif isinstance(node.op, ast.Add | ast.Sub):
        for inner in (right,) if isinstance(right, ast.BinOp) else ():
            if isinstance(inner.op, ast.Mult | ast.Div):
                whole = f"({text(left)} {symbol} {text(inner.left)})"
                yield Draft("brackets", "", f"({whole} {SYMBOLS[type(inner.op)]} {text(inner.right)})")
        if isinstance(left, ast.BinOp) and isinstance(left.op, ast.Mult | ast.MatMult):
            product = SYMBOLS[type(left.op)]
            yield Draft("brackets", "", f"({text(left.left)} {product} ({text(left.right)} {symbol} {text(right)}))")


def _other_operator(site: Site, node: ast.BinOp) -> Iterator[Draft]:
    left, right = text(node.left), text(node.right)
    for symbol in _options(node.op):
        both = isinstance(node.op, ast.Add | ast.Sub) and symbol in "+-"
        kind = "sign" if both else "operator"
        if both and site.parent is site.statement and _updates(site.statement, node):
            kind = "ascends"
        if site.index:
            kind = "slice"
        yield Draft(
            kind,
            ast.unparse(node.right) if kind == "sign" and is_value(node.right) else "",
            f"({left} {symbol} {right})",
        )
    if isinstance(node.op, ast.Sub | ast.Div | ast.MatMult | ast.Pow) and not site.index:
        symbol = SYMBOLS[type(node.op)]
        yield Draft("sign" if symbol == "-" else "operands swapped", "", f"({right} {symbol} {left})")
    if isinstance(node.op, ast.MatMult):
        yield Draft("operator", "", f"({left} * {right}.T)")


def _options(op: ast.operator) -> str:
    return OTHERS.get(type(op), "")


def _updates(statement: ast.stmt, node: ast.BinOp) -> bool:
    """Whether `w = w - …` stands there."""
    return isinstance(statement, ast.Assign) and ast.unparse(statement.targets[0]) == ast.unparse(node.left)


def _comparison(node: ast.Compare) -> Iterator[Draft]:
    left, right = text(node.left), text(node.comparators[0])
    there = type(node.ops[0])
    for op, symbol in COMPARISONS.items():
        if there is not op and there in COMPARISONS and (there in EQUAL) == (op in EQUAL):
            yield Draft("comparison", "", f"({left} {symbol} {right})")
        if there is op:
            yield Draft("comparison", "", f"({left} {symbol} np.mean({left}))")
    if number(node.comparators[0]) is not None:
        yield Draft("comparison left out", "", left)
    yield Draft("comparison left out", "", f"np.ones_like({left}, dtype=bool)")


def _constant(site: Site, node: ast.Constant) -> Iterator[Draft]:
    value = node.value
    if isinstance(value, bool):
        yield Draft("condition", "", str(not value))
    elif isinstance(value, int | float):
        kind = "order of rows" if site.field == "operand" and site.index else "slice" if site.index else "number"
        if isinstance(site.parent, ast.keyword) and site.parent.arg == "axis":
            return
        others = [value + 1, value - 1, 0, 1, *((2 * value, value / 2, -value) if value and not site.index else ())]
        for other in dict.fromkeys(others):
            if other != value:
                yield Draft(kind, "", repr(other))
