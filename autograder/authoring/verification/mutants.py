"""Small wrong changes to a reference class, made systematically: what a judge must tell from the original."""

from __future__ import annotations

import ast
import copy
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

GIVEN = ("__init__",)
OPERATORS: dict[type[ast.operator], tuple[type[ast.operator], ...]] = {
    ast.Add: (ast.Sub,), ast.Sub: (ast.Add,), ast.Mult: (ast.Div, ast.Add), ast.Div: (ast.Mult,),
    ast.MatMult: (ast.Mult,), ast.Pow: (ast.Mult,),
}  # fmt: skip
COMPARISONS: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Gt: ast.Lt, ast.Lt: ast.Gt, ast.GtE: ast.Lt, ast.LtE: ast.Gt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq,
}  # fmt: skip
FUNCTIONS = {
    "sum": ("mean",), "mean": ("sum",), "maximum": ("minimum",), "minimum": ("maximum",), "ones": ("zeros",),
    "ones_like": ("zeros_like",), "zeros": ("ones",), "zeros_like": ("ones_like",), "hstack": ("vstack",),
    "exp": ("expm1", "tanh"), "abs": ("negative",), "square": ("abs",), "logaddexp": ("maximum",),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Mutant:
    """A changed class as text: the method it was changed in, the line as it was, and what was done to it."""

    method: str
    line: str
    what: str
    source: str

    @property
    def key(self) -> str:
        """By what a list of equivalent mutants knows it."""
        return f"{self.method}: {self.line} [{self.what}]"


def mutants(source: str, class_name: str) -> Iterator[Mutant]:
    """Every single change of `source` that is here thought of, duplicates left out; docstrings are no code."""
    tree = _without_docstrings(ast.parse(source))
    seen = {ast.unparse(tree)}
    places = [node for node in tree.body if isinstance(node, (ast.ClassDef, ast.FunctionDef))]
    for place in places:
        functions = [place] if isinstance(place, ast.FunctionDef) else list(place.body)
        for function in functions:
            if not isinstance(function, ast.FunctionDef) or function.name in GIVEN:
                continue
            for line, what, changed in _changes(tree, function):
                text = ast.unparse(ast.fix_missing_locations(changed))
                if text not in seen:
                    seen.add(text)
                    yield Mutant(function.name, line, what, text + "\n")


def _without_docstrings(tree: ast.Module) -> ast.Module:
    for node in ast.walk(tree):
        body = getattr(node, "body", None)
        if isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef)) and isinstance(body, list) and len(body) > 1:
            first = body[0]
            if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant):
                del body[0]
    return tree


def _changes(tree: ast.Module, function: ast.FunctionDef) -> Iterator[tuple[str, str, ast.Module]]:
    order = {id(node): k for k, node in enumerate(ast.walk(tree))}
    arguments = [argument.arg for argument in function.args.args if argument.arg != "self"]
    names = _Names(arguments, _attributes(tree))
    for statement in ast.walk(function):
        for field in ("body", "orelse"):
            block = getattr(statement, field, None)
            if isinstance(block, list) and block and isinstance(block[0], ast.stmt):
                yield from _of_block(tree, order, statement, field)
    for statement in _statements(function):
        line = ast.unparse(statement).splitlines()[0]
        for node in _nodes(statement):
            for what, new in _replacements(node, names):
                yield line, what, _with(tree, order, node, new)


def _of_block(
    tree: ast.Module, order: dict[int, int], holder: ast.AST, field: str
) -> Iterator[tuple[str, str, ast.Module]]:
    block = getattr(holder, field)
    for k, statement in enumerate(block):
        line = ast.unparse(statement).splitlines()[0]
        changed, twin = _copied(tree, order, holder)
        getattr(twin, field)[k] = ast.Pass()
        yield line, "dropped", changed
        if k + 1 < len(block):
            changed, twin = _copied(tree, order, holder)
            part = getattr(twin, field)
            part[k], part[k + 1] = part[k + 1], part[k]
            yield line, "moved after the next line", changed


def _statements(function: ast.FunctionDef) -> Iterator[ast.stmt]:
    return (node for node in ast.walk(function) if isinstance(node, ast.stmt) and node is not function)


def _nodes(statement: ast.stmt) -> Iterator[ast.AST]:
    """The nodes of a statement that are not part of a statement inside it."""
    waiting: list[ast.AST] = [statement]
    while waiting:
        node = waiting.pop(0)
        yield node
        waiting += [child for child in ast.iter_child_nodes(node) if not isinstance(child, ast.stmt)]


def _attributes(tree: ast.Module) -> list[str]:
    """The weights: what `__init__` sets on self."""
    attributes = []
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef) and node.name in GIVEN:
            for part in ast.walk(node):
                if isinstance(part, ast.Attribute) and isinstance(part.ctx, ast.Store):
                    attributes.append(part.attr)
    return attributes


Replacement = tuple[str, ast.AST]  # what is done, and what stands in the node's place


@dataclass(frozen=True, slots=True)
class _Names:
    """What may be taken for one another: a function's arguments, and the weights on the object."""

    arguments: list[str]
    weights: list[str]


def _replacements(node: ast.AST, names: _Names) -> Iterator[Replacement]:
    """All that may stand in a node's place, by the operators that know its kind."""
    for kind, operator in _BY_KIND:
        if isinstance(node, kind):
            yield from operator(node, names)


