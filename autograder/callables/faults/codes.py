"""Under which code a change is counted, where the part that it is made at says more than its kind does."""

from __future__ import annotations

import ast
from collections.abc import Collection, Sequence

from autograder.callables.faults.edits import Change, Edit, nodes_at
from autograder.callables.faults.operators.texts import bare, factors, number, text
from autograder.callables.faults.roles import Roles
from autograder.callables.faults.sites import is_value
from autograder.callables.faults.words import Named
from autograder.core import Code

ROUNDS = frozenset(
    {
        "first round left out", "last round left out", "one round", "last round only", "a round twice", "other rounds",
        "rounds from one", "a round more",
    }
)  # fmt: skip
OF_A_TERM = frozenset({"term left out", "term twice", "sign", "ignored", "number added"})
OF_ONES = frozenset({"ones ignored", "ones scaled", "ones moved"})
OF_A_ROW = frozenset({"slice", "whole"})
OF_A_MASK = frozenset({"comparison", "comparison left out", "number"})


def code_of(changes: Sequence[Change], roles: Roles) -> Code | None:
    """The code that all of these changes have by what they are made at; None where they differ, or it says nothing."""
    codes = {_of_change(change, roles) for change in changes}
    return codes.pop() if len(codes) == 1 else None


def code_of_results(named: Named, of: Collection[str], roles: Roles) -> str:
    """The code of what is named in wrong results: where nothing more is known of slopes by biases alone, or of one row
    that is the slope by a bias, that they are of biases."""
    rows = {roles.bias_rows.get(name, "") for name in of}
    of_biases = {*of} <= roles.biases or named.says in {
        f"Only the {row} row is wrong." for row in rows if len(rows) == 1
    }
    return Code.BIAS if named.code == Code.DIFFERENT and of and of_biases else named.code


def _of_change(change: Change, roles: Roles) -> Code | None:
    kinds = {*change.kind.split(" + ")}
    if len(kinds) > 1:
        return None
    kind = kinds.pop()
    codes = {_of_edit(kind, edit, roles) for edit in change.edits}
    return codes.pop() if len(codes) == 1 else None


def _of_edit(kind: str, edit: Edit, roles: Roles) -> Code | None:
    function = roles.source.functions[edit.function]
    nodes = nodes_at(function.node, edit.path)
    if kind in ROUNDS:
        loops = [each for each in nodes if isinstance(each, ast.For | ast.While)]
        return Code.EPOCH_COUNT if loops and roles.goes_on(loops[-1], edit.function) else None
    if kind in OF_ONES:
        return Code.BIAS if edit.function in roles.ways else None
    if kind == "factors left out":
        return Code.MISSING_UPSTREAM if edit.function in roles.slopes else None
    if edit.operator != "put" or not isinstance(nodes[-1], ast.expr):
        return None
    compared = next((k for k in (-1, -2) if len(nodes) > -k and isinstance(nodes[k], ast.Compare)), None)
    if compared is not None and kind in OF_A_MASK:
        # A comparison that slopes are multiplied with is the slope of an activation.
        mask = edit.function in roles.slopes and _multiplies(nodes[compared - 1])
        return Code.WRONG_ACTIVATION_DERIVATIVE if mask else Code.DIFFERENT
    if edit.function in roles.slopes and _is_of_a_slope(nodes, edit.new):
        return Code.WRONG_ACTIVATION_DERIVATIVE
    around = nodes[-2] if len(nodes) > 1 else function.node
    return _of_expression(kind, edit, nodes[-1], around, roles)


def _of_expression(kind: str, edit: Edit, node: ast.expr, around: ast.AST, roles: Roles) -> Code | None:
    if kind in OF_A_ROW:
        row = isinstance(node, ast.Subscript) and roles.meets_ones(node.value, edit.function)
        return Code.BIAS if row else None
    part = touched(node, edit.new)
    if kind == "number":
        return Code.DIFFERENT if isinstance(around, ast.BinOp) and isinstance(around.op, ast.Pow) else None
    if part is None:
        return None
    whole = node if isinstance(node, ast.BinOp) and part is not node else around
    if kind in OF_A_TERM and roles.is_bias(part, whole, edit.function):
        return Code.BIAS
    if kind in ("factor left out", "factor twice") and roles.is_rate(part, edit.function):
        return Code.IGNORES_LR
    if kind == "factor left out" and _is_upstream(part, edit.function, roles):
        return Code.MISSING_UPSTREAM
    if kind in ("term left out", "ignored") and _is_of_an_error(part, whole, edit.function, roles):
        return Code.MISSING_UPSTREAM
    return None


def _is_of_a_slope(nodes: Sequence[ast.AST], new: str) -> bool:
    """Whether an edit is made in one of two factors `h` and `1 - h`: the slope of a sigmoid by its value."""
    last = nodes[-1]
    part = touched(last, new) if isinstance(last, ast.BinOp) and _multiplies(last) else None
    within = {ast.unparse(each) for each in ([part] if part is not None else nodes) if isinstance(each, ast.expr)}
    for product in nodes:
        written = {ast.unparse(each) for each in factors(product)} if isinstance(product, ast.BinOp) else set()
        pairs = ((one, f"{whole} - {one}") for one in written for whole in ("1", "1.0"))
        if any(two in written and within & {one, two} for one, two in pairs):
            return True
    return False


def _multiplies(node: ast.AST) -> bool:
    """Whether it is a product, element by element."""
    return isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mult)


def _is_upstream(part: ast.expr, function: str, roles: Roles) -> bool:
    """Whether a factor is one of the chain rule, or a parameter or an input on the way to what slopes are taken of."""
    if (isinstance(part, ast.Name) and part.id in roles.numbers) or number(part) is not None:
        return False
    if function in roles.slopes:
        return True
    return function in roles.ways and (roles.is_parameter(part, function) or roles.is_input(part, function))


def _is_of_an_error(part: ast.expr, whole: ast.AST, function: str, roles: Roles) -> bool:
    """Whether it is what is handed in, or what a call gives, on one side of a difference that slopes hang on."""
    if function not in roles.ways or not (isinstance(whole, ast.BinOp) and isinstance(whole.op, ast.Sub)):
        return False
    handed_in = any(roles.is_input(each, function) for each in (whole.left, whole.right))
    return handed_in and (is_value(part) or isinstance(part, ast.Call))


def touched(node: ast.expr, new: str) -> ast.expr | None:
    """What of an expression is left out, doubled or turned where `new` stands in its place; None where that is not to
    be seen."""
    if is_value(node):
        return node
    if isinstance(node, ast.Call) and len(node.args) == 2:
        both = node.args
    elif isinstance(node, ast.BinOp):
        both = [node.left, node.right]
    else:
        return None
    one, two = both
    whole = text(node)
    if new == f"({text(one)} - {text(two)})" or new == f"({text(one)} + {text(two)})":
        return two
    for gone, kept in ((one, two), (two, one)):
        left_out = new in (text(kept), f"-{text(kept)}", f"(1.0 / {text(kept)})") or f"ones_like({text(gone)})" in new
        doubled = new.startswith(f"({whole} ") and new.endswith(f" {text(gone)})")
        if left_out or doubled:
            return bare(gone)
    return None
