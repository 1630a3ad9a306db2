"""Formulas put together in another way: a function of a part of a sum, a square worked out, one part of a sum alone."""

from __future__ import annotations

import ast
import itertools
from collections.abc import Iterator

from autograder.callables.faults.operators.texts import FUNCTIONS, argument, common_name, number, squared, text
from autograder.callables.faults.sites import MODULES, Draft, Scope, Site, is_value

SYMBOLS = {ast.Mult: "*", ast.Div: "/"}
SQUARES = ("({0}) ** 2 {1} ({2}) ** 2", "({0}) ** 2 - ({2}) ** 2", "({0}) ** 2 {1} ({0}) * ({2}) + ({2}) ** 2",
           "({0}) ** 2 {1} 2 * ({0}) * ({2}) - ({2}) ** 2", "({0}) ** 2 + ({2}) ** 2")  # fmt: skip
ROOTS = ("std", "norm")  # roots that no root is written for
MOST = 4  # terms of a sum that a function is taken of


def regrouped(site: Site, scope: Scope) -> Iterator[Draft]:
    """Drafts for sums, products and the functions of them."""
    node = site.node
    if site.index:
        return
    if isinstance(node, ast.BinOp):
        yield from _differences(node)
        yield from _around_all(node) if site.whole else ()
        yield from _before_it_is_added_up(node)
        yield from _one_part(node)
        yield from _mean_of_products(node)
        yield from _beside(node)
        yield from _turned_over(node)
        yield from _after(node)
    elif isinstance(node, ast.Call):
        if ast.unparse(node.func).endswith("reshape") and "order" not in {each.arg for each in node.keywords}:
            yield Draft("order of rows", "", f"{ast.unparse(node)[:-1]}, order='F')")
        yield from _one_of_a_sum(node)
        yield from _masked(node, scope)
        yield from _of_a_part(node)
        yield from _before(node, scope)
    yield from _squares(node, scope)
    yield from _squares_as_well(node, scope)


def _squares_as_well(node: ast.expr, scope: Scope) -> Iterator[Draft]:
    """The squares of another quantity beside those that are added up: of biases, say."""
    whole = ast.unparse(node)
    if not (isinstance(node, ast.Call) and ast.unparse(node.func).endswith("sum")):
        return
    inner = node.args[0] if node.args else node.func.value if isinstance(node.func, ast.Attribute) else None
    of = squared(inner) if inner is not None else None
    if of is None or not is_value(of) or node.keywords:
        return
    others = [name for name in scope.pool if name != ast.unparse(of)]
    for name in others:
        yield Draft("squares as well", name, f"({whole} + np.sum(np.square({name})))")
    biases = [name for name in others if name.removeprefix("self.").startswith("b")]
    if len(biases) > 1:
        squares = " + ".join(f"np.sum(np.square({name}))" for name in biases)
        yield Draft("squares as well", "", f"({whole} + {squares})")


def _differences(node: ast.BinOp) -> Iterator[Draft]:
    """A difference squared; one of each number of the one array and each of the other, as broadcasting makes it."""
    if not isinstance(node.op, ast.Sub) or number(node.left) is not None or number(node.right) is not None:
        return
    left, right = text(node.left), text(node.right)
    yield Draft("squared", "", f"(-(({left} - {right}) ** 2))")
    table = f"(np.ravel({left}) - np.reshape({right}, (-1, 1)))"
    yield Draft("table", "", table)
    for reduction, axis in itertools.product(("sum", "mean"), (0, 1)):
        yield Draft("table", "", f"np.{reduction}({table}, axis={axis}).reshape(np.shape({left}))")


def _mean_of_products(node: ast.BinOp) -> Iterator[Draft]:
    """A matrix product whose numbers are means in the place of sums."""
    if isinstance(node.op, ast.MatMult):
        yield Draft("divided by a size", "", f"({ast.unparse(node)} / np.shape({ast.unparse(node.left)})[-1])")


def _one_part(node: ast.BinOp) -> Iterator[Draft]:
    """A matrix product with one part of the sum that each of its numbers is."""
    if isinstance(node.op, ast.MatMult):
        left, right = text(node.left), text(node.right)
        yield Draft("last part alone", "", f"({left}[..., -1:] @ {right}[-1:])")
        yield Draft("first part alone", "", f"({left}[..., :1] @ {right}[:1])")


def _turned_over(node: ast.BinOp) -> Iterator[Draft]:
    """`a * b` as `b / a`; a factor as a half."""
    if isinstance(node.op, ast.Mult):
        yield Draft("operator", "", f"({text(node.right)} / {text(node.left)})")
        for one, other in ((node.left, node.right), (node.right, node.left)):
            if number(one) is None:
                yield Draft("number for another", "", f"(0.5 * {text(other)})")


