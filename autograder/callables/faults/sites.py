"""The places in a function where something may be changed."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from autograder.callables.declared.functions import Function, Source
from autograder.callables.faults.edits import Path

MODULES = ("np", "numpy", "math", "scipy")


@dataclass(frozen=True, slots=True)
class Draft:
    """What might stand at a site: the text `new`, of which kind and of what (see words)."""

    kind: str
    subject: str
    new: str


@dataclass(frozen=True, slots=True)
class Site:
    """An expression that is read: where it stands and in what. `index`: inside a subscript's index."""

    path: Path
    node: ast.expr
    parent: ast.AST
    field: str
    statement: ast.stmt
    index: bool

    @property
    def whole(self) -> bool:
        """Whether it is what a statement assigns or a function returns, or one part of a tuple of these."""
        if isinstance(self.parent, ast.Lambda):
            return self.field == "body"
        if isinstance(self.parent, ast.Tuple):
            return (
                isinstance(self.statement, ast.Assign | ast.Return) and len(self.path) > 3 and self.path[-3] == "value"
            )
        return self.parent is self.statement and isinstance(self.statement, ast.Assign | ast.AugAssign | ast.Return)

    @property
    def factor(self) -> bool:
        """Whether something is multiplied by it."""
        return isinstance(self.parent, ast.BinOp) and isinstance(self.parent.op, ast.Mult)


@dataclass(slots=True)
class Scope:
    """What a function's expressions may name, and what is known of it."""

    function: Function
    source: Source
    before: dict[str, ast.Call] = field(default_factory=dict)  # name -> the one call that it is given
    sizes: set[str] = field(default_factory=set)  # names of sizes: given `len(...)`, a shape, a `.size`
    products: set[str] = field(default_factory=set)  # products of sizes that stand there
    cut: dict[str, str] = field(default_factory=dict)  # name -> the argument that it is given a part of
    logs: set[str] = field(default_factory=set)  # names that are given the logarithm of a share
    inner: tuple[str, ...] = ()  # arguments of the lambdas in it
    counted: frozenset[str] = frozenset()  # names that loops go on with
    known: dict[str, ast.expr] = field(default_factory=dict)  # name -> the one expression that it is given

    @property
    def pool(self) -> list[str]:
        """Arguments, locals, attributes of the object, and arguments of functions in it."""
        function = self.function
        attributes = (f"self.{name}" for name in function.attributes)
        return list(dict.fromkeys([*function.arguments, *function.stored, *attributes, *self.inner]))

    @property
    def helpers(self) -> list[str]:
        """Functions of one argument that stand at the top level."""
        return [f.name for f in self.source.functions.values() if not f.owner and len(f.arguments) == 1]


def scope(function: Function, source: Source) -> Scope:
    """What is known of a function before its expressions are changed."""
    made = Scope(function, source)
    values_of: dict[str, list[ast.expr]] = {}
    for node in ast.walk(function.node):
        if isinstance(node, ast.Assign) and len(node.targets) == 1:
            target = node.targets[0]
            if isinstance(target, ast.Name):
                values_of.setdefault(target.id, []).append(node.value)
            elif isinstance(target, ast.Tuple) and "shape" in ast.unparse(node.value):
                made.sizes |= {each.id for each in target.elts if isinstance(each, ast.Name)}
    made.known = {name: values[0] for name, values in values_of.items() if len(values) == 1}
    for name, values in values_of.items():
        value = values[0]
        if len(values) == 1 and isinstance(value, ast.Call) and value.args and _is_function(value, made):
            made.before[name] = value
        if all(is_size(each, made) for each in values):
            made.sizes.add(name)
        if len(values) == 1 and is_log(value, made):
            made.logs.add(name)
    for node in ast.walk(function.node):
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mult) and is_size(node, made):
            made.products.add(f"({ast.unparse(node)})")
    if not isinstance(function.node, ast.Assign):
        lambdas = (node for node in ast.walk(function.node) if isinstance(node, ast.Lambda))
        made.inner = tuple(dict.fromkeys(each.arg for node in lambdas for each in node.args.args))
    made.cut = cut_from(function)
    loops = (node.target for node in ast.walk(function.node) if isinstance(node, ast.For))
    made.counted = frozenset(each.id for each in loops if isinstance(each, ast.Name))
    return made


def cut_from(function: Function) -> dict[str, str]:
    """Names that are given a part of an argument, with that argument."""
    pairs = (pair for node in ast.walk(function.node) for pair in assigned(node))
    return {
        ast.unparse(name): ast.unparse(value.value)
        for name, value in pairs
        if isinstance(value, ast.Subscript) and ast.unparse(value.value) in function.arguments
    }


