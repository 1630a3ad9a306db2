"""Slices, transposes, order, and functions or signs put around a value."""

from __future__ import annotations

import ast
import itertools
from collections.abc import Iterator

from autograder.callables.faults.operators.texts import FUNCTIONS, number, text
from autograder.callables.faults.sites import Draft, Scope, Site, is_value

AROUND = {
    "transpose": ("{0}.T",),
    "sign": ("(-{0})",),
    "number added": ("(2 * {0})", "(0.5 * {0})"),
    "ignored": ("(0 * {0})",),
}
SLICES = ("{0}[1:]", "{0}[:-1]", "{0}[:1]", "{0}[-1:]", "{0}[0]", "{0}[-1]", "{0}[:, 0]", "{0}[:, 1:]", "{0}[:, :-1]")
BOUNDS = ("1", "0.1", "0.5", "0.01", "5", "10")  # where values on the way are cut off
OF_FACTORS = ("absolute value", "sign function", "square", "square root")  # what a factor is put into
ODD = {"rounding": "rounded", "step function": "function odd", "sign function": "function odd"}
TURNED = ("::-1", "::-1, :", "::-1, ::-1")  # as a kernel is turned in a convolution
REDUCED = (
    ("sum", "np.sum({0}, axis=0)"), ("sum", "np.sum({0}, axis=1)"), ("sum", "np.sum({0})"),
    ("mean", "np.mean({0}, axis=0)"), ("mean", "np.mean({0}, axis=1)"), ("mean", "np.mean({0})"),
    ("sum", "np.sum({0}) * np.ones_like({0})"), ("mean", "np.mean({0}) * np.ones_like({0})"),
)  # fmt: skip


def shapes(site: Site, scope: Scope) -> Iterator[Draft]:
    """Drafts for how an array lies, and what is put around it."""
    node = site.node
    if isinstance(node, ast.Attribute) and node.attr == "T":
        yield Draft("transpose", "", text(node.value))
    elif isinstance(node, ast.Subscript):
        yield from _of_elements(node)
    elif isinstance(node, ast.Tuple | ast.List) and len(node.elts) > 1 and not site.index:
        yield from _order(node)
    elif isinstance(node, ast.Tuple) and len(node.elts) == 2 and all(map(is_value, node.elts)):
        yield Draft("on its side", "", f"({text(node.elts[1])}, {text(node.elts[0])})")  # a[j, i] for a[i, j]
    if site.index:
        if is_value(node):
            for new in (f"{text(node)} - 1", f"{text(node)} + 1", "0", "-1"):
                yield Draft("slice", "", new)
            yield Draft("same round", "", f"{text(node)}[0]")
        elif isinstance(node, ast.Call):
            yield Draft("same round", "", "0")
    elif not isinstance(node, ast.Constant | ast.Tuple | ast.List) and not _of_shape(site.parent):
        yield from _around(site, node, scope)


def _of_elements(node: ast.Subscript) -> Iterator[Draft]:
    """Other elements, or all of them."""
    if ast.unparse(node.slice) == "::-1":
        yield Draft("order of rows", "", text(node.value))
    else:
        yield Draft("whole", ast.unparse(node.value), text(node.value))
    if isinstance(node.slice, ast.Tuple) and not any(isinstance(each, ast.Slice) for each in node.slice.elts):
        row = f"{text(node.value)}[{ast.unparse(node.slice.elts[0])}]"
        yield from (Draft("row for an entry", "", f"np.{name}({row})") for name in ("max", "min", "sum", "mean"))
        if len(node.slice.elts) == 2:
            yield Draft("all pairs", "", f"{text(node.value)}[:, {ast.unparse(node.slice.elts[1])}]")
    if isinstance(node.slice, ast.Subscript):  # X[order[a:b]]
        yield Draft("order ignored", "", f"{text(node.value)}[{ast.unparse(node.slice.slice)}]")
    if isinstance(node.slice, ast.Name):
        yield Draft("order ignored", "", f"{text(node.value)}[:len({node.slice.id})]")
    if isinstance(node.slice, ast.Slice):
        yield Draft("slice", "", f"{text(node.value)}[:len({text(node)})]")
    else:
        yield from (Draft("all for a part", "", f"np.{name}({text(node.value)})") for name in ("sum", "mean"))
        if isinstance(node.slice, ast.Constant | ast.UnaryOp):  # the first row, or the last, of several
            yield from (
                Draft("all for a part", "", f"np.{name}({text(node.value)}, axis=0)") for name in ("sum", "mean")
            )
    for template in SLICES:
        yield Draft("slice", "", template.format(text(node.value)))
    yield from _shifted(node)