def _beside(node: ast.BinOp) -> Iterator[Draft]:
    """`(a * b) @ c` as `a * (b @ c)`, and back."""
    one, two = node.left, node.right
    if isinstance(node.op, ast.MatMult):
        if isinstance(one, ast.BinOp) and isinstance(one.op, ast.Mult):
            for out, inside in ((one.left, one.right), (one.right, one.left)):
                yield Draft("factor beside", "", f"({text(out)} * ({text(inside)} @ {text(two)}))")
        if isinstance(two, ast.BinOp) and isinstance(two.op, ast.Mult):
            for out, inside in ((two.left, two.right), (two.right, two.left)):
                yield Draft("factor beside", "", f"({text(out)} * ({text(one)} @ {text(inside)}))")
    elif isinstance(node.op, ast.Mult):
        for out, product in ((one, two), (two, one)):
            if isinstance(product, ast.BinOp) and isinstance(product.op, ast.MatMult):
                left, right = text(product.left), text(product.right)
                yield Draft("factor beside", "", f"(({text(out)} * {left}) @ {right})")
                yield Draft("factor beside", "", f"({left} @ ({text(out)} * {right}))")


def _around_all(node: ast.BinOp) -> Iterator[Draft]:
    """A function of a part of a formula as the function of the whole."""
    whole = ast.unparse(node)
    for each in ast.walk(node):
        name = common_name(each) if isinstance(each, ast.Call) else ""
        inner = argument(each) if name else None
        if inner is not None:
            yield Draft(
                "function moved", name, FUNCTIONS[name].format(whole.replace(ast.unparse(each), text(inner), 1))
            )


def _before_it_is_added_up(node: ast.BinOp) -> Iterator[Draft]:
    """`sum(a) + b` as `sum(a + b)`; a deviation and a number as the root of the variance and that number."""
    call = node.left
    if not (isinstance(node.op, ast.Add) and isinstance(call, ast.Call)):
        return
    lead, _, last = ast.unparse(call.func).rpartition(".")
    if last in ROOTS and lead:
        yield Draft("moved inside", "", f"np.sqrt({text(call)} ** 2 + {text(node.right)})")
    if not call.args:
        return
    if last in ("sum", "mean") and lead in MODULES:
        rest = [ast.unparse(each) for each in (*call.args[1:], *call.keywords)]
        inside = ", ".join([f"{text(call.args[0])} + {text(node.right)}", *rest])
        yield Draft("moved inside", "", f"{ast.unparse(call.func)}({inside})")


def _one_of_a_sum(node: ast.Call) -> Iterator[Draft]:
    """A sum or a mean of which one part is there; a sum of all, or of what is largest, in the place of each."""
    lead, _, last = ast.unparse(node.func).rpartition(".")
    if last not in ("sum", "mean") or not isinstance(node.func, ast.Attribute):
        return
    module = lead in MODULES
    inner = node.args[0] if module and node.args else node.func.value if not module and not node.args else None
    if inner is None or any(each.arg not in ("axis", "keepdims") for each in node.keywords) or len(node.args) > module:
        return
    of, keywords = text(inner), {each.arg: ast.unparse(each.value) for each in node.keywords}
    axis = keywords.get("axis")
    kept = f", keepdims={keywords['keepdims']}" if "keepdims" in keywords else ""
    if axis is None:
        by = f" / np.size({of})" if last == "mean" else ""
        yield Draft("overwritten", "", f"(np.ravel({of})[-1]{by})")
        yield Draft("overwritten", "", f"(np.sum({of}[-1]){by})")
        for name in ("max", "min"):
            yield Draft("reduction", name, f"np.{last}(np.{name}({of}, axis=-1))")
        yield Draft("function added", "square root", f"np.{last}(np.sqrt(np.sum({of}, axis=-1)))")
        yield Draft("mean for sum", "", f"np.sum(np.mean({of}, axis=-1))")
        return
    whole = ast.unparse(node)
    yield Draft("axis", "", f"(np.{last}({of}) * np.ones_like({whole}))")
    if axis.lstrip("-").isdecimal():
        by = f" / np.shape({of})[{axis}]" if last == "mean" else ""
        for kind, places in (("overwritten", "[-1]"), ("first part alone", "[0]")):
            yield Draft(kind, "", f"(np.sum(np.take({of}, {places}, axis={axis}), axis={axis}{kept}){by})")