def _of_binary(node: ast.BinOp, _: _Names) -> Iterator[Replacement]:
    for operator in OPERATORS.get(type(node.op), ()):
        yield f"{_name(node.op)} to {_name(operator())}", ast.BinOp(node.left, operator(), node.right)
    yield "right operand dropped", node.left
    yield "left operand dropped", node.right
    if isinstance(node.op, (ast.Sub, ast.Div, ast.MatMult, ast.Pow)):
        yield "operands swapped", ast.BinOp(node.right, node.op, node.left)


def _of_in_place(node: ast.AugAssign, _: _Names) -> Iterator[Replacement]:
    for operator in OPERATORS.get(type(node.op), ()):
        yield f"{_name(node.op)} to {_name(operator())}", ast.AugAssign(node.target, operator(), node.value)
    yield "in place to plain", ast.Assign([node.target], node.value)


def _of_sign(node: ast.UnaryOp, _: _Names) -> Iterator[Replacement]:
    if isinstance(node.op, ast.USub):
        yield "sign dropped", node.operand


def _of_constant(node: ast.Constant, _: _Names) -> Iterator[Replacement]:
    if isinstance(node.value, bool):
        yield f"{node.value} to {not node.value}", ast.Constant(not node.value)
    elif isinstance(node.value, (int, float)):
        for value in (node.value + 1, node.value - 1, node.value * 1.001):
            if value != node.value and not (isinstance(node.value, int) and value == node.value * 1.001):
                yield f"{node.value} to {value}", ast.Constant(value)


def _of_comparison(node: ast.Compare, _: _Names) -> Iterator[Replacement]:
    if type(node.ops[0]) in COMPARISONS:
        flipped = COMPARISONS[type(node.ops[0])]()
        yield "comparison turned", ast.Compare(node.left, [flipped, *node.ops[1:]], node.comparators)


def _of_attribute(node: ast.Attribute, names: _Names) -> Iterator[Replacement]:
    if not isinstance(node.ctx, ast.Load):
        return
    if node.attr == "T":
        yield "transpose dropped", node.value
    if node.attr in names.weights:
        for other in names.weights:
            if other != node.attr:
                yield f"{node.attr} to {other}", ast.Attribute(node.value, other, node.ctx)


def _of_name(node: ast.Name, names: _Names) -> Iterator[Replacement]:
    if isinstance(node.ctx, ast.Load) and node.id in names.arguments:
        for other in names.arguments:
            if other != node.id:
                yield f"{node.id} to {other}", ast.Name(other, node.ctx)


def _of_tuple(node: ast.Tuple, _: _Names) -> Iterator[Replacement]:
    if isinstance(node.ctx, ast.Load) and len(node.elts) > 1:
        yield "turned round", ast.Tuple(node.elts[::-1], node.ctx)
        yield "last dropped", ast.Tuple(node.elts[:-1], node.ctx)


def _of_slice(node: ast.Slice, _: _Names) -> Iterator[Replacement]:
    if (node.lower is None) != (node.upper is None):
        yield "slice widened", ast.Slice()


def _of_return(node: ast.Return, _: _Names) -> Iterator[Replacement]:
    if node.value is not None and not isinstance(node.value, ast.Tuple):
        yield "1.001 times", ast.Return(ast.BinOp(ast.Constant(1.001), ast.Mult(), node.value))


def _of_call(node: ast.Call, _: _Names) -> Iterator[Replacement]:
    function = node.func
    if isinstance(function, ast.Attribute):
        for other in FUNCTIONS.get(function.attr, ()):
            changed = ast.Attribute(function.value, other, function.ctx)
            yield f"{function.attr} to {other}", ast.Call(changed, node.args, node.keywords)
    if len(node.args) == 2:
        yield "arguments swapped", ast.Call(function, node.args[::-1], node.keywords)
    for k, keyword in enumerate(node.keywords):
        yield f"{keyword.arg} dropped", ast.Call(function, node.args, node.keywords[:k] + node.keywords[k + 1 :])
    if len(node.args) == 1 and not node.keywords:
        yield "call dropped", node.args[0]


_BY_KIND: tuple[tuple[type[ast.AST], Callable[[Any, _Names], Iterator[Replacement]]], ...] = (
    (ast.BinOp, _of_binary),
    (ast.AugAssign, _of_in_place),
    (ast.UnaryOp, _of_sign),
    (ast.Constant, _of_constant),
    (ast.Compare, _of_comparison),
    (ast.Call, _of_call),
    (ast.Attribute, _of_attribute),
    (ast.Name, _of_name),
    (ast.Tuple, _of_tuple),
    (ast.Slice, _of_slice),
    (ast.Return, _of_return),
)


def _name(operator: ast.operator) -> str:
    return type(operator).__name__


def _copied(tree: ast.Module, order: dict[int, int], node: ast.AST) -> tuple[ast.Module, ast.AST]:
    """A copy of the tree, and in it the node that stands for `node`."""
    twin = copy.deepcopy(tree)
    return twin, list(ast.walk(twin))[order[id(node)]]


def _with(tree: ast.Module, order: dict[int, int], node: ast.AST, new: ast.AST) -> ast.Module:
    """A copy of the tree in which `new` stands for `node`."""
    changed, twin = _copied(tree, order, node)
    fresh = copy.deepcopy(new)
    for parent in ast.walk(changed):
        for field, value in ast.iter_fields(parent):
            if value is twin:
                setattr(parent, field, fresh)
                return changed
            if isinstance(value, list):
                for k, item in enumerate(value):
                    if item is twin:
                        value[k] = fresh
                        return changed
    return changed