def _shifted(node: ast.Subscript) -> Iterator[Draft]:
    """A slice that begins and ends one place later or earlier."""
    parts = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
    for k, part in enumerate(parts):
        if not isinstance(part, ast.Slice) or part.step is not None or part.lower is part.upper:
            continue
        lower = ast.unparse(part.lower) if part.lower else "0"
        for sign in "+-" if part.lower else "+":
            upper = f"{text(part.upper)} {sign} 1" if part.upper else ""
            moved = [*map(ast.unparse, parts[:k]), f"({lower}) {sign} 1:{upper}", *map(ast.unparse, parts[k + 1 :])]
            yield Draft("slice", "", f"{text(node.value)}[{', '.join(moved)}]")


def _of_shape(parent: ast.AST) -> bool:
    """Whether only its shape is asked, or it is a keyword's value."""
    return isinstance(parent, ast.keyword) or (isinstance(parent, ast.Attribute) and parent.attr in ("shape", "size"))


def _order(node: ast.Tuple | ast.List) -> Iterator[Draft]:
    for one, two in itertools.combinations(range(len(node.elts)), 2):
        if isinstance(node.elts[one], ast.Lambda) != isinstance(node.elts[two], ast.Lambda):
            continue  # a function and a number are no two quantities: nobody takes one for the other
        parts = [ast.unparse(each) for each in node.elts]
        parts[one], parts[two] = parts[two], parts[one]
        yield Draft("order", "", f"({', '.join(parts)})")


def _around(site: Site, node: ast.expr, scope: Scope) -> Iterator[Draft]:
    inner = text(node)
    counted = isinstance(site.parent, ast.Call) and ast.unparse(site.parent.func) == "len"
    plain = isinstance(node, ast.UnaryOp) and number(node.operand) is not None  # other numbers are told as that
    for kind, templates in AROUND.items():
        for template in templates if not plain else ():
            kind = "other size" if counted and kind == "transpose" else kind
            yield Draft(
                kind, ast.unparse(node) if is_value(node) and kind != "number added" else "", template.format(inner)
            )
    handed = isinstance(site.parent, ast.Call) and site.field == "args" and not isinstance(node, ast.Call)
    handed |= isinstance(site.parent, ast.Call) and ast.unparse(site.parent.func) in scope.source.functions
    yield from _of_value(site, node, inner)
    handed |= isinstance(node, ast.Call) and isinstance(site.parent, ast.BinOp)
    if site.whole or handed or isinstance(site.parent, ast.AugAssign):
        for name, template in FUNCTIONS.items():
            yield Draft(ODD.get(name, "function added"), name, template.format(inner))
        for name, template in REDUCED:
            yield Draft("reduction added", name, template.format(inner))
        for template in SLICES[:4]:
            yield Draft("slice", "", template.format(inner))
        if site.whole and not _at_the_end(site):
            yield from (Draft("cut off between", "", f"np.clip({inner}, -{bound}, {bound})") for bound in BOUNDS)
        yield Draft("order of rows", "", f"{inner}[::-1]")
        yield Draft("order of rows", "", f"{inner}[:, ::-1]")


def _at_the_end(site: Site) -> bool:
    """Whether the function returns it."""
    return isinstance(site.statement, ast.Return) and not isinstance(site.parent, ast.Lambda)


def _of_value(site: Site, node: ast.expr, inner: str) -> Iterator[Draft]:
    """What is put around a name, or around elements, where they stand in a product, a sum or a method call."""
    if is_value(node):
        product = isinstance(site.parent, ast.BinOp) and isinstance(site.parent.op, ast.Mult | ast.MatMult)
        if product or isinstance(site.parent, ast.Attribute):
            yield Draft("factor left out", ast.unparse(node), f"np.ones_like({inner})")
            yield Draft("centred", "", f"({inner} - np.mean({inner}, axis=0))")
        yield Draft("order of rows", "", f"{inner}[::-1]")
        yield Draft("order of rows", "", f"{inner}[:, ::-1]")
    if is_value(node) or isinstance(node, ast.Subscript):
        yield from (Draft("order of rows", "", f"{inner}[..., {turned}]") for turned in TURNED)
        yield Draft("on its side", "", f"np.swapaxes({inner}, -1, -2).reshape({inner}.shape)")
    if is_value(node) and site.factor:
        yield Draft("reduction added", "sum", f"np.sum({inner} ** 2)")
        yield from (Draft("function added", name, FUNCTIONS[name].format(inner)) for name in OF_FACTORS)
    if isinstance(site.parent, ast.BinOp) and isinstance(site.parent.op, ast.Add | ast.Sub):
        yield from (Draft("reduction added", name, f"np.{name}({inner})") for name in ("sum", "mean"))
