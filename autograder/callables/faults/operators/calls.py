"""Calls: a function left out, another in its place, other operands, another axis."""

from __future__ import annotations

import ast
import itertools
import re
from collections.abc import Callable, Iterator

from autograder.callables.faults.operators.texts import (
    APPLIED,
    FUNCTIONS,
    WITHOUT_LOG,
    argument,
    common_name,
    number,
    squared,
    text,
)
from autograder.callables.faults.sites import MODULES, Draft, Scope, Site, is_log

REDUCTIONS = ("sum", "mean", "max", "min", "median", "prod")
KINDS = {("mean", "sum"): "sum for mean", ("sum", "mean"): "mean for sum"}
OTHERS = {
    "minimum": ("maximum",), "maximum": ("minimum",), "argmin": ("argmax",), "argmax": ("argmin",),
    "zeros_like": ("ones_like",), "ones_like": ("zeros_like",), "zeros": ("ones",), "ones": ("zeros",),
    "log": ("log2", "log10", "log1p"), "exp": ("exp2", "expm1"), "var": ("std",), "std": ("var",),
    "hstack": ("vstack",), "vstack": ("hstack",), "cumsum": ("sum",), "any": ("all",), "all": ("any",),
    "dot": ("outer",),
}  # fmt: skip
KINDS_OF_SUMS = ("sum", "mean")  # of these one part alone is told otherwise (regrouped)
PRODUCTS = ("dot", "matmul", "multiply", "outer")


def calls(site: Site, scope: Scope) -> Iterator[Draft]:
    """Drafts for one call."""
    node = site.node
    name = common_name(node)
    inner = argument(node) if name else None
    if inner is not None:
        yield Draft("function left out", name, text(inner))
        if isinstance(inner, ast.UnaryOp) and isinstance(inner.op, ast.USub):
            yield Draft("function left out", name, text(inner.operand))
        for kind, other, template in APPLIED:
            if other != name:
                yield Draft(kind, other, template.format(text(inner)))
        for other in WITHOUT_LOG if name == "logarithm" else ():
            yield Draft("function left out", name, f"({other.format(text(inner))})")
        yield from _inside_out(name, inner)
        yield Draft("sign", "", ast.unparse(node).replace(ast.unparse(inner), f"-{text(inner)}", 1))
    if isinstance(node, ast.Call):
        yield from _of_comparison(node)
        yield from _letters(node)
        yield from _same_arguments(node, scope)
        yield from _arguments(node, scope, bool(inner))
        yield from _keywords(node)


def _of_comparison(node: ast.Call) -> Iterator[Draft]:
    """`(p > t).astype(int)` as p itself."""
    function = node.func
    if isinstance(function, ast.Attribute) and function.attr == "astype":
        of: ast.expr | None = function.value
    else:
        of = node.args[0] if ast.unparse(function) in ("int", "float", "bool") and node.args else None
    if isinstance(of, ast.Compare):
        yield Draft("comparison left out", "", text(of.left))


def _letters(node: ast.Call) -> Iterator[Draft]:
    """`einsum("ij,jk->ik", …)` with two letters of one array exchanged."""
    first = node.args[0] if node.args else None
    if not (isinstance(first, ast.Constant) and ast.unparse(node.func).endswith("einsum")):
        return
    rest = ast.unparse(node).replace(ast.unparse(first), "\0", 1)
    terms = re.split(r"(,|->)", str(first.value))
    for k, term in enumerate(terms):
        for one, two in itertools.combinations(term, 2) if term.isalpha() else ():
            turned = term.translate(str.maketrans({one: two, two: one}))
            yield Draft("transpose", "", rest.replace("\0", repr("".join([*terms[:k], turned, *terms[k + 1 :]]))))


def _inside_out(name: str, inner: ast.expr) -> Iterator[Draft]:
    """A function of a sum or a mean as the sum or the mean of the function."""
    if isinstance(inner, ast.Call) and ast.unparse(inner.func) == "sum" and isinstance(inner.args[0], ast.GeneratorExp):
        each = inner.args[0]
        rest = ast.unparse(each).removeprefix(f"({ast.unparse(each.elt)}").removesuffix(")")
        yield Draft("order of functions", "", f"sum({FUNCTIONS[name].format(ast.unparse(each.elt))}{rest})")
    if isinstance(inner, ast.Call) and isinstance(inner.func, ast.Attribute) and inner.func.attr in REDUCTIONS:
        module = ast.unparse(inner.func.value) in MODULES
        of = (inner.args[0] if inner.args else None) if module else inner.func.value
        if of is not None:
            whole, part = ast.unparse(inner), ast.unparse(of)
            yield Draft("order of functions", "", whole.replace(part, f"({FUNCTIONS[name].format(text(of))})", 1))


