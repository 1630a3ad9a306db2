"""The functions of a source: their names, their trees, and who may run whom."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

DEFINES = (ast.FunctionDef, ast.ClassDef)
OPERATES = {  # the methods that an operator may run, by its node
    ast.Add: ("__add__", "__radd__"), ast.Sub: ("__sub__", "__rsub__"), ast.Mult: ("__mul__", "__rmul__"),
    ast.Div: ("__truediv__", "__rtruediv__"), ast.MatMult: ("__matmul__", "__rmatmul__"),
    ast.Pow: ("__pow__", "__rpow__"), ast.USub: ("__neg__",),
}  # fmt: skip


@dataclass(slots=True)
class Function:
    """A function `f`, a method `Net.forward`, or a name that is given a lambda; `top` is its top-level statement."""

    name: str
    top: int
    node: ast.AST
    owner: str = ""
    arguments: tuple[str, ...] = ()
    stored: tuple[str, ...] = ()
    attributes: tuple[str, ...] = ()  # of the object, as `__init__` sets them
    runs: frozenset[str] = frozenset()


@dataclass(slots=True)
class Source:
    """A source as its tree, the docstrings taken out, and the functions in it by name."""

    tree: ast.Module
    functions: dict[str, Function] = field(default_factory=dict)
    activated: bool = False  # whether an activation, or a comparison with zero, stands anywhere in it
    activations: bool = False  # whether an activation does
    inherited: dict[str, str] = field(default_factory=dict)  # `Relu.backward` -> the `Layer.backward` that it is

    def own(self, name: str) -> str:
        """The name under which a function is defined: of an inherited method that of the class it comes from."""
        return self.inherited.get(name, name)

    def reach(self, name: str) -> list[str]:
        """The function itself and all that it may run, however far down."""
        seen, waiting = [], [self.own(name)]
        while waiting:
            one = waiting.pop(0)
            if one in self.functions and one not in seen:
                seen.append(one)
                waiting += sorted(self.functions[one].runs)
        return seen


ACTIVATION = re.compile(r"tanh|sigmoid|relu|logistic|maximum\(|1 \+ np\.exp\(")
BORDER = re.compile(r"[<>]=? 0(?!\.?\d)")


def functions(source: str) -> Source:
    """Read a source; raises SyntaxError."""
    read = Source(ast.parse(source))
    text = ast.unparse(read.tree)
    read.activations = bool(ACTIVATION.search(text))
    read.activated = read.activations or bool(BORDER.search(text))
    for top, statement in enumerate(read.tree.body):
        for function in _defined(statement, top):
            read.functions[function.name] = function
    read.inherited = inherited(read.tree)
    methods: dict[str, set[str]] = {}
    for function in read.functions.values():
        methods.setdefault(function.name.rpartition(".")[2], set()).add(function.name)
    for function in read.functions.values():
        function.runs = frozenset(_runs(function, read, methods))
    return read


def inherited(tree: ast.Module) -> dict[str, str]:
    """By the full name of each method that a class has from another of the source: the full name of that one."""
    known: dict[str, dict[str, str]] = {}
    for statement in tree.body:
        if isinstance(statement, ast.ClassDef):
            methods: dict[str, str] = {}
            for base in reversed(statement.bases):
                methods |= known.get(ast.unparse(base), {})
            defined = (node.name for node in statement.body if isinstance(node, ast.FunctionDef))
            known[statement.name] = methods | {name: f"{statement.name}.{name}" for name in defined}
    full = ((f"{owner}.{name}", of) for owner, methods in known.items() for name, of in methods.items())
    return {name: of for name, of in full if name != of}


def _defined(statement: ast.stmt, top: int) -> Iterator[Function]:
    if isinstance(statement, ast.FunctionDef):
        yield _function(statement.name, top, statement, statement.args)
    elif is_lambda(statement):
        assert isinstance(statement, ast.Assign)
        name, value = statement.targets[0], statement.value
        assert isinstance(name, ast.Name)
        assert isinstance(value, ast.Lambda)
        yield _function(name.id, top, statement, value.args)
    elif isinstance(statement, ast.ClassDef):
        kept = _attributes(statement)
        for node in statement.body:
            if isinstance(node, ast.FunctionDef):
                function = _function(f"{statement.name}.{node.name}", top, node, node.args)
                function.owner, function.attributes = statement.name, kept
                yield function


def is_lambda(statement: ast.stmt) -> bool:
    """Whether it gives one name a lambda."""
    return (
        isinstance(statement, ast.Assign)
        and len(statement.targets) == 1
        and isinstance(statement.targets[0], ast.Name)
        and isinstance(statement.value, ast.Lambda)
    )


def _function(name: str, top: int, node: ast.AST, arguments: ast.arguments) -> Function:
    if isinstance(node, ast.FunctionDef) and ast.get_docstring(node) is not None:
        node.body = node.body[1:] or [ast.Pass(lineno=1, col_offset=0)]
    named = [each.arg for each in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs)]
    stored = [
        each.id
        for each in ast.walk(node)
        if isinstance(each, ast.Name) and isinstance(each.ctx, ast.Store) and each.id != name
    ]
    kept = [each for each in named if each != "self"]
    return Function(name, top, node, arguments=tuple(kept), stored=tuple(dict.fromkeys(stored)))


def _attributes(statement: ast.ClassDef) -> tuple[str, ...]:
    """What `__init__` keeps of its arguments under their own names, as `self.W = W`: names that all may know."""
    begin = next(
        (node for node in statement.body if isinstance(node, ast.FunctionDef) and node.name == "__init__"), None
    )
    if begin is None:
        return ()
    named = {each.arg for each in begin.args.args}
    kept = [n.attr for n in ast.walk(begin) if isinstance(n, ast.Attribute) and isinstance(n.ctx, ast.Store)]
    return tuple(name for name in dict.fromkeys(kept) if name in named)


def _runs(function: Function, source: Source, methods: dict[str, set[str]]) -> Iterator[str]:
    for node in ast.walk(function.node):
        if isinstance(node, ast.Name):
            if node.id in source.functions and node.id != function.name:
                yield node.id
            if f"{node.id}.__init__" in source.functions:
                yield f"{node.id}.__init__"
        elif isinstance(node, ast.Attribute):
            yield from (name for name in methods.get(node.attr, ()) if "." in name)
        elif isinstance(node, (ast.BinOp, ast.UnaryOp, ast.AugAssign)):
            operated = (name for each in OPERATES.get(type(node.op), ()) for name in methods.get(each, ()))
            yield from (name for name in operated if "." in name)