def is_size(node: ast.expr, of: Scope) -> bool:
    """Whether an expression is a count of samples or elements."""
    if isinstance(node, ast.Name):
        return node.id in of.sizes
    if isinstance(node, ast.BinOp):
        return isinstance(node.op, ast.Mult) and is_size(node.left, of) and is_size(node.right, of)
    text = ast.unparse(node)
    if isinstance(node, ast.Call):
        return text.startswith(("len(", "np.size("))
    return bool(re.search(r"\.shape\[[^\]]*\]$", text)) or text.endswith(".size")


def is_ones(node: ast.expr, known: Mapping[str, ast.expr]) -> bool:
    """Whether an expression is an array of ones; `known` are the expressions that names are given."""
    made = known.get(node.id, node) if isinstance(node, ast.Name) else node
    return isinstance(made, ast.Call) and ast.unparse(made.func).rpartition(".")[2] in ("ones", "ones_like")


def is_log(node: ast.expr, of: Scope) -> bool:
    """Whether it is a difference with a logarithm in it: the logarithm of a share, as `log(s) - t` is."""
    if not (isinstance(node, ast.BinOp) and isinstance(node.op, ast.Sub)):
        return False
    sides = (of.before.get(each.id, each) if isinstance(each, ast.Name) else each for each in (node.left, node.right))
    return any(isinstance(each, ast.Call) and ast.unparse(each.func) in ("np.log", "numpy.log") for each in sides)


def is_value(node: ast.AST) -> bool:
    """Whether it is a plain name or an attribute of the object."""
    if isinstance(node, ast.Name):
        return node.id not in ("self", *MODULES)
    return isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "self"


def _is_function(call: ast.Call, of: Scope) -> bool:
    name = ast.unparse(call.func)
    return name.split(".")[0] in MODULES or name in of.helpers


def blocks(function: Function) -> Iterator[tuple[Path, list[ast.stmt]]]:
    """Every list of statements, outermost first, with the path that leads to it."""
    waiting: list[tuple[Path, ast.AST]] = [((), function.node)]
    while waiting:
        path, holder = waiting.pop(0)
        for name in ("body", "orelse"):
            block = getattr(holder, name, None)
            if isinstance(block, list) and block and isinstance(block[0], ast.stmt):
                yield (*path, name), block
                waiting += [((*path, name, k), each) for k, each in enumerate(block)]


def sites(function: Function) -> Iterator[Site]:
    """Every expression of the function that is read, where it stands."""
    if isinstance(function.node, ast.Assign):  # a lambda
        yield from _within(("value", "body"), function.node.value, "body", function.node)
        return
    for path, block in blocks(function):
        for k, statement in enumerate(block):
            yield from _fields((*path, k), statement, statement, False)


def _fields(path: Path, holder: ast.AST, statement: ast.stmt, index: bool) -> Iterator[Site]:
    for name, value in ast.iter_fields(holder):
        if isinstance(value, ast.expr):
            yield from _site((*path, name), value, holder, name, statement, index)
        elif isinstance(value, list):
            for k, each in enumerate(value):
                if isinstance(each, ast.expr):
                    yield from _site((*path, name, k), each, holder, name, statement, index)
                elif isinstance(each, ast.keyword | ast.comprehension):
                    yield from _fields((*path, name, k), each, statement, index)


def _within(path: Path, parent: ast.AST, name: str, statement: ast.stmt) -> Iterator[Site]:
    yield from _site(path, getattr(parent, name), parent, name, statement, False)


def _site(path: Path, node: ast.expr, parent: ast.AST, name: str, statement: ast.stmt, index: bool) -> Iterator[Site]:
    inside = index or name in ("slice", "lower", "upper", "step")
    function_name = isinstance(parent, ast.Call) and name == "func"
    stored = isinstance(getattr(node, "ctx", None), ast.Store | ast.Del)
    module = isinstance(node, ast.Name) and node.id in ("self", *MODULES)
    if not (function_name or stored or module or isinstance(node, ast.Slice | ast.Starred)):
        yield Site(path, node, parent, name, statement, inside)
    yield from _fields(path, node, statement, inside)


def assigned(node: ast.AST) -> list[tuple[ast.expr, ast.expr]]:
    """What an assignment gives to what, `a, b = c, d` in pairs; nothing for any other statement."""
    if not (isinstance(node, ast.Assign) and len(node.targets) == 1):
        return []
    left, right = node.targets[0], node.value
    if isinstance(left, ast.Tuple) and isinstance(right, ast.Tuple):
        return list(zip(left.elts, right.elts, strict=False))
    return [(left, right)]