def _same_arguments(node: ast.Call, scope: Scope) -> Iterator[Draft]:
    """Another function with the same arguments."""
    function = node.func
    rest = ast.unparse(node)[len(ast.unparse(function)) :]
    if isinstance(function, ast.Attribute):
        lead, last = text(function.value), function.attr
        if last in REDUCTIONS and (lead in MODULES or not node.args):
            yield from _reduced(node, last, lead, scope)
        for other in OTHERS.get(last, ()) if lead in MODULES or last.startswith("arg") else ():
            yield Draft(_kind(last), "", f"{lead}.{other}{rest}")
        if last in ("argmin", "argmax"):
            yield Draft("function other", "", f"{lead}.{last[3:]}{rest}")
        if not node.args and lead not in MODULES and last not in REDUCTIONS:
            yield Draft("copy left out" if last == "copy" else "call left out", "", lead)
    called = ast.unparse(function)
    for other in scope.helpers if called in scope.helpers else ():
        if other != called:
            yield Draft("function other", "", f"{other}{rest}")
    if called.startswith("self."):
        for known in scope.source.functions.values():
            method = known.name.rpartition(".")[2]
            if known.owner == scope.function.owner and method != "__init__" and known.name != scope.function.name:
                yield Draft("call of another", "", f"self.{method}{rest}")


def _reduced(node: ast.Call, last: str, lead: str, scope: Scope) -> Iterator[Draft]:
    """Many numbers made one in another way, by another count, before or after another function, or not at all."""
    inner = node.args[0] if lead in MODULES else node.func.value  # type: ignore[attr-defined]
    rest = [ast.unparse(each) for each in (*node.args[lead in MODULES :], *node.keywords)]

    def call(name: str, of: str) -> str:
        return f"np.{name}({', '.join([of, *rest])})"

    for other in REDUCTIONS:
        if other != last:
            kind = "extreme" if {last, other} == {"max", "min"} else KINDS.get((last, other), "reduction")
            yield Draft(kind, other, call(other, text(inner)))
    yield Draft("reduction left out", "", text(inner))
    of_square = squared(inner)
    if of_square is not None:
        yield from (Draft("reduction", other, call(other, text(of_square))) for other in ("max", "min"))
        yield Draft("order of functions", "", f"({call(last, text(of_square))} ** 2)")
    if isinstance(inner, ast.BinOp) and isinstance(inner.op, ast.Mult):
        yield Draft("order of functions", "", f"({call(last, text(inner.left))} * {call(last, text(inner.right))})")
    if last == "mean":
        yield from _mean_of_logs(inner, scope, call)
    if isinstance(inner, ast.Subscript) and not isinstance(inner.slice, ast.Slice | ast.Tuple):
        row = f"{text(inner.value)}[{ast.unparse(inner.slice)}, "
        yield from (Draft("entry for a row", "", f"{row}{name}]") for name in scope.function.arguments)
    if last == "mean":
        counts = [f"{count}({name})" for name in scope.function.arguments for count in ("len", "np.size", "")]
        for size in [*sorted(scope.sizes), *counts]:
            yield Draft("other count", "", f"({call('sum', text(inner))} / {size})")
    axis = next((ast.unparse(each.value) for each in node.keywords if each.arg == "axis"), "")
    for k in (0, -1) if re.fullmatch(r"-?\d", axis) and last not in KINDS_OF_SUMS else ():
        yield Draft("reduction", "", f"np.take({text(inner)}, {k}, axis={axis})")
    name = common_name(inner)
    of = argument(inner) if name else None
    if of is not None:
        yield Draft("order of functions", "", FUNCTIONS[name].format(call(last, text(of))))