def _squares(node: ast.expr, scope: Scope) -> Iterator[Draft]:
    """The square of a sum or of a difference, worked out in another way."""
    inner = squared(node)
    known = scope.known.get(inner.id) if isinstance(inner, ast.Name) else inner
    if isinstance(known, ast.BinOp) and isinstance(known.op, ast.Add | ast.Sub):
        sign = "+" if isinstance(known.op, ast.Add) else "-"
        one, two = ast.unparse(known.left), ast.unparse(known.right)
        for template in SQUARES:
            yield Draft("square of a sum", "", f"({template.format(one, sign, two)})")
    if inner is not None:
        yield Draft("square with a sign", "", f"({text(inner)} * np.abs({text(inner)}))")


def _terms(node: ast.expr, sign: str = "") -> list[tuple[str, ast.expr]]:
    """The terms of a sum, each with its sign."""
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add | ast.Sub):
        return [*_terms(node.left, sign), ("-" if isinstance(node.op, ast.Sub) else "", node.right)]
    return [(sign, node)]


def _of_a_part(node: ast.Call) -> Iterator[Draft]:
    """A function of a sum as the function of some of its terms, and the others beside it."""
    name = common_name(node)
    inner = argument(node) if name else None
    terms = _terms(inner) if inner is not None else []
    if not 1 < len(terms) <= MOST:
        return
    each_alone = [f"{sign or '+'} {FUNCTIONS[name].format(text(each))}" for sign, each in terms]
    yield Draft("order of functions", "", f"({' '.join(each_alone)})")
    for k in range(len(terms)):
        if terms[k][0] == "-":
            rest = " + ".join(f"{sign}{text(each)}" for j, (sign, each) in enumerate(terms) if j != k)
            yield Draft("order of functions", "", f"({rest} - {FUNCTIONS[name].format(text(terms[k][1]))})")
        for inside in ([each for j, each in enumerate(terms) if j != k], [terms[k]]):
            beside = [each for each in terms if each not in inside]
            of = " + ".join(f"{sign}{text(each)}" for sign, each in inside)
            rest = " + ".join(f"{sign}{text(each)}" for sign, each in beside)
            yield Draft("moved inside", "", f"({FUNCTIONS[name].format(of)} + {rest})")


def _is_function(node: ast.expr, scope: Scope) -> bool:
    """Whether it is a call of one argument: of a function of the source, or of one with a common name."""
    if not isinstance(node, ast.Call) or len(node.args) != 1 or node.keywords:
        return False
    return bool(common_name(node)) or ast.unparse(node.func) in scope.source.functions


def _before(node: ast.Call, scope: Scope) -> Iterator[Draft]:
    """`f(a / c)` as `f(a) / c`."""
    if not _is_function(node, scope):
        return
    inner = node.args[0]
    product = scope.known.get(inner.id) if isinstance(inner, ast.Name) else inner
    if isinstance(product, ast.BinOp) and isinstance(product.op, ast.Mult | ast.Div):
        symbol, called = SYMBOLS[type(product.op)], ast.unparse(node.func)
        yield Draft("factor moved", "", f"({called}({text(product.left)}) {symbol} {text(product.right)})")
        if symbol == "*":
            yield Draft("factor moved", "", f"({called}({text(product.right)}) * {text(product.left)})")


def _masked(node: ast.Call, scope: Scope) -> Iterator[Draft]:
    """`where` with its two values in each other's place, or behind the function of what it gives."""
    if ast.unparse(node.func).endswith("where") and len(node.args) == 3:
        condition, one, two = map(text, node.args)
        yield Draft("condition", "", f"np.where({condition}, {two}, {one})")
    inner = node.args[0] if _is_function(node, scope) else None
    known = scope.known.get(inner.id) if isinstance(inner, ast.Name) else inner
    if isinstance(known, ast.Call) and ast.unparse(known.func).endswith("where") and len(known.args) == 3:
        condition, one, two = map(text, known.args)
        called = ast.unparse(node.func)
        yield Draft("mask moved", "", f"np.where({condition}, {called}({one}), 0)")
        yield Draft("mask moved", "", f"np.where({condition}, 0, {called}({two}))")


def _after(node: ast.BinOp) -> Iterator[Draft]:
    """`f(a) / c` as `f(a / c)`."""
    for call, other in ((node.left, node.right), (node.right, node.left)):
        turned = isinstance(node.op, ast.Div) and call is node.right
        plain = isinstance(call, ast.Call) and len(call.args) == 1 and not call.keywords
        if type(node.op) in SYMBOLS and plain and not turned:
            assert isinstance(call, ast.Call)
            inside = f"{text(call.args[0])} {SYMBOLS[type(node.op)]} {text(other)}"
            yield Draft("factor moved", "", f"{ast.unparse(call.func)}({inside})")
