"""The slope of an activation, written by its value: left out whole, by half, or another activation's."""

from __future__ import annotations

import ast
import itertools
from collections.abc import Iterator

from autograder.callables.faults.operators.arithmetic import slope_of
from autograder.callables.faults.operators.texts import (
    CAPS,
    FUNCTIONS,
    LEAKS,
    SIGMOID,
    argument,
    common_name,
    factors,
    number,
    text,
)
from autograder.callables.faults.sites import Draft, Scope, Site, is_value

OF_VALUE = {
    "sigmoid": "{0} * (1 - {0})",
    "tanh": "(1 - {0} ** 2)",
    "relu": "({0} > 0)",
    "leaky relu": "np.where({0} > 0, 1.0, 0.01)",
}
FORMS = (  # slopes of further forms, as functions have them
    *(("leaky relu", f"np.where({{0}} > 0, 1.0, {leak})") for leak in LEAKS),
    *(("capped relu", f"(({{0}} > 0) & ({{0}} < {cap}))") for cap in CAPS),
)
ADDED = {name: OF_VALUE[name] for name in ("sigmoid", "tanh", "relu")}
ODD = (
    "(1 - {0})",
    "{0}",
    "(1 + {0})",
    "(1 - {0}) ** 2",
    "{0} ** 2",
    "{0} * (1 + {0})",
    "(1 + {0} ** 2)",
    "(1 - {0} ** 2) ** 2",
)
BEFORE = {"tanh": "np.arctanh({0})", "sigmoid": "np.log({0} / (1 - {0}))"}  # what a function gave its value of
SIGMOID_AGAIN = f"{SIGMOID} * (1 - {SIGMOID})"


def slopes(site: Site, scope: Scope) -> Iterator[Draft]:
    """Drafts for products that hold an activation's slope, and for products as such."""
    yield from _added(site, scope)
    if site.index or not isinstance(site.node, ast.BinOp | ast.Compare | ast.Call):
        return
    mask = site.factor or (scope.source.activations and not _decides(site))
    name = slope_of(site.node) or (mask_of(site.node) if mask else "")
    if name:
        base = _base(site.node)
        if base is not None:
            yield from _others(name, base, "")
        if site.factor and isinstance(site.parent, ast.BinOp):
            beside = site.parent.left if site.field == "right" else site.parent.right
            yield Draft("slope of another", "", f"({text(beside)} > 0)")
    if isinstance(site.node, ast.BinOp) and isinstance(site.node.op, ast.Mult):
        inside = isinstance(site.parent, ast.BinOp) and isinstance(site.parent.op, ast.Mult)
        if not inside:
            yield from _pairs(factors(site.node))


def _added(site: Site, scope: Scope) -> Iterator[Draft]:
    """A slope where none is asked: of any value in what a statement gives, of an activation in a matrix product."""
    if isinstance(site.node, ast.Tuple | ast.Constant) or not scope.source.activated:
        return
    if site.whole and isinstance(site.statement, ast.Assign | ast.Return):
        candidates = {name: tuple(ADDED) for name in scope.pool}
        yield from _of_linear(site, scope)
    elif isinstance(site.parent, ast.BinOp) and isinstance(site.parent.op, ast.MatMult):
        candidates = {name: (common_name(call),) for name, call in scope.before.items() if common_name(call) in ADDED}
    else:
        return
    for other, activations in candidates.items():
        for name in activations if other != ast.unparse(site.node) else ():  # of itself a relu's slope is a relu
            yield Draft("slope added", name, f"({text(site.node)} * {ADDED[name].format(other)})")


def _of_linear(site: Site, scope: Scope) -> Iterator[Draft]:
    """The slope of an activation at a value that goes through none: at the output of a linear last layer."""
    applied = {ast.unparse(each) for call in scope.before.values() for each in call.args}
    for name, value in scope.known.items() if scope.source.activations and not site.index else ():
        inner = value.value if isinstance(value, ast.Subscript) else value
        product = (ast.Mult, ast.MatMult)
        joined = any(isinstance(each, ast.BinOp) and isinstance(each.op, product) for each in ast.walk(inner))
        if (
            isinstance(inner, ast.BinOp)
            and isinstance(inner.op, ast.Add | ast.MatMult)
            and joined
            and name not in applied
        ):
            for other in BEFORE:
                slope = OF_VALUE[other].format(FUNCTIONS[other].format(name))
                yield Draft("slope of linear", other, f"({text(site.node)} * {slope})")


def _decides(site: Site) -> bool:
    """Whether it says which of two values is taken: such a comparison is no slope."""
    parent = site.parent
    where = isinstance(parent, ast.Call) and ast.unparse(parent.func).endswith("where")
    return where or site.field == "test" or isinstance(parent, ast.BoolOp | ast.UnaryOp)


def mask_of(node: ast.expr) -> str:
    """Relu's slope as a comparison with zero."""
    compared = isinstance(node, ast.Compare) and number(node.comparators[0]) == 0
    return "relu" if compared and isinstance(node, ast.Compare) and isinstance(node.ops[0], ast.Gt | ast.GtE) else ""


def _base(node: ast.expr) -> ast.expr | None:
    if isinstance(node, ast.Compare):
        return node.left
    return argument(node.right) if isinstance(node, ast.BinOp) else None


def _pairs(of: list[ast.expr]) -> Iterator[Draft]:
    """Two factors of a product at once: left out, or, where they are a sigmoid's slope, another's."""
    if len(of) < 2:
        return
    for one, two in itertools.combinations(of, 2):
        rest = " * ".join(text(each) for each in of if each is not one and each is not two)
        if _is_sigmoid(one, two):
            base = one if is_value(one) or not _one_less(one) else two
            lead = f"{rest} * " if rest else ""
            if rest:
                yield Draft("slope left out", "sigmoid", f"({rest})")
            yield from _others("sigmoid", base, lead)
        elif rest:
            yield Draft("factors left out", "", f"({rest})")


def _others(name: str, base: ast.expr, lead: str) -> Iterator[Draft]:
    """Slopes of other activations, of this value and of what went into its function."""
    values = [text(base)]
    if name == "tanh":
        values.append(FUNCTIONS[name].format(text(base)))
    if name in BEFORE:
        before = BEFORE[name].format(text(base))
        values.append(before)
        for other in BEFORE.keys() - {name}:
            slope = OF_VALUE[other].format(FUNCTIONS[other].format(before))
            yield Draft("slope of another", other, f"({lead}{slope})")
    if name == "relu":  # a mask of z, where others' slopes are of what their function gives
        values += [FUNCTIONS[other].format(text(base)) for other in ("tanh", "sigmoid")]
        yield Draft("slope odd", name, f"({lead}{FUNCTIONS[name].format(text(base))})")
    for value in values:
        for other, template in (*OF_VALUE.items(), *FORMS):
            if (other != name or value != values[0]) and not ("relu" in other and value not in values[:1]):
                yield Draft("slope of another", "" if other == name else other, f"({lead}{template.format(value)})")
        for template in (*ODD, SIGMOID_AGAIN):
            yield Draft("slope odd", name, f"({lead}{template.format(value)})")


def _one_less(node: ast.expr) -> bool:
    return isinstance(node, ast.BinOp) and isinstance(node.op, ast.Sub) and number(node.left) == 1


def _is_sigmoid(one: ast.expr, two: ast.expr) -> bool:
    """Whether two factors are h and 1 - h."""
    for value, other in ((one, two), (two, one)):
        if isinstance(other, ast.BinOp) and _one_less(other) and ast.unparse(other.right) == ast.unparse(value):
            return is_value(value) or common_name(value) == "sigmoid"
    return False