def _mean_of_logs(inner: ast.expr, scope: Scope, call: Callable[[str, str], str]) -> Iterator[Draft]:
    """The mean of logarithms as the logarithm of a mean."""
    for sign in ("", "-") if is_log(inner, scope) else ():
        yield Draft("order of functions", "", f"({sign}np.log({call('mean', f'np.exp({sign}{text(inner)})')}))")


def _kind(last: str) -> str:
    if last.endswith(("argmin", "argmax", "maximum", "minimum")):
        return "extreme"
    return "filled" if last.startswith(("zeros", "ones")) else "function other"


def _arguments(node: ast.Call, scope: Scope, named: bool) -> Iterator[Draft]:
    """One argument in the place of the call, two exchanged, one without effect."""
    function = ast.unparse(node.func)
    last = function.rpartition(".")[2]
    is_known = function in scope.source.functions or function.startswith("self.")
    if function == "range" or any(isinstance(each, ast.Starred) for each in node.args):
        return
    texts = [text(each) for each in node.args]
    if last == "get" and len(texts) == 2 and isinstance(node.func, ast.Attribute):
        yield Draft("entry idle", ast.unparse(node.func.value), texts[1])
    if last in PRODUCTS and len(texts) == 2:
        for gone, kept in ((0, 1), (1, 0)):
            yield Draft("factor left out", ast.unparse(node.args[gone]).removesuffix(".T"), texts[kept])
    elif is_known and texts:
        yield from (Draft("helper left out", last, each) for each in texts)
    elif not named and last not in REDUCTIONS:
        for each in texts[:2]:
            yield Draft("call left out", "", each)
    if last == "reshape":
        yield from _lengths_exchanged(node, function, texts)
    if len(texts) == 2:
        yield Draft("operands swapped", "", f"{function}({texts[1]}, {texts[0]})")
    if is_known:
        for k, each in enumerate(texts):
            changed = [*texts[:k], f"0 * {each}", *texts[k + 1 :]]
            yield Draft("argument ignored", ast.unparse(node.args[k]), f"{function}({', '.join(changed)})")


def _lengths_exchanged(node: ast.Call, function: str, texts: list[str]) -> Iterator[Draft]:
    """A new shape with two of its lengths in each other's place."""
    if not any(isinstance(each, ast.Tuple | ast.List) for each in node.args):
        for one, two in itertools.combinations(range(len(texts)), 2):
            turned = [*texts]
            turned[one], turned[two] = turned[two], turned[one]
            yield Draft("order", "", f"{function}({', '.join(turned)})")


def _other_axes(axes: ast.expr) -> list[str]:
    """Of several axes any one less, or one more of those before the last of them."""
    numbers = [number(each) for each in axes.elts] if isinstance(axes, ast.Tuple) else []
    there = {int(each) for each in numbers if each is not None and each >= 0}
    if not there or len(there) < len(numbers):
        return []
    last = max(there)
    fewer = [there - {each} for each in sorted(there)]
    more = [there | {each} for each in range(last) if each not in there]
    every = [set(range(last + 1))] if len(more) > 1 else []
    return [f"({', '.join(map(str, sorted(each)))},)" for each in (*fewer, *more, *every)]


def _keywords(node: ast.Call) -> Iterator[Draft]:
    for k, keyword in enumerate(node.keywords):
        without = ast.Call(node.func, node.args, [*node.keywords[:k], *node.keywords[k + 1 :]])
        kind = {"axis": "axis", "keepdims": "shape"}.get(keyword.arg or "", "argument ignored")
        yield Draft(kind, ast.unparse(keyword.value) if kind == "argument ignored" else "", ast.unparse(without))
        if keyword.arg == "axis":
            axes = ["0", "1", "-1"]
            if isinstance(keyword.value, ast.Constant) and keyword.value.value in (1, 2, 3):
                axes.append(f"(0, {keyword.value.value})")
            axes += _other_axes(keyword.value)
            for axis in axes:
                other = [ast.keyword("axis", ast.parse(axis, mode="eval").body)]
                yield Draft("axis", "", ast.unparse(ast.Call(node.func, node.args, [*without.keywords, *other])))
    if isinstance(node.func, ast.Attribute) and node.func.attr in REDUCTIONS and not node.keywords:
        for number in (0, 1):
            other = [ast.keyword("axis", ast.Constant(number))]
            yield Draft("axis", "", ast.unparse(ast.Call(node.func, node.args, other)))
